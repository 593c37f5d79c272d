// Guarded projects: found by token, and every way in which their hooks may stop standing is seen.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildInsertion, HIDDEN_TOKEN, withToken } from "#govern/settings/hook-entries.ts";
import { acceptVariable } from "#govern/settings/accepted-variables.ts";
import {
  formatProjectRegister,
  parseProjectRegister,
  type ProjectEntry,
} from "#govern/settings/project-register.ts";
import { addToSettings } from "#govern/settings/settings-edit.ts";
import { ignoredBy } from "#surface/services/settings/client-knowledge.ts";
import { createControlInspector, openProjectBook } from "#surface/services/projects/projects.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const TOKEN = "t".repeat(43);
type Settings = {
  env: Record<string, string>;
  hooks: Record<string, unknown[]>;
  [key: string]: unknown;
};

let room: ReturnType<typeof freshDirectory>;
let settingsFile: string;
let registerFile: string;
let installed: string;

beforeEach(() => {
  room = freshDirectory();
  const root = join(room.path, "project");
  settingsFile = join(root, ".claude", "settings.local.json");
  registerFile = join(room.path, "projects.json");
  mkdirSync(join(root, ".claude"), { recursive: true });
  mkdirSync(join(room.path, "home", ".claude"), { recursive: true });
  const insertion = buildInsertion(
    {
      port: 21_000,
      token: TOKEN,
      caBundlePath: "/data/tls/ca-bundle.pem",
      commandPath: "/home/ada/.local/share/sallyport/bin/sallyport",
      lockFile: "/home/ada/.local/share/sallyport/daemon.lock",
    },
    () => undefined,
  );
  const { text, undo } = addToSettings(undefined, insertion, settingsFile);
  installed = text;
  writeFileSync(settingsFile, text);
  const entry: ProjectEntry = {
    id: "0123456789abcdef",
    root,
    settingsFile,
    tokenDigest: createHash("sha256").update(TOKEN).digest("hex"),
    hooks: insertion.hooks.map((hook) => withToken(hook, HIDDEN_TOKEN)),
    scope: "project",
    mode: "enforce",
    policy: { pack: "team", digest: null },
    undo: {
      created: [...undo.created],
      env: [...undo.env],
      createdFile: true,
      createdFolder: true,
      excludeFile: null,
    },
  };
  writeFileSync(registerFile, formatProjectRegister([entry]), { mode: 0o600 });
});
afterEach(() => room.remove());

const digestOf = (token: string) => createHash("sha256").update(token).digest();

function inspect(clientVersion?: string) {
  const book = openProjectBook(registerFile);
  const project = book.find(digestOf(TOKEN));
  if (project === undefined) throw new Error("the project is not registered");
  return createControlInspector(
    book,
    join(room.path, "home"),
    ignoredBy,
  )(project, () => clientVersion);
}

function change(edit: (settings: Settings) => void): void {
  const settings: Settings = JSON.parse(installed);
  edit(settings);
  writeFileSync(settingsFile, JSON.stringify(settings));
}

type Handler = Record<string, unknown>;
function groupOf(settings: Settings, event: string): Handler {
  const [group] = settings.hooks[event] as Handler[];
  if (group === undefined) throw new Error("no group");
  return group;
}
function handlerOf(settings: Settings, event: string): Handler {
  const [group] = settings.hooks[event] as { hooks: Handler[] }[];
  const [handler] = group?.hooks ?? [];
  if (handler === undefined) throw new Error("no handler");
  return handler;
}

