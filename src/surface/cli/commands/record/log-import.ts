// `sallyport log import`: takes what older logging hooks wrote into the log, as claims.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { outlineCommand } from "#guard/effects/outline.ts";
import { userName } from "#platform/user.ts";
import type { AuditEvent } from "#record/event/event.ts";
import { importedEvent, importEvent, recordDigest } from "#record/event/import-events.ts";
import type { LegacyForm } from "#record/legacy/legacy-line.ts";
import { legacyEntries } from "#record/legacy/legacy-records.ts";
import { openSpoolRecorder } from "../../../foundation/record/spool-recorder.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

/** Bytes of one file; a larger one can be split at any line. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Events that are made durable together. */
const BATCH = 512;

/** What became of one file. `known` records were in the log from an earlier run. */
type Imported = {
  readonly file: string;
  readonly source: string;
  readonly bytes: number;
  readonly records: number;
  readonly known: number;
  readonly unread: number;
  readonly damaged: number;
  readonly forms: Readonly<Partial<Record<LegacyForm, number>>>;
  readonly firstUnreadLine: number | undefined;
};

/** `sallyport log import`. */
export const importCommand = defineCommand({
  meta: {
    name: "import",
    description:
      "Takes records of older logging hooks into the log, marked as claims: eight shapes of JSON and text are read, broken JSON for what can be found in it. A file that is given again adds what is new. Example: sallyport log import ~/.claude/audit.log ~/.claude/audit-logs/*.jsonl",
  },
  args: {
    file: { type: "positional", required: true, description: "files to read, as many as you like" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const done: Imported[] = [];
    for (const file of args._) done.push(await importFile(file, directories, args.data));
    await takeSpooled(directories);
    if (args.json === true) await print(printableJson(done));
    else for (const one of done) await print(lineOf(one));
    if (done.some(({ unread }) => unread > 0)) process.exitCode = 1;
  },
});

async function importFile(
  file: string,
  directories: Directories,
  data: string | undefined,
): Promise<Imported> {
  const bytes = await readWhole(file);
  const source = createHash("sha256").update(bytes).digest("hex");
  const before = await knownRecords(data);
  const counts = { records: 0, known: 0, unread: 0, damaged: 0 };
  const forms: Partial<Record<LegacyForm, number>> = {};
  let firstUnreadLine: number | undefined;
  const recorder = await openRecorder(directories);
  for await (const { line, text, record } of legacyEntries(linesOf(bytes))) {
    if (record === undefined) {
      counts.unread += 1;
      firstUnreadLine ??= line;
      continue;
    }
    forms[record.form] = (forms[record.form] ?? 0) + 1;
    if (record.isDamaged) counts.damaged += 1;
    if (before.has(`${line} ${recorder.digestOf(text)}`)) {
      counts.known += 1;
      continue;
    }
    counts.records += 1;
    await recorder.add((stamp) =>
      importedEvent(stamp, record, { digest: source, line, text }, outlineCommand),
    );
  }
  const about = { digest: source, bytes: bytes.length, ...counts, forms, name: file };
  if (counts.records > 0)
    await recorder.add((stamp) => importEvent(stamp, { ...about, user: userName() }));
  await recorder.end();
  return { file, source, bytes: bytes.length, ...counts, forms, firstUnreadLine };
}

/** The records that are in the log already, from this file or an earlier state of it: line and digest of each. */
async function knownRecords(data: string | undefined): Promise<ReadonlySet<string>> {
  const view = await openView(data);
  const known = new Set<string>();
  for await (const { leaf } of view.leaves(0, await view.size())) {
    if (leaf.kind === "fault") continue;
    const { kind, line, record } = leaf.metadata;
    if (kind === "imported" && typeof line === "number" && typeof record === "string")
      known.add(`${line} ${record}`);
  }
  return known;
}

type Recorder = {
  digestOf(text: string): string;
  add(make: (stamp: Parameters<typeof importEvent>[0]) => AuditEvent): Promise<void>;
  end(): Promise<void>;
};

/** Writes events into the spool, where the log's writer takes them from. */
async function openRecorder(directories: Directories): Promise<Recorder> {
  const recorder = await openSpoolRecorder(directories);
  let waiting: AuditEvent[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    await recorder.append(waiting);
    waiting = [];
  };
  const { digest } = recorder.stamp();
  return {
    digestOf: (text) => recordDigest(text, digest),
    async add(make) {
      waiting.push(make(recorder.stamp()));
      if (waiting.length >= BATCH) await flush();
    },
    end: flush,
  };
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    const status = await stat(file);
    if (!status.isFile())
      throw new Failure("import", `\`${printable(file)}\` is no file`, { at: { file } });
    if (status.size > FILE_BYTES_MAX)
      throw new Failure(
        "import",
        `\`${printable(file)}\` has more than ${FILE_BYTES_MAX / 1024 / 1024} MiB: split it at a line and give the parts`,
        { at: { file } },
      );
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new Failure("import", `cannot read \`${printable(file)}\`: ${code}`, {
      at: { file },
      cause,
    });
  }
}

function* linesOf(bytes: Buffer): Generator<string> {
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    const stop = end < 0 ? bytes.length : end;
    yield bytes.toString("utf8", at, stop).replace(/\r$/, "");
    at = stop + 1;
  }
}

function lineOf({
  file,
  records,
  known,
  unread,
  damaged,
  forms,
  firstUnreadLine,
}: Imported): string {
  const shapes = Object.entries(forms).map(([form, count]) => `${form} ${count}`);
  return [
    `${printable(file)}: ${records} records taken over${known === 0 ? "" : `, ${known} were there`}`,
    ...(shapes.length === 0 ? [] : [shapes.join(", ")]),
    ...(damaged === 0 ? [] : [`${damaged} were broken JSON, read for what could be found`]),
    ...(unread === 0 ? [] : [`${unread} not understood, the first at line ${firstUnreadLine}`]),
  ].join("; ");
}
