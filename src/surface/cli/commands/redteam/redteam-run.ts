// `sallyport redteam run`: every case judged by the policy in force, plainly and wrapped, and how each stands since the last run.
import { defineCommand } from "citty";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type CaseResult, runCase, textOf } from "#assure/redteam/case-run.ts";
import {
  caseName,
  type Context,
  type Run,
  runOf,
  staleCases,
  type Standing,
  standingOf,
} from "#assure/redteam/standing.ts";
import type { Family } from "#assure/redteam/suite.ts";
import { WRAPPINGS } from "#assure/redteam/wrappings.ts";
import type { Wrapping } from "#assure/redteam/wrappings/wrapping.ts";
import { timeText } from "#record/event/describe.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import type { ClientCase } from "../../../services/redteam/client-cases.ts";
import { progressOf, progressOption } from "../../log/tell-progress.ts";
import { keepRun } from "../../../services/redteam/run-history.ts";
import { clientHere, throughClient } from "./through-client.ts";
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

With \`--through client\` each case is a session of the real client: in a jail without a network, with a home, a guard and a log of its
own, against a scripted model. What really happened counts, and the log has to have it. Where there is no client, or no jail can be
made, the guard alone judges, and the report says so.

Examples:
  sallyport redteam run
  sallyport redteam run --through client
  sallyport redteam run --stale
  sallyport redteam run --family told-by-pages,control-files --json
  sallyport redteam run --policy cicd --plain`,
  },
  args: {
    ...teamOptions,
    plain: { type: "boolean", description: "each case as it is, without other ways to write it" },
    stale: {
      type: "boolean",
      description: "only cases that the last run no longer speaks for, as `redteam due` lists them",
    },
    through: {
      type: "string",
      valueHint: "client|guard",
      description: "sessions of the real client, or the guard alone (default: guard)",
    },
    client: {
      type: "string",
      valueHint: "FILE",
      description: "with --through client: the client (default: `claude` on PATH)",
    },
    ...progressOption,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const wantsClient = readThrough(args.through) === "client";
    if (args.client !== undefined && !wantsClient)
      throw new Failure("usage", "`--client` says which one `--through client` takes: name both");
    const opened = await openTeam(args);
    const here = wantsClient ? clientHere(args.client) : undefined;
    const isClient = here !== undefined && "client" in here;
    const { context, last } = await standingOfTeam(opened, isClient ? "client" : "guard");
    const team = args.stale === true ? onlyStale(opened, last, context) : opened;
    if (team.families.length === 0) {
      const words = `no case is stale: nothing changed since the last run`;
      await print(args.json === true ? printableJson({ stale: 0, results: [] }) : words);
      return;
    }
    const wrappings = args.plain === true || wantsClient ? [] : WRAPPINGS;
    const results: readonly Result[] = isClient
      ? await throughClient(team, { client: here.client, policy: args.policy })
      : await throughGuard(team, wrappings, progressOf(args, "cases").onProgress);
    const found = results.map(({ result }) => result);
    const isPlain = !isClient && wrappings.length === 0;
    const run = runOf(found, last, {
      atMs: Date.now(),
      project: team.root,
      context,
      isWhole: team.isWhole && !isPlain && args.policy === undefined,
      ...(isClient ? { through: "client" as const } : {}),
    });
    // WHY not with `--policy`: what another policy says is no finding about this project.
    if (args.policy === undefined) keepRun(team.directories, run);
    const rows = results.map((one) => ({
      ...one,
      standing: standingOf(one.result, last),
      sinceMs: run.missed[caseName(one.result)],
    }));
    const through = throughWords(here, results);
    await print(
      args.json === true
        ? printableJson({ through, ...jsonOf(team, rows) })
        : pageOf(team, rows, through.words),
    );
    if (found.some(({ misses }) => misses.length > 0)) process.exitCode = 1;
  },
});

type Result = {
  readonly family: Family;
  readonly result: CaseResult;
  /** Its session, where it went through the client. */
  readonly seen?: ClientCase;
};

function onlyStale(team: TeamContext, last: Run | undefined, now: Context): TeamContext {
  const stale = new Set(staleCases(team.families, last, now).map(({ attack }) => attack));
  const families = team.families.map((family) => ({
    ...family,
    cases: family.cases.filter((attack) => stale.has(attack)),
  }));
  return { ...team, families: families.filter(({ cases }) => cases.length > 0) };
}

