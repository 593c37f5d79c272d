// Questions of days of work as figures, and as the page `docs/reference/questions.md`.
import type { CallEnd } from "./day-stand.ts";
import type { Day } from "./story-text.ts";

/** A day that was had. */
export type HadDay = { readonly day: Day; readonly ends: readonly CallEnd[] };

/** Questions per hundred calls over days, with what is wanted of them. */
export type QuestionRates = { readonly median: number; readonly p90: number };

/** How days are had: with calls held or not, by a person who says yes each time or who makes a yes last. */
export const WAYS = ["held", "held-lasting", "unheld", "unheld-lasting"] as const;
export type Way = (typeof WAYS)[number];

const HELD: QuestionRates = { median: 2, p90: 8 };
const UNHELD: QuestionRates = { median: 8, p90: 20 };

/** What the project wants of each. */
export const GOALS: Readonly<Record<Way, QuestionRates>> = {
  held: HELD,
  "held-lasting": HELD,
  unheld: UNHELD,
  "unheld-lasting": UNHELD,
};

/** The reason of a call about which we have no opinion and the client alone would ask. */
export const CLIENTS_OWN = "the client's own question";

/** Median and ninth decile of questions per hundred calls over days; `counts` says which questions count. */
export function questionRates(
  days: readonly HadDay[],
  counts: (end: CallEnd) => boolean = () => true,
): QuestionRates {
  const rateOf = ({ ends }: HadDay): number =>
    (100 * ends.filter((one) => one.end === "asked" && counts(one)).length) / ends.length;
  const rates = days.map(rateOf).sort((first, second) => first - second);
  const at = (share: number) => rates[Math.min(rates.length - 1, Math.floor(rates.length * share))];
  return { median: at(0.5) ?? Number.NaN, p90: at(0.9) ?? Number.NaN };
}

/** Calls of a kind of end by rule, most frequent first, each with its different commands. */
export function byReason(
  days: readonly HadDay[],
  end: CallEnd["end"],
): readonly { readonly rule: string; readonly count: number; readonly calls: readonly string[] }[] {
  const found = new Map<string, string[]>();
  for (const { ends } of days)
    for (const one of ends)
      if (one.end === end)
        found.set(one.rule ?? "none", [...(found.get(one.rule ?? "none") ?? []), wordsOf(one)]);
  return [...found]
    .map(([rule, calls]) => ({ rule, count: calls.length, calls: byCount(calls) }))
    .sort((first, second) => second.count - first.count);
}

function byCount(calls: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return [...counts].sort(([, first], [, second]) => second - first).map(([call]) => call);
}

function wordsOf({ step }: CallEnd): string {
  switch (step.tool) {
    case "Bash":
      return (step.command.split("\n")[0] ?? "").slice(0, 70);
    case "Read":
    case "Edit":
    case "Write":
      return `${step.tool} ${step.path}`;
    case "Grep":
    case "Glob":
      return `${step.tool} ${step.pattern}`;
    case "WebFetch":
      return `WebFetch ${step.url}`;
    default:
      return step.tool;
  }
}

const EXAMPLES_MAX = 4;

/** The page. `day` as `2026-11-21`. */
export function questionsPage(had: Readonly<Record<Way, readonly HadDay[]>>, day: string): string {
  const calls = had.unheld.reduce((sum, { ends }) => sum + ends.length, 0);
  return [
    "# Questions in days of work",
    "",
    `Measured on ${day} with \`npm run days -- --write\`: ${had.unheld.length} sessions with ${calls} calls, written as people work`,
    "(`test/client/days`): bugs, features, releases, servers, documentation, dependencies and a day of its own in six kinds of",
    "project, repeats included. Every call is answered by the daemon's own code under the `team` pack, in a home and a project of",
    "their own; a person says yes to each question, or types the line that stands under it (`sallyport allow LAST --for 30d`) when a",
    "rule asks on a second day in the same project. A question is one of ours, or the client's own where we have no opinion, in the",
    "mode `acceptEdits`. Commands that change files or git's state locally are done, the others are only judged. Which programs are",
    "installed changes figures a little.",
    "",
    "| questions per hundred calls | median | goal | p90 | goal | ours alone: median | p90 | refused calls |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...WAYS.map((how) => rateRow(how, had[how])),
    "",
    "## By kind of project",
    "",
    `| kind | calls | ${WAYS.map((how) => `${NAMES[how]}: median | p90`).join(" | ")} |`,
    `|---|---:|${"---:|---:|".repeat(WAYS.length)}`,
    ...kindsOf(had.unheld).map((kind) => kindRow(kind, had)),
    ...WAYS.flatMap((how) => reasonLines(how, had[how])),
    "",
  ].join("\n");
}

