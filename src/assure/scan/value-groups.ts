// Findings of one scan put together by value: what a person makes anew once stands in the report once, with its places.
import type { Gravity, ScanFinding } from "./scan-finding.ts";

/** One value, or one fault of files as such, and everywhere it was found. `worst` is what it is told as. */
export type ValueGroup = { readonly worst: ScanFinding; readonly places: readonly ScanFinding[] };

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

function worstOf(places: readonly ScanFinding[]): ScanFinding {
  const [first, ...others] = places;
  if (first === undefined) throw new TypeError("a group has at least one finding");
  return others.reduce((worst, one) => (rankOf(one) < rankOf(worst) ? one : worst), first);
}

function rankOf({ gravity }: ScanFinding): number {
  return GRAVITIES.indexOf(gravity);
}
