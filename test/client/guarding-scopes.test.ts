// The real client in every scope of guarding: a person's settings, nested projects, worktrees, and a shared repository.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { atRest } from "../until.ts";
import { buildProgram, runBuilt } from "./built-program.ts";
import { bash, type ClientRun, type ClientRunOptions, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { PLAIN_GIT } from "../plain-git.ts";

const marker = "QUARTZ7741";
const ALLOWED = { permissions: { allow: ["Bash", "Read"] } };
let home = "";
let missing: string | undefined;
/** How long nothing more comes when everything is there: results reach the disk within a quarter of a second. */
const SETTLE_MS = 600;
/** Lines of the log that earlier sessions left. */
let seen = 0;

const sallyport = (...args: string[]) => {
  const done = runBuilt({ home }, ...args);
  expect([args[0], done.status, done.stderr]).toEqual([args[0], 0, ""]);
  return done.stdout;
};
const git = (cwd: string, ...args: string[]) => {
  const names = ["-c", "user.email=a@example.com", "-c", "user.name=a"];
  expect(spawnSync("git", [...names, ...args], { cwd, env: PLAIN_GIT }).status).toBe(0);
};
/** A folder with something to read and a secret. */
const folder = (path: string) => {
  const full = join(home, path);
  mkdirSync(join(full, ".claude"), { recursive: true });
  writeFileSync(join(full, "readme.txt"), "hello from the project\n");
  writeFileSync(join(full, ".env"), `KEY=${marker}\n`);
  return full;
};
const repository = (path: string) => {
  const full = folder(path);
  git(full, "init", "-q");
  git(full, "add", "readme.txt");
  git(full, "commit", "-qm", "x");
  return full;
};
const settings = (directory: string, name: string, value: object) => {
  mkdirSync(join(directory, ".claude"), { recursive: true });
  writeFileSync(join(directory, ".claude", name), JSON.stringify(value));
};
const TURNS = [bash("cat readme.txt"), bash("cat .env"), bash("touch made.txt"), "bye"];
const session = (projectDirectory: string, more: Partial<ClientRunOptions> = {}) =>
  runClient({ projectDirectory, home, turns: TURNS, ...more });

/** The log's lines when no more come: what ended last may still be on its way to the disk. */
const settledLines = async () => {
  const read = () => sallyport("log", "tail", "--all", "-n", "1000").split("\n").filter(Boolean);
  return atRest(read, SETTLE_MS);
};

/** What a session added to the record: decisions by verdict, how many sessions began, and false alarms. */
const recorded = async (run: () => Promise<ClientRun>) => {
  const ended = await run();
  const lines = await settledLines();
  const added = lines.slice(seen);
  seen = lines.length;
  const count = (pattern: RegExp) => added.filter((line) => pattern.test(line)).length;
  const verdicts = { deny: count(/Z +deny /), other: count(/Z +(?:allow|abstain|ask) /) };
  const alarms = count(/controls-altered/);
  return {
    run: ended,
    verdicts,
    starts: count(/Z +session /),
    results: count(/Z +result /),
    alarms,
  };
};
const denials = ({ run }: { readonly run: ClientRun }) =>
  [0, 1, 2].map((turn) => run.wasDenied(toolUseId(turn)));

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  expect(buildProgram(home)).toMatchObject({ status: 0 });
  home = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-scopes-")));
  settings(home, "settings.json", ALLOWED);
});
afterAll(() => {
  if (home === "") return;
  runBuilt({ home }, "daemon", "stop");
  rmSync(home, { recursive: true, force: true });
});

describe("a repository that is guarded for everybody", () => {
  it("refuses calls to a colleague without sallyport, and tells them at the start", async (ctx) => {
    skipIfMissing(ctx, missing);
    const shop = folder("team");
    sallyport("init", "--shared", shop, "--yes", "--data", join(home, "elsewhere"));
    for (const shell of ["bash", "zsh"] as const) {
      if (shell === "zsh" && (await whyMissing(["zsh"])) !== undefined) continue;
      const run = await session(shop, { shell });
      expect(denials({ run })).toEqual([true, true, true]);
      expect(run.toolResults.get(toolUseId(0))?.text).toContain("sallyport init");
      expect(JSON.stringify(run.events)).toContain(
        "tool calls are refused until you install sallyport",
      );
      expect(existsSync(join(shop, "made.txt"))).toBe(false);
    }
  });
  it("is judged by a colleague's own sallyport, in either shell, under their own policy", async (ctx) => {
    skipIfMissing(ctx, missing);
    const shop = join(home, "team");
    sallyport("init", folder("other"), "--yes");
    for (const shell of ["bash", "zsh"] as const) {
      if (shell === "zsh" && (await whyMissing(["zsh"])) !== undefined) continue;
      const result = await recorded(() => session(shop, { shell }));
      expect(denials(result)).toEqual([false, true, false]);
      expect(result.run.leaked(marker)).toBeUndefined();
      expect(result).toMatchObject({ verdicts: { deny: 1, other: 2 }, starts: 1, results: 2 });
    }
  });
  it("is judged once by a colleague whose own settings guard it, and by it where those are left out", async (ctx) => {
    skipIfMissing(ctx, missing);
    const shop = join(home, "team");
    sallyport("init", shop, "--yes");
    const both = await recorded(() => session(shop));
    expect(denials(both)).toEqual([false, true, false]);
    expect(both).toMatchObject({
      verdicts: { deny: 1, other: 2 },
      starts: 1,
      results: 2,
      alarms: 0,
    });
    const extraArgs = ["--setting-sources", "user,project"];
    const one = await recorded(() => session(shop, { extraArgs }));
    expect(denials(one)).toEqual([false, true, false]);
    expect(one.verdicts).toEqual({ deny: 1, other: 2 });
  });
});

