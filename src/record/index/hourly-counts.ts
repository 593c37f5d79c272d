// Events counted by hour and by what tells them apart: what is added to the roll-up of an index or a store.
import type { IndexedEvent } from "./indexed-event.ts";

type Counted = readonly [values: readonly (string | number)[], counts: [number, number]];

/** For each hour and kind of event its values (kind, verdict, hour, user, tool, class, mode, outcome, what, enforced, canary) and how many events and findings. */
export function hourlyCounts(rows: readonly { readonly event: IndexedEvent }[]): Iterable<Counted> {
  const counts = new Map<string, Counted>();
  for (const { event } of rows) {
    const { word } = event;
    const hour = Math.floor(event.timeMs / 3_600_000) * 3_600_000;
    const values = [
      ...[word.kind ?? "", word.verdict ?? "", hour, word.user ?? "", word.tool ?? ""],
      ...[word.class ?? "", word.mode ?? "", word.outcome ?? "", word.what ?? ""],
      ...[Number(event.enforced), Number(event.canary)],
    ];
    const key = values.join("\0");
    const known = counts.get(key);
    const findings = Math.floor(event.number.findings ?? 0);
    if (known === undefined) counts.set(key, [values, [1, findings]]);
    else {
      known[1][0] += 1;
      known[1][1] += findings;
    }
  }
  return counts.values();
}
