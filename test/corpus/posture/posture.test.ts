// The labelled cases of the posture audit are well formed: known ids, both sides, every fault and every point of a checklist named.
import { describe, expect, it } from "vitest";
import { faultList, isSealed, postureCases } from "./case.ts";

const faults = faultList();
const cases = postureCases();
const kinds = new Map(faults.map(({ id, kind }) => [id, kind]));

/** Points of the sources' checklists, and how many each has. */
const CHECKLISTS: Readonly<Record<string, number>> = {
  "M1.42": 11,
  "M15.1": 7,
  "M15.2": 5,
  "M15.3": 15,
  "M15.4": 15,
  "M15.5": 17,
  "M15.6": 19,
  "M15.7": 5,
  "M15.8": 11,
};

describe("the list of faults", () => {
  it("names each fault once, and at least 180", () => {
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThanOrEqual(180);
  });
  it("stands for every point of every checklist", () => {
    const named = new Set(faults.flatMap(({ items }) => items));
    const points = Object.entries(CHECKLISTS).flatMap(([list, count]) =>
      Array.from({ length: count }, (_, index) => `${list}#${index + 1}`),
    );
    expect(points).toHaveLength(105);
    expect(points.filter((point) => !named.has(point))).toEqual([]);
  });
});

describe("the cases", () => {
  it("have ids of their own that begin with their family", () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(cases.filter(({ id, family }) => !id.startsWith(`${family}-`))).toEqual([]);
  });
  it("name only faults of their family that are known and can be looked for", () => {
    const wrong = cases.flatMap(({ id, family, faults: found, maybe, sound }) => [
      ...[...found, ...maybe, ...sound]
        .filter((one) => !kinds.has(one) || !one.startsWith(`${family}/`))
        .map((one) => `${id}: ${one}`),
      ...found.filter((one) => kinds.get(one) === "attest").map((one) => `${id}: ${one} is attested`),
      ...sound.filter((one) => kinds.get(one) !== "missing").map((one) => `${id}: ${one} is no absence`),
    ]);
    expect(wrong).toEqual([]);
  });
  it("are bad with a fault and good without", () => {
    const wrong = cases.filter(({ side, faults: found }) => (side === "bad") !== found.length > 0);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
  it("hold no placeholder when they are read, and secrets only then", () => {
    const texts = cases.flatMap(({ files, home, managed }) => Object.values({ ...files, ...home, ...managed }));
    expect(texts.filter((text) => /\$\{(?:secret|char|host|dir):/.test(text))).toEqual([]);
  });
  it("are split by their id alone, about a third sealed", () => {
    const sealed = cases.filter(({ id }) => isSealed(id)).length / cases.length;
    expect(sealed).toBeGreaterThan(0.27);
    expect(sealed).toBeLessThan(0.4);
  });
});
