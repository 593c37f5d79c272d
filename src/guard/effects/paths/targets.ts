// From a word to the places it may name: paths, patterns of paths, or somewhere unknown.
import { escapeGlob, hasMagic, unescapeGlob } from "#base/glob.ts";
import { cleanPath, isWithin, joinRaw } from "#base/path.ts";
import { type FactAnswer, type FactQuery, LINKED_FOLDERS } from "../../facts/facts.ts";
import { type Text, hasHole, textOf } from "../../shell/values/text.ts";
import {
  globOfSome,
  isMadePath,
  isSomePath,
  markedLikeOf,
  withoutMarks,
} from "../../shell/values/some-directory.ts";
import { absoluteGlob } from "../../shell/expansion/pathnames.ts";
import { globWithoutUps, withoutUps } from "../../shell/values/ways-up.ts";
import type { Reach, Skips, Target } from "../../vocabulary/effect.ts";
import { globThroughProcess, throughProcess } from "./proc-paths.ts";
import { windowsForms } from "./windows-paths.ts";

/** Looks a fact up; undefined where it is not known yet. */
export type Ask = (query: FactQuery) => FactAnswer | undefined;

/**
 * The places that `text` may name, seen from each of `directories`. `filter` narrows a tree to entries whose name
 * matches a glob (`*.ts`).
 */
export function resolveTargets(
  text: Text,
  reach: Reach,
  directories: readonly (string | undefined)[],
  ask: Ask,
  filter?: string,
): readonly Target[] {
  const value = textOf(text);
  if (value === "") return [];
  // No kernel takes such a path; what a program makes of the word is not known.
  if (value?.includes("\0") === true) return [{ kind: "unresolved", within: undefined, reach }];
  return directories.flatMap((directory) => {
    if (value !== undefined)
      return [value, ...windowsForms(value)].flatMap((path) =>
        resolvePath(path, reach, directory, ask, filter),
      );
    return resolvePattern(text, reach, directory, ask, filter);
  });
}

function resolvePath(
  value: string,
  reach: Reach,
  directory: string | undefined,
  ask: Ask,
  filter: string | undefined,
): readonly Target[] {
  if (directory === undefined && !value.startsWith("/"))
    return [{ kind: "unresolved", within: undefined, reach }];
  const raw = throughProcess(joinRaw(directory ?? "/", value), directory);
  if (raw === undefined) return [{ kind: "unresolved", within: undefined, reach }];
  if (isSomePath(raw)) return [patternTarget(globOfSome(escapeGlob(raw)), reach, filter)];
  const answer = ask({ kind: "path", path: raw });
  const plain = cleanPath(raw);
  const real = answer?.kind === "path" ? throughLink(answer.real, directory, ask) : plain;
  // WHY: behind a link `..` leads elsewhere than the text says, and what is deleted is looked for by this path.
  const path = real === plain ? plain : withoutUps(raw, ask);
  if (real === undefined) return [{ kind: "unresolved", within: undefined, reach }];
  const isFile = answer?.kind === "path" && (answer.type === "file" || answer.type === "missing");
  if (isFile || reach === "entry") {
    const others = isFile && answer.links > 1 ? namesOf(real, directory, ask) : [];
    const itself: Target = { kind: "path", path, real, reach: "entry" };
    if (others === undefined) return [itself, { kind: "unresolved", within: undefined, reach }];
    return [
      itself,
      ...others.map((name): Target => ({ kind: "path", path: name, real: name, reach: "entry" })),
    ];
  }
  if (filter === undefined) return [{ kind: "path", path, real, reach }];
  // The named thing itself when it is a file after all, and the entries below that pass the filter.
  const below = (root: string): Target => ({
    kind: "pattern",
    path: `${root === "/" ? "" : escapeGlob(root)}/**/${filter}`,
    reach: "entry",
  });
  return [
    { kind: "path", path, real, reach: "entry" },
    below(path),
    ...(real === path ? [] : [below(real)]),
  ];
}

/** The other names of a file with several: what is done to it is done to all of them. Undefined where they are not known. */
function namesOf(
  real: string,
  directory: string | undefined,
  ask: Ask,
): readonly string[] | undefined {
  const isBelow = directory !== undefined && isWithin(directory, real);
  const place = isBelow ? real.slice(directory.length) : real;
  if (LINKED_FOLDERS.some((name) => place.includes(`/${name}/`))) return [];
  // WHY nothing where it is not known: all of the disk would be looked through.
  const below = directory === undefined ? [] : [directory];
  const answer = ask({ kind: "names", path: real, below });
  return answer?.kind === "names" ? answer.names : undefined;
}

