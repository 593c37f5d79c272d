// Keeps the settings file with its token out of commits: asks git, and edits the repository's own exclude file.
import { execFile } from "node:child_process";
import { isAbsolute, join } from "node:path";

/** How git would treat a file. `excludeFile` is absolute; `line` is what excludes the file in it. */
export type GitStatus =
  | { readonly kind: "outside" }
  | {
      readonly kind: "ignored" | "tracked" | "open";
      readonly excludeFile: string;
      readonly line: string;
    };

const GIT_TIMEOUT_MS = 10_000;

/** Asks git about one path below `root`. Without git, or outside a repository, nothing can commit it. */
export async function gitStatus(
  root: string,
  path: string,
  environment: NodeJS.ProcessEnv,
): Promise<GitStatus> {
  const git = (args: readonly string[]) => runGit(root, args, environment);
  const prefix = await git(["rev-parse", "--show-prefix"]);
  if (prefix.code !== 0) return { kind: "outside" };
  const excludeFile = (await git(["rev-parse", "--git-path", "info/exclude"])).output.trim();
  if (excludeFile === "") return { kind: "outside" };
  const isTracked = (await git(["ls-files", "--error-unmatch", "--", path])).code === 0;
  const isIgnored = (await git(["check-ignore", "-q", "--", path])).code === 0;
  return {
    kind: isTracked ? "tracked" : isIgnored ? "ignored" : "open",
    excludeFile: isAbsolute(excludeFile) ? excludeFile : join(root, excludeFile),
    line: `/${prefix.output.trim()}${path}`.replace(/([*?[\]\\])/g, "\\$1"),
  };
}

/** The exclude file's text with our line at its end. */
export function withExclusion(text: string | undefined, line: string): string {
  const before = text ?? "";
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  return `${before}${gap}${line}\n`;
}

/** The exclude file's text without our line; undefined when it is not in it. */
export function withoutExclusion(text: string, line: string): string | undefined {
  const lines = text.split("\n");
  const at = lines.lastIndexOf(line);
  return at === -1 ? undefined : lines.toSpliced(at, 1).join("\n");
}

/** WHY core.fsmonitor is off: it is a program that the repository names, and git would run it. */
function runGit(root: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    const all = ["-c", "core.fsmonitor=false", "--no-pager", "-C", root, ...args];
    const env = { ...environment, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
    execFile("git", all, { env, timeout: GIT_TIMEOUT_MS }, (error, output) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 128;
      resolve({ code, output });
    });
  });
}
