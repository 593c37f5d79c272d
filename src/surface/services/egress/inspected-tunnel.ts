// One tunnel whose TLS is ended here: the client is answered by the organisation's authority, the server is verified, requests are read one by one.
import type { Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { isCertificateError } from "../gateway/upstream.ts";
import type { TunnelAsked } from "./asked.ts";
import type { Inspection } from "./inspection.ts";
import type { PlainServer } from "./plain-requests.ts";
import type { EgressRefusal } from "./refusals.ts";
import type { Asker } from "./session-credentials.ts";

/** What an alert of TLS says where a client does not trust us, or a server wants a certificate of the client. */
const NOT_TRUSTED = /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)/;
const OWN_CERTIFICATE = /ALERT_CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE/;

export type InspectedTunnel = {
  readonly socket: Socket;
  readonly way: Socket;
  /** What the client said so far: its first message. */
  readonly bytes: Buffer;
  readonly host: string;
  readonly asked: TunnelAsked;
  readonly asker: Asker;
};

/** Takes a tunnel over. `refused` hears of what no answer could be given to. */
export function inspectTunnel(
  { socket, way, bytes, host, asked, asker }: InspectedTunnel,
  inspection: Inspection,
  {
    plain,
    handshakeMs,
    refused,
  }: {
    readonly plain: PlainServer;
    readonly handshakeMs: number;
    readonly refused: (why: EgressRefusal) => void;
  },
): void {
  const server = verified(way, host, { trusted: inspection.trusted, handshakeMs });
  // What the client said is read first.
  socket.unshift(bytes);
  const inside = new TLSSocket(socket, {
    isServer: true,
    secureContext: inspection.contextFor(host),
    ALPNProtocols: ["http/1.1"],
  });
  inside.on("error", (cause: Error & { readonly code?: string }) => {
    if (NOT_TRUSTED.test(cause.code ?? "")) refused("not-trusted");
    socket.destroy();
    way.destroy();
  });
  plain.take(inside, Buffer.alloc(0), { asked, asker, way: server, isInspected: true });
}

/** TLS to the server, or why there is none. Never rejects. */
function verified(
  way: Socket,
  host: string,
  { trusted, handshakeMs }: { readonly trusted: readonly string[]; readonly handshakeMs: number },
): Promise<Socket | EgressRefusal> {
  return new Promise((resolve) => {
    const secure = connectTls({
      socket: way,
      servername: host,
      ca: [...trusted],
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
    });
    const fail = (why: EgressRefusal): void => {
      clearTimeout(late);
      secure.destroy();
      resolve(why);
    };
    const late = setTimeout(() => fail("unreachable"), handshakeMs);
    secure.on("error", (cause: Error & { readonly code?: string }) => {
      if (isCertificateError(cause) && !/ALERT/.test(cause.code ?? "")) return fail("certificate");
      fail(OWN_CERTIFICATE.test(cause.code ?? "") ? "client-certificate" : "unreachable");
    });
    secure.once("close", () => fail("unreachable"));
    secure.once("secureConnect", () => {
      clearTimeout(late);
      resolve(secure);
    });
  });
}
