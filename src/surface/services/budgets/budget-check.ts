// What budgets say of a call: which are used up, how far, by what.
import {
  amountInWords,
  type Budget,
  budgetName,
  type BudgetStep,
  stepReached,
  subjectInWords,
} from "#guard/policy/budget.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Project } from "../projects/project.ts";
import { spentIn } from "./calendar-days.ts";
import type { Ledger, Spender } from "./ledger.ts";
import type { Repeated } from "./repeats.ts";
import { noSums, type Sums } from "./sums.ts";

/** The budgets of a project's policy; none where there is no policy, because every call is refused then. */
export async function budgetsInForce(
  policy: (project: Project) => Policy | Promise<Policy>,
  project: Project,
): Promise<readonly Budget[]> {
  try {
    return (await policy(project)).budgets ?? [];
  } catch {
    return [];
  }
}

/** A budget of which a step is reached. `key` names it together with whose it is. */
export type Reached = {
  readonly budget: Budget;
  readonly step: BudgetStep;
  readonly spent: number;
  readonly key: string;
  /** Requests whose price is not known, where it is about money. */
  readonly unpriced: number;
  readonly repeated?: Repeated;
};

/** What was spent of a budget, the name of the account, and requests without a price. */
export type Spent = { readonly spent: number; readonly unpriced: number; readonly key: string };

/** What was spent of a budget by whoever makes a call; undefined where it is no matter of theirs. */
export function spentOf(
  budget: Budget,
  ledger: Ledger,
  spender: Spender,
  repeated: Repeated | undefined,
): Spent | undefined {
  const whose = accountFor(budget, ledger, spender);
  if (whose === undefined) return undefined;
  const { sums, account } = whose;
  const key = `${budgetName(budget)} ${account}`;
  if (budget.unit === "repeats") {
    const agent = spender.agent ?? "";
    return repeated && { spent: repeated.times, unpriced: 0, key: `${key} ${agent}` };
  }
  const spent = budget.unit === "minutes" ? sums.ms / 60_000 : sums[budget.unit];
  return { spent, unpriced: budget.unit === "usd" ? sums.unpriced : 0, key };
}

function accountFor(
  { of, per = "day" }: Budget,
  ledger: Ledger,
  { project, session, agent }: Spender,
): { readonly sums: Sums; readonly account: string } | undefined {
  const known = Object.hasOwn(ledger.sessions, session) ? ledger.sessions[session] : undefined;
  const time = per === "day" ? ledger.days.day : ledger.days.day.slice(0, 7);
  switch (of) {
    case "session":
      return { sums: known?.sums ?? noSums(), account: session };
    case "agent": {
      if (agent === undefined) return undefined;
      const sums = known !== undefined && Object.hasOwn(known.agents, agent) && known.agents[agent];
      return { sums: sums || noSums(), account: `${session} ${agent}` };
    }
    case "project":
      return { sums: spentIn(ledger.days, per, project), account: `${project} ${time}` };
    case "person":
      return { sums: spentIn(ledger.days, per, undefined), account: time };
    default:
      return of satisfies never;
  }
}

/** Budgets of which a step is reached that nobody dealt with yet, the strictest first. */
export function reachedBudgets(
  budgets: readonly Budget[],
  ledger: Ledger,
  spender: Spender,
  repeated: Repeated | undefined,
): readonly Reached[] {
  return budgets
    .flatMap((budget): readonly Reached[] => {
      const spent = spentOf(budget, ledger, spender, repeated);
      const step = spent && stepReached(budget, spent.spent);
      if (spent === undefined || step === undefined) return [];
      if (step === "ask" && hasYes(budget, spent, ledger)) return [];
      if (step === "warn" && Object.hasOwn(ledger.told, spent.key)) return [];
      return [{ budget, step, ...spent, ...(repeated === undefined ? {} : { repeated }) }];
    })
    .toSorted((one, other) => STRICTNESS[other.step] - STRICTNESS[one.step]);
}

const STRICTNESS: Readonly<Record<BudgetStep, number>> = { warn: 0, ask: 1, stop: 2 };

/** A yes counts until a tenth more is spent. */
function hasYes(budget: Budget, { spent, key }: Spent, { yes }: Ledger): boolean {
  const at = Object.hasOwn(yes, key) ? yes[key] : undefined;
  const { ask = 0, unit } = budget;
  const isCounted = unit === "calls" || unit === "repeats";
  return at !== undefined && spent < at + Math.max(ask / 10, isCounted ? 1 : 0);
}

/** What is so, as a sentence: `$20.14 of $20.00 are spent by this session`. */
export function reachedInWords({ budget, step, spent, unpriced, repeated }: Reached): string {
  const { unit } = budget;
  if (unit === "repeats" && repeated !== undefined) {
    const what =
      repeated.calls === 1 ? "the same call" : `the same round of ${repeated.calls} calls`;
    const cost = repeated.usd > 0 ? `, and ${amountInWords("usd", repeated.usd)} were spent` : "";
    return `${what} came ${spent} times in a row with the same outcome${cost}`;
  }
  const more =
    unpriced === 0
      ? ""
      : ` (and ? for ${unpriced} request${unpriced === 1 ? "" : "s"} without a known price)`;
  const cap = amountInWords(unit, budget[step] ?? 0);
  return `${subjectInWords(budget)} used ${amountInWords(unit, spent)}${more}, and its ${WORDS[step]} is ${cap}`;
}

const WORDS: Readonly<Record<BudgetStep, string>> = {
  warn: "first mark",
  ask: "mark for a question",
  stop: "cap",
};
