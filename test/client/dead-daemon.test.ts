// The daemon killed in a session: every call is blocked and told how to repair it, and the next prompt starts the daemon again.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { buildProgram, runBuilt } from "./built-program.ts";
import { bash, type ClientRun, runClient } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";
import { until } from "../until.ts";

let folder = "";
let project = "";
let missing: string | undefined;
let killed: ClientRun;
let revived: ClientRun;
let killedPid = 0;

const sallyport = (...args: string[]) =>
  runBuilt({ home: folder, data: join(folder, "data") }, ...args);
const lockFile = () => join(folder, "data", "daemon.lock");
const daemonPid = () => (JSON.parse(readFileSync(lockFile(), "utf8")) as { pid: number }).pid;
const allow = { allow: ["Bash"] };
const isOnRecord = () => /Z +(?:allow|abstain) /.test(sallyport("log", "tail", "-n", "20").stdout);

beforeAll(async () => {
  missing = await whyMissing(["client"]);
  if (missing !== undefined) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-dead-")));
  expect(buildProgram(folder)).toMatchObject({ status: 0 });
  project = join(folder, "shop");
  mkdirSync(project);
  writeFileSync(join(project, "readme.txt"), "hello from the project\n");
  expect(sallyport("init", project, "--yes")).toMatchObject({ status: 0, stderr: "" });
  killed = await runClient({
    projectDirectory: project,
    settings: { user: { permissions: allow } },
    turns: [bash("cat readme.txt"), bash("touch ran.txt"), bash("touch ran.txt"), "bye"],
    beforeTurn: async (turn) => {
      if (turn !== 1) return;
      await until("the call is on record", isOnRecord, { everyMs: 200 });
      process.kill(daemonPid(), "SIGKILL");
    },
  });
  // TIME: it dies between the session's start and the first prompt; hooks of a start are told nothing of each other.
  const killing = `sleep 3; read -r l < ${lockFile()}; p=\${l#*:}; kill -9 "\${p%%,*}"`;
  const hook = { type: "command", command: "/bin/sh", args: ["-c", killing] };
  killedPid = daemonPid();
  const feed = join(folder, "prompts.json");
  const once = `${join(folder, "data/bin/sallyport")} daemon status >/dev/null 2>&1`;
  writeFileSync(feed, JSON.stringify(["go", { prompt: "go", once }]));
  revived = await runClient({
    projectDirectory: project,
    settings: { user: { permissions: allow, hooks: { SessionStart: [{ hooks: [hook] }] } } },
    turns: [bash("cat readme.txt"), "bye"],
    wrapper: [process.execPath, join(import.meta.dirname, "prompt-feed.mjs"), feed],
    extraArgs: ["--input-format", "stream-json"],
    timeoutMs: 90_000,
  });
});
afterAll(() => {
  if (folder === "") return;
  sallyport("daemon", "stop");
  rmSync(folder, { recursive: true, force: true });
});

describe("a daemon that was killed", () => {
  it("lets no call run, says what a person is to run, and ends the turn", (ctx) => {
    skipIfMissing(ctx, missing);
    expect(killed.wasDenied(toolUseId(0))).toBe(false);
    expect(killed.permissionDenials.map((denial) => denial.toolUseId)).toEqual([toolUseId(1)]);
    expect(existsSync(join(project, "ran.txt"))).toBe(false);
    expect(killed.stdout).toContain(
      `stopped? run: ${join(folder, "data", "bin", "sallyport")} daemon --ensure`,
    );
    expect(killed.result).toMatchObject({ terminal_reason: "hook_stopped" });
  });
  it("keeps the next prompt back, which starts it again, and the one after goes on", async (ctx) => {
    skipIfMissing(ctx, missing);
    expect(revived.stdout.match(/"subtype":"informational","content":"[^"]*blocked/g)).toHaveLength(
      1,
    );
    expect(revived.stdout).toContain(`stopped? run: ${join(folder, "data", "bin", "sallyport")}`);
    expect(daemonPid()).not.toBe(killedPid);
    expect(revived.wasDenied(toolUseId(0))).toBe(false);
    expect(revived.toolResults.get(toolUseId(0))?.text).toContain("hello from the project");
    expect(sallyport("daemon", "--ensure")).toMatchObject({ status: 0 });
    expect(sallyport("daemon", "stop")).toMatchObject({ status: 0 });
    const lines = sallyport("log", "tail", "-n", "40").stdout.split("\n");
    expect(lines.filter((line) => line.includes("UserPromptSubmit"))).toHaveLength(3);
    expect(sallyport("log", "verify")).toMatchObject({ status: 0 });
  });
});
