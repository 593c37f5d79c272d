// Commands of an account that the machine's guard holds: real ones, in the account's own shell, with a judge whose keys stay closed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Account } from "#platform/accounts.ts";
import { accountData } from "#surface/services/machine/account-folders.ts";
import { holdFolder, MACHINE_FOLDERS } from "#surface/services/machine/places.ts";
import {
  type GuardedMachine,
  openGuardedMachine,
  runAsAccount,
  whyNoGuardedMachine,
} from "../../../client/guarded-machine.ts";
import { whyNotInstalled } from "../../../installed.ts";
import { skipIfMissing } from "../../../skipping.ts";

const OPEN_MS = 300_000;
const SECRET = "postgres://shop:hunter2hunter2@db/shop";
/** Code of which nobody foresees what it reads. */
const WORK = `const fs = require("fs");
for (const word of process.argv.slice(2)) {
  const name = [...word].reverse().join("");
  try { console.log(fs.statSync(name).isDirectory() ? fs.readdirSync(name) : fs.readFileSync(name, "utf8")); }
  catch (cause) { console.log(cause.code); }
}
fs.writeFileSync("made.txt", "made");
`;
const missing = whyNoGuardedMachine() ?? whyNotInstalled("bwrap", "nsenter", "unshare");
let machine: GuardedMachine;
let ada: Account;
let project = "";

beforeAll(async () => {
  if (missing !== undefined) return;
  machine = openGuardedMachine();
  ada = machine.makeAccount();
  project = join(ada.home, "shop");
  mkdirSync(project);
  writeFileSync(join(project, ".env"), `DATABASE_URL=${SECRET}\n`);
  writeFileSync(join(project, "work.cjs"), WORK);
  spawnSync("chown", ["-R", `${ada.uid}:${ada.gid}`, project]);
  await machine.start();
}, OPEN_MS);
afterAll(async () => {
  if (missing === undefined) await machine?.close();
}, OPEN_MS);

let calls = 0;
/** What the guard answers to a call of the account, as the client asks. */
function asked(command: string, event = "PreToolUse", more: object = {}) {
  calls += 1;
  const body = {
    session_id: "held-session",
    cwd: project,
    permission_mode: "default",
    hook_event_name: event,
    tool_name: "Bash",
    tool_input: { command },
    tool_use_id: `call_${calls}`,
    ...more,
  };
  const ran = runAsAccount(
    ada,
    [process.execPath, machine.hook, "--waits", "60"],
    JSON.stringify(body),
    project,
  );
  if (ran.status !== 0) throw new Error(ran.stderr);
  return (JSON.parse(ran.stdout) as { hookSpecificOutput: Answer }).hookSpecificOutput;
}
type Answer = {
  readonly permissionDecision?: string;
  readonly permissionDecisionReason?: string;
  readonly updatedInput?: { readonly command: string };
};

const lines = (text: string): readonly string[] => text.trim().split("\n");

