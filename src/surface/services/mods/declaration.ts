// Reading what plugins, skills and settings declare: files that somebody else writes, within bounds.
import { readJson } from "#base/json.ts";
import { statusBehind } from "../../foundation/files/picture.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";

/** Bytes of a manifest, of a list of hooks, of a text and of settings that are read. */
const DECLARATION_BYTES_MAX = 1024 * 1024;

/** The beginning of a text file, and whether that is all of it; undefined where it cannot be read. */
export function declaration(
  file: string,
): { readonly text: string; readonly isWhole: boolean } | undefined {
  const read = readRegularFileNow(file, DECLARATION_BYTES_MAX);
  if (read === undefined) return undefined;
  return { text: Buffer.from(read.bytes).toString("utf8"), isWhole: read.complete };
}

/** The value of a JSON text, also behind a byte order mark; undefined where it is none. */
export function parsedJson(text: string | undefined): unknown {
  return readJson((text ?? "").replace(/^\uFEFF/, ""));
}

/** Whether a path leads to a folder, also by a link. Never throws. */
export function isFolder(path: string): boolean {
  return statusBehind(path)?.isDirectory() === true;
}
