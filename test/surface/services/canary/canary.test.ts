// What the canary needs beside a client: the stand-in for the model, the settings that lead to it, the runtimes that are there.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askClient } from "#surface/services/canary/canary-session.ts";
import { runToEnd } from "#surface/services/canary/client-process.ts";
import { privateView, towardsStandIn } from "#surface/services/canary/private-view.ts";
import { clientsOnPath, runtimesHere } from "#surface/services/canary/runtimes.ts";
import { startStandIn } from "#surface/services/canary/stand-in.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());
function plant(name: string, text: string, mode = 0o644): string {
  const path = join(room.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("the stand-in", () => {
  const call = { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "x" } } as const;
  const say = (text: string) => [{ type: "text", text } as const];
  const script = { main: [[call], say("two")], agent: [say("agent")], agentWord: "WORD" };
  const post = async (url: string, body: unknown, path = "/v1/messages?beta=true") => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, { method: "POST", body: text });
    return { status: response.status, text: await response.text() };
  };
  const ask = (content: unknown) => ({
    tools: [{ name: "Bash" }],
    messages: [{ role: "user", content }],
  });

  test("has each loop say its own, spends nothing on side jobs, and keeps what became of calls", async () => {
    const standIn = await startStandIn(script);
    try {
      const { url } = standIn;
      expect((await post(url, { messages: [] })).text).toContain("done");
      expect((await post(url, ask("go"))).text).toContain('"toolu_1"');
      expect((await post(url, ask("WORD go"))).text).toContain("agent");
      const result = { type: "tool_result", tool_use_id: "toolu_1", is_error: true };
      const told = ask([{ ...result, content: [{ type: "text", text: "no" }] }]);
      const streamed = await post(url, { ...told, stream: true });
      expect(streamed.text).toContain("event: message_stop");
      expect(streamed.text).toContain("two");
      expect((await post(url, ask("go"))).text).toContain("done");
      expect(standIn.results.get("toolu_1")).toEqual({ text: "no", isError: true });
    } finally {
      await standIn.close();
    }
  });
  test("answers what is no message with an error, and counts tokens", async () => {
    const standIn = await startStandIn(script);
    try {
      expect((await post(standIn.url, "{", "/v1/messages")).status).toBe(404);
      expect((await post(standIn.url, {}, "/api/hello")).status).toBe(404);
      const counted = await post(standIn.url, {}, "/v1/messages/count_tokens");
      expect(JSON.parse(counted.text)).toEqual({ input_tokens: 10 });
      expect((await fetch(`${standIn.url}/v1/messages`)).status).toBe(404);
    } finally {
      await standIn.close();
    }
  });
});

describe("settings", () => {
  const url = "http://127.0.0.1:9";
  test("lead to the stand-in where they name an address, and are left alone where not", () => {
    const text = '{ "env": {"ANTHROPIC_BASE_URL": "https://api.anthropic.com"},\n "x": 1 }';
    expect(towardsStandIn(text, url)).toBe(text.replace("https://api.anthropic.com", url));
    const login =
      '{"forceLoginMethod":"console","apiKeyHelper":"/x","env":{"CLAUDE_CODE_USE_BEDROCK":"1"}}';
    expect(JSON.parse(towardsStandIn(login, url))).toEqual({ apiKeyHelper: "", env: {} });
    for (const other of ['{"env": {"A": "b"}}', '{"env": 1}', "[]", "", '{"env": {,}}'])
      expect(towardsStandIn(other, url)).toBe(other);
  });
  test("of a machine that name none are read in their own place", async () => {
    plant("managed/managed-settings.json", '{"env": {"A": "b"}}');
    const directory = join(room.path, "managed");
    const copy = join(room.path, "copy");
    expect(await privateView(directory, { copy, url })).toEqual({ kind: "ready", wrapper: [] });
    const nowhere = join(room.path, "nowhere");
    expect(await privateView(nowhere, { copy, url })).toEqual({ kind: "ready", wrapper: [] });
  });
  test("of a machine that name one are copied, with that variable changed and nothing else", async () => {
    const base = { env: { ANTHROPIC_BASE_URL: "https://api.anthropic.com", A: "b" }, hooks: {} };
    const file = plant("managed/managed-settings.json", JSON.stringify(base));
    plant("managed/managed-settings.d/50-x.json", "{}");
    plant("managed/CLAUDE.md", "words");
    const copy = join(room.path, "copy");
    const view = await privateView(join(room.path, "managed"), { copy, url });
    const copied = (name: string) => readFileSync(join(copy, name), "utf8");
    expect(JSON.parse(copied("managed-settings.json"))).toEqual({
      ...base,
      env: { ANTHROPIC_BASE_URL: url, A: "b" },
    });
    expect([copied("managed-settings.d/50-x.json"), copied("CLAUDE.md")]).toEqual(["{}", "words"]);
    expect(readFileSync(file, "utf8")).toBe(JSON.stringify(base));
    // Where no private view can be had the client is not asked at all, and the reason is told.
    if (view.kind === "impossible") expect(view.why).toContain("private view");
    else expect(view.wrapper.slice(-2)).toEqual([copy, join(room.path, "managed")]);
  });
});

