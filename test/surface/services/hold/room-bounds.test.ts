// How much of rooms is kept at once: the longest unused go first, with their layers, and never one in which something runs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holdStatus } from "#surface/services/hold/hold-status.ts";
import { openRooms, type RoomBounds } from "#surface/services/hold/room.ts";
import { processState } from "#platform/processes.ts";
import { until } from "../../../until.ts";

const standing = await holdStatus();
const programs = standing.works ? standing.programs : undefined;
let root: string;
let nowMs: number;
const used = new Set<string>();
const ends: (() => void)[] = [];

beforeEach((ctx) => {
  if (programs?.join === undefined) ctx.skip("no room can be made here");
  if (/^\/(?:var\/)?tmp\//.test(homedir())) ctx.skip("caches of a home below /tmp get no layer");
  const parent = join(homedir(), ".cache");
  mkdirSync(parent, { recursive: true });
  root = realpathSync(mkdtempSync(join(parent, "sallyport-rooms-")));
  for (const name of ["rooms", "home/.cache"])
    mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
  nowMs = Date.now();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  used.clear();
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
});

const opened = (bounds?: RoomBounds) => {
  const rooms = openRooms({
    directory: join(root, "rooms"),
    base: join(root, "scratch/base"),
    home: join(root, "home"),
    layers: join(root, "layers"),
    nowMs: () => nowMs,
    isUsed: (key) => used.has(key),
    ...(bounds === undefined ? {} : { bounds }),
  });
  return {
    ...rooms,
    async make(session: string) {
      if (programs === undefined) throw new Error("no room can be made here");
      nowMs += 1_000;
      ends.push(() => rooms.end("p", session));
      return await rooms.open("p", session, { programs, projectRoot: root });
    },
  };
};
const isAlive = (pid: number | undefined): boolean =>
  pid !== undefined && processState(pid).kind === "running";
const GIGABYTE = 1024 ** 3;

test("of too many rooms the longest unused end, with their layers and without their files of /tmp", async () => {
  const rooms = opened({ rooms: 2, layerBytes: GIGABYTE });
  const made = [await rooms.make("a"), await rooms.make("b"), await rooms.make("c")];
  const [first, second, third] = made;
  writeFileSync(join(first?.scratch ?? "", "kept"), "");
  // A call of the first is under way, so that the second goes.
  used.add(first?.key ?? "");
  expect(rooms.sweep()).toEqual([second?.key]);
  await until("the room ends", () => !isAlive(second?.keeper));
  expect([isAlive(first?.keeper), isAlive(third?.keeper), rooms.sweep()]).toEqual([true, true, []]);
  await until("its layers are gone", () => !existsSync(join(root, "layers", second?.key ?? "")));
  used.clear();
  await rooms.make("b");
  expect(rooms.sweep()).toEqual([first?.key]);
  expect(existsSync(join(first?.scratch ?? "", "kept"))).toBe(true);
  // Its session goes on in a new one.
  const again = await rooms.make("a");
  expect([again.scratch, isAlive(again.keeper)]).toEqual([first?.scratch, true]);
});

test("a room in which something runs stays, however long ago it was used", async () => {
  const rooms = opened();
  const room = await rooms.make("a");
  const nsenter = programs?.join?.nsenter ?? "";
  const words = ["-t", String(room.keeper), "-U", "--preserve-credentials", "-p", "--"];
  const child = spawn(nsenter, [...words, "sh", "-c", "echo in; exec sleep 60"], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 9);
  };
  ends.push(end);
  await once(child.stdout, "data");
  // A client that nobody saw end.
  writeFileSync(join(root, "rooms", `${room.key}.client`), "");
  nowMs += 25 * 60 * 60_000;
  expect([rooms.sweep(), isAlive(room.keeper)]).toEqual([[], true]);
  end();
  await until("the room ends", () => rooms.sweep().includes(room.key));
  expect(existsSync(room.scratch)).toBe(true);
});

test("of too many bytes the longest unused go, as they were measured", async () => {
  const rooms = opened({ rooms: 9, layerBytes: 3 * 1024 * 1024 });
  const [first, second] = [await rooms.make("a"), await rooms.make("b")];
  for (const { key } of [first, second])
    writeFileSync(join(root, "layers", key, "0/upper/big"), Buffer.alloc(2 * 1024 * 1024, 1));
  expect(rooms.sweep()).toEqual([]);
  await rooms.measure();
  expect(rooms.sweep()).toEqual([first.key]);
  expect([isAlive(second.keeper), rooms.sweep()]).toEqual([true, []]);
});
