// The compilation as a whole: equal bytes, what stands in the settings, what is refused, how long it takes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SCOPES, type Target } from "#govern/compile/target.ts";
import { PLATFORMS } from "#govern/settings/managed-directory.ts";
import { outputFaults } from "#govern/compile/output-check.ts";
import { PLAIN_SITE, SITE_FIELDS } from "#govern/compile/site.ts";
import { parsePolicyPack } from "#govern/library/policy-pack.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPack, shippedPack } from "#surface/services/policy/policy-source.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import siteSchema from "../../../data/schema/site.schema.json" with { type: "json" };
import { compiledAs, compiledFor, SITE_TEXT, siteOf, textOf } from "./compiled.ts";

const managed: Target = { scope: "managed", platform: "linux" };
const site = siteOf(SITE_TEXT);
const settings = (text: string) => JSON.parse(text) as Record<string, Record<string, unknown>>;

describe("every target", () => {
  const targets = SCOPES.flatMap((scope) =>
    PLATFORMS.map((platform) => [scope, platform] as const),
  );
  it.each(targets)(
    "%s on %s: equal bytes, files with content, each name once",
    (scope, platform) => {
      const first = compiledFor({ scope, platform }, site);
      expect(JSON.stringify(compiledFor({ scope, platform }, site))).toBe(JSON.stringify(first));
      expect(first.files.every(({ text }) => text.trim() !== "")).toBe(true);
      const names = first.files.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(first.boundaries.every(({ isHeld }) => scope === "project" || isHeld)).toBe(true);
    },
  );
  it.each([
    ["linux", "/etc/claude-code/managed-settings.json"],
    ["macos", "/Library/Application Support/ClaudeCode/managed-settings.json"],
    ["windows", "C:\\Program Files\\ClaudeCode\\managed-settings.json"],
  ] as const)("X.12 on %s managed settings lie where the client looks", (platform, path) => {
    const { files } = compiledFor({ scope: "managed", platform }, site);
    expect(files.map((file) => file.path)).toContain(path);
  });
});

describe("X.67, X.80 the mode of a session", () => {
  const modeOf = (pack: string, client = "{}") => {
    const compiled = compiledAs(pack, managed, siteOf(`client: ${client}`));
    const { permissions } = settings(textOf(compiled, "managed-settings.json"));
    return [permissions?.["defaultMode"], permissions?.["disableAutoMode"]];
  };
  it.each([
    ["team", "{}", ["default", undefined]],
    ["team", "{ mode: acceptEdits }", ["acceptEdits", undefined]],
    ["tier-ci", "{}", ["dontAsk", "disable"]],
    ["cicd", "{}", ["dontAsk", "disable"]],
    ["tier-low-risk", "{}", ["default", undefined]],
    ["tier-low-risk", "{ mode: plan, autoMode: false }", ["plan", "disable"]],
    ["tier-production-adjacent", "{}", ["default", undefined]],
    ["tier-regulated", "{}", ["default", "disable"]],
    ["tier-privileged-infrastructure", "{ mode: dontAsk }", ["dontAsk", "disable"]],
    ["enterprise-high", "{}", ["default", "disable"]],
  ])("of %s with %s is %j", (pack, client, expected) => {
    expect(modeOf(pack, client)).toEqual(expected);
  });
  it.each([
    ["tier-ci", "{ mode: default }", "`default` does not hold what `dontAsk` does"],
    ["cicd", "{ mode: plan }", "`plan` does not hold what `dontAsk` does"],
    ["tier-regulated", "{ mode: acceptEdits }", "does not hold what `default` does"],
    ["enterprise-high", "{ autoMode: true }", "lets a classifier decide"],
  ])("of %s is not made milder with %s", (pack, client, why) => {
    expect(() => modeOf(pack, client)).toThrow(why);
  });
});

