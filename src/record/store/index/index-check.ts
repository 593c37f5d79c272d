// Holding an index against its own digests and against the log, and putting right what somebody edited.
import { setImmediate as turn } from "node:timers/promises";
import type { FollowedLog } from "./index-follow.ts";
import { createRowMaker } from "./index-follow.ts";
import type { Range } from "./index-ranges.ts";
import type { IndexUpkeep } from "./index-upkeep.ts";
import type { IndexFile } from "./opened-index.ts";
import type { IndexRow } from "./index-row.ts";
import { rowText } from "./range-seal.ts";
import { readEntries } from "../log-reader.ts";

/** Ranges that are made anew one by one; beyond that the whole index is. */
const RANGES_REMADE_MAX = 16;

/**
 * What an index holds that was not made of the log. `rows` and `words` of a range; `counts` over all events; `ranges`: events
 * beside every range, or digests that are gone; `file`: its trees do not agree; `tables`: other tables, views or triggers.
 */
export type IndexFinding = Range & {
  readonly what: "rows" | "words" | "counts" | "ranges" | "file" | "tables";
};

/** How far a check is; after each step other work may go on, but nothing may be added to the index. */
export type CheckProgress = { readonly events: number };

/** What a check came to. */
export type CheckResult = {
  readonly events: number;
  readonly findings: readonly IndexFinding[];
  /** Ranges that lack what only a key opens that came later: no fault, and made anew. */
  readonly stale: readonly Range[];
};

/**
 * Holds the whole index against its digests and, with `log`, row by row against the log. Reads everything and changes nothing;
 * each turn is one range, a part of the full text, or one statement over all events.
 */
export async function* checkIndex(
  index: IndexFile,
  upkeep: IndexUpkeep,
  log?: FollowedLog,
): AsyncGenerator<CheckProgress, CheckResult> {
  const { first, indexed: end } = index.state();
  const findings: IndexFinding[] = [];
  const stale: Range[] = [];
  const done = (): CheckResult => ({ events: end - first, findings, stale });
  if (end === 0) return { events: 0, findings, stale };
  if (!upkeep.isTiled(first, end)) {
    findings.push({ what: "ranges", first, end });
    return done();
  }
  for (const range of upkeep.ranges.list()) {
    if (!upkeep.ranges.holds(range)) findings.push({ what: "rows", ...range });
    else if (log !== undefined) {
      const difference = await againstLog(upkeep, log, range);
      if (difference === "edited") findings.push({ what: "rows", ...range });
      if (difference === "stale") stale.push(range);
    }
    yield { events: range.end - first };
  }
  const words = upkeep.ranges.wrongWords();
  for (let step = words.next(); ; step = words.next()) {
    if (step.done === true) {
      const wrong = step.value.ranges.filter(
        (range) => !findings.some((found) => found.first === range.first),
      );
      findings.push(...wrong.map((range) => ({ what: "words", ...range }) as const));
      if (step.value.isStray) findings.push({ what: "ranges", first, end });
      break;
    }
    yield { events: end - first };
  }
  yield { events: end - first };
  if (!upkeep.countsHold()) findings.push({ what: "counts", first, end });
  yield { events: end - first };
  if (!upkeep.isIntact()) findings.push({ what: "file", first, end });
  return done();
}

/** One range chosen by `chance` (0 to 1), which costs some 30 ms: for an index that nothing speaks against. */
export function spotCheck(upkeep: IndexUpkeep, chance: number): IndexFinding | undefined {
  upkeep.forget();
  const ranges = upkeep.ranges.list();
  const range = ranges[Math.min(ranges.length - 1, Math.floor(chance * ranges.length))];
  if (range === undefined || upkeep.ranges.holds(range)) return undefined;
  return { what: "rows", ...range };
}

/**
 * Puts right what was found. `remade`: the ranges were made anew of the log, and `altered` of their events had been otherwise;
 * `discard`: too much for that, the file has to go.
 */
export async function repairIndex(
  upkeep: IndexUpkeep,
  { findings, stale }: CheckResult,
  log: FollowedLog,
): Promise<{ readonly kind: "remade"; readonly altered: number } | { readonly kind: "discard" }> {
  const ranges = findings.filter(({ what }) => what === "rows" || what === "words");
  const whole = findings.length - ranges.length - findings.filter(isOfCounts).length;
  if (whole > 0 || ranges.length > RANGES_REMADE_MAX) return { kind: "discard" };
  let altered = 0;
  for (const range of ranges) altered += upkeep.remake(range, await rowsOf(log, range));
  for (const range of stale.slice(0, RANGES_REMADE_MAX))
    upkeep.remake(range, await rowsOf(log, range));
  if (findings.length > 0 || stale.length > 0) upkeep.recount();
  return { kind: "remade", altered };
}

/**
 * Makes every range anew that holds some of these events, of what can be opened now, and leaves no trace of what stood there
 * before in the file. False where that cannot be told, because ranges or the key that seals them are missing: then the file has to
 * go. Takes turns between ranges.
 */
export async function remakeRanges(
  index: IndexFile,
  log: FollowedLog,
  events: readonly Range[],
): Promise<boolean> {
  const { upkeep } = index;
  if (upkeep === undefined) return false;
  const { first: begin, indexed } = index.state();
  if (indexed > 0 && !upkeep.isTiled(begin, indexed)) return false;
  const isTouched = ({ first, end }: Range): boolean =>
    events.some((one) => one.first < end && first < one.end);
  const touched = upkeep.ranges.list().filter(isTouched);
  for (const range of touched) {
    upkeep.remake(range, await rowsOf(log, range));
    await turn();
  }
  if (touched.length > 0) upkeep.recount();
  // WHY even without any: a crash may have come between the ranges and this.
  index.scrub();
  return true;
}

function isOfCounts({ what }: IndexFinding): boolean {
  return what === "counts";
}

async function rowsOf(log: FollowedLog, { first, end }: Range): Promise<readonly IndexRow[]> {
  const rowOf = createRowMaker(log.opening);
  const rows: IndexRow[] = [];
  for await (const { index, bytes } of readEntries(log.files, log.size, first, end))
    rows.push(rowOf(index, bytes));
  return rows;
}

async function againstLog(
  upkeep: IndexUpkeep,
  log: FollowedLog,
  range: Range,
): Promise<"same" | "stale" | "edited"> {
  const stored = upkeep.ranges.stored(range);
  let isStale = false;
  for (const row of await rowsOf(log, range)) {
    const text = stored.get(row.event.index);
    if (text === rowText(row)) continue;
    // WHY: a person's key may be younger than the thread that read the keys.
    const { event } = row;
    const anonymous = { event: { ...event, word: { ...event.word, user: undefined } } };
    if (text !== rowText({ ...anonymous, subject: undefined })) return "edited";
    isStale = true;
  }
  return isStale ? "stale" : "same";
}