describe("nested projects and worktrees", () => {
  it("are judged once, the inner one under its own policy", async (ctx) => {
    skipIfMissing(ctx, missing);
    const mono = repository("mono");
    const app = folder("mono/app");
    const policy = join(home, "strict.yaml");
    const rules =
      "  - { id: app/all, verdict: deny, effects: [write, read], reason: the app's own }";
    writeFileSync(
      policy,
      `id: strict\nversion: "1"\ntitle: x\nautomaticApproval: false\nrules:\n${rules}\n`,
    );
    sallyport("init", mono, "--yes");
    sallyport("init", app, "--yes", "--profile", policy);
    const inner = await recorded(() => session(app));
    expect(denials(inner)).toEqual([true, true, true]);
    expect(inner.run.toolResults.get(toolUseId(2))?.text).toContain("app/all");
    expect(inner).toMatchObject({ verdicts: { deny: 3, other: 0 }, starts: 1, alarms: 0 });
    const outer = await recorded(() => session(mono));
    expect(denials(outer)).toEqual([false, true, false]);
    expect(outer).toMatchObject({ verdicts: { deny: 1, other: 2 }, starts: 1, alarms: 0 });
  });
  it("a worktree is judged as its repository, and its own files are the project's", async (ctx) => {
    skipIfMissing(ctx, missing);
    const tree = join(home, "mono-fix");
    git(join(home, "mono"), "worktree", "add", "-q", tree);
    writeFileSync(join(tree, ".env"), `KEY=${marker}\n`);
    const result = await recorded(() => session(tree));
    expect(denials(result)).toEqual([false, true, false]);
    expect(result).toMatchObject({ verdicts: { deny: 1, other: 2 }, starts: 1, results: 2 });
    expect(existsSync(join(tree, "made.txt"))).toBe(true);
  });
});

describe("a person's every project", () => {
  it("is judged and recorded once, also where a project is guarded as well, over http and by commands", async (ctx) => {
    skipIfMissing(ctx, missing);
    sallyport("init", "--scope", "user", "--yes");
    const plain = repository("plain");
    const alone = await recorded(() => session(plain));
    expect(denials(alone)).toEqual([false, true, false]);
    expect(alone).toMatchObject({
      verdicts: { deny: 1, other: 2 },
      starts: 1,
      results: 2,
      alarms: 0,
    });
    const twice = await recorded(() => session(join(home, "mono")));
    expect(denials(twice)).toEqual([false, true, false]);
    expect(twice).toMatchObject({
      verdicts: { deny: 1, other: 2 },
      starts: 1,
      results: 2,
      alarms: 0,
    });
    sallyport("init", "--scope", "user", "--yes", "--transport", "command");
    const mixed = await recorded(() => session(join(home, "mono")));
    expect(denials(mixed)).toEqual([false, true, false]);
    expect(mixed).toMatchObject({ verdicts: { deny: 1, other: 2 } });
    sallyport("init", "--scope", "user", "--yes", "--transport", "http");
  });
  it("is held where the project's own settings stand above the person's", async (ctx) => {
    skipIfMissing(ctx, missing);
    const hostile = repository("hostile");
    settings(hostile, "settings.json", { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    const { run } = await recorded(() => session(hostile));
    expect(run.wasDenied(toolUseId(2))).toBe(true);
    expect(existsSync(join(hostile, "made.txt"))).toBe(false);
    expect(run.leaked(marker)).toBeUndefined();
  });
  it("is not judged where a project turns all hooks off: the client calls none, so nobody can see it", async (ctx) => {
    skipIfMissing(ctx, missing);
    const silenced = repository("silenced");
    settings(silenced, "settings.json", { disableAllHooks: true });
    const { run, verdicts } = await recorded(() => session(silenced));
    expect(run.wasDenied(toolUseId(2))).toBe(false);
    expect(verdicts).toEqual({ deny: 0, other: 0 });
  });
});