describe("controls", () => {
  test("what init installed is intact, reformatted and beside other people's entries too", () => {
    expect(inspect()).toEqual({ kind: "intact" });
    change((settings) => {
      settings["model"] = "x";
      settings.env["OTHER"] = "1";
      settings.hooks["MessageDisplay"] = [{ hooks: [{ type: "command", command: "true" }] }];
      settings.hooks["PreToolUse"]?.unshift({
        matcher: "Bash",
        hooks: [{ type: "command", command: "true" }],
      });
    });
    expect(inspect()).toEqual({ kind: "intact" });
  });

  test.each<readonly [string, (settings: Settings) => void]>([
    [
      "further hosts that bypass a proxy",
      ({ env }) => {
        env["NO_PROXY"] = `intranet.example, ${env["NO_PROXY"]},10.0.0.1`;
        env["no_proxy"] = "127.0.0.1";
      },
    ],
    ["no proxy for any host", ({ env }) => void (env["NO_PROXY"] = "*")],
    [
      "further handlers beside ours, in our own groups too",
      (settings) => {
        const mine = { type: "command", command: "mine" };
        for (const groups of Object.values(settings.hooks)) {
          (groups[0] as { hooks: unknown[] }).hooks.unshift(mine);
          groups.push({ hooks: [mine] });
        }
      },
    ],
    [
      "a matcher for every tool that is spelt otherwise",
      (settings) => void (groupOf(settings, "PreToolUse")["matcher"] = ""),
    ],
    [
      "a proxy, permissions and a language of their own",
      (settings) => {
        settings.env["HTTPS_PROXY"] = "http://proxy.example:3128";
        settings["permissions"] = { allow: ["Bash(npm test)"] };
        settings["language"] = "french";
      },
    ],
  ])("a person may add %s", (_name, edit) => {
    change(edit);
    expect(inspect()).toEqual({ kind: "intact" });
  });

  const alterations: readonly (readonly [string, string, (settings: Settings) => void])[] = [
    ["no hooks at all", "hook-altered", (settings) => void (settings.hooks = {})],
    ...[
      "PreToolUse",
      "PostToolUse",
      "PostToolUseFailure",
      "PostToolBatch",
      "SessionStart",
      "ConfigChange",
    ].map(
      (event) =>
        [
          `no ${event} hook`,
          "hook-altered",
          (settings: Settings) => void delete settings.hooks[event],
        ] as const,
    ),
    [
      "another port",
      "hook-altered",
      (settings) =>
        void (handlerOf(settings, "PreToolUse")["url"] = "https://127.0.0.1:21001/v1/hook"),
    ],
    [
      "another host",
      "hook-altered",
      (settings) =>
        void (handlerOf(settings, "PreToolUse")["url"] = "https://evil.example/v1/hook"),
    ],
    [
      "plain HTTP",
      "hook-altered",
      (settings) =>
        void (handlerOf(settings, "PreToolUse")["url"] = "http://127.0.0.1:21000/v1/hook"),
    ],
    [
      "no onFailure",
      "hook-altered",
      (settings) => void delete handlerOf(settings, "PreToolUse")["onFailure"],
    ],
    [
      "a lenient onFailure",
      "hook-altered",
      (settings) => void (handlerOf(settings, "PreToolUse")["onFailure"] = "continue"),
    ],
    [
      "a condition",
      "hook-altered",
      (settings) => void (handlerOf(settings, "PreToolUse")["if"] = "Bash(x *)"),
    ],
    [
      "async",
      "hook-altered",
      (settings) => void (handlerOf(settings, "PreToolUse")["async"] = true),
    ],
    [
      "a short timeout",
      "hook-altered",
      (settings) => void (handlerOf(settings, "PreToolUse")["timeout"] = 0.001),
    ],
    [
      "another token",
      "hook-altered",
      (settings) =>
        void (handlerOf(settings, "PreToolUse")["headers"] = {
          Authorization: `Bearer ${"x".repeat(43)}`,
        }),
    ],
    [
      "a narrower matcher",
      "hook-altered",
      (settings) => {
        const [group] = settings.hooks["PreToolUse"] as Handler[];
        if (group !== undefined) group["matcher"] = "Edit";
      },
    ],
    [
      "other certificates",
      "variable-altered",
      (settings) => void (settings.env["NODE_EXTRA_CA_CERTS"] = "/tmp/ca.pem"),
    ],
    [
      "no certificate check",
      "variable-altered",
      (settings) => void (settings.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"),
    ],
    [
      "a daemon start through another program",
      "hook-altered",
      (settings) => void (handlerOf(settings, "SessionStart")["command"] = "/tmp/node"),
    ],
    [
      "a daemon start of another program file",
      "hook-altered",
      (settings) =>
        void (handlerOf(settings, "SessionStart")["args"] = [
          "/tmp/dist/surface/cli/main.js",
          "daemon",
          "--ensure",
        ]),
    ],
    [
      "a daemon start in another data directory",
      "hook-altered",
      (settings) =>
        void (handlerOf(settings, "SessionStart")["args"] as string[]).push("--data", "/tmp/x"),
    ],
    [
      "a daemon start by http",
      "hook-altered",
      (settings) => void (settings.hooks["SessionStart"] = settings.hooks["ConfigChange"] ?? []),
    ],
    [
      "the word that stands for the token in its place",
      "hook-altered",
      (settings) => {
        for (const event of Object.keys(settings.hooks)) {
          if (event === "SessionStart") continue;
          handlerOf(settings, event)["headers"] = { Authorization: `Bearer ${HIDDEN_TOKEN}` };
        }
      },
    ],
    [
      "an unknown key beside the matcher",
      "hook-altered",
      (settings) => void (groupOf(settings, "PreToolUse")["if"] = "Bash(x *)"),
    ],
    [
      "no proxy exception for our address",
      "variable-altered",
      (settings) => void (settings.env["no_proxy"] = "localhost,127.0.0.1.example"),
    ],
    ["no proxy exception", "variable-altered", (settings) => void delete settings.env["NO_PROXY"]],
    ["hooks switched off", "hooks-off", (settings) => void (settings["disableAllHooks"] = true)],
    [
      "a list of allowed hook addresses",
      "hooks-off",
      (settings) => void (settings["allowedHttpHookUrls"] = []),
    ],
    [
      "an entry that voids the file",
      "settings-void",
      (settings) => void (settings.hooks["Stop"] = [{ hooks: [{ type: "nonsense" }] }]),
    ],
  ];
  test.each(alterations)("%s is seen", (_name, code, edit) => {
    change(edit);
    expect(inspect()).toMatchObject({ kind: "altered", code });
  });

  test.each([
    ["missing", "settings-missing", () => rmSync(settingsFile)],
    ["empty", "settings-void", () => writeFileSync(settingsFile, "")],
    ["no JSON", "settings-void", () => writeFileSync(settingsFile, "{")],
    ["a list", "settings-void", () => writeFileSync(settingsFile, "[]")],
    ["huge", "settings-void", () => writeFileSync(settingsFile, " ".repeat(5 * 1024 * 1024))],
    [
      "a directory",
      "settings-void",
      () => {
        rmSync(settingsFile);
        mkdirSync(settingsFile);
      },
    ],
    [
      "a link",
      "settings-void",
      () => {
        writeFileSync(`${settingsFile}.x`, installed);
        rmSync(settingsFile);
        symlinkSync(`${settingsFile}.x`, settingsFile);
      },
    ],
  ])("settings that are %s are seen", (_name, code, spoil) => {
    spoil();
    expect(inspect()).toMatchObject({ kind: "altered", code });
  });

  test.each(["project", "home"])(
    "hooks switched off in the other settings of the %s are seen",
    (place) => {
      writeFileSync(join(room.path, place, ".claude", "settings.json"), '{"disableAllHooks":true}');
      expect(inspect()).toMatchObject({ kind: "altered", code: "hooks-off" });
    },
  );

  const setRepositoryEnv = (env: Readonly<Record<string, unknown>>) =>
    writeFileSync(join(room.path, "project", ".claude", "settings.json"), JSON.stringify({ env }));

  test("variables of the repository do not count where ours stand above them", () => {
    setRepositoryEnv({ NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: "x.pem" });
    expect(inspect()).toEqual({ kind: "intact" });
  });

  test("harmless variables of the repository do not count", () => {
    setRepositoryEnv({ NODE_ENV: "test", PAGER: "cat", PORT: 3000, CI: true });
    expect(inspect()).toEqual({ kind: "intact" });
  });

  test.each([
    [{ BASH_ENV: "./env.sh" }, "repository-runs-code", "BASH_ENV"],
    [{ PATH: "./bin:/usr/bin" }, "repository-runs-code", "PATH"],
    [{ GIT_CONFIG_COUNT: 1 }, "repository-runs-code", "GIT_CONFIG_COUNT"],
    [{ ANTHROPIC_BASE_URL: "https://x" }, "repository-redirects-trust", "ANTHROPIC_BASE_URL"],
    [{ PATH: "./bin", HTTPS_PROXY: "http://x" }, "repository-redirects-trust", "HTTPS_PROXY"],
  ])(
    "variables of the repository that run code or redirect trust are seen: %j",
    (env, code, name) => {
      setRepositoryEnv(env);
      const state = inspect();
      expect(state).toMatchObject({ kind: "altered", code });
      expect(state.kind === "altered" && state.what).toContain(`\`${name}\``);
    },
  );

  test.each([
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "2.1.332", "intact"],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", undefined, "altered"],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "2.1.197", "altered"],
    ["CLAUDE_CODE_MODEL_CATALOG_URL", "9.0.0", "altered"],
    ["HOME", "2.1.332", "intact"],
    ["HTTPS_PROXY", "2.1.332", "altered"],
    ["GIT_SSH_COMMAND", "2.1.332", "altered"],
  ] as const)(
    "what the running client takes from no repository does not count: %s in %s is %s",
    (...row) => {
      const [name, version, kind] = row;
      setRepositoryEnv({ [name]: "https://x" });
      expect(inspect(version).kind).toBe(kind);
    },
  );

  test("a hook that does not read the catalogue counts every variable", () => {
    setRepositoryEnv({ HOME: "./home" });
    const book = openProjectBook(registerFile);
    const [project] = book.all();
    if (project === undefined) throw new Error("the project is not registered");
    const own = createControlInspector(book, join(room.path, "home"));
    expect(own(project, () => "2.1.332").kind).toBe("altered");
  });

  test("a repository that names the client itself is believed nothing of it", () => {
    setRepositoryEnv({ AI_AGENT: "claude-code_2-1-332_agent", HOME: "./home" });
    expect(inspect("2.1.332")).toMatchObject({ kind: "altered", code: "repository-runs-code" });
  });

  test("a variable that was accepted does not count, until its value is another one", () => {
    const [entry] = parseProjectRegister(readFileSync(registerFile, "utf8"), registerFile);
    if (entry === undefined) throw new Error("no entry");
    const acceptedEnv = [acceptVariable({ name: "BASH_ENV", value: "./env.sh" })];
    const text = formatProjectRegister([{ ...entry, acceptedEnv }]);
    writeFileSync(registerFile, text, { mode: 0o600 });
    setRepositoryEnv({ BASH_ENV: "./env.sh" });
    expect(inspect()).toEqual({ kind: "intact" });
    setRepositoryEnv({ BASH_ENV: "./other.sh" });
    expect(inspect()).toMatchObject({ kind: "altered", code: "repository-runs-code" });
  });
});

describe("register", () => {
  test("is read again when it changes; unknown tokens are nobody's", () => {
    const book = openProjectBook(registerFile);
    expect(book.find(digestOf(TOKEN))).toMatchObject({ id: "0123456789abcdef" });
    expect(book.find(digestOf("other"))).toBeUndefined();
    writeFileSync(registerFile, formatProjectRegister([]), { mode: 0o600 });
    expect(book.find(digestOf(TOKEN))).toBeUndefined();
    rmSync(registerFile);
    expect(book.find(digestOf(TOKEN))).toBeUndefined();
  });

  test("that is damaged is an error, not an empty one", () => {
    const book = openProjectBook(registerFile);
    writeFileSync(registerFile, "{", { mode: 0o600 });
    expect(() => book.find(digestOf(TOKEN))).toThrow(/damaged/);
  });
});
