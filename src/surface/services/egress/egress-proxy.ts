// The egress proxy on one listener: it reads how it is spoken to, decides by the rules, and joins two connections or says why not (decision 0081).
import type { Server, Socket } from "node:net";
import { Failure } from "#base/failure.ts";
import { decideEgress } from "#govern/network/egress-rules.ts";
import { ownUserOnly } from "../../foundation/network/door.ts";
import { listenAt, listenOver, streamServer } from "../../foundation/network/listening.ts";
import { machineNetwork } from "../hold/hosts/way-out.ts";
import {
  readConnect,
  readSocks,
  SOCKS,
  SOCKS_REPLY,
  socksReply,
  type SocksState,
  type TunnelAsked,
} from "./asked.ts";
import { HELLO_BYTES_MAX, readClientHello, UNRECOGNIZED_NAME } from "./client-hello.ts";
import { inspectTunnel } from "./inspected-tunnel.ts";
import { createPlainServer, type PlainServer } from "./plain-requests.ts";
import type { EgressRefusal } from "./refusals.ts";
import { type Asker, basicLogin } from "./session-credentials.ts";
import {
  type EgressOptions,
  type EgressOutcome,
  endSoon,
  LIMITS,
  sendRefusal,
  type Shared,
  takePlace,
} from "./shared.ts";
import { wayTo } from "./way.ts";

/** A proxy that listens once it is told where. */
export type EgressProxy = {
  /** Listens on 127.0.0.1 and gives the port; 0 takes any. Rejects with a Failure of code `port-taken`. */
  listenOn(port: number): Promise<number>;
  /** Listens with what another process opened in the network of what it serves. */
  listenIn(listener: Server): void;
  readonly open: () => number;
  close(): void;
};

/** Makes one. A defect of ours ends the connection, and passes nothing. */
export function createEgressProxy(options: EgressOptions): EgressProxy {
  const shared: Shared = {
    network: machineNetwork,
    company: () => "direct" as const,
    outcome: () => undefined,
    counts: new Map(),
    ...options,
    inspection: options.inspection,
    limits: { ...LIMITS, ...options.limits },
  };
  const plain = createPlainServer(shared);
  const sockets = new Set<Socket>();
  const server = streamServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    readHead(socket, shared, plain);
  });
  server.on("error", () => undefined);
  const { connections } = shared.limits;
  const refused = (): void => shared.outcome(nothing("busy", "connect"));
  return {
    async listenOn(port) {
      const { port: taken } = await listenAt(server, {
        host: "127.0.0.1",
        port,
        refused,
        // WHY: where a session has to show itself it may be another user's; where nobody does it would be everybody's way out.
        shares:
          shared.credentials.check(undefined).kind === "session"
            ? ownUserOnly(connections)
            : {
                connections,
                perPeer: Math.ceil(connections / 4),
                reserved: Math.floor(connections / 2),
              },
        failure: (cause) =>
          new Failure(
            "port-taken",
            `port ${port} of 127.0.0.1 is taken; name another with \`--port\``,
            { cause },
          ),
      });
      return taken;
    },
    listenIn: (listener) => void listenOver(server, { listener }, { connections, refused }),
    open: () => sockets.size,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function nothing(why: EgressRefusal, via: EgressOutcome["via"]): EgressOutcome {
  return { why, via, place: undefined, of: "other", session: undefined, sent: 0, received: 0 };
}

/** Gathers what a connection says until a step has read enough. `step` answers true when it took over. */
function gather(
  socket: Socket,
  {
    before,
    ms,
    late,
    step,
  }: {
    readonly before: Buffer;
    readonly ms: number;
    readonly late: () => void;
    readonly step: (bytes: Buffer) => boolean;
  },
): void {
  let bytes = before;
  const timer = setTimeout(late, ms);
  const end = (): void => {
    clearTimeout(timer);
    socket.off("data", read);
    socket.off("end", ended);
    socket.off("close", end);
  };
  const read = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    socket.pause();
    if (step(bytes)) end();
    else socket.resume();
  };
  const ended = (): void => void socket.destroy();
  if (bytes.length > 0 && step(bytes)) return clearTimeout(timer);
  socket.on("data", read);
  socket.once("end", ended);
  socket.once("close", end);
  socket.resume();
}