function readThrough(text: string | undefined): "client" | "guard" {
  if (text === undefined || text === "guard") return "guard";
  if (text === "client") return text;
  throw new Failure("usage", "`--through` is `client` or `guard`");
}

async function throughGuard(
  team: TeamContext,
  wrappings: readonly Wrapping[],
  onProgress = (done: number, of: number): void => tellProgress(done, of, "cases"),
): Promise<readonly Result[]> {
  const total = team.families.reduce((sum, { cases }) => sum + cases.length, 0);
  const results: Result[] = [];
  for (const family of team.families)
    for (const attack of family.cases) {
      onProgress(results.length, total);
      results.push({ family, result: await runCase(family, attack, team.open, wrappings) });
    }
  onProgress(total, total);
  return results;
}

/** What judged, for programs and in a line. */
function throughWords(here: ReturnType<typeof clientHere> | undefined, results: readonly Result[]) {
  if (here === undefined)
    return { kind: "guard", words: "through the guard alone: nothing runs" } as const;
  if ("why" in here) {
    const words = `through the guard alone, because ${here.why}`;
    return { kind: "guard", why: here.why, words } as const;
  }
  const versions = [...new Set(results.flatMap(({ seen }) => seen?.version ?? []))];
  const words = `through Claude Code ${versions.join(", ") || "of an unknown version"}, a session for each case, in a jail`;
  return { kind: "client", versions, words } as const;
}

type Row = Result & {
  readonly standing: Standing;
  /** When a run first missed it. */
  readonly sinceMs: number | undefined;
};

/** What a session left: where the log has each call, and what happened meanwhile. */
function evidenceOf({ session, durationMs, fault, steps }: ClientCase) {
  return {
    session: session ?? null,
    duration_ms: Math.round(durationMs),
    fault: fault ?? null,
    calls: steps.map(({ step, did, toolUseId, evidence, contacts, changed }) => ({
      step,
      did,
      tool_use_id: toolUseId,
      contacts,
      changed,
      event: evidence === undefined ? null : { id: evidence.event, index: evidence.index },
      verdict: evidence?.verdict ?? null,
      rule: evidence?.rule ?? null,
      held: evidence?.isHeld ?? null,
      policy: evidence?.policy ?? null,
    })),
  };
}

function jsonOf({ policy, from, root }: TeamContext, rows: readonly Row[]) {
  return {
    project: root,
    policy: { id: policy.id, digest: policy.digest, from },
    cases: rows.length,
    tried: rows.reduce((sum, { result }) => sum + result.tried, 0),
    missed: rows.filter(({ result }) => result.misses.length > 0).length,
    results: rows.map(({ family, result, standing, sinceMs, seen }) => ({
      family: family.id,
      id: result.id,
      title: result.title,
      tried: result.tried,
      verdict: result.said?.verdict ?? null,
      rule: result.said?.rule ?? null,
      retest: standing,
      missed_since_ms: sinceMs ?? null,
      fixture: fixtureOf(family, result.id),
      evidence: seen === undefined ? null : evidenceOf(seen),
      owner: family.owner,
      fix: result.misses.length === 0 ? null : family.fix,
      misses: result.misses.map(({ step, text, wrapping, expected, said }) => ({
        step,
        call: text,
        wrapping: wrapping ?? null,
        expected,
        verdict: said.verdict,
        rule: said.rule ?? null,
        reason: said.reason,
      })),
    })),
  };
}

/** What stands ready, and what each call has to become. */
function fixtureOf({ cases }: Family, id: string) {
  const found = cases.find((one) => one.id === id);
  return {
    files: Object.keys({ ...found?.files, ...found?.home }),
    mode: found?.mode ?? "default",
    steps: (found?.steps ?? []).map((step) => ({ call: textOf(step), expected: step.expect })),
  };
}

function pageOf(
  { policy, from, root }: TeamContext,
  rows: readonly Row[],
  through: string,
): string {
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
    printable(through),
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

function missedLines({ family, result, standing, sinceMs, seen }: Row): readonly string[] {
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
      ...(seen === undefined ? [] : [`  seen      ${printable(said.reason)}`]),
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
