// Commands that say how a policy judges, held to how its deployment would: its variables, its project, and examples that do what they say.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { managedEnvironment } from "#govern/compile/environment.ts";
import { parseSite } from "#govern/compile/site.ts";
import { explainCommand } from "#surface/cli/commands/start/explain.ts";
import { checkCommand } from "#surface/cli/commands/policy/policy-check.ts";
import { diffCommand } from "#surface/cli/commands/policy/policy-diff.ts";
import { testCommand } from "#surface/cli/commands/policy/policy-test.ts";
import { settingsVariables } from "#surface/services/projects/settings-variables.ts";
import { PROGRAM } from "../../../program.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { sampled } from "../../../sampled.ts";

let room: ReturnType<typeof freshDirectory>;
let shop = "";
const POLICY = [
  'id: shop\nversion: "1"\ntitle: The shop\nextends: [team]',
  'lists: { our-remotes: ["git.example.com/team/*"] }',
  "rules:",
  "  - { id: shop/push, verdict: allow, effects: [publish], remotes: { in: our-remotes }, reason: ours }",
  "examples: [{ command: git push origin feature/x, verdict: ask, rule: publish/any }]",
].join("\n");

beforeAll(() => {
  room = freshDirectory();
  shop = join(room.path, "shop");
  mkdirSync(join(shop, "src"), { recursive: true });
  for (const name of ["policy.yaml", "old.yaml", "new.yaml"])
    writeFileSync(join(shop, name), POLICY);
  writeFileSync(join(shop, "site.yaml"), "organization: Example Corp\n");
  execFileSync("git", ["init", "-q", shop]);
  execFileSync("git", [
    "-C",
    shop,
    "remote",
    "add",
    "origin",
    "https://git.example.com/team/a.git",
  ]);
});
afterAll(() => room.remove());

/** Runs the program in the project as a person without any data of ours does. */
function run(line: readonly string[], cwd = shop) {
  const env = {
    PATH: process.env["PATH"],
    HOME: room.path,
    SALLYPORT_HOME: join(room.path, "data"),
  };
  return spawnSync(process.execPath, [...PROGRAM, ...line], { cwd, env, encoding: "utf8" });
}

