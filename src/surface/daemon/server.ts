// The HTTPS server on 127.0.0.1: hooks come in, explicit answers go out, strangers learn nothing.
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { Failure } from "#base/failure.ts";
import { WAITS } from "#base/waits.ts";
import { errorCode } from "../foundation/files/private-file.ts";
import { listenAt, secureWebServer } from "../foundation/network/listening.ts";
import type { Issued } from "../foundation/tls/x509.ts";
import { createGrpcServer, type GrpcServer } from "../services/telemetry/grpc.ts";
import { type Routes, noteRefused, createRequestListener } from "./request-listener.ts";

const HEADER_BYTES_MAX = 16 * 1024;
/** A session keeps one connection or two. WHY half: other users of this machine may ask, and never keep a hook of ours out. */
const SHARES = { connections: 512, perPeer: 64, reserved: 256 };

export type HookServer = {
  readonly port: number;
  /** Connections that were refused because somebody had more than a share. */
  refused(): number;
  /** Serves new connections with another certificate. */
  renew(certificate: Issued): void;
  /** Stops listening, lets answers under way finish for a second, then cuts what is left. */
  close(): Promise<void>;
};

/** Listens on 127.0.0.1 only. Rejects with a Failure of code `port-taken` when somebody else listens there. */
export async function startServer(options: {
  port: number;
  certificate: Issued;
  routes: Routes;
}): Promise<HookServer> {
  const { port, certificate, routes } = options;
  const server = secureWebServer(
    {
      headMs: WAITS.payloadMs,
      // WHY: bodies have their own limit, answered with a deny. This one is the net below it; it answers 408.
      requestMs: WAITS.answerMs,
      // WHY: a client keeps one connection for a whole session. Closing it while idle would race with its next call, and
      // that call would be blocked. A connection that proved nothing ends with its answer.
      restMs: 0,
      headBytes: HEADER_BYTES_MAX,
    },
    {
      // WHY only for who speaks nothing else: hooks keep HTTP/1.1, gRPC has no other protocol than HTTP/2.
      ALPNCallback: ({ protocols }) =>
        ["http/1.1", "h2"].find((protocol) => protocols.includes(protocol)),
      cert: certificate.certificate,
      key: certificate.key,
    },
  );
  server.on("clientError", (cause, socket) => {
    // A connection that just ends said nothing wrong.
    if (errorCode(cause) !== "ECONNRESET") routes.reject("malformed-http");
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  server.on(
    "request",
    createRequestListener(() => addressOf(server).port, routes),
  );
  const grpc = takeHttp2(server, routes);
  let refused = 0;
  const listening = await listenAt(server, {
    host: "127.0.0.1",
    port,
    shares: SHARES,
    refused: () => {
      refused += 1;
      routes.reject("connections");
    },
    failure: (cause, isTaken) =>
      isTaken
        ? new Failure("port-taken", `port ${port} on 127.0.0.1 is taken by another program`, {
            cause,
          })
        : new Failure("port", `cannot listen on 127.0.0.1:${port}`, { cause }),
  });
  return {
    port: listening.port,
    refused: () => refused,
    renew: (next) => server.setSecureContext({ cert: next.certificate, key: next.key }),
    close() {
      grpc.close();
      return close(server);
    },
  };
}

/** Gives connections that agreed on HTTP/2 to the receiver of telemetry; all others go on as before. */
function takeHttp2(server: Server, routes: Routes): GrpcServer {
  const { telemetry: receiver, fault } = routes;
  const grpc = createGrpcServer({
    receiver,
    fault,
    host: () => `127.0.0.1:${addressOf(server).port}`,
    note: (why) => noteRefused(routes, why),
  });
  const others = server.listeners("secureConnection");
  server.removeAllListeners("secureConnection");
  server.on("secureConnection", (socket: TLSSocket) => {
    if (socket.alpnProtocol === "h2") grpc.take(socket);
    else for (const other of others) other.call(server, socket);
  });
  return grpc;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Failure(
      "daemon",
      "the daemon does not listen; start it with `sallyport daemon --ensure`",
    );
  }
  return address;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), 1_000);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
