// What a run left changed in its checkout: names, and a patch that another job can review and apply.
import { askGit } from "../scan/git.ts";

const PATCH_BYTES_MAX = 16 * 1024 * 1024;
type Environment = Readonly<Record<string, string | undefined>>;

/** Names of files that differ from the last commit or are new, and the patch; without git none. */
export type Changes = { readonly names: readonly string[]; readonly patch: string | undefined };

/** Asks git by plumbing that runs nothing which the repository names. */
export async function changedFiles(directory: string, environment: Environment): Promise<Changes> {
  const place = { directory, environment };
  const tracked = await askGit(place, ["diff-index", "--name-only", "-z", "HEAD", "--"]);
  if (tracked.code !== 0) return { names: [], patch: undefined };
  const others = await askGit(place, ["ls-files", "--others", "--exclude-standard", "-z"]);
  const names = [tracked, others].flatMap(({ output }) =>
    output.split("\0").filter((name) => name !== ""),
  );
  const words = ["-p", "--binary", "--no-ext-diff", "--no-textconv", "HEAD", "--"];
  const { code, output } = await askGit(place, ["diff-index", ...words], PATCH_BYTES_MAX);
  const patch = code === 0 && output !== "" ? output : undefined;
  return { names: [...new Set(names)].toSorted(), patch };
}
