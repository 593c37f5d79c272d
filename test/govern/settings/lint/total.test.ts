// Lint over anything: it never throws, every place lies in the file, and what is wrong stays wrong beside other things.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LAYERS } from "#govern/settings/catalogue.ts";
import type { LintFinding } from "#govern/settings/lint/document.ts";
import { catalogue, idsOf, lintFiles, lintText, sourceOf } from "./lint-text.ts";

const names = [
  ...catalogue.keys.flatMap(({ key }) => key.split(/[.[\]*]+/)),
  ...catalogue.events.map(({ name }) => name),
].filter((name) => name !== "");
const rule = fc.oneof(
  fc.string(),
  fc
    .tuple(
      fc.constantFrom("Bash", "Read", "Edit", "Write", "WebFetch", "mcp__x__y", "*", "bash"),
      fc.string({
        unit: fc.constantFrom("a", "*", " ", ":", "/", "~", "(", ")", "\\", "|", ".", "!"),
      }),
    )
    .map(([tool, subject]) => `${tool}(${subject})`),
);
const { settings } = fc.letrec<{ settings: unknown; value: unknown; object: unknown }>((tie) => ({
  settings: fc.record(
    {
      permissions: fc.record(
        { allow: fc.array(rule), deny: fc.array(rule), ask: fc.array(rule), x: tie("value") },
        { requiredKeys: [] },
      ),
      more: tie("object"),
      hooks: tie("object"),
      env: fc.dictionary(fc.string(), tie("value")),
    },
    { requiredKeys: [] },
  ),
  value: fc.oneof(
    { depthSize: "small" },
    rule,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom(...names, "__proto__", "x"), tie("value"), { maxKeys: 4 }),
}));

function checkPlaces(findings: readonly LintFinding[], text: string): void {
  const lines = text.split("\n");
  for (const { line, column, message, fix } of findings) {
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(message).not.toBe("");
    expect(fix).not.toBe("");
  }
}

describe("lint is total", () => {
  it("over any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...LAYERS), (text, layer) => {
        checkPlaces(lintText(text, layer), text);
      }),
      { numRuns: 300 },
    );
  });
  it("over anything that looks like settings", () => {
    fc.assert(
      fc.property(settings, fc.constantFrom(...LAYERS), (value, layer) => {
        const text = JSON.stringify(value, undefined, 1);
        checkPlaces(lintText(text, layer), text);
      }),
      { numRuns: 300 },
    );
  });
  it("and a file beside another keeps what is wrong with its own keys", () => {
    fc.assert(
      fc.property(settings, (value) => {
        const bad = sourceOf({ permissionMode: "x", permissions: { deny: ["Write(x)"] } }, "user");
        const findings = lintFiles(sourceOf(value, "project"), bad);
        const own = idsOf(findings.filter(({ file }) => file === bad.file));
        expect(own).toEqual(expect.arrayContaining(["key/invented", "rule/path-of-wrong-tool"]));
      }),
      { numRuns: 100 },
    );
  });
  it("and says a note that holds for most rules once a file", () => {
    const deny = ["Read(a)", "Read(b)", "Read(c)"];
    const found = lintText({ permissions: { deny } });
    expect(found.map(({ id }) => id)).toEqual(["rule/bash-reads"]);
    expect(found[0]?.message).toContain("2 more rules");
  });
});
