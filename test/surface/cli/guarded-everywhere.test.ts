// Commands in a project that is guarded by `init --scope user`, in a worktree, and in a project that was moved or copied.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { guardingOf } from "#surface/services/projects/guarded-project.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { runHere } from "./in-process.ts";
import { atTerminal, hasScript } from "./typed.ts";

const silent: Terminal = {
  print: () => undefined,
  warn: () => undefined,
  isInteractive: false,
  hasColour: false,
  confirm: async () => false,
};

let room = "";
const rooms: string[] = [];
/** A home with a repository `shop` and our data beside it. */
function openRoom(): void {
  room = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-everywhere-")));
  rooms.push(room);
  mkdirSync(join(room, "shop/src"), { recursive: true });
  git("shop", "init", "-q");
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  git("shop", ...who, "commit", "-q", "--allow-empty", "-m", "one");
}
afterAll(() => {
  for (const one of rooms) rmSync(one, { recursive: true, force: true });
});

function git(directory: string, ...args: readonly string[]): void {
  execFileSync("git", ["-C", join(room, directory), ...args], { stdio: "pipe" });
}
const environment = () => ({ HOME: room, PATH: process.env["PATH"] ?? "" });
const data = () => join(room, "data");
const guard = (scope: "project" | "user") =>
  guardProject({
    directory: join(room, "shop"),
    yes: true,
    terminal: silent,
    scope,
    environment: environment(),
    data: data(),
  });
const registered = () => readProjectRegister(directoriesIn(data()).projectsFile);
const run = (...args: readonly string[]) => runHere([...args, "--data", data()], environment());

describe("where every project of a person is guarded", () => {
  beforeAll(async () => {
    openRoom();
    await guard("user");
  });
  it("`status` looks at the project and says which scope guards it", async () => {
    const { out } = await run("status", join(room, "shop/src"));
    expect(out).toContain(`(${join(room, "shop")})`);
    expect(out).toMatch(/scope\s+every project of yours \(`init --scope user`\)/);
    expect(out).not.toContain("no guarded project");
    const json = JSON.parse((await run("status", join(room, "shop"), "--json")).out);
    expect(json.projects).toMatchObject([{ project: join(room, "shop") }]);
    const repairs = json.projects[0].checks.map((check: { repair?: string }) => check.repair ?? "");
    expect(repairs.filter((repair: string) => /\binit (?!--scope user)/.test(repair))).toEqual([]);
  });
  it("a worktree beside the project has a root of its own", () => {
    git("shop", "worktree", "add", "-q", "../beside");
    const guarding = guardingOf(directoriesIn(data()), join(room, "beside"));
    expect(guarding).toMatchObject({
      entry: { scope: "user", root: room },
      project: { root: join(room, "beside") },
    });
  });
  it("a name that was mistyped is not taken for all projects of the person", async () => {
    expect(guardingOf(directoriesIn(data()), join(room, "shpo"))).toBeUndefined();
    const status = await run("status", join(room, "shpo"));
    expect([status.code, status.err]).toEqual([2, expect.stringContaining("there is no folder")]);
    const off = await run("off", join(room, "shpo"), "--for", "30m");
    expect([off.code, off.err]).toEqual([2, expect.stringContaining("no guarded project holds")]);
  });
  it.each([
    ["undo", ["undo", "--list", "--project"], /^no call changed anything$/m],
    ["report", ["report", "--json", "--project"], /"project":"[^"]*\/shop"/],
    ["comply profile", ["comply", "profile", "hipaa", "--project"], /\/shop\/\.sallyport\/policy/],
    ["mcp", ["mcp", "list", "--json", "--project"], /"name":"tickets"/],
  ])("`%s` below its root is about the project", async (_, args, about) => {
    const server = { command: "node", args: ["tickets.js"] };
    writeFileSync(
      join(room, "shop/.mcp.json"),
      JSON.stringify({ mcpServers: { tickets: server } }),
    );
    const { out, err } = await run(...args, join(room, "shop/src"));
    expect([out, err]).toEqual([expect.stringMatching(about), ""]);
  });
  it("`off` says at a terminal what it would reach, and changes nothing without the word", async (ctx) => {
    if (!hasScript) ctx.skip("`script` is not on PATH");
    const words = ["off", join(room, "shop"), "--for", "30m"];
    const said = await atTerminal({ data: data(), home: room }, () => "no", ...words);
    expect(said.code).toBe(1);
    expect(said.text).toContain("in every project of yours that has no guard of its own");
  });
});

describe("where one project is guarded", () => {
  beforeAll(async () => {
    openRoom();
    await guard("project");
  });
  it("`status` says so, and of a worktree beside it that the repository guards it", async () => {
    git("shop", "worktree", "add", "-q", "../beside");
    expect((await run("status", join(room, "shop"))).out).toMatch(
      /scope\s+this project \(`init`\)/,
    );
    const { out } = await run("status", join(room, "beside"));
    expect(out).toContain(`its repository, \`${join(room, "shop")}\``);
  });
  it("follows a project that was moved, and a copy of it, until they are uninstalled", async () => {
    const places = () => registered().map(({ id, root }) => [id, root]);
    const [[id] = []] = places();
    cpSync(join(room, "shop"), join(room, "copy"), { recursive: true });
    expect((await run("status", join(room, "copy/src"))).out).toMatch(
      /scope\s+this project \(`init`\)/,
    );
    const [, [other] = []] = places();
    expect(other).not.toBe(id);
    renameSync(join(room, "shop"), join(room, "moved"));
    expect((await run("status", join(room, "moved"))).out).toMatch(
      /scope\s+this project \(`init`\)/,
    );
    expect(places()).toEqual([
      [id, join(room, "moved")],
      [other, join(room, "copy")],
    ]);
    for (const name of ["copy", "moved"]) {
      expect((await run("uninstall", join(room, name), "--yes")).code).toBe(0);
      expect(existsSync(join(room, name, ".claude/settings.local.json"))).toBe(false);
    }
    expect(places()).toEqual([]);
  });
});
