// Budgets where no daemon answers: what it counted before still holds, and nothing is added to it.
import type { Policy } from "#guard/policy/policy.ts";
import type { Project } from "../projects/project.ts";
import { budgetsInForce, reachedBudgets } from "./budget-check.ts";
import type { BudgetPort } from "./budget-port.ts";
import { type Ledger, spenderOf, turnToday } from "./ledger.ts";
import { readLedger } from "./ledger-file.ts";

/**
 * Budgets for a process that answers one hook. WHY no `warn`: nobody could be told only once. A person who said yes is asked again
 * with each call, and loops are not seen.
 */
export function keptBudgets(options: {
  readonly file: string;
  readonly nowMs: () => number;
  readonly policy: (project: Project) => Policy | Promise<Policy>;
}): BudgetPort {
  let kept: Ledger | undefined;
  return {
    of: (project) => budgetsInForce(options.policy, project),
    touch: () => undefined,
    reached(project, event, budgets) {
      kept ??= readLedger(options.file);
      turnToday(kept, options.nowMs());
      const spender = spenderOf(project, event);
      return reachedBudgets(budgets, kept, spender, undefined).filter(
        ({ step }) => step !== "warn",
      );
    },
    decided: () => undefined,
    ended: () => undefined,
    told: () => undefined,
    refusedRepeats: () => 0,
  };
}
