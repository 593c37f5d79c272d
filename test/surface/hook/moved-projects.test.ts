// Projects moved, deleted, copied or replaced under both transports: judged where they are, or refused with what to do.
import { cpSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { preToolUse, sendTo, verdictOf } from "../daemon/daemon-stand.ts";
import { type HookStand, openHookStand } from "./hook-stand.ts";
import { unlessHeld } from "../../holding.ts";
import { type WholeDaemon, wholeDaemon } from "../daemon/whole-daemon.ts";

let stand: HookStand;
let daemon: WholeDaemon;
let elsewhere = "";
beforeEach(async () => {
  stand = await openHookStand("http");
  elsewhere = join(stand.home, "elsewhere");
  daemon = await wholeDaemon(stand);
});
afterEach(async () => {
  await daemon.stop();
  stand.close();
});

/** Both refuse the call, in words that hold each of `words`. */
async function refused(cwd: string, ...words: readonly string[]): Promise<void> {
  const payload = preToolUse({ cwd, tool_input: { command: "cat readme.txt" } });
  const { json } = await sendTo(stand.install, stand.token, payload);
  const hook = await stand.ask(payload, { cwd: stand.home });
  expect([verdictOf(json), hook.code, hook.stdout]).toEqual(["deny", 2, ""]);
  for (const word of words) {
    expect(JSON.stringify(json)).toContain(word);
    expect(hook.stderr).toContain(word);
  }
}

async function judgedAlike(cwd: string, verdict: string): Promise<void> {
  const payload = preToolUse({ cwd, tool_input: { command: "cat readme.txt" } });
  const { json } = await sendTo(stand.install, stand.token, payload);
  const hook = await stand.ask(payload, { cwd: stand.home });
  expect([verdictOf(json), hook.code]).toEqual([verdict, 0]);
  expect(verdictOf(JSON.parse(hook.stdout))).toBe(verdict);
}

test("moved with its settings, renamed while a session runs, moved back", async () => {
  await judgedAlike(stand.project, "allow");
  renameSync(stand.project, elsewhere);
  await refused(elsewhere, "not there any more", "sallyport init", `uninstall ${stand.project}`);
  await refused(stand.project, "not there any more");
  renameSync(elsewhere, stand.project);
  await judgedAlike(stand.project, "allow");
});

test("deleted", async () => {
  rmSync(stand.project, { recursive: true });
  await refused(stand.project, "not there any more", `uninstall ${stand.project}`);
});

test("replaced by a link to another place", async () => {
  renameSync(stand.project, elsewhere);
  symlinkSync(elsewhere, stand.project);
  await refused(stand.project, "is a link to another directory", "sallyport init");
});

test("copied: the copy has the hooks, and is not judged as if it lay outside", async () => {
  cpSync(stand.project, elsewhere, { recursive: true });
  const below = join(elsewhere, "src");
  await refused(below, `${elsewhere}\` carries the hooks of`, "sallyport init");
  await judgedAlike(stand.project, "allow");
});

test("a directory outside that carries no hooks of ours is judged from there", async () => {
  // WHY not a temporary one: the policy lets everybody look there.
  await judgedAlike("/usr/share", unlessHeld("abstain"));
});
