// What a call shows of git's own copies of files. The index stands for what was committed: it names what is followed now.
import { escapeGlob } from "#base/glob.ts";
import { isWithin, joinPath } from "#base/path.ts";
import type { ShownCopies } from "../../facts/facts.ts";
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { fromDirectory, type GitCall } from "./call.ts";

/** Pathspecs as globs of absolute paths. */
type Limits = { readonly only: readonly string[]; readonly except: readonly string[] };

const UNLIMITED: Limits = { only: [], except: [] };

/**
 * Consequence: copies of files are shown, limited by pathspecs where there are any. `isBelow`: without one only those below
 * the directory git works in.
 */
export function showsCopies(
  call: GitCall,
  shown: ShownCopies,
  paths: readonly Text[] = [],
  isBelow = false,
): readonly Consequence[] {
  const { repository } = call;
  // Which repository it will be cannot be told where the call makes it first.
  if (typeof repository !== "object") return [readsAnything()];
  const { root: workTree, gitDirectory } = repository;
  const here = directoryOf(call, workTree);
  const limits = limitsOf(paths, workTree, here);
  const only =
    limits.only.length === 0 && isBelow && here !== undefined
      ? [`${escapeGlob(here === "/" ? "" : here)}/**`]
      : limits.only;
  const place = here ?? workTree;
  // What the call itself commits, stages or checks out is not what facts show; the index names most of it.
  const isAsBefore = [gitDirectory, workTree].every((one) => !call.context.mayMove(literal(one)));
  const kind: ShownCopies = isAsBefore || shown.kind === "objects" ? shown : { kind: "tracked" };
  const copies = { gitDirectory, workTree, shown: kind, only, except: limits.except };
  return [
    // What the call itself put away may have been there alone, where git did not follow it.
    ...(isAsBefore || !mayShowUntracked(call) ? [] : [reads(literal(workTree), "tree")]),
    {
      kind: "effect",
      effect: {
        kind: "read",
        target: { kind: "path", path: place, real: place, reach: "tree", copies },
      },
    },
  ];
}

/** Whether a call may show what \`git stash --all\` put away: that has a commit of its own, the third parent. */
function mayShowUntracked(call: GitCall): boolean {
  if (call.name === "stash")
    return call.has("-u", "--include-untracked", "--only-untracked") || call.args.length > 3;
  return call.args.some((word) => {
    const text = textOf(word);
    return (
      text === undefined || /stash|\^3|\^@|\^!|^(?:--all|--reflog|-g|--walk-reflogs)$/.test(text)
    );
  });
}

function readsAnything(): Consequence {
  const target = { kind: "unresolved", within: undefined, reach: "tree" } as const;
  return { kind: "effect", effect: { kind: "read", target } };
}

/** Where git works, if that is in the working tree; undefined when it cannot be told. */
function directoryOf(call: GitCall, workTree: string): string | undefined {
  const here = call.context.placeOf(fromDirectory(call, literal(".")));
  return here !== undefined && isWithin(workTree, here) ? here : undefined;
}

function limitsOf(paths: readonly Text[], workTree: string, here: string | undefined): Limits {
  const only: string[] = [];
  const except: string[] = [];
  for (const path of paths) {
    const given = textOf(path);
    const spec = given === undefined ? undefined : readPathspec(given);
    if (spec?.isExclusion === true) {
      // What is left out in a way that is not understood is taken as shown.
      if (here !== undefined) except.push(...(excluded(spec, workTree, here) ?? []));
      continue;
    }
    const globs =
      spec === undefined || here === undefined ? undefined : included(spec, workTree, here);
    if (globs === undefined) return { ...UNLIMITED, except };
    only.push(...globs);
  }
  return { only, except };
}

type Pathspec = {
  readonly text: string;
  readonly magic: ReadonlySet<string>;
  readonly isExclusion: boolean;
};

