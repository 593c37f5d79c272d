// `sallyport redteam due`: which cases the last run no longer speaks for, why, and how the runs before went.
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  caseName,
  type Run,
  type StaleCase,
  staleCases,
  whyDue,
} from "#assure/redteam/standing.ts";
import { timeText } from "#record/event/describe.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { readRuns } from "../../../services/redteam/run-history.ts";
import { openTeam, standingOfTeam, teamOptions } from "./team-context.ts";

/** Runs before that are printed. */
const RUNS_SHOWN = 8;

export const dueCommand = defineCommand({
  meta: {
    name: "due",
    description: `Says whether another run is due, which cases are stale, and how the last runs went: since the last run of all cases the policy, its
exceptions, MCP servers, their approvals, code in the client, settings, hooks, pipelines, the client or sallyport changed.

Examples:
  sallyport redteam due || sallyport redteam run --stale
  sallyport redteam due --json`,
  },
  args: { project: teamOptions.project, ...jsonOption, ...dataOption },
  async run({ args }) {
    const team = await openTeam(args);
    const { last, context } = await standingOfTeam(team);
    const due = whyDue(last, context);
    const stale = staleCases(team.families, last, context);
    const runs = readRuns(team.directories).filter(({ project }) => project === team.root);
    const open = Object.entries(last?.missed ?? {});
    if (due.length > 0) process.exitCode = 1;
    if (args.json === true) {
      await print(
        printableJson({
          due,
          last_run_ms: last?.atMs ?? null,
          stale: stale.map(({ family, attack, why }) => ({
            case: caseName({ family: family.id, id: attack.id }),
            why,
          })),
          open: open.map(([name, sinceMs]) => ({ case: name, since_ms: sinceMs })),
          runs: runs.map(historyOf),
        }),
      );
      return;
    }
    const when = last === undefined ? "" : `; the last one was ${timeText(last.atMs)}`;
    await print(
      [
        due.length === 0 ? `no run is due${when}` : `a run is due: ${due.join("; ")}${when}`,
        ...staleLines(stale),
        ...open.map(
          ([name, sinceMs]) => `  not held since ${timeText(sinceMs)}: ${printable(name)}`,
        ),
        ...(runs.length === 0 ? [] : ["", "runs before, the newest first:"]),
        ...runs.toReversed().slice(0, RUNS_SHOWN).map(runLine),
      ].join("\n"),
    );
  },
});

function historyOf({ atMs, isWhole, through, cases, tried, missed, context }: Run) {
  return {
    at_ms: atMs,
    whole: isWhole,
    through: through ?? "guard",
    cases,
    tried,
    missed: Object.keys(missed),
    product: context.product,
    client: context.client,
    policy: context.policy,
  };
}

/** How many cases of each family are stale, and why. */
function staleLines(stale: readonly StaleCase[]): readonly string[] {
  const families = [...new Set(stale.map(({ family }) => family))];
  return families.map((family) => {
    const own = stale.filter((one) => one.family === family);
    const why = [...new Set(own.flatMap((one) => one.why))].join("; ");
    return `  stale: ${own.length} of ${family.cases.length} of ${family.id} (${why})`;
  });
}

function runLine({ atMs, isWhole, through, cases, missed, context }: Run): string {
  const missedCount = Object.keys(missed).length;
  const found = missedCount === 0 ? "all as expected" : `${missedCount} not as expected`;
  const how = through === "client" ? `the client ${printable(context.client)}` : "the guard alone";
  return `  ${timeText(atMs)}  ${counted(cases, "case")}${isWhole ? "" : " (a part)"} through ${how}: ${found}`;
}
