// Rooms that stand still beside file tools: nothing of one moves until the last of these is over, and nothing of it stays stopped.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onlyChild } from "#platform/namespaces.ts";
import { readTextSync } from "#surface/foundation/files/text-file.ts";
import { createStillRooms } from "#surface/services/hold/still-rooms.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { until } from "../../../until.ts";

beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) ctx.skip(WHY_NOT_HELD);
});

/** A room as far as this needs one: a first process, and beside it one of the session that counts in a file. */
async function counting(code = COUNT) {
  const folder = mkdtempSync(join(tmpdir(), "still-"));
  const inside = `echo up; unshare --user --map-current-user sh -c "$0" & sleep 600`;
  const room = spawn(
    "unshare",
    [
      ...["--user", "--map-current-user", "--pid", "--fork", "--kill-child", "--mount"],
      ...["--mount-proc", "sh", "-c", inside, code],
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "ignore"] },
  );
  await new Promise((resolve) => room.stdout.once("data", resolve));
  const keeper = onlyChild(room.pid ?? 0);
  const count = (): number => Number(readTextSync(join(folder, "count")) ?? 0);
  const moves = async (): Promise<void> => {
    const before = count();
    await until("it counts", () => count() > before);
  };
  const options = {
    directory: join(folder, "started"),
    tickets: join(folder, "tickets"),
    keeperOf: () => keeper,
    isUsed: () => false,
  };
  // All of the room has its output open: it closes with the last of them.
  const over = new Promise((resolve) => room.once("close", resolve));
  opened.push(async () => {
    room.stdout.resume();
    room.kill("SIGKILL");
    await over;
    rmSync(folder, { recursive: true, force: true });
  });
  await moves();
  /** Whether it counts no further. */
  const stands = async (): Promise<boolean> => {
    const before = count();
    // TIME: it counts every millisecond where it may.
    await sleep(60);
    return count() === before;
  };
  const mark = join(options.directory, "room", "still");
  return { options, rooms: createStillRooms(options), moves, stands, mark, folder };
}

const COUNT = `perl -e 'my $n = 1; while (1) { open my $f, ">", "new"; print $f $n++; close $f; rename "new", "count"; select undef, undef, undef, 0.001 }'`;
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0)) await end();
});
const call = (id: string) => ({ id, agentId: undefined, isChange: false });
const none = (): void => undefined;

test("it stands still until the last of several calls is over", async () => {
  const { rooms, stands, moves } = await counting();
  expect(await rooms.begin("room", call("a"), none)).toBe(true);
  expect(await rooms.begin("room", call("b"), none)).toBe(true);
  expect(await stands()).toBe(true);
  rooms.goOn("room", ({ id }) => id === "a");
  expect(await stands()).toBe(true);
  rooms.goOn("room", ({ id }) => id === "b");
  await moves();
});

test("what a process before this one left stopped goes on", async () => {
  const { options, rooms, stands, moves, mark } = await counting();
  await rooms.begin("room", call("a"), none);
  const later = createStillRooms(options);
  later.recover();
  expect(await stands()).toBe(true);
  writeFileSync(mark, "4194304 gone\n");
  later.recover();
  await moves();
  expect(existsSync(mark)).toBe(false);
});

test("it goes on after a while, which is told, and stands still for the next call", async () => {
  const { options, moves, stands } = await counting();
  const rooms = createStillRooms({ ...options, stillMsMax: 1 });
  let told = 0;
  await rooms.begin("room", call("a"), () => {
    told += 1;
  });
  await until("it is told", () => told === 1);
  await moves();
  const longer = createStillRooms(options);
  expect(await longer.begin("room", call("b"), none)).toBe(true);
  expect(await stands()).toBe(true);
  longer.stop();
  await moves();
});

test("one that is another process each moment is stopped as well", async () => {
  const hop = `perl -e 'my $n = 1; while (1) { open my $f, ">", "new"; print $f $n++; close $f; rename "new", "count"; exit if fork }'`;
  const { rooms, stands, moves } = await counting(hop);
  expect(await rooms.begin("room", call("a"), none)).toBe(true);
  expect(await stands()).toBe(true);
  rooms.goOn("room", () => true);
  await moves();
});

test.each(["bash", ...(existsSync("/usr/bin/zsh") ? ["zsh"] : [])])(
  "a call of %s that is about to start waits until then",
  async (shell) => {
    const { rooms, folder } = await counting();
    rooms.admit("room");
    await rooms.begin("room", call("a"), none);
    const lines = [...rooms.gate("room", "t"), "echo began"].join("\n");
    const start = spawn(shell, ["-c", `(${lines}\n)`], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    start.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString("utf8");
    });
    const note = join(folder, "started", "room", "t");
    await until("it waits", () => readTextSync(note) === "");
    // Waiting, it is none that keeps another call from being judged.
    expect(await rooms.begin("room", call("b"), none)).toBe(true);
    expect(said).toBe("");
    rooms.goOn("room", () => true);
    await until("it began", () => said === "began\n");
  },
);
