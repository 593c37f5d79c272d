// `sallyport log tail`: the last entries of the record, and those that come, without bookkeeping unless it is asked for.
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { printableJson } from "#base/printable.ts";
import { isBookkeeping } from "#record/event/bookkeeping.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { entryJson, entryLine } from "../../../services/log/entry-text.ts";
import { wholeNumber } from "../../log/log-place.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

const FOLLOW_MS = 300;
/** Entries that are read at once while the last ones are looked for: a bundle of the log. */
const BLOCK = 256;

/** `sallyport log tail`. */
export const tailCommand = defineCommand({
  meta: {
    name: "tail",
    description: `the last events, one a line, without bookkeeping: batches of calls that were all judged, telemetry of the client, the ends of its answers

  sallyport log tail -n 20 --follow
  sallyport log tail --all --json`,
  },
  args: {
    n: { type: "string", default: "10", valueHint: "N", description: "how many events" },
    follow: { type: "boolean", alias: "f", description: "go on as events come, until interrupted" },
    all: { type: "boolean", description: "bookkeeping too" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const count = wholeNumber(args.n, "-n");
    const view = await openView(args.data);
    const how = { json: args.json === true, all: args.all === true };
    const size = await view.size();
    const { from, hidden } = await startOf(view, { size, count, all: how.all });
    await printEntries(view, { from, end: size }, how);
    if (hidden > 0 && !how.json) tellHidden(hidden);
    let next = size;
    while (args.follow === true) {
      await sleep(FOLLOW_MS);
      await takeSpooled(directoriesIn(args.data ?? dataDirectory()));
      const end = await view.size();
      await printEntries(view, { from: next, end }, how);
      next = Math.max(next, end);
    }
  },
});

type How = { readonly json: boolean; readonly all: boolean };

/** Where the last `count` shown entries begin, and how many entries from there on are not shown. */
async function startOf(
  view: LogView,
  { size, count, all }: { readonly size: number; readonly count: number; readonly all: boolean },
): Promise<{ readonly from: number; readonly hidden: number }> {
  if (all || count === 0) return { from: Math.max(0, size - count), hidden: 0 };
  let shown = 0;
  let hidden = 0;
  for (let end = size; end > 0; end -= BLOCK) {
    const block: (readonly [index: number, isShown: boolean])[] = [];
    for await (const { index, leaf } of view.leaves(Math.max(0, end - BLOCK), end))
      block.push([index, isShown(leaf)]);
    for (const [index, isOne] of block.reverse()) {
      if (isOne) shown += 1;
      else hidden += 1;
      if (shown === count) return { from: index, hidden };
    }
  }
  return { from: 0, hidden };
}

/** What cannot be read is never passed over. */
function isShown(leaf: ViewedEntry["leaf"]): boolean {
  return leaf.kind === "fault" || !isBookkeeping(leaf);
}

async function printEntries(
  view: LogView,
  { from, end }: { readonly from: number; readonly end: number },
  { json, all }: How,
): Promise<void> {
  for await (const entry of view.entries(from, end)) {
    if (!all && !isShown(entry.leaf)) continue;
    await print(json ? printableJson(entryJson(entry)) : entryLine(entry));
  }
}

/** On standard error, so that what is printed is entries alone. */
function tellHidden(count: number): void {
  const entries = count === 1 ? "1 entry" : `${count} entries`;
  process.stderr.write(`sallyport: ${entries} of bookkeeping not shown; \`--all\` shows them\n`);
}
