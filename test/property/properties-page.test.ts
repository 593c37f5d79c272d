// The page of a long run says what the properties are now, and its figures add up.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { WRAPPERS } from "./forms.ts";
import { DIGEST_CHARS, type PartResult, partsOf, tallies } from "./parts.ts";
import { propertiesPage } from "./properties-page.ts";
import { PROPERTIES } from "./properties.ts";

const page = readFileSync(new URL("../../docs/reference/properties.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| .* \|$/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter(([name]) => name !== "property");
const total = rows.find(([name]) => name === "all");
const own = rows.filter(([name]) => name !== "all");

describe("the page of the properties", () => {
  it("has every property with its share and with what is tried", () => {
    expect(own.map(([name, share]) => [name, share])).toEqual(
      Object.entries(PROPERTIES).map(([name, { share }]) => [name, `${Math.round(share * 100)} %`]),
    );
    for (const [name, { tries }] of Object.entries(PROPERTIES))
      expect(page).toContain(`- **${name}**: ${tries}`);
    expect(page).toContain(`The 25 forms: ${Object.keys(WRAPPERS).join(", ")}.`);
  });

  it("has figures that add up, and no counterexample", () => {
    const all = Number(total?.[2]);
    expect(own.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(all);
    for (const [name = "", , cases, different, , , failures] of own) {
      const share = PROPERTIES[name]?.share ?? Number.NaN;
      expect(Number(cases) / all).toBeCloseTo(share, 3);
      expect(Number(different)).toBeLessThanOrEqual(Number(cases));
      expect(Number(failures)).toBe(0);
    }
  });
});

describe("a long run", () => {
  it("of a million has a million cases, and enough of what attackers try", () => {
    const parts = partsOf(1_000_000, 7);
    const casesOf = (name: string): number =>
      parts.reduce((sum, part) => sum + (part.property.includes(name) ? part.cases : 0), 0);
    expect(casesOf("")).toBe(1_000_000);
    expect(casesOf("wrapping")).toBeGreaterThanOrEqual(100_000);
    expect(casesOf("otherwise")).toBeGreaterThanOrEqual(100_000);
    expect(new Set(parts.map(({ property, seed }) => `${property} ${seed}`)).size).toBe(
      parts.length,
    );
  });

  it("counts texts that come again once, and parts with a counterexample", () => {
    const [name = ""] = Object.keys(PROPERTIES);
    const text = (letter: string): string => letter.repeat(DIGEST_CHARS);
    const part = (seed: number, digests: string, counterexample?: string): PartResult => ({
      property: name,
      seed,
      cases: 2,
      seconds: 1.5,
      counterexample,
      digests,
    });
    const found = tallies([
      part(2, text("a") + text("b")),
      part(1, text("b") + text("c"), "{ seed: 1 }"),
    ]);
    expect(found).toEqual([
      { property: name, cases: 4, different: 3, seeds: [1, 2], seconds: 3, counterexamples: 1 },
    ]);
    const run = { cases: 4, processes: 1, seed: 1 };
    const written = propertiesPage(found, run, { minutes: 1, date: new Date(0) });
    expect(written).toContain(`| ${name} | 35 % | 4 | 3 | 1-2 | 3 | 1 |`);
    expect(written).toContain("**1 counterexamples**");
  });
});

describe("a property that does not hold", () => {
  it("tells its seed and a shrunk counterexample", () => {
    const name = "any text gets a decision with a reason";
    const texts: string[] = [];
    const failing = (): void =>
      PROPERTIES[name]?.run({
        numRuns: 50,
        seed: 3,
        onCase: (text) => {
          texts.push(text);
          if (text.length > 4) throw new Error("too long");
        },
      });
    expect(failing).toThrow(/seed: 3[\s\S]*Counterexample[\s\S]*Shrunk \d+ time/);
    expect(texts.length).toBeGreaterThan(1);
  });
});
