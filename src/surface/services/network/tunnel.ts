// A tunnel between a program and a host: what its first bytes ask for is held against what it was opened for, then bytes pass.
import { isIP, type Socket } from "node:net";
import type { Asked } from "./asked.ts";
import { firstBytes, GREETING_BYTES_MAX } from "./client-hello.ts";
import type { Why } from "./refused.ts";

/** Times in milliseconds. */
export type TunnelLimits = {
  /** For a greeting that has begun. */
  readonly headMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** The same once one side has said all that it says. */
  readonly halfClosedMs: number;
};

/**
 * How closely a tunnel is looked at. `names`: a greeting in TLS has to name the host. `protocols`: besides, nothing but TLS and
 * HTTP passes, an address in numbers is greeted without a name, and requests of plain HTTP are looked at one by one.
 */
export type Look = "names" | "protocols";

/** What a tunnel came to: bytes pass, or requests are read from `socket` from its first byte on, or it is over. */
export type Opened = "passing" | "requests" | "over" | Extract<Why, "name" | "protocol">;

/** Joins both once the first bytes agree. Until then the host is heard, and hears nothing. */
export function openTunnel(
  { socket, way, head, asked, look }: TunnelEnds,
  limits: TunnelLimits,
): Promise<Opened> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let late: NodeJS.Timeout | undefined;
    let isSettled = false;
    const settle = (opened: Opened): void => {
      isSettled = true;
      clearTimeout(late);
      socket.off("data", hear).off("end", over).off("close", gone);
      resolve(opened);
    };
    const gone = (): void => settle("over");
    // Who says nothing at all only listens.
    const over = (): void => (parts.length === 0 ? pass() : settle("protocol"));
    const pass = (): void => {
      socket.pause();
      settle("passing");
      if (parts.length > 0) way.write(Buffer.concat(parts));
      join(socket, way, limits);
    };
    const hear = (chunk: Buffer): void => {
      parts.push(chunk);
      late ??= setTimeout(() => settle("protocol"), limits.headMs);
      const bytes = Buffer.concat(parts);
      const found = firstBytes(bytes);
      // WHY: where names alone count, only a greeting in TLS is waited for.
      const isWaiting = found.kind === "more" && (look === "protocols" || bytes[0] === 22);
      if (isWaiting && bytes.length <= GREETING_BYTES_MAX) return;
      if (found.kind === "tls")
        return isNamed(found.name, asked.host, look) ? pass() : settle("name");
      if (look === "names") return found.kind === "broken" ? settle("protocol") : pass();
      if (found.kind !== "http") return settle("protocol");
      socket.pause();
      settle("requests");
      socket.unshift(bytes);
    };
    socket.on("data", hear).once("end", over).once("close", gone);
    way.pipe(socket);
    way.once("close", () => socket.destroy());
    socket.once("close", () => way.destroy());
    for (const one of [socket, way]) one.setTimeout(limits.idleMs, () => one.destroy());
    if (head.length > 0) hear(head);
    // What was said, and that it is all, may both have come before.
    if (socket.readableEnded && !isSettled) over();
  });
}

export type TunnelEnds = {
  readonly socket: Socket;
  readonly way: Socket;
  /** What came right behind the request for the tunnel. */
  readonly head: Buffer;
  readonly asked: Asked;
  readonly look: Look;
};

/** WHY an address in numbers may be greeted by a name in a call's own tunnel: the address itself was judged, and is what is reached. */
function isNamed(name: string | undefined, host: string, look: Look): boolean {
  if (isIP(host) !== 0) return name === undefined || look === "names";
  return name === host;
}

/** Lets both say what they have to say, until both have, or one is gone. What the host says is on its way already. */
function join(socket: Socket, way: Socket, { halfClosedMs }: TunnelLimits): void {
  socket.pipe(way);
  for (const one of [socket, way])
    one.once("end", () => {
      for (const each of [socket, way]) each.setTimeout(halfClosedMs);
    });
}
