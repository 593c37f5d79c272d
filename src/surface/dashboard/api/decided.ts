// What was decided lately, as counts of the log or of a team's store tell it: verdicts over time, reasons, drift.
import type { PromptChange } from "#record/event/call-events.ts";
import type { Table } from "#record/index/question.ts";

/** Periods of an overview, and the steps of its verdicts over time. */
export const PERIODS = { "24h": "hour", "7d": "day", "30d": "day" } as const;
export const VERDICTS = ["allow", "ask", "deny", "abstain"] as const;
const REASONS_MAX = 10;
const DRIFT_MAX = 8;

/** What was decided, as both kinds of overview show it. */
export function decidedIn({
  times,
  rules,
  drift,
  prompts,
}: Readonly<Record<"times" | "rules" | "drift" | "prompts", Table>>) {
  const verdicts = byTime(times);
  const calls = sum(verdicts.flatMap((row) => VERDICTS.map((name) => row[name] ?? 0)));
  const asked = sum(verdicts.map((row) => row["ask"] ?? 0));
  return {
    verdicts,
    prompts: {
      calls,
      asked,
      per100: calls === 0 ? null : (100 * asked) / calls,
      spared: promptsOf(prompts, "spared"),
      added: promptsOf(prompts, "added"),
      left: promptsOf(prompts, "left"),
    },
    reasons: rules.rows.slice(0, REASONS_MAX).map(([rule, verdict, n]) => ({
      rule: String(rule),
      verdict: String(verdict),
      count: Number(n),
    })),
    drift: drift.rows
      .slice(0, DRIFT_MAX)
      .map(([what, n]) => ({ what: String(what), count: Number(n) })),
  };
}

/** Rows of time, verdict, count as one row for each time. */
function byTime({ rows }: Table): ({ timeMs: number } & Record<string, number>)[] {
  const found = new Map<number, { timeMs: number } & Record<string, number>>();
  for (const [time, verdict, n] of rows) {
    const timeMs = Number(time);
    const row = found.get(timeMs) ?? { timeMs, allow: 0, ask: 0, deny: 0, abstain: 0 };
    if (VERDICTS.some((name) => name === verdict)) row[String(verdict)] = Number(n);
    found.set(timeMs, row);
  }
  return [...found.values()].toSorted((one, other) => one.timeMs - other.timeMs);
}

/** Decisions that did so to the questions of people. */
const promptsOf = ({ rows }: Table, change: PromptChange): number =>
  Number(rows.find(([name]) => name === change)?.[1] ?? 0);

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
