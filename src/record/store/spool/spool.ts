// The spool: where a process that does not write the log puts its leaves, each process in files of its own.
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { openFlags } from "#platform/open-flags.ts";
import { hashLeaf } from "../../log/tree.ts";
import { encodeFrames } from "../files/journal.ts";

/**
 * A file of the spool: wall time of its making, process id, which file of the process it is (four hex digits), chance;
 * `.taken` once the log's writer has it. Sorted by name, the files of a process stand in the order of their making.
 */
export const SPOOL_NAME = /^\d{13}-\d{1,10}-[0-9a-f]{8}\.spool(?:\.taken)?$/;
/** A writer whose file was taken while it wrote writes again into a new one; this often at most. */
const ATTEMPTS_MAX = 8;

/** Appends leaves for one process. */
export type Spool = {
  /**
   * Writes leaves in one write, before the first turn of the event loop where no other append is under way; with
   * `durable` the disk has them when this resolves. Rejects with a Failure `spool` when it cannot; a torn frame that is
   * left then is set aside by the log's writer.
   */
  append(leaves: readonly Uint8Array[], options: { readonly durable: boolean }): Promise<void>;
};

type OpenFile = { readonly path: string; readonly descriptor: number; isNamed: boolean };

/** Opens the spool in `directory`, which exists; a file is made with the first append. */
export function openSpool(directory: string, nowMs: () => number): Spool {
  let file: OpenFile | undefined;
  let made = 0;
  let latestMs = 0;
  let underWay: Promise<void> | undefined;
  const leave = () => {
    if (file !== undefined) closeSync(file.descriptor);
    file = undefined;
  };
  const append = async (frames: Buffer, durable: boolean): Promise<void> => {
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        if (file === undefined) {
          // A clock that goes back must not put a later file before an earlier one.
          latestMs = Math.max(latestMs, Math.floor(nowMs()));
          file = create(directory, latestMs, made);
          made += 1;
        }
        write(file, frames);
        if (durable) await sync(file, directory);
        // WHY: the log's writer renames a file before it reads it. Under its own name after the write, the file was
        // whole when it was renamed; else it is not known what was read, and the leaves are written again. The log
        // takes each event id once.
        if (isInPlace(file)) return;
        leave();
      }
    } catch (cause) {
      // What comes next must not stand behind a torn frame.
      leave();
      throw unwritable(directory, cause);
    }
    throw unwritable(directory, undefined);
  };
  return {
    append(leaves, { durable }) {
      const frames = encodeFrames(leaves.map((bytes) => ({ bytes, hash: hashLeaf(bytes) })));
      // One after the other: the next one may have to go into another file.
      const before = underWay;
      const mine =
        before === undefined
          ? append(frames, durable)
          : before.catch(() => undefined).then(() => append(frames, durable));
      underWay = mine;
      return mine.finally(() => {
        if (underWay === mine) underWay = undefined;
      });
    },
  };
}

function create(directory: string, timeMs: number, number: number): OpenFile {
  const time = String(timeMs).padStart(13, "0");
  const order = (number % 0x1_0000).toString(16).padStart(4, "0");
  const chance = randomBytes(2).toString("hex");
  const path = join(directory, `${time}-${process.pid}-${order}${chance}.spool`);
  const descriptor = openSync(path, openFlags.appendNew, 0o600);
  return { path, descriptor, isNamed: false };
}

function write(file: OpenFile, frames: Buffer): void {
  const written = writeSync(file.descriptor, frames);
  if (written !== frames.length) throw new Error("the disk took a part only");
}

/** Waits until the disk has the file and its name, without holding up the process. */
async function sync(file: OpenFile, directory: string): Promise<void> {
  await synced(file.descriptor);
  if (file.isNamed) return;
  const descriptor = openSync(directory, "r");
  try {
    await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
  file.isNamed = true;
}

function synced(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
  });
}

function isInPlace({ path, descriptor }: OpenFile): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino;
}

function unwritable(directory: string, cause: unknown): Failure<"spool"> {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new Failure(
    "spool",
    `the spool \`${directory}\` cannot be written${code}: check its disk`,
    {
      cause,
    },
  );
}
