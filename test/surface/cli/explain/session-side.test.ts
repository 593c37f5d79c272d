// What `explain`, `decide` and `policy show` know of a session: its labels, and exceptions and statements of people that stand.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Install } from "#surface/services/installation/install.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import {
  labelsGiven,
  labelsUnder,
  speaksFor,
  standingAt,
  standingLines,
} from "#surface/cli/explain/session-side.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";
import { PROGRAM } from "../../../program.ts";

const POLICY = `id: shop
version: "1"
title: Shop
automaticApproval: false
sessionLabels: [{ label: payments, paths: ["**/pay"] }]
rules:
  - { id: s/plan, verdict: deny, effects: [read], paths: ["**/plan.txt"], labels: [incident], reason: not during incidents }
  - { id: s/pay, verdict: ask, effects: [read], paths: ["**/card.txt"], labels: [payments], reason: cards }
`;
const HOUR_MS = 3_600_000;
const approved = {
  reason: "incident 12",
  owner: "ops",
  approver: "ada",
  createdMs: Date.now() - HOUR_MS,
  expiresMs: Date.now() + 40 * 24 * HOUR_MS,
};
let room: ReturnType<typeof freshDirectory>;
let install: Install;
let shop = "";
let file = "";

const spoken = (command: readonly string[], input = "") => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...PROGRAM, ...command], {
    cwd: shop,
    encoding: "utf8",
    input,
    timeout: 60_000,
    env: { PATH: "/usr/bin:/bin", HOME: room.path, SALLYPORT_HOME: install.directories.root },
  });
  return { stdout, stderr, status };
};

beforeAll(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
  shop = join(room.path, "shop");
  file = join(room.path, "policy.yaml");
  mkdirSync(shop);
  writeFileSync(join(shop, "plan.txt"), "x\n");
  writeFileSync(file, POLICY);
  const statements = openStatements(install.directories);
  const state = (id: string, more: object) =>
    statements.add(
      statements.sign({
        ...approved,
        id: id.repeat(16),
        digest: null,
        kind: "label",
        about: "incident",
        scope: { of: "session", id: "s1" },
        ...more,
      } as Parameters<typeof statements.sign>[0]),
    );
  state("a", {});
  state("b", { kind: "waiver", about: "CC6.1", scope: { of: "project", path: shop } });
  state("c", { kind: "waiver", about: "CC7.2", scope: { of: "project", path: "/elsewhere" } });
  state("d", { kind: "attestation", about: "CC1.1", scope: { of: "all" } });
  const exceptions = openExceptions(install.directories);
  exceptions.grant(
    exceptions.sign({
      ...approved,
      id: "e".repeat(16),
      rules: ["user:shop/s/plan"],
      verdict: "allow",
      scope: { effects: ["read"] },
      project: shop,
      uses: 3,
      policy: namedPolicy(file).policy.digest,
    } as Parameters<typeof exceptions.sign>[0]),
  );
});
afterAll(() => room.remove());

describe("labels of a session", () => {
  const under = (asked: object, root = shop) =>
    labelsUnder(
      namedPolicy(file).policy,
      { root, home: room.path, data: install.directories.root },
      asked,
    );
  test("are those that people gave it, those that are asked about, and those of its place", async () => {
    expect(await under({})).toEqual([]);
    expect(await under({ session: "s1" })).toEqual([{ name: "incident", from: "person" }]);
    expect(await under({ session: "s2" })).toEqual([]);
    expect(await under({ session: "s1", label: "pci" })).toEqual([
      { name: "incident", from: "person" },
      { name: "pci", from: "person" },
    ]);
    expect(await under({}, join(room.path, "pay"))).toEqual([{ name: "payments", from: "found" }]);
  });
  test("are words that a session can bear", () => {
    expect(labelsGiven("a, b/c")).toEqual(["a", "b/c"]);
    expect(() => labelsGiven("a,,b")).toThrow(expect.objectContaining({ code: "usage" }));
    expect(() => labelsGiven("a b")).toThrow("letters, digits");
  });
  test("let a rule speak or keep it silent", () => {
    const [plan, pay] = namedPolicy(file).policy.rules;
    if (plan === undefined || pay === undefined) throw new Error("the policy has two rules");
    const incident = [{ name: "incident", from: "person" }] as const;
    expect([speaksFor(plan, incident), speaksFor(pay, incident)]).toEqual([true, false]);
    expect(speaksFor(plan, undefined)).toBe(true);
    const open = { ...plan, verdict: "allow" } as const;
    expect(speaksFor(open, undefined)).toBe(false);
    expect(speaksFor(open, [{ name: "incident", from: "found" }])).toBe(false);
    const { labels: _, ...when } = plan.when;
    expect(speaksFor({ ...plan, when }, incident)).toBeUndefined();
  });
});

