// Which subcommands of git write the settings of a repository by themselves: remotes, upstreams of branches, submodules.
import type { GitSettings } from "../../vocabulary/git-settings.ts";

const REPOSITORY = new Set([
  ...["config", "init", "clone", "remote", "fetch", "pull", "push", "branch", "checkout", "switch"],
  ...[
    "stash",
    "worktree",
    "submodule",
    "sparse-checkout",
    "maintenance",
    "lfs",
    "svn",
    "p4",
    "gui",
  ],
]);
/** Those that move working trees of submodules, or lay them out as another commit has them. */
const MODULES = new Set(["mv", "rm", "reset", "read-tree"]);

/** Whose settings a subcommand of this name may write, whatever its words say; undefined for none. */
export function writtenSettings(subcommand: string): GitSettings | undefined {
  if (REPOSITORY.has(subcommand)) return "repository";
  return MODULES.has(subcommand) ? "modules" : undefined;
}
