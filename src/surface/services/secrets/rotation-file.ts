// The file of rotation dates in the data directory.
import { Failure } from "#base/failure.ts";
import { type Rotation, rotationsSchema } from "#govern/secrets/rotation.ts";
import * as v from "valibot";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** The dates that are kept; none where there is no file. Throws a Failure where the file is damaged. */
export function readRotations({ rotationsFile }: Directories): readonly Rotation[] {
  const text = readPrivateFile(rotationsFile, { secret: false });
  if (text === undefined) return [];
  try {
    return v.parse(rotationsSchema, JSON.parse(text)).rotations;
  } catch (cause) {
    throw new Failure(
      "rotations",
      `\`${rotationsFile}\` is damaged; move it away, and dates of rotation begin anew`,
      { cause },
    );
  }
}

/** Replaces the file. */
export function writeRotations(
  { rotationsFile }: Directories,
  rotations: readonly Rotation[],
): void {
  writePrivateFile(rotationsFile, `${JSON.stringify({ version: 1, rotations })}\n`);
}
