// Lint of files, keys, values, hooks and variables, and of files together.
import { describe, expect, it } from "vitest";
import { CHECKS } from "#govern/settings/lint/checks.ts";
import { CLIENT_BYTES_MAX } from "#govern/settings/lint/file.ts";
import type { Layer } from "#govern/settings/catalogue.ts";
import { catalogue, idsOf, lintFiles, lintText, sourceOf } from "./lint-text.ts";

const DENY = '"permissions": { "deny": ["Edit(x)"] }';
const first = (content: unknown, id: string, layer?: Layer) =>
  lintText(content, layer).find((finding) => finding.id === id);
const pre = (handler: object, matcher = "*") => ({
  hooks: { PreToolUse: [{ matcher, hooks: [handler] }], ConfigChange: [] },
});
const run = { type: "command", command: "/opt/guard", onFailure: "block" };

describe("a file", () => {
  it.each([
    ["X.66", "", "managed", "file/empty"],
    ["X.66", " \n", "project", "file/empty"],
    ["X.66", "{", "project", "json/syntax"],
    ["X.66", `{ ${DENY} } x`, "project", "json/syntax"],
    ["X.66", `{ // why\n ${DENY} }`, "project", "json/comment"],
    ["X.66", `{ /* why */ ${DENY} }`, "project", "json/comment"],
    ["X.66", `{ ${DENY}, }`, "project", "json/trailing-comma"],
    ["X.66", '{ "permissions": { "deny": ["Edit(x)",\n ] } }', "project", "json/trailing-comma"],
    ["X.66", "[]", "project", "json/not-an-object"],
  ] as const)("%s: %j of %s is %s", (item, text, layer, id) => {
    const findings = lintText(text, layer);
    expect(idsOf(findings)).toEqual([id]);
    expect(findings[0]?.items).toContain(item);
  });
  it("with a key twice is told where the second one stands", () => {
    const found = first(`{ ${DENY},\n  "permissions": {} }`, "json/repeated-key");
    expect(found).toMatchObject({ line: 2, column: 3 });
  });
  it("with a byte order mark is read", () => {
    expect(idsOf(lintText(`\uFEFF{ "permissionMode": "x" }`))).toEqual(["key/invented"]);
  });
  it.each([
    ["past what the client reads", { bytes: CLIENT_BYTES_MAX + 1, text: "" }, "file/too-large"],
    ["of 10 MB", { bytes: 10 * 1024 * 1024, text: "" }, "file/too-large"],
    ["that cannot be read", { text: undefined }, "file/unreadable"],
    ["that is a link", { isLink: true }, "file/link"],
    ["of roles (X.9)", { file: "/p/.claude/roles/developer.json" }, "file/dead-place"],
    ["at an old place (X.12)", { file: "/etc/claude/managed-settings.json" }, "file/dead-place"],
    ["by another name (X.12)", { file: "/etc/claude-code/settings.json" }, "file/dead-place"],
  ])("%s is a finding", (_, more, id) => {
    expect(idsOf(lintFiles(sourceOf("{}", "project", more)))).toEqual([id]);
  });
  it("of nearly the size that the client reads is linted", () => {
    const text = JSON.stringify({
      permissions: { deny: ["Edit(x)"] },
      companyAnnouncements: ["a".repeat(2_000_000)],
    });
    expect(lintText(text)).toEqual([]);
  });
  it("that says what is meant has neither error nor warning", () => {
    const good = {
      $schema: "https://json.schemastore.org/claude-code-settings.json",
      permissions: {
        defaultMode: "default",
        disableBypassPermissionsMode: "disable",
        allow: ["Bash(npm run lint)", "Bash(git status)", "Edit(./src/**)", "mcp__github__*"],
        ask: ["Bash(git push:*)"],
        deny: ["WebFetch", "Edit(.env)", "Read(~/notes/**)", "Read(//srv/private/**)"],
      },
      sandbox: { enabled: true, failIfUnavailable: true, filesystem: { denyRead: ["**/.env"] } },
    };
    expect(lintText(good).filter(({ severity }) => severity !== "note")).toEqual([]);
  });
});

