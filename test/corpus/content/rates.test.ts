// What the content stage finds of the labelled corpus: rates that may only get better, and the counting itself on planted findings.
import { describe, expect, it } from "vitest";
import type { Detector } from "#guard/content/detection/detector.ts";
import type { Family, Tier } from "#guard/content/detection/finding.ts";
import { judge } from "./judge.ts";
import { type Item, makeCorpus } from "./make.ts";
import { coverage, ratesOf, ratesOfKind, valueOf } from "./rates.ts";

/** A detector that finds these words wherever they stand. */
function finds(id: string, words: readonly string[], family: Family, tier: Tier): Detector {
  return {
    id, title: id, family, tier, keywords: words.map((word) => word.toLowerCase()),
    *find(window) {
      for (const word of words) {
        const start = window.indexOf(word);
        if (start !== -1) yield { start, end: start + word.length };
      }
    },
  };
}

const span = { group: "personal", isOptional: false } as const;
const item: Item = {
  id: "one", set: "personal", file: "a.txt", about: "sentence", family: "first", sealed: false, lookAlikes: [],
  text: "call 12345678 or 87654321, born 01.02.1970, not 55555555",
  spans: [
    { ...span, kind: "phone", start: 5, end: 13 },
    { ...span, kind: "phone", start: 17, end: 25, isOptional: true },
    { ...span, kind: "dob", start: 32, end: 42 },
  ],
};

describe("the counting", () => {
  it("matches findings by overlap, once for each place", () => {
    const judged = judge(item, [
      finds("phone", ["345678 or"], "personal", "low"),
      finds("number", ["12345678"], "personal", "high"),
    ]);
    expect(judged.alarms).toMatchObject([{ isTrue: true, tier: "high", start: 5 }]);
    expect(judged.met.map(({ tier }) => tier)).toEqual(["high", undefined]);
    expect(ratesOf([judged], "high").recall).toEqual({ count: 1, of: 2 });
  });
  it("counts what is found where nothing is", () => {
    const judged = judge(item, [finds("phone", ["55555555"], "personal", "low")]);
    expect(ratesOf([judged], "low").precision).toEqual({ count: 0, of: 1 });
    expect(ratesOf([judged], "medium").precision).toEqual({ count: 0, of: 0 });
  });
  it("counts what may be found or not for neither", () => {
    const judged = judge(item, [finds("phone", ["87654321"], "personal", "high")]);
    expect(judged.alarms).toEqual([]);
    expect(ratesOfKind([judged], "phone").precision).toEqual({ count: 0, of: 0 });
  });
  it("takes a date that is found as a telephone number for no success of either", () => {
    const judged = judge(item, [finds("phone", ["01.02.1970"], "personal", "high")]);
    expect(ratesOfKind([judged], "phone").precision).toEqual({ count: 0, of: 1 });
    expect(ratesOfKind([judged], "dob").recall).toEqual({ count: 0, of: 1 });
  });
  it("says whether a redaction leaves something", () => {
    const part = judge(item, [finds("phone", ["345678"], "personal", "high")]);
    const whole = judge(item, [finds("phone", ["1234", "5678"], "personal", "high")]);
    expect([valueOf(coverage([part])), valueOf(coverage([whole]))]).toEqual([0, 1]);
  });
  it("leaves out findings of the other set's families", () => {
    expect(judge(item, [finds("key", ["55555555"], "secret", "high")]).alarms).toEqual([]);
  });
});

type Floor = readonly [recall: number, precision: number];
type Floors = {
  readonly secrets: Readonly<Partial<Record<Tier, Floor>>>;
  readonly groups: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, Floor>>;
};

/** At least so much of each family, open and sealed together, in percent. Below the goals where those are missed; they only go up. */
const FLOORS: Readonly<Record<Item["family"], Floors>> = {
  first: {
    secrets: { high: [55, 98], medium: [88, 98], low: [89, 98] },
    groups: { provider: 99.5, keyed: 98 },
    kinds: {
      card: [99, 99], dob: [95, 98], email: [99, 99], iban: [99, 99], ip: [99, 99],
      mrn: [95, 98], npi: [98, 98], phone: [98, 98], ssn: [99, 98],
    },
  },
  wide: {
    secrets: { high: [10, 92], medium: [88, 97], low: [90, 97] },
    groups: {},
    kinds: { dob: [94, 98], mrn: [88, 97], name: [80, 95], email: [99, 99], phone: [98, 98] },
  },
  // Most of its values are plain words, which are found at the tier `low` alone.
  world: {
    secrets: { low: [98, 93] },
    groups: {},
    kinds: {},
  },
};

describe.each(Object.entries(FLOORS))("the corpus, family %s", (family, { secrets: tiers, groups, kinds }) => {
  const judged = makeCorpus()
    .filter((one) => one.family === family)
    .map((one) => judge(one));
  const secrets = judged.filter((one) => one.item.set === "secrets");
  const personal = judged.filter((one) => one.item.set === "personal");

  it.each(Object.entries(tiers))("has its secrets found at tier %s and surer", (tier, [recall, precision]) => {
    const rates = ratesOf(secrets, tier as Tier);
    expect(100 * valueOf(rates.recall)).toBeGreaterThanOrEqual(recall);
    expect(100 * valueOf(rates.precision)).toBeGreaterThanOrEqual(precision);
  });
  it.each(Object.entries(groups))("has its tokens found: %s", (group, least) => {
    const { recall } = ratesOf(secrets, "low", ({ span: label }) => label.group === group);
    expect(100 * valueOf(recall)).toBeGreaterThanOrEqual(least);
  });
  it.each(Object.entries(kinds))("has its personal data found as what it is: %s", (kind, [recall, precision]) => {
    const rates = ratesOfKind(personal, kind);
    expect(100 * valueOf(rates.recall)).toBeGreaterThanOrEqual(recall);
    expect(100 * valueOf(rates.precision)).toBeGreaterThanOrEqual(precision);
  });
  it("has what is found covered in full, so that a redaction leaves nothing of it", () => {
    expect(100 * valueOf(coverage(secrets))).toBeGreaterThanOrEqual(98);
    if (personal.length > 0) expect(100 * valueOf(coverage(personal))).toBeGreaterThanOrEqual(99);
  });
});
