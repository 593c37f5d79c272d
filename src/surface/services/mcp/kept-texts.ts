// Small JSON files that are read with many calls: kept as long as the file is the same one, and told apart from one that cannot be read.
import { statSync } from "node:fs";
import { dropOldest } from "#base/drop-oldest.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";

const FILES_MAX = 256;

/** What a file holds, `undefined` where there is none, `unreadable` where it is larger than it may be or cannot be read. */
export type ReadKept<Value> = (file: string) => Value | "unreadable" | undefined;

/** Builds the reading: `parse` gives undefined for what it cannot read. */
export function keptFiles<Value>(
  bytesMax: number,
  parse: (text: Buffer) => Value | undefined,
): ReadKept<Value> {
  const known = new Map<string, { readonly mark: string; readonly value: Value | "unreadable" }>();
  return (file) => {
    const mark = fileMark(file);
    if (mark === undefined) return undefined;
    const last = known.get(file);
    if (last?.mark === mark) return last.value;
    const read = readRegularFileNow(file, bytesMax);
    const value =
      read?.complete === true
        ? (parse(Buffer.from(read.bytes)) ?? ("unreadable" as const))
        : ("unreadable" as const);
    known.delete(file);
    known.set(file, { mark, value });
    dropOldest(known, FILES_MAX);
    return value;
  };
}

/** Changes with every write of a file; undefined where there is none. */
function fileMark(file: string): string | undefined {
  try {
    const status = statSync(file, { throwIfNoEntry: false, bigint: true });
    if (status === undefined) return undefined;
    return `${status.ino}:${status.size}:${status.mtimeNs}:${status.ctimeNs}`;
  } catch {
    return "unreadable";
  }
}
