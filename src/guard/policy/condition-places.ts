// Where the conditions of rules apply: their globs, anchored in a project and a home.
import { foldName } from "#base/fold-name.ts";
import { globSet } from "#base/glob-set.ts";
import {
  compileGlob,
  escapeGlob,
  globBase,
  globsIntersect,
  hasMagic,
  unescapeGlob,
} from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import type { SessionFacts } from "../facts/facts.ts";
import type { Condition } from "./policy.ts";

/** Where a condition applies: its globs, absolute, and both together as a test. */
export type Place = {
  readonly paths: readonly string[];
  readonly except: readonly string[];
  readonly test: (path: string) => boolean;
  /** Whether a glob may match something here, exceptions left aside, and whether it may match an exception. */
  readonly meets: (glob: string) => boolean;
  readonly meetsExcept: (glob: string) => boolean;
  /** Whether all below a directory is certainly meant, and whether all of it is excepted. */
  readonly coversTree: (root: string) => boolean;
  readonly exceptsTree: (root: string) => boolean;
  /** Whether every path that a glob matches has a last part that a glob for names anywhere is about. */
  readonly isOfName: (glob: string) => boolean;
  /** Whether the path is one below which a glob means everything, other than `/`. */
  readonly isHolder: (path: string) => boolean;
  /** The globs that may match something below a directory. */
  readonly below: (root: string) => readonly string[];
};

/** Directories of which a place remembers its globs below them: calls are about the same few. */
const ROOTS_MAX = 8;

/** What anchors the places of conditions. */
export type Anchors = Pick<
  SessionFacts,
  "projectRoot" | "home" | "additionalDirectories" | "temporary"
>;

/** The places of conditions, anchored in one project and home, and compiled when first needed: good for many calls. */
export class PlaceTests {
  readonly #session: Anchors;
  readonly #places = new WeakMap<Condition, Place>();
  readonly #fold = rememberingOne(foldName);

  constructor(session: Anchors) {
    this.#session = session;
  }

  of(when: Condition): Place {
    const known = this.#places.get(when);
    if (known !== undefined) return known;
    const paths = (when.paths ?? ["/**"]).flatMap((glob) => anchors(glob, this.#session));
    const except = (when.exceptPaths ?? []).flatMap((glob) => anchors(glob, this.#session));
    const [meant, left] = [globSet(paths), globSet(except)];
    const place: Place = {
      paths,
      except,
      test: rememberingOne((path) => {
        const folded = this.#fold(path);
        return meant.matches(folded) && !left.matches(folded);
      }),
      meets: meant.meets,
      meetsExcept: left.meets,
      coversTree: treeTest(paths),
      exceptsTree: treeTest(except),
      isOfName: nameTest(paths),
      isHolder: holderTest(paths),
      below: globsBelow(paths),
    };
    this.#places.set(when, place);
    return place;
  }
}

/** WHY one: an effect is held against a place several times over, and mostly leads where its path says. */
function rememberingOne<Answer>(work: (path: string) => Answer): (path: string) => Answer {
  let last: { readonly path: string; readonly answer: Answer } | undefined;
  return (path) => {
    if (last?.path !== path) last = { path, answer: work(path) };
    return last.answer;
  };
}

function holderTest(paths: readonly string[]): Place["isHolder"] {
  const holders = paths.filter((glob) => glob.endsWith("/**") && glob !== "/**");
  let tests: readonly ((path: string) => boolean)[] | undefined;
  return (path) => {
    // WHY not before: of most conditions nobody asks.
    tests ??= holders.map((glob) => compileGlob(glob.slice(0, -3)));
    return tests.some((test) => test(path));
  };
}

function globsBelow(paths: readonly string[]): Place["below"] {
  const known = new Map<string, readonly string[]>();
  return (root) => {
    const before = known.get(root);
    if (before !== undefined) return before;
    const tree = `${root === "/" ? "" : escapeGlob(root)}/**`;
    const found = paths.filter((glob) => globsIntersect(tree, glob));
    if (known.size >= ROOTS_MAX) known.clear();
    known.set(root, found);
    return found;
  };
}

/** A rule's glob as absolute ones: what is said of a place is said of each directory that counts like it. */
function anchors(glob: string, session: Anchors): readonly string[] {
  const first = anchor(glob, session);
  const { additionalDirectories = [], temporary } = session;
  if (temporary !== undefined && (glob === "/tmp" || glob === "/tmp/**"))
    return [first, `${escapeGlob(temporary)}${glob.slice("/tmp".length)}`];
  if (additionalDirectories.length === 0 || !/^<project>(?:\/|$)/.test(glob)) return [first];
  return [
    first,
    ...additionalDirectories.map((projectRoot) => anchor(glob, { ...session, projectRoot })),
  ];
}

/** A rule's glob as an absolute one: `~/`, `<project>/`, anywhere. */
export function anchor(glob: string, session: Anchors): string {
  if (glob.startsWith("/")) return glob;
  if (glob === "<project>") return escapeGlob(session.projectRoot);
  if (glob.startsWith("<project>/"))
    return `${session.projectRoot === "/" ? "" : escapeGlob(session.projectRoot)}${glob.slice(9)}`;
  if (glob.startsWith("~/"))
    return `${escapeGlob(session.home)}${glob.slice(1).replace(OF_PROJECT, `$1${folderOf(session)}/`)}`;
  return `/**/${glob.replace(/^\*\*\//, "")}`;
}

/** `~/.claude/projects/<project>/`: what the client keeps about one project. */
const OF_PROJECT = /^(\/\.claude\/projects\/)<project>\//;

/** The client's own name for a project: its path, with a dash for everything else than letters and digits. */
function folderOf({ projectRoot }: Anchors): string {
  return projectRoot.replace(/[^A-Za-z0-9]/g, "-");
}

/** A test of whether all below a directory is certainly meant by one of the globs. */
function treeTest(globs: readonly string[]): (root: string) => boolean {
  let bases: readonly string[] | undefined;
  return (root) => {
    bases ??= globs.flatMap((glob) => {
      const base = glob.endsWith("/**") ? globBase(glob) : undefined;
      return base !== undefined && base === plainBase(glob) ? [base] : [];
    });
    return bases.some((base) => isWithin(base, root));
  };
}

function nameTest(globs: readonly string[]): Place["isOfName"] {
  let names: readonly string[] | undefined;
  return (pattern) => {
    names ??= globs
      .flatMap((glob) => /^\/\*\*\/([^/]+)$/.exec(glob)?.[1] ?? [])
      .filter((name) => name !== "*");
    const last = pattern.slice(pattern.lastIndexOf("/") + 1);
    if (names.includes(last)) return true;
    return !hasMagic(last) && names.some((name) => compileGlob(name)(last));
  };
}

/** The directory of a glob that is nothing but a directory and `/**`. */
export function plainBase(glob: string): string | undefined {
  const directory = unescapeGlob(glob.slice(0, -3)) || "/";
  return /(^|[^\\])[*?[]/.test(glob.slice(0, -3)) ? undefined : directory;
}
