// The door before our listeners: places and shares by who is connected.
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { request as secureRequest } from "node:https";
import { connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { connectedUsers } from "#platform/namespaces.ts";
import { userId } from "#platform/user.ts";
import type { Shares } from "#surface/foundation/network/door.ts";
import {
  listenAt,
  listenOver,
  minutely,
  secureWebServer,
  streamServer,
  webServer,
} from "#surface/foundation/network/listening.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { asked } from "./asked.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
function fresh(): string {
  const path = mkdtempSync(join(tmpdir(), "sallyport-door-"));
  endings.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A name that the authority of the gateway gives certificates to. */
const [REGISTRY = ""] = READING_REGISTRIES;
const OWN = userId() ?? 0;
const STRANGER = OWN + 1;
const OTHER = OWN + 2;

type Guarded = {
  /** Connects as a user, and says whether it was let in. */
  come(user: number | "gone" | "unknown"): Promise<boolean>;
  leave(): void;
  readonly counts: { refused: number; looks: number };
};

/** A server that greets whoever gets in, with users as the test says. */
async function guarded(shares: Shares, host = "127.0.0.1"): Promise<Guarded> {
  const users = new Map<string, number | undefined>();
  const open: Socket[] = [];
  const counts = { refused: 0, looks: 0 };
  const server = streamServer({}, (socket) => socket.write("in"));
  const { port } = await listenAt(server, {
    host,
    port: 0,
    shares,
    refused: () => (counts.refused += 1),
    users: () => {
      counts.looks += 1;
      return { users, looked: users.size };
    },
    failure: (cause) => new Failure("port", "no port", { cause }),
  });
  const leave = (): void => {
    for (const socket of open.splice(0)) socket.destroy();
  };
  endings.push(leave, () => server.close());
  return {
    counts,
    leave,
    async come(user) {
      const socket = connect({ port, host, localAddress: "127.0.0.1" });
      open.push(socket);
      socket.on("error", () => undefined);
      await new Promise<void>((resolve) => socket.once("connect", resolve));
      if (user !== "unknown")
        users.set(`127.0.0.1 ${socket.localPort}`, user === "gone" ? undefined : user);
      return new Promise((resolve) => {
        socket.once("data", () => resolve(true));
        socket.once("close", () => resolve(false));
      });
    },
  };
}

async function many(door: Guarded, user: number, count: number): Promise<number> {
  const came = await Promise.all(Array.from({ length: count }, () => door.come(user)));
  return came.filter(Boolean).length;
}

describe("shares", () => {
  it("a stranger gets its share, two get what is not kept, and the own user all that is left", async () => {
    const door = await guarded({ connections: 40, perPeer: 10, reserved: 20 });
    expect(await many(door, STRANGER, 10)).toBe(10);
    expect(door.counts.looks).toBe(0);
    expect(await many(door, STRANGER, 30)).toBe(0);
    expect(await many(door, OTHER, 15)).toBe(10);
    expect(await door.come(OTHER + 1)).toBe(false);
    expect(await many(door, OWN, 25)).toBe(20);
    expect(door.counts.refused).toBe(30 + 5 + 1 + 5);
    // Who comes together is looked up together.
    expect(door.counts.looks).toBeLessThan(30);
  });
  it("a place is free again when its connection ends", async () => {
    const door = await guarded({ connections: 8, perPeer: 2, reserved: 4 });
    expect(await many(door, STRANGER, 5)).toBe(2);
    door.leave();
    await expect.poll(() => door.come(STRANGER)).toBe(true);
  });
  it("who is gone again is no refusal, and whom the system does not name is one stranger", async () => {
    const door = await guarded({ connections: 12, perPeer: 3, reserved: 6 });
    expect(await many(door, STRANGER, 3)).toBe(3);
    expect(await door.come("gone")).toBe(false);
    expect(door.counts.refused).toBe(0);
    const unknown = await Promise.all(Array.from({ length: 5 }, () => door.come("unknown")));
    expect(unknown.filter(Boolean)).toHaveLength(3);
    expect(await door.come(OWN)).toBe(true);
  });
  it("a connection with TLS leaves its place too, and so does one that was given away", async () => {
    const authority = createGatewayAuthority(Date.now());
    const { certificate: cert, key } = authority.leafFor(REGISTRY, Date.now());
    const bounds = { headMs: 5_000, requestMs: 5_000, restMs: 0, headBytes: 4_096 };
    const server = secureWebServer(bounds, { cert, key }, (_request, response) =>
      response.end("in"),
    );
    const { port } = await listenAt(server, {
      host: "127.0.0.1",
      port: 0,
      shares: { connections: 2, perPeer: 2, reserved: 0 },
      failure: (cause) => new Failure("port", "no port", { cause }),
    });
    endings.push(() => server.close());
    const trust = { ca: authority.certificate, servername: REGISTRY, port, path: "/" };
    for (let count = 0; count < 6; count += 1)
      await expect.poll(() => asked(secureRequest, trust).catch(() => 0)).toBe(200);
    const given: Socket[] = [];
    const giving = streamServer({ pauseOnConnect: true }, (socket) => {
      given.push(socket);
      door.leave(socket);
      socket.write("in");
    });
    const door = await listenAt(giving, {
      host: "127.0.0.1",
      port: 0,
      shares: { connections: 2, perPeer: 2, reserved: 0 },
      failure: (cause) => new Failure("port", "no port", { cause }),
    });
    endings.push(() => giving.close());
    for (let count = 0; count < 4; count += 1) {
      const socket = connect(door.port, "127.0.0.1");
      endings.push(() => socket.destroy());
      await new Promise((resolve) => socket.once("data", resolve));
    }
    for (const socket of given) socket.destroy();
  });
  it("nothing is said twice a minute, and nothing is left out", () => {
    const told: number[] = [];
    const { note, end } = minutely((count) => told.push(count));
    for (let count = 0; count < 1_000; count += 1) note();
    expect(told).toEqual([1]);
    end();
    expect(told).toEqual([1, 999]);
  });
  it("at a path there is one peer, and more than its places are refused", async () => {
    const path = join(fresh(), "s");
    let refused = 0;
    const server = streamServer({}, (socket) => socket.write("in"));
    listenOver(server, { path }, { connections: 2, refused: () => (refused += 1) });
    endings.push(() => server.close());
    const came = await Promise.all(
      Array.from({ length: 3 }, () => {
        const socket = connect(path).on("error", () => undefined);
        endings.push(() => socket.destroy());
        return new Promise<boolean>((resolve) => {
          socket.once("data", () => resolve(true));
          socket.once("close", () => resolve(false));
        });
      }),
    );
    expect(came.filter(Boolean)).toHaveLength(2);
    expect(refused).toBe(1);
  });
  it("the system names the user at the other end", async () => {
    const server: Server = webServer({
      headMs: 1_000,
      requestMs: 1_000,
      restMs: 0,
      headBytes: 1_024,
    });
    const { port } = await listenAt(server, {
      host: "127.0.0.1",
      port: 0,
      shares: { connections: 4, perPeer: 2, reserved: 2 },
      failure: (cause) => new Failure("port", "no port", { cause }),
    });
    endings.push(() => server.close());
    const socket = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.5" });
    endings.push(() => socket.destroy());
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    const found = connectedUsers(port);
    if (found !== undefined)
      expect(found.users.get(`127.0.0.5 ${socket.localPort}`)).toBe(userId());
  });
});
