// A transcript read on from where it was left, in pieces and within bounds: what each request used, each message once.
import { type FileHandle, open } from "node:fs/promises";
import { readJson } from "#base/json.ts";
import { readRow, type Told } from "#assure/past/transcript-row.ts";
import { openFlags } from "#platform/open-flags.ts";
import { userId } from "#platform/user.ts";
import type { Followed } from "./followed-file.ts";

/** Bytes that are read at once, and of the longest row that is read: a row holds whole files that were written. */
const PIECE_BYTES = 256 * 1024;
const ROW_BYTES_MAX = 4 * 1024 * 1024;
const NEWLINE = 10;

/** What a row tells of spending. */
export type SpentRow = {
  readonly agent: string;
  readonly timeMs: number | undefined;
  readonly session: string | undefined;
  readonly told: Extract<Told, { kind: "usage" | "cost" }>;
};

/**
 * Reads what was added to a file. Nothing where there is no plain file of ours. A file that was made shorter is read from its
 * beginning, without the rows that are as old as those which were read.
 */
export async function follow(
  path: string,
  at: Followed,
  take: (row: SpentRow) => void,
): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, openFlags.read);
    const status = await file.stat();
    if (!status.isFile() || status.uid !== (userId() ?? status.uid)) return;
    let knownMs = -1;
    if (status.size < at.offset) {
      at.offset = 0;
      at.isWithin = false;
      knownMs = at.lastMs;
    }
    await readOn(file, at, status.size, (row) => {
      if (row.timeMs !== undefined) at.lastMs = Math.max(at.lastMs, row.timeMs);
      if ((row.timeMs ?? 0) > knownMs) take(row);
    });
  } catch {
    // WHY nothing: a file that is gone or cannot be read is looked at again with the next call.
  } finally {
    await file?.close().catch(() => undefined);
  }
}

async function readOn(
  file: FileHandle,
  at: Followed,
  size: number,
  take: (row: SpentRow) => void,
): Promise<void> {
  let bytes = Buffer.allocUnsafe(PIECE_BYTES);
  while (at.offset < size) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at.offset);
    if (bytesRead === 0) return;
    const piece = bytes.subarray(0, bytesRead);
    const end = piece.lastIndexOf(NEWLINE);
    if (end === -1) {
      // A row that is not finished, or one that needs more room.
      if (at.offset + bytesRead >= size && bytesRead < ROW_BYTES_MAX && !at.isWithin) return;
      if (at.isWithin || bytes.length >= ROW_BYTES_MAX) {
        if (!at.isWithin) at.unread += 1;
        at.isWithin = true;
        at.offset += bytesRead;
      } else bytes = Buffer.allocUnsafe(bytes.length * 4);
      continue;
    }
    takeRows(piece.subarray(0, end), at, take);
    at.offset += end + 1;
  }
}

function takeRows(piece: Buffer, at: Followed, take: (row: SpentRow) => void): void {
  let from = 0;
  while (from <= piece.length) {
    const newline = piece.indexOf(NEWLINE, from);
    const end = newline === -1 ? piece.length : newline;
    const line = piece.subarray(from, end);
    from = end + 1;
    if (at.isWithin) {
      at.isWithin = false;
      continue;
    }
    // WHY before it is parsed: what tools answered is most of a transcript, and tells nothing of what was spent.
    if (!line.includes('"usage"') && !line.includes('"totalCostUSD"')) continue;
    const row = readRow(readJson(line.toString("utf8")));
    if (row === undefined) continue;
    const { agent, timeMs, session } = row;
    for (const told of row.told)
      if (told.kind === "usage" || told.kind === "cost") take({ agent, timeMs, session, told });
  }
}
