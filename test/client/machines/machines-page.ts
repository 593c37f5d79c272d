// Machines judged by what status said and what calls gave, in lines for a terminal, and as the page of results.
import { firstDifference } from "../plain/sameness.ts";
import { dayOf } from "../plain/day-text.ts";
import { readFileSync } from "node:fs";
import type { MachineRow } from "./machine-rows.ts";
import type { HadOn } from "./one-machine.ts";

/**
 * What became of a machine. `works`: in force, and each call gave what it gives without us. `closed`: status or init said why it does
 * not, and no call ran. `open`: one of them said that nothing is guarded there, and each call ran as without us. `wrong`: anything
 * else, with what.
 */
export type JudgedRow = {
  readonly id: string;
  readonly title: string;
  readonly became: "works" | "closed" | "open" | "wrong";
  readonly same: number;
  readonly calls: number;
  readonly asked: number;
  /** What status said first that is not ok; what is wrong. */
  readonly said: string;
  readonly wrong: readonly string[];
};

type Failed = { readonly failed: string };

const LINES = dayOf("machine", readFileSync(new URL("day.txt", import.meta.url), "utf8")).calls.map(
  ({ line }) => line,
);

export function judgedRow(
  { id, title, says, isOpen }: MachineRow,
  plain: HadOn | Failed,
  ours: HadOn | Failed,
): JudgedRow {
  const blank = { id, title, same: 0, calls: 0, asked: 0, said: "" };
  if ("failed" in plain)
    return { ...blank, became: "wrong", wrong: [`without us: ${plain.failed}`] };
  if ("failed" in ours) return { ...blank, became: "wrong", wrong: [`guarded: ${ours.failed}`] };
  const { init, status, uninstall, left = [] } = ours;
  const differing = ours.calls.flatMap((call, at) => {
    const [before] = plain.calls.slice(at);
    const difference = before === undefined ? undefined : firstDifference(before, call);
    return difference === undefined ? [] : [`${LINES[at]}: ${difference}`];
  });
  const isInForce = init?.status === 0 && status?.status === 0;
  const told = `${init?.text ?? ""}\n${status?.text ?? ""}`;
  const [isTold, isToldOpen] = [says, isOpen].map((one) => one?.test(told) === true);
  const ran = ours.calls.flatMap(({ isError }, at) =>
    !isError && LINES[at]?.startsWith("$") === true ? [`ran all the same: ${LINES[at]}`] : [],
  );
  const wrong = [
    ...(isInForce || isToldOpen === true
      ? differing
      : isTold === true
        ? differing.length === 0
          ? []
          : ran
        : [`not in force, and nobody says why: ${firstOf(told)}`]),
    // Where nothing was put in, nothing is taken out.
    ...(uninstall?.status === 0 || isToldOpen === true
      ? []
      : [`uninstall: ${uninstall?.text.slice(-300) ?? ""}`]),
    ...left.map((path) => `left behind: ${path}`),
  ];
  return {
    id,
    title,
    calls: ours.calls.length,
    same: ours.calls.length - differing.length,
    asked: ours.calls.filter(({ isAsked }, at) => isAsked && plain.calls[at]?.isAsked !== true)
      .length,
    became:
      wrong.length > 0
        ? "wrong"
        : isInForce || (isTold === true && differing.length === 0)
          ? "works"
          : isToldOpen === true
            ? "open"
            : "closed",
    said: isInForce ? "" : firstOf(told),
    wrong,
  };
}

/** The first line that says that something is not as it should be. */
function firstOf(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return (
    lines.find((line) => /^(?:NOT|cannot tell|sallyport:)|^ {2}(?:NOT|\?) /.test(line)) ??
    lines.at(-1) ??
    ""
  )
    .trim()
    .slice(0, 300);
}

/** A machine in lines for a terminal. */
export function lineOf({ id, became, same, calls, asked, said, wrong }: JudgedRow): string {
  const head = `${id}: ${became}, ${same} of ${calls} calls the same, ${asked} asked by us alone`;
  return [
    head,
    ...(said === "" ? [] : [`    said: ${said}`]),
    ...wrong.slice(0, 6).map((one) => `    ${one.slice(0, 400)}`),
  ].join("\n");
}

export function machinesPage(
  rows: readonly JudgedRow[],
  {
    version,
    on,
    missing,
  }: { readonly version: string; readonly on: string; readonly missing: readonly MachineRow[] },
): string {
  const count = (what: JudgedRow["became"]): number =>
    rows.filter(({ became }) => became === what).length;
  // WHY without the stand: each run has another one.
  const cell = (text: string): string =>
    text.replaceAll("|", "\\|").replaceAll(/\/srv\/sallyport-machines-\w+\/machine/g, "$ROOT");
  return `# Machines

A short day of ${LINES.length} calls on ${rows.length} machines as people have them, with client ${version}, as an ordinary user, each time in the same place without us and
guarded, every question answered yes. This page is generated (${on}): \`npm run machines -- --as USER --write\` (root, which makes the machines).

- *works*: \`init\` and \`status\` said that it is in force, each call gave what it gives without us, and \`uninstall\` left nothing in the project.
- *closed*: \`init\` or \`status\` said why it cannot hold there, and no command ran.
- *open*: \`init\` or \`status\` said that nothing is guarded there and why, and each call gave what it gives without us.
- *wrong*: neither.

${count("works")} work, ${count("closed")} are closed and say why, ${count("open")} are open and say so, ${count("wrong")} are wrong.${missing.length === 0 ? "" : `\n\nNot had in this run: ${missing.map(({ title }) => title).join("; ")}.`}

| machine | became | calls the same | asked by us alone | said |
|---|---|---:|---:|---|
${rows.map(({ title, became, same, calls, asked, said, wrong }) => `| ${cell(title)} | ${became} | ${same} of ${calls} | ${asked} | ${cell(wrong[0] ?? said).replaceAll("\n", " ")} |`).join("\n")}
`;
}
