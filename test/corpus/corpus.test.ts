// Runs the corpora: each case says what a command is judged as, by which rule, and why that is right.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { COMMANDS } from "#guard/effects/commands/index.ts";
import { CORPUS_VARIABLE } from "../../scripts/chosen-tests.ts";
import { judgeCommand, makeProject, plainShell, settled } from "../judging.ts";

const Case = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^(deny|ask|allow|abstain)\.[a-z0-9-]+$/)),
  command: v.string(),
  /** The rule that made the verdict; required where something is refused or asked. */
  rule: v.optional(v.string()),
  why: v.pipe(v.string(), v.minLength(5)),
  dialect: v.optional(v.picklist(["bash", "zsh"])),
  options: v.optional(v.array(v.string())),
  functions: v.optional(v.record(v.string(), v.string())),
  aliases: v.optional(v.record(v.string(), v.string())),
});

const project = settled(makeProject());
afterAll(() => project.remove());

it("has a corpus for each command model", () => {
  const names = (path: string): string[] =>
    readdirSync(fileURLToPath(new URL(path, import.meta.url))).flatMap((file) =>
      /^(.+)\.(?:ts|yaml)$/.exec(file)?.slice(1) ?? [],
    );
  const models = names("../../src/guard/effects/commands").filter((name) => name !== "index");
  expect(names("./commands").sort()).toEqual(models.sort());
});

it("has one model for each name", () => {
  const names = COMMANDS.flatMap((model) => model.names);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

// WHY: of two options of one spelling the later one wins, and nobody sees which was meant.
it("spells no option of a model twice", () => {
  const twice = COMMANDS.flatMap(({ names: [name = ""], options }) => {
    const spellings = Object.values(options).flatMap((option) => option.names);
    return spellings.filter((one, at) => spellings.indexOf(one) !== at).map((one) => `${name} ${one}`);
  });
  expect(twice).toEqual([]);
});

// Who names files of the corpus to `npm test` gets their cases alone.
const chosen = process.env[CORPUS_VARIABLE]?.split(",");
for (const folder of ["commands", "shell"]) {
  const directory = fileURLToPath(new URL(`./${folder}`, import.meta.url));
  for (const file of readdirSync(directory).sort()) {
    if (chosen !== undefined && !chosen.includes(`${folder}/${file}`)) continue;
    describe(`${folder}/${file}`, () => {
      const cases = v.parse(v.array(Case), parse(readFileSync(`${directory}/${file}`, "utf8")));
      it("has cases with distinct names", () => {
        expect(cases.length).toBeGreaterThan(0);
        expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
      });
      for (const one of cases) {
        it(one.name, async () => {
          const command = one.command.replaceAll("<project>", project.project).replaceAll("<outside>", `${project.root}/outside`);
          const decision = await judgeCommand(project, command, {
            shell: plainShell(one.dialect ?? "bash", {
              options: new Set(one.options),
              functions: new Map(Object.entries(one.functions ?? {})),
              aliases: new Map(Object.entries(one.aliases ?? {})),
            }),
          });
          const [verdict] = one.name.split(".");
          expect(decision.verdict, JSON.stringify(decision.reasons[0])).toBe(verdict);
          if (verdict === "deny" || verdict === "ask") {
            expect(one.rule, "a restricting case names its rule").toBeDefined();
            expect(decision.reasons[0]?.rule).toContain(one.rule);
          }
        });
      }
    });
  }
}
