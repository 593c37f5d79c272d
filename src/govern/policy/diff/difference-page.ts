// A report of differences as a page: counted, then by kind of effect, then by circumstance, each way in one line.
import { printable } from "#base/printable.ts";
import type { DifferenceReport, ToldDifference } from "./difference-report.ts";

/** The page in Markdown; `names` are those of the two policies. */
export function differencePage(report: DifferenceReport, names: readonly [string, string]): string {
  const [first, second] = names;
  const kinds = [...new Set(report.differences.map(({ kind }) => kind))];
  return [
    `# \`${first}\` and \`${second}\` compared`,
    "",
    `Written by \`sallyport policy diff ${first} ${second} --markdown\`. Both policies were asked about every kind of effect, in`,
    "every circumstance that their rules tell apart, at every path; a row is one way in which rules change a verdict, with a",
    "place or command that shows it. `x` stands for any name that no rule speaks of.",
    "",
    ...summary(report, names, kinds),
    ...kinds.flatMap((kind) =>
      sectionOf(
        kind,
        report.differences.filter((one) => one.kind === kind),
        names,
      ),
    ),
    ...doubts(report),
  ].join("\n");
}

function summary(
  { differences, stricter, milder }: DifferenceReport,
  [first, second]: readonly [string, string],
  kinds: readonly string[],
): readonly string[] {
  if (differences.length === 0) return ["No effect was found that changes verdict.", ""];
  const changes = [...new Set(differences.map(changeOf))].sort();
  const count = (kind: string, change: string): string => {
    const found = differences.filter((one) => one.kind === kind && changeOf(one) === change);
    return found.length === 0 ? "" : String(found.length);
  };
  return [
    `\`${second}\` is stricter than \`${first}\` in **${stricter}** ways and milder in **${milder}**:`,
    "",
    row(["effect", ...changes]),
    row(["---", ...changes.map(() => "---")]),
    ...kinds.map((kind) => row([kind, ...changes.map((change) => count(kind, change))])),
    "",
  ];
}

function changeOf({ before, after }: ToldDifference): string {
  return `${before} → ${after}`;
}

function sectionOf(
  kind: string,
  differences: readonly ToldDifference[],
  [first, second]: readonly [string, string],
): readonly string[] {
  const groups = grouped(differences, ({ only }) => only.join(", "));
  return [
    `## ${kind}`,
    "",
    ...[...groups].flatMap(([only, list]) => [
      ...(only === "" ? [] : [`Only ${only}:`, ""]),
      row(["what", "verdict", `rule of \`${first}\``, `rule of \`${second}\``, "try"]),
      row(["---", "---", "---", "---", "---"]),
      ...list.map((one) =>
        row([
          withoutKind(one),
          changeOf(one),
          shortRule(one.rules[0]),
          shortRule(one.rules[1]),
          tried(one),
        ]),
      ),
      "",
    ]),
  ];
}

/** What changes, without the kind that stands above it. */
function withoutKind({ kind, what }: ToldDifference): string {
  const rest = what.startsWith(kind) ? what.slice(kind.length).replace(/^ of /, "") : what;
  return rest.trim() === "" ? "any" : rest.trim();
}

/** A rule's id: which policy it is of stands above. */
function shortRule(rule: string): string {
  if (rule === "guard/no-rule") return "none";
  return rule.replace(/^[a-z]+:[^/]+\//, "");
}

function tried({ witness, before, after }: ToldDifference): string {
  if (witness === null) return "";
  const { command } = witness;
  const isAsTold = witness.before === before && witness.after === after;
  return `\`${command}\`${isAsTold ? "" : ` (as a whole ${witness.before} → ${witness.after})`}`;
}

function doubts({ unproven }: DifferenceReport): readonly string[] {
  if (unproven.length === 0) return ["## Proven", "", "Nothing else changes verdict.", ""];
  const groups = grouped(unproven, ({ what }) => what);
  return [
    "## Not proven",
    "",
    "Nothing else was found. Of this it is not proven that nothing else changes:",
    "",
    ...[...groups].map(([what, list]) => {
      const kinds = [...new Set(list.map(({ kind }) => kind))].join(", ");
      const isSafe = list.every(({ mayBeMilder }) => !mayBeMilder);
      return `- ${kinds}: ${what}${isSafe ? " (nothing of it can be milder)" : ""}`;
    }),
    "",
  ];
}

function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => printable(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}
