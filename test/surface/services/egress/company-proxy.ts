// A real small proxy as companies have them, which asks for a login, and can say no, say nothing or leave.
import { once } from "node:events";
import { createServer, request as plainRequest } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** How it behaves. `dribble` says a byte at a time. */
export type Behaviour = "good" | "login" | "bad-gateway" | "hang" | "leave" | "dribble";

/** Starts it. All names lead to `to` on this machine; `login` is what it wants to see. */
export async function startCompanyProxy({
  behaviour,
  login,
  to,
}: {
  readonly behaviour: Behaviour;
  readonly login?: string;
  readonly to: (port: number) => number;
}) {
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isLogin = wanted === undefined || request.headers["proxy-authorization"] === wanted;
    if (!isLogin || behaviour === "login")
      return response.writeHead(407, { "proxy-authenticate": "Basic realm=company" }).end("no");
    const { pathname, search, port } = new URL(request.url ?? "");
    const { "proxy-authorization": _, ...headers } = request.headers;
    const onward = plainRequest({
      host: "127.0.0.1",
      port: to(Number(port || 80)),
      path: `${pathname}${search}`,
      headers,
      method: request.method,
    });
    onward.on("response", (found) => {
      response.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(response);
    });
    return request.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("connect", (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.on("error", () => undefined);
    if (behaviour === "hang") return;
    if (behaviour === "leave") return void socket.destroy();
    if (behaviour === "dribble") {
      const timer = setInterval(() => socket.write("H"), 5);
      socket.once("close", () => clearInterval(timer));
      return;
    }
    if (behaviour === "bad-gateway") return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    if (
      behaviour === "login" ||
      (wanted !== undefined && request.headers["proxy-authorization"] !== wanted)
    )
      return void socket.end("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=company\r\n\r\n");
    const port = Number(request.url?.split(":").at(-1));
    const onward = connect(to(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.once("close", () => onward.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    asked,
    port: (server.address() as AddressInfo).port,
    close(): void {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