describe("a key", () => {
  it.each([
    ["X.6", { permissionMode: "ask" }, "key/invented"],
    ["X.28", { managedSettings: { version: 1 } }, "key/invented"],
    ["X.36", { auth: { method: "bedrock" } }, "key/invented"],
    ["X.37", { network: { allowedDomains: [] } }, "key/invented"],
    ["X.44", { zeroDataRetention: true }, "key/invented"],
    ["X.11", { dataRetention: {} }, "key/invented"],
    ["X.10", { fileSystem: {} }, "key/invented"],
    ["X.10", { alerts: [] }, "key/invented"],
    ["X.33", { sandbox: { mode: "strict" } }, "key/invented"],
    ["X.33", { sandbox: { networkAccess: false } }, "key/invented"],
    ["X.55", { hooks: { PostToolUse: [{ tool: "Write", command: "x" }] } }, "key/invented"],
    ["X.2", { hooks: { PostToolUse: [{ onFailure: "block", hooks: [] }] } }, "key/invented"],
    ["X.70", { disableBypassPermissionsMode: "disable" }, "key/misplaced"],
    ["X.6", { defaultMode: "plan" }, "key/misplaced"],
    ["M15.12", { deny: ["Edit(x)"] }, "key/misplaced"],
    ["M15.12", { sandbox: { allowedDomains: [] } }, "key/misplaced"],
    ["M15.11", { permisions: {} }, "key/unknown"],
    ["M15.11", { permissions: { denied: [] } }, "key/unknown"],
    ["M7.13", { allowManagedHooksOnly: true }, "key/wrong-layer"],
    ["M7.13", { requiredMinimumVersion: "2.1.300" }, "key/wrong-layer"],
    ["M7.13", { permissions: { denyInsteadOfPrompting: true } }, "key/wrong-layer"],
  ])("%s: %j is %s", (item, settings, id) => {
    const found = first(settings, id);
    expect(found?.fix).toMatch(/\w/);
    expect([...(found?.items ?? []), ...CHECKS[found?.id ?? "key/unknown"].items]).toContain(item);
  });
  it("is told with the real one", () => {
    expect(first({ permissionMode: "plan" }, "key/invented")?.fix).toBe(
      "use `permissions.defaultMode`",
    );
    expect(first({ permisions: {} }, "key/unknown")?.fix).toMatch(
      /^write `permissions`, or compare/,
    );
    const unlike = first({ zzzzzz: 1 }, "key/unknown");
    expect(unlike?.message).toContain(
      `newer than this catalogue (client ${catalogue.client}), or misspelt`,
    );
    expect(unlike?.fix).not.toContain("take it out");
    const event = first({ hooks: { PreToolUze: [] } }, "hook/unknown-event");
    expect(event?.message).toContain("newer than this catalogue, or misspelt");
    expect(event?.fix).toMatch(/^write `PreToolUse`, or compare/);
    expect(first({ hooks: { Later: [] } }, "hook/unknown-event")?.fix).not.toContain("take it out");
    expect(first({ defaultMode: "plan" }, "key/misplaced")?.fix).toBe(
      "move it to `permissions.defaultMode`",
    );
  });
  it("of managed settings is fine there", () => {
    const settings = { allowManagedHooksOnly: true, requiredMinimumVersion: "2.1.328" };
    expect(lintText(settings, "managed")).toEqual([]);
  });
  it("that an older client ignores is noted in managed settings only (X.2)", () => {
    const settings = { deniedModels: ["opus"] };
    expect(idsOf(lintText(settings, "managed"))).toEqual(["key/unknown-to-old-clients"]);
    expect(lintText({ ...settings, requiredMinimumVersion: "2.1.328" }, "managed")).toEqual([]);
  });
  it.each([
    [{ permissions: { defaultMode: "ask" } }, "value/wrong-type"],
    [{ permissions: { disableBypassPermissionsMode: true } }, "value/wrong-type"],
    [{ permissions: { deny: "Bash" } }, "value/wrong-type"],
    [{ permissions: ["Bash"] }, "value/wrong-type"],
    [{ cleanupPeriodDays: "30" }, "value/wrong-type"],
    [{ cleanupPeriodDays: 1.5 }, "value/wrong-type"],
    [{ disableAllHooks: "false" }, "value/wrong-type"],
    [{ model: null }, "value/wrong-type"],
    [{ sandbox: { enabled: "yes" } }, "value/wrong-type"],
    [{ sandbox: { network: { allowedDomains: "x" } } }, "value/wrong-type"],
    [{ fallbackModel: "opus" }, "value/wrong-type"],
    [{ effortLevel: "most" }, "value/dropped"],
    [{ forceLoginMethod: "x" }, "value/dropped"],
  ])("with the value of %j is %s (X.66, measured)", (settings, id) => {
    expect(idsOf(lintText(settings))).toContain(id);
  });
  it("with a wrong value costs itself alone in managed settings (X.66)", () => {
    expect(idsOf(lintText({ cleanupPeriodDays: "x" }, "managed"))).toEqual(["value/dropped"]);
  });
  it.each([
    ["M1.11", { permissions: { defaultMode: "bypassPermissions" } }, "user", "mode/bypass"],
    ["X.80", { permissions: { deny: ["Edit(x)"] } }, "managed", "mode/none"],
    ["X.59", { model: "claude-sonnet-4-6" }, "user", "key/pinned-model"],
    ["X.76", { apiKeyHelper: "./key.sh" }, "project", "key/repository-runs-code"],
    ["M3.28", { hooks: { Stop: [{ hooks: [run] }] } }, "project", "hook/repository"],
    ["X.76", { env: { ANTHROPIC_BASE_URL: "https://x.example" } }, "project", "variable/redirects"],
    ["X.77", { env: { BASH_ENV: "./x" } }, "project", "variable/redirects"],
    ["X.74", { env: { HTTP_PROXY: "http://x.example:1" } }, "project", "variable/redirects"],
    [
      "X.38",
      { env: { GLOBAL_AGENT_HTTP_PROXY: "http://x.example:1" } },
      "user",
      "variable/no-effect",
    ],
    ["X.27", { env: { CLAUDE_USER: "ada" } }, "user", "variable/no-effect"],
    ["X.39", { env: { OTEL_LOG_TOOL_DETAILS: "1" } }, "user", "variable/content"],
    ["X.31", { allowedMcpServers: [{ serverName: "x" }] }, "user", "stack/mcp-by-name"],
    ["X.72", { allowedMcpServers: [] }, "managed", "stack/open-mcp-list"],
    ["X.33", { sandbox: { enabled: true } }, "user", "stack/sandbox-optional"],
    ["X.69", { sandbox: { enabled: true } }, "managed", "stack/sandbox-optional"],
    ["X.65", { allowManagedPermissionRulesOnly: true }, "managed", "stack/rules-without-hooks"],
    ["M15.11", { permissions: { deny: [5] } }, "user", "rule/not-text"],
  ] as const)("%s: %j of %s is %s", (item, settings, layer, id) => {
    const { items } = CHECKS[id];
    expect(idsOf(lintText(settings, layer))).toContain(id);
    expect(items.length === 0 || [...items, "X.74"].includes(item)).toBe(true);
  });
  it("that holds a secret is told without it (M4.31)", () => {
    const secret = `AKIA${"Q4XZ7W2MKD5RT8YB"}`;
    const found = lintText({ env: { KEY: secret } }, "user");
    expect(idsOf(found)).toEqual(["variable/secret"]);
    expect(JSON.stringify(found)).not.toContain(secret);
  });
  it("that holds the token of our own daemon's hook is fine, and any other token in a header is told", () => {
    const hookTo = (url: string) => {
      const headers = { Authorization: `Bearer ${"8f14e45fceea167a5a36dedd"}4bea2543abcdefgh` };
      const hooks = [{ type: "http", url, headers, onFailure: "block" }];
      return idsOf(lintText({ hooks: { PreToolUse: [{ matcher: "*", hooks }] } }, "managed"));
    };
    expect(hookTo("https://127.0.0.1:4711/v1/hook#stopped? run: x")).not.toContain(
      "variable/secret",
    );
    for (const url of ["https://x.example/v1/hook", "https://127.0.0.1:4711.x.example/v1/hook"])
      expect(hookTo(url)).toContain("variable/secret");
  });
});