describe("the variables that a managed deployment sets", () => {
  const names = Object.keys(managedEnvironment(parseSite("{}", "site")));
  test("are known to an explanation with --site, and none makes git unknown", () => {
    const words = ["explain", "--policy", "policy.yaml", "--json", "git push origin feature/x"];
    const plain = JSON.parse(run(words).stdout);
    const deployed = JSON.parse(run([...words, "--site", "site.yaml"]).stdout);
    expect(plain.environment).toBeUndefined();
    expect(names).toEqual(expect.arrayContaining(["GIT_CONFIG_PARAMETERS", "NODE_OPTIONS"]));
    expect(deployed.environment).toEqual(
      expect.arrayContaining(["GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "NODE_OPTIONS"]),
    );
    expect([deployed.verdict, JSON.stringify(deployed.effects)]).toEqual([
      plain.verdict,
      expect.not.stringContaining("configuration of git that is not known"),
    ]);
  });
  test("of the parameters change what an example comes to", () => {
    const text =
      "env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: core.sshCommand, GIT_CONFIG_VALUE_0: ./x.sh }\n";
    writeFileSync(join(shop, "other-site.yaml"), text);
    const words = ["explain", "--policy", "team", "--json", "git fetch"];
    const kinds = (more: readonly string[]): readonly string[] =>
      JSON.parse(run([...words, ...more]).stdout).effects.map(
        ({ text: one }: { text: string }) => one,
      );
    expect(kinds(["--site", "other-site.yaml"])).not.toEqual(kinds(["--site", "site.yaml"]));
  });
  test("of managed settings in force stand above those of a project", () => {
    const managed = join(room.path, "managed");
    mkdirSync(join(managed, "managed-settings.d"), { recursive: true });
    const put = (name: string, value: string) =>
      writeFileSync(join(managed, name), JSON.stringify({ env: { PAGER: value } }));
    mkdirSync(join(shop, ".claude"), { recursive: true });
    writeFileSync(join(shop, ".claude/settings.json"), '{"env": {"PAGER": "own", "EDITOR": "vi"}}');
    const at = { id: "x", root: shop };
    expect(settingsVariables(at, room.path, managed)).toEqual({ PAGER: "own", EDITOR: "vi" });
    put("managed-settings.json", "base");
    expect(settingsVariables(at, room.path, managed)).toMatchObject({ PAGER: "base" });
    put("managed-settings.d/50-a.json", "drop-in");
    put("managed-settings.d/.hidden.json", "no");
    expect(settingsVariables(at, room.path, managed)).toMatchObject({ PAGER: "drop-in" });
  });
});

test("an example that a stricter rule of an extended pack decides otherwise is told how to leave that rule out", () => {
  const wanted = POLICY.replace("verdict: ask, rule: publish/any", "verdict: allow");
  writeFileSync(join(shop, "milder.yaml"), wanted);
  const tried = run(["policy", "test", "milder.yaml"]);
  expect(tried.status).toBe(1);
  expect(tried.stdout).toContain("expected allow: git push origin feature/x");
  expect(tried.stdout).toContain(
    "`without: [publish/any, egress/any]` leaves out what comes from team",
  );
  writeFileSync(
    join(shop, "own.yaml"),
    `${wanted.replace("verdict: allow, effects", "verdict: deny, effects")}`,
  );
  expect(run(["policy", "test", "own.yaml"]).stdout).not.toContain("without:");
});

test("each says which project it took, and in a folder of it the same one", () => {
  for (const cwd of [shop, join(shop, "src")]) {
    const policy = join(shop, "policy.yaml");
    const tried = run(["policy", "test", policy], cwd);
    expect(tried.stdout.trim()).toBe(`1 as expected, 0 otherwise, in the project ${shop}`);
    expect(JSON.parse(run(["policy", "test", policy, "--json"], cwd).stdout).projectRoot).toBe(
      shop,
    );
    const explained = run(["explain", "--policy", policy, "cat src/x"], cwd);
    expect(explained.stdout).toMatch(new RegExp(`^project +${shop}$`, "m"));
  }
  const compared = run(["policy", "diff", "policy.yaml", "new.yaml"]);
  expect(compared.stdout).toContain("with the project at /home/ada/project and at /srv/project");
});

describe("the examples of help do what they say", () => {
  const examplesOf = (description: string): readonly string[] =>
    description.split("\n").flatMap((line) => /^ *(sallyport .*)$/.exec(line)?.slice(1) ?? []);
  const all = [testCommand, checkCommand, diffCommand, explainCommand].flatMap(({ meta }) =>
    examplesOf(String(Object(meta).description)),
  );
  test("there are some of each", () => {
    expect(all.length).toBeGreaterThanOrEqual(14);
  });
  test.each(sampled(all, 9))("%s", (line) => {
    const [example = "", says] = line.split(/ {2,}/);
    const text = example
      .replace("~/shop", shop)
      .replace("$PWD", shop)
      .replace("/home/u/", `${room.path}/`)
      .replace(/ && echo fine$/, "");
    const words = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
      ([, single, double, bare]) => single ?? double ?? bare ?? "",
    );
    // Nothing was judged in this home yet, so there is no session to name.
    if (words.includes("--last") || words.includes("--session")) return;
    const { status, stdout, stderr } = run(words.slice(1));
    expect([line, stderr]).toEqual([line, ""]);
    expect([0, 1, 3, 4, 5]).toContain(status);
    if (words.includes("--json")) expect(() => JSON.parse(stdout)).not.toThrow();
    if (words.includes("--markdown")) expect(stdout).toMatch(/^\|/m);
    if (words.includes("--milder")) expect(stdout).not.toMatch(/[1-9]\d* stricter/);
    if (words[1] === "policy" && words[2] !== "check") expect(says ?? "").not.toBe("");
  });
});
