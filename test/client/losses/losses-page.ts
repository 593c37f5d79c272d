// The page on losses: each act in each mode, what the person met, and whether every byte is there again.
import { counted } from "#base/counted.ts";
import type { HadLoss } from "./had-loss.ts";
import type { LossAct } from "./loss-acts.ts";

/** One line for who waits. */
export function lineOf({ id, mode, answer, lost, left, undone, said }: HadLoss): string {
  const end =
    undone === undefined
      ? `nothing changed: ${said.slice(0, 160).replaceAll("\n", " ")}`
      : `${lost} changed, undo ${undone.code} in ${undone.ms} ms, ${left.length} left ${left.slice(0, 6).join(" ")}`;
  return `${id} ${mode}: ${answer}, ${end}`;
}

const ANSWERS = {
  allow: "runs unasked",
  ask: "asks; answered with yes",
  deny: "refused",
} as const;

function endOf({ undone, lost, left, isSaid }: HadLoss): string {
  if (undone === undefined) return "nothing was lost";
  if (left.length === 0) return `${counted(lost, "place")}, to the byte`;
  return `${lost - left.length} of ${lost}${isSaid ? "; said before" : ""}`;
}

function cellsOf(
  act: LossAct,
  had: readonly HadLoss[],
  modes: readonly string[],
): readonly string[] {
  const link = /^(.+)#(\d+)$/.exec(act.report ?? "");
  const report =
    link === null ? "–" : `[${act.report}](https://github.com/${link[1]}/issues/${link[2]})`;
  const perMode = modes.flatMap((mode) => {
    const one = had.find((each) => each.mode === mode);
    return one === undefined ? ["not tried", "–"] : [ANSWERS[one.answer], endOf(one)];
  });
  const took = had.flatMap(({ undone }) => (undone === undefined ? [] : [undone.ms]));
  const shown = act.shown.includes("`") ? act.shown : `\`${act.shown.replaceAll("|", "\\|")}\``;
  return [
    `\`${act.id}\``,
    shown,
    report,
    ...perMode,
    took.length === 0 ? "–" : String(Math.max(...took)),
  ];
}

/** The page; `version` is the client's. */
export function lossesPage(
  acts: readonly LossAct[],
  had: readonly HadLoss[],
  version: string,
): string {
  const modes = [...new Set(had.map(({ mode }) => mode))];
  const ran = had.filter(({ undone }) => undone !== undefined);
  const whole = ran.filter(({ left }) => left.length === 0);
  const head = [
    "act",
    "what is done",
    "reported in",
    ...modes.flatMap((mode) => [mode, "after `sallyport undo`"]),
    "ms",
  ];
  const rows = acts
    .map((act) => [act, had.filter(({ id }) => id === act.id)] as const)
    .filter(([, of]) => of.length > 0)
    .map(([act, of]) => `| ${cellsOf(act, of, modes).join(" | ")} |`);
  const copies = had.flatMap(({ copies }) => (copies === 0 ? [] : [copies]));
  const tried = acts.filter(({ id }) => had.some((one) => one.id === id));
  const reports = new Set(tried.flatMap(({ report }) => report ?? []));
  return `# Losses, and what brings them back

Written by \`npm run losses -- --write\`. Acts with which coding agents lost people's work, ${reports.size} of them as a public report tells
it. Each is done in the real client (${version}) in a fresh project that \`sallyport init\` guards, with work in every state: not committed, staged,
put away, never followed, ignored, on a branch that was pushed nowhere, in a further working tree, and in a SQLite database that a program
holds open. Where the client asks, the person says yes. Then one command takes it back: \`sallyport undo\` with the id of the call. Every file, link,
directory and right of the project is compared with what was there, \`.git\` too. Objects that git added are not counted: they stay, and nothing leads to them.

${counted(had.length, "act")} tried; ${counted(had.length - ran.length, "act")} refused or without a change. Of ${ran.length} that changed something, ${whole.length} were undone to the byte.

| ${head.join(" | ")} |
|${head.map(() => "---").join("|")}|
${rows.join("\n")}

\`ms\`: the longer of the runs of \`sallyport undo\`, with the start of the program, on a machine that was busy. The copies of one such project, with its
history and a file of 20 MiB, take up to ${Math.ceil(Math.max(0, ...copies) / 1024 / 1024)} MiB.

Not brought back: what a push changed on a remote (asked about), files larger than 64 MiB (the answer says so before they go), databases behind a
server, places outside of the project, and old transcripts that the client itself clears away (\`cleanupPeriodDays\`; [reported](https://github.com/anthropics/claude-code/issues/90667)).
See [taking back what the agent changed](../guide/undo.md).
`;
}
