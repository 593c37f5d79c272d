// `sallyport log`: follows, shows, verifies, exports and searches the record of decisions, with or without the daemon.
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { dataDirectory, directoriesIn } from "../../directories.ts";
import { entryJson, entryLine } from "../entry-text.ts";
import { findIndex, wholeNumber } from "../log-place.ts";
import { openView } from "../opened-log.ts";
import { dataOption, jsonOption } from "../options.ts";
import { print } from "../terminal.ts";
import { takeSpooled } from "../spooled-events.ts";
import { exportCommand } from "./log-export.ts";
import { proveCommand } from "./log-prove.ts";
import { importCommand } from "./log-import.ts";
import { summaryCommand } from "./log-summary.ts";
import { verifyCommand } from "./log-verify.ts";

const FOLLOW_MS = 300;

const tailCommand = defineCommand({
  meta: {
    name: "tail",
    description: "The last events, one a line. Example: sallyport log tail -n 20 --follow",
  },
  args: {
    n: { type: "string", default: "10", valueHint: "N", description: "how many events" },
    follow: { type: "boolean", alias: "f", description: "go on as events come, until interrupted" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const view = await openView(args.data);
    const size = await view.size();
    let next = Math.max(0, size - wholeNumber(args.n, "-n"));
    next = await printEntries(view, next, size, args.json === true);
    while (args.follow === true) {
      await sleep(FOLLOW_MS);
      await takeSpooled(directoriesIn(args.data ?? dataDirectory()));
      next = await printEntries(view, next, await view.size(), args.json === true);
    }
  },
});

const showCommand = defineCommand({
  meta: {
    name: "show",
    description:
      "One event with its sealed fields, and its proof. Example: sallyport log show 42 --proof event.tlog-proof",
  },
  args: {
    event: { type: "positional", required: true, description: "index in the log, or event id" },
    proof: {
      type: "string",
      valueHint: "FILE",
      description: "write a proof that the log holds this event",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const view = await openView(args.data);
    const index = await findIndex(view, args.event);
    for await (const entry of view.entries(index, index + 1)) {
      await print(args.json === true ? printableJson(entryJson(entry)) : pageOf(entry));
    }
    if (args.proof !== undefined)
      await writeFile(args.proof, await view.proof(index), { mode: 0o600 });
  },
});

/** `sallyport log`. */
export const logCommand = defineCommand({
  meta: { name: "log", description: "Read, verify, export and search the record of decisions." },
  subCommands: {
    tail: tailCommand,
    show: showCommand,
    prove: proveCommand,
    verify: verifyCommand,
    fsck: async () => (await import("./log-fsck.ts")).fsckCommand,
    logrotate: async () => (await import("./log-logrotate.ts")).logrotateCommand,
    completeness: async () => (await import("./log-completeness.ts")).completenessCommand,
    retention: async () => (await import("./log-retention.ts")).retentionCommand,
    archive: async () => (await import("./log-archive.ts")).archiveCommand,
    hold: async () => (await import("./log-hold.ts")).holdCommand,
    keys: async () => (await import("./log-keys.ts")).keysCommand,
    "rotate-key": async () => (await import("./log-rotate-key.ts")).rotateKeyCommand,
    export: exportCommand,
    import: importCommand,
    summary: summaryCommand,
    search: async () => (await import("./log-search.ts")).searchCommand,
    stats: async () => (await import("./log-stats.ts")).statsCommand,
    timeline: async () => (await import("./log-stats.ts")).timelineCommand,
    follow: async () => (await import("./log-follow.ts")).followCommand,
    sql: async () => (await import("./log-sql.ts")).sqlCommand,
    // These two read YAML, which takes longer to load than the others take to run.
    query: async () => (await import("./log-query.ts")).queryCommand,
    detect: async () => (await import("./log-detect.ts")).detectCommand,
  },
});

async function printEntries(
  view: LogView,
  from: number,
  end: number,
  json: boolean,
): Promise<number> {
  for await (const entry of view.entries(from, end)) {
    await print(json ? printableJson(entryJson(entry)) : entryLine(entry));
  }
  return Math.max(from, end);
}

function pageOf(entry: ViewedEntry): string {
  const { index, leaf, sealed } = entry;
  if (leaf.kind === "fault") return entryLine(entry);
  const clear = Object.entries(leaf.metadata).map(([name, value]) => fieldLine(name, value));
  const hidden =
    sealed === undefined
      ? []
      : Object.entries(sealed).map(([name, value]) => fieldLine(name, value));
  const heading =
    sealed === undefined ? (leaf.sections.length > 0 ? ["sealed: (erased)"] : []) : ["sealed:"];
  return [
    entryLine(entry),
    `index: ${index}`,
    `id: ${leaf.id}`,
    ...clear,
    ...heading,
    ...hidden.map((line) => `  ${line}`),
  ].join("\n");
}

function fieldLine(name: string, value: Json): string {
  return `${printable(name)}: ${typeof value === "string" ? printable(value) : printableJson(value)}`;
}
