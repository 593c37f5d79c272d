// Lines of an older log, put together to records: an object may stand over several lines, and so may the text of a command.
import { beginsText, type LegacyRecord, readLegacy } from "./legacy-line.ts";

/** Lines and characters of one record; what is longer is cut, and counts as damaged or unread. */
const LINES_MAX = 64;
const CHARS_MAX = 64 * 1024;

/** A record with the place where it begins, or a place where nothing was understood. */
export type LegacyEntry = {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly record: LegacyRecord | undefined;
};

/** The records in lines, in order. What has no known shape comes back without a record, one entry for each run of such lines. */
export async function* legacyEntries(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<LegacyEntry> {
  let held: string[] = [];
  let chars = 0;
  let begin = 1;
  let at = 0;
  const take = (): LegacyEntry | undefined => {
    const text = held.join("\n");
    held = [];
    chars = 0;
    return text.trim() === "" ? undefined : { line: begin, text, record: readLegacy(text) };
  };
  for await (const line of lines) {
    at += 1;
    if (begins(line, held)) {
      const entry = take();
      if (entry !== undefined) yield entry;
    }
    if (held.length === 0) begin = at;
    if (held.length < LINES_MAX && chars < CHARS_MAX) held.push(line.slice(0, CHARS_MAX - chars));
    chars += line.length;
  }
  const entry = take();
  if (entry !== undefined) yield entry;
}

/** Whether a line begins another record than the lines before it. */
function begins(line: string, held: readonly string[]): boolean {
  if (held.length === 0 || beginsText(line)) return true;
  const [first = ""] = held;
  if (first.startsWith("{")) {
    // An object that ended, on one line or by a bracket alone on its line.
    const isOver = first.trimEnd().endsWith("}") || held.at(-1)?.trimEnd() === "}";
    return isOver || line.trimEnd() === "{" || /^\{\s*"/.test(line);
  }
  return line.startsWith("{") || !beginsText(first);
}
