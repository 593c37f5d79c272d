// The oracle's outcomes for people: faults one by one, figures by family, and the page in the documentation.
import type { Effect } from "#guard/effects/effect.ts";
import { COMMANDS } from "#guard/effects/commands/index.ts";
import { isInstalled, programsOf } from "./cases.ts";
import { PROFILES } from "./profiles.ts";
import type { Outcome } from "./run-cases.ts";
import type { Observed } from "./trace.ts";

type Ran = Extract<Outcome, { kind: "ran" }>;

/** All of one outcome: what was predicted and what of it was missed or never seen. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === "skipped") return `${outcome.profile}: skipped, ${outcome.reason}`;
  const { comparison, effects, exit, timedOut, output } = outcome;
  return [
    `${outcome.profile}: exit ${exit}${timedOut ? ", ended after its time" : ""}`,
    ...effects.map((effect) => `  predicted ${effectText(effect)}`),
    ...comparison.missed.map((event) => `  MISSED    ${eventText(event)}`),
    ...comparison.extra.map((effect) => `  not seen  ${effectText(effect)}`),
    `  output    ${JSON.stringify(output.slice(0, 600))}`,
  ].join("\n");
}

/** The cases with missed effects; on request those with effects that were not seen, or unknown. */
export function describeFaults(
  outcomes: readonly Outcome[],
  wanted: { readonly extra: boolean; readonly unknown: boolean },
): string {
  return outcomes
    .filter((one) => one.kind === "ran")
    .flatMap((one) => {
      const { missed, extra, unknown } = one.comparison;
      const lines = [
        ...missed.map((event) => `  MISSED    ${eventText(event)}`),
        ...(wanted.extra ? extra.map((effect) => `  not seen  ${effectText(effect)}`) : []),
        ...(wanted.unknown ? unknown.map((effect) => `  unknown   ${effectText(effect)}`) : []),
        ...(one.timedOut ? ["  ended after its time"] : []),
      ];
      if (lines.length === 0) return [];
      return [`${one.case.family} ${one.profile}: ${JSON.stringify(one.case.command)}`, ...lines];
    })
    .join("\n");
}

function effectText({ at: _at, via, ...body }: Effect): string {
  return `${JSON.stringify(body)}${via.length === 0 ? "" : ` via ${via.join(" ")}`}`;
}

function eventText({ programs, outcome, ...body }: Observed): string {
  return `${JSON.stringify(body)} by ${programs.slice(0, 4).join(" < ")}${outcome === "done" ? "" : ` (${outcome})`}`;
}

type Row = {
  readonly name: string;
  readonly commands: number;
  readonly runs: number;
  readonly missed: number;
  readonly unknown: number;
  readonly unbounded: number;
  readonly extra: number;
  readonly skipped: number;
};

function rowOf(name: string, outcomes: readonly Outcome[]): Row {
  const ran = outcomes.filter((one): one is Ran => one.kind === "ran");
  const count = (test: (one: Ran) => boolean): number => ran.filter(test).length;
  return {
    name,
    commands: new Set(outcomes.map((one) => one.case.command)).size,
    runs: ran.length,
    missed: count((one) => one.comparison.missed.length > 0),
    unknown: count((one) => one.comparison.unknown.length > 0),
    unbounded: count((one) => one.comparison.unbounded),
    extra: count((one) => one.comparison.extra.length > 0),
    skipped: outcomes.length - ran.length,
  };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** Figures by family and by profile as a table. */
export function summarize(outcomes: readonly Outcome[]): string {
  const families = [...new Set(outcomes.map((one) => one.case.family))].sort();
  const rows = [
    ...families.map((name) =>
      rowOf(
        name,
        outcomes.filter((one) => one.case.family === name),
      ),
    ),
    ...PROFILES.map((name) =>
      rowOf(
        `**${name}**`,
        outcomes.filter((one) => one.profile === name),
      ),
    ),
    rowOf("**all**", outcomes),
  ];
  return [
    "| family | commands | runs | missed | unknown | unbounded | extra | skipped |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map(
      (row) =>
        `| ${row.name} | ${row.commands} | ${row.runs} | ${row.missed} | ${percent(row.unknown, row.runs)} | ${percent(row.unbounded, row.runs)} | ${percent(row.extra, row.runs)} | ${row.skipped} |`,
    ),
  ].join("\n");
}

/** The page of the documentation: the figures, what they mean, and what the kernel did not test. */
export function page(outcomes: readonly Outcome[], seed: number): string {
  const names = COMMANDS.flatMap((model) => model.names);
  const called = new Set(
    outcomes.filter((one) => one.kind === "ran").flatMap((one) => programsOf(one.case.command)),
  );
  const absent = names.filter((name) => !isInstalled(name)).sort();
  const uncalled = names.filter((name) => isInstalled(name) && !called.has(name)).sort();
  return `# Prediction against the kernel

Commands of \`test/corpus/kernel\`, and combinations of them drawn by seed ${seed}, really run: in the client's own wrapper (snapshot, then \`eval\`), in three shells, in a bubblewrap jail with a fake home, under strace. What the kernel saw is compared with the effects that were predicted from the same facts. \`npm run oracle -- --write\` writes this page.

- **missed**: runs in which something happened (a file opened, made, changed, renamed, deleted; a program started; a host contacted; a process ended) that no effect says. An \`unknown\` covers nothing.
- **unknown**: runs with the effect \`unknown\`. **unbounded**: runs of code that may do anything (a project's script, a program without a model); it covers what that code does.
- **extra**: runs with an effect on a file, program or host of which nothing was seen, not even an attempt: a branch that was not taken, a file that was not there.
- **skipped**: a program of the command, or zsh, is not installed.
- Profiles: \`bare\` is bash without start-up files, \`hostile\` bash with functions, aliases and options that change what commands do, \`zsh\` plain zsh with the client's options.

${summarize(outcomes)}

## Not tested by the kernel

Modelled programs that are not installed on the machine that wrote this page (${absent.length}): ${absent.map((name) => `\`${name}\``).join(" ")}

Installed, modelled, and in no command of the corpus (${uncalled.length}): ${uncalled.map((name) => `\`${name}\``).join(" ")}
`;
}
