// `policy check`, `policy show` and `policy test`: what a person learns of a policy before it is in force.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { conditionInWords } from "#govern/policy/condition-words.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { outlinePolicy, ownPortNotes } from "#surface/cli/commands/policy/policy-check.ts";
import { initCommand } from "#surface/cli/commands/start/init.ts";
import { textOfPacks } from "#surface/cli/commands/policy/policy-list.ts";
import { SCHEMAS, schemaText } from "#surface/cli/commands/policy/policy-schema.ts";
import { textOf } from "#surface/cli/commands/policy/policy-show.ts";
import { tryExamples } from "#surface/cli/commands/policy/policy-test.ts";
import { checkReviews } from "#surface/services/policy/review.ts";
import { chooseProfile } from "#surface/cli/policy/profile.ts";
import { silent } from "../silent-terminal.ts";
import { listPacks, packNames } from "#surface/services/policy/policy-source.ts";

const directory = mkdtempSync(join(tmpdir(), "policy-cli-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileWith(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

const mine = fileWith(
  "mine.yaml",
  `id: mine
version: "7"
title: Mine
extends: [team]
review: { owner: sec@corp.example, reviewed: 2026-01-01, next: 2026-02-01 }
rules:
  - id: mine/tests
    verdict: ask
    effects: [execute]
    commands: ["npm run e2e:*"]
    hours: ["Mon-Fri 08:00-18:00"]
    branches: [main]
    reason: they cost money
examples:
  - { command: git push --force, verdict: deny, rule: history/protected }
  - { command: ls, verdict: allow }
  - { command: ls, verdict: deny }
`,
);

describe("policy check", () => {
  it("says what a policy amounts to, and that its review is overdue", () => {
    const outline = outlinePolicy(namedPolicy(mine), "2026-03-01");
    expect(outline).toMatchObject({ id: "mine", version: "7", extends: ["team"], examples: 3 });
    expect(outline.rules.ask).toBe(outlinePolicy(namedPolicy("team"), "2026-03-01").rules.ask + 1);
    expect(outline.notes).toEqual(["its review was due on 2026-02-01"]);
    expect(outline.requires).toEqual(["prompts-without-secrets", "outputs-without-secrets"]);
    expect(outlinePolicy(namedPolicy("enterprise-high"), "2026-03-01").requires).toEqual([
      ...["prompts-without-secrets", "outputs-without-secrets", "audit"],
    ]);
  });

  it("lists ports of the machine, and says which of them stay closed", () => {
    const text = 'id: p\nversion: "1"\ntitle: P\nextends: [team]\nmachinePorts: [5432, 7777]\n';
    const named = namedPolicy(fileWith("ports.yaml", text));
    expect(outlinePolicy(named, "2026-03-01").machinePorts).toEqual(["5432", "7777"]);
    expect(ownPortNotes(named.policy, new Set([7777, 1]))).toEqual([
      "sallyport itself listens on port 7777, so it stays closed to held code",
    ]);
    expect(ownPortNotes(namedPolicy("team").policy, new Set([7777]))).toEqual([]);
  });

  it("says of a file that cannot be used where it is wrong, by exit code and words", async () => {
    const broken = fileWith("broken.yaml", 'id: x\nversion: "1"\ntitle: X\nextends: [teem]\n');
    const said: string[] = [];
    const terminal = {
      warn: (text: string) => said.push(text),
      print: (text: string) => said.push(text),
    } as unknown as Terminal;
    expect(await runCommandLine(["policy", "check", broken], terminal, {})).toBe(2);
    expect(said.join("\n")).toContain("`teem`");
    expect(said.join("\n")).toContain("broken.yaml:4");
  });
});

it.each(SCHEMAS)("policy schema prints that of %s files, called after its file", (name) => {
  expect(JSON.parse(schemaText(name))).toMatchObject({ $id: `${name}.schema.json` });
});

it("a pack is taken by its other names wherever one is named, and kept by its own", async () => {
  const { team } = Object.fromEntries(listPacks().map((pack) => [pack.name, pack]));
  expect(team?.alsoCalled).toEqual(["team-recommended"]);
  const extending = (name: string) =>
    namedPolicy(fileWith("named.yaml", `id: x\nversion: "1"\ntitle: X\nextends: [${name}]\n`))
      .policy.digest;
  expect(extending("team-recommended")).toBe(extending("team"));
  expect(namedPolicy("team-recommended").policy).toEqual(namedPolicy("team").policy);
  const request = {
    wanted: "team-recommended",
    before: undefined,
    root: directory,
    directory,
    terminal: silent,
    mayAsk: false,
  };
  expect(await chooseProfile(request)).toMatchObject({ chosen: { pack: "team" }, notes: [] });
  expect(textOfPacks()).toContain("(also called team-recommended)");
  const names = listPacks().flatMap(({ name, alsoCalled }) => [name, ...alsoCalled]);
  expect(new Set(names).size).toBe(names.length);
});

describe("policy show", () => {
  it("says what sessions may spend", () => {
    const file = fileWith(
      "spending.yaml",
      `id: spending
version: "1"
title: Spending
extends: [team]
budgets: [{ id: day, of: person, per: day, unit: usd, warn: 25, stop: 50 }]
`,
    );
    const { policy } = namedPolicy(file);
    expect(textOf({ policy, from: file, layers: [] }, [])).toContain(
      "budget user:spending/budgets/day: warn at $25.00, stop at $50.00, of all of your sessions on this machine today",
    );
  });
  it("says what to do instead, and who answers for a rule", () => {
    const file = fileWith(
      "owned.yaml",
      `id: owned
version: "1"
title: Owned
automaticApproval: false
rules:
  - { id: a/b, verdict: deny, effects: [deploy], reason: it is live, instead: merge it, owner: Ada }
  - { id: a/c, verdict: ask, effects: [egress], reason: it leaves }
`,
    );
    const { policy } = namedPolicy(file);
    expect(policy.rules.map(({ owner }) => owner)).toEqual(["Ada", undefined]);
    expect(textOf({ policy, from: file, layers: [] }, policy.rules).split("\n").slice(1)).toEqual([
      "",
      "deny  a/b  user:owned",
      expect.stringContaining("deploy"),
      "      because it is live",
      "      instead merge it",
      "      owner   Ada",
      "",
      "ask   a/c  user:owned",
      expect.any(String),
      "      because it leaves",
    ]);
  });
});

describe("status", () => {
  it("says the dates of a policy file's review, and finds one that is due", () => {
    const entry = { root: directory, policy: { file: mine, digest: "ab".repeat(32) } };
    const at = (day: string) => checkReviews(entry, Date.parse(day));
    expect(at("2026-02-01")).toEqual([
      {
        about: "review",
        level: "ok",
        text: `${mine}: owner sec@corp.example, reviewed 2026-01-01, next review 2026-02-01`,
      },
    ]);
    expect(at("2026-02-02")).toMatchObject([
      {
        level: "found",
        text: expect.stringContaining("its review was due on 2026-02-01"),
        repair: `\${EDITOR:-vi} +5 ${mine}`,
      },
    ]);
    expect(checkReviews({ ...entry, policy: { pack: "team", digest: "" } }, 0)).toEqual([]);
  });
});

it("policy test tells an example that comes out otherwise", async () => {
  const { whole, policy } = namedPolicy(mine);
  const tried = await tryExamples(whole.pack.examples, policy, { cwd: directory });
  expect(tried.map(({ passed }) => passed)).toEqual([true, true, false]);
  expect(tried[2]).toMatchObject({ verdict: "allow", expected: "deny" });
});

it("policy list names every pack that ships in the group that it is for, and init only what is to be chosen as it is", () => {
  const groups = textOfPacks().split("\n\n");
  expect(groups.map((group) => group.split("\n")[0]?.split(" ")[0])).toEqual([
    ...["profiles,", "overlays", "tiers", "roles", "published", "parts,"],
  ]);
  const named = groups
    .flatMap((group) => group.split("\n").slice(1))
    .map((line) => line.trim().split(" ")[0] ?? "");
  expect(named.toSorted()).toEqual(packNames());
  const { profile } = initCommand.args as { readonly profile: { readonly description: string } };
  expect(profile.description).toContain("enterprise-high, individual-minimum, team, another");
});

it("policy show puts a condition in words", () => {
  const rule = namedPolicy(mine).policy.rules.find(({ id }) => id === "mine/tests");
  expect(rule && conditionInWords(rule.when)).toBe(
    "running `npm run e2e ...`, only on branch main, only at Mon Tue Wed Thu Fri 08:00-18:00",
  );
});