/** A pathspec taken apart: `:(top,icase)x`, `:!x`, `:/x`, `x`. Undefined: its magic depends on more than the name. */
function readPathspec(given: string): Pathspec | undefined {
  const long = /^:\(([^)]*)\)([\s\S]*)$/.exec(given);
  const short = long === null ? /^:([!^/]*):?([\s\S]*)$/.exec(given) : null;
  const words = long?.[1]?.split(",").map((word) => word.trim()) ?? [];
  if (words.some((word) => !/^(?:top|literal|icase|glob|exclude|)$/.test(word))) return undefined;
  const marks = short?.[1] ?? "";
  const magic = new Set([...words, ...(marks.includes("/") ? ["top"] : [])]);
  return {
    text: long?.[2] ?? short?.[2] ?? given,
    magic,
    isExclusion: magic.has("exclude") || /[!^]/.test(marks),
  };
}

/** What stands for several names, or a backslash with the letter behind it. */
const WILD = /\\([\s\S])|\[[!^]?\]?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]?|[*?]+/g;

/** Globs of every path that the pathspec may name; undefined: all of them. */
function included(spec: Pathspec, workTree: string, here: string): readonly string[] | undefined {
  const { start, rest } = split(spec, workTree, here);
  if (!isWithin(workTree, start)) return undefined;
  // An asterisk of git's crosses directories, and so does what else stands for several names.
  const pattern = rest.replace(WILD, (_, kept: string | undefined) =>
    kept === undefined ? "**" : `\\${kept}`,
  );
  const glob = `${escapeGlob(start)}${pattern}`;
  const isDirectory = rest === "";
  return isDirectory && start === "/" ? undefined : [glob, `${glob}/**`];
}

/** Globs of paths that the pathspec certainly leaves out; undefined where that is not certain. */
function excluded(spec: Pathspec, workTree: string, here: string): readonly string[] | undefined {
  const { start, rest } = split(spec, workTree, here);
  if (/[[\]\\]/.test(rest) || spec.magic.has("icase")) return undefined;
  const own = spec.magic.has("glob")
    ? rest
    : rest.replace(/\*+(?!\/)/g, "**").replace(/\*+\//g, "*/");
  const glob = `${escapeGlob(start)}${own}`;
  return [glob, `${glob}/**`];
}

/** The absolute directory or file before the first wildcard, and the pattern behind it with its slash. */
function split(
  { text, magic }: Pathspec,
  workTree: string,
  here: string,
): { readonly start: string; readonly rest: string } {
  const base = magic.has("top") ? workTree : here;
  const wild = magic.has("literal") ? -1 : text.search(/[*?[\\]/);
  if (wild < 0) return { start: joinPath(base, text), rest: "" };
  const cut = text.lastIndexOf("/", wild) + 1;
  const start = joinPath(base, text.slice(0, cut));
  return { start: start === "/" ? "" : start, rest: `/${text.slice(cut)}` };
}

/** Words that may name revisions or paths: those that are paths, where git takes them for that. */
export function pathsAmong(call: GitCall, words: readonly Text[]): readonly Text[] {
  const { afterDashes, context } = call;
  const count = words.length - (afterDashes?.length ?? 0);
  const before = words.slice(0, Math.max(0, count)).filter((word) => {
    const given = textOf(word);
    if (given !== undefined && /^:[!^/(]|[*?[]/.test(given)) return !/^:\/[^*?[]*$/.test(given);
    // WHY: git refuses a word that is both.
    const place = fromDirectory(call, word);
    return context.isFile(place) || context.isDirectory(place);
  });
  return [...before, ...(afterDashes ?? [])];
}

/** Words before `--` that are no paths, so that they name revisions. */
export function revisionsAmong(call: GitCall, words: readonly Text[]): readonly Text[] {
  const paths = new Set(pathsAmong(call, words));
  return words.filter((word) => !paths.has(word));
}

/** Whether a word names one file of a revision or of the index (`HEAD:a`, `:a`). */
export function namesFile(word: Text): boolean {
  const given = textOf(word);
  return given !== undefined && /^[^:]*:(?![/(!^])./.test(given);
}