describe("a client", () => {
  test("that is none proves nothing, and what it said is kept", async () => {
    const client = plant("bin/claude", "#!/bin/sh\necho 'bad settings' >&2\nexit 1\n", 0o755);
    const places = { client, home: room.path, project: room.path, managed: join(room.path, "m") };
    const report = await askClient(places, ["default"]);
    expect(report).toEqual({
      kind: "asked",
      modes: [
        expect.objectContaining({
          main: "missing",
          really: undefined,
          said: "bad settings",
          fault: "not-started",
        }),
      ],
    });
  });
  test("that runs for ever is ended with all that it started", async () => {
    const client = plant("bin/slow", "#!/bin/sh\nsleep 600 &\nwait\n", 0o755);
    const how = { cwd: room.path, env: { PATH: "/usr/bin:/bin" }, outputBytesMax: 1_000 };
    expect(await runToEnd([client], { ...how, timeoutMs: 300 })).toMatchObject({ timedOut: true });
    const loud = plant(
      "bin/loud",
      "#!/bin/sh\nwhile :; do echo xxxxxxxxxxxxxxxxxxxxxxxxx; done\n",
      0o755,
    );
    const ended = await runToEnd([loud], { ...how, timeoutMs: 20_000 });
    expect(ended.timedOut).toBe(false);
    expect(ended.stdout.length).toBeLessThanOrEqual(1_000);
  });
});

test("runtimes are told by what lies there", () => {
  const claude = plant("bin/claude", "#!/bin/sh\n", 0o755);
  mkdirSync(join(room.path, "other"));
  symlinkSync(claude, join(room.path, "other/claude"));
  plant("plain/claude", "no program");
  const folders = ["bin", "other", "plain", "nowhere"].map((name) => join(room.path, name));
  expect(clientsOnPath(["", "bin", ...folders].join(":"))).toEqual([claude]);

  const workflow = plant("shop/.github/workflows/a.yml", "uses: anthropics/claude-code-action@v1");
  plant("shop/.github/workflows/b.yml", "uses: actions/checkout@v4");
  const container = plant("shop/.devcontainer/devcontainer.json", "{}");
  const extension = dirname(
    plant("home/.vscode/extensions/anthropic.claude-code-2.1/package.json", "{}"),
  );
  const host = plant(
    "home/.config/chromium/NativeMessagingHosts/com.anthropic.claude_code.json",
    "{}",
  );
  const at = {
    home: join(room.path, "home"),
    project: join(room.path, "shop"),
    path: folders[0] ?? "",
  };
  expect(Object.fromEntries(runtimesHere(at).map(({ kind, found }) => [kind, found]))).toEqual({
    terminal: [claude],
    editor: [extension],
    "dev-container": [container],
    ci: [workflow],
    cloud: [],
    browser: [host],
  });
});
