// What the content stage is wanted to reach on the labelled corpus and on clean code, and which figures of a run say so.
import type { Judged } from "./judge.ts";
import { ratesOf, ratesOfKind, type Share, valueOf } from "./rates.ts";

/** One figure with its goal: a share that must be at least so much. */
export type Goal = { readonly name: string; readonly share: Share; readonly least: number };

/** Recall and precision that each kind of personal data is wanted to reach. */
const PERSONAL: Readonly<Record<string, readonly [recall: number, precision: number]>> = {
  card: [0.99, 0.99],
  iban: [0.99, 0.99],
  email: [0.99, 0.99],
  ip: [0.99, 0.99],
  ssn: [0.99, 0.95],
  phone: [0.9, 0.85],
  mrn: [0.95, 0.9],
  dob: [0.95, 0.9],
  npi: [0.95, 0.9],
};

/** Every figure that has a goal, over these items. */
export function goalsOf(judged: readonly Judged[]): readonly Goal[] {
  const secrets = judged.filter(({ item }) => item.set === "secrets");
  const personal = judged.filter(({ item }) => item.set === "personal");
  const all = ratesOf(secrets, "low");
  const high = ratesOf(secrets, "high");
  const provider = ratesOf(secrets, "low", ({ span }) => span.group === "provider");
  return [
    { name: "secrets, all tiers: recall", share: all.recall, least: 0.85 },
    { name: "secrets, all tiers: precision", share: all.precision, least: 0.85 },
    { name: "secrets, tier high: precision", share: high.precision, least: 0.97 },
    { name: "tokens of issuers' own forms: recall", share: provider.recall, least: 0.995 },
    ...Object.entries(PERSONAL).flatMap(([kind, [recall, precision]]) => {
      const rates = ratesOfKind(personal, kind);
      return [
        { name: `${kind}: recall`, share: rates.recall, least: recall },
        { name: `${kind}: precision`, share: rates.precision, least: precision },
      ];
    }),
  ];
}

/** Whether the figure reaches its goal; nothing to count reaches none. */
export function isMet({ share, least }: Goal): boolean {
  return valueOf(share) >= least;
}
