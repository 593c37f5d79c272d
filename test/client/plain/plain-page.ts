// Days compared call by call, in numbers, in lines for a terminal, and as the page of results.
import type { PlainDay } from "./day-text.ts";
import type { HadCall } from "./had-day.ts";
import { firstDifference } from "./sameness.ts";

/** A call of a day that gave something else with us, was asked about by us alone, or was refused. */
export type ComparedCall = {
  readonly line: string;
  /** What differs first; undefined where it is the same. */
  readonly differs: string | undefined;
  readonly isAskedByUs: boolean;
  readonly isAskedPlain: boolean;
  readonly isRefused: boolean;
  readonly rules: readonly string[];
};

/** A day, compared. */
export type ComparedDay = {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly calls: readonly ComparedCall[];
};

/** Compares the two ways in which a day was had. */
export function comparedDay(
  { id, title, kind, calls }: PlainDay,
  plain: readonly HadCall[],
  ours: readonly HadCall[],
): ComparedDay {
  return {
    id,
    title,
    kind,
    calls: calls.flatMap(({ line }, at) => {
      const [one, other] = [plain[at], ours[at]];
      if (one === undefined || other === undefined) return [];
      return [
        {
          line,
          differs: firstDifference(one, other),
          rules: other.rules,
          isAskedByUs: other.isAsked && other.verdict === "ask",
          isAskedPlain: one.isAsked,
          isRefused: other.isRefused,
        },
      ];
    }),
  };
}

type Counts = {
  readonly calls: number;
  readonly same: number;
  readonly sameUnasked: number;
  readonly unasked: number;
  readonly asked: number;
  readonly refused: number;
  readonly askedPlain: number;
};

function countsOf(calls: readonly ComparedCall[]): Counts {
  const count = (is: (call: ComparedCall) => boolean): number => calls.filter(is).length;
  return {
    calls: calls.length,
    same: count(({ differs }) => differs === undefined),
    unasked: count(({ isAskedByUs }) => !isAskedByUs),
    sameUnasked: count(({ isAskedByUs, differs }) => !isAskedByUs && differs === undefined),
    asked: count(({ isAskedByUs }) => isAskedByUs),
    askedPlain: count(({ isAskedPlain }) => isAskedPlain),
    refused: count(({ isRefused }) => isRefused),
  };
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;

/** A day in lines: its counts, and the calls that are not as they are without us. */
export function linesOf({ id, calls }: ComparedDay, most: number): string {
  const { calls: all, same, sameUnasked, unasked, asked, refused, askedPlain } = countsOf(calls);
  const wrong = calls.filter((call) => call.differs !== undefined || call.isRefused);
  return [
    `${id}: ${same} of ${all} the same, ${sameUnasked} of ${unasked} unasked; asked ${asked} (the client alone ${askedPlain}), refused ${refused}`,
    ...wrong.slice(0, most).map(lineOf),
    ...(wrong.length > most ? [`    and ${wrong.length - most} more`] : []),
  ].join("\n");
}

/** WHY: a page says nothing of the machine on which the days were had. */
function inHome(text: string): string {
  return text.replace(/\/[\w./-]*\/day\/home(?:\/work)?\b/g, "~");
}

function lineOf({ line, differs, isAskedByUs, isRefused, rules }: ComparedCall): string {
  const how = isRefused ? "refused" : isAskedByUs ? "asked" : "unasked";
  return `    ${how}: ${line.slice(0, 100)}: ${inHome(differs ?? "the same").slice(0, 300)}${isRefused ? ` (${rules.join(" ")})` : ""}`;
}

/** All days in a line. */
export function totals(days: readonly ComparedDay[]): string {
  const { calls, same, sameUnasked, unasked, asked, refused, askedPlain } = countsOf(
    days.flatMap((day) => day.calls),
  );
  const rates = days
    .map((day) => (100 * countsOf(day.calls).asked) / day.calls.length)
    .toSorted((one, other) => one - other);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  return `${days.length} days, ${calls} calls: ${share(same, calls)} the same, ${share(sameUnasked, unasked)} of those unasked; asked ${share(asked, calls)} (median of days ${median.toFixed(1)}, the client alone ${share(askedPlain, calls)}), refused ${refused}`;
}

/** The page of results. */
export function plainPage(
  days: readonly ComparedDay[],
  { version, user, on }: { readonly version: string; readonly user: string; readonly on: string },
): string {
  const rows = days.map(({ id, title, kind, calls }) => {
    const { same, sameUnasked, unasked, asked, refused, askedPlain } = countsOf(calls);
    return `| \`${id}\` | ${title} | ${kind} | ${calls.length} | ${same} | ${sameUnasked} of ${unasked} | ${asked} | ${askedPlain} | ${refused} |`;
  });
  const reasons = new Map<string, number>();
  for (const { isAskedByUs, rules } of days.flatMap(({ calls }) => calls))
    if (isAskedByUs) reasons.set(rules[0] ?? "none", (reasons.get(rules[0] ?? "none") ?? 0) + 1);
  const differing = days.flatMap(({ id, calls }) =>
    calls
      .filter(({ differs, isRefused }) => differs !== undefined || isRefused)
      .map((call) => `- \`${id}\` ${lineOf(call).trim().replaceAll("`", "'")}`),
  );
  return `# The same as plain

Working days in the real client, each had twice as ${user}: without sallyport, and in the same project guarded by \`init\`. A person answers
every question with yes. Each call's output, as the model saw it, and whether it was an error are compared; hashes, times, process numbers,
colours, names of temporary files and npm's notices are taken out first, and lines count in any order, as a disk tells the entries of a directory.

This page is generated: \`npm run plain -- --as USER --write\`, with the client ${version}, on ${on}. The days are in \`test/client/plain/days\`.

**${totals(days)}**

| day | what it is | kind | calls | the same | the same, unasked | asked by us | asked by the client alone | refused |
|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}

## Questions by reason

| rule | questions |
|---|---|
${[...reasons]
  .toSorted((one, other) => other[1] - one[1])
  .map(([rule, count]) => `| \`${rule}\` | ${count} |`)
  .join("\n")}

## What differs

${differing.join("\n")}
`;
}
