// What companies put between a person and git: an authority of their own, and a proxy that is asked for tunnels.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";

/** Certificates by their names: each file `NAME.pem` with its `NAME.key` beside it. */
export type Authority = {
  readonly file: string;
  /** The certificate of a name, with its key. */
  of(name: string): { readonly cert: Buffer; readonly key: Buffer };
};

const openssl = (cwd: string, words: readonly string[]): void => {
  execFileSync("openssl", words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
};

/** Makes an authority in a folder, with a certificate for each of these names: of so many days, for hosts. */
export function makeAuthority(
  folder: string,
  names: Readonly<Record<string, { readonly days: number; readonly hosts: string }>>,
): Authority {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(folder, [
    ...["req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30"],
    ...["-subj", "/CN=Company"],
  ]);
  for (const [name, { days, hosts }] of Object.entries(names)) {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${hosts}\n`);
    const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
    openssl(folder, ["req", ...key, ...request]);
    openssl(folder, [
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key"],
      ...["-CAcreateserial", "-days", String(days), "-extfile", `${name}.ext`],
      ...["-out", `${name}.pem`],
    ]);
  }
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  return {
    file: join(folder, "ca.pem"),
    of: (name) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) }),
  };
}

/** A proxy for tunnels. */
export type CompanyProxy = {
  readonly port: number;
  /** Hosts that it was asked for. */
  readonly asked: string[];
  /** Connections that are open. */
  open(): number;
  close(): void;
};

/**
 * Answers `CONNECT` with a tunnel to this machine, and by the first part of the host's name otherwise: `login` wants this account
 * (`user:password`), a number answers so, `silent` never and `broken` with half a line. `up` and `down` with a number cut the tunnel after so
 * many bytes to or from the server.
 */
export async function serveProxy(account: string): Promise<CompanyProxy> {
  const wanted = `Basic ${Buffer.from(account).toString("base64")}`;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const asked: string[] = [];
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on("connection", keep);
  server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
    const [host = "", port] = url.split(":");
    asked.push(host);
    const [kind = "", number] = /^([a-z]+|\d{3})(\d*)\./.exec(host)?.slice(1) ?? [];
    client.on("end", () => client.end());
    if (kind === "silent") return client.resume();
    if (kind === "broken") return client.end("HTTP/1.1 2");
    if (kind === "login" && headers["proxy-authorization"] !== wanted)
      return client.end(`HTTP/1.1 407 No\r\n${ASKS_WHO}\r\n\r\n`);
    if (/^\d/.test(kind)) return client.end(`HTTP/1.1 ${kind} No\r\n${ASKS_WHO}\r\n\r\n`);
    const far = connect(Number(port), "127.0.0.1");
    keep(far);
    far.on("close", () => client.destroy());
    client.on("close", () => far.destroy());
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    const bytes = (way: string): number =>
      kind === way ? Number(number) : Number.POSITIVE_INFINITY;
    carry(client, far, bytes("up"));
    carry(far, client, bytes("down"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    open: () => sockets.size,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const ASKS_WHO =
  'Proxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\nConnection: close';

/** Passes on what comes, and ends both after so many bytes. */
function carry(from: Socket, to: Socket, bytes: number): void {
  let left = bytes;
  from.on("data", (piece: Buffer) => {
    const fitting = piece.subarray(0, left);
    left -= fitting.length;
    // WHY not at once: what was sent before is to arrive.
    if (left > 0) to.write(fitting);
    else
      to.end(fitting, () => {
        to.destroy();
        from.destroy();
      });
  });
}
