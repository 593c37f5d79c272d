// Where the conditions of rules apply: their globs, anchored in a project and a home.
import { foldName } from "#base/fold-name.ts";
import {
  compileForFolded,
  compileGlob,
  escapeGlob,
  globBase,
  globsIntersect,
  unescapeGlob,
} from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import type { SessionFacts } from "../facts.ts";
import type { Condition } from "./policy.ts";

/** Where a condition applies: its globs, absolute, and both together as a test. */
export type Place = {
  readonly paths: readonly string[];
  readonly except: readonly string[];
  readonly test: (path: string) => boolean;
  /** Whether the path is one below which a glob means everything, other than `/`. */
  readonly isHolder: (path: string) => boolean;
  /** The globs that may match something below a directory. */
  readonly below: (root: string) => readonly string[];
};

/** Directories of which a place remembers its globs below them: calls are about the same few. */
const ROOTS_MAX = 8;

/** What anchors the places of conditions. */
export type Anchors = Pick<SessionFacts, "projectRoot" | "home">;

/** The places of conditions, anchored in one project and home, and compiled when first needed: good for many calls. */
export class PlaceTests {
  readonly #session: Anchors;
  readonly #places = new WeakMap<Condition, Place>();

  constructor(session: Anchors) {
    this.#session = session;
  }

  of(when: Condition): Place {
    const known = this.#places.get(when);
    if (known !== undefined) return known;
    const paths = (when.paths ?? ["/**"]).map((glob) => anchor(glob, this.#session));
    const except = (when.exceptPaths ?? []).map((glob) => anchor(glob, this.#session));
    const positive = paths.map(compileForFolded);
    const negative = except.map(compileForFolded);
    const place: Place = {
      paths,
      except,
      test: rememberingOne((path) => {
        const folded = foldName(path);
        return positive.some((test) => test(folded)) && !negative.some((test) => test(folded));
      }),
      isHolder: holderTest(paths),
      below: globsBelow(paths),
    };
    this.#places.set(when, place);
    return place;
  }
}

/** WHY one: an effect is held against a place several times over, and mostly leads where its path says. */
function rememberingOne(test: (path: string) => boolean): (path: string) => boolean {
  let last: string | undefined;
  let answer = false;
  return (path) => {
    if (path === last) return answer;
    answer = test(path);
    last = path;
    return answer;
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

/** A rule's glob as an absolute one: `~/`, `<project>/`, anywhere. */
export function anchor(glob: string, session: Anchors): string {
  if (glob.startsWith("/")) return glob;
  if (glob === "<project>") return escapeGlob(session.projectRoot);
  if (glob.startsWith("<project>/"))
    return `${session.projectRoot === "/" ? "" : escapeGlob(session.projectRoot)}${glob.slice(9)}`;
  if (glob.startsWith("~/")) return `${escapeGlob(session.home)}${glob.slice(1)}`;
  return `/**/${glob.replace(/^\*\*\//, "")}`;
}

/** Whether all below a directory is certainly meant by one of the globs. */
export function treeCovered(root: string, paths: readonly string[]): boolean {
  return paths.some(
    (glob) =>
      glob.endsWith("/**") && isWithin(globBase(glob), root) && globBase(glob) === plainBase(glob),
  );
}

/** The directory of a glob that is nothing but a directory and `/**`. */
export function plainBase(glob: string): string | undefined {
  const directory = unescapeGlob(glob.slice(0, -3)) || "/";
  return /(^|[^\\])[*?[]/.test(glob.slice(0, -3)) ? undefined : directory;
}
