// The list of survivors that were read speaks of code that is there, once each, and of tests that exist.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./instrument.ts";
import { readSurvivors } from "./survivors.ts";

const classes = readSurvivors();
const mutants = classes.flatMap((one) => one.mutants);

it("says something", () => {
  expect(mutants.length).toBeGreaterThan(0);
});

it("names each class and each change once", () => {
  for (const names of [
    classes.map((one) => one.class),
    mutants.map(({ file, within, change }) => `${file}: ${within}: ${change}`),
  ])
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

it("speaks of lines that are there", () => {
  const lines = new Map<string, ReadonlySet<string>>();
  const linesOf = (file: string): ReadonlySet<string> => {
    const known = lines.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(join(root, file), "utf8");
    const found = new Set(text.split("\n").map((line) => line.trim()));
    lines.set(file, found);
    return found;
  };
  const gone = mutants.filter(({ file, within }) => !linesOf(file).has(within));
  expect(gone).toEqual([]);
});

it("names in each change what its line holds", () => {
  const others = mutants.filter(({ within, change }) => {
    const [original = ""] = change.split(" -> ");
    // A change of several lines starts in its line.
    const start = original.split(/\s/)[0] ?? "";
    return start === "" || !within.includes(start);
  });
  expect(others).toEqual([]);
});
