// Drift: each way in which what lies there differs from what was deployed, and what beside it weakens it.
import { describe, expect, test } from "vitest";
import type { Deployment } from "#govern/deploy/deployment.ts";
import { stateOfFile } from "#govern/deploy/deployment.ts";
import {
  type Deployed,
  type DriftFinding,
  fileFindings,
  folderFindings,
  modFindings,
  type Observed,
  type ObservedProgram,
  personFindings,
  programFindings,
} from "#govern/deploy/drift.ts";
import { besideFindings } from "#govern/deploy/weakening.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const BASE = "/etc/claude-code/managed-settings.json";
const SETTINGS = {
  permissions: { deny: ["Read(.env)", "Bash(rm:*)"], defaultMode: "default" },
  disableSkillShellExecution: true,
};
const TEXT = JSON.stringify(SETTINGS);
const deployed = (
  scope: Deployment["scope"],
  after: string,
  { path = BASE, before = undefined as string | undefined } = {},
): Deployed => {
  const mode = scope === "managed" ? 0o644 : 0o600;
  const file = (text: string | undefined) =>
    stateOfFile(text === undefined ? undefined : { text, mode });
  return {
    deployment: {
      id: "a".repeat(16),
      what: "deploy",
      of: null,
      scope,
      place: "/",
      policy: null,
      reason: "r",
      owner: "o",
      approver: "a",
      createdMs: 1,
      expiresMs: 2,
      files: [{ path, before: file(before), after: file(after) }],
    },
    textOf: (_, when) => (when === "after" ? after : before),
  };
};
const file = (text: string, more: Partial<{ mode: number; owner: number }> = {}): Observed => ({
  kind: "file",
  text,
  mode: 0o644,
  owner: 0,
  ...more,
});
const told = (findings: readonly DriftFinding[]) =>
  findings.map(({ id, key }) => (key === null ? id : `${id} ${key}`));
const managed = (seen: Observed) => told(fileFindings(deployed("managed", TEXT), () => seen, 0));

describe("a managed file", () => {
  test("that is as it was deployed has nothing to tell", () => {
    expect(managed(file(TEXT))).toEqual([]);
  });
  test.each<[string, Observed, readonly string[]]>([
    ["is gone", { kind: "missing" }, ["file/missing"]],
    ["cannot be read", { kind: "unreadable", why: "EACCES" }, ["file/unreadable"]],
    ["is a link", { kind: "link", mode: 0o777, owner: 0 }, ["file/link"]],
    ["is a folder", { kind: "folder", mode: 0o755, owner: 0 }, ["file/unreadable"]],
    ["belongs to somebody else", file(TEXT, { owner: 1000 }), ["file/owner"]],
    ["may be written by all", file(TEXT, { mode: 0o666 }), ["file/rights"]],
    ["may be read by root alone", file(TEXT, { mode: 0o600 }), ["file/rights"]],
    ["holds no byte", file(""), ["tier/zeroed"]],
    ["holds only blanks", file(" \n"), ["tier/zeroed"]],
    ["is half of itself", file(TEXT.slice(0, 30)), ["file/changed"]],
    ["has a trailing comma", file(TEXT.replace(/}$/, ",}")), ["file/changed"]],
    ["is laid out otherwise", file(JSON.stringify(SETTINGS, null, 4)), ["file/changed"]],
    [
      "lost a key",
      file(JSON.stringify({ permissions: SETTINGS.permissions })),
      ["key/missing disableSkillShellExecution"],
    ],
    [
      "has another value and a key more",
      file(JSON.stringify({ ...SETTINGS, disableSkillShellExecution: false, env: { A: "1" } })),
      ["key/changed disableSkillShellExecution", "key/unexpected env.A"],
    ],
    [
      "lost an entry of a list",
      file(TEXT.replace(',"Bash(rm:*)"', "")),
      ["key/changed permissions.deny"],
    ],
  ])("that %s is told", (_, seen, expected) => {
    expect(managed(seen)).toEqual(expected);
  });
  test("is told with what to do", () => {
    const [finding] = fileFindings(
      deployed("managed", TEXT),
      () => file(TEXT.replace(',"Bash(rm:*)"', "")),
      0,
    );
    expect(finding).toMatchObject({
      file: BASE,
      severity: "drift",
      message: expect.stringContaining("lost 1 and gained 0"),
      fix: expect.stringContaining("policy deploy"),
    });
  });
  test("that only another layout is, is no drift", () => {
    const [finding] = fileFindings(
      deployed("managed", TEXT),
      () => file(JSON.stringify(SETTINGS, null, 4)),
      0,
    );
    expect(finding?.severity).toBe("note");
  });
});

