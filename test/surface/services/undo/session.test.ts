// A session of real commands and file tools against the whole daemon: what it changed is undone to the byte by the command.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { PROGRAM } from "../../../program.ts";
import { until } from "../../../until.ts";
import { preToolUse, sendTo } from "../../daemon/daemon-stand.ts";
import { type WholeDaemon, wholeDaemon } from "../../daemon/whole-daemon.ts";
import { type HookStand, openHookStand, runProgram } from "../../hook/hook-stand.ts";

let stand: HookStand;
let daemon: WholeDaemon;
const BYTES = Buffer.from([0, 1, 255, 13, 10, 254]);

beforeAll(async () => {
  stand = await openHookStand("http");
  writeFileSync(join(stand.project, "data.bin"), BYTES);
  writeFileSync(join(stand.project, "run.sh"), "#!/bin/sh\n");
  chmodSync(join(stand.project, "run.sh"), 0o755);
  mkdirSync(join(stand.project, "node_modules"));
  daemon = await wholeDaemon(stand);
}, 300_000);
afterAll(async () => {
  await daemon.stop();
  stand.close();
});

type Fields = Readonly<Record<string, unknown>>;
async function ask(fields: Fields): Promise<Fields> {
  const payload = preToolUse({
    cwd: stand.project,
    transcript_path: join(stand.home, ".claude/projects/p/s.jsonl"),
    ...fields,
  });
  return (await sendTo(stand.install, stand.token, payload)).json as Fields;
}

/** Runs a command as the client would, held where the answer says so. */
async function run(id: string, command: string): Promise<void> {
  const asked = { tool_name: "Bash", tool_use_id: id };
  const answer = (await ask({ ...asked, tool_input: { command } })) as {
    hookSpecificOutput?: { permissionDecision?: string; updatedInput?: { command: string } };
  };
  expect(answer.hookSpecificOutput?.permissionDecision).toBe("allow");
  const ran = answer.hookSpecificOutput?.updatedInput?.command ?? command;
  const { code, stderr } = await runProgram(["/bin/bash", "-c", ran], "", {
    cwd: stand.project,
    env: { PATH: process.env["PATH"] ?? "", HOME: stand.home },
  });
  expect([code, stderr]).toEqual([0, ""]);
  await ask({
    ...asked,
    hook_event_name: "PostToolUse",
    tool_input: { command: ran },
    tool_response: { stdout: "", stderr: "" },
    duration_ms: 5,
  });
}

async function write(id: string, path: string, content: string): Promise<void> {
  const call = { tool_name: "Write", tool_use_id: id, tool_input: { file_path: path, content } };
  await ask(call);
  writeFileSync(path, content);
  await ask({ ...call, hook_event_name: "PostToolUse", tool_response: {}, duration_ms: 5 });
}

