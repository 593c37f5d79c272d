// Bad input through a whole daemon process: refused in words and recorded, a torn log entry is cut, and the gate stays shut.
import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { open, readText } from "#surface/services/daemon-process/daemon-client.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import {
  freshDirectory,
  installOn,
  preToolUse,
  verdictOf,
} from "../surface/daemon/daemon-stand.ts";
import { PROGRAM } from "../program.ts";
import { unlessHeld } from "../holding.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
let project: string;
let daemon: Running | undefined;

type Running = {
  readonly child: ChildProcess;
  text(): string;
  readonly ended: Promise<number | null>;
};

function sallyport(...args: readonly string[]): Running {
  const words = [...PROGRAM, ...args, "--data", install.directories.root];
  const child = spawn(process.execPath, words, {
    env: { PATH: "/usr/bin:/bin", HOME: room.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, text: () => text, ended };
}

async function startDaemon(): Promise<void> {
  const started = sallyport("daemon", "run");
  daemon = started;
  await expect.poll(started.text, { timeout: 15_000 }).toContain("ready");
}

async function endDaemon(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  daemon?.child.kill(signal);
  await daemon?.ended;
  daemon = undefined;
}

async function post(body: string): Promise<string> {
  const hook = readInstalledHook(join(project, ".claude", "settings.local.json"));
  const response = await open(hook, "/v1/hook", { bearer: hook.token, body });
  return verdictOf(JSON.parse(await readText(response, 100_000)));
}

const postCommand = (command: string) =>
  post(preToolUse({ cwd: project, tool_input: { command } }));

async function entriesOf(kind: string): Promise<readonly string[]> {
  const tail = sallyport("log", "tail", "-n", "100", "--json");
  expect(await tail.ended).toBe(0);
  return tail
    .text()
    .split("\n")
    .filter((line) => line.includes(`"kind":"${kind}"`));
}

beforeEach(async () => {
  room = freshDirectory();
  project = join(room.path, "project");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), "KEY=1\n");
  install = await installOn(join(room.path, "data"));
  expect(await sallyport("init", project, "--yes", "--no-daemon").ended).toBe(0);
  await startDaemon();
});
afterEach(async () => {
  await endDaemon("SIGKILL");
  room.remove();
});

describe("bad input to a daemon process", () => {
  test("each ends in deny, ask or block, and in an entry; the daemon goes on", async () => {
    const commands: readonly (readonly [string, string])[] = [
      ["1 MB in one word", `ls ${"a".repeat(1024 * 1024)}`],
      ["5,000 unclosed substitutions", '"$('.repeat(5_000)],
      ["an unterminated quote", "echo 'x"],
      ["a syntax error after a good first line", "ls\n)("],
    ];
    for (const [name, command] of commands) {
      expect(["deny", "ask", unlessHeld("ask")], name).toContain(await postCommand(command));
    }
    const payloads: readonly (readonly [string, string, string])[] = [
      ["not JSON", "hello", "block"],
      ["truncated", preToolUse().slice(0, -9), "block"],
      ["wrong types", preToolUse({ session_id: 7 }), "deny"],
    ];
    for (const [name, body, verdict] of payloads) expect(await post(body), name).toBe(verdict);
    expect(await post(preToolUse({ cwd: project, hook_event_name: "Unheard" }))).toBe("empty");
    const content = "x".repeat(5 * 1024 * 1024);
    const write = { tool_name: "Write", tool_input: { file_path: join(project, "a"), content } };
    expect(await post(preToolUse({ cwd: project, ...write }))).toBe("abstain");
    expect(await postCommand("cat .env")).toBe("deny");
    await endDaemon("SIGTERM");
    expect(await entriesOf("decision")).toHaveLength(commands.length + 2);
    expect(await entriesOf("failure")).toHaveLength(payloads.length);
    expect(await entriesOf("hook")).toHaveLength(1);
    expect(await sallyport("log", "verify").ended).toBe(0);
  });

  test.each([
    ["half a frame", (file: string) => appendFileSync(file, Buffer.alloc(40, 7))],
    [
      "an entry of which the end is missing",
      (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -9)),
    ],
  ])("a log that ends in %s is cut, recorded and goes on", async (_name, tear) => {
    // A publication between the last call and the end leaves an empty journal: then there is nothing to tear yet.
    let torn: string | undefined;
    for (let attempt = 0; attempt < 5 && torn === undefined; attempt++) {
      if (daemon === undefined) await startDaemon();
      for (let call = 0; call < 3; call++) expect(await postCommand("cat .env")).toBe("deny");
      await endDaemon("SIGKILL");
      torn = lastJournal();
    }
    if (torn === undefined) throw new Error("the log was published each time");
    tear(torn);
    await startDaemon();
    expect(await postCommand("cat .env")).toBe("deny");
    await endDaemon("SIGTERM");
    // Each attempt before this one ended without tearing anything.
    const recovery = (await entriesOf("recovery")).at(-1) ?? "";
    expect(recovery).toMatch(/"tornBytes":[1-9]/);
    expect((await entriesOf("decision")).length).toBeGreaterThanOrEqual(3);
    const verify = sallyport("log", "verify");
    expect(await verify.ended).toBe(0);
    expect(verify.text()).toContain("OK: log intact, ");
  });

  /** The newest segment of the journal, when it holds an entry. */
  function lastJournal(): string | undefined {
    const folder = join(install.directories.log, "journal");
    const names = readdirSync(folder).filter((name) => name.endsWith(".journal"));
    const last = names.sort().at(-1);
    if (last === undefined) return undefined;
    return statSync(join(folder, last)).size > 0 ? join(folder, last) : undefined;
  }
});
