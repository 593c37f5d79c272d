// Whether a rule's condition meets an effect: for deny and ask if it possibly does, for allow only if it certainly does.
import {
  compileGlob,
  escapeGlob,
  globBase,
  globsIntersect,
  hasMagic,
  unescapeGlob,
} from "#base/glob.ts";
import { REQUIRED_FILES_MAX } from "#base/limits.ts";
import { isWithin } from "#base/path.ts";
import { isLoopback } from "../effects/destination.ts";
import { leftOutTest } from "../effects/left-out.ts";
import type { Destination, Effect, LeftOut, Shown, Target } from "../effects/effect.ts";
import type { FactReader } from "../effects/fact-reader.ts";
import type { SessionFacts } from "../facts.ts";
import type { Condition } from "./policy.ts";

/** `unsure`: facts that would tell are missing. `place` is an existing path that made it match, when one did. */
export type Match = { readonly answer: "yes" | "no" | "unsure"; readonly place?: string };

/** Links out of a place that are followed to see whether anything that is meant lies there. */
const WAYS_OUT_MAX = 4;

const NO: Match = { answer: "no" };
const YES: Match = { answer: "yes" };
const UNSURE: Match = { answer: "unsure" };

/**
 * Whether the condition may meet the effect: for rules that restrict. Without a reader only what the effect itself says
 * counts, and no fact is asked for.
 */
export function mayMatch(
  when: Condition,
  effect: Effect,
  places: PlaceTests,
  reader: FactReader | undefined,
): Match {
  // What a rule says of command lines is no matter of single effects.
  if (when.commands !== undefined) return NO;
  if (!when.effects.includes(effect.kind) || !sideConditions(when, effect, "some")) return NO;
  if (when.paths === undefined && when.exceptPaths === undefined) return YES;
  const target = targetOf(effect);
  if (target === undefined) return when.paths === undefined ? YES : NO;
  const place = places.of(when);
  if (when.named === true && target.kind === "path") {
    const { test } = place;
    return test(target.path) || test(target.real) ? { answer: "yes", place: target.path } : NO;
  }
  if (when.named === true && target.kind === "pattern")
    return targetMayMatch({ ...target, reach: "entry" }, place, reader, effect.kind);
  return targetMayMatch(target, place, reader, effect.kind);
}

/** Where a condition applies: its globs, absolute, and both together as a test. */
type Place = {
  readonly paths: readonly string[];
  readonly except: readonly string[];
  readonly test: (path: string) => boolean;
};

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
    const positive = paths.map((glob) => compileGlob(glob, { ignoreCase: true }));
    const negative = except.map((glob) => compileGlob(glob, { ignoreCase: true }));
    const place: Place = {
      paths,
      except,
      test: (path) => positive.some((test) => test(path)) && !negative.some((test) => test(path)),
    };
    this.#places.set(when, place);
    return place;
  }
}

/** Whether the condition certainly meets the effect, wherever it lands: for rules that allow. */
export function covers(
  when: Condition,
  effect: Effect,
  places: PlaceTests,
  reader?: FactReader,
): boolean {
  if (
    effect.kind === "unknown" ||
    !when.effects.includes(effect.kind) ||
    !sideConditions(when, effect, "every")
  )
    return false;
  if (when.paths === undefined && when.exceptPaths === undefined) return true;
  const target = targetOf(effect);
  if (target === undefined) return when.paths === undefined;
  if (effect.kind === "write" && target.kind !== "path")
    return (
      target.kind === "pattern" &&
      patternStays(target, places.of(when), reader, effect.mode === "change")
    );
  if (targetCovered(target, places.of(when))) return true;
  return (
    effect.kind === "delete" &&
    target.kind === "pattern" &&
    deletesOnlyCovered(target, places.of(when), reader)
  );
}

/** The path part of an effect. */
export function targetOf(effect: Effect): Target | undefined {
  switch (effect.kind) {
    case "read":
    case "write":
    case "delete":
      return effect.target;
    case "persist":
    case "tamper":
      return effect.target;
    default:
      return undefined;
  }
}

