// What the product's own stream finds in events, and what a converted query does, in one form that can be compared.
import { joinRules } from "#detect/correlation/ruleset.ts";
import type { Rule } from "#detect/correlation/rule-file.ts";
import { openStream } from "#detect/correlation/stream.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { jsonl } from "#record/export/jsonl.ts";

/** An event of a log: its place is its index. */
export type Event = { readonly timeMs: number; readonly metadata: JsonObject };

export function idOf(index: number): string {
  return `0199${index.toString(16).padStart(28, "0")}`;
}

/** The lines that the product exports. */
export function linesOf(events: readonly Event[]): readonly string[] {
  return events.map(({ timeMs, metadata }, index) =>
    jsonl.line({ kind: "event", index, id: idOf(index), timeMs, metadata }),
  );
}

/** By rule: where it is told, as texts in order. */
export function toldByStream(
  rules: readonly Rule[],
  events: readonly Event[],
): ReadonlyMap<string, readonly string[]> {
  const stream = openStream(joinRules(rules));
  const found = events.flatMap(({ timeMs, metadata }, index) =>
    stream.take({ index, id: idOf(index), timeMs, fields: metadata, isOpened: false }),
  );
  const { late, restarts } = stream.status();
  if (late + restarts > 0) throw new Error("events of a test come too late");
  const told = new Map<string, string[]>();
  for (const one of [...found, ...stream.end()]) {
    const names = told.get(one.rule.name) ?? [];
    told.set(one.rule.name, names);
    const of = one.kind === "event" ? [] : [Object.values(one.group), rounded(one.value)];
    names.push(JSON.stringify([one.id, one.index, one.timeMs, ...of]));
  }
  return new Map([...told].map(([name, texts]) => [name, texts.toSorted()]));
}

/** The rows of a converted rule in the same form. */
export function toldByRows(rule: Rule, rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows
    .map((row) => {
      const [id, index, timeMs] = [row[0], Number(row[1]), Number(row[2])];
      if (rule.kind === "detection") return JSON.stringify([id, index, timeMs]);
      const groups = row.slice(3, -1).map((text): unknown => JSON.parse(String(text)));
      return JSON.stringify([id, index, timeMs, groups, rounded(Number(row.at(-1)))]);
    })
    .toSorted();
}

/** WHY: an average is a fraction, which databases write to other lengths. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