const NONE = Buffer.alloc(0);

function readHead(socket: Socket, shared: Shared, plain: PlainServer): void {
  const { headMs } = shared.limits;
  const late = (): void => refuse(socket, shared, { why: "slow", via: "connect" });
  const step = (bytes: Buffer): boolean => {
    if (bytes[0] === SOCKS) return startSocks(socket, bytes, shared, plain);
    const start = bytes.toString("latin1", 0, 8);
    if ("CONNECT ".startsWith(start) && start.length < 8) return false;
    if (start !== "CONNECT ") {
      // Whatever is neither is told so by the reader of plain requests.
      plain.take(socket, bytes);
      return true;
    }
    const head = readConnect(bytes);
    if (head.kind === "more") return false;
    if (head.kind !== "connect") {
      refuse(socket, shared, { why: head.kind, via: "connect" });
      return true;
    }
    const { asked, rest } = head;
    const asker = shared.credentials.check(basicLogin(head.authorization));
    const say = (why: EgressRefusal | undefined, by?: string): void => {
      if (why === undefined) socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      else sendRefusal(socket, why, asked, by);
    };
    void openTunnel({ socket, asked, asker, rest, via: "connect", say }, shared, plain);
    return true;
  };
  gather(socket, { before: NONE, ms: headMs, late, step });
}

function startSocks(socket: Socket, first: Buffer, shared: Shared, plain: PlainServer): boolean {
  let state: SocksState = { at: "greeting" };
  const step = (all: Buffer): boolean => {
    let bytes = all.subarray(used);
    for (;;) {
      const read = readSocks(bytes, state);
      if (read.kind === "more") return false;
      if (read.kind === "malformed" || read.kind === "over") {
        shared.outcome(nothing("malformed", "socks"));
        if (read.kind === "over") socket.end(read.answer);
        endSoon(socket);
        return true;
      }
      used += read.used;
      bytes = bytes.subarray(read.used);
      if (read.kind === "answer") {
        socket.write(read.answer);
        state = read.next;
        continue;
      }
      const login = state.at === "request" ? state.login : undefined;
      const say = (why: EgressRefusal | undefined): void => {
        if (why === undefined) return void socket.write(socksReply(SOCKS_REPLY.granted));
        socket.end(socksReply(replyOf(why)));
        endSoon(socket);
      };
      const asker = shared.credentials.check(login);
      const { asked } = read;
      void openTunnel({ socket, asked, asker, rest: bytes, via: "socks", say }, shared, plain);
      return true;
    }
  };
  let used = 0;
  const late = (): void => refuse(socket, shared, { why: "slow", via: "socks" });
  gather(socket, { before: first, ms: shared.limits.headMs, late, step });
  return true;
}

function replyOf(why: EgressRefusal): number {
  if (why === "unreachable" || why === "unknown-name" || why.startsWith("proxy-"))
    return SOCKS_REPLY.unreachable;
  return why === "busy" ? SOCKS_REPLY.failed : SOCKS_REPLY.refused;
}

type Tunnel = {
  readonly socket: Socket;
  readonly asked: TunnelAsked;
  readonly asker: Asker;
  /** What the client said before it was answered. */
  readonly rest: Buffer;
  readonly via: "connect" | "socks";
  readonly say: (why: EgressRefusal | undefined, by?: string) => void;
};

