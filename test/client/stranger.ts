// Somebody else on the daemon's port or in the place of a proxy, who would let every call run if the client believed them.
import { createPrivateKey } from "node:crypto";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp, type Server, type Socket } from "node:net";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { succeeding } from "../until.ts";

/** Answers `{}` in the clear, answers `{}` with a certificate of its own authority, or says nothing. */
export type StrangerKind = "plain" | "certificate" | "mute";

export type Stranger = {
  readonly port: number;
  /** Requests and connections so far. */
  requests(): number;
  /** PEM of the authority that signed the stranger's certificate; empty without one. */
  readonly authority: string;
  close(): Promise<void>;
};

/** Listens on 127.0.0.1; port 0 is any. */
export async function openStranger(kind: StrangerKind, port: number): Promise<Stranger> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const authority = kind === "certificate" ? foreignCertificate() : undefined;
  const answer = (_: unknown, response: { end(text: string): unknown }) => {
    requests += 1;
    response.end("{}");
  };
  const server: Server =
    kind === "mute"
      ? createTcp(() => {
          requests += 1;
        })
      : authority === undefined
        ? createHttp(answer)
        : createHttps({ key: authority.key, cert: authority.certificate }, answer);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    requests: () => requests,
    authority: authority?.authority ?? "",
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** WHY again and again: the port of a process that was just killed may be taken a moment longer. */
function listen(server: Server, port: number): Promise<void> {
  const once = () =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  return succeeding(once, { withinMs: 2_000, everyMs: 100 });
}

/** A certificate for our address by an authority that nobody trusts. */
function foreignCertificate() {
  const nowMs = Date.now();
  const name = "a stranger's authority";
  const made = createAuthority({ name, nowMs, days: 2 });
  const issued = issueServerCertificate(
    { name, key: createPrivateKey(made.key) },
    { nowMs, days: 1 },
  );
  return { key: issued.key, certificate: issued.certificate, authority: made.certificate };
}
