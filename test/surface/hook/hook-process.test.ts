// The command hook as a process: an answer with exit code 0, or exit code 2 and nothing on standard output; no event is lost.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { sendCanaries } from "#surface/services/daemon-process/canary.ts";
import { loadPack, loadPolicy, packNames } from "#surface/services/policy/policy-source.ts";
import {
  formatCompiledPolicy,
  readCompiledPolicy,
  readShippedPack,
} from "#surface/services/policy/compiled-policy.ts";
import { preToolUse, verdictOf } from "../daemon/daemon-stand.ts";
import { type Ended, type HookStand, openHookStand } from "./hook-stand.ts";
import { PROGRAM } from "../../program.ts";
import { type Bundle, bundle } from "../../../scripts/bundle.ts";

let stand: HookStand;
beforeAll(async () => {
  stand = await openHookStand("command");
});
afterAll(() => stand.close());

const bash = (command: string, more: Readonly<Record<string, unknown>> = {}) =>
  preToolUse({ cwd: stand.project, tool_input: { command }, ...more });
const refused = ({ code, stdout, stderr }: Ended, reason: string) => {
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^sallyport: [^\n]+/);
  expect(stderr).toContain(reason);
};
const verdict = ({ code, stdout }: Ended) => [code, verdictOf(JSON.parse(stdout))];
/** A copy of the program's folder that a case may damage. */
const copyProgram = (name: string) => {
  const folder = join(stand.path, name);
  cpSync(stand.program, folder, { recursive: true });
  return { folder, args: [join(folder, "hook.cjs"), ...stand.args.slice(1)] };
};

/** Arguments for node that have each `fsync` of the process done by this code; \`d\` is the file, \`done\` hears of the end. */
const syncing = (code: string) => {
  const patch = `import fs from "node:fs"; const real = fs.fsync; fs.fsync = (d, done) => { ${code} };`;
  return { nodeArguments: ["--import", `data:text/javascript,${encodeURIComponent(patch)}`] };
};

describe("a slow disk", () => {
  const slow = syncing("setTimeout(() => real(d, done), 600);");
  const broken = syncing(
    'setTimeout(() => done(Object.assign(new Error("x"), { code: "EIO" })), 600);',
  );
  const lateMarks = async () => {
    const { log, keys } = stand.install.directories;
    await takeSpooled(stand.install.directories);
    const marks: unknown[] = [];
    for await (const { leaf } of (await viewLog(log, keys)).entries(0, 100_000)) {
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "late") marks.push(leaf.metadata);
    }
    return marks;
  };
  test("a denial is said, its record is finished and marked as late", async () => {
    const before = (await lateMarks()).length;
    expect(verdict(await stand.ask(bash("cat .env"), slow))).toEqual([0, "deny"]);
    const marks = (await lateMarks()).slice(before);
    expect(marks).toEqual([
      expect.objectContaining({ submitter: "hook", lateMs: expect.any(Number) }),
    ]);
  });
  test("an answer that was said and cannot be recorded after all blocks by the exit code", async () => {
    const { code, stdout, stderr } = await stand.ask(bash("git push"), broken);
    expect([code, verdictOf(JSON.parse(stdout))]).toEqual([2, "ask"]);
    expect(stderr).toContain("could not be recorded");
  });
  test("an allowed call does not wait", async () => {
    expect(verdict(await stand.ask(bash("cat readme.txt"), broken))).toEqual([0, "allow"]);
  });
});

