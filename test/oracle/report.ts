// The oracle's outcomes for people: faults one by one, figures by family, and the page in the documentation.
import type { Effect } from "#guard/vocabulary/effect.ts";
import { COMMANDS } from "#guard/effects/commands/index.ts";
import { isInstalled, programsOf, readCases } from "./cases.ts";
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
  const corpus = readCases();
  const called = new Set(corpus.flatMap((one) => programsOf(one.command)));
  const absent = names.filter((name) => !isInstalled(name)).sort();
  const uncalled = names.filter((name) => isInstalled(name) && !called.has(name)).sort();
  const commands = new Set(outcomes.map((one) => one.case.command)).size;
  return `# Prediction against the kernel

Commands of \`test/corpus/kernel\` (${corpus.length}) and combinations of them really run: in the client's own wrapper (snapshot, then \`eval\`), in three shells, in a bubblewrap jail with a fake home, under strace. What the kernel saw is compared with the effects that were predicted from the same facts. This page is of ${outcomes.length} runs of ${commands} commands, seed ${seed}; \`npm run oracle -- --write\` writes it. \`npm test\` repeats a sample in which nothing may be missed.

- **missed**: runs in which something happened (a file opened, made, changed, renamed, deleted; a program started; a host contacted; a process ended) that no effect says. An \`unknown\` covers nothing.
- **unknown**: runs with the effect \`unknown\`. **unbounded**: runs of code that may do anything (a project's script, a program without a model); it covers what that code does.
- **extra**: runs with an effect on a file, program or host of which nothing was seen, not even an attempt: a branch that was not taken, a file that was not there.
- **skipped**: a program of the command is not installed.
- Profiles: \`bare\` is bash without start-up files, \`hostile\` bash with functions, aliases and options that change what commands do, \`zsh\` plain zsh with the client's options.

${summarize(outcomes)}

## Missed

${missedLines(outcomes)}

## What does not count

- Reads of what programs are made of: libraries, locales, time zones, the system's user list. A read counts in the project, the home and the directory outside, and wherever the command names the path.
- What a program keeps for itself: its configuration, caches, history; shells and small programs that another program starts to do its work. \`test/oracle/own-books.ts\` lists them with the reason; what such programs do to files counts in any case.
- What git reads, and its books below \`.git\` but for hooks and configuration: effects speak of the repository as a whole, and of tracked secrets by what git would show.
- What the kernel cannot show either way: that a program sees the environment it was started with, that git hands data to another repository of this machine (no host is contacted), which journals of a database come and go beside it (that is written inside of the database). A link that is made counts as a look at what it leads to: the kernel is given that name.
- Effects without a trace in the kernel, such as \`history\`, \`publish\`, \`persist\`: they can be neither missed nor extra here.

## Not tested by the kernel

Modelled programs that are not installed on the machine that wrote this page (${absent.length}): ${listed(absent)}

Installed, modelled, and in no command of the corpus (${uncalled.length}): ${listed(uncalled)}
`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(" ");
}

/** The commands of which something was missed, with what it is as far as it is known. */
function missedLines(outcomes: readonly Outcome[]): string {
  const missed = outcomes.filter((one) => one.kind === "ran" && one.comparison.missed.length > 0);
  const commands = new Map<string, { profiles: Set<string>; open: string | undefined }>();
  for (const { case: one, profile } of missed) {
    const known = commands.get(one.command) ?? { profiles: new Set(), open: one.open };
    known.profiles.add(profile);
    commands.set(one.command, known);
  }
  if (commands.size === 0) return "Nothing.";
  return [...commands]
    .map(([command, { profiles, open }]) => {
      const text = JSON.stringify(command).slice(1, -1);
      return `- ${[...profiles].join(", ")}: \`\` ${text} \`\`${open === undefined ? "" : ` (${open})`}`;
    })
    .join("\n");
}
