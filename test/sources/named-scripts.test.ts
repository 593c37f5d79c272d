// Every script, file and command that guides name has something that stands for it, which exists, and a page that says so.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { productCommands } from "#surface/cli/command-line.ts";
import { loadQueries, loadRecipes } from "#surface/foundation/product/shipped-data.ts";
import { repositoryRoot } from "../../scripts/checks/repository-files.ts";

type Named = {
  readonly source: string;
  readonly name: string;
  readonly command?: string;
  readonly none?: string;
  readonly note?: string;
};

const read = (path: string) => readFileSync(join(repositoryRoot, path), "utf8");
const named: readonly Named[] = parse(read("test/sources/named-scripts.yaml"));
const page = "docs/reference/named-scripts.md";
/** Names that appendix S gives, by source document. */
const COUNTS = { "000": 10, "001": 27, "002": 8, "003": 15, "004": 11 };

/** Whether the program has a command; words behind a group's command are names of what it takes. */
function exists(command: string): boolean {
  const [first = "", second, third] = command.split(" ");
  const folder = "src/surface/cli/commands";
  if (!Object.hasOwn(productCommands, first)) return false;
  if (second === undefined) return true;
  const { commands } = productCommands[first] ?? {};
  if (commands !== undefined && !Object.hasOwn(commands, second)) return false;
  const file = `${folder}/${first}.ts`;
  if (commands === undefined && !new RegExp(`\\b${second}\\b`).test(read(file))) return false;
  if (third === undefined) return true;
  if (first === "recipe") return loadRecipes().some(({ id }) => id === third);
  return second === "query" && loadQueries().some(({ id }) => id === third);
}

describe("what guides name", () => {
  it("is all there, each once or told for another source", () => {
    const counts = Object.fromEntries(
      Object.keys(COUNTS).map((source) => [
        source,
        named.filter((one) => one.source === source).length,
      ]),
    );
    expect(counts).toEqual(COUNTS);
    expect(new Set(named.map(({ source, name }) => `${source} ${name}`)).size).toBe(named.length);
  });
  it("has a command that exists, or a reason why none is needed", () => {
    const wrong = named.filter(({ command, none }) =>
      command === undefined ? (none ?? "").length < 20 : none !== undefined || !exists(command),
    );
    expect(wrong.map(({ name, command }) => `${name}: ${command}`)).toEqual([]);
    expect(exists("recipe install no-such-recipe")).toBe(false);
    expect(exists("nothing")).toBe(false);
  });
  it("stands on the page", () => {
    const text = pageOf(named);
    if (process.env["UPDATE"] === "1") writeFileSync(join(repositoryRoot, page), text);
    expect(existsSync(join(repositoryRoot, page)) && read(page)).toBe(text);
  });
});

function pageOf(all: readonly Named[]): string {
  const rows = all.map(({ source, name, command, none, note }) => {
    const what = command === undefined ? `not needed: ${none}` : `\`sallyport ${command}\``;
    const cell = note === undefined ? what : `${what}: ${note}`;
    return `| ${source} | \`${name.replaceAll("|", "\\|")}\` | ${cell} |`;
  });
  return `# What stands for scripts and files that guides name

Written from \`test/sources/named-scripts.yaml\` by its test. The numbers are those of the source documents of the requirements.

| source | what is named | what stands for it |
|---|---|---|
${rows.join("\n")}
`;
}
