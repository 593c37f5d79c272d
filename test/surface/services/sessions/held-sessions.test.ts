// Held sessions: kept over processes, whatever lies in a file's place holds, and nothing but a release lets a session go on.
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  HOLD_CAUSES,
  type HeldSession,
  holdsOfHeld,
  openHeldSessions,
} from "#surface/services/sessions/held-sessions.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { openHookStand } from "../../hook/hook-stand.ts";
import { freshDirectory, installOn, preToolUse, verdictOf } from "../../daemon/daemon-stand.ts";

const FREE = { quarantined: false, reason: undefined };
const HELD: HeldSession = {
  sessionId: "5f0c",
  root: "/p",
  cause: "ran-although-refused",
  sinceMs: 7,
  digests: [],
  what: "a call ran although it was refused",
};
let room: ReturnType<typeof freshDirectory> | undefined;
afterEach(() => {
  room?.remove();
  room = undefined;
});

async function install() {
  room = freshDirectory();
  return (await installOn(room.path)).directories;
}

describe("a held session", () => {
  test("is held once, in every process, until it is released", async () => {
    const directories = await install();
    const [one, other] = [openHeldSessions(directories), openHeldSessions(directories)];
    expect(one.of(HELD.sessionId)).toBeUndefined();
    expect(holdsOfHeld(undefined, FREE)).toEqual(FREE);
    expect(one.hold(HELD)).toBe(true);
    expect(other.hold({ ...HELD, cause: "mods" })).toBe(false);
    expect(other.of(HELD.sessionId)).toEqual(HELD);
    expect(other.of("5f0d")).toBeUndefined();
    expect(other.all()).toEqual([HELD]);
    expect(one.release(HELD.sessionId)).toEqual(HELD);
    expect([one.of(HELD.sessionId), other.all(), one.release(HELD.sessionId)]).toEqual([
      ...[undefined, [], undefined],
    ]);
  });
  test.each(HOLD_CAUSES)("says what a person does about it: %s", (cause) => {
    const holds = holdsOfHeld({ ...HELD, cause }, FREE);
    expect(holds).toMatchObject({ quarantined: true, everything: true, reason: HELD.what });
    const release = `sallyport session release ${HELD.sessionId}`;
    expect(holds.instead).toContain(cause === "mods" ? "sallyport mods agree" : release);
  });
  test("has a file that its id cannot lead elsewhere, and no more words than a person reads", async () => {
    const directories = await install();
    const held = openHeldSessions(directories);
    held.hold({ ...HELD, sessionId: "../../x", what: "w".repeat(5_000) });
    expect(readdirSync(directories.heldSessions)).toEqual([
      `${createHash("sha256").update("../../x").digest("hex")}.json`,
    ]);
    expect(held.of("../../x")?.what).toHaveLength(1_000);
  });
  test.each<[string, (file: string) => void]>([
    ["nothing in it", (file) => writeFileSync(file, "")],
    ["no JSON", (file) => writeFileSync(file, "{", { mode: 0o600 })],
    ["another content", (file) => writeFileSync(file, '{"version":2}', { mode: 0o600 })],
    ["rights for others", (file) => (writeFileSync(file, "{}"), chmodSync(file, 0o666))],
    ["a folder in its place", (file) => mkdirSync(file)],
    ["a link to nothing", (file) => symlinkSync("/nonexistent/x", file)],
  ])("is held by a file with %s too", async (_, put) => {
    const directories = await install();
    const held = openHeldSessions(directories);
    mkdirSync(directories.heldSessions);
    const name = createHash("sha256").update(HELD.sessionId).digest("hex");
    put(join(directories.heldSessions, `${name}.json`));
    expect(held.of(HELD.sessionId)?.what).toContain("cannot be read");
    expect(held.release(HELD.sessionId)).toBeDefined();
    expect(held.of(HELD.sessionId)).toBeUndefined();
  });
  test("is every one where a file lies in the folder's place", async () => {
    const directories = await install();
    writeFileSync(directories.heldSessions, "");
    const held = openHeldSessions(directories);
    expect([held.of("any")?.what, held.all()]).toEqual([
      ...["the file that says why it is held cannot be read", []],
    ]);
  });
  test("is held by this process where the disk refuses", async () => {
    const directories = await install();
    symlinkSync("/nonexistent/x", directories.heldSessions);
    const held = openHeldSessions(directories);
    expect(held.hold(HELD)).toBe(true);
    expect(held.of(HELD.sessionId)).toEqual(HELD);
    expect(held.all()).toEqual([HELD]);
    expect(held.release(HELD.sessionId)).toEqual(HELD);
    expect(held.of(HELD.sessionId)).toBeUndefined();
  });
});

test("a call of it is refused by the command hook, a look too, and a time off opens nothing", async () => {
  const stand = await openHookStand("command");
  const { directories } = stand.install;
  const held = openHeldSessions(directories);
  const ask = async (sessionId: string) => {
    const input = { tool_name: "Bash", tool_input: { command: "true" } };
    const payload = preToolUse({ cwd: stand.project, session_id: sessionId, ...input });
    return (await stand.ask(payload)).stdout;
  };
  expect(verdictOf(JSON.parse(await ask(HELD.sessionId)))).not.toBe("deny");
  held.hold({ ...HELD, root: stand.project });
  const offSwitch = openOffSwitch(directories);
  offSwitch.begin(offSwitch.plan({ projectId: null, minutes: 1, reason: null }));
  const refused = await ask(HELD.sessionId);
  expect(verdictOf(JSON.parse(refused))).toBe("deny");
  expect(refused).toContain(HELD.what);
  expect(refused).toContain(`sallyport session release ${HELD.sessionId}`);
  offSwitch.drop(offSwitch.all().map(({ id }) => id));
  expect(verdictOf(JSON.parse(await ask("another")))).not.toBe("deny");
  held.release(HELD.sessionId);
  expect(verdictOf(JSON.parse(await ask(HELD.sessionId)))).not.toBe("deny");
  stand.close();
});
