// Ports on which a session listens, answered at the same port of this machine's own loopback, for the user of this process alone.
import { type ChildProcess, spawn } from "node:child_process";
import type { Server, Socket } from "node:net";
import { Failure } from "#base/failure.ts";
import {
  isOfUser,
  listenersByCount,
  type PortListener,
  portListeners,
} from "#platform/namespaces.ts";
import type { Door } from "../../../foundation/network/door.ts";
import { listenAt, streamServer } from "../../../foundation/network/listening.ts";
import type { RoomOfPorts } from "./machine-ports.ts";

/** The ports of sessions that the person reaches, in a process that lives as long as they do. */
export type ServedPorts = {
  /** Answers where the session listens now, and nowhere else any more. `ours`: ports on which we listen, asked for where somebody listens. */
  look(room: RoomOfPorts, ours: () => ReadonlySet<number>): void;
  /** Ports that stay another program's of this machine, though the session listens on them too; told once. */
  takeTaken(room: string): readonly number[];
  /** Ports of this machine at which sessions answer. */
  ports(): ReadonlySet<number>;
  /** The room is given up. */
  end(room: string): void;
  stop(): void;
};

const LOOPBACK = ["127.0.0.1", "::1"];
/** Where a listener at every address answers. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  "127.0.0.1": ["127.0.0.1"],
  "::1": ["::1"],
  "0.0.0.0": ["127.0.0.1"],
  "::": LOOPBACK,
};
/** Ports below are for services of the machine. */
const FIRST_PORT = 1_024;
const PLACES_MAX = 64;
/** Others' connections are cut as soon as it is known whose they are. */
const SHARES = { connections: 512, perPeer: 64, reserved: 256 };

/**
 * What the process in the room does: it takes connections that were accepted outside, and joins each to the session's
 * server. WHY a process: a network is joined by a process with one thread, and this one has many.
 */
const JOIN = [
  'const n=require("node:net");let open=0;process.on("disconnect",()=>process.exit());',
  'process.on("message",([host,port],s)=>{if(!s)return;if(open>255)return s.destroy();open+=1;',
  "s.allowHalfOpen=true;const o=n.connect({host,port,allowHalfOpen:true});",
  's.once("close",()=>{open-=1});for(const[a,b]of[[s,o],[o,s]]){a.on("error",()=>a.destroy());',
  'a.pipe(b);a.once("close",()=>b.destroy())}})',
].join("");

type OfRoom = {
  readonly of: RoomOfPorts;
  readonly places: Map<string, { readonly port: number; readonly server: Server }>;
  /** Sockets of the session whose port was another program's: they have lost it, as they would have without us. */
  readonly lost: Set<string>;
  readonly untold: Set<number>;
  joiner: ChildProcess | undefined;
};

