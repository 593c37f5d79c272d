// How far this machine's log is at the collector that it is handed in to: written by the daemon, asked by retention and `status`.
import * as v from "valibot";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

const TROUBLE_CHARS_MAX = 300;

const Schema = v.strictObject({
  version: v.literal(1),
  url: v.pipe(v.string(), v.maxLength(2_048)),
  tree: v.pipe(v.string(), v.maxLength(200)),
  next: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  timeMs: v.pipe(v.number(), v.safeInteger()),
  trouble: v.pipe(v.string(), v.maxLength(TROUBLE_CHARS_MAX)),
});

/**
 * What the collector at `url` had of the log `tree` when it last said so: the entries below `next`. `trouble` is why nothing
 * is handed in now, empty while it is.
 */
export type ForwardedMark = Omit<v.InferOutput<typeof Schema>, "version">;

/** The mark; undefined where there is none, or the file is not one: then the collector is asked again. */
export function readForwardedMark(file: string): ForwardedMark | undefined {
  const text = readPrivateFile(file, { secret: false });
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Schema), text);
  return parsed.success ? parsed.output : undefined;
}

/** Writes it anew. */
export function writeForwardedMark(file: string, mark: ForwardedMark): void {
  const trouble = mark.trouble.slice(0, TROUBLE_CHARS_MAX);
  writePrivateFile(file, `${JSON.stringify({ ...mark, version: 1, trouble })}\n`);
}
