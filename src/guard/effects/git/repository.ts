// Which repository a call of git means: the one of its directory, or the one that options and variables name.
import { isWithin } from "#base/path.ts";
import { append, knownPrefix, literal, type Text, type TextSet } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";
import { fromDirectory, type GitCall, type Repository } from "./call.ts";

/** What a call says of the place of its repository. */
export type NamedPlaces = {
  /** `-C`, each seen from the one before. */
  readonly directories: readonly Text[];
  readonly gitDirectory: readonly Text[];
  readonly workTree: readonly Text[];
};

/** The repository, and where git works, relative to the working directory. */
export function meantRepository(
  named: NamedPlaces,
  context: ModelContext,
): Pick<GitCall, "repository" | "directory" | "named"> {
  const directory = named.directories.reduce<Text | undefined>(
    (sum, next) =>
      sum === undefined || knownPrefix(next).startsWith("/")
        ? next
        : append(append(sum, literal("/")), next),
    undefined,
  );
  const gitDirectory = named.gitDirectory.at(-1) ?? only(context.variable("GIT_DIR"));
  const workTree = named.workTree.at(-1) ?? only(context.variable("GIT_WORK_TREE"));
  if (context.variable("GIT_INDEX_FILE") !== undefined || context.variable("GIT_COMMON_DIR"))
    return { repository: "unanswered", directory };
  if (gitDirectory === undefined && workTree === undefined)
    return { repository: context.git(directory), directory };
  const found =
    gitDirectory === undefined
      ? context.git(directory)
      : itself(context.git(fromDirectory({ directory }, gitDirectory)));
  const placeOf = (path: Text): string | undefined =>
    context.placeOf(fromDirectory({ directory }, path));
  const here = placeOf(literal("."));
  // Without a working tree that is named, git takes the directory that it is in for one.
  const root = workTree === undefined ? here : placeOf(workTree);
  if (found === undefined && gitDirectory !== undefined)
    return { repository: undefined, directory, named: placeOf(gitDirectory) };
  if (typeof found !== "object" || root === undefined)
    return { repository: found === undefined ? undefined : "unanswered", directory };
  const isInside = here !== undefined && isWithin(root, here);
  return {
    repository: { ...found, root, books: found.gitDirectory },
    directory: isInside ? directory : literal(root),
  };
}

/** The one value of a variable. Of several, and of one that is not known, none will lead to a repository. */
function only(values: TextSet | undefined): Text | undefined {
  return values === undefined || values.length === 1 ? values?.[0] : [];
}

/** A repository that was named itself, not found in a directory above. */
function itself(found: Repository): Repository {
  return typeof found === "object" && found.root !== found.gitDirectory ? "unanswered" : found;
}
