// `sallyport policy diff`: which effects two policies judge otherwise, each with a command that shows it, or that none is.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { ANCHORS, comparePolicies } from "#govern/policy/diff/compare.ts";
import { differencePage } from "#govern/policy/diff/difference-page.ts";
import {
  type DifferenceReport,
  reportDifference,
  type ToldDifference,
} from "#govern/policy/diff/difference-report.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";

/** No difference was found, and the search did not cover everything. */
const NOT_PROVEN = 3;

/** `sallyport policy diff A B`. */
export const diffCommand = defineCommand({
  meta: {
    name: "diff",
    description: `Says which effects two policies judge otherwise, whatever their texts look like: each with the rules that decide and a
command that shows it. Every combination of what their rules look at is tried, and every path by a search that ends. It looks at no
disk: the project is taken to lie in the home, and beside it. Exit codes: 0 the same, 1 different, 3 not proven.

  sallyport policy diff team policy.yaml              what changes with a policy of your own
  sallyport policy diff team policy.yaml --milder     only what it lets happen that was refused or asked about
  sallyport policy diff individual-minimum team --json   for programs
  sallyport policy diff team enterprise-high --markdown  a page to read and to keep`,
  },
  args: {
    before: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: true,
      description: "a file, or the name of a pack",
    },
    after: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: true,
      description: "a file, or the name of a pack",
    },
    milder: { type: "boolean", description: "only what the second allows more" },
    markdown: { type: "boolean", description: "a page of tables, grouped and counted" },
    ...jsonOption,
  },
  async run({ args }) {
    const policies = [namedPolicy(args.before).policy, namedPolicy(args.after).policy] as const;
    const whole = reportDifference(comparePolicies(...policies), policies);
    const report = args.milder === true ? onlyMilder(whole) : whole;
    const names = [policies[0].id, policies[1].id] as const;
    if (args.json === true) await print(printableJson({ ...report, projectRoots: ROOTS }));
    else if (args.markdown === true) await print(differencePage(report, names).trimEnd());
    else
      await print(
        `${differenceText(report)}\nwith the project at ${ROOTS.join(" and at ")}, the home at ${ANCHORS[0].home}`,
      );
    const codes = { same: exitCodes.done, different: exitCodes.found, "not-proven": NOT_PROVEN };
    process.exitCode = codes[report.answer];
  },
});

/** Where the project is taken to lie. */
const ROOTS = ANCHORS.map(({ projectRoot }) => projectRoot);

function onlyMilder(report: DifferenceReport): DifferenceReport {
  const differences = report.differences.filter(({ change }) => change === "milder");
  const unproven = report.unproven.filter(({ mayBeMilder }) => mayBeMilder);
  const answer = differences.length > 0 ? "different" : unproven.length > 0 ? "not-proven" : "same";
  return { ...report, answer, differences, unproven };
}

/** A report in words: the differences by kind, what is not proven, and a line that sums up. */
export function differenceText(report: DifferenceReport): string {
  const kinds = [...new Set(report.differences.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => [
    countOf(kind, report),
    ...report.differences.filter((one) => one.kind === kind).flatMap(linesOf),
    "",
  ]);
  const doubts = report.unproven.map(({ kind, what }) => `  ${kind}: ${printable(what)}`);
  return [
    ...groups.flat(),
    ...(doubts.length === 0 ? [] : ["not proven", ...doubts, ""]),
    summaryOf(report),
  ].join("\n");
}

function countOf(kind: string, { differences }: DifferenceReport): string {
  const found = differences.filter((one) => one.kind === kind);
  const milder = found.filter(({ change }) => change === "milder").length;
  return `${printable(kind)}: ${found.length - milder} stricter, ${milder} milder`;
}

function linesOf(one: ToldDifference): readonly string[] {
  const only = one.only.length === 0 ? "" : `, only ${one.only.join(", ")}`;
  const { witness, before, after } = one;
  const shows =
    witness === null || (witness.before === before && witness.after === after)
      ? ""
      : `: ${witness.before} -> ${witness.after}, for all that the command does`;
  return [
    `  ${printable(`${one.what}${only}`)}: ${before} -> ${after}`,
    `    ${printable(one.rules[0])} -> ${printable(one.rules[1])}`,
    ...(witness === null ? [] : [`    e.g. \`${printable(witness.command)}\`${shows}`]),
  ];
}

function summaryOf({ answer, stricter, milder }: DifferenceReport): string {
  switch (answer) {
    case "different":
      return `${stricter} stricter, ${milder} milder`;
    case "same":
      return "no effect changes verdict: proven for every effect and circumstance that rules tell apart";
    case "not-proven":
      return "no effect was found that changes verdict; that none does is not proven";
    default:
      return answer satisfies never;
  }
}
