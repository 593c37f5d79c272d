// Which files the names are of that git prints, where each is one of the index or of a difference.
import { isWithin } from "#base/path.ts";
import { type Listed, literal } from "../../shell/values/text.ts";
import { requiredWords } from "../arguments/required-words.ts";
import { fromDirectory, type GitCall } from "./call.ts";
import { pathsAmong, revisionsAmong, showsCopies } from "./copies.ts";
import { shownOfDifferences } from "./commits.ts";

/** Options of `ls-files` and `grep` after which names are printed that the index of this repository does not hold. */
const BEYOND = [
  ...["-o", "--others", "-i", "--ignored", "-k", "--killed", "--with-tree", "--resolve-undo"],
  ...["--recurse-submodules", "--untracked", "--no-index"],
];

/**
 * The files that a call names which prints nothing but names of files: those of the index, and for a difference those that
 * may have left it. Undefined where one may begin with a dash, be of another place, or be any other file.
 */
export function filesOfIndex(call: GitCall): Listed | undefined {
  const { repository, context } = call;
  // Asked together with what tells the repository, which mostly lies there: rounds of facts are few.
  const place = context.placeOf(fromDirectory(call, literal(".")));
  const dashes = context.matches("-*");
  context.mayMove(fromDirectory(call, literal(".git")));
  // Where the call names its repository itself, facts of the directory tell of another one.
  if (typeof repository !== "object" || repository.books !== undefined) return undefined;
  const { root, gitDirectory } = repository;
  if (place === undefined || !isWithin(root, place)) return undefined;
  if ([gitDirectory, root].some((one) => context.mayMove(literal(one)))) return undefined;
  const copies = copiesBeside(call, place === root);
  if (copies === "any") return undefined;
  // A name with a dash before it would be an option.
  if (dashes?.length !== 0) return undefined;
  const words = wordsOf(call);
  return {
    place,
    skips: "untracked",
    ...(copies === undefined ? {} : { copies }),
    ...(words === undefined ? {} : { words }),
  };
}

/** Words of which each file that `git grep -l` names holds one. */
function wordsOf(call: GitCall): readonly string[] | undefined {
  const isOther = call.has("-L", "-v", "-f", "--not", "--textconv", "-O", "--ext-grep", "--cached");
  if (call.name !== "grep" || isOther) return undefined;
  const patterns = call.has("-e") ? call.values("-e") : call.operands.slice(0, 1);
  return requiredWords(patterns, call.has("-F"));
}

/** What else than files of the index may be named: files of commits; `any`: others too, or by names of another place. */
function copiesBeside(call: GitCall, isAtRoot: boolean): Listed["copies"] | "any" {
  switch (call.name) {
    case "ls-files":
      return call.has(...BEYOND) ? "any" : undefined;
    case "grep": {
      const words = call.has("-e", "-f") ? call.operands : call.operands.slice(1);
      return call.has(...BEYOND) || revisionsAmong(call, words).length > 0 ? "any" : undefined;
    }
    // These name files as seen from the top of the working tree.
    case "diff": {
      if (!isAtRoot || call.has("--no-index", "--submodule", "--relative")) return "any";
      const shown = shownOfDifferences(call);
      const [one] = showsCopies(call, shown, pathsAmong(call, call.operands));
      const target =
        one?.kind === "effect" && one.effect.kind === "read" ? one.effect.target : undefined;
      return (target?.kind === "path" ? target.copies : undefined) ?? "any";
    }
    default:
      return "any";
  }
}