describe("what stands", () => {
  const at = (asked: object, root = shop) =>
    standingAt(namedPolicy(file).policy, { root, data: install.directories.root }, asked);
  test("is what counts in the project, everywhere and in the session, and nothing else", () => {
    const told = (asked: object, root?: string) => at(asked, root).all.map(({ about }) => about);
    expect(told({})).toEqual(["user:shop/s/plan", "CC6.1", "CC1.1"]);
    expect(told({ session: "s1" })).toEqual(["user:shop/s/plan", "incident", "CC6.1", "CC1.1"]);
    expect(told({}, "/elsewhere")).toEqual(["CC7.2", "CC1.1"]);
    expect(standingLines(at({}))[0]).toMatch(
      /^exception e{16}: user:shop\/s\/plan, until \d{4}-.*Z, 3 uses left$/,
    );
  });
  test("a list that nobody signed counts for nothing, and is told beside what stands", () => {
    const data = join(room.path, "copy");
    cpSync(install.directories.root, data, { recursive: true });
    const { statementsFile } = directoriesIn(data);
    const signed = JSON.parse(readFileSync(statementsFile, "utf8"));
    writeFileSync(statementsFile, JSON.stringify({ ...signed, signature: "00".repeat(64) }));
    const { all, trouble } = standingAt(namedPolicy(file).policy, { root: shop, data });
    expect(all.map(({ kind }) => kind)).toEqual(["exception"]);
    expect(trouble).toContain("nothing in it counts");
    expect(standingLines({ all, trouble: trouble ?? "" })[0]).toBe(trouble);
  });
});

describe("commands", () => {
  const explained = (...more: readonly string[]) =>
    spoken(["explain", "--policy", file, "--json", ...more, "cat plan.txt"]).stdout;
  test("explain judges as in the session, and as one that nobody marked", () => {
    expect(JSON.parse(explained())).toMatchObject({ verdict: "abstain", session: { labels: [] } });
    expect(JSON.parse(explained("--session", "s1"))).toMatchObject({
      verdict: "deny",
      session: { id: "s1", labels: [{ name: "incident", from: "person" }] },
    });
  });
  test("decide goes by the session of each line where the policy is in force, else by `--label`", () => {
    const line = JSON.stringify({
      hook_event_name: "PreToolUse",
      session_id: "s1",
      cwd: shop,
      tool_name: "Bash",
      tool_input: { command: "cat plan.txt" },
      permission_mode: "default",
    });
    const decided = (...more: readonly string[]) =>
      JSON.parse(spoken(["decide", "--jsonl", "--policy", file, ...more], `${line}\n`).stdout)
        .decision;
    expect(decided("--label", "incident")).toBe("deny");
    expect(decided("--label", "pci")).not.toBe("deny");
  });
  test("policy show says which rules are silent, and refuses what it cannot know", () => {
    const { stdout } = spoken(["policy", "show", file, "--label", "incident"]);
    expect(stdout).toContain("labels incident (by a person)");
    expect(stdout.match(/silent {2}in this session/g)).toHaveLength(1);
    expect(stdout.indexOf("silent")).toBeGreaterThan(stdout.indexOf("s/pay"));
    const wrong = spoken(["policy", "show", file, "--session", "s1"]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("`--session`")]);
  });
});
