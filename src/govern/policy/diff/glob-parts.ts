// Globs of paths taken apart at their slashes, so that paths are searched name by name and not letter by letter.
import { compileGlob, globSteps } from "#base/glob.ts";
import type { GlobStep } from "#base/glob/steps.ts";
import type { GlobText } from "./glob-automaton.ts";

/** What one name must look like. `key` is the same for what matches the same names. */
export type NamePattern = {
  readonly key: string;
  readonly steps: readonly GlobStep[];
  readonly ignoreCase: boolean;
};

/** A part of a glob. `dirs` is any number of names, also none; `rest`, always last, is one name or more. */
export type GlobPart =
  | { readonly kind: "name"; readonly name: NamePattern }
  | { readonly kind: "dirs" | "rest" };

/** A glob as ways to match, of which one has to. `takesRoot`: it matches `/` itself. */
export type GlobWays = {
  readonly ways: readonly (readonly GlobPart[])[];
  readonly takesRoot: boolean;
  /** Whether these are all the ways there are. */
  readonly isComplete: boolean;
};

/** Ways of one glob that are followed: each `**` that is glued to a name doubles them. */
const WAYS_MAX = 64;
const STAR: GlobStep = { kind: "part" };

/** Takes a glob of absolute paths apart. The ways match the same clean paths as the glob does. */
export function waysOf({ glob, ignoreCase }: GlobText): GlobWays {
  const takesRoot = compileGlob(glob, { ignoreCase })("/");
  let ways: Way[] = [{ parts: [], name: [] }];
  const steps = globSteps(glob, ignoreCase);
  for (let at = 1; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined) break;
    const isNew = steps[at - 1]?.kind === "text" && isSlash(steps[at - 1]);
    if (step.kind === "skip") {
      // What it may jump over is `**` and the slash behind it.
      ways = ways.map(({ parts, name }) => ({ parts: [...parts, { kind: "dirs" }], name }));
      at += step.count;
    } else if (step.kind === "any" && isNew && at === steps.length - 1) {
      const parts = ways.map((way): readonly GlobPart[] => [...way.parts, { kind: "rest" }]);
      return { ways: parts, takesRoot, isComplete: ways.length < WAYS_MAX };
    } else if (step.kind === "any") ways = ways.flatMap((way) => glued(way, ignoreCase));
    else if (isSlash(step)) ways = ways.map((way) => ended(way, ignoreCase));
    else ways = ways.map(({ parts, name }) => ({ parts, name: [...name, step] }));
    if (ways.length > WAYS_MAX) ways = ways.slice(0, WAYS_MAX);
  }
  const parts = ways.map((way) => ended(way, ignoreCase).parts);
  return { ways: parts, takesRoot, isComplete: ways.length < WAYS_MAX };
}

/** What was read of a glob: whole parts, and the name that it is in. */
type Way = { readonly parts: readonly GlobPart[]; readonly name: readonly GlobStep[] };

function isSlash(step: GlobStep | undefined): boolean {
  return step?.kind === "text" && step.text === "/";
}

/** `a**b` is `a*b`, or `a*` and `*b` with any directories between. */
function glued(way: Way, ignoreCase: boolean): readonly Way[] {
  const within = { parts: way.parts, name: [...way.name, STAR] };
  const { parts } = ended(within, ignoreCase);
  return [within, { parts: [...parts, { kind: "dirs" }], name: [STAR] }];
}

function ended({ parts, name }: Way, ignoreCase: boolean): Way {
  // In a name there is no slash, so what stops at one stops nowhere.
  const steps = name.map((step): GlobStep => (step.kind === "part" ? { kind: "any" } : step));
  const key = JSON.stringify([ignoreCase, steps]);
  return { parts: [...parts, { kind: "name", name: { key, steps, ignoreCase } }], name: [] };
}
