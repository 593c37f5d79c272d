// Whether a target possibly lies where a condition applies, by what exists there.
import { escapeGlob, globBase, hasMagic } from "#base/glob.ts";
import { REQUIRED_FILES_MAX } from "#base/limits.ts";
import type { Effect, ExcludePatterns, Shown, Target } from "../vocabulary/effect.ts";
import type { FactAnswer } from "../facts/facts.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import { excludeTest } from "../effects/arguments/exclude-patterns.ts";
import type { Place } from "./condition-places.ts";

/** `unsure`: facts that would tell are missing. `place` is an existing path that made it match, when one did. */
export type Match = { readonly answer: "yes" | "no" | "unsure"; readonly place?: string };

/** The condition does not meet the effect. */
export const NO: Match = { answer: "no" };

/** The condition meets the effect. */
export const YES: Match = { answer: "yes" };

const UNSURE: Match = { answer: "unsure" };

/** Whether something that the target names may lie in the place. */
export function targetMayMatch(
  target: Target,
  place: Place,
  reader: FactReader | undefined,
  kind: Effect["kind"],
): Match {
  const { test } = place;
  switch (target.kind) {
    case "path": {
      // What a rule says of reading, it says of seeing what is read.
      if (kind === "read" && target.isKey === true) return NO;
      const isMeant = kind === "read" && target.isPublic === true ? beyondEnding(test) : test;
      if (isMeant(target.path) || isMeant(target.real))
        return { answer: "yes", place: target.path };
      if (reader === undefined) return NO;
      if (kind === "read" && isMissingHolder(target.path, place, reader)) return YES;
      if (target.reach === "entry") return NO;
      // What is changed in a tree whose every place is excepted lies there, however much there is.
      const roots = [target.path, target.real];
      if (kind !== "read" && roots.every(place.exceptsTree)) return NO;
      return treeMayMatch(target, place, reader, kind === "read");
    }
    case "pattern": {
      if (reader === undefined) return NO;
      const base = globBase(target.path);
      const changes = kind === "write" || kind === "delete";
      // What is changed lies below the base, wherever that is; what is read may lead elsewhere through links.
      if (changes && place.exceptsTree(base))
        return kind === "delete" ? throughLinks(target, place, reader) : NO;
      if (kind === "write" && place.coversTree(base)) return YES;
      if (kind === "delete" && place.coversTree(base) && !place.meetsExcept(target.path))
        return YES;
      if (!place.meets(target.path)) {
        // In a new directory lies nothing but what the call itself puts there.
        if (target.isNew === true && kind !== "write") return NO;
        return target.reach === "tree" && place.meets(`${target.path}/**`) ? UNSURE : NO;
      }
      const answer = existing(target, reader);
      if (answer === undefined) return UNSURE;
      // What is asked for by a name that is always meant is meant, though there is none now.
      if (kind === "read" && answer.paths.length === 0 && place.isOfName(target.path)) return YES;
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

/**
 * The test for a file of which only certificates are shown. WHY: keys and certificates are both called `.pem`; a rule that
 * would not mean the same file as `.crt` means keys.
 */
function beyondEnding(test: (path: string) => boolean): (path: string) => boolean {
  return (path) => test(path) && (!path.endsWith(".pem") || test(path.replace(/\.pem$/, ".crt")));
}

/** Whether folders on the way of a pattern are links that lead to where the condition applies: deleting follows these. */
function throughLinks(
  target: Extract<Target, { kind: "pattern" }>,
  { test }: Place,
  reader: FactReader,
): Match {
  const holders = target.path.slice(0, target.path.lastIndexOf("/"));
  if (target.isNew === true || !hasMagic(holders)) return NO;
  const ways = existing({ ...target, path: holders }, reader)?.links ?? [];
  const meant = existing(target, reader)?.paths ?? [];
  const last = target.path.slice(holders.length);
  const way = ways.find(
    ({ path, real }) =>
      meant.some((one) => one.startsWith(`${path}/`)) &&
      test(`${real}${hasMagic(last) ? "" : last}`),
  );
  return way === undefined ? NO : { answer: "yes", place: way.path };
}

/** What lies now at places that match a pattern; undefined when that is not known yet. */
export function existing(
  target: Extract<Target, { kind: "pattern" }>,
  reader: FactReader,
): Extract<FactAnswer, { kind: "glob" | "find" }> | undefined {
  if (target.isNew === true) return { kind: "glob", paths: [], links: [], complete: true };
  const query = { kind: "glob", pattern: target.path, dotfiles: true, ignoreCase: false } as const;
  const answer = reader.ask(query);
  return answer?.kind === "glob" ? answer : undefined;
}

/** Whether nothing is at a path below which a rule means everything: what is read there is meant, once it is there. */
function isMissingHolder(path: string, place: Place, reader: FactReader): boolean {
  if (!place.isHolder(path) || place.meetsExcept(escapeGlob(path))) return false;
  const answer = reader.ask({ kind: "path", path });
  return answer?.kind === "path" && answer.type === "missing";
}

/** A whole tree matches when something that exists in it does; what does not exist cannot be harmed. */
function treeMayMatch(
  target: Extract<Target, { kind: "path" }>,
  { below: globsBelow, test }: Place,
  reader: FactReader,
  followsLinks: boolean,
): Match {
  const { copies } = target;
  const roots = copies === undefined ? [...new Set([target.path, target.real])] : [copies.workTree];
  let unsure = false;
  for (const root of roots) {
    const below = globsBelow(root);
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

/** Where that really lies which a tree holds of what the condition means, and whether that is all of it. */
export function meantBelow(
  target: Extract<Target, { kind: "path" }>,
  { below: globsBelow, test }: Place,
  reader: FactReader,
): { readonly places: readonly string[]; readonly isWhole: boolean } {
  const places: string[] = [];
  let isWhole = true;
  for (const root of new Set([target.path, target.real])) {
    const patterns = globsBelow(root);
    if (patterns.length === 0) continue;
    const answer = reader.ask({
      kind: "find",
      root,
      patterns,
      ...(target.skips === undefined ? {} : { skips: target.skips }),
    });
    if (answer?.kind !== "find" || !answer.complete) isWhole = false;
    if (answer?.kind !== "find") continue;
    const left = withoutLeft(answer, target.leaves, root);
    places.push(...left.paths.filter(test));
    places.push(...left.links.map(({ real }) => real).filter(test));
  }
  return { places, isWhole };
}

/** What a program finds of what is there: not what the call tells it to leave out. */
export function withoutLeft(
  answer: Found,
  leaves: ExcludePatterns | undefined,
  root: string,
): Found {
  if (leaves === undefined) return answer;
  const isLeft = excludeTest(leaves, root);
  return {
    ...answer,
    paths: answer.paths.filter((path) => !isLeft(path)),
    links: answer.links.filter(({ path }) => !isLeft(path)),
  };
}

/** What a search shows anything of: files that a rule speaks of count only where they hold a word of the search. */
export function withoutHidden(
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

/** What facts show of a pattern or a tree. */
export type Found = {
  readonly paths: readonly string[];
  readonly links: readonly { readonly path: string; readonly real: string }[];
  readonly complete: boolean;
};

function amongFound(answer: Found, test: (path: string) => boolean, followsLinks: boolean): Match {
  const links = followsLinks ? answer.links : [];
  // WHY all of them: what a test asks of each is asked in one round.
  const [place] = [
    ...answer.paths.filter(test),
    ...links.filter(({ real }) => test(real)).map(({ path }) => path),
  ];
  if (place !== undefined) return { answer: "yes", place };
  return answer.complete ? NO : UNSURE;
}
