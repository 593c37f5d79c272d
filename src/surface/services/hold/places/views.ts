// Views of hidden files on disk, each made again when its file changed.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Stream } from "#guard/hold/views/disguise.ts";
import { hasView, VIEW_CHARS_MAX, viewOf } from "#guard/hold/views/view.ts";
import { processStart } from "#platform/processes.ts";
import { writeOwnFile } from "../../../foundation/files/own-file.ts";

/** Makes views of files, and remembers them while neither a file nor what is known of it changes. */
export type Views = {
  /** A file that holds the view of this one; undefined where none can be made. */
  of(path: string): string | undefined;
};

const VIEWS_MAX = 4_096;
/** Rights of a view: its owner's alone, as of most files that have one. */
const MODE = 0o600;

/**
 * Views in a folder of this process below `all`. WHY a key that nobody else has: who could work out the value in the place of a short secret would find the
 * secret by trying. It ends with the process, and so do the views.
 */
export function createViews(all: string): Views {
  const folder = join(all, `${process.pid}-${randomBytes(4).toString("hex")}`);
  dropEnded(all);
  const key = randomBytes(32);
  const stream: Stream = (value, count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0, part = 0; at < count; part += 1) {
      const made = createHmac("sha256", key).update(`${part}:${value}`).digest();
      bytes.set(made.subarray(0, count - at), at);
      at += made.length;
    }
    return bytes;
  };
  const known = new Map<string, { readonly state: string; readonly from: string | undefined }>();
  const make = (path: string, state: string): string | undefined => {
    const view = readView(path, stream);
    if (view === undefined) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // WHY the state in the name: what was prepared for the view of before is not joined by later calls.
    const from = join(folder, digest(`${path}\0${state}`));
    writeOwnFile(from, view.text, MODE);
    utimesSync(from, view.modified, view.modified);
    return from;
  };
  return {
    of(path) {
      if (!hasView(path)) return undefined;
      const state = stateOf(path);
      if (state === undefined) return undefined;
      const before = known.get(path);
      if (before?.state === state) return before.from;
      if (before?.from !== undefined) rmSync(before.from, { force: true });
      let from: string | undefined;
      try {
        from = make(path, state);
      } catch {
        // It stays hidden whole.
      }
      known.delete(path);
      known.set(path, { state, from });
      dropOldest(known, VIEWS_MAX);
      return from;
    },
  };
}

/** Views of processes that have ended: nobody makes them again, and a mount keeps what it shows. */
function dropEnded(all: string): void {
  try {
    for (const name of readdirSync(all))
      if (processStart(Number.parseInt(name, 10)) === undefined)
        rmSync(join(all, name), { recursive: true, force: true });
  } catch {
    // There are none.
  }
}

function stateOf(path: string): string | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true
    ? `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`
    : undefined;
}

function readText(path: string): string | undefined {
  const { size } = lstatSync(path);
  return size > VIEW_CHARS_MAX ? undefined : readFileSync(path, "utf8");
}

function readView(
  path: string,
  stream: Stream,
): { readonly text: string; readonly modified: Date } | undefined {
  const text = readText(path);
  const view = text === undefined ? undefined : viewOf(path, text, { stream });
  return view === undefined ? undefined : { text: view, modified: lstatSync(path).mtime };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
