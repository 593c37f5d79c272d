// One rule held against one recorded effect: how surely it meets it, by the guard's own tests wherever the record holds enough.
import { isWithin } from "#base/path.ts";
import type { Target } from "#guard/vocabulary/effect.ts";
import { namesOneProgram } from "#guard/policy/commands.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import { covers, mayMatch, targetOf } from "#guard/policy/match.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import { namesCargo } from "#guard/policy/side-conditions.ts";
import { plainWord } from "#record/event/effect-record.ts";
import type { Shaper } from "#record/event/place-shape.ts";
import { type Digest, nameDigest } from "#record/event/redact.ts";
import type { RecordedCall, RecordedEffect } from "./recorded-call.ts";
import {
  anyShapeGlob,
  compileShapeGlob,
  isWholeParts,
  type ShapeGlob,
  strongest,
  type Sureness,
  weakest,
} from "./shape-match.ts";

/** What a rule that restricts does to an effect: `unsure` is what the guard itself could not tell, and asks about. */
export type Meeting = Sureness | "unsure";

/** The rules of a policy over shapes, anchored in one project and home. */
export type ShapeRule = {
  readonly rule: Rule;
  readonly meets: (recorded: RecordedEffect) => Meeting;
  readonly covers: (recorded: RecordedEffect) => Sureness;
  /** Whether one of the command lines that the rule names may have been run. */
  readonly mayRun: (call: RecordedCall) => boolean;
};

/** What turns the words of a policy into what a record holds of such words. */
export type Wording = { readonly digest: Digest; readonly shaper: Shaper };

/** Splits a path at its slashes, the last one once: all rules are held against the same path. */
export type Split = (path: string) => readonly string[];

/** A new one. */
export function createSplit(): Split {
  let last: string | undefined;
  let parts: readonly string[] = [];
  return (path) => {
    if (path !== last) parts = path.split("/");
    last = path;
    return parts;
  };
}

/** A rule as tests of recorded effects. */
export function shapeRule(
  rule: Rule,
  roots: NonNullable<RecordedCall["roots"]>,
  { split, ...wording }: Wording & { readonly split: Split },
): ShapeRule {
  const { paths, exceptPaths, commands: _, ...rest } = rule.when;
  const side = shapeCondition(rest, wording);
  const anchors = { projectRoot: roots.project, home: roots.home };
  const places = new PlaceTests(anchors);
  const compile = (glob: string): ShapeGlob =>
    compileShapeGlob(glob, [roots.project, roots.home], wording.shaper);
  const anchored = places.of(rule.when);
  const place =
    paths === undefined && exceptPaths === undefined
      ? undefined
      : shapePlace(anchored.paths.map(compile), anchored.except.map(compile), split);
  const hasHidingRef = rest.refs?.some((glob) => !isWholeParts(glob)) === true;
  const sideSure = (recorded: RecordedEffect, isMet: boolean): Sureness => {
    if (!rest.effects.includes(recorded.effect.kind)) return 0;
    return isDoubtful(rest, recorded, hasHidingRef) ? 1 : isMet ? 2 : 0;
  };
  const named = rule.when.commands?.map((pattern) =>
    namesOneProgram(pattern) ? nameDigest(pattern.words[0] ?? "", wording.digest) : undefined,
  );
  return {
    rule,
    mayRun: ({ ran }) =>
      named === undefined ||
      ran === undefined ||
      named.some((program) => (program === undefined ? ran.length > 0 : ran.includes(program))),
    meets(recorded) {
      const { effect, unsure } = recorded;
      const sure = sideSure(recorded, mayMatch(side, effect, places, undefined).answer === "yes");
      if (sure === 0 || place === undefined) return sure;
      const target = targetOf(effect);
      if (target === undefined) return paths === undefined ? sure : 0;
      if (unsure.has("paths")) return 1;
      if (target.kind !== "path") return sure === 2 ? "unsure" : 1;
      return weakest(sure, targetMeets(target, place, effect.kind, rest));
    },
    covers(recorded) {
      const { effect, unsure } = recorded;
      const sure = sideSure(recorded, covers(side, effect, places));
      if (sure === 0 || place === undefined) return sure;
      const target = targetOf(effect);
      if (target === undefined) return paths === undefined ? sure : 0;
      if (unsure.has("paths")) return 1;
      return target.kind === "path" ? weakest(sure, targetCovered(target, place)) : 0;
    },
  };
}

type ShapePlace = {
  readonly paths: readonly ShapeGlob[];
  readonly except: readonly ShapeGlob[];
  readonly split: Split;
  /** How surely a path matches one of `paths`, and one of `except`. */
  readonly isMeant: (parts: readonly string[]) => Sureness;
  readonly isExcepted: (parts: readonly string[]) => Sureness;
};

function shapePlace(
  paths: readonly ShapeGlob[],
  except: readonly ShapeGlob[],
  split: Split,
): ShapePlace {
  const [isMeant, isExcepted] = [anyShapeGlob(paths), anyShapeGlob(except)];
  return { paths, except, split, isMeant, isExcepted };
}

