// What servers for other machines have in common: where they listen, and bodies that end at a bound.
import type { IncomingMessage, Server } from "node:http";
import { Failure } from "#base/failure.ts";

/** Where a server listens, connections that it holds at once, and the Failure of a port that is taken. */
export type ListeningPlace = {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly code: string;
  readonly advice: string;
};

/** Listens, and gives the port. Rejects with a Failure of the code when the port is taken. */
export async function listenAt(server: Server, place: ListeningPlace): Promise<number> {
  const { host, port, connectionsMax, code, advice } = place;
  server.maxConnections = connectionsMax;
  server.on("clientError", (_cause, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new Failure(code, `cannot listen on ${host}:${port}: ${advice}`, { cause })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/** The body, or undefined past `bytesMax`. */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length > bytesMax) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