async function openTunnel(tunnel: Tunnel, shared: Shared, plain: PlainServer): Promise<void> {
  const { socket, asked, asker, rest, via, say } = tunnel;
  const session = asker.kind === "session" ? asker.session : undefined;
  const told = { via, place: asked, session } as const;
  const no = (why: EgressRefusal, of = "other", by?: string): void => {
    shared.outcome({ ...told, why, of, sent: 0, received: 0 });
    say(why, by);
  };
  if (asker.kind === "nobody") return no("nobody");
  const rules = shared.rules();
  if (rules === undefined) return no("closed");
  const decision = decideEgress(asked, rules);
  const { of } = decision;
  const inspection = shared.inspection?.covers(asked, of) === true ? shared.inspection : undefined;
  const isSeenLater = inspection !== undefined && !decision.isAllowed && isOfRequests(decision.why);
  if (!decision.isAllowed && !isSeenLater) return no(decision.why, of, decision.by);
  if (!takePlace(socket, session, shared)) return no("busy", of);
  const way = await wayTo(asked, rules, shared).catch((): EgressRefusal => "unreachable");
  if (typeof way === "string") return no(way, of);
  way.on("error", () => way.destroy());
  if (socket.destroyed) return void way.destroy();
  socket.once("close", () => way.destroy());
  say(undefined);
  if (decision.isAllowed && decision.mode === "raw")
    return joined(socket, way, rest, { ...told, of }, shared);
  const refused = (why: EgressRefusal): void => {
    shared.outcome({ ...told, why, of, sent: 0, received: 0 });
    socket.end(UNRECOGNIZED_NAME);
    endSoon(socket);
    way.destroy();
  };
  gather(socket, {
    before: rest,
    ms: shared.limits.headMs,
    late: () => refused("slow"),
    step(bytes) {
      const hello = readClientHello(bytes);
      if (hello.kind === "more" && bytes.length <= HELLO_BYTES_MAX) return false;
      if (hello.kind === "not-tls") {
        if (/^[A-Z]{3,10}(?: |$)/.test(bytes.toString("latin1", 0, 11)))
          plain.take(socket, bytes, { asked, way: Promise.resolve(way), asker });
        else refused("protocol");
        return true;
      }
      if (hello.kind !== "hello") refused("malformed");
      else if (hello.isHidden) refused("hidden-name");
      // WHY a name although the address was asked for: certificates of addresses have none, and a name leads elsewhere.
      else if (hello.name !== (asked.form.kind === "name" ? asked.form.host : undefined))
        refused("server-name");
      else if (inspection !== undefined && hello.name !== undefined)
        inspectTunnel({ socket, way, bytes, host: hello.name, asked, asker }, inspection, {
          plain,
          handshakeMs: shared.limits.headMs,
          refused: (why) => shared.outcome({ ...told, why, of, sent: 0, received: 0 }),
        });
      else joined(socket, way, bytes, { ...told, of }, shared);
      return true;
    },
  });
}

/** What is decided by requests, where they are seen. */
function isOfRequests(why: EgressRefusal): boolean {
  return why === "method" || why === "path";
}

/** Lets both say what they have to say, until both have, or one is gone. */
function joined(
  socket: Socket,
  way: Socket,
  before: Buffer,
  told: Pick<EgressOutcome, "via" | "place" | "session" | "of">,
  { limits, outcome }: Shared,
): void {
  const { idleMs, halfClosedMs } = limits;
  if (before.length > 0) way.write(before);
  way.setNoDelay(true);
  // A byte that passes in either direction is read or written here, so that one clock is enough.
  socket.setTimeout(idleMs, () => socket.destroy());
  const half = (): void => void socket.setTimeout(halfClosedMs);
  socket.pipe(way);
  way.pipe(socket);
  socket.once("end", half);
  way.once("end", half);
  way.once("close", () => socket.destroy());
  socket.once("close", () => {
    way.destroy();
    outcome({ ...told, why: undefined, sent: way.bytesWritten, received: way.bytesRead });
  });
}

function refuse(
  socket: Socket,
  { outcome }: Shared,
  { why, via }: { readonly why: EgressRefusal; readonly via: "connect" | "socks" },
): void {
  outcome(nothing(why, via));
  if (via === "connect") sendRefusal(socket, why, undefined);
  else socket.destroy();
}
