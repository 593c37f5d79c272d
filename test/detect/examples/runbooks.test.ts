// Runbooks: every detection that ships names one that exists, every one is named, and its commands exist.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { productCommands } from "#surface/cli/command-line.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";

const HOME = fileURLToPath(new URL("../../../docs/runbooks/", import.meta.url));
const rules = loadRules(loadLists()).map(({ rule }) => rule.meta);
const pages = readdirSync(HOME).map((file) => ({
  file,
  text: readFileSync(`${HOME}${file}`, "utf8"),
}));

it("every detection names a heading that exists, and every heading is one's", () => {
  const headings = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/^## ([a-z0-9-]+)$/gm)].map(
      ([, heading]) => `docs/runbooks/${file}#${heading ?? ""}`,
    ),
  );
  expect(rules.map(({ runbook }) => runbook ?? "none").sort()).toEqual(headings.sort());
});

it("the heading is the detection's own name", () => {
  for (const { name, runbook } of rules) {
    const [tactic = "", heading = ""] = name.split("/");
    expect(runbook).toBe(`docs/runbooks/${tactic}.md#${heading}`);
  }
});

describe("commands", () => {
  const named = pages.flatMap(({ text }) => [
    ...text.matchAll(/`sallyport ([a-z-]+)(?: ([a-z-]+))?/g),
  ]);
  it("are there", () => {
    expect(named.length).toBeGreaterThan(150);
  });
  it("exist, with what stands below them", () => {
    const wrong = named.flatMap(([whole, first = "", second]) => {
      const entry = Object.hasOwn(productCommands, first) ? productCommands[first] : undefined;
      if (entry === undefined) return [whole];
      const below = Object.keys(entry.commands ?? {});
      return second === undefined || below.length === 0 || below.includes(second) ? [] : [whole];
    });
    expect([...new Set(wrong)]).toEqual([]);
  });
});
