// Budgets of a policy: what a session, an agent, a project or a person may spend, and what becomes of calls once it is spent.

/** Whose spending is summed: one session, one sub-agent of it, all sessions of a project, or all of this account on this machine. */
export const BUDGET_SUBJECTS = ["session", "agent", "project", "person"] as const;
export type BudgetSubject = (typeof BUDGET_SUBJECTS)[number];

/** Over which time projects and persons are summed, by the machine's own calendar. */
export const BUDGET_PERIODS = ["day", "month"] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What is summed. `repeats`: how often in a row the same calls had the same outcome. */
export const BUDGET_UNITS = ["usd", "tokens", "calls", "minutes", "repeats"] as const;
export type BudgetUnit = (typeof BUDGET_UNITS)[number];

/** What becomes of calls from an amount on, the mildest first. */
export const BUDGET_STEPS = ["warn", "ask", "stop"] as const;
export type BudgetStep = (typeof BUDGET_STEPS)[number];

/** A cap. INVARIANT: at least one step has an amount, and the amounts of further steps are larger. */
export type Budget = {
  readonly id: string;
  readonly of: BudgetSubject;
  /** Of projects and persons alone. */
  readonly per?: BudgetPeriod;
  readonly unit: BudgetUnit;
  /** A person is told once. */
  readonly warn?: number;
  /** A person is asked, and again after each further tenth of the amount. */
  readonly ask?: number;
  /** Nothing runs any more. */
  readonly stop?: number;
  /** The layer and the policy that it came with. */
  readonly from: { readonly layer: string; readonly policy: string };
};

/** How reasons name a budget. */
export function budgetName({ from, id }: Pick<Budget, "from" | "id">): string {
  return `${from.layer}:${from.policy}/budgets/${id}`;
}

/** The furthest step that an amount has reached; undefined before the first. */
export function stepReached(budget: Budget, spent: number): BudgetStep | undefined {
  return BUDGET_STEPS.findLast((step) => {
    const from = budget[step];
    return from !== undefined && spent >= from;
  });
}

const SUBJECT_WORDS: Readonly<Record<BudgetSubject, string>> = {
  session: "this session",
  agent: "this sub-agent",
  project: "this project",
  person: "all of your sessions on this machine",
};

/** Whose spending it is, in words: `this project today`. */
export function subjectInWords({ of, per }: Pick<Budget, "of" | "per">): string {
  if (per === undefined) return SUBJECT_WORDS[of];
  return `${SUBJECT_WORDS[of]} ${per === "day" ? "today" : "this month"}`;
}

/** An amount as people read it: `$4.20`, `12 calls`. */
export function amountInWords(unit: BudgetUnit, amount: number): string {
  if (unit === "usd") return `$${amount.toFixed(2)}`;
  const count = unit === "minutes" ? Math.round(amount * 10) / 10 : Math.round(amount);
  const words = { tokens: "token", calls: "call", minutes: "minute", repeats: "repeat" } as const;
  return `${count} ${words[unit]}${count === 1 ? "" : "s"}`;
}

/** A budget on one line: `$5.00 warn, $20.00 stop, of this session`. */
export function budgetInWords(budget: Budget): string {
  const steps = BUDGET_STEPS.flatMap((step) => {
    const from = budget[step];
    return from === undefined ? [] : [`${step} at ${amountInWords(budget.unit, from)}`];
  });
  return `${steps.join(", ")}, of ${subjectInWords(budget)}`;
}
