// The real client at the real daemon: it obeys, its settings cannot be taken from under it, and the log verifies.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { sendCanaries } from "#surface/services/daemon-process/canary.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { type DaemonRun, runDaemon } from "#surface/daemon/run-daemon.ts";
import { bash, runClient } from "../../client/client-run.ts";
import { whyMissing } from "../../client/machine.ts";
import { toolUseId } from "../../client/model-stub.ts";
import { freshDirectory, installOn, preToolUse, verdictOf } from "./daemon-stand.ts";
import { PROGRAM } from "../../program.ts";
import { unlessHeld } from "../../holding.ts";
import { silent } from "../silent-terminal.ts";

const MARKER = "marker-93c1e6a0";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let run: DaemonRun & { kind: "running" };
let project: string;
let settingsFile: string;
const observations: Observation[] = [];

beforeEach(async () => {
  room = freshDirectory();
  project = join(room.path, "project");
  settingsFile = join(project, ".claude", "settings.local.json");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), `KEY=${MARKER}\n`);
  const data = join(room.path, "data");
  install = await installOn(data);
  await guardProject({
    directory: project,
    yes: true,
    data,
    environment: { HOME: room.path, PATH: "/usr/bin:/bin" },
    terminal: silent,
  });
  observations.length = 0;
  const options = composeDaemon(install, () => undefined, room.path);
  const started = await runDaemon(install, {
    ...options,
    compose: async () => {
      const parts = await options.compose();
      const append: typeof parts.ports.append = (observation, how) => {
        observations.push(observation);
        return parts.ports.append(observation, how);
      };
      return { ...parts, ports: { ...parts.ports, append } };
    },
  });
  if (started.kind !== "running") throw new Error("the daemon did not start");
  run = started;
  await run.ready();
});
afterEach(async () => {
  await run.stop();
  room.remove();
});

describe("the real client", () => {
  test("runs the harmless call, obeys the deny, and keeps its hooks when the settings are rewritten", async (context) => {
    const missing = await whyMissing(["client"]);
    if (missing !== undefined) return context.skip(missing);
    const session = await runClient({
      projectDirectory: project,
      turns: [bash("ls"), bash("cat .env"), bash("ls"), bash("ls"), bash("cat .env"), "bye"],
      settings: { project: { permissions: { allow: ["Bash"] } } },
      async beforeTurn(turn) {
        if (turn !== 2) return;
        const settings = JSON.parse(readFileSync(settingsFile, "utf8"));
        writeFileSync(settingsFile, JSON.stringify({ ...settings, hooks: {} }));
        // The client looks at its files now and then; the next calls must come after it has seen the change.
        await expect
          .poll(() => observations.some(({ kind }) => kind === "config-change"), {
            timeout: 15_000,
          })
          .toBe(true);
      },
      timeoutMs: 60_000,
    });
    expect(session.wasDenied(toolUseId(0))).toBe(false);
    expect(session.wasDenied(toolUseId(1))).toBe(true);
    expect(session.wasDenied(toolUseId(4))).toBe(true);
    expect(session.leaked(MARKER)).toBeUndefined();
    expect(observations).toContainEqual(
      expect.objectContaining({
        kind: "config-change",
        controls: expect.objectContaining({ kind: "altered", code: "hook-altered" }),
      }),
    );
    const verdicts = observations.flatMap((item) =>
      item.kind === "decision" ? [item.judgement.decision.verdict] : [],
    );
    expect(verdicts).toHaveLength(5);
    return undefined;
  });

  test("canaries prove the gate, and say when the settings no longer lead to it", async () => {
    const results = await sendCanaries({ settingsFile, root: project });
    expect(results.map(({ isGood }) => isGood)).toEqual([true, true]);
    writeFileSync(settingsFile, "{}");
    await expect(sendCanaries({ settingsFile, root: project })).rejects.toThrow(
      /no hook of sallyport/,
    );
  });
});

describe("hard commands at the composed daemon", () => {
  const commands: readonly (readonly [string, string])[] = [
    ["of 1 MB", `ls ${"a".repeat(1024 * 1024)}`],
    ["of 1 MB in many words", "a ".repeat(512 * 1024)],
    ["with 5,000 unclosed substitutions", '"$('.repeat(5_000)],
    ["with an unterminated quote", "echo 'x"],
    ["with a syntax error after a good first line", "cat .env\n)("],
    ["with a NUL", "ls\0; cat .env"],
    ["with a lone surrogate", "ls \ud800"],
  ];
  test.each(commands)(
    "a command %s ends in deny, ask or held, with an event",
    async (_name, command) => {
      const hook = readInstalledHook(settingsFile);
      const body = preToolUse({ cwd: project, tool_input: { command } });
      const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
      const verdict = verdictOf(JSON.parse(await readText(response, 100_000)));
      expect(["deny", "ask", unlessHeld("ask")]).toContain(verdict);
      expect(observations.filter(({ kind }) => kind === "decision")).toHaveLength(1);
    },
  );
});

describe("daemon --ensure as a session-start hook", () => {
  function ensure(): Promise<{ code: unknown; output: string }> {
    const child = spawn(
      process.execPath,
      [...PROGRAM, "daemon", "--ensure", "--data", install.directories.root],
      {
        env: { PATH: "/usr/bin:/bin", HOME: room.path, CLAUDE_PROJECT_DIR: project },
        stdio: ["pipe", "pipe", "ignore"],
      },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stdin.end(
      JSON.stringify({
        session_id: "s",
        cwd: project,
        hook_event_name: "SessionStart",
        source: "startup",
      }),
    );
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
  }

  test("passes the session's start on, silently when all is well", async () => {
    expect(await ensure()).toEqual({ code: 0, output: "" });
    expect(observations.at(-1)).toMatchObject({
      kind: "session-start",
      source: "startup",
      controls: { kind: "intact" },
    });
  });

  test("tells the person in one line when the controls do not stand", async () => {
    const settings = JSON.parse(readFileSync(settingsFile, "utf8"));
    settings.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    writeFileSync(settingsFile, JSON.stringify(settings));
    const { code, output } = await ensure();
    expect(code).toBe(0);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(output)).toEqual({
      systemMessage: expect.stringContaining("NODE_TLS_REJECT_UNAUTHORIZED"),
    });
  });
});
