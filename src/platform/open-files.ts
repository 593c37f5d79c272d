// Whether another process has a file open, where the system tells.
import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { thisSystem } from "./system.ts";

/**
 * Whether a process other than this one has the file open; undefined where the system does not tell. Processes of other
 * users are not seen without their rights.
 */
export function isOpenElsewhere(path: string): boolean | undefined {
  const system = thisSystem();
  if (system !== "linux" && system !== "wsl") return undefined;
  const real = orUndefined(() => realpathSync(path));
  if (real === undefined) return false;
  const processes = orUndefined(() => readdirSync("/proc"));
  if (processes === undefined) return undefined;
  return processes.some((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    const folder = `/proc/${name}/fd`;
    const open = orUndefined(() => readdirSync(folder)) ?? [];
    return open.some((number) => orUndefined(() => readlinkSync(`${folder}/${number}`)) === real);
  });
}

/** WHY: processes and their files go away while one looks. */
function orUndefined<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
