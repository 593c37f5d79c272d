// Budgets of packs: from the form in which they are written to the one that calls are held to.
import { Failure, type SourcePlace } from "#base/failure.ts";
import { type Budget, BUDGET_STEPS, type BudgetPeriod } from "#guard/policy/budget.ts";
import type { RuleSource } from "#guard/policy/policy.ts";
import type { Pack } from "./pack-schema.ts";

type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;
type WrittenBudget = Pack["budgets"][number];

/** A budget without the policy that it came with. */
export type PackBudget = Omit<Budget, "from">;
/** A budget and where it stands. */
export type PlacedBudget = { readonly budget: PackBudget; readonly at: SourcePlace };

/** The budgets that a pack writes itself. Throws a Failure `policy-invalid` for one that says nothing, or in no order. */
export function budgetsOf({ budgets }: Pack, place: PlaceOf): readonly PlacedBudget[] {
  return budgets.map((written, index) => {
    const refuse = (key: string, why: string): never => {
      throw new Failure("policy-invalid", `the budget \`${written.id}\` ${why}`, {
        at: place(["budgets", index, key]),
      });
    };
    refuseNonsense(written, refuse);
    return { budget: budgetOf(written), at: place(["budgets", index, "id"]) };
  });
}

function refuseNonsense(written: WrittenBudget, refuse: (key: string, why: string) => never): void {
  const { of, per, unit } = written;
  const steps = BUDGET_STEPS.filter((step) => written[step] !== undefined);
  if (steps.length === 0) refuse("id", "has no amount: say `warn`, `ask` or `stop`");
  for (const [at, step] of steps.entries()) {
    const before = steps[at - 1];
    if (before !== undefined && (written[before] ?? 0) >= (written[step] ?? 0))
      refuse(
        step,
        `has \`${step}\` at no more than \`${before}\`, so \`${before}\` does nothing: give a larger amount`,
      );
    if (unit === "repeats" && (written[step] ?? 0) < 2)
      refuse(step, "calls a single call a loop: give at least 2 repeats");
    const isCounted = unit === "tokens" || unit === "calls" || unit === "repeats";
    if (isCounted && !Number.isInteger(written[step]))
      refuse(step, `counts ${unit}: give a whole number`);
  }
  const isOfOne = of === "session" || of === "agent";
  if (isOfOne && per !== undefined)
    refuse("per", `is of one ${of}, from its beginning to its end: leave \`per\` out`);
  if (unit === "repeats" && of !== "session")
    refuse("of", "counts repeats, which are those of a session: write `of: session`");
}

function budgetOf({ id, of, per, unit, warn, ask, stop }: WrittenBudget): PackBudget {
  const usual: BudgetPeriod | undefined =
    of === "project" || of === "person" ? (per ?? "day") : undefined;
  return {
    id,
    of,
    ...(usual === undefined ? {} : { per: usual }),
    unit,
    ...(warn === undefined ? {} : { warn }),
    ...(ask === undefined ? {} : { ask }),
    ...(stop === undefined ? {} : { stop }),
  };
}

/** The same budget may come by two ways; two of one name may not. */
export function distinctBudgets(all: readonly PlacedBudget[]): readonly PlacedBudget[] {
  const seen = new Map<string, string>();
  return all.filter(({ budget, at }) => {
    const here = `${at.file}:${at.line}:${at.column}`;
    const known = seen.get(budget.id);
    seen.set(budget.id, here);
    if (known === undefined || known === here) return known === undefined;
    throw new Failure(
      "policy-invalid",
      `the budget \`${budget.id}\` is written twice: give each its own id; the smaller one holds`,
      { at },
    );
  });
}

/** A budget with the policy that it came with. */
export function compileBudget(budget: PackBudget, from: RuleSource): Budget {
  return { ...budget, from };
}

/** As at the stage in which a policy asks where it would refuse. */
export function askingBudget({ stop, ...budget }: Budget): Budget {
  const ask = budget.ask ?? stop;
  return ask === undefined ? budget : { ...budget, ask };
}
