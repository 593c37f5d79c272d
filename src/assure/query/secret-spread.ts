// How far kinds of secrets got: the sights of `secrets-seen`, one line for each kind.
import type { NamedAnswer } from "./answers/named-question.ts";

/** One kind of secret over a period. Times are Unix milliseconds. */
export type SecretSpread = {
  readonly detector: string;
  readonly found: number;
  readonly sessions: number;
  /** Times that the model saw the value: a person wrote it, or an answer held it and nothing took its place. */
  readonly toModel: number;
  /** Hosts that sessions contacted after they had met one: it need not have gone there. */
  readonly hosts: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
};

const SEEN_BY_MODEL = new Set(["output", "prompt"]);
const NOWHERE = "nowhere on record";

/** Kinds of an answer of `secrets-seen`, those that the model saw most first. */
export function secretSpread({ columns, rows }: NamedAnswer): readonly SecretSpread[] {
  const at = (key: string): number => columns.findIndex((column) => column.key === key);
  const places = {
    time: at("time_ms"),
    detector: at("detector"),
    where: at("where"),
    hosts: at("hosts"),
    found: at("found"),
    session: at("session"),
  };
  const kinds = new Map<string, { spread: SecretSpread; readonly sessions: Set<string> }>();
  for (const row of rows) {
    const detector = String(row[places.detector] ?? "");
    const timeMs = Number(row[places.time] ?? 0);
    const known = kinds.get(detector);
    const before = known?.spread;
    const sessions = known?.sessions ?? new Set<string>();
    sessions.add(String(row[places.session] ?? ""));
    const isSeen = SEEN_BY_MODEL.has(String(row[places.where] ?? ""));
    const found = Number(row[places.found] ?? 0);
    const named = String(row[places.hosts] ?? NOWHERE);
    const hosts = named === NOWHERE ? [] : named.split(", ");
    kinds.set(detector, {
      sessions,
      spread: {
        detector,
        found: (before?.found ?? 0) + found,
        sessions: sessions.size,
        toModel: (before?.toModel ?? 0) + (isSeen ? found : 0),
        hosts: [...new Set([...(before?.hosts ?? []), ...hosts])].toSorted(),
        firstMs: Math.min(before?.firstMs ?? Infinity, timeMs),
        lastMs: Math.max(before?.lastMs ?? 0, timeMs),
      },
    });
  }
  return [...kinds.values()]
    .map(({ spread }) => spread)
    .toSorted((one, other) => other.toModel - one.toModel || other.found - one.found);
}
