// A scan's report as a person reads it: one entry a value, its places below it, and at the end what to do, said once.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import type { ScanReport, ScanFinding, Unseen } from "#assure/scan/scan-finding.ts";
import { GENERATED_AS } from "#assure/scan/generated-file.ts";
import {
  type ReportEntry,
  reportEntries,
  type ValueGroup,
  valueGroups,
} from "#assure/scan/value-groups.ts";
import { paint, type Terminal } from "../../foundation/terminal/terminal.ts";

/** Values, and places of one, that are shown as words; the rest are counted. JSON has all of them. */
const VALUES_SHOWN_MAX = 40;
const PLACES_OF_VALUE_MAX = 3;
const PLACES_SHOWN_MAX = 40;
const COLOURS = { critical: "red", high: "red", medium: "cyan", low: "dim" } as const;

/** The lines of a report; colours only where the terminal has them. */
export function reportLines(report: ScanReport, terminal: Terminal): readonly string[] {
  const { findings, accepted, belongs, notLookedAt, leftOut } = report;
  const groups = valueGroups(findings);
  const entries = reportEntries(groups);
  const lines = entries.slice(0, VALUES_SHOWN_MAX).flatMap((entry) => entryLines(entry, terminal));
  if (entries.length > VALUES_SHOWN_MAX) {
    const hidden = entries.slice(VALUES_SHOWN_MAX);
    const places = hidden.reduce((sum, entry) => sum + entry.places.length, 0);
    const values = hidden.reduce((sum, entry) => sum + entry.values, 0);
    lines.push(
      `${counted(values, "more value")} in ${counted(places, "place")}; \`--json\` lists them`,
    );
  }
  lines.push(...adviceLines(groups));
  for (const { file, count } of belongs.slice(0, PLACES_SHOWN_MAX)) {
    const [many, end] =
      count === 1
        ? ["1 secret", "it is where it belongs"]
        : [`${count} secrets`, "they are where they belong"];
    lines.push(`${many} in ${printable(file)}: git ignores the file, so ${end}`);
  }
  lines.push(...unseenLines(notLookedAt, "not looked at"));
  if (report.unlisted.places > 0) {
    lines.push(`not looked at: ${report.unlisted.places} more places`);
  }
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, 3).map(({ what }) => printable(what));
    const more = leftOut.length > 3 ? ` and ${leftOut.length - 3} more` : "";
    lines.push(`left out: ${names.join(", ")}${more} (${printable(leftOut[0]?.why ?? "")})`);
  }
  lines.push(...generatedLines(report));
  if (accepted.length > 0) {
    const soonest = accepted.map(({ acceptance }) => acceptance.until).toSorted()[0];
    lines.push(`${accepted.length} accepted by annotation or baseline, the first until ${soonest}`);
  }
  return [...lines, summary(report, groups.length)];
}

function entryLines({ worst, places, values }: ReportEntry, terminal: Terminal): string[] {
  const { gravity, rule, title, length, digest } = worst;
  const facts = [
    ...(length === 0 || values > 1 ? [] : [`${length} characters`]),
    ...(digest === undefined || values > 1 ? [] : [`digest ${digest}`]),
    ...(values === 1 ? [] : [`${values} values`]),
    ...(places.length === 1 ? [] : [`${places.length} places`]),
  ];
  const more = places.length - PLACES_OF_VALUE_MAX;
  return [
    `${paint(terminal, COLOURS[gravity], gravity)}  ${printable(title)} [${rule}]${facts.length === 0 ? "" : `, ${facts.join(", ")}`}`,
    ...places.slice(0, PLACES_OF_VALUE_MAX).map((place) => `  ${placeOf(place)}`),
    ...(more > 0 ? [`  and ${counted(more, "more place")}`] : []),
  ];
}

function placeOf({ file, line, column, length, commit, note }: ScanFinding): string {
  const at = length === 0 ? printable(file) : `${printable(file)}:${line}:${column}`;
  const from = commit === undefined ? "" : `, commit ${commit.slice(0, 12)}`;
  return `${at}${from}${note === undefined ? "" : `, ${printable(note)}`}`;
}

/** Where the values belong, each place once, the one of most values first. */
function adviceLines(groups: readonly ValueGroup[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { worst } of groups) counts.set(worst.goesTo, (counts.get(worst.goesTo) ?? 0) + 1);
  if (counts.size === 0) return [];
  const ordered = [...counts].toSorted(([, one], [, other]) => other - one);
  const isOne = groups.length === 1;
  return [
    "",
    isOne ? "where it belongs:" : "where they belong:",
    ...ordered.map(([goesTo, count]) => {
      const which = ordered.length === 1 ? "" : `${count} of ${groups.length}: `;
      return `  ${which}${printable(goesTo)}`;
    }),
    "",
  ];
}

/** One line for all files that no person wrote; JSON names them. */
function generatedLines({ generated }: ScanReport): readonly string[] {
  if (generated.length === 0) return [];
  const kinds = GENERATED_AS.flatMap((as) => {
    const count = generated.filter((one) => one.as === as).length;
    return count === 0 ? [] : [`${count} ${as}`];
  });
  return [
    `${counted(generated.length, "generated file")} (${kinds.join(", ")}): of secrets, only keys of a known form looked for`,
  ];
}

function unseenLines(places: readonly Unseen[], word: string): readonly string[] {
  const lines = places
    .slice(0, PLACES_SHOWN_MAX)
    .map(({ what, why }) => `${word}: ${printable(what)} because ${printable(why)}`);
  const more = places.length - PLACES_SHOWN_MAX;
  return more > 0 ? [...lines, `${word}: ${more} more; \`--json\` lists them`] : lines;
}

function summary(
  { findings, looked, notLookedAt, unlisted, scope }: ScanReport,
  values: number,
): string {
  const seen = [
    ...(looked.files > 0 ? [counted(looked.files, "file")] : []),
    ...(looked.blobs > 0 ? [counted(looked.blobs, "version") + " of files"] : []),
    ...(looked.commits > 0 ? [counted(looked.commits, "commit message")] : []),
  ];
  const amount = seen.length === 0 ? "nothing" : seen.join(", ");
  const count = findings.length + unlisted.findings;
  const same = values === findings.length ? "" : ` of ${counted(values, "value")}`;
  const unseen = notLookedAt.length + unlisted.places;
  const gap = unseen === 0 ? "" : `; ${counted(unseen, "place")} not looked at: that is not clean`;
  return `${counted(count, "finding")}${same} in ${amount} (${(looked.bytes / 1e6).toFixed(1)} MB) of ${printable(scope)}${gap}`;
}
