// Which commits a call shows, as far as its words say it: what they changed, what differs between two, what one holds.
import type { ShownCopies } from "../../facts/facts.ts";
import { type Text, textOf } from "../../shell/values/text.ts";
import type { GitCall } from "./call.ts";
import { namesFile, pathsAmong, revisionsAmong } from "./copies.ts";

const ANY: ShownCopies = { kind: "tracked" };

/** Options after which other commits are shown than the words name. */
const WIDENING = [
  ...["--all", "--branches", "--tags", "--remotes", "--glob", "--stdin", "--reflog", "--merge"],
  ...["-g", "--bisect", "--not", "--alternate-refs", "--do-walk", "--no-walk", "--single-worktree"],
];

/** Options that show a merge side by side. */
const BY_SIDE = [
  "-m",
  "-c",
  "--first-parent",
  "--diff-merges",
  "--remerge-diff",
  "--combined-all-paths",
];

/** Words of `git log` that neither choose commits nor show more of them than the differences. */
const PLAIN_LOG =
  /^-(?:\d+|p|u|n\d*|U\d*|-(?:patch|stat|oneline|graph|decorate|color(?:=\w+)?|no-color|abbrev-commit|no-ext-diff|max-count=\d+|unified=\d+|(?:pretty|format|date)=.*|word-diff(?:=\w+)?|no-pager|))$/s;

/** Words that name commits; undefined where one is not known. */
function words(call: GitCall, from = call.operands): readonly string[] | undefined {
  const found = revisionsAmong(call, from).map((word) => textOf(word));
  return found.every((word): word is string => word !== undefined && isRevision(word))
    ? found
    : undefined;
}

function isRevision(word: string): boolean {
  return /^[\w./+#,=@~^{}-]+$/.test(word) && !word.startsWith("-");
}

/** Commits one by one, each with what it changed: `git show`, `git log -p -3`, `git log -p main..`, `git format-patch -1`. */
export function shownOfCommits(call: GitCall): ShownCopies {
  const named = words(
    call,
    call.operands.filter((word) => !namesFile(word)),
  );
  if (named === undefined || call.has(...WIDENING)) return ANY;
  const given = named.length === 0 ? ["HEAD"] : named;
  const bySide = call.has(...BY_SIDE);
  const isRange = given.some((word) => word.includes("..") || word.startsWith("^"));
  if (call.name === "format-patch") {
    const most = countOf(call);
    if (most !== undefined || isRange) return { kind: "commits", words: given, most, bySide };
    return given.length === 1 && !call.has("--root")
      ? { kind: "commits", words: [`${given[0]}..HEAD`], most: undefined, bySide }
      : ANY;
  }
  if (isRange || call.name === "show" || call.name === "diff-tree")
    return { kind: "commits", words: given, most: undefined, bySide };
  // What is left out of a walk makes it go on further.
  const isPlain = call.args.every((word) => {
    const text = textOf(word) ?? "-";
    return !text.startsWith("-") || PLAIN_LOG.test(text);
  });
  const most = countOf(call);
  const isLimited = pathsAmong(call, call.operands).length > 0;
  return isPlain && most !== undefined && !isLimited && call.name !== "reflog"
    ? { kind: "commits", words: given, most, bySide }
    : ANY;
}

/** How many commits are shown at most, where that is said once. */
function countOf(call: GitCall): number | undefined {
  const counts = call.args.flatMap((word) => {
    const text = textOf(word) ?? "";
    return /^-(\d+)$/.exec(text)?.[1] ?? /^--max-count=(\d+)$/.exec(text)?.[1] ?? [];
  });
  // For patches by mail `-n` numbers them.
  const named =
    call.name === "format-patch" ? [] : call.values("-n").map((word) => textOf(word) ?? "");
  const all = [...new Set([...counts, ...named])];
  const [count] = all;
  return all.length === 1 && /^\d+$/.test(count ?? "") ? Number(count) : undefined;
}

/** Two states and what differs between them: `git diff`, with nothing, one commit, two, or a range. */
export function shownOfDifferences(call: GitCall): ShownCopies {
  const named = words(call);
  if (named === undefined) return ANY;
  const staged = call.has("--cached", "--staged");
  const fromBase = call.has("--merge-base");
  const [first, second, ...more] = named;
  if (more.length > 0 || named.some((word) => word.startsWith("^"))) return ANY;
  if (first === undefined && !staged)
    return fromBase || call.name === "diff-index" ? ANY : { kind: "unstaged" };
  const range = /^(.*?)(\.{2,3})(.*)$/.exec(first ?? "");
  if (range !== null) {
    if (second !== undefined || staged) return ANY;
    const to = { commit: range[3] || "HEAD" };
    return { kind: "between", from: range[1] || "HEAD", to, fromBase: range[2] === "..." };
  }
  const from = first ?? "HEAD";
  if (second === undefined)
    return { kind: "between", from, to: staged ? "index" : "disk", fromBase };
  if (staged || second.includes("..")) return ANY;
  return { kind: "between", from, to: { commit: second }, fromBase };
}

/** What was put away: `stash@{1}`, `1`, the last one. */
export function shownOfStash(call: GitCall, [word]: readonly Text[]): ShownCopies {
  if (call.has("-u", "--include-untracked", "--only-untracked")) return ANY;
  const given = word === undefined ? "stash@{0}" : textOf(word);
  const name = /^\d+$/.test(given ?? "") ? `stash@{${given}}` : given;
  if (name === undefined || !isRevision(name)) return ANY;
  return { kind: "between", from: `${name}^1`, to: { commit: name }, fromBase: false };
}

/** All that commits hold: those that the words name. */
export function shownOfTrees(given: readonly Text[]): ShownCopies {
  const named = given.map((word) => textOf(word));
  return named.every((word): word is string => word !== undefined && isRevision(word))
    ? { kind: "trees", words: named }
    : ANY;
}

/** What is to be committed. */
export const STAGED: ShownCopies = { kind: "between", from: "HEAD", to: "index", fromBase: false };
