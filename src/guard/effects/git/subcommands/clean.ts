// `git clean`: which files that git does not keep are taken away.
import { escapeGlob } from "#base/glob.ts";
import { literal, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { deletes, prints } from "../../model/consequences.ts";
import type { LostWork } from "../../../facts/facts.ts";
import type { Target } from "../../../vocabulary/effect.ts";
import { madeOf } from "../../model/filter.ts";
import { fromDirectory, type GitCall, rootOf, type Subcommand } from "../call.ts";
import { withLoss } from "../losses.ts";
import { optionsOf } from "../options.ts";
import { isWide } from "./named-paths.ts";

/** `git clean`. */
export const clean: Subcommand = {
  options: optionsOf("-d -f|--force -n|--dry-run -i|--interactive -e|--exclude= -x -X"),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    // WHY: what was never committed is gone for good, wherever it lay; git's own directory stays.
    const paths = call.operands.filter((path) => !isWide(path));
    const taken = unkept(call);
    if (taken?.length === 0) return [prints(madeOf([]))];
    return [
      withLoss("discard", lossOf(call, taken)),
      ...(paths.length > 0
        ? paths.map((path) => deletes(fromDirectory(call, path), "tree"))
        : cleans(call)),
    ];
  },
};

/** Undefined where links are among what is taken: whether git ignores one is not told. */
function lossOf(call: GitCall, taken: readonly string[] | undefined): LostWork | undefined {
  const isSure = taken?.every((path) => !call.context.isLink(literal(path)));
  if (taken === undefined || taken.length > LISTED_MAX || isSure !== true) return undefined;
  const names = taken.map((path) => path.slice((rootOf(call) ?? "").length + 1)).toSorted();
  const files = names.slice(0, LISTED_MAX);
  return { files, commits: [], more: names.length - files.length };
}

/** Files that are named one by one; of more, only that there are many is known. */
const LISTED_MAX = 64;

/** What git itself says that it would take away; where that is not known, every name in the working tree but `.git`. */
function cleans(call: GitCall): readonly Consequence[] {
  const root = rootOf(call);
  const listed = unkept(call);
  if (listed !== undefined && listed.length <= LISTED_MAX)
    return listed.map((path) => deletes(literal(path), "entry"));
  const controls = literal(root === undefined ? ".claude" : `${root}/.claude`);
  const isTaken =
    listed === undefined
      ? call.context.isDirectory(controls)
      : listed.some((path) => path.startsWith(`${root}/.claude/`));
  const named = isTaken ? [deletes(controls, "tree")] : [];
  if (root === undefined)
    return [...named, effectOf({ kind: "unresolved", within: undefined, reach: "tree" })];
  return [
    ...named,
    ...OTHER_NAMES.map((name) =>
      effectOf({ kind: "pattern", path: `${escapeGlob(root)}/${name}`, reach: "tree" }),
    ),
  ];
}

/** Files that go; undefined where options say more than the default does, and where git works below another directory than its tree. */
function unkept(call: GitCall): readonly string[] | undefined {
  const { repository, context } = call;
  const isUsual = !call.has("-x", "-X", "-e", "-i") && call.operands.length === 0;
  const isForcedOnce =
    call.args
      .map((word) => textOf(word) ?? "?")
      .join(" ")
      .split("f").length < 3;
  if (!isUsual || !isForcedOnce || typeof repository !== "object") return undefined;
  return repository.books === undefined ? context.unkept(repository.root) : undefined;
}

function effectOf(target: Target): Consequence {
  return { kind: "effect", effect: { kind: "delete", target } };
}

/** Globs of every name but `.git`. */
const OTHER_NAMES = [...".git"]
  .map((letter, at) => `${".git".slice(0, at)}[!${letter}]*`)
  .concat(".git?*");
