// Answers of our own commands that are the same until something on disk changes: asked once, not by each page.
import type { DashboardParts } from "./parts.ts";

type Kept = { readonly sign: string; readonly answer: Promise<unknown> };

/** WHY by the function that runs commands: a dashboard has one, and tests have their own. */
const kept = new WeakMap<DashboardParts["run"], Map<string, Kept>>();

/** The answer that `make` gives, as long as `sign` stays the same. One that failed is asked for again. */
export function sameAnswer<Answer>(
  { run }: Pick<DashboardParts, "run">,
  { key, sign = "" }: { readonly key: string; readonly sign?: string },
  make: () => Promise<Answer>,
): Promise<Answer> {
  const own = kept.get(run) ?? new Map<string, Kept>();
  kept.set(run, own);
  const known = own.get(key);
  // INVARIANT: of one key all answers are of one kind.
  if (known?.sign === sign) return known.answer as Promise<Answer>;
  const answer = make();
  own.set(key, { sign, answer });
  answer.catch(() => {
    if (own.get(key)?.answer === answer) own.delete(key);
  });
  return answer;
}
