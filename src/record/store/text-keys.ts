// The keys of texts: one for each person and day, beside the person's own key, so that what was said can go before its event does.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { createPrivateFile, syncFolderOf, writePrivateFile } from "#platform/private-file.ts";
import { type Subject, SUBJECT_KEY_BYTES } from "../log/subject.ts";
import { hasCode } from "./files/private-files.ts";
import { keyText, parseKey } from "./key-text.ts";
import { destroyKeyFile, GOING_END } from "./people.ts";

const DAY_MS = 86_400_000;
const KEY_FILE_BYTES_MAX = 4 * 1024;
const GONE_BYTES_MAX = 1024 * 1024;
/** Subjects, and days of one, that are listed. */
const SUBJECTS_MAX = 100_000;
const DAYS_MAX = 40_000;
/** Keys that are kept in memory. */
const CACHED_MAX = 2_000;
const SUBJECT_ID = /^[0-9a-f]{32}$/;
const KEY_NAME = /^(\d{1,7})\.key$/;

/** The UTC day of a moment, counted from 1970. */
export function textDayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/** What opens texts. Every look-up sees the disk: a key that was destroyed is not used again. */
export type TextFinder = {
  /** What the texts of a person and day are sealed under; undefined where its key is not here (any more). */
  find(owner: Subject, day: number): Subject | undefined;
  /** When the key of a day was destroyed because its time was over, in Unix milliseconds; undefined where that was not so. */
  goneMs(owner: Subject, day: number): number | undefined;
};

/** What seals texts. */
export type TextKeys = TextFinder & {
  /**
   * What a text of this moment is sealed under, and the day whose key that is: a later one where the clock stepped back to a day
   * whose texts are gone. Makes the key of a new day, durably. Undefined where the disk refuses that.
   */
  forNew(
    owner: Subject,
    timeMs: number,
  ): { readonly subject: Subject; readonly day: number } | undefined;
};

type Cached = { readonly path: string; readonly subject: Subject };

/** The keys of texts in the key store at `directory`. Makes nothing by itself. */
export function openTextKeys(directory: string): TextKeys {
  const known = new Map<string, Cached>();
  const fresh = new Map<string, Cached & { readonly asked: number; readonly day: number }>();
  const goneLists = new Map<
    string,
    { readonly seen: string; readonly days: ReadonlyMap<number, number> }
  >();
  const goneOf = (id: string): ReadonlyMap<number, number> => {
    const path = goneFile(directory, id);
    const status = unlessAbsent(() => statSync(path, { bigint: true }));
    if (status === undefined) return NO_DAYS;
    const seen = `${status.ino} ${status.mtimeNs} ${status.size}`;
    const before = goneLists.get(id);
    if (before?.seen === seen) return before.days;
    const days = readGone(path);
    if (goneLists.size >= CACHED_MAX) goneLists.clear();
    goneLists.set(id, { seen, days });
    return days;
  };
  const load = (owner: Subject, day: number): Cached | undefined => {
    const path = keyFile(directory, owner.id, day);
    const key = readTextKey(path);
    // What was said to be gone stays gone, whoever puts a key of that name here.
    if (key === undefined || goneOf(owner.id).has(day)) return undefined;
    return { path, subject: owner.within(key) };
  };
  return {
    find(owner, day) {
      const name = `${owner.id} ${day}`;
      const before = known.get(name);
      if (before !== undefined && isThere(before.path)) return before.subject;
      const found = load(owner, day);
      if (found === undefined) {
        known.delete(name);
        return undefined;
      }
      if (known.size >= CACHED_MAX) known.clear();
      known.set(name, found);
      return found.subject;
    },
    goneMs: (owner, day) => goneOf(owner.id).get(day),
    forNew(owner, timeMs) {
      const asked = textDayOf(timeMs);
      const before = fresh.get(owner.id);
      try {
        if (before?.asked === asked && isThere(before.path)) return before;
        const gone = goneOf(owner.id);
        let day = asked;
        while (gone.has(day)) day += 1;
        const made = load(owner, day) ?? makeKey(directory, owner, day);
        if (fresh.size >= CACHED_MAX) fresh.clear();
        const kept = { ...made, asked, day };
        fresh.set(owner.id, kept);
        return kept;
      } catch (error) {
        if (error instanceof Failure) throw error;
        return undefined;
      }
    },
  };
}

/** A finder that looks for each key once: for as long as one bundle of a log is read, and no longer. */
export function foundOnce(texts: TextFinder): TextFinder {
  const known = new Map<Subject, { readonly day: number; readonly found: Subject | undefined }>();
  return {
    find(owner, day) {
      const before = known.get(owner);
      if (before?.day === day) return before.found;
      const found = texts.find(owner, day);
      known.set(owner, { day, found });
      return found;
    },
    goneMs: (owner, day) => texts.goneMs(owner, day),
  };
}

const NO_DAYS: ReadonlyMap<number, number> = new Map();

