// What npm has fetched, for a made-up home: without it every run would ask the registry again.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";

/** Copies only what was fetched: npm's logs and other caches say something about this machine. False where nothing was. */
export function copyNpmCache(target: string): boolean {
  const cache = execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim();
  const content = join(cache, "_cacache");
  if (!existsSync(content)) return false;
  // WHY not these: files that another npm is about to move go away while they are copied.
  const unfinished = join(content, "tmp");
  const filter = (path: string): boolean => !path.startsWith(unfinished);
  cpSync(content, join(target, "_cacache"), { recursive: true, filter });
  return true;
}