describe("the bundle", () => {
  let built: Bundle;
  beforeAll(async () => {
    built = await bundle(mkdtempSync(join(stand.path, "bundle-")));
  });
  const inParts = (...names: readonly string[]) =>
    names.flatMap((name) => built.modules[name] ?? []);
  test("reads two packages and no part of the product that a judgement does not need", () => {
    const judging = inParts("base", "judge", "hook");
    expect(judging.filter((id) => !id.includes("/")).sort()).toEqual(["unbash", "valibot"]);
    expect(judging).toContain("guard/guard");
    const folders = new Set(judging.map((id) => id.split("/").slice(0, 2).join("/")));
    expect(
      [...folders].filter((path) =>
        /^(?:detect\/(?!session)|assure|govern\/(?!settings|policy|digest|exceptions|approvals|bundle|ignores|mcp)|surface\/cli)/.test(
          path,
        ),
      ),
    ).toEqual([]);
    expect(judging.filter((id) => id.startsWith("govern/mcp/")).sort()).toEqual([
      "govern/mcp/contract",
      "govern/mcp/entry",
      "govern/mcp/identity",
      "govern/mcp/standing",
      "govern/mcp/wrapped",
    ]);
    expect(judging).not.toContain("govern/library/exception-scope");
    for (const heavy of [
      "log-writer",
      "publisher",
      "policy-pack",
      "policy-source",
      "tls",
      "server",
    ]) {
      expect(judging.filter((id) => id.endsWith(`/${heavy}`))).toEqual([]);
    }
  });
  test("has what everyday calls need in the part that each call reads", () => {
    const [everyday, now] = [inParts("judge"), inParts("hook")];
    expect(everyday).toEqual(expect.arrayContaining(["guard/guard", "surface/hook/run-hook"]));
    expect(everyday).toContain("guard/effects/commands/git");
    expect(now).toContain("guard/effects/commands/terraform");
  });
  test("holds each module once", () => {
    const ids = Object.values(built.modules).flat();
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(ids.length).toBeGreaterThan(1_000);
  });
  test("loads nothing from outside but libraries of vendors, databases, mail and MCP, none of them for a hook", () => {
    const { peerDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      readonly peerDependencies: Readonly<Record<string, string>>;
    };
    const named = Object.values(built.outside).flat();
    const known = [
      ...Object.keys(peerDependencies),
      ...["node-sqlite3-wasm", "nodemailer"],
      ...["@modelcontextprotocol/client", "@modelcontextprotocol/client/stdio"],
      ...["@modelcontextprotocol/server", "@modelcontextprotocol/server/stdio"],
    ];
    expect(new Set(named)).toEqual(new Set(known));
    const askers = Object.keys(built.outside);
    expect(inParts("base", "judge", "hook").filter((id) => askers.includes(id))).toEqual([]);
  });
  test("has the policy of the pack, digest and all; a changed one is no policy", () => {
    const file = join(stand.program, "policies", "team.json");
    expect(readCompiledPolicy(file)).toEqual(JSON.parse(formatCompiledPolicy(loadPolicy())));
    const { folder } = copyProgram("policy");
    const copy = join(folder, "policies", "team.json");
    writeFileSync(copy, readFileSync(file, "utf8").replace('"deny"', '"allow"'));
    expect(() => readCompiledPolicy(copy)).toThrow("is damaged");
    // The other packs name the rules of this one, so a changed rule is a rule of theirs too.
    expect(() => readShippedPack(join(folder, "policies"), "soc2")).toThrow("is damaged");
  });
  test("has every other pack, by the rules that it shares with that one", () => {
    const policies = join(stand.program, "policies");
    expect(readdirSync(policies).sort()).toEqual(
      packNames()
        .map((name) => `${name}.json`)
        .sort(),
    );
    for (const name of packNames())
      expect(readShippedPack(policies, name)).toEqual(
        JSON.parse(formatCompiledPolicy(loadPack(name))),
      );
  });
});

