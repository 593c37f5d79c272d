// The shims as processes: what they start, what they drop, and that they refuse when there is nothing to start.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { singleQuoted } from "#base/shell-quoting.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { ensureProgram, haveShims, writeShims } from "#surface/services/program/in-force.ts";
import {
  commandShim,
  formatInForce,
  hookShim,
  type InForce,
  parseInForce,
} from "#surface/services/program/shim.ts";
import { whyNotInstalled } from "../../../installed.ts";
import { skipIfMissing } from "../../../skipping.ts";

/** A name that a shell takes apart unless it is quoted. */
const oddName = `it's a "$HOME" \`id\` place`;
let room = "";
let folder = "";
let marker = "";
const shells = [
  ["dash", "/bin/dash", []],
  ["bash as sh", "/bin/bash", ["--posix", "-p"]],
] as const;

const inForce = (node: string): InForce => ({
  version: 1,
  current: {
    id: "1.0.0-0123456789ab",
    version: "1.0.0",
    digest: "0".repeat(64),
    node,
    main: join(folder, "main.mjs"),
    hook: join(folder, "hook.cjs"),
    formats: { "state.json": 1 },
  },
  previous: null,
});
const record = () => join(folder, "in-force");
const write = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, 0o700);
  return file;
};

beforeAll(() => {
  room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-shim-")));
  folder = join(room, oddName);
  marker = join(room, "hijacked");
  mkdirSync(folder);
  const places = {
    dataDirectory: folder,
    recordFile: record(),
    repair: `sallyport upgrade --data ${singleQuoted(folder)}`,
    interpreter: "#!/bin/sh -p",
  };
  write("sallyport", commandShim(places));
  write("sallyport-hook", hookShim(places));
  const report = (name: string) =>
    `const { argv, env, execArgv } = process;
     console.log(JSON.stringify({ name: "${name}", args: argv.slice(2), execArgv, home: env.SALLYPORT_HOME, options: env.NODE_OPTIONS }));`;
  write("main.mjs", report("main"));
  write("hook.cjs", report("hook"));
  write("evil.cjs", `require("fs").writeFileSync(${JSON.stringify(marker)}, "x");`);
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

type Run = { readonly shell?: number; readonly env?: Record<string, string> };
function run(name: string, args: readonly string[], { shell, env = {} }: Run = {}) {
  const [, program, options] = shells[shell ?? 0] ?? shells[0];
  const file = join(folder, name);
  const words = shell === undefined ? [] : [...options, file];
  const ended = spawnSync(shell === undefined ? file : program, [...words, ...args], {
    cwd: "/",
    encoding: "utf8",
    env: { PATH: "/nonexistent", ...env },
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

describe.each(shells.map(([name], index) => [name, index] as const))("under %s", (_, shell) => {
  it("start the program with its arguments untouched and without what a project could add", () => {
    writeFileSync(record(), formatInForce(inForce(process.execPath)));
    const args = ["--project", "a b", "", "*", "$(id)", "it's"];
    const env = { NODE_OPTIONS: `--require ${join(folder, "evil.cjs")}`, SALLYPORT_HOME: "/evil" };
    const started = run("sallyport", args, { shell, env });
    expect(started).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(started.stdout)).toEqual({ name: "main", args, execArgv: [], home: folder });
    const hook = run("sallyport-hook", args, { shell, env });
    expect(JSON.parse(hook.stdout)).toMatchObject({ name: "hook", args });
    expect(existsSync(marker)).toBe(false);
  });
  it.each([
    ["no record", undefined],
    ["a node that is gone", () => formatInForce(inForce("/nonexistent/node"))],
    ["a node that is a folder", () => formatInForce(inForce("/"))],
    ["a node that cannot be run", () => formatInForce(inForce(join(folder, "no-interpreter")))],
    ["a record cut off", () => formatInForce(inForce(process.execPath)).slice(0, -12)],
    ["a record that sets nothing", () => "# nothing\n"],
  ])("refuse with one command that repairs it: %s", (name, text) => {
    write("no-interpreter", "#!/nonexistent/interpreter\n");
    if (text === undefined) rmSync(record(), { force: true });
    else writeFileSync(record(), text());
    const hook = run("sallyport-hook", ["--project", "x"], { shell });
    expect([hook.code, hook.stdout]).toEqual([2, ""]);
    const watched = run("sallyport-hook", ["--project", "x", "--watched", "yes"], { shell });
    expect(watched.code).toBe(1);
    expect(run("sallyport", ["log", "tail"], { shell }).code).toBe(2);
    // Some shells end by themselves here, with words of their own and our code.
    if (name === "a node that cannot be run" || name === "a record cut off") return;
    expect(hook.stderr).toContain(`sallyport upgrade --data ${singleQuoted(folder)}`);
    expect(hook.stderr.trim().split("\n")).toHaveLength(1);
    const env = { CLAUDE_PROJECT_DIR: "/x" };
    const start = run("sallyport", ["daemon", "--ensure"], { shell, env });
    expect(start.code).toBe(0);
    const { systemMessage } = JSON.parse(start.stdout) as { systemMessage: string };
    expect(systemMessage).toContain(`sallyport upgrade --data ${singleQuoted(folder)}`);
    expect(systemMessage).not.toContain("\n");
  });
  it("take no function, option or file of the environment for their own", () => {
    writeFileSync(record(), formatInForce(inForce(process.execPath)));
    const evil = `() { echo x > ${singleQuoted(marker)}; }`;
    const env = {
      "BASH_FUNC_[%%": evil,
      "BASH_FUNC_exec%%": evil,
      "BASH_FUNC_printf%%": evil,
      SHELLOPTS: "noexec",
      PS4: `$(echo x > ${singleQuoted(marker)})`,
      BASH_ENV: join(folder, "evil.cjs"),
      ENV: join(folder, "evil.cjs"),
      node: "/nonexistent",
      hook: "/nonexistent",
      record: "/nonexistent",
    };
    const hook = run("sallyport-hook", [], { shell, env });
    expect(hook).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(hook.stdout)).toMatchObject({ name: "hook" });
    expect(existsSync(marker)).toBe(false);
  });
});

it("run as the client runs them, by their own first line", () => {
  writeFileSync(record(), formatInForce(inForce(process.execPath)));
  expect(run("sallyport-hook", ["a"]).stdout).toContain('"name":"hook","args":["a"]');
  rmSync(record());
  expect(run("sallyport-hook", ["a"]).code).toBe(2);
});

it("are the same by a home that is a link", () => {
  const [home, link] = [join(room, "disk"), join(room, "linked-home")];
  mkdirSync(join(home, "data"), { recursive: true, mode: 0o700 });
  symlinkSync(home, link);
  const written = prepareDirectories(join(link, "data"));
  writeShims(written);
  expect([haveShims(written), haveShims(directoriesIn(join(link, "data")))]).toEqual([true, true]);
});

it("hold to shellcheck", (ctx) => {
  const found = spawnSync("shellcheck", ["--version"]);
  if (found.error !== undefined) ctx.skip("shellcheck is not installed");
  const dataDirectory = "/home/ada/a folder/sallyport";
  const places = {
    dataDirectory,
    recordFile: `${dataDirectory}/programs/in-force`,
    repair: "sallyport upgrade",
    interpreter: "#!/bin/sh -p",
  };
  for (const text of [commandShim(places), hookShim(places)]) {
    const checked = spawnSync("shellcheck", ["-"], { input: text, encoding: "utf8" });
    expect(`${checked.stdout}${checked.stderr}`).toBe("");
  }
});

it("a record is read back whole, and refused when anything in it was changed", () => {
  const text = formatInForce(inForce(process.execPath));
  expect(parseInForce(text, record())).toEqual(inForce(process.execPath));
  for (const wrong of ["", "{}", `${text}\n`, text.replace("hook=", "evil=1\nhook="), "# \n# {}"]) {
    expect(() => parseInForce(wrong, record())).toThrow("run `sallyport upgrade`");
  }
});

it("is put in force nowhere from where nothing can be started, and init says so", (ctx) => {
  const isRoot = process.getuid?.() === 0;
  skipIfMissing(ctx, isRoot ? whyNotInstalled("mount", "umount") : "mounts need root");
  const place = mkdtempSync(join(room, "unstartable-"));
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", "noexec", "data", place]).status).toBe(0);
  try {
    const running = { kind: "source", record: inForce(process.execPath).current } as const;
    expect(() => ensureProgram(prepareDirectories(join(place, "data")), running)).toThrow(
      /nothing can be started in `.*\/data\/bin`: .*`noexec`.*; name another place with `--data DIR`/,
    );
    expect(existsSync(join(place, "data", "programs", "in-force"))).toBe(false);
  } finally {
    spawnSync("umount", ["--lazy", place]);
  }
});
