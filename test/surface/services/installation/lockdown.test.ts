// Lockdown: whatever lies in its file's place refuses every call, nothing else loosens it, and its begin and end are on record.
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { giveOrder } from "#surface/services/daemon-process/daemon-client.ts";
import {
  endLockdown,
  holdsUnder,
  lockDown,
  lockdownOf,
} from "#surface/services/installation/lockdown.ts";
import { openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { createOperator } from "#surface/daemon/operator.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { openHookStand } from "../../hook/hook-stand.ts";
import {
  freshDirectory,
  installOn,
  openStand,
  preToolUse,
  verdictOf,
} from "../../daemon/daemon-stand.ts";

const FREE = { quarantined: false, reason: undefined };
let room: ReturnType<typeof freshDirectory> | undefined;
afterEach(() => {
  room?.remove();
  room = undefined;
});

async function install() {
  room = freshDirectory();
  return (await installOn(room.path)).directories;
}

describe("its file", () => {
  test("locks down once, with time and reason, until it is ended", async () => {
    const directories = await install();
    expect(lockdownOf(directories)).toBeUndefined();
    expect(holdsUnder(lockdownOf(directories), FREE)).toEqual(FREE);
    expect(lockDown(directories, { nowMs: 5, reason: "incident 12" })).toBe(true);
    expect(lockDown(directories, { nowMs: 6, reason: "another" })).toBe(false);
    expect(lockdownOf(directories)).toEqual({ sinceMs: 5, reason: "incident 12" });
    const held = holdsUnder(lockdownOf(directories), FREE);
    expect(held).toMatchObject({ quarantined: true, everything: true });
    expect(held.reason).toContain("incident 12");
    endLockdown(directories);
    expect(lockdownOf(directories)).toBeUndefined();
  });
  test.each<[string, (file: string) => void]>([
    ["nothing in it", (file) => writeFileSync(file, "")],
    ["no JSON", (file) => writeFileSync(file, "{", { mode: 0o600 })],
    ["another content", (file) => writeFileSync(file, '{"version":2}', { mode: 0o600 })],
    ["rights for others", (file) => (writeFileSync(file, "{}"), chmodSync(file, 0o666))],
    ["a folder in its place", (file) => mkdirSync(file)],
    ["a link to itself", (file) => symlinkSync(file, file)],
    ["a link to nothing", (file) => symlinkSync("/nonexistent/x", file)],
  ])("locks down with %s too", async (_, put) => {
    const directories = await install();
    put(directories.lockdownFile);
    expect(lockdownOf(directories)).toEqual({ sinceMs: null, reason: null });
    endLockdown(directories);
    expect(lockdownOf(directories)).toBeUndefined();
  });
});

test("begin and end are on record once, and an end without an order is the daemon's", async () => {
  const directories = await install();
  const told: string[] = [];
  const record = async (one: Observation) => {
    if (one.kind === "lockdown") told.push(`${one.by} ${one.what} ${one.reason}`);
  };
  const operator = createOperator({
    offSwitch: openOffSwitch(directories),
    exceptions: openExceptions(directories),
    statements: openStatements(directories),
    holds: openHolds(directories),
    lockdown: { current: () => lockdownOf(directories), end: () => endLockdown(directories) },
    recorder: { record },
    rootOf: () => undefined,
  });
  const restore = () => operator.answer(Buffer.from('{"order":"restore"}'));
  expect(await restore()).toEqual({ kind: "restored", wasLocked: false });
  for (const end of [restore, async () => endLockdown(directories)]) {
    lockDown(directories, { nowMs: 5, reason: "x" });
    await operator.look();
    await operator.look();
    await end();
    await operator.look();
  }
  expect(told).toEqual([
    ...["operator start x", "operator end x"],
    ...["operator start x", "daemon end x"],
  ]);
});

test("what cannot be recorded does not end it", async () => {
  const stand = await openStand({
    append: async (observation) => {
      if (observation.kind === "lockdown") throw new Error("the disk is full");
    },
  });
  const { directories } = stand.install;
  lockDown(directories, { nowMs: 5, reason: null });
  const answer = await giveOrder(stand.install, { order: "restore" });
  expect(answer).toMatchObject({ kind: "refused" });
  expect(lockdownOf(directories)).toBeDefined();
  await stand.close();
});

test("the command hook refuses even what only looks, a time off opens nothing, and no call can end it", async () => {
  const stand = await openHookStand("command");
  const { directories } = stand.install;
  const ask = async (tool: string, input: object) => {
    const payload = preToolUse({ cwd: stand.project, tool_name: tool, tool_input: input });
    return (await stand.ask(payload)).stdout;
  };
  const looks = () => ask("Bash", { command: "true" });
  expect(verdictOf(JSON.parse(await looks()))).not.toBe("deny");
  lockDown(directories, { nowMs: Date.now(), reason: "incident 12" });
  const offSwitch = openOffSwitch(directories);
  offSwitch.begin(offSwitch.plan({ projectId: null, minutes: 1, reason: null }));
  const refused = await looks();
  expect([verdictOf(JSON.parse(refused)), refused.includes("incident 12")]).toEqual(["deny", true]);
  const read = await ask("Read", { file_path: join(stand.project, "readme.txt") });
  expect(verdictOf(JSON.parse(read))).toBe("deny");
  expect(readFileSync(directories.lockdownFile, "utf8")).toContain("incident 12");
  endLockdown(directories);
  expect(verdictOf(JSON.parse(await looks()))).not.toBe("deny");
  stand.close();
});
