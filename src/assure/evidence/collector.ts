// A collector: follows a log entry by entry in bounded memory, and says at the end what it saw and what is a gap.
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { Collector } from "../control/collector-ids.ts";
import type { Gap } from "./gap.ts";

/** From the first millisecond to before the last; `nowMs` is when it is collected. */
export type EvidencePeriod = {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
};

/** One entry in the log's order; `metadata` is undefined for one that this version cannot read. `isMeant`: it lies in the period. */
export type EvidenceEntry = {
  readonly index: number;
  readonly timeMs: number;
  readonly metadata: JsonObject | undefined;
  readonly isMeant: boolean;
};

/** What a collector found. `facts` goes into the pack as it is. */
export type Collected = {
  readonly id: Collector;
  readonly title: string;
  readonly facts: { readonly [name: string]: Json };
  readonly gaps: readonly Gap[];
};

/** A collection that goes on. It is told entries up to the period's end, those before the period too: their state lasts into it. */
export type Collecting = {
  /** The only kinds of event that it is told; all of them, and what cannot be read, without it. WHY: most entries are of no concern to most collectors. */
  readonly kinds?: readonly string[];
  add(entry: EvidenceEntry): void;
  result(): Collected;
};

/** The moment up to which a period can be spoken of: its end, or now. */
export function endOf({ untilMs, nowMs }: EvidencePeriod): number {
  return Math.min(untilMs, nowMs);
}
