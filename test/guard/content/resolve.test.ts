// One finding a value, the most specific one; many of a kind are surer; and a budget that is said when it is reached.
import { describe, expect, it } from "vitest";
import type { Detector } from "#guard/content/detection/detector.ts";
import { scanCall, scanText } from "#guard/content/scan.ts";
import {
  findingNamed,
  isFindingName,
  isNamed,
  widerClasses,
} from "#guard/content/finding-class.ts";
import { bashCall } from "../../record/event/samples.ts";

const word = (id: string, pattern: RegExp, more: Partial<Detector> = {}): Detector => ({
  id,
  title: id,
  family: "secret",
  tier: "medium",
  keywords: ["abc"],
  ...more,
  *find(window) {
    for (const { 0: found, index } of window.matchAll(pattern))
      yield { start: index, end: index + found.length };
  },
});
const found = (text: string, detectors: readonly Detector[]) =>
  scanText(text, "c", { detectors }).findings.map(
    ({ detector, tier, start, end }) => `${detector}/${tier} ${text.slice(start, end)}`,
  );

describe("two that overlap", () => {
  const exact = word("exact", /abc\d+/g, { rank: 30, tier: "low" });
  it("are one, of the more specific and as sure as the surer", () => {
    const guess = word("guess", /[a-z\d]+/g, { rank: 10, tier: "high" });
    expect(found("= abc123", [guess, exact])).toEqual(["exact/high abc123"]);
    expect(found("= abc123", [exact, guess])).toEqual(["exact/high abc123"]);
  });
  it("are the container where that is another thing", () => {
    const file = word("file", /<.*>/g, { rank: 20 });
    expect(found("<abc123 and much more of it>", [exact, file])).toEqual([
      "file/medium <abc123 and much more of it>",
    ]);
  });
  it("are as long as both where neither holds the other", () => {
    const left = word("left", /..abc/g, { rank: 20 });
    expect(found("xxabc123", [left, exact])).toEqual(["exact/medium xxabc123"]);
  });
});

it("many different values of a kind are surer than one", () => {
  const address = word("address", /abc\d/g, { tier: "low", bulk: { count: 3, tier: "medium" } });
  expect(found("abc1 abc1 abc2", [address])).toEqual([
    "address/low abc1",
    "address/low abc1",
    "address/low abc2",
  ]);
  expect(found("abc1 abc2 abc3", [address])).toEqual([
    "address/medium abc1",
    "address/medium abc2",
    "address/medium abc3",
  ]);
});

describe("a budget", () => {
  it("that is reached is said, with what was found until then", () => {
    const one = word("one", /abc\d/g);
    const text = `abc1 ${"abc ".repeat(20_000)}`;
    expect(scanText(text, "c", { detectors: [one], steps: 10 })).toMatchObject({
      isTruncated: true,
    });
    expect(scanText(text, "c", { detectors: [one] }).isTruncated).toBe(false);
  });
  it("leaves a finding of its own in a call", () => {
    const many = Array.from({ length: 400 }, (_, index) => word(`d${index}`, /abcd/g));
    const findings = scanCall(bashCall(`echo ${"abc ".repeat(15_000)}`), many);
    expect(findings).toEqual([
      {
        detector: "unscanned",
        family: "secret",
        tier: "low",
        place: "command",
        start: 0,
        end: 60_005,
      },
    ]);
  });
});

describe("names of findings", () => {
  const finding = { ...findingNamed("private-key"), tier: "high" } as const;
  it("a class holds what is at least that sure, of its family", () => {
    expect(isNamed(finding, ["secret-medium"])).toBe(true);
    expect(isNamed(finding, ["personal", "health-high", "aws-access-key-id"])).toBe(false);
    expect(isNamed({ ...finding, tier: "low" }, ["secret-medium"])).toBe(false);
    expect(isNamed(findingNamed("unscanned"), ["secret"])).toBe(false);
    expect(isNamed(findingNamed("unscanned"), ["unscanned"])).toBe(true);
  });
  it("each has a finding of its own, and wider names", () => {
    for (const name of ["secret", "secret-high", "health-medium", "private-key", "unscanned"])
      expect([isFindingName(name), isNamed(findingNamed(name), [name])]).toEqual([true, true]);
    expect(isFindingName("toString")).toBe(false);
    expect(widerClasses("secret-high")).toEqual(["secret", "secret-medium", "secret-high"]);
    expect(widerClasses("private-key")).toEqual(["private-key"]);
  });
});
