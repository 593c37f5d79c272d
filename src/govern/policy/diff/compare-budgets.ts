// Budgets of two policies: a cap that is raised or gone is milder, one that is lowered or new is stricter.
import { type Budget, BUDGET_STEPS, budgetInWords } from "#guard/policy/budget.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Unproven } from "./difference.ts";

/** Where budgets differ, each by what it is about. */
export function budgetDoubts(first: Policy, second: Policy): readonly Unproven[] {
  const [before, after] = [byName(first), byName(second)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): readonly Unproven[] => {
    const [was, is] = [before.get(name), after.get(name)];
    const mayBeMilder = isAnywhereMilder(was, is);
    const mayBeStricter = isAnywhereMilder(is, was);
    if (!mayBeMilder && !mayBeStricter) return [];
    const words = (budget: Budget | undefined): string =>
      budget === undefined ? "none" : budgetInWords(budget);
    const what = `the budget \`${name.slice(0, name.indexOf(" "))}\`: ${words(was)} in one, ${words(is)} in the other`;
    return [{ kind: "nothing", what, mayBeMilder, mayBeStricter }];
  });
}

/** WHY with what it is about in the name: a budget of other spending is another budget. */
function byName({ budgets = [] }: Policy): ReadonlyMap<string, Budget> {
  return new Map(
    budgets.map((one) => [`${one.id} ${one.of} ${one.per ?? ""} ${one.unit}`, one] as const),
  );
}

/** Whether some step comes later in the second, or never. */
function isAnywhereMilder(first: Budget | undefined, second: Budget | undefined): boolean {
  const at = (budget: Budget | undefined, step: (typeof BUDGET_STEPS)[number]): number =>
    budget?.[step] ?? Number.POSITIVE_INFINITY;
  return BUDGET_STEPS.some((step) => at(second, step) > at(first, step));
}