describe("a person's settings", () => {
  const path = "/home/ada/.claude/settings.json";
  const before = '{"model":"opus"}';
  const after = '{"model":"opus","permissions":{"deny":["Read(.env)"]}}';
  const look = (text: string, mode = 0o600) =>
    told(fileFindings(deployed("user", after, { path, before }), () => file(text, { mode }), 0));
  test("may change beside what was deployed", () => {
    expect(look('{"model":"x","permissions":{"deny":["Read(.env)","Read(b)"]}}')).toEqual([]);
    expect(look(after, 0o640)).toEqual([]);
  });
  test("are told where what was deployed is gone, or others may write them", () => {
    expect(look('{"model":"opus","permissions":{"deny":[]}}')).toEqual([
      "key/missing permissions.deny",
    ]);
    expect(look("{}")).toEqual(["key/missing permissions.deny"]);
    expect(look(after, 0o666)).toEqual(["file/rights"]);
  });
});

test("folders that others may write or own are told", () => {
  const at = (mode: number, owner = 0): Observed => ({ kind: "folder", mode, owner });
  expect(folderFindings("/etc/claude-code", at(0o755), 0)).toEqual([]);
  expect(folderFindings("/etc/claude-code", { kind: "missing" }, 0)).toEqual([]);
  expect(told(folderFindings("/etc/claude-code", at(0o777), 0))).toEqual(["folder/rights"]);
  expect(told(folderFindings("/etc/claude-code", at(0o755, 1000), 0))).toEqual(["folder/owner"]);
  expect(told(folderFindings("/d", { kind: "link", mode: 0o777, owner: 0 }, 0))).toEqual([
    "file/link",
  ]);
});

const catalogue = loadCatalogue();
const source = (layer: LintSource["layer"], value: unknown, at?: string): LintSource => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const path = at ?? (layer === "managed" ? BASE : `/home/ada/${layer}.json`);
  return { file: path, layer, text, bytes: text.length, isLink: false };
};
const beside = (...sources: readonly LintSource[]) =>
  besideFindings([source("managed", SETTINGS), ...sources], {
    deployed: new Map([[BASE, TEXT]]),
    overruled: [],
    dead: [],
    catalogue,
  });
const drifts = (findings: readonly DriftFinding[]) =>
  told(findings.filter(({ severity }) => severity === "drift"));

describe("beside a deployment", () => {
  const other = "/etc/claude-code/managed-settings.d/90-other.json";
  test("the deployed file and harmless settings are fine", () => {
    expect(beside(source("user", { model: "opus", permissions: { deny: ["Read(x)"] } }))).toEqual(
      [],
    );
    expect(drifts(beside(source("user", { permissions: { defaultMode: "plan" } })))).toEqual([]);
    // As `init` leaves a project.
    const guarded = { disableAllHooks: false, agent: "" };
    expect(drifts(beside(source("local", guarded)))).toEqual([]);
  });
  test("a managed file that nobody deployed is told, and what it sets in its own way", () => {
    const text = { disableSkillShellExecution: false, permissions: { deny: ["Read(x)"] } };
    expect(drifts(beside(source("managed", text, other)))).toEqual([
      "tier/unexpected",
      "tier/shadowed disableSkillShellExecution",
    ]);
  });
  test.each([
    ["no byte", ""],
    ["blanks", " "],
  ])("a managed file of %s is told", (_, text) => {
    expect(drifts(beside(source("managed", text, other)))).toContain("tier/zeroed");
  });
  test.each<[string, LintSource]>([
    ["a trailing comma", source("user", '{"model": "opus",}')],
    ["a comment", source("project", "{ // x\n }")],
    ["10 MB", { ...source("user", "{}"), bytes: 10_000_000, text: "" }],
    ["no right to read", { ...source("user", "{}"), text: undefined }],
    ["a link in its place", { ...source("project", "{}"), isLink: true }],
  ])("a file with %s is told", (_, one) => {
    expect(drifts(beside(one))).toContain("layer/broken");
  });
  test.each<[string, LintSource["layer"], unknown]>([
    ["mode", "user", { permissions: { defaultMode: "acceptEdits" } }],
    ["directories", "local", { permissions: { additionalDirectories: ["/"] } }],
    ["hooks off", "local", { disableAllHooks: true }],
    ["an agent", "local", { agent: "helper" }],
    ["servers", "project", { enableAllProjectMcpServers: true }],
    ["sandbox off", "user", { sandbox: { enabled: false } }],
    ["sandbox with exceptions", "user", { sandbox: { excludedCommands: ["*"] } }],
    ["an allow of everything", "user", { permissions: { allow: ["Bash(bash:*)"] } }],
    ["a variable", "project", { env: { NODE_OPTIONS: "--require ./x" } }],
    ["a key that runs code", "project", { apiKeyHelper: "./x" }],
  ])("a layer below that weakens is told: %s", (_, layer, value) => {
    const alone = besideFindings([source(layer, value)], {
      deployed: new Map(),
      overruled: [],
      dead: [],
      catalogue,
    });
    expect(drifts(alone)).toEqual([expect.stringMatching(/^layer\/weakens/)]);
  });
  test.each([
    ["local", 0],
    ["project", 2],
  ] as const)("variables of the client's trust in the layer %s: %i are told", (layer, count) => {
    const env = { NODE_EXTRA_CA_CERTS: "/data/tls/ca.pem", NODE_TLS_REJECT_UNAUTHORIZED: "1" };
    const about = beside(source(layer, { env })).filter(({ message }) =>
      message.includes("whom the client trusts"),
    );
    expect(about).toHaveLength(count);
  });
  test("allow rules are a note, and so is what managed settings set themselves", () => {
    const one = source("user", {
      permissions: { allow: ["Bash(npm test)"], defaultMode: "acceptEdits" },
    });
    const findings = beside(one);
    expect(drifts(findings)).toEqual([]);
    expect(told(findings)).toEqual([
      "layer/weakens permissions.allow",
      "layer/weakens permissions.defaultMode",
    ]);
  });
  test("a deployed file that device management overrules is told with what stands above it", () => {
    const above = source("managed", { model: "opus" }, "HKLM\\SOFTWARE\\Policies\\ClaudeCode");
    const overruled = [source("managed", SETTINGS), source("managed", "{}", other)];
    const findings = besideFindings([above], {
      deployed: new Map([[BASE, TEXT]]),
      overruled,
      dead: [],
      catalogue,
    });
    const [first] = findings.filter(({ file }) => file === BASE);
    expect(drifts(findings)).toEqual(["tier/unexpected", "tier/shadowed"]);
    expect(first?.message).toContain(above.file);
    expect(first?.fix).toContain("managedSourcesBehavior");
  });
  test("a file where no client looks is told with the right place", () => {
    const dead = [source("managed", "{}", "/etc/claude/managed-settings.json")];
    const findings = besideFindings([], {
      deployed: new Map(),
      overruled: [],
      dead,
      catalogue,
    });
    expect(findings).toEqual([
      expect.objectContaining({
        id: "file/dead-place",
        fix: expect.stringContaining("/etc/claude-code/"),
      }),
    ]);
  });
});