/** The command, and what it says as JSON, a value for each line. */
async function undo(...words: readonly string[]) {
  const places = ["--project", stand.project, "--data", stand.install.directories.root];
  const ended = await runProgram(
    [process.execPath, ...PROGRAM, "undo", ...words, ...places, "--json"],
    "",
    {
      cwd: stand.home,
      env: { PATH: "/usr/bin:/bin", HOME: stand.home },
    },
  );
  const lines = ended.stdout.trim().split("\n").filter(Boolean);
  return { ...ended, said: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const listed = async (count: number): Promise<boolean> =>
  (await undo("--list")).said.length >= count;

describe("undo of a session", () => {
  test("every byte is there again, and that is on record", async (ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
    const at = (path: string): string => join(stand.project, path);
    await ask({ hook_event_name: "SessionStart", source: "startup" });
    writeFileSync(
      at("src/change.cjs"),
      `const fs = require("node:fs");
fs.writeFileSync("data.bin", "gone"); fs.chmodSync("run.sh", 0o600); fs.mkdirSync("out/deep", { recursive: true });
fs.writeFileSync("out/deep/made", "x"); fs.unlinkSync("readme.txt"); fs.writeFileSync("node_modules/left", "out");\n`,
    );
    await run("b1", "node src/change.cjs");
    await write("w1", at("run.sh"), "echo other\n");
    await run("b2", "cat run.sh");
    await until("both are on record", () => listed(2));
    const { said } = await undo("--list");
    expect(said.map(({ call, paths }) => [call, paths])).toEqual([
      ["w1", ["run.sh"]],
      ["b1", ["data.bin", "readme.txt", "run.sh", "out", "out/deep", "out/deep/made"]],
    ]);
    const planned = await undo("--session", "last", "--dry-run");
    expect([planned.code, planned.said[0]?.["outcome"]]).toEqual([0, "planned"]);
    expect(existsSync(at("out/deep/made"))).toBe(true);
    const { code, said: done, stderr } = await undo("--session", "last", "--yes");
    expect(stderr).toBe("");
    expect([code, done[0]?.["outcome"], done[0]?.["kept"]]).toEqual([0, "undone", []]);
    expect(readFileSync(at("data.bin"))).toEqual(BYTES);
    expect(readFileSync(at("readme.txt"), "utf8")).toBe("hello\n");
    expect(readFileSync(at("run.sh"), "utf8")).toBe("#!/bin/sh\n");
    expect(existsSync(at("out"))).toBe(false);
    // Installed packages are not covered, as the guide says.
    expect(existsSync(at("node_modules/left"))).toBe(true);
    const { directories } = stand.install;
    await until("the event is in the log", async () => {
      const view = await viewLog(directories.log, directories.keys);
      for await (const { leaf } of view.entries(0, 1_000))
        if (leaf.kind === "leaf" && leaf.metadata["kind"] === "undo") return true;
      return false;
    });
    const again = await undo(String(done[0]?.["id"]), "--yes");
    expect([again.code, readFileSync(at("run.sh"), "utf8")]).toEqual([0, "echo other\n"]);
    rmSync(at("out"), { recursive: true });
  });

  test("changes that git would drop are copied first, so nobody is asked, and are there again", async (ctx) => {
    if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
    const at = (path: string): string => join(stand.project, path);
    const git = (...words: readonly string[]) =>
      runProgram(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.test", ...words],
        "",
        { cwd: stand.project, env: { PATH: process.env["PATH"] ?? "", HOME: stand.home } },
      );
    writeFileSync(at("notes.md"), "first\n");
    await git("init", "-q", ".");
    await git("add", "notes.md");
    expect((await git("commit", "-qm", "first")).code).toBe(0);
    const count = (await undo("--list")).said.length;
    writeFileSync(at("notes.md"), "first\nan hour of work\n");
    await run("g1", "git checkout -- notes.md");
    expect(readFileSync(at("notes.md"), "utf8")).toBe("first\n");
    await until("it is on record", () => listed(count + 1));
    expect((await undo("g1", "--yes")).code).toBe(0);
    expect(readFileSync(at("notes.md"), "utf8")).toBe("first\nan hour of work\n");
    // What git never followed, with directories.
    writeFileSync(at(".git/info/exclude"), "node_modules\n.claude\n");
    await git("add", "-A");
    await git("commit", "-qm", "all");
    mkdirSync(at("drafts/old"), { recursive: true });
    writeFileSync(at("drafts/old/plan.md"), "never committed\n");
    await run("g3", "git clean -fd");
    expect(existsSync(at("drafts"))).toBe(false);
    await until("it is on record", () => listed(count + 2));
    expect((await undo("g3", "--yes")).code).toBe(0);
    expect(readFileSync(at("drafts/old/plan.md"), "utf8")).toBe("never committed\n");
    rmSync(at("drafts"), { recursive: true });
    // A branch that alone leads to a commit.
    await git("checkout", "-qb", "topic/spike");
    await git("commit", "-qm", "spike", "--allow-empty");
    const spike = (await git("rev-parse", "HEAD")).stdout;
    await git("checkout", "-q", "-");
    rmSync(at(".git/logs"), { recursive: true });
    await run("g4", "git branch -D topic/spike");
    expect((await git("rev-parse", "--verify", "-q", "topic/spike")).code).toBe(1);
    await until("it is on record", () => listed(count + 3));
    expect((await undo("g4", "--yes")).code).toBe(0);
    expect((await git("rev-parse", "topic/spike")).stdout).toBe(spike);
    // Of what is too large for a copy a person is asked.
    writeFileSync(at("notes.md"), Buffer.alloc(65 * 1024 * 1024, 97));
    const answer = await ask({
      tool_name: "Bash",
      tool_use_id: "g2",
      tool_input: { command: "git checkout -- notes.md" },
    });
    expect(JSON.stringify(answer)).toMatch(/"permissionDecision":"ask".*would lose 1 file/);
    rmSync(at(".git"), { recursive: true });
    rmSync(at("notes.md"));
  });

  test("a command that only reads is not copied for", async () => {
    const before = (await undo("--list")).said.length;
    await run("r1", "cat .gitignore 2>/dev/null || true");
    expect((await undo("--list")).said.length).toBe(before);
  });

  test("wrong use says so", async () => {
    expect((await undo("--session", "nosuch")).code).toBe(2);
    expect((await undo("ffffffffffff")).code).toBe(2);
  });
});
