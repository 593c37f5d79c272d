// Machines and their days as lines of files: one JSON value a line, held to its schema when it is read.
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import {
  hostDaySchema,
  hostReportSchema,
  type SeenDay,
  type SeenHost,
} from "#record/fleet/host-report.ts";

const machine = v.pipe(v.string(), v.maxLength(128));
const time = v.pipe(v.number(), v.safeInteger());
const hostSchema = v.strictObject({
  ...{ machine, seenMs: time, skewMs: time },
  report: hostReportSchema,
});
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
export function parseHost(line: string): SeenHost | undefined {
  const parsed = v.safeParse(hostSchema, readJson(line));
  return parsed.success ? parsed.output : undefined;
}

/** A day as a line. */
export function dayLine({ machine: name, version, stage, day }: SeenDay): string {
  return JSON.stringify({ machine: name, version, stage, day });
}

/** The day of a line; undefined for what is none. */
export function parseDay(line: string): SeenDay | undefined {
  const parsed = v.safeParse(daySchema, readJson(line));
  return parsed.success ? parsed.output : undefined;
}

/** Files of days in a tenant's folder, the oldest first. */
export function dayFiles(
  folder: string,
): readonly { readonly day: string; readonly file: string }[] {
  const days = join(folder, "days");
  if (!existsSync(days)) return [];
  return readdirSync(days)
    .toSorted()
    .flatMap((name) => {
      const [, day] = /^(\d{4}-\d{2}-\d{2})\.ndjson$/.exec(name) ?? [];
      return day === undefined ? [] : [{ day, file: join(days, name) }];
    });
}

/** The lines of a file; none where there is no file. */
export async function* linesOf(file: string): AsyncIterable<string> {
  if (!existsSync(file)) return;
  for await (const line of createInterface({
    input: createReadStream(file, "utf8"),
    crlfDelay: Infinity,
  }))
    if (line !== "") yield line;
}

/** What is said of a file that no collector wrote. */
export function damaged(file: string): Failure {
  return new Failure("fleet-hosts", `\`${file}\` is not what a collector wrote; move it away`, {
    at: { file },
  });
}
