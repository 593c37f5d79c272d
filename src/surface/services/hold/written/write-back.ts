// What a call wrote in a folder of its own, put into the true one when the call is over: views with their true values back in place.
import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { printable } from "#base/printable.ts";
import { mergeView } from "#guard/hold/views/merge-view.ts";
import { VIEW_BYTES_MAX } from "#guard/hold/views/view.ts";
import { type OpenDirectory, openBelow } from "#platform/open-below.ts";
import { openFlags } from "#platform/open-flags.ts";
import { newStream } from "../places/views.ts";
import { type MadeEntry, type MadeFolder, stateOf } from "./made-entries.ts";

/** Bytes of a file that is put back. */
const BYTES_MAX = 67_108_864;
/** New entries, with all that lies in them. */
const NEW_MAX = 10_000;

/**
 * Puts back what was written in one folder. Gives what was not put back, in words that say why. `keep` is a directory of ours for
 * what a file held before, while it is written; `noted` hears of what is in a file now that the session alone made.
 */
export async function writeBack(
  folder: MadeFolder,
  { keep, noted }: Pick<Around, "keep" | "noted">,
): Promise<readonly string[]> {
  const told: string[] = [];
  let place: OpenDirectory;
  try {
    place = openTrue(folder);
  } catch {
    return [`\`${printable(folder.path)}\` is not there any more, so nothing of it was changed`];
  }
  try {
    const known = new Map(folder.entries.map((entry) => [entry.name, entry]));
    for (const [name, entry] of known) {
      const why = await entryBack(entry, { folder, place, keep, noted });
      if (why !== undefined) told.push(`\`${printable(join(folder.path, name))}\`: ${why}`);
    }
    for (const name of readdirSync(folder.from))
      if (!known.has(name)) {
        const why = newBack(name, { folder, place, noted });
        if (why !== undefined) told.push(`\`${printable(join(folder.path, name))}\`: ${why}`);
      }
  } finally {
    place.close();
  }
  return told;
}

/** Puts back what files held when writing them was broken off. What somebody changed since stays, and so does what is gone. */
export function restoreBroken(folders: readonly MadeFolder[], keep: string): void {
  for (const folder of folders)
    for (const { name } of folder.entries) {
      const saved = savedOf(folder, name, keep);
      if (!existsSync(saved)) continue;
      let place: OpenDirectory;
      try {
        place = openTrue(folder);
      } catch {
        continue;
      }
      try {
        const before = readFileSync(saved);
        const now = bytesOf(place.at(name), BYTES_MAX);
        if (now !== undefined && isBetween(now, before, readFileSync(nextTo(saved))))
          overwrite(place.at(name), before);
        rmSync(saved, { force: true });
      } finally {
        place.close();
      }
    }
}

/** Whether a file holds a first part of what was to be written over it, and what it held before behind that. */
function isBetween(now: Buffer, before: Buffer, next: Buffer): boolean {
  let written = 0;
  while (written < Math.min(now.length, next.length) && now[written] === next[written])
    written += 1;
  return !now.equals(next) && now.subarray(written).equals(before.subarray(written));
}

/** WHY from there on: directories above need not be readable. */
function openTrue({ path, top }: MadeFolder): OpenDirectory {
  return openBelow(top, path.slice(top.length).split("/").filter(Boolean));
}

type Around = {
  readonly folder: MadeFolder;
  readonly place: OpenDirectory;
  readonly keep: string;
  readonly noted: (path: string, bytes: Uint8Array) => void;
};

async function entryBack(
  entry: MadeEntry,
  { folder, place, keep, noted }: Around,
): Promise<string | undefined> {
  if (entry.state === undefined) return undefined;
  const own = join(folder.from, entry.name);
  const status = lstatSync(own, { throwIfNoEntry: false });
  const isHidden = entry.isView && !entry.isMade;
  if (status === undefined) return isHidden && !entry.mayGo ? MOVED : removed(entry, place);
  if (!status.isFile()) return "it is no file any more, so it was left as it was";
  const written = bytesOf(own, entry.isView ? VIEW_BYTES_MAX : BYTES_MAX);
  if (written === undefined) return "what it wrote is too large, so it was left as it was";
  const before = readFileSync(join(keep, entry.kept));
  // WHY no more than it had: a file that takes the place of another is made as any, and this one holds secrets.
  const mode = isHidden ? status.mode & entry.mode : status.mode & 0o7777;
  const isSame = before.equals(written);
  if (isSame && mode === entry.mode) return undefined;
  const now = bytesOf(place.at(entry.name), entry.isView ? VIEW_BYTES_MAX : BYTES_MAX);
  if (now === undefined || stateOf(lstatSync(place.at(entry.name))) !== entry.state)
    return "it was changed by something else while the command ran, so it was left as it is. Run the command again";
  let bytes: Uint8Array = written;
  if (isHidden && !isSame) {
    const texts = [now, before, written].map((one) => one.toString("utf8"));
    const [text = "", view = "", said = ""] = texts;
    // What is no text cannot be told line by line.
    if (!Buffer.from(said).equals(written))
      return "what it wrote is no text, so it was left as it was";
    const path = join(folder.path, entry.name);
    const merged = await mergeView({ path, text, view, written: said, stream: newStream() });
    if (merged.kind === "refused") return `it was left as it was: ${merged.why}`;
    bytes = Buffer.from(merged.text);
  }
  const saved = savedOf(folder, entry.name, keep);
  writeFileSync(nextTo(saved), bytes, { mode: 0o600, flush: true });
  // WHY by a name: where this breaks off, half of what it held would be taken for all of it.
  writeFileSync(`${saved}.part`, now, { mode: 0o600, flush: true });
  renameSync(`${saved}.part`, saved);
  try {
    if (!isSame) overwrite(place.at(entry.name), bytes);
    if (mode !== entry.mode) changeMode(place.at(entry.name), mode);
  } catch {
    try {
      overwrite(place.at(entry.name), now);
    } catch {
      return `it could not be written, and what it held lies in \`${saved}\``;
    }
    rmSync(saved, { force: true });
    return "it could not be written, so it was left as it was";
  }
  rmSync(saved, { force: true });
  const path = join(folder.path, entry.name);
  if (entry.isMade && folder.fresh.includes(path)) noted(path, bytes);
  return undefined;
}

