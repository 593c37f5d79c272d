// Files of which a session made every byte: what is in one of them, as it was left, tells the session nothing that it did not know.
import { createHash } from "node:crypto";
import { dropOldest } from "#base/drop-oldest.ts";

const FILES_MAX = 4_096;
/** What is kept of one path: a change that does not come to pass leaves what was there before. */
const STATES_MAX = 4;

/**
 * Remembers what sessions made, by what is in it. WHY by the bytes and no number or time of the file: a person may fill in a value where it
 * lies, or another file may take its place, and both are theirs. It ends with the process: what is forgotten is shown as a view.
 */
export type MadeFiles = {
  /** A session, by its room, left this at a path. */
  note(room: string, path: string, bytes: Uint8Array): void;
  /** Whether it ever left anything there: to ask costs nothing. */
  hasAny(room: string, path: string): boolean;
  /** Whether that is what it left there, of late. */
  is(room: string, path: string, bytes: Uint8Array): boolean;
};

export function createMadeFiles(): MadeFiles {
  const left = new Map<string, readonly string[]>();
  const keyOf = (room: string, path: string): string => `${room}\0${path}`;
  return {
    note(room, path, bytes) {
      const key = keyOf(room, path);
      const before = left.get(key) ?? [];
      left.delete(key);
      left.set(key, [...before, digestOf(bytes)].slice(-STATES_MAX));
      dropOldest(left, FILES_MAX);
    },
    hasAny: (room, path) => left.has(keyOf(room, path)),
    is: (room, path, bytes) => left.get(keyOf(room, path))?.includes(digestOf(bytes)) === true,
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
