// The boundary report for a person: a table of rules against boundaries in Markdown, which a terminal shows as well.
import { printable } from "#base/printable.ts";
import { BOUNDARIES, type RuleBoundaries } from "./boundaries.ts";

const MARKS = { whole: "**yes**", part: "in part", none: "–" } as const;

/** The table, and below it in words what stands in its cells and what is open. */
export function boundaryTable(rows: readonly RuleBoundaries[]): string {
  const head = ["rule", "verdict", ...BOUNDARIES];
  return [
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...rows.map(({ rule, verdict, holds, isHeld }) => {
      const marks = BOUNDARIES.map((boundary) => MARKS[holds[boundary].extent]);
      const name = isHeld ? `\`${printable(rule)}\`` : `\`${printable(rule)}\` **held by nothing**`;
      return `| ${[name, verdict, ...marks].join(" | ")} |`;
    }),
    "",
    ...rows.filter(({ verdict }) => verdict !== "allow").flatMap(wordsOf),
  ].join("\n");
}

function wordsOf({ rule, verdict, words, holds, open, isHeld }: RuleBoundaries): readonly string[] {
  const lines = BOUNDARIES.flatMap((boundary) => {
    const { extent, how } = holds[boundary];
    return extent === "none"
      ? []
      : [`- ${boundary}, ${extent === "whole" ? "all of it" : "in part"}: ${printable(how)}.`];
  });
  const { rules } = holds;
  return [
    `**\`${printable(rule)}\`** ${verdict}: ${printable(words)}`,
    "",
    ...lines,
    ...(rules.extent === "none" && rules.how !== ""
      ? [`- no rule of the client: ${printable(rules.how)}.`]
      : []),
    ...open.map((gap) => `- open: ${printable(gap)}.`),
    ...(isHeld ? [] : ["- **Nothing that is written here holds it.**"]),
    "",
  ];
}
