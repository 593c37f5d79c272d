// Repositories in what is taken back: each goes back as a whole, and with every object that its branches need.
import type { ChangeRecord } from "./change-records.ts";
import { isNote, isObject, repositoryOf } from "./own-repository.ts";
import type { State } from "./project-state.ts";
import type { Step } from "./steps.ts";

/**
 * The steps, those of one repository all or none. WHY: a branch without the index that belongs to it shows work that nobody did. Objects
 * that came stay, because something else may lead to them by now; notes that git makes by itself hold nothing up.
 */
export function asWholes(steps: readonly Step[]): readonly Step[] {
  const left = steps.filter(
    ({ path, to, obstacle }) =>
      !(isObject(path) && to.kind === "none") && !(isNote(path) && obstacle === "changed-since"),
  );
  const held = new Set(
    left.flatMap(({ path, obstacle }) =>
      obstacle === undefined ? [] : [repositoryOf(path) ?? []].flat(),
    ),
  );
  return left.map((step) => {
    const repository = repositoryOf(step.path);
    return step.obstacle === undefined && repository !== undefined && held.has(repository)
      ? { ...step, obstacle: "repository-moved-on" }
      : step;
  });
}

/** Steps that put objects back which later calls cleared away, where a repository goes back to what may need them. */
export function objectsSince(
  steps: readonly Step[],
  later: readonly ChangeRecord[],
  stateAt: (path: string) => State | undefined,
): readonly Step[] {
  const going = new Set(
    steps.flatMap(({ path, obstacle }) =>
      obstacle === undefined ? [repositoryOf(path) ?? []].flat() : [],
    ),
  );
  if (going.size === 0) return [];
  const known = new Set(steps.map(({ path }) => path));
  const found = new Map<string, Step>();
  for (const { changes } of later)
    for (const { path, before, after } of changes) {
      if (known.has(path) || found.has(path) || !isObject(path) || after.kind !== "none") continue;
      if (!going.has(repositoryOf(path) ?? "") || before.kind === "none") continue;
      const now = stateAt(path);
      if (now?.kind === "none") found.set(path, { path, now, to: before });
    }
  return [...found.values()];
}
