// Raw texts of calls, apart from the log and only while somebody approved it: sealed under the person's key, a file a day, gone after days.
import { randomBytes } from "node:crypto";
import { appendFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RAW_DAY_BYTES_MAX, RAW_TEXT_BYTES_MAX } from "#base/limits.ts";
import { NONCE_BYTES, type SectionPlace, type Subject } from "../log/subject.ts";
import type { SubjectFinder } from "./keys.ts";
import {
  makePrivateDirectory,
  readBounded,
  replaceFile,
  syncDirectory,
} from "./files/private-files.ts";

const DAY_MS = 86_400_000;
const NAME = /^\d{4}-\d{2}-\d{2}\.raw$/;
/** No section of the event in the log has this number: its key is this text's alone. */
const SECTION_INDEX = 255;
const PURPOSE = "sallyport/raw/v1\0";
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One text: the event that it belongs to, when, and the subject whose key seals it. */
export type RawEntry = {
  readonly id: string;
  readonly timeMs: number;
  readonly subject: Subject;
  readonly text: string;
};

/** What lies there. Bytes of files; days as `2026-11-21`. */
export type RawSum = {
  readonly days: number;
  readonly texts: number;
  readonly bytes: number;
  readonly oldest: string | undefined;
};

export type RawStore = {
  /** Adds a text, cut at 64 KiB; false where the day's file is full and it was left out. */
  append(entry: RawEntry): Promise<boolean>;
  /** The text of an event; undefined where there is none or its key is gone. */
  read(id: string, timeMs: number, find: SubjectFinder): Promise<string | undefined>;
  /** Removes files of days that are wholly before a time; how many. */
  removeBefore(timeMs: number): Promise<number>;
  /** Takes out the texts of these subjects, whose keys are still here; how many. */
  erase(subjects: readonly Subject[]): Promise<number>;
  removeAll(): Promise<void>;
  sum(): Promise<RawSum>;
};

type Line = {
  readonly id: string;
  readonly locator: string;
  readonly nonce: string;
  readonly sealed: string;
};

/** The store in a folder, which is made 0700 with the first text; files are 0600. */
export function openRawStore(folder: string): RawStore {
  const fileOf = (timeMs: number) =>
    join(folder, `${new Date(timeMs).toISOString().slice(0, 10)}.raw`);
  const names = async () =>
    (await readdir(folder).catch((): string[] => [])).filter((name) => NAME.test(name)).sort();
  const linesIn = async (path: string): Promise<readonly Line[]> => {
    const bytes = await readBounded(path, 2 * RAW_DAY_BYTES_MAX);
    return (bytes?.toString("utf8") ?? "").split("\n").flatMap(parseLine);
  };
  return {
    async append({ id, timeMs, subject, text }) {
      await makePrivateDirectory(folder);
      const path = fileOf(timeMs);
      const size = await stat(path).then(
        (status) => status.size,
        () => 0,
      );
      if (size >= RAW_DAY_BYTES_MAX) return false;
      const nonce = randomBytes(NONCE_BYTES);
      const cut = Buffer.from(text, "utf8").subarray(0, RAW_TEXT_BYTES_MAX);
      const line: Line = {
        id,
        locator: base64(subject.locator(timeMs)),
        nonce: base64(nonce),
        sealed: base64(subject.seal(placeOf(id), nonce, cut)),
      };
      await appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      return true;
    },
    async read(id, timeMs, find) {
      // A call at midnight may have been written into the next day's file.
      for (const path of new Set([fileOf(timeMs), fileOf(timeMs + 60_000)]))
        for (const line of await linesIn(path)) {
          if (line.id !== id) continue;
          const text = openLine(line, find(Buffer.from(line.locator, "base64"), dayOf(path)));
          if (text !== undefined) return text;
        }
      return undefined;
    },
    async removeBefore(timeMs) {
      let removed = 0;
      for (const name of await names()) {
        if (dayOf(name) + DAY_MS > timeMs) continue;
        await rm(join(folder, name), { force: true });
        removed += 1;
      }
      if (removed > 0) await syncDirectory(folder);
      return removed;
    },
    async erase(subjects) {
      let erased = 0;
      for (const name of await names()) {
        const path = join(folder, name);
        const theirs = new Set(subjects.map((subject) => base64(subject.locator(dayOf(name)))));
        const lines = await linesIn(path);
        const kept = lines.filter(({ locator }) => !theirs.has(locator));
        if (kept.length === lines.length) continue;
        erased += lines.length - kept.length;
        if (kept.length === 0) await rm(path);
        else await replaceFile(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
      }
      if (erased > 0) await syncDirectory(folder);
      return erased;
    },
    removeAll: () => rm(folder, { recursive: true, force: true }),
    async sum() {
      const files = await names();
      const sums = { days: files.length, texts: 0, bytes: 0, oldest: files[0]?.slice(0, 10) };
      for (const name of files) {
        sums.texts += (await linesIn(join(folder, name))).length;
        sums.bytes += (await stat(join(folder, name))).size;
      }
      return sums;
    },
  };
}

/** Unix milliseconds at which the UTC day of a file begins. */
function dayOf(path: string): number {
  return Date.parse(`${path.slice(-14, -4)}T00:00:00Z`);
}

function placeOf(id: string): SectionPlace {
  const eventId = Buffer.from(id.replaceAll("-", ""), "hex");
  return { eventId, index: SECTION_INDEX, additional: Buffer.from(`${PURPOSE}${id}`, "latin1") };
}

function openLine({ id, nonce, sealed }: Line, subject: Subject | undefined): string | undefined {
  const plain = subject?.open(
    placeOf(id),
    Buffer.from(nonce, "base64"),
    Buffer.from(sealed, "base64"),
  );
  return plain === undefined ? undefined : Buffer.from(plain).toString("utf8");
}

/** A line that a crash cut is passed over. */
function parseLine(text: string): readonly Line[] {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Line, unknown>> | null;
    const { id, locator, nonce, sealed } = value ?? {};
    const isWhole =
      typeof id === "string" &&
      ID.test(id) &&
      typeof locator === "string" &&
      typeof nonce === "string" &&
      typeof sealed === "string";
    return isWhole ? [{ id, locator, nonce, sealed }] : [];
  } catch {
    return [];
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
