// What many findings say together: data of many people, one person told by name and address, health data of somebody.
import type { Family, Finding, Tier } from "./detection/finding.ts";

type Together = { readonly family: Family; readonly tier: Tier; readonly title: string };

/** Names that a rule may use for what no finding says alone, with the least tier that each has. */
export const TOGETHER: Readonly<Record<string, Together>> = {
  "personal-bulk": { family: "personal", tier: "medium", title: "personal data of many people" },
  "personal-record": {
    family: "personal",
    tier: "low",
    title: "a person's name beside an address or number",
  },
  "health-record": {
    family: "health",
    tier: "medium",
    title: "health data beside what tells whose it is",
  },
};

/** Different addresses from which on a text is a list of people, and from which on it is an export. */
const LIST_MIN = 5;
const EXPORT_MIN = 50;
/** Characters between two findings that speak of one person. */
const NEAR = 200;

/** Ways to reach somebody: one is nothing. */
const ADDRESSES: ReadonlySet<string> = new Set([
  ...[
    "personal/email-address",
    "personal/phone-number",
    "personal/ip-address",
    "personal/postal-address",
  ],
]);
const NAMES: ReadonlySet<string> = new Set([
  "personal/name",
  "personal/name-field",
  "personal/letter-name",
  "personal/born-name",
  "personal/mail-name",
  "personal/titled-name",
]);

/**
 * What the findings in one text say together, each at most once. They stand at the place of the first finding that they rest on and have
 * no length: nothing is to be replaced that is not replaced already.
 */
export function foundTogether(findings: readonly Finding[], text: string): readonly Finding[] {
  const people = findings.filter(({ family }) => family === "personal");
  const addresses = people.filter(({ detector }) => ADDRESSES.has(detector));
  const names = people.filter(({ detector }) => NAMES.has(detector));
  const numbers = people.filter(({ detector }) => !ADDRESSES.has(detector) && !NAMES.has(detector));
  const health = findings.filter(({ family }) => family === "health");
  const together: Finding[] = [];
  const most = Math.max(mostOfAKind(addresses, text), mostOfAKind(numbers, text));
  const [first] = [...addresses, ...numbers];
  if (first !== undefined && most >= LIST_MIN) {
    together.push(named("personal-bulk", first, most >= EXPORT_MIN ? "high" : "medium"));
  }
  const told = firstNear(names, [...addresses, ...numbers]);
  if (told !== undefined) together.push(named("personal-record", told));
  const patient = firstNear(health, people);
  if (patient !== undefined) together.push(named("health-record", patient));
  return together;
}

function named(detector: string, { place, start }: Finding, tier?: Tier): Finding {
  const { family = "personal", tier: least = "low" } = TOGETHER[detector] ?? {};
  return { detector, family, tier: tier ?? least, place, start, end: start };
}

/** Different values of the detector that found most. */
function mostOfAKind(findings: readonly Finding[], text: string): number {
  const values = new Map<string, Set<string>>();
  for (const { detector, start, end } of findings) {
    const seen = values.get(detector) ?? new Set();
    values.set(detector, seen.add(text.slice(start, end).toLowerCase()));
  }
  return Math.max(0, ...[...values.values()].map(({ size }) => size));
}

/** The first of `these` that stands near one of `those`. */
function firstNear(these: readonly Finding[], those: readonly Finding[]): Finding | undefined {
  return these.find((one) =>
    those.some((other) => other.start - one.end <= NEAR && one.start - other.end <= NEAR),
  );
}