describe("a hook", () => {
  it.each([
    ["X.55", { hooks: { PreToolUse: [{ tool: "Write", command: "x" }] } }, "hook/voids-file"],
    ["X.66", pre({ type: "nope" }), "hook/voids-file"],
    ["X.66", pre({ ...run, onFailure: "deny" }), "hook/voids-file"],
    ["X.66", { hooks: { PermissionRequest: [{ hooks: [{ type: "nope" }] }] } }, "hook/voids-file"],
    ["X.66", { hooks: { Stop: [{ hooks: [{ type: "nope" }] }] } }, "hook/dropped"],
    ["M15.11", { hooks: { BeforeTool: [] } }, "hook/unknown-event"],
    ["X.61", pre(run, "Bash(rm:*)"), "hook/matcher-is-rule"],
    ["X.61", pre(run, "("), "hook/matcher"],
    ["X.61", pre(run, "bash"), "hook/matcher"],
    ["X.61", pre(run, "Bash|edit|multiedit"), "hook/matcher"],
    ["X.61", pre(run, "Edit|Write"), "hook/partial-matcher"],
    ["X.61", pre({ ...run, if: "Bash(rm *)" }), "hook/if"],
    ["X.73", pre({ ...run, async: true }), "hook/async-guard"],
    ["M3.8", pre({ ...run, async: true }), "hook/async-guard"],
    ["X.1", pre({ type: "command", command: "/opt/guard" }), "hook/fails-open"],
    ["X.2", pre({ type: "http", url: "https://x.example" }), "hook/fails-open"],
    ["X.1", pre({ ...run, command: "grep -q x && exit 1" }), "hook/exit-code"],
    ["X.56", pre({ ...run, command: 'echo \'{"decision": "deny"}\'' }), "hook/legacy-answer"],
    ["X.3", pre({ ...run, command: 'echo "$TOOL_INPUT" | grep -q env' }), "hook/no-input"],
    ["X.27", pre({ ...run, command: "log $CLAUDE_USER" }), "hook/no-input"],
    ["X.60", pre({ ...run, command: "guard --fast", args: [] }), "hook/shell-in-args"],
    ["X.26", { hooks: { PostToolUse: [{ hooks: [run] }] } }, "hook/only-after"],
    [
      "X.24",
      { hooks: { PreToolUse: [{ hooks: [{ ...run, command: "cat >> .claude/audit.log" }] }] } },
      "hook/log-in-reach",
    ],
    ["X.68", { hooks: { PreToolUse: [{ hooks: [run] }] } }, "hook/no-change-guard"],
  ])("%s: %j is %s", (item, settings, id) => {
    const found = first(settings, id, "user");
    expect(found?.items).toContain(item);
    expect(found?.fix).toMatch(/\w/);
  });
  it("that guards in full has no finding in a person's settings", () => {
    expect(lintText(pre(run), "user")).toEqual([]);
  });
  it.each([
    ["X.2", pre(run), "hook/old-clients"],
    ["X.74", pre({ type: "http", url: "https://127.0.0.1:1", onFailure: "block" }), "hook/proxy"],
    ["X.75", pre({ ...run, command: "/usr/bin/node", args: ["/opt/x.js"] }), "hook/node-options"],
  ])("%s: managed %j is %s, until what is missing is there", (item, settings, id) => {
    const found = first(settings, id, "managed");
    expect(found?.items).toContain(item);
    const whole = {
      ...settings,
      requiredMinimumVersion: "2.1.295",
      env: { NO_PROXY: "127.0.0.1,localhost", NODE_OPTIONS: "" },
    };
    expect(lintText(whole, "managed")).toEqual([]);
  });
});

