// The keys of people: one subject for each user whose data the log holds, found by a keyed tag and never by a name on disk.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { createPrivateFile, syncFolderOf, writePrivateFile } from "#platform/private-file.ts";
import { createDeriver, createSubject, type Subject, SUBJECT_KEY_BYTES } from "../log/subject.ts";
import { keyText, parseKey } from "./key-text.ts";
import { hasCode } from "./files/private-files.ts";

/** People of one install; whoever comes after them shares the install's key. */
export const PEOPLE_MAX = 10_000;
const TAG_BYTES = 16;
const CACHED_MAX = 1_000;
const KEY_FILE_BYTES_MAX = 4 * 1024;
/** Ends the name of a key's file that is being destroyed. */
export const GOING_END = ".erasing";

/** Finds the subject of a person by the name that events give. */
export type People = {
  /**
   * The person's subject; its key is made when the person is new. Where the disk refuses that, or there are too many people,
   * the install's: an event that is lost is worse than one that shares a key, and erasing says which ones do.
   */
  subjectOf(name: string): Subject;
  /** The person's subject when its key is here; makes nothing. */
  known(name: string): Subject | undefined;
  /** The file that leads from the person to the key. */
  pointerOf(name: string): string;
};

/** People of the key store at `directory`, whose folders `people` and `subjects` lie beside one another. */
export function openPeople(
  directory: string,
  digestKey: Uint8Array,
  installSubject: Subject,
): People {
  const derive = createDeriver(digestKey);
  const folder = join(directory, "people");
  const cached = new Map<string, Subject>();
  const pointerOf = (name: string): string => {
    const tag = derive("sallyport/person/v1", Buffer.from(name, "utf8")).subarray(0, TAG_BYTES);
    return join(folder, tag.toString("hex"));
  };
  const known: People["known"] = (name) => {
    const id = readText(pointerOf(name))?.trim();
    return id === undefined ? undefined : readSubject(directory, id);
  };
  const make = (name: string): Subject => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (readdirSync(folder).length >= PEOPLE_MAX) return installSubject;
    const key = randomBytes(SUBJECT_KEY_BYTES);
    const subject = createSubject(key);
    const keyFile = subjectFile(directory, subject.id);
    writePrivateFile(keyFile, keyText("subject", key));
    // WHY a link: of two processes that meet the person at once only one gives them a key.
    if (createPrivateFile(pointerOf(name), `${subject.id}\n`)) return subject;
    const winner = known(name);
    if (winner !== undefined) {
      unlinkSync(keyFile);
      return winner;
    }
    // What stands there leads to a key that is gone.
    writePrivateFile(pointerOf(name), `${subject.id}\n`);
    return subject;
  };
  return {
    known,
    pointerOf,
    subjectOf(name) {
      const found = cached.get(name);
      if (found !== undefined) return found;
      let subject: Subject;
      try {
        subject = known(name) ?? make(name);
      } catch (error) {
        if (error instanceof Failure) throw error;
        return installSubject;
      }
      if (cached.size >= CACHED_MAX) cached.clear();
      if (subject !== installSubject) cached.set(name, subject);
      return subject;
    },
  };
}

/**
 * Destroys the key of a subject: overwritten, removed, and durable when this returns. What it sealed can never be opened again.
 * Twice is the same as once.
 */
export function destroySubject(directory: string, id: string): void {
  destroyKeyFile(subjectFile(directory, id));
}

/** Overwrites and removes the file of a key, `NAME.key`, durably; also ends what a crash left of that. Twice is the same as once. */
export function destroyKeyFile(path: string): void {
  // INVARIANT: what is half overwritten bears no key's name, or whoever comes after a crash would meet a damaged key.
  const going = `${path.slice(0, -".key".length)}${GOING_END}`;
  unlessGone(() => renameSync(path, going));
  syncFolderOf(path);
  unlessGone(() => {
    // WHY: on some disks the bytes stay in place until something else is written there.
    const descriptor = openSync(going, "r+");
    try {
      writeSync(descriptor, randomBytes(fstatSync(descriptor).size), 0, undefined, 0);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    unlinkSync(going);
  });
  syncFolderOf(path);
}

function unlessGone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

/** The text of a subject's key, to look for copies of it; undefined when it is gone. */
export function keyTextOf(directory: string, id: string): string | undefined {
  return readText(subjectFile(directory, id))?.split(" ")[2]?.trim();
}

/** The file of a subject's key. */
export function subjectFile(directory: string, id: string): string {
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new Failure(
      "key-damaged",
      `\`${directory}\` names a subject that is none: restore the key store from its backup`,
    );
  return join(directory, "subjects", `${id}.key`);
}

function readSubject(directory: string, id: string): Subject | undefined {
  const path = subjectFile(directory, id);
  const text = readText(path);
  // The pointer of a person whose key is gone leads nowhere: what comes now belongs to a new key.
  if (text === undefined) return undefined;
  if (privacyProblem(statSync(path), "none") === "open")
    throw new Failure(
      "not-private",
      `\`${path}\` is open to other users: replace the key and run \`chmod 600\``,
    );
  const key = parseKey(text, "subject", SUBJECT_KEY_BYTES);
  const subject = key === undefined ? undefined : createSubject(key);
  if (subject?.id !== id)
    throw new Failure(
      "key-damaged",
      `\`${path}\` is not a key of this store: restore it from its backup`,
    );
  return subject;
}

function readText(path: string): string | undefined {
  try {
    if (statSync(path).size > KEY_FILE_BYTES_MAX) return undefined;
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