/** None answers at first. `uid`: whose connections are taken. */
export function createServedPorts(uid: number | undefined): ServedPorts {
  const rooms = new Map<string, OfRoom>();
  const end = (key: string): void => {
    const room = rooms.get(key);
    rooms.delete(key);
    for (const { server } of room?.places.values() ?? []) server.close();
    room?.joiner?.kill("SIGKILL");
  };
  return {
    look(of, ours) {
      if (rooms.get(of.key)?.of.keeper !== of.keeper) end(of.key);
      const found = listenersByCount(of.keeper).filter(
        ({ address, port }) => address in ANSWERS && port >= FIRST_PORT,
      );
      const own = found.length === 0 ? undefined : ours();
      const sessions = found.filter(({ port }) => own?.has(port) !== true).slice(0, PLACES_MAX);
      if (sessions.length === 0 && !rooms.has(of.key)) return;
      const room: OfRoom = rooms.get(of.key) ?? {
        of,
        places: new Map(),
        lost: new Set(),
        untold: new Set(),
        joiner: undefined,
      };
      rooms.set(of.key, room);
      renew(room, sessions);
    },
    takeTaken(key) {
      const { untold } = rooms.get(key) ?? {};
      const ports = [...(untold ?? [])];
      untold?.clear();
      return ports;
    },
    ports: () =>
      new Set([...rooms.values()].flatMap(({ places }) => [...places.values()].map((p) => p.port))),
    end,
    stop() {
      for (const key of rooms.keys()) end(key);
    },
  };

  function renew(room: OfRoom, sessions: readonly PortListener[]): void {
    // WHY at any address: `localhost` leads to either, and the person's own program is not to lose half of it. Other sessions' count.
    const others = new Set(
      portListeners("self")
        .filter((one) => !room.places.has(nameOf(one)))
        .map(({ port }) => port),
    );
    const wanted = new Map<string, { address: string; of: PortListener }>();
    for (const of of sessions)
      for (const address of ANSWERS[of.address] ?? []) {
        const name = nameOf({ address, port: of.port });
        if (others.has(of.port)) lose(room, of);
        if (!room.lost.has(of.socket)) wanted.set(name, { address, of });
      }
    for (const [name, { server }] of room.places)
      if (!wanted.has(name)) {
        server.close();
        room.places.delete(name);
      }
    for (const [name, { address, of }] of wanted)
      if (!room.places.has(name)) room.places.set(name, open(room, address, of));
    for (const socket of room.lost)
      if (!sessions.some((one) => one.socket === socket)) room.lost.delete(socket);
    if (room.places.size > 0) return;
    room.joiner?.kill("SIGKILL");
    room.joiner = undefined;
  }

  function open(room: OfRoom, address: string, of: PortListener) {
    const { port } = of;
    const server = streamServer({ pauseOnConnect: true }, (socket) => {
      socket.on("error", () => socket.destroy());
      const isOurs = uid !== undefined && isOfUser(uid, { port, peerPort: socket.remotePort ?? 0 });
      if (!isOurs) return void socket.destroy();
      hand(room, socket, [hostOf(of.address), port]);
      return door?.leave(socket);
    });
    let door: Door | undefined;
    server.on("error", (cause: NodeJS.ErrnoException) => {
      // The place is tried again with the next look, or lost to who was faster. A machine may have no IPv6 at all.
      room.places.delete(nameOf({ address, port }));
      if (cause.code === "EADDRNOTAVAIL" || cause.code === "EAFNOSUPPORT") return;
      lose(room, of);
    });
    void listenAt(server, {
      host: address,
      port,
      ipv6Only: true,
      shares: SHARES,
      failure: (cause) => new Failure("port", "a session's port cannot be answered", { cause }),
    }).then(
      (listening) => {
        door = listening;
      },
      // The server's own error is told above.
      () => undefined,
    );
    server.unref();
    return { port, server };
  }
}

function lose({ lost, untold }: OfRoom, { socket, port }: PortListener): void {
  if (!lost.has(socket)) untold.add(port);
  lost.add(socket);
}

/** Gives a connection to the process in the room, which is started with the first of them. */
function hand(room: OfRoom, socket: Socket, to: readonly [host: string, port: number]): void {
  room.joiner ??= joinerOf(room);
  room.joiner.send(to, socket, () => undefined);
}

function joinerOf(room: OfRoom): ChildProcess {
  const { keeper, nsenter } = room.of;
  const child = spawn(
    nsenter,
    [
      ...["-t", String(keeper), "-U", "--preserve-credentials", "-n", "--"],
      ...[process.execPath, "-e", JOIN],
    ],
    { cwd: "/", env: {}, stdio: ["ignore", "ignore", "ignore", "ipc"] },
  );
  const over = (): void => {
    if (room.joiner === child) room.joiner = undefined;
  };
  child.once("error", over).once("exit", over).unref();
  // WHY: a process that is done with everything else does not wait for the next connection.
  child.channel?.unref();
  return child;
}

function hostOf(address: string): string {
  return address.includes(":") ? "::1" : "127.0.0.1";
}

function nameOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address} ${port}`;
}
