// What sessions cost, of the sums that the daemon's index keeps.
import {
  startSpendingGroups,
  type Spending,
  type SpendingKey,
} from "#assure/activity/spending-groups.ts";
import { homeDirectory } from "#platform/user.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { askDaemon } from "../daemon-process/daemon-client.ts";
import { readRepository } from "../export/join-keys.ts";
import { readSpending } from "../index/spending-answer.ts";
import { runningInstall } from "../installation/install.ts";

/**
 * What sessions cost in a period, as `log cost` counts it of the whole log where no number of failures is given. Undefined where no
 * daemon has the sums of all of them: then the log has to be read. `faults`: entries of the log that cannot be read; `rowsOmitted`: sessions beyond
 * `rowsMax`.
 */
export async function keptSpending(
  directories: Directories,
  {
    by,
    sinceMs,
    untilMs,
    rowsMax = null,
  }: {
    readonly by: SpendingKey;
    readonly sinceMs: number;
    readonly untilMs: number;
    readonly rowsMax?: number | null;
  },
): Promise<
  { readonly spending: Spending; readonly faults: number; readonly rowsOmitted: number } | undefined
> {
  const install = runningInstall(directories);
  if (install === undefined) return undefined;
  const answer = await askDaemon(install, {
    ask: "spending",
    by,
    sinceMs,
    untilMs: Number.isFinite(untilMs) ? untilMs : null,
    rowsMax,
  });
  if (answer?.kind !== "spending") return undefined;
  const told = readSpending(answer);
  const repositoryOf = repositories();
  const named = async (cwd: string | undefined): Promise<string | undefined> =>
    cwd === undefined ? undefined : repositoryOf(cwd);
  const groups = startSpendingGroups(by);
  groups.addGroups({
    ...told,
    groups: await Promise.all(
      told.groups.map(async ({ key, sums }) => ({
        key: by === "repository" ? await named(key) : key,
        sums,
      })),
    ),
    loops: await Promise.all(
      told.loops.map(async (loop) => ({ ...loop, repository: await named(loop.repository) })),
    ),
  });
  return { spending: groups.result(0), faults: answer.faults, rowsOmitted: answer.omitted };
}

/** The repository of a directory as its remote names it now; the directory itself where there is none. Each is looked at once. */
export function repositories(): (cwd: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (cwd) => {
    const found =
      known.get(cwd) ?? readRepository(cwd, homeDirectory()).then((name) => name ?? cwd);
    known.set(cwd, found);
    return found;
  };
}
