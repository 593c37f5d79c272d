// Real git in a test's own tree: without the settings of this machine, with an author of its own.
import { execFileSync } from "node:child_process";

/** Runs git in a directory below `root`, whose `home` is git's home too, and gives what it prints. Throws when it fails. */
export function runGit(
  root: string,
  directory: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  return execFileSync("git", args, {
    cwd: `${root}/${directory}`,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: `${root}/home`,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "t",
      GIT_AUTHOR_EMAIL: "t@example.org",
      GIT_COMMITTER_NAME: "t",
      GIT_COMMITTER_EMAIL: "t@example.org",
      ...environment,
    },
  });
}