/** Where a link on disk leads that ends in a place of the process that follows it, such as its own directory. */
function throughLink(real: string, directory: string | undefined, ask: Ask): string | undefined {
  if (!real.startsWith("/proc/")) return real;
  const led = throughProcess(real, directory);
  if (led === undefined || led === real) return led;
  const answer = ask({ kind: "path", path: led });
  return answer?.kind === "path" ? answer.real : cleanPath(led);
}

function resolvePattern(
  text: Text,
  reach: Reach,
  directory: string | undefined,
  ask: Ask,
  filter: string | undefined,
): readonly Target[] {
  const unresolved: Target = { kind: "unresolved", within: undefined, reach };
  // WHY: a hole that may be any text may also be `../..`: nothing before it bounds where it leads.
  if (hasHole(text) && text.some((piece) => piece.kind === "hole" && piece.like === undefined))
    return [unresolved];
  const glob = globOfSome(markedLikeOf(text));
  // What can only be one name is that name.
  if (!hasMagic(glob) && !isMadePath(glob) && glob !== "")
    return resolvePath(unescapeGlob(glob), reach, directory, ask, filter);
  if (directory === undefined && !glob.startsWith("/")) return [unresolved];
  const whole = glob.startsWith("/") ? glob : `${globOfSome(escapeGlob(directory ?? "/"))}/${glob}`;
  const plain = isMadePath(whole) ? whole : globWithoutUps(whole, ask);
  return [plain === undefined ? unresolved : patternTarget(plain, reach, filter)];
}

/** Places that match an absolute glob. */
function patternTarget(glob: string, reach: Reach, filter: string | undefined): Target {
  const absolute = absoluteGlob("/", glob);
  const marked = absolute === undefined ? undefined : globThroughProcess(absolute);
  if (marked === undefined) return { kind: "unresolved", within: undefined, reach };
  const path = withoutMarks(marked);
  const isNew = liesInNew(marked) ? ({ isNew: true } as const) : {};
  return reach === "tree" && filter !== undefined
    ? { kind: "pattern", path: `${path}/**/${filter}`, reach: "entry", ...isNew }
    : { kind: "pattern", path, reach, ...isNew };
}

/**
 * Whether all that a clean marked glob names lies under a made-up name in a directory that is known. WHY clean: `..` behind
 * such a name leads back to what was there before.
 */
function liesInNew(marked: string): boolean {
  const names = marked.split("/");
  const at = names.findIndex(isMadePath);
  return at >= 0 && !names.slice(0, at).some(hasMagic);
}

const LEFT_OUT: Readonly<Record<Skips, string>> = {
  hidden: "hidden",
  "hidden-and-ignored": "hidden",
  ignored: "ignored",
  untracked: "unknown to git",
};

/** A target in a few words, for people. */
export function describeTarget(target: Target): string {
  if (target.kind === "path" && target.copies !== undefined)
    return `what git keeps of \`${target.copies.workTree}\``;
  const isSearched = target.kind === "path" && target.skips !== undefined;
  const what = target.kind === "path" ? LEFT_OUT[target.skips ?? "hidden"] : "";
  const below = isSearched ? ` and what is not ${what} below` : " and everything below";
  const left = target.kind === "path" && target.leaves !== undefined ? target.leaves : undefined;
  const names = left === undefined ? [] : [...new Set([...left.files, ...left.directories])];
  const but =
    names.length === 0
      ? ""
      : ` but ${names
          .slice(0, 4)
          .map((name) => `\`${name}\``)
          .join(", ")}${names.length > 4 ? ", …" : ""}`;
  const tree = target.reach === "tree" ? `${below}${but}` : "";
  switch (target.kind) {
    case "path":
      return target.real === target.path
        ? `\`${target.path}\`${tree}`
        : `\`${target.path}\` (really \`${target.real}\`)${tree}`;
    case "pattern":
      return `files like \`${target.path}\`${tree}`;
    case "unresolved":
      return target.within === undefined
        ? "a path that is not known"
        : `some path below \`${target.within}\``;
    default:
      return target satisfies never;
  }
}
