// Mods of a session's places, and which of them a person agreed to: by digest, signed, until it is withdrawn or over.
import type { Statement } from "#govern/exceptions/statement.ts";
import type { StatementStore } from "../exceptions/statements.ts";
import { findMods, type Mod, type ModPlaces } from "./find-mods.ts";

/** How long what was found counts; a call that comes later looks again. */
const LOOK_MS = 1_000;
/** Places that are remembered. */
const PLACES_MAX = 64;

/** A mod, and whether a person agreed to it as it is now. */
export type SeenMod = Mod & { readonly isAgreed: boolean };

/** Looks for mods. Never throws; where agreements cannot be read, nobody agreed. */
export type LookAtMods = (places: ModPlaces, project: string) => readonly SeenMod[];

/** Whether a person agreed to a mod of this digest in this project. */
export type HasAgreed = (digest: string, project: string) => boolean;

/** Statements that agree to code and count now; none where they cannot be read. */
export function modStatements(statements: StatementStore, nowMs: number): readonly Statement[] {
  try {
    return statements
      .all(nowMs, "mod")
      .flatMap(({ receipt: { statement }, state }) =>
        state === "in-force" || state === "ends-soon" ? [statement] : [],
      );
  } catch {
    return [];
  }
}

/** The agreements that count now. */
export function agreements(statements: StatementStore, nowMs: () => number): HasAgreed {
  return (digest, project) =>
    modStatements(statements, nowMs()).some(
      (statement) => statement.digest === digest && countsIn(statement.scope, project),
    );
}

function countsIn(scope: Statement["scope"], project: string): boolean {
  return scope.of === "all" || (scope.of === "project" && scope.path === project);
}

/** Builds the look. What it found it finds again for a second; agreements are asked about each time. */
export function createModLook(hasAgreed: HasAgreed, monotonicMs: () => number): LookAtMods {
  const known = new Map<string, { readonly atMs: number; readonly mods: readonly Mod[] }>();
  return (places, project) => {
    const key = JSON.stringify(places);
    const last = known.get(key);
    const isFresh = last !== undefined && monotonicMs() - last.atMs < LOOK_MS;
    const mods = isFresh ? last.mods : findMods(places);
    if (!isFresh) {
      known.delete(key);
      known.set(key, { atMs: monotonicMs(), mods });
      for (const old of known.keys()) {
        if (known.size <= PLACES_MAX) break;
        known.delete(old);
      }
    }
    return seenMods(mods, hasAgreed, project);
  };
}

/** Each mod with whether a person agreed to it as it is now. Nobody can to one whose digest does not stand for all of it. */
export function seenMods(
  mods: readonly Mod[],
  hasAgreed: HasAgreed,
  project: string,
): readonly SeenMod[] {
  return mods.map((mod) => ({
    ...mod,
    isAgreed: mod.uncounted === undefined && hasAgreed(mod.digest, project),
  }));
}

/** Those that a session here loads and that nobody agreed to. */
export function unagreed(mods: readonly SeenMod[]): readonly SeenMod[] {
  return mods.filter(({ isLoaded, isAgreed }) => isLoaded && !isAgreed);
}