/** Whether nothing leaves but the words of the call itself. */
export function carriesNothing(effect: Effect): boolean {
  return effect.kind === "egress" && effect.carries.every(({ kind }) => kind === "argument");
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

function sideConditions(when: Condition, effect: Effect, quantifier: "some" | "every"): boolean {
  if (when.operations !== undefined) {
    const operation = operationOf(effect);
    if (operation === undefined || !when.operations.includes(operation)) return false;
  }
  if (
    when.origins !== undefined &&
    !(effect.kind === "execute" && when.origins.includes(effect.origin))
  )
    return false;
  if (when.reach !== undefined && !(effect.kind === "execute" && when.reach === effect.reach))
    return false;
  if (when.programs !== undefined) {
    if (
      effect.kind !== "execute" ||
      effect.program === undefined ||
      !when.programs.includes(effect.program)
    )
      return false;
  }
  if (when.refs !== undefined && !refsMatch(when.refs, effect, quantifier)) return false;
  if (when.carriesNothing !== undefined) {
    if (carriesNothing(effect) !== when.carriesNothing) return false;
  }
  return hostsMatch(when, effect, quantifier);
}

function operationOf(effect: Effect): string | undefined {
  switch (effect.kind) {
    case "history":
    case "deploy":
      return effect.operation;
    case "publish":
      return effect.channel;
    case "unknown":
      return effect.reason;
    case "write":
      return effect.mode;
    case "delete":
      return effect.kind;
    case "privilege":
    case "persist":
      return effect.means;
    case "tamper":
      return effect.control;
    default:
      return undefined;
  }
}

function refsMatch(
  globs: readonly string[],
  effect: Effect,
  quantifier: "some" | "every",
): boolean {
  if (effect.kind !== "publish" && effect.kind !== "history") return false;
  if (effect.refs === undefined) return quantifier === "some";
  const tests = globs.map((glob) => compileGlob(glob));
  const matches = (ref: string): boolean => tests.some((test) => test(ref));
  return quantifier === "some" ? effect.refs.some(matches) : effect.refs.every(matches);
}

function hostsMatch(when: Condition, effect: Effect, quantifier: "some" | "every"): boolean {
  if (when.hosts === undefined && when.exceptHosts === undefined) return true;
  if (effect.kind !== "egress") return false;
  const { destination } = effect;
  const among = (hosts: readonly string[]): boolean =>
    hosts.some((one) => destinationIs(destination, one));
  if (destination.host === undefined && destination.known === undefined)
    return quantifier === "some";
  return (
    (when.hosts === undefined || among(when.hosts)) &&
    !(when.exceptHosts !== undefined && among(when.exceptHosts))
  );
}

/** `loopback`, `own-remote`, `own-account`, an exact name, or `*.name` for sub-domains. */
function destinationIs({ host, known }: Destination, pattern: string): boolean {
  if (pattern === "own-remote") return known === "remote";
  if (pattern === "own-account") return known === "account";
  if (host === undefined) return false;
  if (pattern === "loopback") return isLoopback(host);
  if (pattern.startsWith("*."))
    return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  return host === pattern;
}

function targetMayMatch(
  target: Target,
  place: Place,
  reader: FactReader | undefined,
  kind: Effect["kind"],
): Match {
  const { paths, test } = place;
  switch (target.kind) {
    case "path": {
      if (test(target.path) || test(target.real)) return { answer: "yes", place: target.path };
      if (reader === undefined) return NO;
      if (kind === "read" && isMissingHolder(target.path, paths, reader)) return YES;
      if (target.reach === "entry") return NO;
      // What is changed in a tree whose every place is excepted lies there, however much there is.
      const roots = [target.path, target.real];
      if (kind !== "read" && roots.every((root) => treeCovered(root, place.except))) return NO;
      return treeMayMatch(target, paths, test, reader, kind === "read");
    }
    case "pattern": {
      if (reader === undefined) return NO;
      const base = globBase(target.path);
      const changes = kind === "write" || kind === "delete";
      // What is changed lies below the base, wherever that is; what is read may lead elsewhere through links.
      if (changes && treeCovered(base, place.except)) return NO;
      if (kind === "write" && treeCovered(base, paths)) return YES;
      const isExcepted = place.except.some((glob) => globsIntersect(target.path, glob));
      if (kind === "delete" && treeCovered(base, paths) && !isExcepted) return YES;
      if (!paths.some((glob) => globsIntersect(target.path, glob))) {
        return target.reach === "tree" &&
          paths.some((glob) => globsIntersect(`${target.path}/**`, glob))
          ? UNSURE
          : NO;
      }
      const answer = reader.ask({
        kind: "glob",
        pattern: target.path,
        dotfiles: true,
        ignoreCase: false,
      });
      if (answer?.kind !== "glob") return UNSURE;
      // What is asked for by a name that is always meant is meant, though there is none now.
      if (
        kind === "read" &&
        answer.paths.length === 0 &&
        paths.some((glob) => isOfName(target.path, glob))
      )
        return YES;
      // Deleting a link leaves what it leads to; reading or writing it does not.
      const shown = withoutHidden(answer, target.shows, test, reader);
      return amongFound(shown, test, kind !== "delete");
    }
    case "unresolved":
      return reader === undefined ? NO : UNSURE;
    default:
      return target satisfies never;
  }
}

/** Whether nothing is at a path below which a rule means everything: what is read there is meant, once it is there. */
function isMissingHolder(path: string, paths: readonly string[], reader: FactReader): boolean {
  const isHolder = paths.some(
    (glob) => glob.endsWith("/**") && glob !== "/**" && compileGlob(glob.slice(0, -3))(path),
  );
  if (!isHolder) return false;
  const answer = reader.ask({ kind: "path", path });
  return answer?.kind === "path" && answer.type === "missing";
}

/** Whether every path that matches has a last part that a glob for names anywhere is about. */
function isOfName(pattern: string, glob: string): boolean {
  const name = /^\/\*\*\/([^/]+)$/.exec(glob)?.[1];
  const last = pattern.slice(pattern.lastIndexOf("/") + 1);
  return (
    name !== undefined &&
    name !== "*" &&
    (last === name || (!hasMagic(last) && compileGlob(name)(last)))
  );
}

/** A whole tree matches when something that exists in it does; what does not exist cannot be harmed. */
function treeMayMatch(
  target: Extract<Target, { kind: "path" }>,
  paths: readonly string[],
  test: (path: string) => boolean,
  reader: FactReader,
  followsLinks: boolean,
): Match {
  const { copies } = target;
  const roots = copies === undefined ? [...new Set([target.path, target.real])] : [copies.workTree];
  let unsure = false;
  for (const root of roots) {
    const below = paths.filter((glob) =>
      globsIntersect(`${root === "/" ? "" : escapeGlob(root)}/**`, glob),
    );
    if (below.length === 0) continue;
    const answer = reader.ask({
      kind: "find",
      root,
      patterns: below,
      ...(target.skips === undefined ? {} : { skips: target.skips }),
      ...(copies === undefined ? {} : { copies }),
    });
    if (answer?.kind !== "find") {
      unsure = true;
      continue;
    }
    const left = withoutLeft(answer, target.leaves, root);
    const found = amongFound(withoutHidden(left, target.shows, test, reader), test, followsLinks);
    if (found.answer === "yes") return found;
    if (found.answer === "unsure") unsure = true;
  }
  return unsure ? UNSURE : NO;
}

/** What a program finds of what is there: not what the call tells it to leave out. */
function withoutLeft(answer: Found, leaves: LeftOut | undefined, root: string): Found {
  if (leaves === undefined) return answer;
  const isLeft = leftOutTest(leaves, root);
  return {
    ...answer,
    paths: answer.paths.filter((path) => !isLeft(path)),
    links: answer.links.filter(({ path }) => !isLeft(path)),
  };
}

/** What a search shows anything of: files that a rule speaks of count only where they hold a word of the search. */
function withoutHidden(
  answer: Found,
  shows: Shown | undefined,
  test: (path: string) => boolean,
  reader: FactReader,
): Found {
  if (shows === undefined) return answer;
  if (shows.words.length === 0) return { ...answer, paths: [], links: [] };
  const meant = new Map([
    ...answer.paths.filter(test).map((path) => [path, path] as const),
    ...answer.links.filter(({ real }) => test(real)).map(({ path, real }) => [path, real] as const),
  ]);
  if (meant.size > REQUIRED_FILES_MAX) return answer;
  const changed = new Set(shows.changed);
  const isShown = (path: string): boolean => {
    const real = meant.get(path);
    if (real === undefined || changed.has(path) || changed.has(real)) return true;
    const told = reader.ask({ kind: "words", path, words: shows.words });
    return told?.kind !== "words" || told.holds;
  };
  return {
    ...answer,
    paths: answer.paths.filter(isShown),
    links: answer.links.filter(({ path }) => isShown(path)),
  };
}

type Found = {
  readonly paths: readonly string[];
  readonly links: readonly { readonly path: string; readonly real: string }[];
  readonly complete: boolean;
};

function amongFound(answer: Found, test: (path: string) => boolean, followsLinks: boolean): Match {
  const links = followsLinks ? answer.links : [];
  const place = answer.paths.find(test) ?? links.find((link) => test(link.real))?.path;
  if (place !== undefined) return { answer: "yes", place };
  return answer.complete ? NO : UNSURE;
}

function targetCovered(target: Target, place: Place): boolean {
  const { paths, except, test } = place;
  switch (target.kind) {
    case "path": {
      if (!test(target.path) || !test(target.real)) return false;
      return (
        target.reach === "entry" ||
        [target.path, target.real].every(
          (root) => treeCovered(root, paths) && !reachesInto(root, except),
        )
      );
    }
    case "pattern":
      // WHY: `..` cannot be in a clean pattern, so everything it matches lies below its literal base.
      return (
        treeCovered(globBase(target.path), paths) &&
        !except.some((glob) => globsIntersect(target.path, glob))
      );
    case "unresolved":
      return false;
    default:
      return target satisfies never;
  }
}

/**
 * Whether what is written under names that match a pattern stays where the pattern says. WHY: writing follows links, those
 * that match and those on the way there, so the disk is asked for both. What only changes what exists may have a pattern
 * that meets an exception in which nothing matches.
 */
function patternStays(
  target: Extract<Target, { kind: "pattern" }>,
  place: Place,
  reader: FactReader | undefined,
  onlyExisting: boolean,
): boolean {
  if (reader === undefined || target.reach === "tree") return false;
  const base = globBase(target.path);
  const isAllCovered = targetCovered(target, place);
  if (!isAllCovered && !(onlyExisting && treeCovered(base, place.paths))) return false;
  const end = target.path.lastIndexOf("/");
  const [holders, last] = [target.path.slice(0, end), target.path.slice(end + 1)];
  // Asked all at once: rounds of facts are few.
  const start = reader.ask({ kind: "path", path: base });
  const found = foundOf(target.path, reader);
  const ways = holders.length > base.length ? foundOf(holders, reader)?.links : [];
  if (start?.kind !== "path" || start.real !== base) return false;
  if (found === undefined || ways === undefined) return false;
  const outward = [...new Set(ways.map(({ real }) => real))].filter((real) => !place.test(real));
  return (
    found.links.every(({ real }) => place.test(real)) &&
    (isAllCovered || found.paths.every(place.test)) &&
    (outward.length === 0 || (onlyExisting && holdNone(outward, last, reader)))
  );
}

/** All that exists and matches; undefined where that is not certain. */
function foundOf(pattern: string, reader: FactReader): Found | undefined {
  const answer = reader.ask({ kind: "glob", pattern, dotfiles: true, ignoreCase: false });
  return answer?.kind === "glob" && answer.complete ? answer : undefined;
}

/** Whether certainly nothing below these directories has such a name, and no link leads on from there. */
function holdNone(directories: readonly string[], name: string, reader: FactReader): boolean {
  const answers = directories.slice(0, WAYS_OUT_MAX).flatMap((directory) => {
    const below = `${directory === "/" ? "" : escapeGlob(directory)}/**`;
    return [foundOf(`${below}/${name}`, reader)?.paths, foundOf(below, reader)?.links];
  });
  return directories.length <= WAYS_OUT_MAX && answers.every((answer) => answer?.length === 0);
}

/** Whether all that exists and matches is covered: a pattern may meet an exception in which nothing matches. */
function deletesOnlyCovered(
  target: Extract<Target, { kind: "pattern" }>,
  place: Place,
  reader: FactReader | undefined,
): boolean {
  const { reach } = target;
  const base = globBase(target.path);
  if (reader === undefined || !treeCovered(base, place.paths)) return false;
  const start = reader.ask({ kind: "path", path: base });
  if (start?.kind !== "path" || start.real !== base) return false;
  const found = foundOf(target.path, reader);
  return (
    found?.links.length === 0 &&
    found.paths.every((path) => targetCovered({ kind: "path", path, real: path, reach }, place))
  );
}

/** Whether something that the globs name may lie below a directory, now or later. */
function reachesInto(root: string, globs: readonly string[]): boolean {
  const below = `${root === "/" ? "" : escapeGlob(root)}/**`;
  return globs.some((glob) => globsIntersect(below, glob));
}

function treeCovered(root: string, paths: readonly string[]): boolean {
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
