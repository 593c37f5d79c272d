// A daemon killed in the middle of a session: the next one judges on with what the session wrote, and the record tells.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { preToolUse, sendTo, verdictOf } from "../surface/daemon/daemon-stand.ts";
import { type HookStand, openHookStand, UNHELD_POLICY } from "../surface/hook/hook-stand.ts";
import { verifyDirectory } from "../record/store/temporary-log.ts";
import { FROM_SOURCE } from "../program.ts";
import { until } from "../until.ts";
import { type WholeDaemon, wholeDaemon } from "../surface/daemon/whole-daemon.ts";

const ENTRY = fileURLToPath(new URL("../surface/daemon/killed-daemon.ts", import.meta.url));

let stand: HookStand;
let daemon: WholeDaemon | undefined;
let transcript = "";
beforeEach(async () => {
  // Held, a script of the session's own is no question: what the daemon remembers would not show.
  stand = await openHookStand("http", UNHELD_POLICY);
  const folder = join(stand.home, ".claude/projects/p");
  mkdirSync(folder, { recursive: true });
  transcript = join(folder, "session-1.jsonl");
  writeFileSync(transcript, "");
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  stand.close();
});

async function start(): Promise<void> {
  daemon = await wholeDaemon(stand);
}

/** Starts the daemon that ends with its first decision on the call `last`. */
async function startDoomed(): Promise<{ readonly ended: Promise<unknown> }> {
  const args = [...FROM_SOURCE, ENTRY];
  const places = [stand.install.directories.root, stand.home];
  const child = spawn(process.execPath, [...args, ...places], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: "/usr/bin:/bin", HOME: stand.home },
  });
  const ended = new Promise((resolve) => child.once("close", (_code, signal) => resolve(signal)));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { ended };
}

type Fields = Readonly<Record<string, unknown>>;
const ask = async (fields: Fields) => {
  const common = { cwd: stand.project, transcript_path: transcript };
  return verdictOf(
    (await sendTo(stand.install, stand.token, preToolUse({ ...common, ...fields }))).json,
  );
};
const bash = (command: string, id: string) => ({ tool_input: { command }, tool_use_id: id });
const file = () => ({
  tool_name: "Write",
  tool_input: { file_path: join(stand.project, "x.sh"), content: "ls" },
});

async function recorded(): Promise<readonly Fields[]> {
  const { log, keys } = stand.install.directories;
  const seen: Fields[] = [];
  for await (const { leaf, sealed } of (await viewLog(log, keys)).entries(0, 10_000)) {
    if (leaf.kind === "leaf") seen.push({ ...leaf.metadata, id: sealed?.["toolUseId"] });
  }
  return seen;
}

describe("a daemon that was killed between record and answer", () => {
  test("the retry is judged, what was written before is still known, and the record shows the break", async () => {
    const { ended } = await startDoomed();
    writeFileSync(join(stand.project, "x.sh"), "ls");
    expect(await ask({ ...file(), tool_use_id: "w" })).toBe("abstain");
    expect(await ask(bash("cat readme.txt", "r"))).toBe("allow");
    // A kill may take what is not on disk yet.
    await until("the decision is on disk", async () =>
      (await recorded()).some(({ id }) => id === "r"),
    );
    await expect(ask(bash("cat .env", "last"))).rejects.toThrow();
    expect(await ended).toBe("SIGKILL");
    await start();
    expect(await ask(bash("cat .env", "last"))).toBe("deny");
    // Without the memory of the session this would be a script of the project's own.
    expect(await ask(bash("bash ./x.sh", "x"))).toBe("ask");
    // Of another session nothing was seen before, so it may have written anything.
    const other = { ...bash("bash ./x.sh", "y"), session_id: "other" };
    expect(await ask(other)).toBe("ask");
    const write = {
      ...file(),
      tool_use_id: "w",
      hook_event_name: "PostToolUse",
      tool_response: {},
    };
    await ask(write);
    await daemon?.stop();
    daemon = undefined;
    const events = await recorded();
    expect(events.filter(({ id }) => id === "last").map(({ kind }) => kind)).toEqual([
      "decision",
      "decision",
    ]);
    const kinds = events.map(({ kind, cause }) => cause ?? kind);
    const broken = kinds.indexOf("unclean-stop");
    expect(events[broken]).toMatchObject({ kind: "recovery", entries: 1 });
    expect(events.findIndex(({ id }) => id === "last")).toBeLessThan(broken);
    // The result of a call that the daemon before judged is no call that nobody judged.
    expect(events.some(({ unjudgedCount }) => unjudgedCount !== undefined)).toBe(false);
    const doubted = events.flatMap(({ doubts, id }) =>
      doubts === undefined ? [] : [[id, doubts]],
    );
    expect(doubted).toEqual([["y", ["unproven"]]]);
    const { log, keys } = stand.install.directories;
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const report = await verifyDirectory({ log, keys, clock, productVersion: "0.0.0" });
    expect(report.faults).toEqual([]);
  });
});

describe("a daemon that was stopped and started", () => {
  test("keeps a hold and what was judged, under names and in words that nobody can read", async () => {
    await start();
    const intact = readFileSync(stand.settingsFile, "utf8");
    await ask({ ...file(), tool_use_id: "w" });
    await daemon?.stop();
    const { sessions } = stand.install.directories;
    const names = readdirSync(sessions);
    expect(names).toHaveLength(1);
    const bytes = readFileSync(join(sessions, names[0] ?? ""), "latin1");
    for (const plain of ["session-1", "x.sh"]) expect(names.join() + bytes).not.toContain(plain);
    writeFileSync(stand.settingsFile, "{}\n");
    await start();
    expect(await ask(bash("touch a", "t"))).toBe("deny");
    writeFileSync(stand.settingsFile, intact);
    expect(await ask(bash("bash ./x.sh", "x"))).toBe("ask");
  }, 30_000);

  test("does not keep a session without a transcript: a forger's sessions cost no disk", async () => {
    await start();
    const forged = { transcript_path: join(stand.home, "none.jsonl"), session_id: "forged" };
    for (let index = 0; index < 20; index++)
      await ask({ ...forged, ...file(), session_id: `forged-${index}` });
    await daemon?.stop();
    daemon = undefined;
    expect(readdirSync(stand.install.directories.sessions)).toEqual([]);
  }, 30_000);
});