describe("what it was installed as", () => {
  test("answers with exit code 0 and one JSON value", async () => {
    const denied = await stand.ask(bash("cat .env"));
    expect(verdict(denied)).toEqual([0, "deny"]);
    expect(denied.stderr).toBe("");
    expect(verdict(await stand.ask(bash("cat readme.txt")))).toEqual([0, "allow"]);
    const neutral = await stand.ask(
      preToolUse({ hook_event_name: "Notification", cwd: stand.project }),
    );
    expect([neutral.code, neutral.stdout]).toEqual([0, "{}"]);
  });
  test("is not led elsewhere by variables that a repository could set", async () => {
    const env = {
      SALLYPORT_HOME: "/nowhere",
      XDG_DATA_HOME: "/nowhere",
      CLAUDE_PROJECT_DIR: "/",
      HOME: "/nowhere",
    };
    expect(verdict(await stand.ask(bash("cat .env"), { env }))).toEqual([0, "deny"]);
    const hidden = bash(`cat ${stand.home}/.ssh/id_rsa`);
    expect(verdict(await stand.ask(hidden, { env }))).toEqual([0, "deny"]);
    const settings = JSON.parse(readFileSync(stand.settingsFile, "utf8")) as {
      env: Record<string, string>;
    };
    expect(settings.env).toEqual({
      NODE_OPTIONS: "",
      LD_PRELOAD: "",
      LD_LIBRARY_PATH: "",
      LD_AUDIT: "",
    });
  });
  test("refuses changes to its own program", async () => {
    const program = stand.args[0] ?? "";
    expect(verdict(await stand.ask(bash(`echo x > ${program}`)))).toEqual([0, "deny"]);
  });
  test("remembers what the session wrote, sealed", async () => {
    const write = {
      cwd: stand.project,
      session_id: "memory",
      tool_name: "Write",
      tool_use_id: "w",
    };
    const tool_input = { file_path: join(stand.project, "marker-quartz.sh"), content: "ls" };
    await stand.ask(preToolUse({ ...write, tool_input }));
    const response = { hook_event_name: "PostToolUse", tool_response: {} };
    await stand.ask(preToolUse({ ...write, ...response, tool_input }));
    const again = await stand.ask(bash("bash ./marker-quartz.sh", { session_id: "memory" }));
    expect(again.stdout).toContain("code/");
    const { sessions, spool } = stand.install.directories;
    for (const folder of [sessions, spool]) {
      const files = readdirSync(folder).map((name) => join(folder, name));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(readFileSync(file, "latin1")).not.toContain("quartz");
    }
  });
});

