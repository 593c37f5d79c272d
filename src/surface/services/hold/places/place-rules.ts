// A policy's rules as tests of one path: whether it is hidden in a project, and whether it is kept from change.
import { foldName } from "#base/fold-name.ts";
import { globSet, type GlobSet } from "#base/glob-set.ts";
import { globBase } from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import { outOfWorktree } from "#guard/effects/paths/client-protected.ts";
import { KEPT_PLACES, PLACES } from "#guard/effects/paths/place-list.ts";
import { anchor, type Place, PlaceTests } from "#guard/policy/condition-places.ts";
import { isMadeUp } from "#guard/policy/process-files.ts";
import { isByPlace } from "#guard/policy/authorize/contained.ts";
import type { Policy } from "#guard/policy/policy.ts";

/** What is known of a policy in a project. */
export type Rules = {
  /** Of rules that restrict reading. */
  readonly hides: readonly Place[];
  /** Those of them that refuse it. What is only asked about is left out, as if nothing were there. */
  readonly refuses: readonly Place[];
  readonly namesHidden: GlobSet;
  /** Those that may name something in the project, which is there a hundred thousand times. */
  readonly namesHiddenIn: GlobSet;
  readonly projectRoot: string;
  readonly keeps: GlobSet;
  readonly namesKept: GlobSet;
  readonly keepsNamed: (path: string) => boolean;
};

/** The tests of a policy for the paths of a project. */
export function rulesOf(
  policy: Policy,
  session: { readonly projectRoot: string; readonly home: string },
): Rules {
  const places = new PlaceTests(session);
  const restricting = policy.rules.filter(({ verdict }) => verdict !== "allow");
  const hiding = restricting
    .filter((rule) => rule.when.effects.includes("read") && isByPlace(rule))
    // WHY not those of processes: a held call sees its own processes alone.
    .filter(({ when }) => when.paths?.every(isMadeUp) !== true);
  const hides = hiding.map(({ when }) => places.of(when));
  const keeping = restricting
    .filter(({ verdict, when }) => verdict === "deny" && when.effects.includes("write"))
    .filter(isByPlace)
    .map(({ when }) => places.of(when));
  // WHY: a project may lie in a place of the person's, or be the home itself.
  const around = PLACES.filter(({ kind }) => kind !== "privilege")
    .flatMap(({ globs }) => globs)
    .map((glob) => anchor(glob, session))
    .filter((glob) => isWithin(session.projectRoot, globBase(glob)));
  return {
    hides,
    refuses: hiding.filter(({ verdict }) => verdict === "deny").map(({ when }) => places.of(when)),
    namesHidden: globSet(hides.flatMap(({ paths }) => paths)),
    namesHiddenIn: globSet(hides.flatMap(({ below }) => below(session.projectRoot))),
    projectRoot: session.projectRoot,
    namesKept: globSet(keeping.flatMap(({ paths }) => paths)),
    keeps: globSet([...KEPT_PLACES.map((glob) => anchor(glob, session)), ...around]),
    keepsNamed: (path) => keeping.some((place) => place.test(path)),
  };
}

/** Whether a place may not be read. */
export function isHidden(path: string, rules: Rules): boolean {
  const names = isWithin(rules.projectRoot, path) ? rules.namesHiddenIn : rules.namesHidden;
  return names.matches(foldName(path)) && rules.hides.some((place) => place.test(path));
}

/** Whether a place must not change. */
export function isKept(path: string, { keeps, namesKept, keepsNamed }: Rules): boolean {
  return (
    keeps.matches(foldName(outOfWorktree(path))) ||
    (namesKept.matches(foldName(path)) && keepsNamed(path))
  );
}
