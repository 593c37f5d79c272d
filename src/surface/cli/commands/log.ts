// `sallyport log`: follows, shows, verifies, exports and searches the record of decisions, with or without the daemon.
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { describeEvent } from "#record/event/describe.ts";
import { type NoteVerifier, parseVerifier } from "#record/log/note.ts";
import type { LogFault, LogReport } from "#record/log/report.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { dataDirectory, directoriesIn } from "../../directories.ts";
import { dataOption, jsonOption, openView, print, tellWaiting } from "../opened-log.ts";
import { takeSpooled } from "../spooled-events.ts";
import { exportCommand } from "./log-export.ts";
import { summaryCommand } from "./log-summary.ts";

const FOLLOW_MS = 300;
const NOTE_FILE_BYTES_MAX = 64 * 1024;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
      await print(args.json === true ? printableJson(toJson(entry)) : pageOf(entry));
    }
    if (args.proof !== undefined)
      await writeFile(args.proof, await view.proof(index), { mode: 0o600 });
  },
});

const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description:
      "Re-derives the whole log and names what was changed; exit code 0 whole, 1 fault found, 2 could not verify. Example: sallyport log verify --trusted checkpoint-of-last-month",
  },
  args: {
    key: {
      type: "string",
      valueHint: "KEY",
      description: "verifier key, or a file that holds it (default: the key store's)",
    },
    trusted: {
      type: "string",
      valueHint: "FILE",
      description: "an earlier checkpoint of this log that was kept elsewhere",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { log, keys } = directories;
    await takeSpooled(directories);
    const verifier = args.key === undefined ? await readVerifier(keys) : await readKey(args.key);
    if (verifier === undefined) {
      throw new Failure(
        "key-missing",
        `there is no verifier key in \`${keys}\`: name one with \`--key\``,
      );
    }
    const trusted = args.trusted === undefined ? undefined : await readNote(args.trusted);
    await tellWaiting(log);
    const report = await checkLog({
      log,
      keys: args.key === undefined ? keys : undefined,
      verifier,
      trusted,
    });
    await print(
      args.json === true
        ? printableJson(reportJson(report, verifier))
        : reportText(report, verifier),
    );
    if (report.faults.length > 0) process.exitCode = 1;
  },
});

/** `sallyport log`. */
export const logCommand = defineCommand({
  meta: { name: "log", description: "Read, verify, export and search the record of decisions." },
  subCommands: {
    tail: tailCommand,
    show: showCommand,
    verify: verifyCommand,
    export: exportCommand,
    summary: summaryCommand,
    // Only this one reads YAML, which takes longer to load than the others take to run.
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
    await print(json ? printableJson(toJson(entry)) : lineOf(entry));
  }
  return Math.max(from, end);
}

function lineOf({ index, leaf, sealed }: ViewedEntry): string {
  const number = String(index).padStart(6);
  if (leaf.kind === "fault") return `${number}  (not an event of this version: ${leaf.reason})`;
  const erased = leaf.sections.length > 0 && sealed === undefined ? "  (erased)" : "";
  return `${number}  ${describeEvent(leaf, sealed)}${erased}`;
}

function pageOf(entry: ViewedEntry): string {
  const { index, leaf, sealed } = entry;
  if (leaf.kind === "fault") return lineOf(entry);
  const clear = Object.entries(leaf.metadata).map(([name, value]) => fieldLine(name, value));
  const hidden =
    sealed === undefined
      ? []
      : Object.entries(sealed).map(([name, value]) => fieldLine(name, value));
  const heading =
    sealed === undefined ? (leaf.sections.length > 0 ? ["sealed: (erased)"] : []) : ["sealed:"];
  return [
    lineOf(entry),
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

function toJson({ index, leaf, sealed }: ViewedEntry): Json {
  if (leaf.kind === "fault") return { index, fault: leaf.reason };
  const erased = leaf.sections.length > 0 && sealed === undefined;
  return {
    index,
    id: leaf.id,
    timeMs: leaf.timeMs,
    metadata: leaf.metadata,
    sealed: sealed ?? null,
    erased,
  };
}

async function findIndex(view: LogView, event: string): Promise<number> {
  const size = await view.size();
  const id = event.toLowerCase();
  const index = UUID.test(id) ? await view.find(id) : wholeNumber(event, "the event");
  if (index === undefined || index >= size) {
    throw new Failure(
      "event-missing",
      `the log has no event \`${printable(event)}\`: it has ${size}, counted from 0`,
    );
  }
  return index;
}

function wholeNumber(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new Failure(
      "usage",
      `${what} is \`${printable(text)}\`: give a whole number, or an event id to show`,
    );
  }
  return Number(text);
}

async function readKey(keyOrFile: string): Promise<NoteVerifier> {
  const given = parseVerifier(keyOrFile);
  if (given !== undefined) return given;
  const fromFile = parseVerifier((await readNote(keyOrFile)).toString("utf8"));
  if (fromFile === undefined)
    throw new Failure(
      "usage",
      `\`${printable(keyOrFile)}\` holds no verifier key (\`name+id+base64\`)`,
    );
  return fromFile;
}

async function readNote(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Failure("usage", `cannot read \`${printable(path)}\`: name a file that exists`, {
      cause,
    });
  });
  if (bytes.length > NOTE_FILE_BYTES_MAX)
    throw new Failure("usage", `\`${printable(path)}\` is too large for a key or checkpoint`);
  return bytes;
}