function isThere(path: string): boolean {
  // WHY not `existsSync`: a file that cannot be looked at is not one that is gone.
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function makeKey(directory: string, owner: Subject, day: number): Cached {
  const path = keyFile(directory, owner.id, day);
  const folder = folderOf(directory, owner.id);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    syncFolderOf(folder);
    syncFolderOf(join(folder, ".."));
  }
  const key = randomBytes(SUBJECT_KEY_BYTES);
  if (createPrivateFile(path, keyText("text", key))) return { path, subject: owner.within(key) };
  // Of two processes that meet the day at once only one gives it a key.
  const winner = readTextKey(path);
  if (winner === undefined) throw new Error("the key of a text went away while it was made");
  return { path, subject: owner.within(winner) };
}

/** The key of one person and day. `isWhole`: its file is there; else a crash left a part of its destruction. */
export type TextKeyPlace = {
  readonly subject: string;
  readonly day: number;
  readonly isWhole: boolean;
};

/** All keys of texts that are here, by subject and day. A store that does not exist has none. */
export function listTextKeys(directory: string): readonly TextKeyPlace[] {
  const root = join(directory, FOLDER);
  const found: TextKeyPlace[] = [];
  for (const subject of namesIn(root).slice(0, SUBJECTS_MAX)) {
    if (!SUBJECT_ID.test(subject)) continue;
    for (const name of namesIn(join(root, subject)).slice(0, 2 * DAYS_MAX)) {
      const day = KEY_NAME.exec(name.replace(GOING_END, ".key"))?.[1];
      if (day === undefined) continue;
      found.push({ subject, day: Number(day), isWhole: !name.endsWith(GOING_END) });
    }
  }
  return found.sort((one, other) =>
    one.day !== other.day ? one.day - other.day : one.subject < other.subject ? -1 : 1,
  );
}

/** Destroys the key of a person and day, durably; twice is the same as once. Nothing is noted of it. */
export function destroyTextKey(directory: string, subject: string, day: number): void {
  if (!existsSync(folderOf(directory, subject))) return;
  destroyKeyFile(keyFile(directory, subject, day));
}

/** Notes that the time of these days was over, durably. A day that was noted before keeps its time. */
export function noteGone(
  directory: string,
  subject: string,
  days: readonly number[],
  atMs: number,
): void {
  if (!existsSync(folderOf(directory, subject))) return;
  const path = goneFile(directory, subject);
  const noted = new Map(readGone(path));
  for (const day of days) if (!noted.has(day)) noted.set(day, atMs);
  const lines = [...noted].sort(([one], [other]) => one - other);
  writePrivateFile(path, lines.map(([day, ms]) => `${day} ${ms}\n`).join(""));
}

/** Destroys every key of a person's texts and what is noted of them, for an erasure. Twice is the same as once. */
export function destroyTexts(directory: string, subject: string): void {
  const folder = folderOf(directory, subject);
  if (!existsSync(folder)) return;
  for (const name of namesIn(folder)) {
    const day = KEY_NAME.exec(name.replace(GOING_END, ".key"))?.[1];
    if (day !== undefined) destroyTextKey(directory, subject, Number(day));
  }
  rmSync(folder, { recursive: true, force: true });
  syncFolderOf(folder);
}

/** Whether there is anything of a subject's texts. */
export function hasTexts(directory: string, subject: string): boolean {
  return existsSync(folderOf(directory, subject));
}

const FOLDER = "texts";

/** The folder of all keys of texts in a key store. */
export function textsFolder(directory: string): string {
  return join(directory, FOLDER);
}

function folderOf(directory: string, subject: string): string {
  if (!SUBJECT_ID.test(subject))
    throw new Failure("key-damaged", "a subject is named that is none: restore the key store");
  return join(directory, FOLDER, subject);
}

function keyFile(directory: string, subject: string, day: number): string {
  return join(folderOf(directory, subject), `${day}.key`);
}

function goneFile(directory: string, subject: string): string {
  return join(folderOf(directory, subject), "gone");
}

function readTextKey(path: string): Buffer | undefined {
  const text = readText(path, KEY_FILE_BYTES_MAX);
  if (text === undefined) return undefined;
  const status = unlessAbsent(() => statSync(path));
  if (status !== undefined && privacyProblem(status, "none") === "open")
    throw new Failure(
      "not-private",
      `\`${path}\` is open to other users: remove it, its texts cannot be trusted to be private, or run \`chmod 600\``,
    );
  const key = parseKey(text, "text", SUBJECT_KEY_BYTES);
  if (key !== undefined) return key;
  throw new Failure(
    "key-damaged",
    `\`${path}\` is not a key of this store: restore it from its backup`,
  );
}

/** A line that is not of this form is passed over. */
function readGone(path: string): ReadonlyMap<number, number> {
  const lines = (readText(path, GONE_BYTES_MAX) ?? "").split("\n");
  return new Map(
    lines.flatMap((line): readonly (readonly [number, number])[] => {
      const [, day, ms] = /^(\d{1,7}) (\d{1,16})$/.exec(line) ?? [];
      return day === undefined || ms === undefined ? [] : [[Number(day), Number(ms)]];
    }),
  );
}

function readText(path: string, bytesMax: number): string | undefined {
  return unlessAbsent(() =>
    statSync(path).size > bytesMax ? undefined : readFileSync(path, "utf8"),
  );
}

function namesIn(folder: string): readonly string[] {
  return unlessAbsent(() => readdirSync(folder)) ?? [];
}

function unlessAbsent<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}
