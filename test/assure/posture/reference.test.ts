// The page of checks is made of their data.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SEVERITIES } from "#assure/posture/check.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";

const PAGE = new URL("../../../docs/reference/checks.md", import.meta.url);

it("docs/reference/checks.md says what there is (UPDATE=1 writes it)", () => {
  const page = written();
  if (process.env["UPDATE"] === "1") writeFileSync(PAGE, page);
  expect(existsSync(PAGE) && readFileSync(PAGE, "utf8")).toBe(page);
});

function written(): string {
  const families = loadCheckFamilies();
  const all = families.flatMap(({ checks }) => checks);
  const counts = SEVERITIES.map(
    (severity) => `${all.filter((check) => check.severity === severity).length} ${severity}`,
  );
  const sections = families.map(({ id, title, checks }) =>
    [
      `## ${id}: ${title}`,
      "",
      "| check | severity | finds | looks | items |",
      "|---|---|---|---|---|",
      ...checks.map((check) => {
        const how =
          check.attest === undefined
            ? check.lint === undefined
              ? "function"
              : "lint"
            : `a person, for ${check.attest.days} days`;
        const cells = [
          `\`${check.id.slice(id.length + 1)}\``,
          check.severity,
          check.title.replaceAll("|", "\\|"),
          `${how}${check.repair === undefined ? "" : `; repairs ${check.repair}`}`,
          check.references.join(" "),
        ];
        return `| ${cells.join(" | ")} |`;
      }),
    ].join("\n"),
  );
  return `# Checks of an audit

Made of \`data/checks\` by \`UPDATE=1 npx vitest run test/assure/posture/reference.test.ts\`. How to use them: [auditing a set-up](../guide/audit.md).
${all.length} checks: ${counts.join(", ")}. Why each matters and what repairs it stands in the data and in every finding.

${sections.join("\n\n")}
`;
}
