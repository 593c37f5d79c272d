// The first contact in places that are not as they should be: clear words, nothing half-written, the project as before.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import type { GuardRequest } from "#surface/cli/guard/guard-plan.ts";
import { unguardProject } from "#surface/cli/commands/start/uninstall.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { PROGRAM } from "../../program.ts";
import { freshDirectory, installOn } from "../daemon/daemon-stand.ts";
import { finish, hasScript, type Typed } from "./typed.ts";

let room: ReturnType<typeof freshDirectory>;
let project = "";
let data = "";
let printed: string[] = [];

beforeEach(() => {
  room = freshDirectory();
  project = join(room.path, "shop");
  data = join(room.path, "data");
  mkdirSync(project);
  writeFileSync(join(project, "a.txt"), "a\n");
  printed = [];
});
afterEach(() => room.remove());

const terminal: Terminal = {
  print: (text) => void printed.push(text),
  warn: (text) => void printed.push(text),
  isInteractive: false,
  hasColour: false,
  confirm: async () => false,
};
const environment = (more: NodeJS.ProcessEnv = {}) => ({
  HOME: room.path,
  PATH: `${join(room.path, "bin")}:/usr/bin:/bin`,
  ...more,
});
const guard = (more: Partial<GuardRequest> = {}) =>
  guardProject({
    directory: project,
    yes: true,
    terminal,
    environment: environment(),
    data,
    ...more,
  });
const unguard = () =>
  unguardProject({ directory: project, yes: true, terminal, environment: environment(), data });

/** Every file of the project with its bytes. */
function bytesOf(folder: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    files[path] = entry.isFile() ? readFileSync(path, "utf8") : "(folder)";
  }
  return files;
}

function client(script: string): void {
  mkdirSync(join(room.path, "bin"), { recursive: true });
  const file = join(room.path, "bin", "claude");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** Starts a command of ours as somebody else, or with another environment. */
function run(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; uid?: number; cwd?: string } = {},
): Promise<Typed> {
  const { env = environment(), uid, cwd = "/" } = options;
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const words = [...PROGRAM, ...args];
  return finish(
    spawn(process.execPath, words, {
      env,
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      ...identity,
    }),
  );
}

describe("the client on PATH", () => {
  test.each([
    [
      "is newer than any that we know",
      "echo '99.1.0 (Claude Code)'",
      "http",
      "Claude Code 99.1.0: newer than what this program was proven with",
    ],
    ["is older", "echo '2.1.100 (Claude Code)'", "command", "2.1.100"],
    ["is missing", undefined, "http", "no `claude` on PATH"],
    ["says no version", "echo hello", "http", "was not checked"],
    ["fails", "exit 3", "http", "was not checked"],
  ])("%s", async (_, script, transport, note) => {
    if (script !== undefined) client(script);
    const hookPath = join(room.path, "hook.cjs");
    writeFileSync(hookPath, "");
    const before = bytesOf(project);
    const outcome = await guard({ hookPath });
    expect(outcome).toMatchObject({ kind: "guarded", transport });
    expect(outcome.notes.join("\n")).toContain(note);
    await unguard();
    expect(bytesOf(project)).toEqual(before);
  });
});

