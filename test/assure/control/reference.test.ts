// The page of controls is made of their data.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ALSO } from "#assure/control/catalogues.ts";
import type { Control } from "#assure/control/control.ts";
import { loadCrosswalks } from "#surface/foundation/product/shipped-data.ts";
import { controlsOf, knownIds } from "#surface/services/evidence/shipped-controls.ts";

const PAGE = new URL("../../../docs/reference/controls.md", import.meta.url);
const FRAMEWORKS = ["soc2", "hipaa", "gdpr"] as const;

it("docs/reference/controls.md says what there is (UPDATE=1 writes it)", () => {
  const page = written();
  if (process.env["UPDATE"] === "1") writeFileSync(PAGE, page);
  expect(existsSync(PAGE) && readFileSync(PAGE, "utf8")).toBe(page);
});

it("every control names what exists, and what it does not show", () => {
  const all = FRAMEWORKS.flatMap((framework) => controlsOf(framework));
  expect(all.length).toBeGreaterThan(40);
  for (const { id, limits } of all) expect([id, limits.length]).not.toEqual([id, 0]);
  const named = all.flatMap(({ also }) => also.map((one) => one.slice(0, one.indexOf(":"))));
  expect(new Set(named)).toEqual(new Set(Object.keys(ALSO)));
});

function written(): string {
  const sections = FRAMEWORKS.map((framework) => {
    const controls = controlsOf(framework);
    const title = controls[0]?.framework ?? framework;
    return [`## ${title}`, ...controls.map(sectionOf)].join("\n\n");
  });
  const count = FRAMEWORKS.reduce((sum, framework) => sum + controlsOf(framework).length, 0);
  const walks = loadCrosswalks(knownIds()).map(({ title: name, controls, notCovered }) =>
    [
      `## ${name}`,
      "",
      "| place | title | evidence of | not shown |",
      "|---|---|---|---|",
      ...controls.map(
        ({ reference, title, also, limits: [limit = ""] }) =>
          `| ${reference} | ${title} | ${also.join(", ")} | ${limit} |`,
      ),
      "",
      "Not covered:",
      "",
      ...notCovered.map(({ references, why }) => `- ${references}: ${why}.`),
    ].join("\n"),
  );
  const catalogues = Object.entries(ALSO).map(([id, { title }]) => `\`${id}\` (${title})`);
  return `# Controls

Made of \`data/controls\` by \`UPDATE=1 npx vitest run test/assure/control/reference.test.ts\`. How to use them: [evidence for an assessment](../guide/evidence.md).
${count} controls. Titles are in our words; the texts of the frameworks are their publishers'. Places of other catalogues that speak of the same:
${catalogues.join(", ")}.

${sections.join("\n\n")}

# Places of other catalogues

Made of \`data/crosswalks\`. Evidence, checks and attestations of a place are those of the controls named beside it, and so is what they do not show.

${walks.join("\n\n")}
`;
}

function sectionOf(control: Control): string {
  const { id, reference, title, also, evidence, collectors, limits } = control;
  const { checks, detections, policies, attestations } = control;
  const line = (name: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`- ${name}: ${items.join(", ")}`];
  return [
    `### ${reference}: ${title}`,
    "",
    `- \`${id}\`; counted: ${evidence.map((one) => (one.expect === "some" ? `${one.id} (needed)` : one.id)).join(", ") || "nothing"}`,
    ...line("followed", collectors),
    ...line("checks", checks),
    ...line("detections", detections),
    ...line("packs", policies),
    ...line(
      "attested",
      attestations.map(({ about }) => about),
    ),
    ...line("also", also),
    `- not shown: ${limits.join(" ")}`,
  ].join("\n");
}
