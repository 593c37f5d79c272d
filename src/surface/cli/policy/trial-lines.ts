// Lines about what a change of one rule would have made of recorded calls.
import { counted } from "#base/counted.ts";
import { UNDECIDABLE_WORDS } from "#assure/backtest/report.ts";
import type { TriedRule } from "../../services/log/rule-trial.ts";

/** What would have run, what stays as it is, and what nobody can tell. */
export function trialLines(told: TriedRule): readonly string[] {
  const { days, decisions, freed, same, changes, undecidable, isCut } = told;
  const bound = isCut ? ", the newest of them" : "";
  return [
    `in the last ${counted(days, "day")} it stopped ${counted(decisions, "call")}${bound}: ${freed} would not have been stopped, ${same} as before`,
    ...changes.flatMap(({ from, to, count, examples }) => [
      `  ${from} -> ${to}  ${count}`,
      ...examples.map((id) => `    event ${id}`),
    ]),
    ...undecidable.map(({ why, count }) => `  not decidable  ${count}  ${UNDECIDABLE_WORDS[why]}`),
  ];
}
