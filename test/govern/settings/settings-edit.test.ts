// Adding our entries to settings and taking them out again: nothing else changes, however the file is written.
import { isDeepStrictEqual } from "node:util";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { missingFrom } from "#govern/settings/standing.ts";
import {
  buildCommandInsertion,
  buildInsertion,
  eventStanding,
  type HookTarget,
  hideTokens,
} from "#govern/settings/hook-entries.ts";
import { RULE_LISTS } from "#govern/settings/rule-lists.ts";
import {
  addToSettings,
  hasOurHooks,
  removeFromSettings,
  rulesIn,
  tokenInSettings,
} from "#govern/settings/settings-edit.ts";

const target: HookTarget = {
  port: 21_234,
  token: "tokentokentokentokentokentokentokentokentok",
  caBundlePath: "/home/ada/.local/share/sallyport/tls/ca-bundle.pem",
  commandPath: "/home/ada/.local/share/sallyport/bin/sallyport",
  lockFile: "/home/ada/.local/share/sallyport/daemon.lock",
  clientVersion: "2.1.332",
};
const COMMAND = {
  hookPath: "/home/ada/.local/share/sallyport/bin/sallyport-hook",
  projectId: "0",
  dataDirectory: "/home/ada/.local/share/sallyport",
  home: "/home/ada",
};
const file = "/home/ada/shop/.claude/settings.local.json";
/** Shown by the client, never sent: what is behind the number sign tells a person what to do. */
const address = `https://127.0.0.1:21234/v1/hook#stopped? run: ${target.commandPath} daemon --ensure`;
const insertion = buildInsertion(target, () => undefined);
const options = { file, caBundlePath: target.caBundlePath };
const add = (text: string | undefined) => addToSettings(text, insertion, file);
type Hooks = Record<string, { matcher?: string; hooks: Record<string, unknown>[] }[]>;
const parse = (text: string) => JSON.parse(text) as { hooks: Hooks; env: Record<string, string> };