describe("a command that the machine's guard holds", () => {
  it("runs for its account, and sees made-up values and no key", { timeout: OPEN_MS }, (ctx) => {
    skipIfMissing(ctx, missing);
    // Its judge begins with its first call.
    asked("true");
    const data = accountData(MACHINE_FOLDERS, ada.uid);
    const hold = holdFolder(MACHINE_FOLDERS, ada.uid);
    const places = [".env", data, `${data}/keys`, hold, `${hold}/hold/run`, "/dev/shm"];
    const words = places.map((place) => [...place].toReversed().join(""));
    const answer = asked(`node work.cjs ${words.join(" ")}`);
    expect(answer).toMatchObject({
      permissionDecision: "allow",
      permissionDecisionReason: expect.stringContaining("guard/held"),
    });
    const held = answer.updatedInput?.command ?? "";
    expect(held).toContain(`. ${hold}/hold/run `);
    const ran = runAsAccount(ada, ["bash", "-c", held], "", project);
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toMatch(/^DATABASE_URL=postgres:\/\/shop:\w+@db\/shop\n/);
    expect(ran.stdout).not.toContain(SECRET);
    expect(lines(ran.stdout).slice(1)).toEqual([
      "",
      "EACCES",
      "EACCES",
      "[ 'hold' ]",
      "ENOENT",
      "[]",
    ]);
    expect(readFileSync(join(project, "made.txt"), "utf8")).toBe("made");
    // Nothing in the project has the group that opens keys.
    const groups = spawnSync("find", [project, "!", "-gid", String(ada.gid)], { encoding: "utf8" });
    expect([groups.stdout, groups.stderr]).toEqual(["", ""]);
    // Once, and no more.
    expect(runAsAccount(ada, ["bash", "-c", held], "", project).status).toBe(126);
  });

  it("is on record with its answer, and its session goes on", { timeout: OPEN_MS }, (ctx) => {
    skipIfMissing(ctx, missing);
    const command = "node work.cjs vne.";
    const held = asked(command).updatedInput?.command ?? "";
    expect(runAsAccount(ada, ["bash", "-c", held], "", project).status).toBe(0);
    const result = { tool_response: { stdout: "", stderr: "", interrupted: false } };
    asked(held, "PostToolUse", result);
    // A file tool waits for no process of the session's: the test would end first.
    const read = asked("", "PreToolUse", {
      tool_name: "Read",
      tool_input: { file_path: join(project, "made.txt") },
    });
    expect(read.permissionDecision).not.toBe("deny");
  });

  it("cannot be changed by an unheld tool of the session", (ctx) => {
    skipIfMissing(ctx, missing);
    const shim = `${holdFolder(MACHINE_FOLDERS, ada.uid)}/hold/run`;
    const tool = { tool_name: "Write", tool_input: { file_path: shim, content: "x" } };
    expect(asked("", "PreToolUse", tool).permissionDecision).toBe("deny");
  });

  it("may be a shell line of a skill: each session begins its calls with what holds those", (ctx) => {
    skipIfMissing(ctx, missing);
    const folder = join(ada.home, ".claude/session-env/held-session");
    expect(runAsAccount(ada, ["mkdir", "-p", folder]).status).toBe(0);
    const event = {
      session_id: "held-session",
      cwd: project,
      hook_event_name: "SessionStart",
      source: "startup",
      transcript_path: join(ada.home, ".claude/projects/p/x.jsonl"),
    };
    const words = ["env", `CLAUDE_ENV_FILE=${folder}/hook-0.sh`, process.execPath, machine.hook];
    const started = runAsAccount(ada, words, JSON.stringify(event), project);
    expect([started.status, started.stderr]).toEqual([0, ""]);
    const text = readFileSync(join(folder, "hook-0.sh"), "utf8");
    expect(text).toContain(`${holdFolder(MACHINE_FOLDERS, ada.uid)}/hold/lines`);
    expect(runAsAccount(ada, ["bash", "-c", text]).status).toBe(0);
  });

  it("goes on while the service is stopped, and the next one finds its room", {
    timeout: OPEN_MS,
  }, async (ctx) => {
    skipIfMissing(ctx, missing);
    const serve = "(sleep 120 >/dev/null 2>&1 & echo $! > own.pid); cat own.pid";
    const answer = asked(`${serve}; node work.cjs vne.`);
    const held = answer.updatedInput?.command ?? "";
    await machine.stop();
    const ran = runAsAccount(ada, ["bash", "-c", held], "", project);
    expect([ran.status, ran.stdout]).toEqual([0, expect.stringContaining("DATABASE_URL=")]);
    const body = JSON.stringify({ hook_event_name: "PreToolUse", session_id: "held-session" });
    expect(runAsAccount(ada, [process.execPath, machine.hook], body)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the guard of this machine does not answer"),
    });
    await machine.start();
    const next = asked("kill -0 $(cat own.pid) && node work.cjs vne.").updatedInput?.command ?? "";
    const again = runAsAccount(ada, ["bash", "-c", next], "", project);
    expect([again.status, again.stderr]).toEqual([0, ""]);
  });

  it("tells the account nowhere where its judge's keys lie", (ctx) => {
    skipIfMissing(ctx, missing);
    const name = basename(accountData(MACHINE_FOLDERS, ada.uid));
    const places = [holdFolder(MACHINE_FOLDERS, ada.uid), ada.home].concat(
      ["/dev/shm", tmpdir()].map((memory) => join(memory, `sallyport-${ada.uid}`)),
    );
    const found = spawnSync("grep", ["-raslF", name, ...places], { encoding: "utf8" });
    expect([found.status, found.stdout]).toEqual([1, ""]);
    const told = "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/mountinfo 2>/dev/null";
    const seen = runAsAccount(ada, ["sh", "-c", told]).stdout;
    expect(seen).toContain("machine\0judge");
    expect(seen).not.toContain(name);
  });

  it("is held for no other account", (ctx) => {
    skipIfMissing(ctx, missing);
    const other = machine.makeAccount();
    const held = asked("node work.cjs vne.").updatedInput?.command ?? "";
    const ran = runAsAccount(other, ["bash", "-c", held]);
    expect([ran.status, ran.stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining("ermission"),
    ]);
    expect(ran.status).not.toBe(0);
  });
});
