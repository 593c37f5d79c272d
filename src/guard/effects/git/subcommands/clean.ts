// `git clean`: which files that git does not keep are taken away.
import { escapeGlob } from "#base/glob.ts";
import { literal } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { deletes, prints } from "../../model/consequences.ts";
import type { Target } from "../../../vocabulary/effect.ts";
import { madeOf } from "../../model/filter.ts";
import { fromDirectory, type GitCall, history, rootOf, type Subcommand } from "../call.ts";
import { optionsOf } from "../options.ts";
import { isWide } from "./named-paths.ts";

/** `git clean`. */
export const clean: Subcommand = {
  options: optionsOf("-d -f|--force -n|--dry-run -i|--interactive -e|--exclude= -x -X"),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    // WHY: what was never committed is gone for good, wherever it lay; git's own directory stays.
    const paths = call.operands.filter((path) => !isWide(path));
    return [
      history("discard"),
      ...(paths.length > 0
        ? paths.map((path) => deletes(fromDirectory(call, path), "tree"))
        : cleans(call)),
    ];
  },
};

/** Deletions of every name in the working tree but `.git`. */
function cleans(call: GitCall): readonly Consequence[] {
  const root = rootOf(call);
  const controls = literal(root === undefined ? ".claude" : `${root}/.claude`);
  const named = call.context.isDirectory(controls) ? [deletes(controls, "tree")] : [];
  if (root === undefined)
    return [...named, effectOf({ kind: "unresolved", within: undefined, reach: "tree" })];
  return [
    ...named,
    ...OTHER_NAMES.map((name) =>
      effectOf({ kind: "pattern", path: `${escapeGlob(root)}/${name}`, reach: "tree" }),
    ),
  ];
}

function effectOf(target: Target): Consequence {
  return { kind: "effect", effect: { kind: "delete", target } };
}

/** Globs of every name but `.git`. */
const OTHER_NAMES = [...".git"]
  .map((letter, at) => `${".git".slice(0, at)}[!${letter}]*`)
  .concat(".git?*");
