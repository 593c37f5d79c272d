// `sallyport report`: what was refused and asked about, or would have been where a project is observed only, by reason.
import { defineCommand } from "citty";
import { startRestraintTally, type RestraintReason } from "#assure/activity/restraint.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import type { Policy } from "#guard/policy/policy.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { lookNow, upperStatus } from "../../../services/policy/policy-status.ts";
import { loadPack } from "../../../services/policy/policy-source.ts";
import { shimsIn } from "../../../services/program/in-force.ts";
import { shellWord } from "../../../foundation/terminal/shell-word.ts";
import { requireGuarding } from "../../../services/projects/guarded-project.ts";
import { callable } from "../../guard/guarding-words.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isWithinPeriod, type Period, periodOptions, readPeriod } from "../../log/period.ts";
import { readProjectRegister } from "../../../services/projects/project-register-file.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** Reasons, and commands of each, that a person is shown; `--json` has more. */
const REASONS_SHOWN = 8;
const COMMANDS_SHOWN = 3;
const COMMANDS_IN_JSON = 20;
const COMMAND_CHARS_MAX = 90;

/** `sallyport report`. */
export const reportCommand = defineCommand({
  meta: {
    name: "report",
    description: `what was refused and asked about, by reason, and what to do about each

  sallyport report                     the last seven days, every guarded project
  sallyport report --project .         one project
  sallyport report --since 30d --json  for programs

Where a project is observed only, it says what would have been. Commands are shown as the record keeps them: names of known
programs and their options, and \`<word>\` for everything else.`,
  },
  args: {
    project: {
      type: "string",
      valueHint: "DIR",
      description: "one guarded project (default: all)",
    },
    since: {
      ...periodOptions.since,
      default: "7d",
      description: "from a day or time on, or so long ago such as 24h or 7d",
    },
    until: periodOptions.until,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const period = readPeriod(args, Date.now());
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { project } = args;
    const guarding = project === undefined ? undefined : requireGuarding(directories, project);
    const entries =
      guarding === undefined ? readProjectRegister(directories.projectsFile) : [guarding.entry];
    const root = guarding?.project.root;
    const tally = startRestraintTally(root);
    const faults = await countIn(args.data, period, tally);
    const summary = tally.result();
    const words = await ruleWords(entries, directories);
    const reasons = summary.reasons.map((reason) => withWords(reason, words, summary.calls));
    const ours = (text: string) =>
      callable(process.env, shimsIn(directories).command, text, args.data);
    const next = nextStep(entries, { isEmpty: summary.calls === 0, ours });
    const { calls, sessions, observed, refused, asked } = summary;
    const report = {
      sinceMs: period.sinceMs,
      untilMs: Number.isFinite(period.untilMs) ? period.untilMs : null,
      project: root ?? null,
      calls,
      sessions,
      observed,
      refused: { calls: refused, perHundred: perHundred(refused, calls) },
      asked: { calls: asked, perHundred: perHundred(asked, calls) },
      reasons,
      unread: faults,
      next,
    };
    if (args.json === true)
      await print(
        printableJson({
          ...report,
          reasons: reasons.map((one) => ({
            ...one,
            commands: one.commands.slice(0, COMMANDS_IN_JSON),
          })),
        }),
      );
    else await print(pageOf(report, { ours, since: args.since }));
  },
});

type Tally = ReturnType<typeof startRestraintTally>;

/** Counts what the log holds of the period; gives how many entries could not be read. A log that is not there is an empty one. */
async function countIn(data: string | undefined, period: Period, tally: Tally): Promise<number> {
  let faults = 0;
  try {
    const view = await openView(data);
    for await (const { leaf, sealed } of view.entries(0, await view.size())) {
      if (leaf.kind === "fault") faults += 1;
      else if (isWithinPeriod(leaf.timeMs, period)) tally.add(leaf.metadata, sealed);
    }
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "log-missing") throw cause;
  }
  return faults;
}

/** Words and advice of each rule that judges the projects now, by `<policy>/<rule>`. */
type RuleWords = ReadonlyMap<
  string,
  { readonly text: string; readonly instead: string | undefined }
>;

async function ruleWords(
  entries: readonly ProjectEntry[],
  directories: Directories,
): Promise<RuleWords> {
  const policies: Policy[] = [];
  for (const entry of entries) {
    const { policy: chosen } = entry;
    const own =
      "pack" in chosen
        ? packOf(chosen.pack)
        : (await lookNow({ file: chosen.file, layer: "user" }, directories.policies)).policy;
    if (own !== undefined) policies.push(own);
    const upper = await upperStatus(entry.root, entry.policy, directories);
    policies.push(...upper.flatMap(({ policy }) => policy ?? []));
  }
  return new Map(
    policies.flatMap(({ id, rules }) =>
      rules.map((rule) => [`${id}/${rule.id}`, { text: rule.reason, instead: rule.instead }]),
    ),
  );
}

/** A pack that is gone has no words; its rules are told by their names. */
function packOf(name: string): Policy | undefined {
  try {
    return loadPack(name);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return undefined;
  }
}

type WordedReason = RestraintReason & {
  readonly perHundred: number;
  /** The rule's own words; null where no policy in force has it. */
  readonly words: string | null;
  readonly instead: string | null;
};

