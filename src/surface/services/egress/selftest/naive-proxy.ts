// The floor of the self-test: an allow-list as it is often written, which compares the beginning or the end of a text and passes the rest on.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Network } from "../../hold/hosts/way-out.ts";

/** Listens on 127.0.0.1. `allowed`: names that it lets through. */
export async function openNaiveProxy(
  allowed: readonly string[],
  network: Network,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (chunk) => {
      socket.pause();
      void answer(socket, chunk, allowed, network).catch(() => socket.destroy());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function answer(
  socket: Socket,
  chunk: Buffer,
  allowed: readonly string[],
  network: Network,
): Promise<void> {
  const text = chunk.toString("latin1");
  const tunnel = /^CONNECT (\S+):(\d+) /.exec(text);
  const url = /^[A-Z]+ (http:\/\/(?:[^/@\s]*@)?([^/:\s]+)(?::(\d+))?\S*)/.exec(text);
  const [host, port] =
    tunnel === null ? [url?.[2] ?? "", url?.[3] ?? "80"] : [tunnel[1] ?? "", tunnel[2] ?? ""];
  const isListed = allowed.some((name) =>
    tunnel === null ? (url?.[1] ?? "").startsWith(`http://${name}`) : host.endsWith(name),
  );
  if (!isListed) return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  // It looks whether the name has an address, and asks again when it connects.
  await network.resolve(host);
  const way = network.connect(await network.resolve(host), Number(port));
  way.on("error", () => socket.destroy());
  if (tunnel === null) way.write(chunk);
  else socket.write("HTTP/1.1 200 OK\r\n\r\n");
  socket.pipe(way).pipe(socket);
  socket.once("close", () => way.destroy());
}
