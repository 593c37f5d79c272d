// Files as they were before an upgrade, kept on disk until it is through: whoever comes next can put them back.
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readBelow, replaceBelow } from "#govern/settings/deploy.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";

/** A file to keep. `root` is the project that it belongs to, null for a file of the data directory. */
export type Kept = { readonly path: string; readonly root: string | null };

const FILES_MAX = 20_000;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const indexSchema = v.strictObject({
  version: v.literal(1),
  files: v.pipe(
    v.array(
      v.strictObject({
        path: text,
        root: v.nullable(text),
        /** Permission bits; null where there was no file. */
        mode: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777))),
      }),
    ),
    v.maxLength(FILES_MAX),
  ),
});

/** Whether an upgrade was begun and neither ended nor undone. */
export function hasSnapshot(places: Directories): boolean {
  return lstatSync(folderIn(places), { throwIfNoEntry: false }) !== undefined;
}

/** Keeps the files, all or none. Throws a Failure when there is a snapshot already, or a file cannot be read. */
export async function takeSnapshot(places: Directories, files: readonly Kept[]): Promise<void> {
  const folder = folderIn(places);
  if (hasSnapshot(places)) throw new Failure("upgrade", `\`${folder}\` is in the way`);
  const beside = `${folder}.${randomBytes(6).toString("hex")}.unfinished`;
  mkdirSync(beside, { mode: 0o700 });
  try {
    const kept: v.InferOutput<typeof indexSchema>["files"] = [];
    for (const [place, { path, root }] of files.entries()) {
      const stored = await read(path, root);
      if (stored !== undefined) {
        writeFileSync(join(beside, String(place)), stored.text, { mode: 0o600, flush: true });
      }
      kept.push({ path, root, mode: stored?.mode ?? null });
    }
    writePrivateFile(join(beside, "index.json"), JSON.stringify({ version: 1, files: kept }));
    renameSync(beside, folder);
  } catch (cause) {
    rmSync(beside, { recursive: true, force: true });
    throw cause;
  }
}

/**
 * Puts every file back that is not as it was, and removes those that were not there. The snapshot stays until
 * `discardSnapshot`: putting back twice is the same as once. Throws a Failure when one cannot be put back.
 */
export async function restoreSnapshot(places: Directories): Promise<void> {
  const folder = folderIn(places);
  const index = join(folder, "index.json");
  const parsed = v.safeParse(
    v.pipe(v.string(), v.parseJson(), indexSchema),
    readPrivateFile(index, { secret: true }),
  );
  if (!parsed.success)
    throw new Failure("upgrade", `\`${index}\` is damaged; remove \`${folder}\``);
  for (const [place, { path, root, mode }] of parsed.output.files.entries()) {
    const before =
      mode === null ? undefined : readPrivateFile(join(folder, String(place)), { secret: true });
    const now = await read(path, root);
    if (now?.text === before) continue;
    if (root !== null) await replaceBelow(root, path, { expected: now, text: before });
    else if (before === undefined) rmSync(path, { force: true });
    else writeOwnFile(path, before, mode ?? 0o600);
  }
}

/** Ends an upgrade: nothing is put back any more. */
export function discardSnapshot(places: Directories): void {
  const folder = folderIn(places);
  if (!hasSnapshot(places)) return;
  // One rename, so that half a snapshot is never taken for a whole one.
  const aside = `${folder}.${randomBytes(6).toString("hex")}.unfinished`;
  renameSync(folder, aside);
  rmSync(aside, { recursive: true, force: true });
}

function folderIn({ root }: Directories): string {
  return join(root, "upgrade-undo");
}

async function read(path: string, root: string | null) {
  if (root !== null) return readBelow(root, path);
  const text = readPrivateFile(path, { secret: true });
  return text === undefined ? undefined : { text, mode: lstatSync(path).mode & 0o777 };
}
