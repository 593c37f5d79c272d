// Machines and their days as lines of files: one JSON value a line, held to its schema when it is read.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { columnsOf, type DayColumns, parseColumns } from "#record/fleet/day-sums.ts";
import {
  hostDaySchema,
  isKeptReport,
  type SeenDay,
  type SeenHost,
} from "#record/fleet/host-report.ts";

const MACHINE_CHARS_MAX = 128;
const machine = v.pipe(v.string(), v.maxLength(MACHINE_CHARS_MAX));
const time = v.pipe(v.number(), v.safeInteger());
const daySchema = v.strictObject({
  machine,
  version: v.nullable(time),
  stage: v.nullable(v.picklist(["observe", "ask", "enforce"])),
  day: hostDaySchema,
});

/** A machine as a line. */
export function hostLine(host: SeenHost): string {
  return JSON.stringify(host);
}

/** The machine of a line; undefined for what is none. */
function parseHost(line: string): SeenHost | undefined {
  const host = readJson(line) as Partial<Record<keyof SeenHost, unknown>> | undefined;
  if (typeof host !== "object" || host === null || Object.keys(host).length !== 4) return undefined;
  const { machine: name, seenMs, skewMs, report } = host;
  const isWhole =
    typeof name === "string" &&
    name.length <= MACHINE_CHARS_MAX &&
    Number.isSafeInteger(seenMs) &&
    Number.isSafeInteger(skewMs) &&
    isKeptReport(report);
  return isWhole ? (host as SeenHost) : undefined;
}

/** A day as a line. */
export function dayLine({ machine: name, version, stage, day }: SeenDay): string {
  return JSON.stringify({ machine: name, version, stage, day });
}

/** The day of a line; undefined for what is none. */
function parseDay(line: string): SeenDay | undefined {
  const parsed = v.safeParse(daySchema, readJson(line));
  return parsed.success ? parsed.output : undefined;
}

/** A day of all machines: its lines, and beside them the same in columns without which it is read more slowly. */
export type DayFile = { readonly day: string; readonly file: string; readonly sums: string };

/** Files of days in a tenant's folder, the oldest first. */
export function dayFiles(folder: string): readonly DayFile[] {
  const days = join(folder, "days");
  if (!existsSync(days)) return [];
  return readdirSync(days)
    .toSorted()
    .flatMap((name) => {
      const [, day] = /^(\d{4}-\d{2}-\d{2})\.ndjson$/.exec(name) ?? [];
      return day === undefined ? [] : [dayFile(folder, day)];
    });
}

/** Where a day lies in a tenant's folder. */
export function dayFile(folder: string, day: string): DayFile {
  const [file, sums] = [`${day}.ndjson`, `${day}.sums`].map((name) => join(folder, "days", name));
  return { day, file: file ?? "", sums: sums ?? "" };
}

const SUMS_BYTES_MAX = 256 * 1024 * 1024;

/** The columns as they lie beside the lines of a day. */
export function sumsText(file: string, columns: DayColumns): string {
  return `${signOf(file)}\n${JSON.stringify(columns)}\n`;
}

/** The columns of a day; those beside its lines only where they were made of just these lines. Throws a Failure `fleet-hosts`. */
export function readColumns({ file, sums }: DayFile): DayColumns {
  const size = statSync(sums, { throwIfNoEntry: false })?.size ?? 0;
  const [sign, text] =
    size > 0 && size <= SUMS_BYTES_MAX ? readFileSync(sums, "utf8").split("\n") : [];
  const known = sign === signOf(file) && text !== undefined ? parseColumns(text) : undefined;
  return known ?? columnsOf(daysIn(file));
}

function signOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  return `sums of ${size} bytes at ${mtimeMs}`;
}

/** The days in a file. Throws a Failure `fleet-hosts` where a line is none. */
export function* daysIn(file: string): Iterable<SeenDay> {
  for (const line of linesOf(file)) {
    const seen = parseDay(line);
    if (seen === undefined) throw damaged(file);
    yield seen;
  }
}

/** The machines in a tenant's folder. Throws a Failure `fleet-hosts` where a line is none. */
export function* hostsIn(folder: string): Iterable<SeenHost> {
  const file = join(folder, "hosts.ndjson");
  for (const line of linesOf(file)) {
    const host = parseHost(line);
    if (host === undefined) throw damaged(file);
    yield host;
  }
}

const CHUNK_BYTES = 1024 * 1024;
const LINE_CHARS_MAX = 1024 * 1024;

/** The lines of a file; none where there is no file. Throws a Failure `fleet-hosts` for a line that nobody would write. */
function* linesOf(file: string): Iterable<string> {
  if (!existsSync(file)) return;
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const decoder = new StringDecoder("utf8");
  const handle = openSync(file, "r");
  try {
    let rest = "";
    for (let bytes = 1; bytes > 0; ) {
      bytes = readSync(handle, chunk);
      const lines = `${rest}${decoder.write(chunk.subarray(0, bytes))}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_CHARS_MAX) throw damaged(file);
      for (const line of lines) if (line !== "") yield line;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(handle);
  }
}

/** What is said of a file that no collector wrote. */
function damaged(file: string): Failure {
  return new Failure("fleet-hosts", `\`${file}\` is not what a collector wrote; move it away`, {
    at: { file },
  });
}
