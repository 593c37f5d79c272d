// Ports of this machine in the rooms of sessions: what a policy names answers on the room's loopback, and leads to the machine's.
import type { Server, Socket } from "node:net";
import { whyPowerful } from "#guard/effects/network/service-ports.ts";
import { type MachinePort, machinePort } from "#guard/policy/machine-ports.ts";
import { listeningPorts } from "#platform/namespaces.ts";
import { listenOver, streamServer } from "../../../foundation/network/listening.ts";
import { openConnections } from "../../../foundation/network/open-connections.ts";
import { listenersInRoom, type RoomPlace } from "./port-listeners.ts";
import { machineNetwork, type Network } from "./way-out.ts";

/** The ports that rooms reach, in a process that lives as long as they do. */
export type MachinePorts = {
  /**
   * Has the room reach those of the named ports on which something of the machine listens, and no other any more. A port on
   * which the session itself listens stays the session's. Never rejects.
   */
  open(room: RoomOfPorts, named: readonly string[]): Promise<void>;
  /** Ports of the room at which the machine's answer. */
  portsIn(room: string): readonly number[];
  /** Ports that the room was connected to since that was last asked. */
  takeReached(room: string): readonly number[];
  /** The room is given up. */
  end(room: string): void;
  stop(): void;
};

/** A room: its name, and the process that keeps its network. */
export type RoomOfPorts = {
  readonly key: string;
  readonly keeper: number;
  readonly nsenter: string;
};

/** What of the machine is asked, so that tests can stand in for it. */
export type PortsAround = {
  readonly nowMs: () => number;
  /** Ports on which sallyport itself listens. */
  readonly own: () => ReadonlySet<number>;
  readonly connect?: Network["connect"];
};

/** The usual addresses of a port that is named alone. */
const LOOPBACK = ["127.0.0.1", "::1"];
/** A place at which nothing could listen is tried again after this long. */
const RETRY_MS = 60_000;
const CONNECTIONS_MAX = 256;

type OpenPlace = RoomPlace & { close(): void };

type OfRoom = {
  readonly keeper: number;
  readonly places: Map<string, OpenPlace>;
  /** Places where nothing could listen, and when that was tried. */
  readonly failed: Map<string, number>;
  readonly reached: Set<number>;
  /** One change after the other: calls of a session run side by side. */
  change: Promise<void>;
  isOver: boolean;
};

/** None of them is open at first. */
export function createMachinePorts(around: PortsAround): MachinePorts {
  const relays = new PortRelays(around);
  return {
    open: (asked, named) => relays.open(asked, named),
    portsIn: (key) => relays.portsIn(key),
    takeReached: (key) => relays.takeReached(key),
    end: (key) => relays.end(key),
    stop: () => relays.stop(),
  };
}

/** The open ports of every room. */
class PortRelays {
  readonly #nowMs: () => number;
  readonly #own: () => ReadonlySet<number>;
  readonly #connect: Network["connect"];
  readonly #rooms = new Map<string, OfRoom>();

  constructor({ nowMs, own, connect = machineNetwork.connect }: PortsAround) {
    this.#nowMs = nowMs;
    this.#own = own;
    this.#connect = connect;
  }

