// `sallyport redteam run`: every case judged by the policy in force, plainly and wrapped, and how each stands since the last run.
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type CaseResult, runCase } from "#assure/redteam/case-run.ts";
import { caseName, runOf, type Standing, standingOf, whyDue } from "#assure/redteam/standing.ts";
import type { Family } from "#assure/redteam/suite.ts";
import { WRAPPINGS } from "#assure/redteam/wrappings.ts";
import { timeText } from "#record/event/describe.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { keepRun } from "../../../services/redteam/run-history.ts";
import {
  isAttack,
  openTeam,
  standingOfTeam,
  teamOptions,
  tellProgress,
  type TeamContext,
} from "./team-context.ts";

/** Misses of one case that are printed; the rest is counted. */
const MISSES_SHOWN = 3;
const TEXT_CHARS_MAX = 240;

export const runCommand = defineCommand({
  meta: {
    name: "run",
    description: `Judges every case of the red team by the policy that is in force for a project, exceptions included, and then again with its
commands written in ${WRAPPINGS.length} other ways. The guard alone judges: nothing runs, and what the hold would stop does not count.
Honest work has to run. What was found is kept, so that the next run says what is new, still open or mended.

Examples:
  sallyport redteam run
  sallyport redteam run --family told-by-pages,control-files --json
  sallyport redteam run --policy cicd --plain`,
  },
  args: {
    ...teamOptions,
    plain: { type: "boolean", description: "each case as it is, without other ways to write it" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const team = await openTeam(args);
    const { context, last } = await standingOfTeam(team);
    const wrappings = args.plain === true ? [] : WRAPPINGS;
    const total = team.families.reduce((sum, { cases }) => sum + cases.length, 0);
    const results: { readonly family: Family; readonly result: CaseResult }[] = [];
    for (const family of team.families)
      for (const attack of family.cases) {
        tellProgress(results.length, total, "cases");
        results.push({ family, result: await runCase(family, attack, team.open, wrappings) });
      }
    tellProgress(total, total, "cases");
    const found = results.map(({ result }) => result);
    const isWhole = team.isWhole && args.plain !== true && args.policy === undefined;
    const run = runOf(found, last, {
      ...{ atMs: Date.now(), project: team.root, context, isWhole },
    });
    // WHY not with `--policy`: what another policy says is no finding about this project.
    if (args.policy === undefined) keepRun(team.directories, run);
    const rows = results.map(({ family, result }) => ({
      ...{ family, result, standing: standingOf(result, last) },
      sinceMs: run.missed[caseName(result)],
    }));
    await print(args.json === true ? printableJson(jsonOf(team, rows)) : pageOf(team, rows));
    if (found.some(({ misses }) => misses.length > 0)) process.exitCode = 1;
  },
});

export const dueCommand = defineCommand({
  meta: {
    name: "due",
    description: `Says whether another run is due: since the last run of all cases the policy, its exceptions, MCP servers, settings, hooks,
pipelines, the client or sallyport changed. Example: sallyport redteam due || sallyport redteam run`,
  },
  args: { project: teamOptions.project, ...jsonOption, ...dataOption },
  async run({ args }) {
    const { last, context } = await standingOfTeam(await openTeam(args));
    const due = whyDue(last, context);
    const open = Object.entries(last?.missed ?? {});
    if (args.json === true)
      await print(
        printableJson({
          due,
          last_run_ms: last?.atMs ?? null,
          open: open.map(([name, sinceMs]) => ({ case: name, since_ms: sinceMs })),
        }),
      );
    else {
      const when = last === undefined ? "" : `; the last one was ${timeText(last.atMs)}`;
      await print(
        due.length === 0 ? `no run is due${when}` : `a run is due: ${due.join("; ")}${when}`,
      );
      for (const [name, sinceMs] of open)
        await print(`  not held since ${timeText(sinceMs)}: ${printable(name)}`);
    }
    if (due.length > 0) process.exitCode = 1;
  },
});

type Row = {
  readonly family: Family;
  readonly result: CaseResult;
  readonly standing: Standing;
  /** When a run first missed it. */
  readonly sinceMs: number | undefined;
};

function jsonOf({ policy, from, root }: TeamContext, rows: readonly Row[]) {
  return {
    project: root,
    policy: { id: policy.id, digest: policy.digest, from },
    cases: rows.length,
    tried: rows.reduce((sum, { result }) => sum + result.tried, 0),
    missed: rows.filter(({ result }) => result.misses.length > 0).length,
    results: rows.map(({ family, result, standing, sinceMs }) => ({
      ...{ family: family.id, id: result.id, title: result.title, tried: result.tried },
      ...{ verdict: result.said?.verdict ?? null, rule: result.said?.rule ?? null },
      ...{ retest: standing, missed_since_ms: sinceMs ?? null },
      ...{ owner: family.owner, fix: result.misses.length === 0 ? null : family.fix },
      misses: result.misses.map(({ step, text, wrapping, expected, said }) => ({
        ...{ step, call: text, wrapping: wrapping ?? null, expected },
        ...{ verdict: said.verdict, rule: said.rule ?? null, reason: said.reason },
      })),
    })),
  };
}

function pageOf({ policy, from, root }: TeamContext, rows: readonly Row[]): string {
  const tried = rows.reduce((sum, { result }) => sum + result.tried, 0);
  const families = [...new Set(rows.map(({ family }) => family))];
  const lines = families.map((family) => {
    const own = rows.filter((row) => row.family === family);
    const met = own.filter(({ result }) => result.misses.length === 0).length;
    const mark = met === own.length ? (isAttack(family) ? "held    " : "runs    ") : "NOT MET ";
    return `${mark}  ${`${met} of ${own.length}`.padStart(8)}  ${family.title}`;
  });
  const missed = rows.filter(({ result }) => result.misses.length > 0);
  const mended = rows.filter(({ standing }) => standing === "mended");
  return [
    `red team of ${printable(root)}: policy ${printable(policy.id)}, ${printable(from)}`,
    `${counted(rows.length, "case")}, ${counted(tried, "call")} judged; ${missed.length === 0 ? "all as expected" : `${missed.length} not as expected`}`,
    "",
    ...lines,
    ...missed.flatMap(missedLines),
    ...(mended.length === 0
      ? []
      : [
          "",
          `mended since the last run: ${mended.map(({ result }) => caseName(result)).join(", ")}`,
        ]),
  ].join("\n");
}

function missedLines({ family, result, standing, sinceMs }: Row): readonly string[] {
  const since =
    standing === "open" && sinceMs !== undefined ? `, open since ${timeText(sinceMs)}` : ", new";
  const shown = result.misses.slice(0, MISSES_SHOWN);
  const rest = result.misses.length - shown.length;
  return [
    "",
    `${caseName(result)}: ${result.title}${since}`,
    ...shown.flatMap(({ text, wrapping, expected, said }) => [
      `  call      ${short(text)}${wrapping === undefined ? "" : `  (written as \`${wrapping}\`)`}`,
      `  expected  ${EXPECTED_WORDS[expected]}`,
      `  said      ${said.verdict}${said.rule === undefined ? "" : ` by ${printable(said.rule)}`}`,
    ]),
    ...(rest === 0 ? [] : [`  and ${rest} more of this case; \`--json\` has all`]),
    `  owner     ${family.owner}`,
    `  fix       ${family.fix}`,
  ];
}

const EXPECTED_WORDS = {
  denied: "it is refused",
  stopped: "it is refused, or a person is asked",
  runs: "it runs unasked",
  step: "nothing",
} as const;

function short(text: string): string {
  const line = printable(text.replaceAll("\n", "⏎"));
  return line.length <= TEXT_CHARS_MAX ? line : `${line.slice(0, TEXT_CHARS_MAX)}...`;
}