describe("what is added", () => {
  const { hooks, env } = parse(add(undefined).text);
  const blocking = [
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "PreSkillShellCommand",
    "UserPromptSubmit",
    "UserPromptExpansion",
    "PreCompact",
    "PostToolBatch",
    "ConfigChange",
  ];
  it("is one blocking https hook per event that can be refused, for every tool", () => {
    expect(Object.keys(hooks).slice(0, 1 + blocking.length)).toEqual(["SessionStart", ...blocking]);
    for (const event of blocking) {
      const groups = hooks[event] ?? [];
      // A prompt has a second one, which starts a daemon that is gone.
      expect(groups).toHaveLength(event === "UserPromptSubmit" ? 2 : 1);
      const takesTool = event.includes("ToolUse") || event === "PreSkillShellCommand";
      expect(groups[0]?.matcher).toBe(takesTool ? "*" : undefined);
      expect(groups[0]?.hooks).toEqual([
        {
          type: "http",
          url: address,
          headers: { Authorization: `Bearer ${target.token}` },
          timeout: 60,
          onFailure: "block",
        },
      ]);
    }
  });
  it.each([
    ["2.1.331", false],
    ["2.1.332", true],
    ["2.2.0", true],
    // An older one would open each session with a warning.
    [undefined, false],
  ])("is for the client %s no event that it does not know", (clientVersion, isKnown) => {
    const events = [
      buildInsertion({ ...target, clientVersion }, () => undefined),
      buildCommandInsertion({ ...COMMAND, clientVersion }, () => undefined),
    ].map(({ hooks: entries }) => entries.map(({ event }) => event));
    for (const one of events) expect(one.includes("PreSkillShellCommand")).toBe(isKnown);
    expect(events[0]).toEqual(expect.arrayContaining(["PreToolUse", "UserPromptExpansion"]));
  });
  it("is known to lack events for a newer client, and to hold some that an older one does not know", () => {
    const of = (clientVersion: string) =>
      buildInsertion({ ...target, clientVersion }, () => undefined).hooks;
    const event = "PreSkillShellCommand";
    expect(eventStanding(of("2.1.331"), "2.1.332")).toEqual({ lacking: [event], unknown: [] });
    expect(eventStanding(of("2.1.332"), "2.1.331")).toEqual({ lacking: [], unknown: [event] });
    expect(eventStanding(of("2.1.332"), "2.1.332")).toEqual({ lacking: [], unknown: [] });
  });
  it("is one https hook that blocks nothing per event that is only watched", () => {
    const watched = Object.keys(hooks).slice(1 + blocking.length);
    expect(watched).toEqual(
      expect.arrayContaining(["PermissionRequest", "SubagentStop", "SessionEnd"]),
    );
    // A hook there would take the place of git, and of every word of an answer.
    for (const event of ["WorktreeCreate", "WorktreeRemove", "MessageDisplay"]) {
      expect(watched).not.toContain(event);
    }
    const Authorization = `Bearer ${target.token}`;
    const common = { type: "http", url: address };
    const headers = { Authorization, "X-Sallyport-Watched": "1" };
    for (const event of watched.filter((one) => one !== "PermissionRequest")) {
      expect(hooks[event]?.slice(0, 1)).toEqual([{ hooks: [{ ...common, headers, timeout: 3 }] }]);
    }
    // Its question stands at the terminal meanwhile; who observes asks nobody elsewhere.
    expect(hooks["PermissionRequest"]).toEqual([
      {
        hooks: [
          { ...common, headers: { ...headers, "X-Sallyport-Patience": "120" }, timeout: 140 },
        ],
      },
    ]);
    const headless = buildInsertion({ ...target, waits: true }, () => undefined).hooks;
    const changed = headless.filter((one, at) => !isDeepStrictEqual(one, insertion.hooks[at]));
    expect(changed).toEqual([
      {
        event: "PreToolUse",
        handler: {
          ...common,
          timeout: 140,
          onFailure: "block",
          headers: { Authorization, "X-Sallyport-Patience": "120" },
          statusMessage: "sallyport checks the call, or waits for an answer from elsewhere",
        },
      },
    ]);
    const observing = buildInsertion(
      { ...target, mode: "observe", waits: true },
      () => undefined,
    ).hooks;
    const asking = observing.find(({ event }) => event === "PermissionRequest");
    expect(asking?.handler).toEqual({ ...common, headers, timeout: 3 });
  });
  it("starts the daemon without a shell, by absolute paths, and nothing else at a session's start", () => {
    expect(hooks["SessionStart"]).toHaveLength(1);
    expect(hooks["SessionStart"]?.[0]?.hooks).toEqual([
      {
        type: "command",
        command: target.commandPath,
        args: ["daemon", "--ensure"],
        timeout: 60,
      },
    ]);
  });
  it("names the command without its path, where the path may not stand in an address", () => {
    const { hooks } = buildInsertion(
      { ...target, commandPath: "/a b#c/sallyport" },
      () => undefined,
    );
    const url = hooks.find(({ event }) => event === "PreToolUse")?.handler["url"];
    expect(url).toBe("https://127.0.0.1:21234/v1/hook#stopped? run: sallyport daemon --ensure");
  });
  it("looks at each prompt whether the daemon lives, and starts it when it does not", () => {
    const lock = "/home/ada/.local/share/sallyport/daemon.lock";
    const [, revive, ...more] = hooks["UserPromptSubmit"] ?? [];
    expect(more).toEqual([]);
    const args = revive?.hooks[0]?.["args"];
    if (!Array.isArray(args)) throw new Error("there is no such hook");
    expect(args.slice(2)).toEqual([...["sh", lock, target.commandPath, "daemon", "--ensure"]]);
    const folder = mkdtempSync(join(tmpdir(), "sallyport-revive-"));
    const file = join(folder, "daemon.lock");
    const starts = (text: string | undefined) => {
      if (text === undefined) rmSync(file, { force: true });
      else writeFileSync(file, text);
      const words = [...args.slice(0, 3), file, "/bin/echo", "started"].map(String);
      return spawnSync("/bin/sh", words, { encoding: "utf8" });
    };
    const dead = spawnSync("/bin/true").pid;
    const alive = JSON.stringify({ pid: process.pid, started: "1", nonce: "a" });
    expect(starts(alive)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    for (const text of [JSON.stringify({ pid: dead, started: "1" }), "", "nonsense", undefined]) {
      expect(starts(text)).toMatchObject({ status: 0, stdout: "started\n", stderr: "" });
    }
    rmSync(folder, { recursive: true });
  });
  it("pins whom the client trusts and keeps the hook off proxies", () => {
    expect(env).toEqual({
      NODE_EXTRA_CA_CERTS: target.caBundlePath,
      NODE_TLS_REJECT_UNAUTHORIZED: "1",
      NO_PROXY: "127.0.0.1,localhost",
      no_proxy: "127.0.0.1,localhost",
    });
  });
  it.each([
    ["intranet.example", undefined, "intranet.example,127.0.0.1,localhost"],
    [" a.example , 127.0.0.1", undefined, "a.example,127.0.0.1,localhost"],
    ["*", undefined, "*"],
    [undefined, "b.example", "b.example,127.0.0.1,localhost"],
  ])("adds to proxy exceptions %j / %j", (upper, lower, expected) => {
    const present = (name: string) =>
      name === "NO_PROXY" ? upper : name === "no_proxy" ? lower : undefined;
    const { env } = buildInsertion(target, present);
    expect(env.find(({ name }) => name === "NO_PROXY")?.value).toBe(expected);
  });
});

describe("adding and taking out", () => {
  const handler = fc.record({ type: fc.constant("command"), command: fc.string() });
  const group = fc.record({ matcher: fc.string(), hooks: fc.array(handler, { maxLength: 2 }) });
  const event = fc.constantFrom("PreToolUse", "SessionStart", "Stop", "ConfigChange");
  const settings = fc.record(
    {
      permissions: fc.jsonValue(),
      hooks: fc.dictionary(event, fc.array(group, { maxLength: 2 })),
      env: fc.dictionary(fc.constantFrom("NO_PROXY", "PATH", "NODE_EXTRA_CA_CERTS"), fc.string()),
      model: fc.string(),
    },
    { requiredKeys: [] },
  );
  const layout = fc.constantFrom(1, 2, 3, 4, "\t");

  it("gives back the same text, character by character", () => {
    fc.assert(
      fc.property(settings, layout, fc.constantFrom("", "\n"), (value, indent, end) => {
        const before = JSON.stringify(value, undefined, indent) + end;
        const { text, undo } = add(before);
        expect(missingFrom(JSON.parse(text), insertion)).toEqual([]);
        expect(removeFromSettings(text, undo, options)).toEqual({ text: before, left: [] });
      }),
    );
  });
  it("gives back the same values after somebody reformatted the file", () => {
    fc.assert(
      fc.property(settings, layout, (value, indent) => {
        const before = JSON.stringify(value);
        const { text, undo } = add(before);
        const reformatted = JSON.stringify(JSON.parse(text), undefined, indent);
        const after = removeFromSettings(reformatted, undo, options).text;
        expect(JSON.parse(after)).toEqual(JSON.parse(before));
      }),
    );
  });
  it("keeps Windows line ends, tabs and odd spacing around what it adds", () => {
    const before = '{\r\n\t"model" :  "x",\r\n\t"n": 1.0\r\n}\r\n';
    const { text, undo } = add(before);
    expect(
      text.startsWith(
        '{\r\n\t"model" :  "x",\r\n\t"n": 1.0,\r\n\t"hooks": {\r\n\t\t"SessionStart": [',
      ),
    ).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(removeFromSettings(text, undo, options).text).toBe(before);
  });
  it("lays a file of its own out as formatters do that look at all JSON of a project", () => {
    const { text } = add(undefined);
    expect(text).toContain('"args": ["daemon", "--ensure"],\n');
    const spread = [...text.matchAll(/^( *)("\w+": )?\[\n([^[\]{}]+?)\n *\]/gm)];
    const asLine = ([, column = "", key = "", items = ""]: readonly string[]): string =>
      `${column}${key}[${items.trim().replaceAll(/\n */g, " ")}]`;
    expect(spread.map(asLine).filter((line) => line.length < 80)).toEqual([]);
  });
  it("keeps hooks and variables that somebody added since", () => {
    const { text, undo } = add('{ "model": "x" }');
    const value = parse(text);
    value.hooks["PreToolUse"]?.push({
      matcher: "Bash",
      hooks: [{ type: "command", command: "lint" }],
    });
    value.hooks["PreToolUse"]?.[0]?.hooks.push({ type: "command", command: "mine" });
    value.env["EDITOR"] = "vi";
    value.env["NO_PROXY"] = "127.0.0.1,localhost,new.example";
    const after = removeFromSettings(JSON.stringify(value), undo, options);
    expect(JSON.parse(after.text)).toEqual({
      model: "x",
      hooks: {
        PreToolUse: [
          { matcher: "*", hooks: [{ type: "command", command: "mine" }] },
          { matcher: "Bash", hooks: [{ type: "command", command: "lint" }] },
        ],
      },
      env: { NO_PROXY: "new.example", EDITOR: "vi" },
    });
  });
  it("takes out entries that somebody edited, and leaves a variable that is no longer ours", () => {
    const { text, undo } = add("{}");
    const value = parse(text);
    const hook = value.hooks["PreToolUse"]?.[0]?.hooks[0];
    if (hook) hook["timeout"] = 99;
    value.env["NODE_EXTRA_CA_CERTS"] = "/etc/ssl/company.pem";
    const after = removeFromSettings(JSON.stringify(value), undo, options);
    expect(JSON.parse(after.text)).toEqual({
      env: { NODE_EXTRA_CA_CERTS: "/etc/ssl/company.pem" },
    });
    expect(after.left).toEqual(["NODE_EXTRA_CA_CERTS"]);
  });
  it("puts back a variable that had a value", () => {
    const before = '{\n  "env": {\n    "NODE_EXTRA_CA_CERTS": "/etc/ssl/company.pem"\n  }\n}\n';
    const { text, undo } = add(before);
    expect(parse(text).env["NODE_EXTRA_CA_CERTS"]).toBe(target.caBundlePath);
    expect(removeFromSettings(text, undo, options).text).toBe(before);
  });
  it("finds its entries without a record of them", () => {
    const { text } = add('{ "hooks": { "Stop": [] } }');
    expect(hasOurHooks(text, file)).toBe(true);
    const after = removeFromSettings(text, undefined, options).text;
    expect(hasOurHooks(after, file)).toBe(false);
    expect(parse(after).env["NODE_EXTRA_CA_CERTS"]).toBeUndefined();
  });
  it.each([
    ["/usr/bin/node", ["/opt/sallyport/dist/surface/cli/main.js", "daemon", "--ensure"]],
    [
      "/usr/bin/node",
      ["/opt/sallyport/dist/surface/cli/main.js", "daemon", "--ensure", "--data", "/d"],
    ],
    ["/usr/bin/node", ["/opt/sallyport/dist/hook.cjs", "--project", "0123456789abcdef"]],
    ["/usr/bin/node", ["/opt/sallyport/dist/hook.mjs", "--project", "0123456789abcdef"]],
    ["/srv/other/bin/sallyport", ["daemon", "--ensure"]],
    ["/srv/other/bin/sallyport-hook", ["--project", "0123456789abcdef", "--watched", "yes"]],
  ])("finds an entry of every version that there was: %s %j", (command, args) => {
    const theirs = { hooks: [{ type: "command", command: "/usr/bin/lint", args: ["daemon"] }] };
    const ours = { hooks: [{ type: "command", command, args }] };
    const text = JSON.stringify({ hooks: { SessionStart: [theirs, ours] } });
    expect(hasOurHooks(text, file)).toBe(true);
    const after = removeFromSettings(text, undefined, options).text;
    expect(JSON.parse(after)).toEqual({ hooks: { SessionStart: [theirs] } });
  });
  it("does not take another program's hooks for its own", () => {
    const text = JSON.stringify({
      hooks: {
        PreToolUse: [
          { hooks: [{ type: "http", url: "https://127.0.0.1:9/v1/other" }] },
          { hooks: [{ type: "http", url: "https://hooks.example:9/v1/hook" }] },
          { hooks: [{ type: "command", command: "node", args: ["main.js", "daemon"] }] },
          { hooks: [{ type: "command", command: "/usr/bin/sallyport", args: ["status"] }] },
          { hooks: [{ type: "command", command: "/usr/bin/sallyport-hook" }] },
        ],
      },
    });
    expect(hasOurHooks(text, file)).toBe(false);
    expect(removeFromSettings(text, undefined, options).text).toBe(text);
  });
});

describe("the record of what was added", () => {
  it("holds no token, and the token is found in the settings only", () => {
    const { text, undo } = add("{}");
    expect(JSON.stringify(undo)).not.toContain(target.token);
    expect(tokenInSettings(text, file, () => true)).toBe(target.token);
    expect(tokenInSettings(text, file, () => false)).toBeUndefined();
    expect(hideTokens(text)).not.toContain(target.token);
    expect(hideTokens(text)).toContain("Bearer <hidden>");
  });
});

describe("settings that the client would ignore whole are refused with their place", () => {
  const hook = (handler: unknown) => JSON.stringify({ hooks: { Stop: [{ hooks: [handler] }] } });
  it.each([
    ["not JSON", '{\n  "a": 1,\n}', 3, 1],
    ["a list", "[]", 1, 1],
    ["hooks that are a list", '{ "hooks": [] }', 1, 12],
    ["an event that is no list", '{ "hooks": { "Stop": {} } }', 1, 22],
    ["a group without hooks", '{ "hooks": { "Stop": [{ "command": "x" }] } }', 1, 23],
    ["an unknown type", hook({ type: "shell", command: "x" }), 1, 29],
    ["a command hook without command", hook({ type: "command" }), 1, 29],
    ["another scheme", hook({ type: "http", url: "unix:/run/x" }), 1, 29],
    ["another onFailure", hook({ type: "command", command: "x", onFailure: "stop" }), 1, 73],
    ["a timeout that is text", hook({ type: "command", command: "x", timeout: "soon" }), 1, 71],
    ["a variable that is an object", '{ "env": { "A": {} } }', 1, 17],
  ])("%s", (_, text, line, column) => {
    expect(() => add(text)).toThrow(Failure);
    try {
      add(text);
    } catch (error) {
      expect((error as Failure).at).toEqual({ file, line, column });
    }
  });
});

describe("refusals and switches of the client", () => {
  const rules = ["Read(//**/.env)", "Read(~/.aws/**)", "WebFetch(domain:example.com)"];
  const asks = ["Read(//proc/*/environ)"];
  const switches = [
    { key: "disableAllHooks", value: false },
    { key: "agent", value: "" },
  ];
  const whole = { ...insertion, rules, asks, switches };
  const value = fc.dictionary(fc.constantFrom("model", "theme", "x"), fc.string(), { maxKeys: 3 });
  const texts = fc
    .record({
      value,
      deny: fc.option(fc.array(fc.constantFrom(...rules, "Bash(rm:*)", "Read(.env)"))),
      ask: fc.option(fc.array(fc.constantFrom(...asks, ...rules, "Bash(rm:*)"))),
      agent: fc.option(fc.constantFrom("", "reviewer")),
      isOff: fc.option(fc.constant(false)),
      indent: fc.constantFrom(undefined, 2, 4, "\t"),
      end: fc.constantFrom("", "\n", "\n\n"),
      newline: fc.constantFrom("\n", "\r\n"),
    })
    .map(({ value: given, deny, ask, agent, isOff, indent, end, newline }) => {
      const content = {
        ...given,
        ...(deny === null && ask === null
          ? {}
          : {
              permissions: {
                allow: ["Bash(ls)"],
                ...(deny === null ? {} : { deny }),
                ...(ask === null ? {} : { ask }),
              },
            }),
        ...(agent === null ? {} : { agent }),
        ...(isOff === null ? {} : { disableAllHooks: isOff }),
      };
      return `${JSON.stringify(content, undefined, indent)}${end}`.replaceAll("\n", newline);
    })
    // An empty object gets a line of its own inside; that text is the one that a file of nothing has.
    .filter((text) => text.replace(/\s/g, "") !== "{}");

  it("come and go byte for byte, and what a person wrote stays theirs", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const added = addToSettings(text, whole, file);
        const content = JSON.parse(added.text);
        expect(missingFrom(content, whole)).toEqual([]);
        for (const { list, of } of RULE_LISTS) {
          const before = rulesIn(text, file, list);
          expect(added.undo[of]?.some((rule) => before.includes(rule))).toBe(false);
        }
        expect(removeFromSettings(added.text, added.undo, options)).toEqual({ text, left: [] });
      }),
    );
  });
  it("are named when one is taken out or turned", () => {
    const { text } = addToSettings(undefined, whole, file);
    const content = JSON.parse(text);
    content.permissions.deny.pop();
    content.permissions.ask.pop();
    content.disableAllHooks = true;
    delete content.agent;
    expect(missingFrom(content, whole)).toEqual([
      { kind: "rule", rule: "WebFetch(domain:example.com)", list: "deny" },
      { kind: "rule", rule: "Read(//proc/*/environ)", list: "ask" },
      { kind: "switch", key: "disableAllHooks" },
      { kind: "switch", key: "agent" },
    ]);
  });
  it("let a person name an agent of their own there, and nobody none", () => {
    const content = JSON.parse(addToSettings(undefined, whole, file).text);
    expect(missingFrom({ ...content, agent: "reviewer" }, whole)).toEqual([]);
    expect(missingFrom({ ...content, agent: null }, whole)).toEqual([
      { kind: "switch", key: "agent" },
    ]);
  });
  it("leave a switch that somebody turned since, and say so", () => {
    const { text, undo } = addToSettings(undefined, whole, file);
    const turned = text.replace('"disableAllHooks": false', '"disableAllHooks": true');
    const removed = removeFromSettings(turned, undo, options);
    expect(removed.left).toEqual(["disableAllHooks"]);
    expect(JSON.parse(removed.text)).toEqual({ disableAllHooks: true });
  });
  it("are not added where rules stand in no list", () => {
    const wrong = '{ "permissions": { "deny": "Read(.env)" } }';
    expect(() => addToSettings(wrong, whole, file)).toThrow(/`permissions.deny` is not a list/);
    const other = '{ "permissions": { "ask": "Read(.env)" } }';
    expect(() => addToSettings(other, whole, file)).toThrow(/`permissions.ask` is not a list/);
  });
});
