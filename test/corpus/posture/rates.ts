// Recall and precision of the posture's checks over judged cases, by family.
import { FAMILIES, type Family } from "#assure/posture/check.ts";
import { CASE_SETS } from "./case.ts";
import type { Judgement } from "./judge.ts";

/** The least share that a family has to reach, of recall and of precision. */
export const LEAST = 0.97;

/** A part of the corpus that is counted by itself. */
export type Part = { readonly name: string; readonly judged: readonly Judgement[] };

/** Open and sealed cases of each set, where there are any. */
export function partsOf(judged: readonly Judgement[]): readonly Part[] {
  return CASE_SETS.flatMap((set) =>
    [false, true].map((isSealed) => ({
      name: `${set}, ${isSealed ? "sealed" : "open"}`,
      judged: judged.filter(({ one }) => one.set === set && one.sealed === isSealed),
    })),
  ).filter((part) => part.judged.length > 0);
}

/** The four sets that were written to judge, all of them and the sealed third. */
export function wholeAndSealed(judged: readonly Judgement[]): readonly [Part, Part] {
  const written = judged.filter(({ one }) => one.set !== "fifth");
  return [
    { name: "all", judged: written },
    { name: "sealed", judged: written.filter(({ one }) => one.sealed) },
  ];
}

/** Counts of one family in one part of the corpus. */
export type FamilyRates = {
  readonly family: Family;
  readonly bad: number;
  readonly good: number;
  /** Labelled faults, and how many of them were found. */
  readonly labelled: number;
  readonly found: number;
  /** Findings that no label allows. */
  readonly alarms: number;
};

/** The rates of each family, in the order of families. */
export function ratesByFamily(part: readonly Judgement[]): readonly FamilyRates[] {
  return FAMILIES.map((family) => {
    const own = part.filter(({ one }) => one.family === family);
    const sum = (of: (judgement: Judgement) => number): number =>
      own.reduce((total, judgement) => total + of(judgement), 0);
    return {
      family,
      bad: own.filter(({ one }) => one.side === "bad").length,
      good: own.filter(({ one }) => one.side === "good").length,
      labelled: sum(({ one }) => one.faults.length),
      found: sum(({ hits }) => hits.length),
      alarms: sum(({ alarms }) => alarms.length),
    };
  });
}

/** Labelled faults that were found; 1 where nothing is labelled. */
export function recall({ found, labelled }: FamilyRates): number {
  return labelled === 0 ? 1 : found / labelled;
}

/** Findings that are right; 1 where nothing was found. */
export function precision({ found, alarms }: FamilyRates): number {
  return found + alarms === 0 ? 1 : found / (found + alarms);
}

/** The rates of all families together. */
export function whole(rates: readonly FamilyRates[]): Omit<FamilyRates, "family"> {
  const sum = (key: "bad" | "good" | "labelled" | "found" | "alarms"): number =>
    rates.reduce((total, one) => total + one[key], 0);
  return { bad: sum("bad"), good: sum("good"), labelled: sum("labelled"), found: sum("found"), alarms: sum("alarms") };
}
