// Which decoys are planted: a small private file of the data directory, read again only when it changed.
import { statSync } from "node:fs";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";

/** A planted file. `digest`: hex SHA-256 of what was written, so that only that is removed again. */
export type Decoy = { readonly path: string; readonly digest: string; readonly plantedAt: string };

const DECOYS_MAX = 64;
const schema = v.object({
  version: v.literal(1),
  decoys: v.pipe(
    v.array(
      v.object({
        path: v.pipe(v.string(), v.startsWith("/")),
        digest: v.string(),
        plantedAt: v.string(),
      }),
    ),
    v.maxLength(DECOYS_MAX),
  ),
});

const fileIn = (data: string) => directoriesIn(data).decoysFile;

/** The decoys of a data directory. Throws a Failure when the register is damaged. */
export function readDecoys(data: string): readonly Decoy[] {
  const text = readPrivateFile(fileIn(data), { secret: false });
  if (text === undefined) return [];
  try {
    return v.parse(schema, JSON.parse(text)).decoys;
  } catch {
    throw new Failure("decoys", `\`${fileIn(data)}\` is damaged; remove it and plant again`);
  }
}

/** Writes the register whole. */
export function writeDecoys(data: string, decoys: readonly Decoy[]): void {
  if (decoys.length > DECOYS_MAX) {
    throw new Failure("decoys", `more than ${DECOYS_MAX} decoys; remove some first`);
  }
  writePrivateFile(fileIn(data), `${JSON.stringify({ version: 1, decoys }, undefined, 2)}\n`);
}

/** The last reading of one data directory. */
const known = new Map<string, { readonly stamp: string; readonly paths: readonly string[] }>();

/**
 * The paths of the decoys, for each call. WHY it never throws: a damaged register must not stop every call; the files that it
 * named lie where reading is refused anyway, and `decoy list` says that it is damaged.
 */
export function plantedIn(data: string): readonly string[] {
  const status = statSync(fileIn(data), { throwIfNoEntry: false });
  if (status === undefined) return [];
  const stamp = `${status.mtimeMs} ${status.size} ${status.ino}`;
  const last = known.get(data);
  if (last?.stamp === stamp) return last.paths;
  let paths: readonly string[] = [];
  try {
    paths = readDecoys(data).map(({ path }) => path);
  } catch {
    paths = [];
  }
  known.set(data, { stamp, paths });
  return paths;
}
