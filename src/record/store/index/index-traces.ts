// How the index's file was left: a file that looks otherwise was written by somebody else since, or after a kill.
import { statSync } from "node:fs";
import { timingSafeEqual } from "node:crypto";
import { createDeriver } from "../../log/subject.ts";
import { readBounded, replaceFile } from "../files/private-files.ts";

const NOTE_BYTES_MAX = 4 * 1024;

/** The file of the note beside the index. */
export function noteFile(file: string): string {
  return `${file}.left`;
}

/**
 * Number, size and times of the index and of its write-ahead log. WHY the time of change: a program can set the time of
 * modification back, and not this one.
 */
export function traceOf(file: string): string {
  return [file, `${file}-wal`]
    .map((path) => {
      const status = statSync(path, { bigint: true, throwIfNoEntry: false });
      // A write-ahead log that is empty says as much as none.
      if (status === undefined || (path !== file && status.size === 0n)) return "-";
      return [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs].join(" ");
    })
    .join("\n");
}

/** Notes how the file is now, under the installation's key. */
export async function noteLeft(file: string, key: string): Promise<void> {
  const trace = traceOf(file);
  await replaceFile(noteFile(file), `${tagOf(trace, key)}\n${trace}\n`);
}

/** Whether the file is as it was left. */
export async function isAsLeft(file: string, key: string): Promise<boolean> {
  const note = await readBounded(noteFile(file), NOTE_BYTES_MAX).catch(() => undefined);
  const trace = traceOf(file);
  const expected = Buffer.from(`${tagOf(trace, key)}\n${trace}\n`, "utf8");
  return note?.length === expected.length && timingSafeEqual(note, expected);
}

function tagOf(trace: string, key: string): string {
  const derive = createDeriver(Buffer.from(key, "utf8").subarray(0, 64));
  return derive("sallyport/index-left/v1", Buffer.from(trace, "utf8")).toString("hex");
}
