// The rows of one transcript, one at a time and in constant memory, with what could not be read counted.
import { closeSync, createReadStream, openSync } from "node:fs";
import { readJson } from "#base/json.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { readRow, type TranscriptRow } from "#assure/past/transcript-row.ts";
import { openFlags } from "#platform/open-flags.ts";
import { byteLines } from "../../foundation/files/byte-lines.ts";

/** Bytes that are read at once. */
const PIECE_BYTES = 1024 * 1024;
/** Rows of the client's own books, by how they begin. WHY before they are parsed: they are most of a transcript's bytes, and tell nothing. */
const PASSED_OVER = /^\{"type":"(?!user"|assistant"|attachment"|cost-state")[a-z-]{1,40}"/;
const HEAD_BYTES = 64;

/** Why a line is no row. */
export type RowFault = "no JSON" | "cut" | "too long";

/**
 * Reads a file from its beginning. `fault` hears of each line that is no JSON; `bytes` of how far it is. Rejects with the system's error
 * where the file cannot be opened or read on.
 */
export async function* transcriptRows(
  path: string,
  hears: { fault(why: RowFault): void; bytes(count: number): void },
): AsyncGenerator<TranscriptRow> {
  const file = openSync(path, openFlags.read);
  try {
    const stream = createReadStream(path, {
      fd: file,
      autoClose: false,
      highWaterMark: PIECE_BYTES,
    });
    let isCut = false;
    for await (const line of byteLines(stream, PAYLOAD_BYTES_MAX)) {
      if (isCut) hears.fault("no JSON");
      isCut = false;
      if (line === undefined) {
        hears.fault("too long");
        continue;
      }
      hears.bytes(line.length + 1);
      const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
      if (PASSED_OVER.test(bytes.toString("latin1", 0, HEAD_BYTES))) continue;
      const text = bytes.toString("utf8");
      if (text.trim() === "") continue;
      const value = readJson(text);
      // Whether it is the last line, which a client that was killed leaves unfinished, shows with the next one.
      if (value === undefined) isCut = true;
      else {
        const row = readRow(value);
        if (row !== undefined) yield row;
      }
    }
    if (isCut) hears.fault("cut");
  } finally {
    closeSync(file);
  }
}
