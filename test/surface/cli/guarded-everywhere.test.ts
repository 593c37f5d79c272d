// Commands in a project that is guarded by `init --scope user`, in a worktree, and in a project that was moved or copied.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import type { Terminal } from "#surface/foundation/terminal/terminal.ts";
import { guardingOf } from "#surface/services/projects/guarded-project.ts";
import { runHere } from "./in-process.ts";

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
    ...{ directory: join(room, "shop"), yes: true, terminal: silent, scope },
    ...{ environment: environment(), data: data() },
  });
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
  it.each([
    ["undo", ["undo", "--list", "--project"]],
    ["report", ["report", "--project"]],
    ["comply profile", ["comply", "profile", "hipaa", "--project"]],
    ["mods", ["mods", "list"]],
    ["mcp", ["mcp", "list", "--project"]],
  ])("`%s` takes it for a guarded project", async (_, args) => {
    const { code, out, err } = await run(...args, join(room, "shop"));
    expect(out + err).not.toContain("no guarded project");
    expect([0, 1]).toContain(code);
  });
  it("`off` says without a terminal what it would reach", async () => {
    const { code, err } = await run("off", join(room, "shop"), "--for", "30m");
    expect(code).toBe(2);
    expect(err).toContain("typed by a person at a terminal");
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
  it("`status` in a copy, and where it was moved to, says why its calls are refused", async () => {
    cpSync(join(room, "shop"), join(room, "copy"), { recursive: true });
    const copied = await run("status", join(room, "copy/src"));
    expect(copied.code).toBe(1);
    expect(copied.out).toContain(`\`${join(room, "copy")}\` is a copy of the guarded project`);
    renameSync(join(room, "shop"), join(room, "moved"));
    const moved = await run("status", join(room, "moved"));
    expect(moved.code).toBe(1);
    expect(moved.out).toContain(`is moved from the guarded project \`${join(room, "shop")}\``);
    expect(moved.out).toContain("its calls are refused");
  });
});
