// Which files of a repository belong to others: dependencies, test data, whole repositories that lie inside; and whose repository it is.
import { keptFor } from "#base/lazily.ts";
import { filesMatching, type AuditInputs, type SeenTree } from "./audit-inputs.ts";

const FOLDERS =
  /(?:^|\/)(?:node_modules|vendor|vendored|third[_-]party|extern(?:al)?|submodules|testdata|fixtures|__fixtures__)\//;
/** Where copies of other repositories are put; by itself the name says nothing. */
const LIBRARIES = /(?:^|\/)(?:libs?|deps|dependencies|packages-vendor|subprojects)\/[^/]+\/$/;
/** What only the root of a repository has. */
const OF_ROOTS =
  /^(.+\/)(?:\.github\/(?:workflows|actions|ISSUE_TEMPLATE|CODEOWNERS)|\.gitlab-ci\.yml|\.circleci\/)/;

/** Whether a path is of a dependency or of test data: what stands there runs nowhere, or is mended elsewhere. */
export function isOfOthers(repository: SeenTree, path: string): boolean {
  return FOLDERS.test(path) || repositoriesInside(repository).some((root) => path.startsWith(root));
}

/** Folders of libraries that are repositories of their own, with a slash at the end. */
const repositoriesInside = keptFor((repository: SeenTree): readonly string[] => {
  const roots = filesMatching(repository, OF_ROOTS).flatMap(({ path }) => {
    const root = OF_ROOTS.exec(path)?.[1] ?? "";
    return LIBRARIES.test(root) ? [root] : [];
  });
  return [...new Set(roots)];
});

/** Where packages say what repository they come from, and where pipelines ask in whose repository they run. */
const METADATA =
  /^(?:package\.json|cargo\.toml|pyproject\.toml|go\.mod|composer\.json)$|^\.github\/workflows\/[^/]+\.ya?ml$/i;
const SAID =
  /(?:"?(?:repository|url|homepage|Repository|Homepage|Source)"?\s*[=:]\s*\{?\s*(?:"url"\s*:\s*)?"(?:git\+)?(?:https:\/\/github\.com\/|git@github\.com:|github:)?|^module\s+github\.com\/)([\w.-]+)\/[\w.-]+|github\.repository(?:_owner)?\s*[!=]=\s*["']([\w.-]+)/gm;

/** Accounts of the forge whose repository this is, in small letters: by git's remote, else by what its packages and pipelines say. */
export function ownAccounts({
  git,
  repository,
}: Pick<AuditInputs, "git" | "repository">): ReadonlySet<string> {
  const owner = git.kind === "seen" ? git.value.remoteOwner : undefined;
  if (owner !== undefined) return new Set([owner.toLowerCase()]);
  const said = filesMatching(repository, METADATA).flatMap(({ text = "" }) =>
    [...text.matchAll(SAID)].flatMap(([, one, other]) => one ?? other ?? []),
  );
  return new Set(said.map((name) => name.toLowerCase()));
}
