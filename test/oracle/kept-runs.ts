// What shells did with programs, kept in a folder when the environment names one: it does not depend on our code.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Calls } from "./shell-runs.ts";

/** Names the folder. Where many versions of our code are held against the same programs, a shell runs them once. */
export const RUNS_VARIABLE = "SHELL_RUNS";
/** Stands for the directory of a run, which has another name each time. */
const ROOT = "\0root\0";

/** What `run` gives, or gave in an earlier process for the same shell, key and directory but for its name. */
export function keptRuns(
  { shell, root, key }: { readonly shell: string; readonly root: string; readonly key: string },
  run: () => readonly Calls[],
): readonly Calls[] {
  const folder = process.env[RUNS_VARIABLE];
  if (folder === undefined || !existsSync(shell)) return run();
  const { size, mtimeMs } = statSync(shell);
  const digest = createHash("sha256").update(JSON.stringify([shell, size, mtimeMs, key]));
  const file = join(folder, `${digest.digest("hex").slice(0, 32)}.json`);
  if (existsSync(file)) return replaced(JSON.parse(readFileSync(file, "utf8")), ROOT, root);
  const found = run();
  mkdirSync(folder, { recursive: true });
  // Several processes may write the same one at the same time: it is there whole or not at all.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(replaced(found, root, ROOT)));
  renameSync(`${file}.${process.pid}`, file);
  return found;
}

/** A program without a result is `null` in the file. */
function replaced(
  runs: readonly (readonly (readonly string[])[] | undefined | null)[],
  from: string,
  to: string,
): readonly Calls[] {
  return runs.map((calls) =>
    calls?.map((fields) => fields.map((field) => field.replaceAll(from, to))),
  );
}
