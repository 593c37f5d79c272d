// Lines of a hidden file that its view leaves as they are.
import { VIEW_BYTES_MAX } from "#guard/hold/views/view.ts";
import { readRegularFileNow } from "../../../foundation/files/regular-file.ts";

/**
 * Whether each line of a view that holds one of these words (lower case, in either case there) is the file's own: who looks for them sees
 * no value that was made up. WHY by the view alone: an answer that hung on the true values would tell whether a guess of one is right. A
 * file that cannot be read line beside line has none.
 */
export function areLinesSame(path: string, view: string, words: readonly string[]): boolean {
  const [own, shown] = [linesOf(path), linesOf(view)];
  if (own === undefined || shown === undefined || own.length !== shown.length) return false;
  return shown.every((line, at) => {
    const lower = line.toLowerCase();
    return line === own[at] || !words.some((word) => lower.includes(word));
  });
}

function linesOf(path: string): readonly string[] | undefined {
  const read = readRegularFileNow(path, VIEW_BYTES_MAX);
  return read?.complete === true ? Buffer.from(read.bytes).toString("utf8").split("\n") : undefined;
}
