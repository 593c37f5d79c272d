// The page of detections is made of their files.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FIELDS, SEALED_FIELDS } from "#detect/detection/fields.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";

const PAGE = new URL("../../../docs/reference/detections.md", import.meta.url);

it("docs/reference/detections.md says what there is (UPDATE=1 writes it)", () => {
  const page = written();
  if (process.env["UPDATE"] === "1") writeFileSync(PAGE, page);
  expect(existsSync(PAGE) && readFileSync(PAGE, "utf8")).toBe(page);
});

function written(): string {
  const lists = loadLists();
  const rules = loadRules(lists).map(({ rule }) => rule);
  const tactics = [...new Set(rules.map(({ meta }) => meta.name.split("/")[0] ?? ""))];
  const count = (kind: string) => rules.filter((rule) => rule.kind === kind).length;
  const sections = tactics.map((tactic) =>
    [
      `## ${tactic}`,
      "",
      "| detection | level | fires when | over | tags |",
      "|---|---|---|---|---|",
      ...rules
        .filter(({ meta }) => meta.name.startsWith(`${tactic}/`))
        .map((rule) => {
          const { meta } = rule;
          const name = meta.name.slice(tactic.length + 1);
          const over =
            rule.kind === "detection"
              ? "one event"
              : `${rule.correlation.type}, ${rule.correlation.timespanMs / 1_000} s`;
          const cells = [
            `[\`${name}\`](../runbooks/${tactic}.md#${name})`,
            meta.level,
            meta.title.replaceAll("|", "\\|"),
            `${over}${meta.requiresKey ? ", with the key" : ""}`,
            meta.tags.slice(1).join(" "),
          ];
          return `| ${cells.join(" | ")} |`;
        }),
    ].join("\n"),
  );
  const rows = [...lists].map(
    ([name, { form, about, values }]) =>
      `| \`%${name}%\` | ${form} | ${values.length} | ${about.replaceAll("|", "\\|")} |`,
  );
  return `# Detections

Made of \`data/detections\` by \`UPDATE=1 npx vitest run test/detect/examples/reference.test.ts\`. How to use them and write your own: [detections](../guide/detections.md).
${rules.length} detections: ${count("detection")} over single events, ${count("correlation")} over several, ${rules.filter(({ meta }) => meta.requiresKey).length} for readers with the key. Each name leads to its runbook;
\`sallyport log detect --explain NAME\` shows the rule. \`test/detect/examples\` trips each with twelve made examples, and holds all against sixty made-up ordinary days.

${sections.join("\n\n")}

## Lists

| list | an entry is a | entries that ship | what for |
|---|---|---|---|
${rows.join("\n")}

## Fields

In clear: ${FIELDS.map((field) => `\`${field}\``).join(", ")}.

With the key: ${SEALED_FIELDS.map((field) => `\`${field}\``).join(", ")}.
`;
}
