// `sallyport budget`: what was spent under the budgets of the policy in force here, what is left, and what it was spent on.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import {
  amountInWords,
  type Budget,
  BUDGET_STEPS,
  budgetName,
  stepReached,
  subjectInWords,
} from "#guard/policy/budget.ts";
import { spentOf } from "../../../services/budgets/budget-check.ts";
import { type Ledger, turnToday } from "../../../services/budgets/ledger.ts";
import { readLedger } from "../../../services/budgets/ledger-file.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { openProjectBook } from "../../../services/projects/projects.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { loadPrices } from "../../../foundation/product/shipped-data.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

const SESSIONS_SHOWN = 5;
const AGENTS_SHOWN = 5;

/** `sallyport budget`. */
export const budgetCommand = defineCommand({
  meta: {
    name: "budget",
    description:
      "What was spent under the budgets of the policy in force here, what is left, and by which sessions, sub-agents and loops. Money without a known price is `?`. At most two seconds old. Example: sallyport budget --cwd ~/project --json",
  },
  args: {
    cwd: { type: "string", valueHint: "DIR", description: "whose policy (default: here)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const notes: string[] = [];
    const ledger = readLedger(directories.budgetsFile, (line) => notes.push(line));
    turnToday(ledger, Date.now());
    const { policy, root } = await judgingPolicy(resolve(args.cwd ?? "."), undefined);
    const project = openProjectBook(directories.projectsFile)
      .all()
      .find((entry) => entry.root === root)?.id;
    const budgets = (policy.budgets ?? []).map((one) => standingOf(one, ledger, project));
    const sessions = sessionsOf(ledger, project);
    const all = { pricesAsOf: loadPrices().asOf, day: ledger.days.day, budgets, sessions, notes };
    await print(args.json === true ? printableJson(all) : linesOf(all).map(printable).join("\n"));
  },
});

type Standing = ReturnType<typeof standingOf>;
type ShownSession = ReturnType<typeof sessionsOf>[number];

/** How a budget stands; of sessions and agents the one that spent the most of it. */
function standingOf(budget: Budget, ledger: Ledger, project: string | undefined) {
  const spenders =
    budget.of === "session" || budget.of === "agent"
      ? Object.entries(ledger.sessions)
          .filter(([, account]) => account.project === project)
          .flatMap(([session, { agents, project: of }]) =>
            (budget.of === "agent" ? Object.keys(agents) : [undefined]).map((agent) => ({
              project: of,
              session,
              agent,
            })),
          )
      : [{ project: project ?? "", session: "", agent: undefined }];
  const most = spenders
    .map((spender) => ({ spender, found: spentOf(budget, ledger, spender, undefined) }))
    .toSorted((one, other) => (other.found?.spent ?? 0) - (one.found?.spent ?? 0))[0];
  const { of, per, unit, warn, ask, stop } = budget;
  const isLoop = unit === "repeats";
  const spent = isLoop ? longestLoop(ledger, project) : (most?.found?.spent ?? 0);
  const cap = stop ?? ask ?? warn ?? 0;
  const isOfOne = of === "session" || of === "agent";
  return {
    budget: budgetName(budget),
    of,
    per: per ?? null,
    unit,
    warn: warn ?? null,
    ask: ask ?? null,
    stop: stop ?? null,
    spent,
    left: Math.max(0, cap - spent),
    /** Requests whose price is not known: nobody knows how much more was spent. */
    unpriced: most?.found?.unpriced ?? 0,
    step: stepReached(budget, spent) ?? null,
    session: isOfOne && !isLoop ? (most?.spender.session ?? null) : null,
    agent: most?.spender.agent ?? null,
    whose: isOfOne ? `the ${of} that spent the most` : subjectInWords(budget),
  };
}

function longestLoop({ sessions }: Ledger, project: string | undefined): number {
  return Object.values(sessions)
    .filter((account) => account.project === project)
    .reduce((most, { loop }) => Math.max(most, loop?.times ?? 0), 0);
}

/** The sessions of the project that spent the most, with what their agents spent and their longest loop. */
function sessionsOf({ sessions }: Ledger, project: string | undefined) {
  return Object.entries(sessions)
    .filter(([, account]) => account.project === project)
    .toSorted(
      ([, one], [, other]) =>
        other.sums.usd - one.sums.usd ||
        other.sums.tokens - one.sums.tokens ||
        other.lastMs - one.lastMs,
    )
    .slice(0, SESSIONS_SHOWN)
    .map(([session, { sums, agents, kinds, loop, files }]) => ({
      session,
      ...sums,
      unread: Object.values(files).reduce((sum, { unread }) => sum + unread, 0),
      agents: Object.entries(agents)
        .toSorted(([, one], [, other]) => other.usd - one.usd || other.tokens - one.tokens)
        .slice(0, AGENTS_SHOWN)
        .map(([agent, of]) => ({
          agent,
          kind: (Object.hasOwn(kinds, agent) ? kinds[agent] : undefined) ?? null,
          ...of,
        })),
      loop: loop ?? null,
    }));
}

function linesOf({
  budgets,
  sessions,
  pricesAsOf,
  notes,
}: {
  readonly budgets: readonly Standing[];
  readonly sessions: readonly ShownSession[];
  readonly pricesAsOf: string;
  readonly notes: readonly string[];
}): readonly string[] {
  if (budgets.length === 0)
    return [
      "no policy in force here has budgets, so nothing is counted: add `budgets` to a policy",
      ...notes,
    ];
  return [
    ...budgets.map(budgetLine),
    ...(sessions.length === 0 ? ["nothing was spent yet"] : ["", "sessions that spent the most:"]),
    ...sessions.flatMap(sessionLines),
    `prices of ${pricesAsOf}, as the client counts; not your invoice`,
    ...notes,
  ];
}

function budgetLine(one: Standing): string {
  const caps = BUDGET_STEPS.flatMap((step) => {
    const from = one[step];
    return from === null ? [] : [`${step} ${amountInWords(one.unit, from)}`];
  });
  const unknown = one.unpriced === 0 ? "" : ` and ? for ${one.unpriced} without a known price`;
  const state = one.step === null ? "within it" : STATES[one.step];
  return `${one.budget}  ${amountInWords(one.unit, one.spent)}${unknown} spent by ${one.whose}, ${amountInWords(one.unit, one.left)} left (${caps.join(", ")}): ${state}`;
}

const STATES = {
  warn: "a person is told",
  ask: "a person is asked",
  stop: "stopped",
} as const;

function sessionLines({ session, agents, loop, ...sums }: ShownSession): readonly string[] {
  const what = (of: Pick<ShownSession, "usd" | "unpriced" | "tokens" | "calls" | "ms">) =>
    `${amountInWords("usd", of.usd)}${of.unpriced === 0 ? "" : " + ?"}, ${amountInWords("tokens", of.tokens)}, ${amountInWords("calls", of.calls)}, ${amountInWords("minutes", of.ms / 60_000)}`;
  return [
    `  ${session}  ${what(sums)}`,
    ...agents.map(
      ({ agent, kind, ...of }) =>
        `    sub-agent ${agent}${kind === null ? "" : ` (${kind})`}  ${what(of)}`,
    ),
    ...(loop === null
      ? []
      : [
          `    loop: ${loop.tool} ${loop.times} times in a row with the same outcome, ${amountInWords("usd", loop.usd)} meanwhile`,
        ]),
  ];
}