const NAMES: Readonly<Record<Way, string>> = {
  held: "each call held",
  "held-lasting": "held, with lasting answers",
  unheld: "no call held",
  "unheld-lasting": "not held, with lasting answers",
};

function rateRow(how: Way, days: readonly HadDay[]): string {
  const { median, p90 } = questionRates(days);
  const ours = questionRates(days, ({ rule }) => rule !== CLIENTS_OWN);
  const goal = GOALS[how];
  const refused = days.flatMap(({ ends }) => ends).filter(({ end }) => end === "refused").length;
  return `| ${NAMES[how]} | ${median.toFixed(1)} | <= ${goal.median} | ${p90.toFixed(1)} | <= ${goal.p90} | ${ours.median.toFixed(1)} | ${ours.p90.toFixed(1)} | ${refused} |`;
}

function kindsOf(days: readonly HadDay[]): readonly string[] {
  return [...new Set(days.map(({ day }) => day.kind))];
}

function kindRow(kind: string, had: Readonly<Record<Way, readonly HadDay[]>>): string {
  const of = (days: readonly HadDay[]) => days.filter(({ day }) => day.kind === kind);
  const calls = of(had.unheld).reduce((sum, { ends }) => sum + ends.length, 0);
  const rates = WAYS.map((how) => questionRates(of(had[how]))).map(
    ({ median, p90 }) => `${median.toFixed(1)} | ${p90.toFixed(1)}`,
  );
  return `| ${kind} | ${calls} | ${rates.join(" | ")} |`;
}

function reasonLines(how: Way, days: readonly HadDay[]): readonly string[] {
  const lines = (end: "asked" | "refused", title: string): readonly string[] => {
    const reasons = byReason(days, end);
    const all = reasons.reduce((sum, { count }) => sum + count, 0);
    if (all === 0) return [];
    return [
      "",
      `## ${title}, ${NAMES[how]}`,
      "",
      "| reason | calls | share | such as |",
      "|---|---:|---:|---|",
      ...reasons.map(({ rule, count, calls }) => {
        const shown = calls.slice(0, EXAMPLES_MAX).map((call) => code(call));
        return `| \`${rule}\` | ${count} | ${((100 * count) / all).toFixed(0)} % | ${shown.join(", ")} |`;
      }),
    ];
  };
  return [...lines("asked", "Questions by reason"), ...lines("refused", "Refused")];
}

/** A call within a table. */
function code(text: string): string {
  const plain = text.replaceAll("|", "\\|");
  return plain.includes("`") ? `\`\` ${plain} \`\`` : `\`${plain}\``;
}

/** The page of ordinary calls. `day` as above; `classes` are the sections of the table. */
export function ordinaryPage(had: readonly HadDay[], day: string): string {
  const ends = had.flatMap((one) => one.ends);
  const share = (end: CallEnd["end"], of: readonly CallEnd[] = ends): string => {
    const count = of.filter((one) => one.end === end).length;
    return `${count} | ${((100 * count) / of.length).toFixed(1)} %`;
  };
  return [
    "# Ordinary calls, one by one",
    "",
    `Measured on ${day} with \`npm run days -- --ordinary --write\`: ${ends.length} calls that working days are made of`,
    "(`test/client/days/ordinary.txt`), judged as in [questions in days of work](questions.md) in projects with git, a remote and",
    "lock files, each call held and each question answered yes. The table has each form once, so that a share here says how many forms",
    "are asked about, and not how often.",
    "",
    "| calls | asked | share | refused | share |",
    "|---|---:|---:|---:|---:|",
    `| all ${ends.length} | ${share("asked")} | ${share("refused")} |`,
    ...had.map(
      (one) =>
        `| ${one.day.kind}, ${one.day.story}: ${one.ends.length} | ${share("asked", one.ends)} | ${share("refused", one.ends)} |`,
    ),
    ...reasonLines("held", had),
    "",
  ].join("\n");
}
