// Classes of findings, by which rules speak of hundreds of detectors at once: a family and how sure it is, or what was not looked at.
import { TOGETHER } from "./bulk.ts";
import { DETECTORS } from "./detectors/index.ts";
import { type Family, type Finding, isAtLeast, type Tier } from "./detection/finding.ts";

/** The detector's name in the finding of a text that a scan did not look through in full. */
export const UNSCANNED = "unscanned";

type Class = { readonly family: Family; readonly least: Tier; readonly title: string };

/** Names that a rule may use beside the ids of detectors. `secret-medium` means at least that sure. */
const CLASSES: Readonly<Record<string, Class>> = Object.fromEntries(
  (
    [
      ["secret", "a secret"],
      ["personal", "personal data"],
      ["health", "health data"],
    ] as const
  ).flatMap(([family, title]) => [
    [family, { family, least: "low", title: `${title}, however unsure` }],
    [`${family}-medium`, { family, least: "medium", title }],
    [`${family}-high`, { family, least: "high", title: `${title}, for certain` }],
  ]),
);

/** Whether a rule may name it: a detector, a class, what findings say together, or `unscanned`. */
export function isFindingName(name: string): boolean {
  return (
    name === UNSCANNED ||
    Object.hasOwn(TOGETHER, name) ||
    Object.hasOwn(CLASSES, name) ||
    DETECTORS.some(({ id }) => id === name)
  );
}

/** Whether a finding is what one of the names says. */
export function isNamed(finding: Finding, names: readonly string[]): boolean {
  return names.some((name) => {
    if (finding.detector === name) return true;
    const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
    if (known === undefined || finding.detector === UNSCANNED) return false;
    return known.family === finding.family && isAtLeast(finding.tier, known.least);
  });
}

/** The names of a class and of those that hold it: of `secret-high` also `secret-medium` and `secret`. */
export function widerClasses(name: string): readonly string[] {
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (known === undefined) return [name];
  return Object.entries(CLASSES).flatMap(([wider, { family, least }]) =>
    family === known.family && isAtLeast(known.least, least) ? [wider] : [],
  );
}

function togetherNamed(name: string) {
  return Object.hasOwn(TOGETHER, name) ? TOGETHER[name] : undefined;
}

/** The least finding that has a name: what a policy is tried with. */
export function findingNamed(name: string): Finding {
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  const detector = togetherNamed(name) ?? DETECTORS.find(({ id }) => id === name);
  const family = known?.family ?? detector?.family ?? "secret";
  const tier = known?.least ?? detector?.tier ?? "low";
  return { detector: name, family, tier, place: "command", start: 0, end: 1 };
}

/** What a name means, in words. */
export function findingTitle(name: string): string {
  if (name === UNSCANNED) return "what was not looked through in full";
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  return (
    known?.title ??
    togetherNamed(name)?.title ??
    DETECTORS.find(({ id }) => id === name)?.title ??
    name
  );
}

/** How many findings there are of each class, by `<family>-<tier>`. */
export function countClasses(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { detector, family, tier } of findings) {
    const name = detector === UNSCANNED ? UNSCANNED : `${family}-${tier}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