describe("whatever fails, the call is refused", () => {
  test.each([
    ["an unknown project", ["--project", "f".repeat(16)], "not guarded here"],
    ["a data directory that is not there", ["--data", "/nowhere/at/all"], "not guarded here"],
    ["an unknown option", ["--verbose", "1"], "does not know"],
    ["an option without a value", ["--project"], "does not know"],
  ])("%s", async (_name, change, reason) => {
    const kept = stand.args.slice(1);
    const args = [stand.args[0] ?? "", ...kept, ...change];
    refused(await stand.ask(bash("cat readme.txt"), { args }), reason);
  });

  test("except for an event that is only recorded: the reason is told, and nothing is held up", async () => {
    const watched = [...stand.args, "--watched", "yes"];
    const stop = preToolUse({ cwd: stand.project, hook_event_name: "Stop" });
    const recorded = await stand.ask(stop, { args: watched });
    expect([recorded.code, recorded.stdout]).toEqual([0, "{}"]);
    const unknown = [...watched, "--project", "f".repeat(16)];
    for (const [payload, args] of [
      [stop, unknown],
      ["no JSON", watched],
    ] as const) {
      const ended = await stand.ask(payload, { args });
      expect([ended.code, ended.stdout]).toEqual([1, ""]);
      expect(ended.stderr).toMatch(/^sallyport: /);
    }
  });

  test("a project that is not named and not registered", async () => {
    const args = [stand.args[0] ?? "", "--data", stand.install.directories.root];
    const env = { CLAUDE_PROJECT_DIR: "/usr" };
    refused(await stand.ask(bash("ls"), { args, env }), "not guarded here");
    expect(verdict(await stand.ask(bash("cat .env"), { args }))).toEqual([0, "deny"]);
  });

  test.each([
    [
      "the policy is gone",
      (folder: string) => rmSync(join(folder, "policies"), { recursive: true }),
      "cannot be read",
    ],
    [
      "the policy is damaged",
      (folder: string) => writeFileSync(join(folder, "policies/team.json"), "{}"),
      "is damaged",
    ],
    [
      "the program is damaged",
      (folder: string) => writeFileSync(join(folder, "parts/judge.cjs"), "[()=>0]"),
      "missing or damaged",
    ],
    [
      "the program is gone",
      (folder: string) => rmSync(join(folder, "parts/judge.cjs")),
      "missing or damaged",
    ],
  ])("%s", async (name, damage, reason) => {
    const { folder, args } = copyProgram(name.replaceAll(" ", "-"));
    damage(folder);
    refused(await stand.ask(bash("cat readme.txt"), { args }), reason);
  });

  test.each([
    ["the register is damaged", "projectsFile", "the list of guarded projects is damaged"],
  ] as const)("%s", async (_name, place, reason) => {
    const file = stand.install.directories[place];
    const before = readFileSync(file, "utf8");
    writeFileSync(file, "{");
    const ended = await stand.ask(bash("cat readme.txt"));
    writeFileSync(file, before);
    refused(ended, reason);
  });

  test.each(["spool", "sessions", "keys"] as const)("the %s cannot be used", async (place) => {
    const folder = stand.install.directories[place];
    const aside = `${folder}-aside`;
    renameSync(folder, aside);
    // A plain file in its place: whatever rights the user has, nothing can be made below it.
    writeFileSync(folder, "");
    try {
      refused(await stand.ask(bash("cat readme.txt")), place);
      rmSync(folder);
      symlinkSync(aside, folder);
      refused(await stand.ask(bash("cat readme.txt")), "not a directory");
    } finally {
      rmSync(folder);
      renameSync(aside, folder);
    }
  });

  test("a disk that takes no more", async () => {
    const words = [process.execPath, ...stand.args];
    const ended = spawnSync(
      "/bin/bash",
      ["--norc", "-c", 'ulimit -f 0; exec "$@"', "bash", ...words],
      {
        cwd: stand.project,
        input: bash("cat readme.txt"),
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin", HOME: stand.home },
      },
    );
    refused(
      { code: ended.status, stdout: ended.stdout, stderr: ended.stderr },
      "cannot be written",
    );
  });

  test("the data directory that others may write", async () => {
    const { root } = stand.install.directories;
    chmodSync(root, 0o777);
    try {
      refused(await stand.ask(bash("cat readme.txt")), "others can write");
    } finally {
      chmodSync(root, 0o700);
    }
  });

  test("standard output that nobody reads any more", async () => {
    const child = spawn(process.execPath, stand.args, {
      cwd: stand.project,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdout.destroy();
    child.stdin.end(bash("cat readme.txt"));
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(2);
  });

  test("standard input that is closed, or a folder", () => {
    for (const redirect of ["<&-", "< ."]) {
      const ended = spawnSync(
        "/bin/bash",
        // WHY: bash reads the start-up file of whoever calls where its input is a socket.
        ["--norc", "-c", `exec "$@" ${redirect}`, "bash", process.execPath, ...stand.args],
        {
          cwd: stand.project,
          encoding: "utf8",
        },
      );
      const answer = ended.status === 0 ? verdictOf(JSON.parse(ended.stdout)) : ended.status;
      expect(["block", 2]).toContain(answer);
    }
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s while it waits", async (signal) => {
    const child = spawn(process.execPath, stand.args, {
      cwd: stand.project,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.write(bash("ls").slice(0, 20));
    const closed = new Promise((resolve) => child.once("close", resolve));
    await expect.poll(() => isArmed(child.pid), { timeout: 5_000 }).toBe(true);
    child.kill(signal);
    expect(await closed).toBe(2);
  });

  test("a payload that never ends is given up before the client gives up", async () => {
    const child = spawn(
      process.execPath,
      stand.args.map((word) => (word === "60" ? "4" : word)),
      {
        cwd: stand.project,
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    child.stdin.write(bash("ls").slice(0, 20));
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(2);
  });
});

/** Whether a process catches SIGTERM by now, from its status (proc(5), SigCgt). */
function isArmed(pid: number | undefined): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  const bits = BigInt(`0x${caught ?? "0"}`);
  return [1n, 2n, 15n].every((signal) => (bits & (1n << (signal - 1n))) !== 0n);
}

describe("the record", () => {
  // WHY ten: each is a second of processor time on a slow machine of two cores, and none may wait longer than the hook's own limit.
  test("ten hooks at once lose no event, and the log takes each once", async () => {
    const { log, keys, spool } = stand.install.directories;
    await takeSpooled(stand.install.directories);
    const before = await (await viewLog(log, keys)).size();
    const ids = Array.from({ length: 10 }, (_, index) => `toolu_parallel_${index}`);
    const ended = await Promise.all(
      ids.map((id) => stand.ask(bash("cat .env", { tool_use_id: id }))),
    );
    for (const one of ended) expect(verdict(one)).toEqual([0, "deny"]);
    const kept = join(stand.path, "kept");
    cpSync(spool, kept, { recursive: true });
    await takeSpooled(stand.install.directories);
    // What a crash or a person puts back is known already.
    for (const name of readdirSync(kept)) cpSync(join(kept, name), join(spool, name));
    await takeSpooled(stand.install.directories);
    expect(readdirSync(spool)).toEqual([]);
    const view = await viewLog(log, keys);
    const seen: unknown[] = [];
    for await (const { leaf, sealed } of view.entries(before, 10_000)) {
      // Many processes at once make a disk slow; that is told as well.
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "late") continue;
      seen.push(sealed?.["toolUseId"]);
    }
    expect(seen).toHaveLength(ids.length);
    expect(new Set(seen)).toEqual(new Set(ids));
    const state = execFileSync(
      process.execPath,
      [...PROGRAM, "log", "verify", "--data", stand.install.directories.root],
      { encoding: "utf8" },
    );
    expect(state).toContain("OK: log intact");
  });

  test("calls judged at once are all known when their batch comes", async () => {
    const session_id = "batch";
    await stand.ask(
      preToolUse({
        cwd: stand.project,
        session_id,
        hook_event_name: "SessionStart",
        source: "startup",
      }),
    );
    const ids = Array.from({ length: 8 }, (_, index) => `toolu_batch_${index}`);
    await Promise.all(
      ids.map((id) => stand.ask(bash("cat readme.txt", { session_id, tool_use_id: id }))),
    );
    const tool_calls = [...ids, "toolu_unseen"].map((id) => ({
      tool_name: "Bash",
      tool_input: { command: "cat readme.txt" },
      tool_use_id: id,
    }));
    await stand.ask(
      preToolUse({ cwd: stand.project, session_id, hook_event_name: "PostToolBatch", tool_calls }),
    );
    const { log, keys } = stand.install.directories;
    await takeSpooled(stand.install.directories);
    const batches: unknown[] = [];
    for await (const { leaf } of (await viewLog(log, keys)).entries(0, 10_000)) {
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "batch") {
        const { calls, unjudgedCount, certain } = leaf.metadata;
        batches.push([calls, unjudgedCount, certain]);
      }
    }
    expect(batches.at(-1)).toEqual([9, 1, true]);
  });

  test("`log tail` takes what is spooled before it shows it", () => {
    const options = {
      encoding: "utf8",
      input: bash("cat .env # tail"),
      cwd: stand.project,
    } as const;
    expect(spawnSync(process.execPath, stand.args, options).status).toBe(0);
    const tail = execFileSync(
      process.execPath,
      [...PROGRAM, "log", "tail", "-n", "1", "--data", stand.install.directories.root],
      { encoding: "utf8" },
    );
    expect(tail).toMatch(/deny\s+Bash\s+cat \.env # tail/);
    expect(existsSync(join(stand.install.directories.root, "daemon.lock"))).toBe(false);
  });

  test("`sallyport hook` answers and fails in the same way", async () => {
    const args = [...PROGRAM, "hook", ...stand.args.slice(1)];
    expect(verdict(await stand.ask(bash("cat .env"), { args }))).toEqual([0, "deny"]);
    for (const wrong of [["--project", "0"], ["--nonsense"], ["--project"]]) {
      const ended = await stand.ask(bash("ls"), {
        args: [...PROGRAM, "hook", "--data", stand.install.directories.root, ...wrong],
      });
      refused(ended, "");
    }
  });
});

describe("canary calls", () => {
  test("go through the installed command, and say so when it does not judge as it should", async () => {
    const { settingsFile, project: root } = stand;
    const results = await sendCanaries({ settingsFile, root });
    expect(results.map(({ verdict: is, isGood }) => [is, isGood])).toEqual([
      ["allow", true],
      ["deny", true],
    ]);
    const intact = readFileSync(settingsFile, "utf8");
    try {
      writeFileSync(settingsFile, intact.replaceAll(stand.args[2] ?? "", "f".repeat(16)));
      const broken = await sendCanaries({ settingsFile, root });
      expect(broken.map(({ verdict: is, isGood }) => [is, isGood])).toEqual([
        ["deny", false],
        ["deny", true],
      ]);
    } finally {
      writeFileSync(settingsFile, intact);
    }
  });
});
