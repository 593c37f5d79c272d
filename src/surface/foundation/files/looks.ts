// What one call's profile is made of, looked at once: the same directories lie above many of its places.
import type { Stats } from "node:fs";
import { createPicture, pictureOfCall } from "./picture.ts";

/** Looks at the disk for one call, each place once. Not to be kept for another one. */
export type Looks = {
  /** What is there, links as links; undefined where nothing is, or nobody may look. */
  status(path: string): Stats | undefined;
  /** The path without links; itself where that cannot be told. */
  real(path: string): string;
};

/** Looks of the call that is under way, as it was judged; of one that saw nothing yet where none is. */
export function createLooks(): Looks {
  const { status, real } = pictureOfCall() ?? createPicture();
  return { status, real: (path) => real(path) ?? path };
}
