// Findings of one scan put together by value: what a person makes anew once stands in the report once, with its places.
import type { Gravity, ScanFinding } from "./scan-finding.ts";

/** One value, or one fault of files as such, and everywhere it was found. `worst` is what it is told as. */
export type ValueGroup = { readonly worst: ScanFinding; readonly places: readonly ScanFinding[] };
/** What stands in a report as one entry: one value, or so many of a kind in one file. */
export type ReportEntry = ValueGroup & { readonly values: number };

/** Values of one kind in one file from which on they are one entry: an access log, an export. */
const FOLDED_FROM = 20;

const GRAVITIES: readonly Gravity[] = ["critical", "high", "medium", "low"];

/**
 * The findings by value, the worst first and of equals the one that was found first. Findings without a value are together where
 * they say the same. The same value in two commits is one.
 */
export function valueGroups(findings: readonly ScanFinding[]): readonly ValueGroup[] {
  const groups = new Map<string, ScanFinding[]>();
  for (const finding of findings) {
    const { digest, rule, title, gravity } = finding;
    const key = digest === undefined ? JSON.stringify([rule, title, gravity]) : `=${digest}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()]
    .map((places) => ({ places, worst: worstOf(places) }))
    .toSorted((one, other) => rankOf(one.worst) - rankOf(other.worst));
}

/** The same with the values of one kind that stand in one file alone put together where they are many, at the place of the first. */
export function reportEntries(groups: readonly ValueGroup[]): readonly ReportEntry[] {
  const ofFile = new Map<string, ValueGroup[]>();
  const keys = groups.map((group) => {
    const { rule, title, gravity, file } = group.worst;
    const isOneFile = group.places.every((place) => place.file === file);
    const key = isOneFile ? JSON.stringify([rule, title, gravity, file]) : undefined;
    const known = key === undefined ? [] : (ofFile.get(key) ?? []);
    known.push(group);
    if (key !== undefined) ofFile.set(key, known);
    return key;
  });
  const told = new Set<string>();
  return groups.flatMap((group, at): readonly ReportEntry[] => {
    const key = keys[at];
    const all = key === undefined ? [] : (ofFile.get(key) ?? []);
    if (key === undefined || all.length < FOLDED_FROM) return [{ ...group, values: 1 }];
    if (told.has(key)) return [];
    told.add(key);
    return [{ ...group, places: all.flatMap(({ places }) => places), values: all.length }];
  });
}

function worstOf(places: readonly ScanFinding[]): ScanFinding {
  const [first, ...others] = places;
  if (first === undefined) throw new TypeError("a group has at least one finding");
  return others.reduce((worst, one) => (rankOf(one) < rankOf(worst) ? one : worst), first);
}

function rankOf({ gravity }: ScanFinding): number {
  return GRAVITIES.indexOf(gravity);
}