  open(asked: RoomOfPorts, named: readonly string[]): Promise<void> {
    if (named.length === 0 && !this.#rooms.has(asked.key)) return Promise.resolve();
    const room = this.#roomOf(asked);
    // WHY not passed on: a port that cannot be had is closed, as one that nobody named.
    const change = room.change
      .then(() => this.#renew(room, asked.nsenter, named))
      .catch(() => undefined);
    room.change = change;
    return change;
  }

  portsIn(key: string): readonly number[] {
    return [...(this.#rooms.get(key)?.places.values() ?? [])].map(({ port }) => port);
  }

  takeReached(key: string): readonly number[] {
    const { reached } = this.#rooms.get(key) ?? {};
    const ports = [...(reached ?? [])].toSorted((one, other) => one - other);
    reached?.clear();
    return ports;
  }

  end(key: string): void {
    return this.#end(key);
  }

  stop(): void {
    for (const key of this.#rooms.keys()) this.#end(key);
  }

  #end(key: string): void {
    const room = this.#rooms.get(key);
    if (room === undefined) return;
    this.#rooms.delete(key);
    room.isOver = true;
    for (const place of room.places.values()) place.close();
  }

  #roomOf({ key, keeper }: RoomOfPorts): OfRoom {
    const known = this.#rooms.get(key);
    if (known?.keeper === keeper) return known;
    this.#end(key);
    const room: OfRoom = {
      keeper,
      places: new Map(),
      failed: new Map(),
      reached: new Set(known?.reached ?? []),
      change: Promise.resolve(),
      isOver: false,
    };
    this.#rooms.set(key, room);
    return room;
  }

  async #renew(room: OfRoom, nsenter: string, named: readonly string[]): Promise<void> {
    const ours = this.#own();
    const machine = listeningPorts("self");
    const meant = named
      .map(machinePort)
      .filter(({ port }) => machine.has(port) && !ours.has(port))
      // WHY again: whoever made the policy's compiled form may not have been this version.
      .filter(({ port }) => whyPowerful(port) === undefined)
      .flatMap(placesOf);
    const wanted = new Map(meant.map((place) => [nameOf(place), place]));
    for (const [name, place] of room.places) {
      if (wanted.has(name)) continue;
      place.close();
      room.places.delete(name);
    }
    const missing = [...wanted].filter(([name]) => !room.places.has(name));
    if (missing.length === 0) return;
    const sessions = listeningPorts(room.keeper);
    const isTaken = ({ port }: RoomPlace): boolean =>
      sessions.has(port) && ![...room.places.values()].some((place) => place.port === port);
    const tried = missing.filter(
      ([name, place]) =>
        !isTaken(place) && this.#nowMs() - (room.failed.get(name) ?? -RETRY_MS) >= RETRY_MS,
    );
    for (const [name] of tried) room.failed.set(name, this.#nowMs());
    const found = await listenersInRoom(
      room.keeper,
      nsenter,
      tried.map(([, place]) => place),
    );
    for (const { listener, address, port } of found) {
      const name = nameOf({ address, port });
      const entry = wanted.get(name);
      if (room.isOver || entry === undefined) {
        listener.close();
        continue;
      }
      room.failed.delete(name);
      const close = pass(listener, (socket) => {
        room.reached.add(port);
        return joined(socket, this.#connect(entry.leadsTo, port));
      });
      room.places.set(name, { address, port, close });
    }
  }
}

type WantedPlace = RoomPlace & { readonly leadsTo: readonly string[] };

/** Where a named port answers in a room, and where that leads: a port that is named alone is one server at two addresses. */
function placesOf({ address, port }: MachinePort): readonly WantedPlace[] {
  if (address !== undefined) return [{ address, port, leadsTo: [address] }];
  return LOOPBACK.map((one) => ({ address: one, port, leadsTo: LOOPBACK }));
}

function nameOf({ address, port }: RoomPlace): string {
  return `${address} ${port}`;
}

/** Takes the connections of a listener until it is closed; then they end too. */
function pass(listener: Server, take: (socket: Socket) => Socket): () => void {
  // WHY without a bound of silence: a connection to a database rests for hours, and the session is the only peer.
  const server = streamServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const other = take(socket);
    ways.add(other);
    other.once("close", () => ways.delete(other));
  });
  const ways = new Set<Socket>();
  server.on("error", () => undefined);
  const sockets = openConnections(server);
  // WHY: a process that is done with everything else does not wait for the next connection.
  listenOver(server, { listener }, { connections: CONNECTIONS_MAX }).unref();
  return () => {
    server.close();
    for (const socket of [...sockets, ...ways]) socket.destroy();
  };
}

/** Lets both say what they have to say, until both have, or one is gone. */
function joined(one: Socket, other: Socket): Socket {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on("error", () => from.destroy());
    from.pipe(to);
    from.once("close", () => to.destroy());
  }
  return other;
}