function reportJson(report: LogReport, verifier: NoteVerifier): Json {
  const { checkpoint, entries, faults, faultsOmitted } = report;
  const head =
    checkpoint === undefined
      ? null
      : { size: checkpoint.size, root: Buffer.from(checkpoint.root).toString("base64") };
  const told = faults.map((fault) => ({ ...definedOnly(fault), message: faultText(fault) }));
  return {
    whole: faults.length === 0,
    key: verifier.text,
    checkpoint: head,
    entries,
    faults: told,
    faultsOmitted,
  };
}

function definedOnly(fault: LogFault): { [key: string]: Json } {
  const members = Object.entries(fault).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    members.map(([name, value]) => [name, typeof value === "number" ? value : String(value)]),
  );
}

function reportText(report: LogReport, verifier: NoteVerifier): string {
  if (report.faults.length === 0) {
    const root = Buffer.from(report.checkpoint?.root ?? []).toString("base64");
    return `whole: ${report.entries} entries, root ${root}, signed by ${printable(verifier.name)}`;
  }
  const lines = report.faults.map((fault) => `fault: ${printable(faultText(fault))}`);
  if (report.faultsOmitted > 0) lines.push(`and ${report.faultsOmitted} more`);
  return lines.join("\n");
}

/** A fault in words; entries are named by index, and by event id where it can still be read. */
function faultText(fault: LogFault): string {
  switch (fault.kind) {
    case "checkpoint-missing":
      return "the checkpoint is missing";
    case "checkpoint-malformed":
      return "the checkpoint is not a signed note of three lines";
    case "checkpoint-signature":
      return "the checkpoint was altered: its signature does not hold";
    case "wrong-key":
      return `the checkpoint was not signed by ${fault.expected}`;
    case "entry-altered":
      return `entry ${fault.index}${eventText(fault.eventId)} was altered`;
    case "entry-or-tile-altered":
      return `entry ${fault.index}${eventText(fault.eventId)} or its hash was altered`;
    case "entries-rewritten":
      return `entries ${fault.index} to ${fault.end - 1} were replaced together with their hashes`;
    case "entries-missing":
      return `entries ${fault.index} to ${fault.end - 1} are missing from ${fault.path}`;
    case "bundle-trailing-bytes":
      return `${fault.path} has bytes after entry ${fault.index - 1}`;
    case "tile-altered":
      return `${fault.path} was altered: its hash of entry ${fault.index} is wrong`;
    case "tile-missing":
      return `${fault.path} is missing`;
    case "partial-altered":
      return `${fault.path}, an earlier state, was altered at entry ${fault.index}`;
    case "stray-file":
      return `${fault.path} does not belong to the log`;
    case "root-mismatch":
      return `the ${fault.size} entries are not the ones that the checkpoint was signed for`;
    case "trusted-unusable":
      return `the trusted checkpoint cannot be used: ${fault.why}`;
    case "rollback":
      return `the log was rolled back: it has ${fault.size} entries, ${fault.trustedSize} were signed`;
    case "rewritten-since-trusted":
      return `the first ${fault.trustedSize} entries are not the ones of the trusted checkpoint`;
    default:
      return fault satisfies never;
  }
}

function eventText(eventId: string | undefined): string {
  return eventId === undefined ? "" : ` (event ${eventId})`;
}