describe("a program of the deployed hooks", () => {
  const digest = "a".repeat(64);
  const programs = [{ path: "/opt/hook", digest, data: "/var/lib/sallyport" }];
  const found = (seen: ObservedProgram) => told(programFindings({ programs }, () => seen));
  const now = (more: object): ObservedProgram => {
    return { kind: "file", digest, mode: 0o755, isOurs: false, ...more };
  };
  test.each<[string, ObservedProgram, readonly string[]]>([
    ["is as it was", now({}), []],
    ["is gone", { kind: "missing" }, ["program/missing"]],
    ["cannot be read", { kind: "unreadable" }, ["program/missing"]],
    ["was replaced", now({ digest: "b".repeat(64) }), ["program/changed"]],
    ["cannot be started", now({ mode: 0o644 }), ["program/rights"]],
    ["was written again by an upgrade of ours", now({ digest: "b", isOurs: true }), []],
  ])("%s", (_, seen, expected) => expect(found(seen)).toEqual(expected));
  test("may be a script, which only has to be read", () => {
    const rights = (mode: number) =>
      told(
        programFindings({ programs: [{ path: "/usr/lib/hook.cjs", digest, data: null }] }, () =>
          now({ mode }),
        ),
      );
    expect([rights(0o644), rights(0o200)]).toEqual([[], ["program/rights"]]);
  });
  test("is not looked for where no deployment names one", () => {
    expect(programFindings({}, () => ({ kind: "missing" }))).toEqual([]);
  });
});

test("a person's hooks that were taken out are drift, and those that are there are not", () => {
  expect(told(personFindings("/h/.claude/settings.json", false))).toEqual(["person/hooks-gone"]);
  expect(personFindings("/h/.claude/settings.json", true)).toEqual([]);
});

test("a mod that nobody agreed to is drift, and a note where managed settings keep it out", () => {
  const mods = [{ name: "x", file: "/p/.claude/skills/x/plugin.json" }];
  expect(modFindings(mods, false)).toMatchObject([{ id: "mod/new", severity: "drift" }]);
  expect(modFindings(mods, true)).toMatchObject([{ id: "mod/new", severity: "note" }]);
  expect(modFindings([], false)).toEqual([]);
});

test("a managed file that we wrote in another way is not one that nobody deployed", () => {
  const lockdown: LintSource = {
    file: "/etc/claude-code/managed-settings.d/99-x.json",
    layer: "managed",
    text: '{"permissions": {"deny": ["Bash"]}}',
    bytes: 35,
    isLink: false,
  };
  const beside = (isOurs: boolean) =>
    besideFindings([lockdown], {
      deployed: new Map([[BASE, TEXT]]),
      overruled: [],
      dead: [],
      catalogue: loadCatalogue(),
      isOurs: () => isOurs,
    }).filter(({ id }) => id === "tier/unexpected");
  expect(beside(false)).toHaveLength(1);
  expect(beside(true)).toEqual([]);
});
