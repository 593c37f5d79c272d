// `git clean`: which files that git does not keep are taken away.
import { escapeGlob } from "#base/glob.ts";
import { baseName, isWithin } from "#base/path.ts";
import { literal, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { deletes, prints } from "../../model/consequences.ts";
import type { LostWork } from "../../../facts/facts.ts";
import type { Target } from "../../../vocabulary/effect.ts";
import { madeOf } from "../../model/filter.ts";
import { fromDirectory, type GitCall, rootOf, type Subcommand } from "../call.ts";
import { isNothing, lostBy, withLoss } from "../losses.ts";
import { optionsOf } from "../options.ts";
import { isWide } from "./named-paths.ts";

/** `git clean`. */
export const clean: Subcommand = {
  options: optionsOf("-d -f|--force -n|--dry-run -i|--interactive -e|--exclude= -x -X"),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    // WHY: what was never committed is gone for good, wherever it lay; git's own directory stays.
    const paths = call.operands.filter((path) => !isWide(path));
    const taken = takenBy(call);
    if (taken?.certain.length === 0 && taken.perhaps.length === 0) return [prints(madeOf([]))];
    return [
      withLoss("discard", copiesOf(call, taken) ?? lossOf(call, taken)),
      ...(paths.length > 0
        ? paths.map((path) => deletes(fromDirectory(call, path), "tree"))
        : cleans(call, taken)),
    ];
  },
};

/** Paths that go, a directory with all that is in it, and those of which git's lists do not tell us whether they do. */
type Taken = { readonly certain: readonly string[]; readonly perhaps: readonly string[] };

/** The loss where it is none, because copies are kept of all that may go; else undefined. */
function copiesOf(call: GitCall, taken: Taken | undefined): LostWork | undefined {
  const paths = taken === undefined ? [] : [...taken.certain, ...taken.perhaps];
  if (paths.length === 0 || paths.length > LISTED_MAX) return undefined;
  const lost = lostBy(call, [{ kind: "takes-away", paths }]);
  return isNothing(lost) ? lost : undefined;
}

/** Undefined where links are among what is taken by git's lists: whether git ignores one is not told. */
function lossOf(call: GitCall, taken: Taken | undefined): LostWork | undefined {
  const { context } = call;
  if (taken === undefined || taken.certain.length === 0) return undefined;
  if (!call.has("-x") && taken.certain.some((path) => context.isLink(literal(path))))
    return undefined;
  const root = rootOf(call) ?? "";
  const names = taken.certain
    .filter((path) => !isOfClient(path, root))
    .map((path) => `${path.slice(root.length + 1)}${isFolder(call, path) ? "/" : ""}`)
    .toSorted();
  if (names.length === 0) return undefined;
  const files = names.slice(0, LISTED_MAX);
  return { files, commits: [], more: names.length - files.length };
}

/** Files that are named one by one; of more, only that there are many is known. */
const LISTED_MAX = 64;

/** What git itself says that it would take away; where that is not known, every name in the working tree but `.git`. */
function cleans(call: GitCall, taken: Taken | undefined): readonly Consequence[] {
  const root = rootOf(call);
  const listed = taken && [...taken.certain, ...taken.perhaps];
  if (root !== undefined && listed !== undefined && listed.length <= LISTED_MAX) {
    const others = listed.filter((path) => !isOfClient(path, root));
    return [
      ...(others.length < listed.length ? [sweeps(`${root}/.claude`)] : []),
      ...others.map((path) => deletes(literal(path), isFolder(call, path) ? "tree" : "entry")),
    ];
  }
  const controls = literal(root === undefined ? ".claude" : `${root}/.claude`);
  const isTaken =
    listed === undefined || root === undefined
      ? call.context.isDirectory(controls)
      : listed.some((path) => isOfClient(path, root));
  const named = !isTaken
    ? []
    : [root === undefined ? deletes(controls, "tree") : sweeps(`${root}/.claude`)];
  if (root === undefined)
    return [...named, effectOf({ kind: "unresolved", within: undefined, reach: "tree" })];
  return [
    ...named,
    ...OTHER_NAMES.map((name) =>
      effectOf({ kind: "pattern", path: `${escapeGlob(root)}/${name}`, reach: "tree" }),
    ),
  ];
}

function isOfClient(path: string, root: string): boolean {
  return isWithin(`${root}/.claude`, path);
}

function isFolder({ context }: GitCall, path: string): boolean {
  return context.isDirectory(literal(path)) && !context.isLink(literal(path));
}

/** The client's settings, which go with all else: git tells of what it cannot take away, and goes on. */
function sweeps(path: string): Consequence {
  const target = { kind: "path", path, real: path, reach: "tree" } as const;
  return {
    kind: "effect",
    effect: { kind: "tamper", control: "client-settings", target, isSwept: true },
  };
}

/** Undefined where words say more than the options that are known here, and where git works below another directory than its tree. */
function takenBy(call: GitCall): Taken | undefined {
  const { repository, context } = call;
  const words = call.args.map((word) => textOf(word) ?? "?");
  const isForcedOnce = words.join(" ").split("f").length < 3;
  if (call.has("-i") || call.operands.length > 0 || typeof repository !== "object")
    return undefined;
  if (repository.books !== undefined) return undefined;
  const { root } = repository;
  if (!call.has("-x", "-X", "-e")) {
    const listed = isForcedOnce ? context.unkept(root, "kept") : undefined;
    return listed && { certain: listed, perhaps: [] };
  }
  const isForcedTwice = words.some((word) => /^-[a-zA-Z]*f[a-zA-Z]*f|^--force/.test(word));
  const kept = call.values("-e").map((word) => textOf(word) ?? "?");
  const isSingle = words.filter((word) => /^-[a-zA-Z]*f/.test(word)).length < 2;
  if (isForcedTwice || !isSingle || !call.has("-x", "-X")) return undefined;
  const names = new Set(kept.map((name) => name.replace(/\/$/, "")));
  const all = context
    .unkept(root, "followed", true)
    ?.filter((path) => call.has("-X") || !names.has(baseName(path)))
    .filter((path) => call.has("-d") || !isFolder(call, path));
  // Patterns that stand for several names are not worked out: any of it may go.
  const isPlain = kept.every((name) => /^[\w.@+][\w.@+-]*\/?$/.test(name));
  if (all !== undefined && (!isPlain || (call.has("-X") && kept.length > 0)))
    return { certain: [], perhaps: all };
  if (all === undefined || call.has("-x")) return all && { certain: all, perhaps: [] };
  // What git's lists do not certainly name stays, with all that it lies in.
  const others = context.unkept(root, "kept", true);
  if (others === undefined) return { certain: [], perhaps: all };
  const isSure = (path: string): boolean => !others.some((other) => isWithin(path, other));
  return { certain: all.filter(isSure), perhaps: all.filter((path) => !isSure(path)) };
}

function effectOf(target: Target): Consequence {
  return { kind: "effect", effect: { kind: "delete", target } };
}

/** Globs of every name but `.git`. */
const OTHER_NAMES = [...".git"]
  .map((letter, at) => `${".git".slice(0, at)}[!${letter}]*`)
  .concat(".git?*");
