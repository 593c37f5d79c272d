// Who gets in at a listener of ours: so many in all, a share for each peer, and places that stay the own user's.
import { isIPv6, type Server, type Socket } from "node:net";
import { type ConnectedUsers, connectedUsers } from "#platform/namespaces.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";

/** Connections at once. */
export type Shares = {
  readonly connections: number;
  /** Of one peer that is not the user of this process: another user of this machine, or another address. */
  readonly perPeer: number;
  /** Of all, those that stay free for the user of this process. */
  readonly reserved: number;
};

/** Where only one peer can come in, because the system lets in no other: a private folder, or the network of a session. */
export const onePeer = (connections: number): Shares => ({
  connections,
  perPeer: connections,
  reserved: 0,
});

/**
 * Where nobody else has anything to do: a place for the user of this process alone, on loopback. Each connection waits until it is known
 * whose it is. Where the system does not tell, everybody comes in: what lies behind must not rest on this alone.
 */
export const ownUserOnly = (connections: number): Shares => ({
  connections,
  perPeer: 0,
  reserved: connections,
});

export type DoorOptions = {
  readonly shares: Shares;
  /** Hears of each connection that was refused. */
  readonly refused?: (() => void) | undefined;
  /** Users at the other ends, as `connectedUsers` has them. */
  readonly users?: typeof connectedUsers;
};

export type Door = {
  /** Hands a connection on that came in another way, such as the inside of a tunnel: it has its place already. */
  pass(socket: Socket): void;
  /** A connection was given to another process: its place is free, and nothing else tells that it ends. */
  leave(socket: Socket): void;
};

/** The user of this process, and whoever the system does not tell from it. */
const OWN = "own";
/** The system tells of others, and not of this one. */
const UNKNOWN = "unknown";
/** Pause between two looks at who is connected: connections that come in one pause are looked up together. */
const LOOK_MS = 10;
const LOOKS_MAX = 2;
/** The pause grows with what a look has to go through: a machine may have very many sockets, and a look takes about a millisecond for a thousand. */
const LOOKED_PER_MS = 200;
/** Connections that wait for a look; with more than that there is one at once. */
const WAITING_MAX = 1_024;

type Waiting = { readonly socket: Socket; readonly looks: number };

/**
 * Stands between a server and its connections from here on: what listens to them by now gets those that are let in. The others are
 * cut without a word. WHY no look at who it is while few are connected: none of them can have more than its share by then, and the
 * usual connection waits for nothing.
 */
export function keepDoor(server: Server, options: DoorOptions): Door {
  const { shares, refused, users = connectedUsers } = options;
  const { connections, perPeer, reserved } = shares;
  const calm = Math.min(perPeer, connections - reserved);
  const takers = server.listeners("connection");
  /** Peers of those inside; undefined as long as nobody looked. */
  const inside = new Map<Socket, string | undefined>();
  const counts = createCounts();
  let waiting: Waiting[] = [];
  let isDue = false;
  let pauseMs = LOOK_MS;

  const pass = (socket: Socket): void => {
    for (const taker of takers) Reflect.apply(taker, server, [socket]);
  };
  const leave = (socket: Socket): void => {
    const peer = inside.get(socket);
    if (peer !== undefined) counts.remove(peer);
    inside.delete(socket);
  };
  const admit = (socket: Socket, peer: string | undefined): void => {
    inside.set(socket, peer);
    if (peer !== undefined) counts.add(peer);
    socket.once("close", () => leave(socket));
    pass(socket);
  };
  const refuse = (socket: Socket): void => {
    socket.destroy();
    refused?.();
  };
  const judge = (socket: Socket, peer: string): void => {
    // A server that was told to end knows nothing of those who waited, and would wait for them.
    if (socket.destroyed || !server.listening) return void socket.destroy();
    const hasShare =
      peer === OWN || (counts.of(peer) < perPeer && counts.others() < connections - reserved);
    if (hasShare && inside.size < connections) admit(socket, peer);
    else refuse(socket);
  };
  const look = (): void => {
    isDue = false;
    const found = users(portOf(server));
    pauseMs = LOOK_MS + (found?.looked ?? 0) / LOOKED_PER_MS;
    for (const [socket, known] of inside) {
      const peer = known ?? peerIn(found, socket);
      if (known !== undefined || peer === undefined || peer === UNKNOWN) continue;
      inside.set(socket, peer);
      counts.add(peer);
    }
    const asked = waiting;
    waiting = [];
    for (const one of asked) {
      const peer = peerIn(found, one.socket);
      // WHY again: a table that changes while it is read may leave a line out.
      if (peer === UNKNOWN && one.looks < LOOKS_MAX) wait({ ...one, looks: one.looks + 1 });
      else if (peer === undefined) one.socket.destroy();
      else judge(one.socket, peer);
    }
  };
  const wait = (one: Waiting): void => {
    waiting.push(one);
    if (isDue) return;
    isDue = true;
    setTimeout(look, pauseMs).unref();
  };

  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    const peer = peerOf(socket);
    if (peer !== undefined) return judge(socket, peer);
    if (perPeer >= connections) return judge(socket, OWN);
    if (inside.size + waiting.length < calm) return admit(socket, undefined);
    wait({ socket, looks: 1 });
    if (waiting.length >= WAITING_MAX) look();
  });
  return { pass, leave };
}

/** Connections of each peer, and of all but the own user. */
function createCounts() {
  const counts = new Map<string, number>();
  let others = 0;
  const change = (peer: string, by: 1 | -1): void => {
    const count = (counts.get(peer) ?? 0) + by;
    if (count > 0) counts.set(peer, count);
    else counts.delete(peer);
    if (peer !== OWN) others += by;
  };
  return {
    of: (peer: string) => counts.get(peer) ?? 0,
    others: () => others,
    add: (peer: string) => change(peer, 1),
    remove: (peer: string) => change(peer, -1),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Who that is by the address alone; undefined for a connection over the loopback, whose user has to be looked up. */
function peerOf({ remoteAddress }: Socket): string | undefined {
  // A socket of a path has none, and neither has one that is gone.
  if (remoteAddress === undefined) return OWN;
  const address = plain(remoteAddress);
  if (address.startsWith("127.") || address === "::1") return undefined;
  if (!isIPv6(address)) return address;
  // WHY the first half: whoever has a network of IPv6 has all the addresses in it.
  const [front = "", back = ""] = address.split("::");
  const words = front.split(":");
  const gap = 8 - words.length - (back === "" ? 0 : back.split(":").length);
  const whole = address.includes("::")
    ? [...words, ...Array.from({ length: gap }, () => "0"), ...back.split(":")]
    : words;
  return whole
    .slice(0, 4)
    .map((word) => word || "0")
    .join(":");
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

/** The peer by its user; undefined where the other end is closed already. */
function peerIn(
  found: ConnectedUsers | undefined,
  { remoteAddress = "", remotePort = 0 }: Socket,
): string | undefined {
  if (found === undefined) return OWN;
  const { users } = found;
  const key = `${plain(remoteAddress)} ${remotePort}`;
  if (!users.has(key)) return UNKNOWN;
  const uid = users.get(key);
  if (uid === undefined) return undefined;
  // WHY the administrator too: nothing is kept from one, and programs in a container are often theirs.
  return uid === userId() || uid === ADMINISTRATOR ? OWN : `user ${uid}`;
}