type PathTarget = Extract<Target, { kind: "path" }>;

/** The condition in the words of the record. */
function shapeCondition(when: Condition, { digest, shaper }: Wording): Condition {
  const { programs, refs, hosts, exceptHosts, operations } = when;
  const host = (name: string): string => {
    if (
      /^(?:own-remote|own-account|own-search|loopback|machine-services|localhost|127\.0\.0\.1|::1)$/.test(
        name,
      )
    )
      return name;
    return name.startsWith("*.") ? `*.${shaper.host(name.slice(2))}` : shaper.host(name);
  };
  const ref = (glob: string): string =>
    glob
      .split("/")
      .map((part) => (part === "*" || part === "**" ? part : shaper.ref(part)))
      .join("/");
  return {
    ...when,
    ...(programs === undefined
      ? {}
      : { programs: programs.map((program) => nameDigest(program, digest)) }),
    ...(refs === undefined ? {} : { refs: refs.map(ref) }),
    ...(hosts === undefined ? {} : { hosts: hosts.map(host) }),
    ...(exceptHosts === undefined ? {} : { exceptHosts: exceptHosts.map(host) }),
    ...(operations === undefined
      ? {}
      : { operations: operations.map((word) => plainWord(word, digest)) }),
  };
}

/** Whether the record does not hold what a condition beside the place speaks of. */
function isDoubtful(
  when: Condition,
  { unsure, effect }: RecordedEffect,
  hidingRef: boolean,
): boolean {
  const namesHosts = when.hosts !== undefined || when.exceptHosts !== undefined;
  if (namesHosts && effect.kind === "egress" && unsure.has("hosts")) return true;
  if (namesCargo(when) && unsure.has("carries")) return true;
  // What would have been lost is not recorded.
  if (when.recoverable !== undefined && effect.kind === "history") return true;
  const { remotes, exceptRemotes, registries, exceptRegistries, managers, systems } = when;
  const places = [remotes, exceptRemotes, registries, exceptRegistries, managers, systems];
  if (WITH_REMOTES.has(effect.kind) && places.some((one) => one !== undefined)) return true;
  if (when.refs === undefined) return false;
  const hasRefs = effect.kind === "publish" || effect.kind === "history";
  return hasRefs && (unsure.has("refs") || (hidingRef && effect.refs !== undefined));
}

/** Kinds whose remotes, registries, managers and systems are recorded as digests alone. */
const WITH_REMOTES: ReadonlySet<string> = new Set(["publish", "history", "install", "deploy"]);

function testPlace({ split, isMeant, isExcepted }: ShapePlace, path: string): Sureness {
  const parts = split(path);
  const meant = isMeant(parts);
  return meant === 0 ? 0 : weakest(meant, not(isExcepted(parts)));
}

function not(sure: Sureness): Sureness {
  return sure === 0 ? 2 : sure === 1 ? 1 : 0;
}

function targetMeets(
  target: PathTarget,
  place: ShapePlace,
  kind: RecordedEffect["effect"]["kind"],
  { named }: Condition,
): Sureness {
  const { path, real } = target;
  const roots = path === real ? [path] : [path, real];
  const first = testPlace(place, path);
  const itself = path === real ? first : strongest(first, testPlace(place, real));
  if (itself === 2 || named === true) return itself;
  // What is read where nothing is yet counts as meant, and so does what lies in a tree: the disk of that time would tell.
  if (kind === "read" && isHolder(target.path, place)) return 1;
  if (target.reach === "entry") return itself;
  if (kind !== "read" && roots.every((root) => isInTree(root, place.except))) return itself;
  return roots.some((root) => place.paths.some((glob) => mayLieBelow(root, glob))) ? 1 : itself;
}

function isHolder(path: string, { paths, split }: ShapePlace): boolean {
  const parts = split(path);
  return paths.some((glob) => glob.matchHolder(parts) > 0);
}

function mayLieBelow(root: string, { base }: ShapeGlob): boolean {
  const start = base.join("/") || "/";
  return isWithin(start, root) || isWithin(root, start);
}

function isInTree(root: string, globs: readonly ShapeGlob[]): boolean {
  return globs.some(({ tree }) => tree !== undefined && isWithin(tree.join("/") || "/", root));
}

function targetCovered(target: PathTarget, place: ShapePlace): Sureness {
  const { path, real } = target;
  const roots = path === real ? [path] : [path, real];
  const first = testPlace(place, path);
  const itself = path === real ? first : weakest(first, testPlace(place, real));
  if (itself === 0 || target.reach === "entry") return itself;
  if (!roots.every((root) => isInTree(root, place.paths))) return 0;
  const isExcepted = roots.some((root) => place.except.some((glob) => mayLieBelow(root, glob)));
  return isExcepted ? 1 : itself;
}
