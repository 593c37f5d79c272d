// A package of npm that is only measured beside ours: installed by a lock file of its own into the cache of tests.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testCacheDirectory } from "../../scripts/pinned-package.ts";

/** The folder into which `name` was installed: what the lock file in `test/bench/<name>` names, without its scripts. Throws where npm cannot. */
export function installPeer(name: string): string {
  const here = fileURLToPath(new URL(`./${name}/`, import.meta.url));
  const folder = join(testCacheDirectory(), name);
  const lock = readFileSync(join(here, "package-lock.json"), "utf8");
  const mark = join(folder, "installed");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(here, file), join(folder, file));
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} could not be installed:\n${stderr}`);
  writeFileSync(mark, lock);
  return folder;
}
