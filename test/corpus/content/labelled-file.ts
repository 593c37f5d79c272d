// `npm run content -- --labelled FILE`: rates on a set that somebody else made, one JSON object a line: `file`, `text` and `spans` with `kind`, `start`, `end` and `about`.
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { type Judged, judge, type Met } from "./judge.ts";
import type { Item } from "./make.ts";
import { percent, type Rates, ratesOf, ratesOfKind, recallBy, type Share, tally } from "./rates.ts";

/** `about` says how a value stands there: in a table, in prose, without a word. Offsets are UTF-16 units. */
const LINE = v.object({
  file: v.string(),
  text: v.string(),
  spans: v.array(
    v.object({ kind: v.string(), start: v.number(), end: v.number(), about: v.optional(v.string(), "") }),
  ),
});

/** One text with what was found in it, and how each of its labels stands there. */
type Foreign = { readonly judged: Judged; readonly about: ReadonlyMap<number, string> };

/** A national number is one of its own kind whichever country's detector names it: several countries share their digits. */
const NATIONAL = "id:";

/** Scans every line of a set of labelled texts. */
export function judgeLabelled(path: string): readonly Foreign[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      const { file, text, spans } = v.parse(LINE, JSON.parse(line));
      const item: Item = {
        id: String(index), set: "personal", file, about: "labelled", family: "wide", text,
        spans: spans.map(({ kind, start, end }) => ({ kind, group: "personal", start, end, isOptional: false })),
        lookAlikes: [], sealed: false,
      };
      return { judged: judge(item), about: new Map(spans.map(({ start, about }) => [start, about])) };
    });
}

/** Prints recall and precision by kind, then recall by kind and by how the value stands there. */
export function showLabelled(foreign: readonly Foreign[]): void {
  const judged = foreign.map((one) => one.judged);
  const kinds = new Set(judged.flatMap(({ met }) => met.map(({ span }) => span.kind)));
  for (const kind of [...kinds].sort()) console.log(`  ${kind.padEnd(20)} ${line(ratesOfLabel(judged, kind))}`);
  console.log(`  ${"all".padEnd(20)} ${line(ratesOf(judged, "low"))}`);
  const by = new Map<string, Share>();
  for (const { judged: one, about } of foreign) {
    for (const met of one.met) {
      const kind = met.span.kind.startsWith(NATIONAL) ? NATIONAL : met.span.kind;
      const key = `${kind} ${about.get(met.span.start) ?? ""}`;
      const { count, of } = by.get(key) ?? { count: 0, of: 0 };
      by.set(key, { count: count + (isFound(met) ? 1 : 0), of: of + 1 });
    }
  }
  console.log("\nrecall by how it stands there:");
  for (const [name, share] of [...by].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${name.padEnd(28)} ${percent(share).padStart(8)} of ${share.of}`);
  console.log("\nfalse alarms by detector:");
  const alarms = judged.flatMap((one) => one.alarms).filter(({ isTrue }) => !isTrue);
  for (const [name, count] of tally(alarms.flatMap(({ detectors }) => detectors)))
    console.log(`  ${name.padEnd(40)} ${count}`);
}

function isFound({ span, tier, isNamedRight }: Met): boolean {
  return span.kind.startsWith(NATIONAL) ? tier !== undefined : isNamedRight;
}

function ratesOfLabel(judged: readonly Judged[], kind: string): Rates {
  if (!kind.startsWith(NATIONAL)) return ratesOfKind(judged, kind);
  const [, recall = { count: 0, of: 0 }] = recallBy(judged, (_, { span }) => span.kind).find(([name]) => name === kind) ?? [];
  return { recall, precision: { count: 0, of: 0 } };
}

function line({ recall, precision }: Rates): string {
  return `recall ${percent(recall)} of ${recall.of}, precision ${percent(precision)} of ${precision.of}`;
}
