// The roll-ups of telemetry on disk: written by the daemon, read by it and by `sallyport telemetry status`.
import * as v from "valibot";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { emptyUsage, type Usage } from "./usage.ts";

const VERSION = 1;
const number = v.pipe(v.number(), v.finite(), v.minValue(0));
const numbers = v.record(v.string(), number);
const usageSchema = v.strictObject({
  version: v.literal(VERSION),
  days: v.record(
    v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
    v.strictObject({ sums: numbers, models: v.record(v.string(), numbers) }),
  ),
  events: numbers,
  spans: v.record(v.string(), v.strictObject({ count: number, durationMs: number })),
  discrepancies: numbers,
  counts: v.strictObject({
    duplicates: number,
    unknownMetrics: number,
    foreign: number,
    rejected: number,
  }),
  lastMs: v.nullable(number),
});

/** What is stored; nothing where there is no file, or one that cannot be read, which `say` hears of. */
export function readUsage(file: string, say: (line: string) => void = () => undefined): Usage {
  try {
    const text = readPrivateFile(file, { secret: false });
    if (text === undefined) return emptyUsage();
    const { version: _, ...usage } = v.parse(usageSchema, JSON.parse(text));
    return usage;
  } catch {
    // WHY not refused: these are sums for people; what counts stands in the log.
    say(`the roll-ups of telemetry begin anew: \`${file}\` cannot be read`);
    return emptyUsage();
  }
}

/** Replaces the file. Throws what the disk says. */
export function writeUsage(file: string, usage: Usage): void {
  writePrivateFile(file, `${JSON.stringify({ version: VERSION, ...usage })}\n`);
}