describe("parameters that managed settings pin", () => {
  const compileWith = (text: string, target: Target = managed) => {
    const compiled = compiledFor(target, siteOf(`${SITE_TEXT}${text}`));
    const name = target.scope === "user" ? ".claude/settings.json" : "managed-settings.json";
    return { ...compiled, value: settings(textOf(compiled, name)) };
  };
  it("M7.2 the collector goes before a project's, for each signal too", () => {
    const { value } = compileWith("telemetry: { endpoint: 'https://otel.example.com:4318/' }\n");
    expect(value["env"]).toMatchObject({
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_ENDPOINT: "https://otel.example.com:4318",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "https://otel.example.com:4318/v1/metrics",
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "https://otel.example.com:4318/v1/logs",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://otel.example.com:4318/v1/traces",
    });
    expect(Object.keys(compileWith("").value["env"] ?? {}).join(" ")).not.toContain("OTEL");
  });
  it("X.39 telemetry holds no content, whatever a project says, unless a person agreed on record", () => {
    const switches = (text: string) => {
      const { value, notes } = compileWith(
        `telemetry: { endpoint: 'https://otel.example.com'${text} }\n`,
      );
      return { ...value["env"], notes: notes.join("\n") };
    };
    expect(switches("")).toMatchObject({
      OTEL_LOG_USER_PROMPTS: "0",
      OTEL_LOG_TOOL_DETAILS: "0",
      OTEL_LOG_TOOL_CONTENT: "0",
      OTEL_LOG_ASSISTANT_RESPONSES: "0",
      OTEL_LOG_RAW_API_BODIES: "0",
    });
    const record = "approvedBy: Ada Example, approvedOn: 2026-11-21, reason: incident 12";
    expect(switches(`, content: { switches: [OTEL_LOG_TOOL_DETAILS], ${record} }`)).toMatchObject({
      OTEL_LOG_USER_PROMPTS: "0",
      OTEL_LOG_TOOL_DETAILS: "1",
      notes: expect.stringContaining("approved by Ada Example on 2026-11-21"),
    });
    expect(() => switches(", content: { switches: [OTEL_LOG_TOOL_DETAILS] }")).toThrow(
      "approvedBy",
    );
    expect(() => compileWith("env: { OTEL_LOG_USER_PROMPTS: '1' }\n")).toThrow("telemetry.content");
  });
  it("M11.1 telemetry goes to the daemon of the hooks, for people's own settings too", () => {
    const hooks =
      "hooks: { transport: https, port: 21001, token: abcdefghijklmnopqrstuvwxyz012345, authority: /d/ca.pem, program: /d/bin/sallyport, data: /d }\nsandbox: { enabled: false }\n";
    const token =
      "telemetry: { token: 0123456789abcdef0123456789abcdef, protocol: http/protobuf }\n";
    for (const scope of ["managed", "user"] as const) {
      const target: Target = { scope, platform: "linux" };
      const compiled = compiledFor(target, siteOf(`${hooks}${token}`));
      const name = scope === "user" ? ".claude/settings.json" : "managed-settings.json";
      expect(settings(textOf(compiled, name))["env"]).toMatchObject({
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://127.0.0.1:21001",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        OTEL_EXPORTER_OTLP_HEADERS: "x-sallyport-telemetry=0123456789abcdef0123456789abcdef",
      });
    }
    expect(() => compileWith("telemetry: {}\n")).toThrow("`telemetry` needs an `endpoint`");
  });
  it("M7.5 the model, and hooks of the site beside ours, in managed settings alone", () => {
    const own =
      "client: { model: claude-sonnet-4-6 }\nownHooks: [{ event: PostToolUse, program: /opt/audit/enterprise-audit.sh }]\n";
    const { value } = compileWith(own);
    expect(value["model"]).toBe("claude-sonnet-4-6");
    const groups = value["hooks"]?.["PostToolUse"] as readonly unknown[];
    expect(groups.length).toBeGreaterThan(1);
    const handler = { type: "command", command: "/opt/audit/enterprise-audit.sh", args: [] };
    expect(groups.at(-1)).toEqual({ matcher: "*", hooks: [{ ...handler, timeout: 10 }] });
    const user = compileWith(own, { scope: "user", platform: "linux" }).value;
    expect(JSON.stringify(user)).not.toContain("enterprise-audit");
  });
  it("a hook of the site before a call blocks when it fails", () => {
    const { value } = compileWith("ownHooks: [{ event: PreToolUse, program: /opt/gate }]\n");
    const groups = value["hooks"]?.["PreToolUse"] as readonly object[];
    expect(groups.at(-1)).toMatchObject({ hooks: [{ command: "/opt/gate", onFailure: "block" }] });
  });
  it("appendix K: addresses of http hooks, the daemon's among them", () => {
    const list = "allowedHttpHookUrls: ['https://hooks.example.com/*']\n";
    expect(compileWith(list).value["allowedHttpHookUrls"]).toEqual(["https://hooks.example.com/*"]);
    const https = siteOf(
      `hooks: { transport: https, port: 4711, token: ${"8f14e45fceea167a5a36dedd"}4bea2543abcdefgh, authority: /a.pem, program: /p, data: /d }\nsandbox: { enabled: false }\n${list}`,
    );
    const compiled = textOf(compiledFor(managed, https), "managed-settings.json");
    expect(settings(compiled)["allowedHttpHookUrls"]).toEqual([
      "https://127.0.0.1:4711/*",
      "https://hooks.example.com/*",
    ]);
  });
  it("X.36 the commands that give credentials", () => {
    const helpers = {
      apiKeyHelper: "/opt/key",
      awsAuthRefresh: "aws sso login",
      awsCredentialExport: "/opt/aws",
      gcpAuthRefresh: "gcloud auth login",
    };
    const { value } = compileWith(`provider: { helpers: ${JSON.stringify(helpers)} }\n`);
    expect(value).toMatchObject(helpers);
  });
  it.each([
    ["eu-west-1", "bedrock-runtime.eu-west-1.amazonaws.com"],
    ["cn-north-1", "bedrock-runtime.cn-north-1.amazonaws.com.cn"],
  ])("X.37 Bedrock in %s is reached at its own host", (region, host) => {
    const { value, notes } = compileWith(`provider: { bedrock: { region: ${region} } }\n`);
    expect(value["env"]).toMatchObject({
      CLAUDE_CODE_USE_BEDROCK: "1",
      AWS_REGION: region,
      ANTHROPIC_BEDROCK_BASE_URL: `https://${host}`,
    });
    expect(notes.join("\n")).toContain(host);
  });
});

