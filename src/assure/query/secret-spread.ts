// How far kinds of secrets got: the sights of `secrets-seen`, one line for each kind.
import { filledString } from "#base/json.ts";
import { type Asked, groupBy } from "./answers/named-question.ts";
import { hostsAfter, secretSights, type Sight } from "./answers/secrets-seen.ts";

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

/** Kinds of secrets that were met, those that the model saw most first. */
export function secretSpread(asked: Asked): readonly SecretSpread[] {
  const { calls, sights } = secretSights(asked);
  return [...groupBy(sights, ({ detector }) => detector)]
    .map(([detector, group]): SecretSpread => {
      const found = (some: readonly Sight[]) => some.reduce((sum, { count }) => sum + count, 0);
      // What a session contacted after its first sight holds what it contacted after the others.
      const sessions = groupBy(group, ({ event }) => filledString(event.metadata["session"]) ?? "");
      const hosts = [...sessions.values()].flatMap(([{ event }]) => hostsAfter(event, calls));
      return {
        detector,
        found: found(group),
        sessions: sessions.size,
        toModel: found(group.filter(({ where }) => SEEN_BY_MODEL.has(where))),
        hosts: [...new Set(hosts)].toSorted(),
        firstMs: group.reduce((first, { event }) => Math.min(first, event.timeMs), Infinity),
        lastMs: group.reduce((last, { event }) => Math.max(last, event.timeMs), 0),
      };
    })
    .toSorted((one, other) => other.toModel - one.toModel || other.found - one.found);
}
