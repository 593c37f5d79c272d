// The built program as a person runs it: in a home of its own, with nothing of this environment but PATH.
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** WHY so long: it is for what hangs, and a busy machine takes several times as long as a quiet one. */
const TIMEOUT_MS = 180_000;

/** What node is given to run it. */
export const BUILT = [join(root, "dist/surface/cli/main.js")] as const;

/** Builds `dist/` when it is old. */
export function buildProgram(home: string): SpawnSyncReturns<string> {
  return run([join(root, "scripts/bootstrap.mjs"), "--build"], { HOME: home });
}

/**
 * Runs the built program; the data directory is the default one of `home` unless `data` names another. `client` is the program of the
 * client that it finds, in a folder of its own; by default the one that this machine has, if any.
 */
export function runBuilt(
  {
    home,
    data,
    client,
  }: { readonly home: string; readonly data?: string; readonly client?: string },
  ...args: readonly string[]
): SpawnSyncReturns<string> {
  const own = data === undefined ? {} : { SALLYPORT_HOME: data };
  const path = client === undefined ? {} : { PATH: `${dirname(client)}:${process.env["PATH"]}` };
  return run([...BUILT, ...args], { HOME: home, ...own, ...path });
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...env },
    timeout: TIMEOUT_MS,
  });
}
