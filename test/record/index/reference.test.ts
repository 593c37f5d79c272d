// The page of filters, views and questions is made of their tables; the examples in it are read by the parser.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FILTER_FIELDS } from "#record/index/filter-fields.ts";
import { parseFilter } from "#record/index/filter-parse.ts";
import { INDEX_VIEWS } from "#record/index/index-schema.ts";
import { NAMED_QUESTIONS } from "#assure/query/answers/named-questions.ts";
import { loadQueries } from "#surface/foundation/product/shipped-data.ts";

const PAGE = new URL("../../../docs/reference/log-queries.md", import.meta.url);
const NAMES = { pseudonyms: () => [], wordDigest: () => "A", standIn: (word: string) => word };

it("docs/reference/log-queries.md says what there is (UPDATE=1 writes it)", () => {
  const page = written();
  if (process.env["UPDATE"] === "1") writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, "utf8")).toBe(page);
});

it("every example of a field is a filter", () => {
  for (const { example } of FILTER_FIELDS)
    expect(parseFilter(example, { nowMs: 0, names: NAMES }).kind, example).toMatch(/^[a-z]+$/);
});

function written(): string {
  const fields = FILTER_FIELDS.map(
    ({ name, holds, example }) => `| \`${name}\` | ${holds} | \`${example}\` |`,
  );
  const views = INDEX_VIEWS.map(({ name, holds, columns }) =>
    [
      `### \`${name}\``,
      `${holds[0]?.toUpperCase()}${holds.slice(1)}.`,
      "",
      "| column | holds |",
      "|---|---|",
      ...columns.map((column) => `| \`${column.name}\` | ${column.holds} |`),
    ].join("\n"),
  );
  const questions = loadQueries().map(({ id, title, description, parameters, sql }) => {
    const takes = Object.entries(parameters).map(
      ([name, { about }]) => `- \`--${name}\`: ${about}`,
    );
    return [
      `### ${id}`,
      `${title}. ${description}`,
      ...(takes.length === 0 ? [] : ["", ...takes]),
      "",
      "```sql",
      sql,
      "```",
    ].join("\n");
  });
  const named = NAMED_QUESTIONS.map(({ id, title, about, takes }) => {
    const options = Object.entries(takes).map(
      ([name, { about: what, isNeeded }]) =>
        `\`--${name}\`${isNeeded ? "" : " (optional)"}: ${what}`,
    );
    return `| \`${id}\` | ${title} | ${about} | ${options.join("; ")} |`;
  });
  return `# Filters, views and questions over the log

Made of the program's tables by \`UPDATE=1 npx vitest run test/record/index/reference.test.ts\`. How to use them: [searching the log](../guide/searching-the-log.md).

## Fields of a filter

| field | holds | example |
|---|---|---|
${fields.join("\n")}

\`:\` and \`=\` compare, \`!=\` excludes, \`<\`, \`<=\`, \`>\`, \`>=\` compare numbers and times. Commas separate words of which one is enough, \`*\` at the end of a word takes all that begin so, \`*\`
alone takes whatever is there. A filter has at most 4,096 characters, 64 terms, and parentheses 16 deep.

## Views of \`sallyport log sql\`
A word that is missing is an empty text. Times are Unix milliseconds; in answers for people, columns that end in \`_ms\` are shown as times.

${views.join("\n\n")}

## Named questions
They read what is sealed, so they need the keys of the log. Their answers over a made-up week: [what the record answers](responder-questions.md).

| \`sallyport log query ...\` | question | a row is | takes |
|---|---|---|---|
${named.join("\n")}

## Questions of \`sallyport log query\` in SQL
Each takes \`--since\` and \`--until\`, which are \`:since_ms\` and \`:until_ms\`. They keep to SQL that PostgreSQL and ClickHouse take too.

${questions.join("\n\n")}
`;
}
