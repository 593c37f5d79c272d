// The client's own rules kept in step with the policy: a changed policy is told, an upgrade renews them, a person's rules stay, and uninstall gives every byte back.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { unguardProject } from "#surface/cli/commands/start/uninstall.ts";
import { planUpgrade } from "#surface/cli/upgrade/upgrade-plan.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { refusalDrift } from "#surface/services/evaluation/client-refusals.ts";
import { runningProgram } from "#surface/services/program/in-force.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { silent } from "../silent-terminal.ts";

const OWN = '{\n  "permissions": { "deny": ["Read(./mine/**)"], "allow": ["Bash(ls:*)"] }\n}\n';
const POLICY = `id: shop
version: "1"
title: Shop
automaticApproval: false
rules:
  - id: shop/plans
    verdict: deny
    effects: [read]
    paths: ["<project>/plans/**"]
    reason: plans stay here
`;

let home = "";
let project = "";
const file = () => join(project, ".claude", "settings.local.json");
const places = () => directoriesIn(join(home, "data"));
const base = () => ({
  directory: project,
  yes: true,
  terminal: silent,
  data: join(home, "data"),
  environment: { HOME: home, PATH: process.env["PATH"] ?? "" },
});
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-in-step-")));
  project = join(home, "shop");
  write(file(), OWN);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
function denied(): readonly string[] {
  const { permissions } = JSON.parse(readFileSync(file(), "utf8")) as {
    permissions: { deny: readonly string[] };
  };
  return permissions.deny;
}
function entry(): ProjectEntry {
  const [found] = readProjectRegister(places().projectsFile);
  if (found === undefined) throw new Error("nothing is guarded");
  return found;
}
const drift = () => refusalDrift(entry(), { directories: places() });
const plans = () => denied().filter((rule) => rule.includes("plans"));

describe("the client's rules of a guarded project", () => {
  it("say what the policy refuses, beside the person's own, from init on", async () => {
    await guardProject(base());
    expect(denied()).toContain("Read(./mine/**)");
    expect(denied().some((rule) => /^Read\(.*\.env\)$/.test(rule))).toBe(true);
    expect(await drift()).toBeUndefined();
  });
  it("are told to lag behind a policy that changed, and init and upgrade renew them", async () => {
    await guardProject(base());
    expect(plans()).toEqual([]);
    write(join(project, ".sallyport", "policy.yaml"), POLICY);
    const lag = await drift();
    expect(lag?.lacking).toBeGreaterThan(0);
    const { changes, older } = await planUpgrade(places(), runningProgram());
    expect(older.map(({ root }) => root)).toEqual([project]);
    expect(changes.join("\n")).toContain(`the client's rules: ${project}`);
    await guardProject(base());
    expect(plans().length).toBeGreaterThan(0);
    expect(await drift()).toBeUndefined();
    rmSync(join(project, ".sallyport"), { recursive: true });
    expect((await drift())?.over).toBeGreaterThan(0);
    await guardProject(base());
    expect([plans(), await drift()]).toEqual([[], undefined]);
  });
  it("are gone after uninstall, and every byte of the person's file is back", async () => {
    await guardProject(base());
    write(join(project, ".sallyport", "policy.yaml"), POLICY);
    await guardProject(base());
    await unguardProject(base());
    expect(readFileSync(file(), "utf8")).toBe(OWN);
    expect(readProjectRegister(places().projectsFile)).toEqual([]);
  });
});