describe("files together", () => {
  const only = { allowManagedPermissionRulesOnly: true, allowManagedHooksOnly: true };
  it("X.65: denies that managed settings drop are told where they stand", () => {
    const findings = lintFiles(
      sourceOf(only, "managed"),
      sourceOf({ permissions: { deny: ["Edit(x)"] } }, "project"),
    );
    expect(findings.map(({ id, file }) => ({ id, file }))).toEqual([
      { id: "stack/dropped-denies", file: "project.json" },
    ]);
  });
  it("X.72: a managed list is whole with the key that closes it", () => {
    const closed = { allowedMcpServers: [], allowManagedMcpServersOnly: true };
    expect(lintText(closed, "managed")).toEqual([]);
  });
  it("a sandbox that one file requires is not told of in another", () => {
    const findings = lintFiles(
      sourceOf({ sandbox: { failIfUnavailable: true } }, "managed"),
      sourceOf({ sandbox: { enabled: true } }, "project"),
    );
    expect(findings).toEqual([]);
  });
});

describe("the checks", () => {
  it("cite items that exist, and each says what it is about", () => {
    for (const { items, title } of Object.values(CHECKS)) {
      expect(title).toMatch(/^[a-z`]/);
      for (const item of items) expect(item).toMatch(/^(?:X|M\d+)\.\d+$/);
    }
  });
});
