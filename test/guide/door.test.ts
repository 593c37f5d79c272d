// The door of the repository: AGENTS.md is short and leads to pages that are there, READMEs name places that exist, the walk names real functions.
import { describe, expect, it } from "vitest";
import { repositoryFiles } from "../../scripts/checks/repository-files.ts";
import { placeNameFaults } from "../../scripts/checks/room-notes.ts";

const files = repositoryFiles();
const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? "";
const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").length;

const PAGES = ["command-model", "detector", "check", "page", "command"].map(
  (name) => `docs/contributing/${name}.md`,
);

describe("the door", () => {
  it("AGENTS.md has at most 700 words, and leads to a short page for each common change", () => {
    const door = textOf("AGENTS.md");
    expect(words(door)).toBeGreaterThan(200);
    expect(words(door)).toBeLessThanOrEqual(700);
    for (const page of PAGES) {
      expect(door).toContain(page);
      expect(words(textOf(page)), page).toBeGreaterThan(150);
      expect(words(textOf(page)), page).toBeLessThanOrEqual(650);
    }
  });
  it("it, the pages and the tables of READMEs name places that are there", () => {
    const named = files.filter(({ text }) => text?.includes("| what | where |"));
    expect(named.length).toBeGreaterThan(10);
    expect(placeNameFaults(files)).toEqual([]);
  });
  it("scripts/README.md has every script of package.json", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const page = textOf("scripts/README.md");
    const missing = Object.keys(scripts).filter(
      (name) => !/^pre|^start$/.test(name) && !new RegExp(`npm (?:run )?${name}\\b`).test(page),
    );
    expect(missing).toEqual([]);
  });
  it("the walk of ARCHITECTURE.md goes through functions that are there", () => {
    const walk = /^## A walk[\s\S]*?(?=^## )/m.exec(textOf("ARCHITECTURE.md"))?.[0] ?? "";
    const steps = [...walk.matchAll(/`(src\/[^`]+\.ts)` `(\w+)\(\)`/g)];
    expect(steps.length).toBeGreaterThan(10);
    for (const [, path = "", name = ""] of steps)
      expect(textOf(path), path).toMatch(
        new RegExp(`^(?:export )?(?:async )?function ${name}\\b`, "m"),
      );
  });
});

describe("planted faults are found", () => {
  const there = { path: "src/guard/a.ts", text: "" };
  const table = (where: string) => ({
    path: "src/guard/README.md",
    text: `# guard\n\nA room.\n\n| what | where |\n|---|---|\n| x | ${where} |\n`,
  });
  it.each([
    ["`src/guard/b.ts`"],
    ["`src/guard/{a,b}.ts`"],
    ["`src/record/<kind>.ts`"],
    ["`src/guard/c/`"],
  ])("%s is not there", (where) => {
    expect(placeNameFaults([there, table(where)])).toHaveLength(1);
  });
  it.each([["`src/guard/a.ts`"], ["`src/guard/`"], ["`src/guard/<name>.ts`"], ["`npm test`"]])(
    "%s is fine",
    (where) => {
      expect(placeNameFaults([there, table(where)])).toEqual([]);
    },
  );
});