function withWords(reason: RestraintReason, words: RuleWords, calls: number): WordedReason {
  const found = words.get(reason.rule.replace(/^[a-z]+:/, ""));
  return {
    ...reason,
    perHundred: perHundred(reason.calls, calls),
    words: found?.text ?? null,
    instead: found?.instead ?? null,
  };
}

/** In tenths, because a tenth of a question in a hundred calls is one in a thousand. */
function perHundred(count: number, calls: number): number {
  return calls === 0 ? 0 : Math.round((count / calls) * 1_000) / 10;
}

type Report = {
  readonly project: string | null;
  readonly calls: number;
  readonly sessions: number;
  readonly observed: number;
  readonly refused: { readonly calls: number; readonly perHundred: number };
  readonly asked: { readonly calls: number; readonly perHundred: number };
  readonly reasons: readonly WordedReason[];
  readonly unread: number;
  readonly next: string;
};

type Words = { readonly ours: (words: string) => string; readonly since: string };

function pageOf(report: Report, { ours, since }: Words): string {
  const { calls, sessions, observed, refused, asked, reasons, unread, next } = report;
  const where = report.project === null ? "" : ` in ${printable(report.project)}`;
  const when = /^\d+[mhdw]$/.test(since) ? `in the last ${since}` : `since ${printable(since)}`;
  const unreadLine = unread === 0 ? [] : [`${count(unread, "entry", "entries")} could not be read`];
  if (calls === 0)
    return [`no calls on record${where} ${when}`, ...unreadLine, `next: ${next}`].join("\n");
  const would = observed === calls ? "would be " : "";
  const some =
    observed > 0 && observed < calls
      ? [
          `  ${count(observed, "of them was", "of them were")} only observed: nothing was refused or asked there`,
        ]
      : [];
  return [
    `${count(calls, "call", "calls")} in ${count(sessions, "session", "sessions")}${where}, ${when}`,
    ...(observed === calls ? ["  all of them only observed: nothing was refused or asked"] : some),
    `  ${would}refused    ${String(refused.calls).padStart(6)}   ${refused.perHundred} per hundred calls`,
    `  ${would}asked about${String(asked.calls).padStart(6)}   ${asked.perHundred} per hundred calls`,
    ...reasons
      .slice(0, REASONS_SHOWN)
      .flatMap((reason) => ["", ...reasonLines(reason, would, ours)]),
    ...(reasons.length > REASONS_SHOWN
      ? [
          "",
          `${count(reasons.length - REASONS_SHOWN, "more reason", "more reasons")}: \`--json\` has them all`,
        ]
      : []),
    ...(reasons.length === 0 ? ["", "the policy held back none of them"] : adviceLines(ours)),
    ...unreadLine,
    `next: ${next}`,
  ].join("\n");
}

function reasonLines(
  { verdict, rule, calls, perHundred: rate, sessions, words, instead, commands }: WordedReason,
  would: string,
  ours: Words["ours"],
): readonly string[] {
  const done = verdict === "deny" ? "refused" : "asked about";
  const shown = commands.slice(0, COMMANDS_SHOWN);
  const rest = commands.length - shown.length;
  return [
    `${would}${done} ${count(calls, "call", "calls")} (${rate} per hundred, ${count(sessions, "session", "sessions")}), because ${printable(words ?? `of ${rule}`)}`,
    ...shown.map(
      ({ text, calls: times }) => `    ${String(times).padStart(4)} x  ${cut(printable(text))}`,
    ),
    ...(rest > 0 ? [`            and ${count(rest, "other form", "other forms")}`] : []),
    ...(instead === null ? [] : [`    instead:  ${printable(instead)}`]),
    `    rule:     ${printable(rule)}; see each: ${ours(`log search 'canary:false verdict:${verdict} rule:"${rule.replaceAll(/[^\w:./-]/g, "?")}"'`)}`,
  ];
}

/** What can be done about a reason that stands in the way of the work. */
function adviceLines(ours: Words["ours"]): readonly string[] {
  return [
    "",
    "a rule that is in the way: leave it out of a policy of your own (`extends: [team]`, `without: [RULE]`), and",
    `put that in force with \`${ours("init --profile my.yaml")}\`; \`${ours("explain 'COMMAND'")}\` says what one command would meet`,
  ];
}

/** The one thing to do now. */
function nextStep(
  entries: readonly ProjectEntry[],
  { isEmpty, ours }: { readonly isEmpty: boolean; readonly ours: Words["ours"] },
): string {
  const [first] = entries;
  if (first === undefined)
    return `\`${ours("init --observe")}\` in a project begins to record what would be refused`;
  if (isEmpty)
    return `type \`claude\` in a guarded project and work as always; if its calls stay missing, \`${ours("status --all")}\` says why`;
  const observed = entries.find(({ mode }) => mode === "observe");
  if (observed === undefined) return `\`${ours("log tail")}\` shows the last calls one by one`;
  const which = observed.scope === "user" ? "--scope user" : shellWord(observed.root);
  return `\`${ours(`init ${which} --enforce`)}\` refuses and asks from now on`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function cut(text: string): string {
  return text.length > COMMAND_CHARS_MAX ? `${text.slice(0, COMMAND_CHARS_MAX)} ...` : text;
}