describe("managed settings", () => {
  const compiled = compiledFor(managed, site);
  const value = settings(textOf(compiled, "managed-settings.json"));
  it("X.66 stand in two files, so that one of no bytes is not the end of the policy", () => {
    expect(textOf(compiled, "managed-settings.d/50-sallyport.json")).toBe(
      textOf(compiled, "managed-settings.json"),
    );
  });
  it("X.70 refuse bypass mode under `permissions`, and let no hook of others in", () => {
    expect(value).toMatchObject({
      permissions: { defaultMode: "default", disableBypassPermissionsMode: "disable" },
      allowManagedHooksOnly: true,
      requiredMinimumVersion: "2.1.328",
    });
    // Our hooks judge such lines.
    expect(value).not.toHaveProperty("disableSkillShellExecution");
    expect(value).not.toHaveProperty("allowManagedPermissionRulesOnly");
  });
  it("X.76 let no repository's command give the client its key: none runs, or the site's own", () => {
    expect(value["apiKeyHelper"]).toBe("");
    expect(compiled.notes.join()).toContain("apiKeyHelper");
    const named = compiledFor(
      managed,
      siteOf("provider: { helpers: { apiKeyHelper: /opt/keys } }"),
    );
    expect(settings(textOf(named, "managed-settings.json"))["apiKeyHelper"]).toBe("/opt/keys");
    expect(named.notes.join()).not.toContain("apiKeyHelper");
  });
  it("X.73 have hooks that block when they fail, and none that is asynchronous", () => {
    expect(value["hooks"]?.["PreToolUse"]).toMatchObject([
      { matcher: "*", hooks: [{ type: "command", onFailure: "block" }] },
    ]);
    expect(JSON.stringify(value["hooks"])).not.toContain("async");
  });
  it("X.74, X.75, X.77 fix what loads code and what stands between client and hook", () => {
    expect(value["env"]).toMatchObject({
      NODE_OPTIONS: "",
      BASH_ENV: "",
      LD_PRELOAD: "",
      GIT_CONFIG_COUNT: "0",
      NO_PROXY: "127.0.0.1,localhost",
      no_proxy: "127.0.0.1,localhost",
      HTTPS_PROXY: "",
      NODE_TLS_REJECT_UNAUTHORIZED: "1",
      ANTHROPIC_BASE_URL: "https://api.anthropic.com",
    });
  });
  it("X.31, X.72 know servers by address or command, and people add none", () => {
    expect(value).toMatchObject({
      allowManagedMcpServersOnly: true,
      allowedMcpServers: [
        { serverUrl: "https://mcp.example.com/x" },
        { serverCommand: ["npx", "srv"] },
      ],
      deniedMcpServers: [{ serverCommand: ["bad"] }],
      strictKnownMarketplaces: [{ source: "github", repo: "example/plugins" }],
    });
  });
  it("load no skills of servers that the client reaches by itself, and leave those behind the gateway, which are pinned", () => {
    expect(value["disableDirectMcpSkills"]).toBe(true);
    const skillsOf = (allowed: string) =>
      settings(
        textOf(
          compiledFor(managed, siteOf(`mcp: { allowed: ${allowed} }`)),
          "managed-settings.json",
        ),
      )["disableDirectMcpSkills"];
    const behind = "{ command: [sallyport, mcp, gateway, --, npx, srv] }";
    expect(skillsOf(`[${behind}]`)).toBeUndefined();
    expect(skillsOf(`[${behind}, { command: [/tmp/sallyport, mcp, gateway, --, npx, x] }]`)).toBe(
      true,
    );
    expect(skillsOf("[{ url: https://mcp.example.com/x }]")).toBe(true);
  });
  it("X.33, X.69 contain commands or do not start", () => {
    expect(value["sandbox"]).toMatchObject({
      enabled: true,
      failIfUnavailable: true,
      allowUnsandboxedCommands: false,
    });
    expect(value["sandbox"]?.["filesystem"]).toMatchObject({
      denyRead: expect.arrayContaining(["**/.env", "~/.aws"]),
      allowRead: expect.arrayContaining(["**/.env.example"]),
    });
  });
  it("refuse every host that is not listed where the policy denies it, and ask where it asks", () => {
    const network = (policy?: Policy) =>
      settings(textOf(compiledFor(managed, site, policy), "managed-settings.json"))["sandbox"]?.[
        "network"
      ];
    expect(network()).not.toHaveProperty("strictAllowlist");
    const when = { effects: ["egress"], exceptHosts: ["loopback"] } as const;
    const rule = {
      id: "x/y",
      verdict: "deny",
      when,
      reason: "because",
      instead: undefined,
    } as const;
    expect(network({ ...loadPack("team"), rules: [rule] })).toMatchObject({
      strictAllowlist: true,
    });
  });
  it("with the daemon trust its authority, and start it by the program that is named", () => {
    const hooks =
      "hooks: { transport: https, port: 4711, token: aaaaaaaaaaaaaaaaaaaaaaaa, authority: /d/tls/ca.pem, program: /d/bin/sallyport, data: /d }";
    const https = siteOf(`${hooks}\nsandbox: { enabled: false }`);
    for (const scope of ["managed", "system"] as const)
      for (const platform of ["linux", "macos"] as const)
        expect(() => compiledFor({ scope, platform }, siteOf(hooks))).toThrow(
          expect.objectContaining({
            code: "compile-hooks",
            message: expect.stringContaining("write `transport: command`"),
          }),
        );
    const value = settings(textOf(compiledFor(managed, https), "managed-settings.json"));
    expect(value["env"]).toMatchObject({ NODE_EXTRA_CA_CERTS: "/d/tls/ca.pem" });
    expect(JSON.stringify(value["hooks"]?.["PreToolUse"])).toContain(
      "https://127.0.0.1:4711/v1/hook",
    );
    const user = compiledFor({ scope: "user", platform: "linux" }, https);
    expect(settings(user.files[0]?.text ?? "")["env"]).toMatchObject({
      NODE_EXTRA_CA_CERTS: "/d/tls/ca.pem",
      NO_PROXY: "127.0.0.1,localhost",
    });
  });
  it("X.38 a proxy of the site is named in the variables that the client reads", () => {
    const proxied = siteOf("proxy: { url: 'http://proxy.corp:3128', except: [git.corp] }");
    expect(
      settings(textOf(compiledFor(managed, proxied), "managed-settings.json"))["env"],
    ).toMatchObject({
      HTTPS_PROXY: "http://proxy.corp:3128",
      NO_PROXY: "git.corp,127.0.0.1,localhost",
    });
  });
  it("tell the model what is refused, without a line that could begin a section of its own", () => {
    const text = textOf(compiled, "CLAUDE.md");
    expect(text).toContain(
      "- privilege: an agent works with the rights it was given, and no more.",
    );
    expect(text.match(/^#/gm)).toHaveLength(3);
  });
});

describe("settings of people and projects", () => {
  it.each(["project", "user"] as const)(
    "%s: have no key that works in managed settings alone",
    (scope) => {
      const { files, notes } = compiledFor({ scope, platform: "linux" }, site);
      const value = settings(files[0]?.text ?? "");
      expect(Object.keys(value)).toEqual(
        scope === "project" ? ["permissions"] : ["permissions", "hooks", "env"],
      );
      expect(notes.join("\n")).toContain("only managed settings stand above them");
    },
  );
  it("a project's file asks by rules of the client, because no hook does", () => {
    const value = settings(
      compiledFor({ scope: "project", platform: "linux" }, site).files[0]?.text ?? "",
    );
    expect(value["permissions"]?.["ask"]).toEqual(expect.arrayContaining(["Bash(git push:*)"]));
    expect(JSON.stringify(value)).not.toContain("/var/lib/sallyport");
  });
});

describe("what would lose rules is refused or said", () => {
  it("X.65 dropping the rules of others without hooks", () => {
    expect(() => compiledFor(managed, siteOf("managedRulesOnly: true"))).toThrow("needs `hooks`");
    const only = compiledFor(managed, siteOf(`${SITE_TEXT}managedRulesOnly: true\n`));
    expect(settings(textOf(only, "managed-settings.json"))).toMatchObject({
      allowManagedPermissionRulesOnly: true,
      allowManagedHooksOnly: true,
    });
    expect(only.notes.join("\n")).toContain("do not count any more");
  });
  it("a policy that nothing holds, by the names of its rules", () => {
    const { notes, boundaries } = compiledFor(managed, siteOf("sandbox: { enabled: false }"));
    const open = boundaries.filter(({ isHeld }) => !isHeld).map(({ rule }) => rule);
    expect(open).toContain("code/download");
    expect(notes.join("\n")).toContain("code/download");
  });
  it("a service of which nobody says what runs", () => {
    expect(() => compiledFor({ scope: "system", platform: "linux" }, PLAIN_SITE)).toThrow(
      "service.program",
    );
  });
  it.each([
    ["X.31 a server by its name", "mcp: { allowed: [{ name: x }] }", "mcp.allowed.0"],
    ["an unknown parameter", "sandboxes: {}", "sandboxes"],
    ["an address that is none", "proxy: { url: 'proxy:3128' }", "proxy.url"],
    ["a variable with a name that is none", "env: { 'A=B': x }", "env"],
  ])("%s, with its place", (_, text, key) => {
    expect(() => siteOf(text)).toThrow(key);
  });
});

describe("the check of what was compiled", () => {
  const catalogue = loadCatalogue();
  const faults = (value: unknown, scope: "managed" | "project" = "managed") =>
    outputFaults(JSON.stringify(value), scope, catalogue).map(({ id }) => id);
  it.each<[string, unknown, string]>([
    ["an invented key", { managedSettings: {} }, "key/invented"],
    ["an invented key below", { sandbox: { mode: "strict" } }, "key/invented"],
    ["a wrong type", { sandbox: { enabled: "yes" } }, "value/"],
    ["X.7 a rule that matches nothing", { permissions: { deny: ["Write(x)"] } }, "rule/"],
    ["X.34 an address in a rule", { permissions: { deny: ["WebFetch(https://x)"] } }, "rule/"],
    ["a rule without form", { permissions: { deny: ["Read(x"] } }, "rule/"],
    ["a hook without a type", { hooks: { Stop: [{ hooks: [{ command: "x" }] }] } }, "hook/"],
  ])("finds %s", (_, value, id) => {
    expect(faults(value).some((found) => found.startsWith(id))).toBe(true);
  });
  it("finds a managed key in a project's file, and an empty file", () => {
    expect(faults({ allowManagedHooksOnly: true }, "project")).toEqual(["key/wrong-layer"]);
    expect(outputFaults("", "managed", catalogue).map(({ id }) => id)).toEqual(["file/empty"]);
    expect(faults({ permissions: { deny: ["Read(//x)", "mcp__a"] } })).toEqual([]);
  });
});

// What time it takes is shown by the bench of policies.
it("compiles and checks a policy of 2,000 rules", () => {
  const rules = Array.from({ length: 2_000 }, (_, index) => {
    const effects = ["read", "write", "egress", "execute"][index % 4];
    const what =
      effects === "egress"
        ? `hosts: [h${index}.example.com]`
        : effects === "execute"
          ? `commands: ["tool${index} run:*"]`
          : `paths: ["<project>/dir${index}/**", "*.x${index}"], exceptPaths: ["<project>/dir${index}/ok/**"]`;
    return `  - { id: g/r${index}, verdict: deny, effects: [${effects}], ${what}, reason: because }`;
  });
  const text = `id: big\nversion: "1"\ntitle: Big\nautomaticApproval: false\nrules:\n${rules.join("\n")}\n`;
  const policy = parsePolicyPack(text, "big.yaml", { layer: "user", source: shippedPack });
  expect(compiledFor(managed, site, policy).boundaries).toHaveLength(2_000);
});

it("the guide's parameters are read, and hold every rule", () => {
  const guide = readFileSync(
    new URL("../../../docs/guide/compiling-a-policy.md", import.meta.url),
    "utf8",
  );
  const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const { boundaries } = compiledFor(managed, siteOf(text));
  expect(boundaries.filter(({ isHeld }) => !isHeld)).toEqual([]);
});

it("the published schema of the parameters names what is read", () => {
  expect(Object.keys(siteSchema.properties).sort()).toEqual([...SITE_FIELDS].sort());
});
