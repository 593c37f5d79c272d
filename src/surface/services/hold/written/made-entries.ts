// What is kept of a folder of a call's own while the call runs.
import type { Stats } from "node:fs";
import type { WrittenFolder } from "#guard/hold/profile.ts";

/** A folder that was made. `number` is its place among those of the call. */
export type MadeFolder = Pick<
  WrittenFolder,
  "path" | "from" | "top" | "isOutside" | "changed" | "fresh"
> & {
  readonly number: number;
  readonly entries: readonly MadeEntry[];
};

/** One of its entries; without a state where the call works on what lies there, and nothing is put back. */
export type MadeEntry = {
  readonly name: string;
  readonly isView: boolean;
  /** The view shows all of it as it is: the session made it. */
  readonly isMade: boolean;
  /** A person agreed that it is taken away. */
  readonly mayGo: boolean;
  readonly state?: string;
  /** The permission bits it was given. */
  readonly mode: number;
  /** The file beside the record that has what the call was given. */
  readonly kept: string;
};

/** What tells a file from what it is after any change. */
export function stateOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
}
