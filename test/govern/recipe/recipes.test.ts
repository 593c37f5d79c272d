// Every hook recipe: its native form exists, its script is clean, answers as its fixtures say in each awk, and refuses broken input.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecipe, RECIPE_FIELDS, type Recipe } from "#govern/recipe/recipe.ts";
import { payloadOf } from "#govern/recipe/payload.ts";
import { markOf, scriptOf } from "#govern/recipe/script.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { loadRecipes } from "#surface/foundation/product/shipped-data.ts";
import { repositoryRoot } from "../../../scripts/checks/repository-files.ts";
import { whyNotInstalled } from "../../installed.ts";

const recipes = loadRecipes();
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-recipes-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What no hook may let through: each is no call of a tool. */
const broken = [
  ...["", "null", "not json", "[1]", '{"a":', "{}", '{"hook_event_name":5}', '{"a":1}}', "\u0001"],
  ...['{"hook_event_name":"PreToolUse","tool_name":7}', '{"hook_event_name":"Stop"}'],
  '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":"x"}',
  '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":["a"]}}',
  '{"hook_event_name":"PreToolUse","tool_name":"Read","tool_name":"Read","tool_input":{}}',
];

describe("the recipes", () => {
  it("are those that the requirements name", () => {
    expect(recipes.map(({ id }) => id)).toEqual([
      ...["audit-denials", "audit-log", "audit-tool-use", "audit-trail", "block-credential-files"],
      ...["block-network-commands", "block-sensitive-edit", "detect-secrets", "gdpr-pii-detector"],
      ...["guard-mcp-configuration", "guard-settings-changes", "hipaa-output-sanitizer"],
      ...["hipaa-phi-guard", "jsonl-audit", "log-all", "protect-sensitive-files"],
      ...[
        "protect-sensitive-paths",
        "review-privileged-actions",
        "security-check",
        "validate-bash",
      ],
    ]);
  });
  it.each(recipes)("$id: what does it natively exists", ({ native }) => {
    expect(native.policy ?? native.command).toBeDefined();
    if (native.policy === undefined) return;
    const known = new Set(loadPack(native.policy).rules.map(({ id }) => id));
    expect(native.rules.filter((rule) => !known.has(rule))).toEqual([]);
    expect(native.rules.length).toBeGreaterThan(0);
  });
  it("have a schema with the same fields", () => {
    const file = join(repositoryRoot, "data/schema/recipe.schema.json");
    const schema = JSON.parse(readFileSync(file, "utf8"));
    const { script, fixtures } = schema.properties;
    const { rules, record } = script.properties;
    expect(Object.keys(schema.properties)).toEqual(RECIPE_FIELDS.recipe);
    expect(Object.keys(rules.items.properties).toSorted()).toEqual(RECIPE_FIELDS.rule.toSorted());
    expect(Object.keys(record.items.properties)).toEqual(RECIPE_FIELDS.stream);
    expect(Object.keys(fixtures.items.properties)).toEqual(RECIPE_FIELDS.fixture);
  });
  it("are refused with the place of the fault", () => {
    const text = readFileSync(join(repositoryRoot, "data/recipes/log-all.yaml"), "utf8");
    expect(() => parseRecipe(text, "x.yaml", "other")).toThrow(/not the recipe's name/);
    expect(() => parseRecipe(text.replace("record:", "rules: []\n  x:"), "x", "log-all")).toThrow();
    const quote = text.replace("matcher: Bash }", "matcher: Bash }\n    - { event: Nothing }");
    expect(() => parseRecipe(quote, "x", "log-all")).toThrow(/script\.hooks/);
  });
});

describe("the scripts", () => {
  it("are clean for shellcheck", ({ skip }) => {
    if (!existsSync("/usr/bin/shellcheck")) skip("shellcheck is not installed");
    for (const recipe of recipes) writeFileSync(join(folder, `${recipe.id}.sh`), scriptOf(recipe));
    const files = recipes.map(({ id }) => `${id}.sh`);
    const run = spawnSync("shellcheck", ["-s", "sh", ...files], { cwd: folder, encoding: "utf8" });
    expect(run).toMatchObject({ stdout: "", stderr: "", status: 0 });
  });
  it("say whose they are, and whether somebody changed them", () => {
    const [recipe] = recipes as [Recipe];
    const text = scriptOf(recipe);
    expect(markOf(text)).toEqual({ id: recipe.id, isAsMade: true });
    expect(markOf(text.replace("set -u", "set -eu"))).toEqual({ id: recipe.id, isAsMade: false });
    expect(markOf("#!/bin/sh\nexit 0\n")).toBeUndefined();
    expect(text).not.toMatch(/^\s*exit 1\b/m);
  });
  it.for(recipes)("$id answers as its fixtures say", (recipe, { skip }) => {
    const missing = whyNotInstalled("awk");
    if (missing !== undefined) skip(missing);
    expect(runAll(recipe, "awk", []).answers).toEqual(wanted(recipe));
  });
  it.for(["block-network-commands", "audit-trail", "hipaa-output-sanitizer"])(
    "%s refuses what is broken",
    (id, { skip }) => {
      const missing = whyNotInstalled("awk");
      if (missing !== undefined) skip(missing);
      expect(runAll(called(id), "awk", broken).refused).toEqual(broken.map(() => "refused"));
    },
  );
  it.for(["mawk", "busybox awk"])("answer the same in %s", (awk, { skip }) => {
    const [program = ""] = awk.split(" ");
    if (!existsSync(`/usr/bin/${program}`)) skip(`${program} is not installed`);
    const some = ["block-network-commands", "audit-trail"].map(called);
    for (const recipe of some)
      expect(runAll(recipe, awk, []).answers, recipe.id).toEqual(wanted(recipe));
  });
});

const called = (id: string) => recipes.find((recipe) => recipe.id === id) as Recipe;
const wanted = ({ fixtures }: Recipe) =>
  fixtures.map(({ name, expect: answer }) => `${name}: ${answer}`);

/** Runs a script over all its fixtures and over broken input, in one process that starts it for each. */
function runAll(recipe: Recipe, awk: string, broken: readonly string[]) {
  const home = mkdtempSync(join(folder, "run-"));
  const text = scriptOf(recipe, join(home, "records"));
  writeFileSync(join(home, "hook"), text.replace("$(awk '", `$(${awk} '`), { mode: 0o755 });
  recipe.fixtures.forEach((one, at) => {
    writeFileSync(join(home, `fixture.${at}`), payloadOf(recipe, one, home));
  });
  broken.forEach((one, at) => writeFileSync(join(home, `broken.${at}`), one));
  const loop =
    'for f in fixture.* broken.*; do [ -e "$f" ] || continue; sh ./hook < "$f" > "out.$f" 2> "err.$f"; echo $? > "exit.$f"; done';
  expect(spawnSync("sh", ["-c", loop], { cwd: home }).status).toBe(0);
  const read = (name: string) => readFileSync(join(home, name), "utf8");
  const records = existsSync(join(home, "records"))
    ? readdirSync(join(home, "records")).map((file) => read(join("records", file)))
    : [];
  for (const line of records
    .join("")
    .trim()
    .split("\n")
    .filter((one) => one !== ""))
    expect(Object.keys(JSON.parse(line)).length).toBeGreaterThan(3);
  const answers = recipe.fixtures.map(({ name, expect: answer, says }, at) => {
    const said = `${read(`out.fixture.${at}`)}${read(`err.fixture.${at}`)}${records.join("")}`;
    if (says !== undefined) expect(said).toContain(says);
    const meaning = meaningOf(read(`exit.fixture.${at}`), read(`out.fixture.${at}`));
    return `${name}: ${meaning === "pass" && answer === "record" ? "record" : meaning}`;
  });
  const refused = broken.map((_, at) => {
    const meaning = meaningOf(read(`exit.broken.${at}`), read(`out.broken.${at}`));
    return meaning === "deny" || meaning === "ended" ? "refused" : meaning;
  });
  return { answers, refused };
}

function meaningOf(exit: string, output: string): string {
  if (exit.trim() === "2") return "deny";
  if (exit.trim() !== "0") return `exit ${exit.trim()}`;
  if (output === "") return "pass";
  const { hookSpecificOutput: own, decision, continue: goesOn } = JSON.parse(output);
  if (own?.updatedToolOutput !== undefined) return "withhold";
  if (goesOn === false) return "ended";
  return own?.permissionDecision ?? (decision === "block" ? "deny" : "unclear");
}
