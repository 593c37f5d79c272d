// Whether a rule's condition meets an effect: for deny and ask if it possibly does, for allow only if it certainly does.
import { escapeGlob } from "#base/glob.ts";
import type { Effect, Target } from "../vocabulary/effect.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import { isOfList } from "../effects/paths/searched-files.ts";
import type { Place, PlaceTests } from "./condition-places.ts";
import {
  deletesOnlyCovered,
  listStays,
  patternStays,
  targetCovered,
  waysStay,
} from "./covered-targets.ts";
import { allowsMcp } from "./mcp-calls.ts";
import type { Condition } from "./policy.ts";
import { type Match, NO, targetMayMatch, YES } from "./possible-targets.ts";
import { sideConditions } from "./side-conditions.ts";

/**
 * Whether the condition may meet the effect: for rules that restrict. Without a reader only what the effect itself says
 * counts, and no fact is asked for. `isOpen` tells of files that do not count although they lie where the condition applies.
 */
export function mayMatch(
  when: Condition,
  effect: Effect,
  places: PlaceTests,
  reader: FactReader | undefined,
  isOpen?: (path: string) => boolean,
): Match {
  // What a rule says of command lines is no matter of single effects.
  if (when.commands !== undefined) return NO;
  if (!when.effects.includes(effect.kind) || !sideConditions(when, effect, "some")) return NO;
  if (when.paths === undefined && when.exceptPaths === undefined) return YES;
  const target = targetOf(effect);
  if (target === undefined) return when.paths === undefined ? YES : NO;
  const place = withoutOpen(places.of(when), isOpen);
  if (isFreshCopy(when, effect, place, reader)) return NO;
  if (when.named === true && target.kind === "path") {
    const { test } = place;
    return test(target.path) || test(target.real) ? { answer: "yes", place: target.path } : NO;
  }
  if (when.named === true && target.kind === "pattern")
    return targetMayMatch({ ...target, reach: "entry" }, place, reader, effect.kind);
  return targetMayMatch(target, place, reader, effect.kind);
}

function withoutOpen(place: Place, isOpen: ((path: string) => boolean) | undefined): Place {
  if (isOpen === undefined) return place;
  return { ...place, test: (path) => place.test(path) && !isOpen(path) };
}

/**
 * Whether a new file is the copy of one that a rule excepts by its name, so that it holds what the rule does not speak of.
 * WHY new: what lies there would be lost.
 */
function isFreshCopy(
  { named, paths }: Condition,
  effect: Effect,
  place: Place,
  reader: FactReader | undefined,
): boolean {
  if (named !== true || paths === undefined || reader === undefined) return false;
  if (effect.kind !== "write" || effect.copyOf === undefined) return false;
  const { target, copyOf } = effect;
  if (target.kind !== "path" || target.reach !== "entry") return false;
  // It is meant by name but for the exception.
  const source = escapeGlob(copyOf.path);
  if (!place.meetsExcept(source) || place.test(copyOf.path)) return false;
  const there = reader.ask({ kind: "path", path: target.path });
  const isNew = there?.kind === "path" && there.type === "missing" && there.real === target.real;
  return isNew || (copyOf.keeps === true && there?.kind === "path" && there.type === "file");
}

/** Whether the condition certainly meets the effect, wherever it lands: for rules that allow. */
export function covers(
  when: Condition,
  effect: Effect,
  places: PlaceTests,
  reader?: FactReader,
): boolean {
  if (
    (effect.kind === "unknown" && !allowsMcp(when, effect)) ||
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
  const place = places.of(when);
  if (effect.kind === "write" && isOfList(target)) return listStays(target, place, reader);
  if (effect.kind !== "delete" || target.kind !== "pattern") return targetCovered(target, place);
  return (
    (targetCovered(target, place) && waysStay(target, place, reader)) ||
    deletesOnlyCovered(target, place, reader)
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