describe("variables that are set already", () => {
  test("in the project's own settings: kept beside ours, and given back byte for byte", async () => {
    mkdirSync(join(project, ".claude"));
    const file = join(project, ".claude", "settings.local.json");
    const text =
      '{\n\t"env" : { "NO_PROXY": "corp.example", "NODE_EXTRA_CA_CERTS": "/etc/ssl/corp.pem" }\n}';
    writeFileSync(file, text);
    const outcome = await guard();
    const written = JSON.parse(readFileSync(file, "utf8")) as { env: Record<string, string> };
    expect(written.env["NO_PROXY"]).toBe("corp.example,127.0.0.1,localhost");
    expect(written.env["NODE_EXTRA_CA_CERTS"]).toBe(outcome.install.caBundlePath);
    await unguard();
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("a proxy in the environment: its exceptions go on, and our address is one of them", async () => {
    const proxied = { HTTPS_PROXY: "http://proxy.example:3128", no_proxy: "corp.example" };
    await guard({ environment: environment(proxied) });
    const text = readFileSync(join(project, ".claude", "settings.local.json"), "utf8");
    const { env } = JSON.parse(text) as { env: Record<string, string> };
    expect(env["NO_PROXY"]).toBe("corp.example,127.0.0.1,localhost");
    expect(env).not.toHaveProperty("HTTPS_PROXY");
    expect(text).not.toContain("proxy.example");
  });
});

describe("a disk that does not take it", () => {
  const NOBODY = 65_534;
  test("a home that is read-only: the reason in one line, and nothing in the project", async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip("only root can become somebody else");
    const home = join(room.path, "home");
    mkdirSync(home);
    chmodSync(room.path, 0o755);
    chmodSync(home, 0o555);
    const env = { HOME: home, PATH: "/usr/bin:/bin" };
    if (spawnSync("/bin/ls", [PROGRAM.at(-1) ?? ""], { uid: NOBODY }).status !== 0)
      ctx.skip("another user cannot read the program here");
    chmodSync(project, 0o777);
    const before = bytesOf(project);
    const { code, text } = await run(["init", project, "--yes"], { env, uid: NOBODY });
    expect({ code, text }).toEqual({ code: 2, text: expect.stringMatching(/^sallyport: .+\n$/) });
    expect(text).toContain(home);
    expect(text).toContain("--data DIR");
    expect(bytesOf(project)).toEqual(before);
    expect(readdirSync(home)).toEqual([]);
  });

  test("a project that is read-only: nobody is registered", async (ctx) => {
    if (process.getuid?.() !== 0) ctx.skip("only root can become somebody else");
    if (spawnSync("/bin/ls", [PROGRAM.at(-1) ?? ""], { uid: NOBODY }).status !== 0)
      ctx.skip("another user cannot read the program here");
    const home = join(room.path, "home");
    mkdirSync(home);
    spawnSync("chown", [String(NOBODY), home]);
    chmodSync(room.path, 0o755);
    chmodSync(project, 0o555);
    const env = { HOME: home, PATH: "/usr/bin:/bin" };
    const before = bytesOf(project);
    const { code, text } = await run(["init", project, "--yes"], { env, uid: NOBODY });
    expect(code).toBe(2);
    expect(text).toContain(".claude");
    expect(text).not.toContain("this is a defect");
    expect(bytesOf(project)).toEqual(before);
    const register = join(home, ".local/share/sallyport/projects.json");
    // Read as it is: it belongs to somebody else.
    const kept: unknown = JSON.parse(readFileSync(register, "utf8"));
    expect(kept).toMatchObject({ projects: [] });
  });
});

test("two projects guarded at once, by two processes: both are, and each by its own token", async () => {
  const other = join(room.path, "other");
  mkdirSync(other);
  const both = [project, other].map((place) =>
    run(["init", place, "--yes", "--no-daemon", "--data", data]),
  );
  for (const { code, text } of await Promise.all(both))
    expect({ code, text }).toMatchObject({ code: 0 });
  const register = readProjectRegister(join(data, "projects.json"));
  expect(register.map(({ root }) => root).toSorted()).toEqual([other, project]);
  expect(new Set(register.map(({ tokenDigest }) => tokenDigest)).size).toBe(2);
});

test("a shell that prints at its start says nothing in the name of a hook", async () => {
  for (const name of [".bashrc", ".profile", ".bash_profile", ".zshenv"])
    writeFileSync(join(room.path, name), "echo noise-at-start\n");
  await guard();
  const text = readFileSync(join(project, ".claude", "settings.local.json"), "utf8");
  const { hooks } = JSON.parse(text) as {
    hooks: Record<string, { hooks: { command?: string; args?: string[] }[] }[]>;
  };
  const commands = Object.values(hooks)
    .flat()
    .flatMap((group) => group.hooks)
    .filter(({ command }) => command === "/bin/sh");
  expect(commands).not.toEqual([]);
  for (const { command = "", args = [] } of commands) {
    const lock = args.find((word) => word.startsWith(data)) ?? "";
    writeFileSync(lock, `{"pid":${process.pid},"x":1}\n`);
    const env = environment({
      BASH_ENV: join(room.path, ".bashrc"),
      ENV: join(room.path, ".profile"),
    });
    const { stdout, stderr, status } = spawnSync(command, args, { env, encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
  }
});

test("no network at the first start, and a proxy that is not there: guarded, proven by canaries", async (ctx) => {
  const isolated = ["-rn", "/bin/sh", "-c"];
  if (spawnSync("unshare", [...isolated, "ip link set lo up"]).status !== 0)
    ctx.skip("no network namespace can be made here");
  await installOn(data);
  const program = [process.execPath, ...PROGRAM].map((word) => `'${word}'`).join(" ");
  const start = `${program} start --guard '${project}' --yes --once --data '${data}'`;
  const stop = `${program} daemon stop --data '${data}'`;
  const line = `ip link set lo up && ${start}; code=$?; ${stop}; exit $code`;
  const proxy = { HTTPS_PROXY: "http://127.0.0.1:9", https_proxy: "http://127.0.0.1:9" };
  const child = spawn("unshare", [...isolated, line], { env: environment(proxy) });
  const { code, text } = await finish(child);
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(text).toMatch(/`cat .env` should be refused: deny, ok/);
});

describe("another version of the program", () => {
  test("whose register is newer: it says which program to use, and changes nothing", async () => {
    await guard();
    const file = join(data, "projects.json");
    const text = readFileSync(file, "utf8").replace(/"version": \d+/, '"version": 99');
    writeFileSync(file, text);
    const before = bytesOf(project);
    await expect(guard({ profile: "enterprise-high" })).rejects.toThrow("use the newer sallyport");
    expect(bytesOf(project)).toEqual(before);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});

/** Runs a command at a terminal and presses Ctrl-C at the first text that fits; Enter at those before it. */
function interrupted(at: RegExp, ...args: readonly string[]): Promise<Typed> {
  const words = [process.execPath, ...PROGRAM, ...args, "--data", data];
  const line = words.map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], { env: environment() });
  let isDone = false;
  let answered = 0;
  return finish(child, (text) => {
    if (isDone) return;
    if (at.test(text)) {
      isDone = true;
      child.stdin.write("\u0003");
      return;
    }
    const prompts = text.match(/\(Enter takes \w+\):/g)?.length ?? 0;
    if (prompts > answered) {
      answered = prompts;
      child.stdin.write("\r");
    }
  });
}

describe("Ctrl-C", () => {
  test.each([
    ["at the choice of a policy", /Enter takes team\):/, 2, /ended without an answer/],
    ["at the question of `init`", /\[Y\/n\/d\]/, 1, /nothing was written/],
  ])("%s: nothing was written", async (_, at, code, words) => {
    if (!hasScript) return expect(hasScript).toBe(false);
    const before = bytesOf(project);
    const outcome = await interrupted(at, "init", project);
    expect(outcome).toMatchObject({ code, text: expect.stringMatching(words) });
    expect(bytesOf(project)).toEqual(before);
    expect(existsSync(join(data, "projects.json"))).toBe(false);
  });

  test.each([
    ["at the question of `uninstall`", /\[y\/N\/d\]/, ["uninstall"]],
    ["at the word for observing", /type `\w+` to go on/, ["init", "--observe"]],
  ])("%s: the project stays guarded", async (_, at, [command = "", ...more]) => {
    if (!hasScript) return expect(hasScript).toBe(false);
    await guard();
    const before = bytesOf(project);
    const register = readFileSync(join(data, "projects.json"), "utf8");
    const { code } = await interrupted(at, command, project, ...more);
    expect(code).not.toBe(0);
    expect(bytesOf(project)).toEqual(before);
    expect(readFileSync(join(data, "projects.json"), "utf8")).toBe(register);
  });
});
