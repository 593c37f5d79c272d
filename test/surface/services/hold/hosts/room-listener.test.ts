// A listener in a room: reached from inside alone, and opened anew by a process that starts anew.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listenInRoom } from "#surface/services/hold/hosts/room-listener.ts";
import { openRooms, type Room } from "#surface/services/hold/room.ts";
import { holdStatus } from "#surface/services/hold/hold-status.ts";

const standing = await holdStatus();
const programs = standing.works ? standing.programs : undefined;
const nsenter = programs?.join?.nsenter;
let root: string;
let rooms: ReturnType<typeof openRooms>;
let room: Room | undefined;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-listener-")));
  mkdirSync(join(root, "rooms"));
  rooms = openRooms({
    directory: join(root, "rooms"),
    base: join(root, "scratch/base"),
    home: root,
    layers: join(root, "layers"),
    nowMs: () => Date.now(),
  });
  if (programs !== undefined) room = await rooms.open("p", "s", { programs, projectRoot: root });
});
afterAll(() => {
  rooms.end("p", "s");
  rmSync(root, { recursive: true, force: true });
});
beforeEach((ctx) => {
  if (nsenter === undefined || room?.keeper === undefined) ctx.skip("no room can be made here");
});

const inside = async (port: number): Promise<string> => {
  const words = ["-t", String(room?.keeper), "-U", "--preserve-credentials", "-n", "--"];
  const asked = ["curl", "-sm5", `http://127.0.0.1:${port}/`];
  return (await promisify(execFile)(nsenter ?? "", [...words, ...asked])).stdout;
};

test("it is reached from inside, and no port of the machine", async () => {
  const found = await listenInRoom(room?.keeper ?? 0, nsenter ?? "");
  const server = createServer((_request, response) => response.end("from outside"));
  server.listen(found?.server);
  await once(server, "listening");
  expect(await inside(found?.port ?? 0)).toBe("from outside");
  const outside = connect({ host: "127.0.0.1", port: found?.port ?? 0 });
  const [cause] = (await once(outside, "error")) as [{ code: string }];
  expect(cause.code).toBe("ECONNREFUSED");
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  await expect(inside(found?.port ?? 0)).rejects.toThrow();
});

test("another one is opened beside it, as after a restart", async () => {
  const [one, other] = [
    await listenInRoom(room?.keeper ?? 0, nsenter ?? ""),
    await listenInRoom(room?.keeper ?? 0, nsenter ?? ""),
  ];
  expect(one?.port).not.toBe(other?.port);
  expect(other?.port).toBeGreaterThan(0);
  for (const found of [one, other]) found?.server.close();
});

test("where nothing can be joined there is none", async () => {
  expect(await listenInRoom(2 ** 22 + 1, nsenter ?? "")).toBeUndefined();
  expect(await listenInRoom(room?.keeper ?? 0, "/no/such/program")).toBeUndefined();
});
