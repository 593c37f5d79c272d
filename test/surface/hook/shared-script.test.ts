// The script of a shared repository: what it asks, what it says to a person without sallyport, and what it never runs.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildSharedInsertion, SHARED_SCRIPT } from "#govern/settings/shared-entries.ts";
import { shareProject } from "#surface/cli/guard/shared-guarding.ts";
import { freshDirectory } from "../daemon/daemon-stand.ts";
import { silent } from "../silent-terminal.ts";

const INSTALL = "sallyport init";
let room: ReturnType<typeof freshDirectory>;
let script: string;
let data: string;

beforeEach(() => {
  room = freshDirectory();
  script = join(room.path, "sallyport-hook.sh");
  data = join(room.path, "data");
  writeFileSync(script, SHARED_SCRIPT);
  mkdirSync(data);
});
afterEach(() => room.remove());

const run = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  shell = "/bin/sh",
) =>
  spawnSync(shell, [script, ...args], {
    input: "{}",
    encoding: "utf8",
    env: { HOME: room.path, SALLYPORT_HOME: data, ...env },
    cwd: room.path,
  });
/** A program in place of the hook that shows how it was called, and ends as it is told. */
const program = (ends: string, place = data) => {
  const hook = join(place, "bin", "sallyport-hook");
  mkdirSync(join(place, "bin"), { recursive: true });
  const body = `printf '<%s>' "$@" "\${NODE_OPTIONS-unset}" "\${LD_AUDIT-unset}"; ${ends}`;
  writeFileSync(hook, `#!/bin/sh\n${body}\n`);
  chmodSync(hook, 0o755);
  return hook;
};

describe("without an installation", () => {
  test("a tool call ends with 2 and one line that says how to install", () => {
    const { status, stdout, stderr } = run(["PreToolUse"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(INSTALL);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
  test("a session's start tells the person, in the client's own form", () => {
    const { status, stdout } = run(["SessionStart"]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { systemMessage: string }).systemMessage).toContain(INSTALL);
  });
  test.each([["PostToolUse"], ["Stop", "watched"], ["ConfigChange"]])("%s passes", (...args) => {
    expect(run(args)).toMatchObject({ status: 0, stdout: "" });
  });
  test.each([
    ["a file that cannot be run", (hook: string) => chmodSync(hook, 0o644)],
    [
      "a folder",
      (hook: string) => {
        rmSync(hook);
        mkdirSync(hook);
      },
    ],
    [
      "a link that leads nowhere",
      (hook: string) => {
        rmSync(hook);
        symlinkSync("/missing", hook);
      },
    ],
  ])("%s in the program's place is none", (_, change) => {
    change(program("exit 0"));
    expect(run(["PreToolUse"]).status).toBe(2);
  });
});

describe("with an installation", () => {
  test("the program is asked with data, home and nothing that loads code", () => {
    program("exit 0");
    const { status, stdout } = run(["PreToolUse"], {
      NODE_OPTIONS: "--require ./x",
      LD_AUDIT: "x",
    });
    const options = `<--shared><60><--data><${data}><--home><${room.path}>`;
    expect([status, stdout]).toEqual([0, `${options}<unset><unset>`]);
    expect(run(["Stop", "watched"]).stdout).toContain("<--watched><yes>");
  });
  test.each(["exit 1", "exit 2", "exit 127", "kill -9 $$", "kill -11 $$"])(
    "a call is blocked when the program ends with `%s`, and an event that is only recorded is not",
    (ends) => {
      program(ends);
      expect(run(["PreToolUse"]).status).toBe(2);
      const watched = run(["Stop", "watched"]).status;
      expect(watched === 2).toBe(ends === "exit 2");
    },
  );
  test.each([
    ["SALLYPORT_HOME", (path: string) => ({ SALLYPORT_HOME: path })],
    [
      "XDG_DATA_HOME",
      (path: string) => ({ SALLYPORT_HOME: "relative", XDG_DATA_HOME: join(path, "..") }),
    ],
  ])("is found by %s", (_, variables) => {
    const place = join(room.path, "share", "sallyport");
    program("exit 0", place);
    expect(run(["PreToolUse"]).status).toBe(2);
    const { status, stdout } = run(["PreToolUse"], variables(place));
    expect([status, stdout.includes(`<--data><${place}>`)]).toEqual([0, true]);
  });
});

describe("the script", () => {
  test("runs no program that a project could put on PATH, and reads none of its start-up files", () => {
    const bin = join(room.path, "bin");
    mkdirSync(bin);
    const trap = join(room.path, "trapped");
    const names = [
      "node",
      "sh",
      "cat",
      "printf",
      "echo",
      "test",
      "[",
      "read",
      "dirname",
      "env",
      "sallyport",
    ];
    for (const name of names) {
      writeFileSync(join(bin, name), `#!/bin/sh\n: > ${trap}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    writeFileSync(join(room.path, "start"), `: > ${trap}\n`);
    const hostile = {
      PATH: bin,
      ENV: join(room.path, "start"),
      BASH_ENV: join(room.path, "start"),
    };
    expect(run(["PreToolUse"], hostile).status).toBe(2);
    program("exit 0");
    expect(run(["PreToolUse"], hostile).status).toBe(0);
    expect(existsSync(trap)).toBe(false);
  });
  test("is the same to dash and to bash as sh", (ctx) => {
    program("exit 0");
    for (const shell of ["/bin/dash", "/bin/bash"]) {
      if (!existsSync(shell)) ctx.skip(`${shell} is not installed`);
      expect(run(["PreToolUse"], {}, shell).status).toBe(0);
    }
  });
  test("has nothing to say to shellcheck", (ctx) => {
    const found = spawnSync("shellcheck", ["--severity=style", script], { encoding: "utf8" });
    if (found.error) ctx.skip("shellcheck is not installed");
    expect([found.stdout, found.status]).toEqual(["", 0]);
  });
  test("and its entries name no person, place or secret", async () => {
    const project = join(room.path, "shop");
    mkdirSync(project);
    const environment = { HOME: room.path, PATH: "/usr/bin:/bin" };
    await shareProject({ directory: project, yes: true, terminal: silent, environment, data });
    const settings = readFileSync(join(project, ".claude", "settings.json"), "utf8");
    const committed =
      settings + readFileSync(join(project, ".claude", "sallyport-hook.sh"), "utf8");
    for (const own of [
      room.path,
      process.env["USER"] ?? room.path,
      "Bearer",
      "127.0.0.1",
      process.execPath,
    ])
      expect(committed).not.toContain(own);
    expect(settings).toContain('"${CLAUDE_PROJECT_DIR}/.claude/sallyport-hook.sh"');
    expect(buildSharedInsertion().env).toEqual([]);
  });
});