const MOVED =
  "it was moved or taken away, and only a person does that with a file of secrets, so it was left as it was";

function removed(entry: MadeEntry, place: OpenDirectory): string | undefined {
  const status = lstatSync(place.at(entry.name), { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (stateOf(status) !== entry.state) return "it was changed by something else, so it stayed";
  unlinkSync(place.at(entry.name));
  return undefined;
}

/** A new entry, which nothing that is there makes way for. Outside of the project none but those that the call was judged to make. */
function newBack(name: string, { folder, place, noted }: Omit<Around, "keep">): string | undefined {
  if (folder.isOutside && !folder.changed.includes(name)) return undefined;
  if (lstatSync(place.at(name), { throwIfNoEntry: false }) !== undefined)
    return "something of this name was made meanwhile, and stayed";
  const own = openBelow(folder.from, []);
  try {
    const copied = (path: string, bytes: Uint8Array): void => {
      if (folder.fresh.includes(path)) noted(path, bytes);
    };
    const path = join(folder.path, name);
    copyNew(name, { from: own, to: place, path, copied, left: { count: NEW_MAX } });
    return undefined;
  } catch {
    return "it could not be put there";
  } finally {
    own.close();
  }
}

/** Copies what lies at a name, links as links, to where nothing may be. Throws where that does not work, or it is too much. */
function copyNew(
  name: string,
  {
    from,
    to,
    path,
    copied,
    left,
  }: {
    readonly from: OpenDirectory;
    readonly to: OpenDirectory;
    readonly path: string;
    readonly copied: (path: string, bytes: Uint8Array) => void;
    readonly left: { count: number };
  },
): void {
  left.count -= 1;
  if (left.count < 0) throw new Error("too much was made");
  const status = lstatSync(from.at(name));
  if (status.isSymbolicLink()) symlinkSync(readlinkSync(from.at(name)), to.at(name));
  else if (status.isFile()) {
    const bytes = bytesOf(from.at(name), BYTES_MAX);
    if (bytes === undefined) throw new Error("too large");
    writeFileSync(to.at(name), bytes, { flag: "wx", mode: status.mode & 0o7777 });
    utimesSync(to.at(name), status.mtime, status.mtime);
    copied(path, bytes);
  } else if (status.isDirectory()) {
    mkdirSync(to.at(name), { mode: status.mode & 0o7777 });
    const [inner, outer] = [openBelow(from.at(name), []), openBelow(to.at(name), [])];
    try {
      for (const one of readdirSync(from.at(name)))
        copyNew(one, { from: inner, to: outer, path: join(path, one), copied, left });
    } finally {
      inner.close();
      outer.close();
    }
  }
}

/**
 * Writes a file where it lies. WHY not another one in its place: that would take away views of it that processes inside have over the
 * old one, and they would see the new one as it is.
 */
function overwrite(path: string, bytes: Uint8Array): void {
  const file = openSync(path, openFlags.change);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function changeMode(path: string, mode: number): void {
  const file = openSync(path, openFlags.read);
  try {
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

function savedOf(folder: MadeFolder, name: string, keep: string): string {
  const number = folder.entries.findIndex((entry) => entry.name === name);
  return join(keep, `before-${folder.number}-${number}`);
}

/** Where beside it lies what is written over the file. */
const nextTo = (saved: string): string => `${saved}.next`;

function bytesOf(path: string, bytesMax: number): Buffer | undefined {
  let file: number | undefined;
  try {
    // WHY no link: processes that a call left could put one there.
    file = openSync(path, openFlags.read);
    const status = fstatSync(file);
    return status.isFile() && status.size <= bytesMax ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
