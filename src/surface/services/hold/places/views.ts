// Views of hidden files on disk, each made again when its file changed.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, type Stats, utimesSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Stream } from "#guard/hold/views/disguise.ts";
import { fileLogins, type ProgramLogin } from "#guard/hold/keys/program-logins.ts";
import { type ViewKey, viewKeys } from "#guard/hold/keys/view-keys.ts";
import { hasView, VIEW_BYTES_MAX, viewOf } from "#guard/hold/views/view.ts";
import { processStart } from "#platform/processes.ts";
import { writeOwnFile } from "../../../foundation/files/own-file.ts";
import { readRegularFileNow } from "../../../foundation/files/regular-file.ts";
import { entriesOf, isSettled, statusOf } from "./entries.ts";

/** Makes views of files, and remembers them while their files do not change. */
export type Views = {
  /** A file that holds the view of this one; undefined where none can be made. */
  of(path: string): Promise<string | undefined>;
  /** A file that holds the same, where all of it is what `isMade` knows; undefined where it is not, or more than one name leads to it. */
  ofMade(path: string, isMade: (bytes: Uint8Array) => boolean): string | undefined;
  /** What of such a view, as it was last asked for, stands for values that belong to a host. */
  keysOf(path: string): readonly ViewKey[];
  /** The same of what a program logs in with, of files that are its own. */
  loginsOf(path: string): readonly ProgramLogin[];
};

type Made = {
  readonly from: string;
  readonly keys: readonly ViewKey[];
  readonly logins: readonly ProgramLogin[];
};
type Known = Omit<Made, "from"> & { readonly from: string | undefined; readonly state: string };
const HIDDEN = { from: undefined, keys: [], logins: [] };

const VIEWS_MAX = 4_096;
/** Rights that a view has whatever the file has: the sandbox of the same user reads it. */
const READABLE = 0o400;

/** Numbers by a key that nobody else has, and that ends with whoever asked. */
export function newStream(): Stream {
  const key = randomBytes(32);
  return (value, count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0, part = 0; at < count; part += 1) {
      const made = createHmac("sha256", key).update(`${part}:${value}`).digest();
      bytes.set(made.subarray(0, count - at), at);
      at += made.length;
    }
    return bytes;
  };
}

/**
 * Views in a folder of this process below `all`. WHY a key that nobody else has: who could work out the value in the place of a short
 * secret would find the secret by trying. It ends with the process, and so do the views.
 */
export function createViews(all: string): Views {
  const folder = join(all, `${process.pid}-${randomBytes(4).toString("hex")}`);
  const stream = newStream();
  const known = new Map<string, Known>();
  /** Files that were made, the oldest first. A call that was answered may begin with one of before at any time. */
  const made = new Set<string>();
  const make = async (
    path: string,
    state: string,
    { mtime, mode }: Stats,
  ): Promise<Made | undefined> => {
    const read = readRegularFileNow(path, VIEW_BYTES_MAX);
    const text = read?.complete === true ? Buffer.from(read.bytes).toString("utf8") : undefined;
    const view = text === undefined ? undefined : await viewOf(path, text, { stream });
    if (text === undefined || view === undefined) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // WHY the state in the name: what was prepared for the view of before is not joined by later calls.
    const from = join(folder, digest(`${path}\0${state}`));
    writeOwnFile(from, view, (mode & 0o777) | READABLE);
    utimesSync(from, mtime, mtime);
    made.add(from);
    return {
      from,
      keys: viewKeys(path, text, view),
      logins: fileLogins(path, text, view),
    };
  };
  return {
    async of(path) {
      if (!hasView(path)) return undefined;
      const status = statusOf(path);
      if (status?.isFile() !== true) return undefined;
      const state = `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
      const before = known.get(path);
      if (before?.state === state) return before.from;
      const isKnown = isSettled(status);
      let one: Made | undefined;
      try {
        one = await make(path, state, status);
      } catch {
        // It stays hidden whole.
      }
      known.delete(path);
      known.set(path, { state: isKnown ? state : "", ...(one ?? HIDDEN) });
      dropOldest(known, VIEWS_MAX);
      if (made.size > 2 * VIEWS_MAX) dropFormer();
      return one?.from;
    },
    ofMade(path, isMade) {
      const status = statusOf(path);
      if (status?.isFile() !== true || status.nlink > 1) return undefined;
      try {
        const read = readRegularFileNow(path, VIEW_BYTES_MAX);
        if (read?.complete !== true || !isMade(read.bytes)) return undefined;
        const state = createHash("sha256").update(read.bytes).digest("hex");
        const from = join(
          folder,
          digest(`made\0${path}\0${status.mode}\0${status.mtimeMs}\0${state}`),
        );
        if (made.has(from)) return from;
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeOwnFile(from, read.bytes, (status.mode & 0o777) | READABLE);
        utimesSync(from, status.mtime, status.mtime);
        made.add(from);
        return from;
      } catch {
        return undefined;
      }
    },
    keysOf: (path) => known.get(path)?.keys ?? [],
    loginsOf: (path) => known.get(path)?.logins ?? [],
  };

  /** Takes away the older half of the views that no file has any more. */
  function dropFormer(): void {
    const current = new Set([...known.values()].map(({ from }) => from));
    for (const from of [...made].filter((one) => !current.has(one)).slice(0, VIEWS_MAX / 2)) {
      rmSync(from, { force: true });
      made.delete(from);
    }
  }
}

/**
 * Takes away views of processes that ended more than `ageMs` ago. WHY not at once: the command hook ends before the call that it
 * answered begins.
 */
export function sweepViews(
  all: string,
  { nowMs, ageMs }: { readonly nowMs: number; readonly ageMs: number },
): void {
  for (const { name } of entriesOf(all)) {
    const changedMs = statusOf(join(all, name))?.mtimeMs ?? nowMs;
    if (nowMs - changedMs > ageMs && processStart(Number.parseInt(name, 10)) === undefined)
      rmSync(join(all, name), { recursive: true, force: true });
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
