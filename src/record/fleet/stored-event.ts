// One event as a store for many machines knows it, and its metadata as far as the store's columns say them. Nothing sealed is there.
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type MarkField, type WordField, WORD_FIELDS } from "../index/indexed-event.ts";
import type { JsonObject } from "../log/leaf.ts";
import { PLACES_MAX } from "./fleet-row.ts";

export type StoredRow = {
  /** Its place among all logs of the tenant. */
  readonly place: number;
  readonly id: string;
  readonly timeMs: number;
  /** The machine that handed it in. */
  readonly machine: string;
  /** Empty where the event has no such word; `user` is a pseudonym. */
  readonly word: Readonly<Record<WordField, string>>;
  readonly enforced: boolean;
  readonly canary: boolean;
  readonly duration: number | null;
  readonly findings: number | null;
  readonly marks: readonly (readonly [field: MarkField, value: string, count: number])[];
};

/** Where the one word of a kind stands, `what` where nothing is said. */
const WHAT_NAMES: Readonly<Record<string, string>> = {
  hook: "event",
  telemetry: "event",
  late: "event",
  drift: "how",
  clock: "went",
  session: "phase",
  off: "phase",
  hold: "phase",
  exception: "phase",
  approval: "phase",
  statement: "phase",
  question: "phase",
  rejected: "cause",
  recovery: "cause",
};
const LISTS = { rule: "rules", program: "programs", doubt: "doubts", exception: "exceptions" };
const COUNTS = { effect: "effects", detector: "detectors", content: "content" };

/** The entry's number in its own log. */
export const indexInLog = ({ place }: Pick<StoredRow, "place">): number => place % PLACES_MAX;

/** The event's metadata, as what describes events and tells sessions reads them. */
export function storedMetadata(row: StoredRow): JsonObject {
  const { word, enforced, canary, duration, findings, marks } = row;
  const { what, code, policy, layer, user: _, ...plain } = word;
  const listed = (field: MarkField) =>
    marks.filter(([name]) => name === field).map(([, value]) => value);
  const lists = Object.entries({ ...LISTS, chain: "chains" }).flatMap(([field, name]) => {
    const values = listed(field as MarkField);
    return values.length === 0 ? [] : [[name, values] as const];
  });
  const counts = Object.entries(COUNTS).flatMap(([field, name]) => {
    const own = marks.filter(([one]) => one === field);
    if (own.length === 0) return [];
    return [[name, Object.fromEntries(own.map(([, value, n]) => [value, n]))] as const];
  });
  const said: Record<string, Json> = { [WHAT_NAMES[word.kind] ?? "what"]: what, code };
  for (const name of WORD_FIELDS) if (name in plain) said[name] = plain[name as keyof typeof plain];
  return {
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== "")),
    ...Object.fromEntries([...lists, ...counts]),
    ...(policy === "" ? {} : { policy: { id: policy, layer } }),
    ...(enforced ? {} : { enforced }),
    ...(canary ? { canary } : {}),
    ...(duration === null ? {} : { durationMs: duration }),
    ...(findings === null ? {} : { findings }),
  };
}
