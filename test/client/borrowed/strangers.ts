// The world outside as far as a case can reach it: every name resolves, a stranger's host and services of this machine's loopback answer, and what they hear is kept. Needs a network of its own.
import { createSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";

/** A stranger's address, and everybody else's. WHY not of the documentation's networks (RFC 5737): we reach no host there. */
export const EVIL_ADDRESS = "52.0.0.66";
export const OTHER_ADDRESS = "52.0.0.7";
const EVIL_NAME = /(?:^|\.)evil\.example$/i;

/** Where services that give power over a machine listen, and where a stranger's host does. */
const PORTS = [
  ...[21, 22, 23, 25, 53, 80, 389, 443, 873, 1080, 1389, 2375, 2376, 3000, 3128, 3306, 4444, 5000],
  ...[5005, 5432, 5555, 5678, 6379, 6443, 8000, 8080, 8443, 8500, 8888, 9000, 9200, 9222, 9229],
  ...[9418, 11211, 27017, 1099, 2019, 6600, 6800, 8265, 8384, 9515],
];
const HEARD_BYTES_MAX = 256 * 1024;
/** Rounds of the event loop in which messages that have arrived are taken in. */
const QUIET_ROUNDS = 8;
const ANSWER_MS_MAX = 2_000;

/** One thing that was heard. `where`: a name that was asked for, or `address:port`. */
export type Heard = { readonly where: string; readonly text: string };

export type Strangers = {
  /** What was heard since the last time. */
  taken(): readonly Heard[];
  /** Waits until a round of connections and messages that are under way has been taken in. */
  quiet(): Promise<void>;
  /** What the strangers' host answers by path from now on. */
  serve(answers: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
};

/** Listens. Throws where a port is not to be had: then this is no network of its own. */
export async function openStrangers(): Promise<Strangers> {
  let heard: { where: string; text: string }[] = [];
  let answers: Readonly<Record<string, string>> = {};
  const servers: Server[] = [];
  const serve = (connection: Socket): void => {
    const one = { where: `${connection.localAddress}:${connection.localPort}`, text: "" };
    heard.push(one);
    connection.setTimeout(ANSWER_MS_MAX, () => connection.destroy());
    connection.on("error", () => connection.destroy());
    connection.on("data", (bytes) => {
      if (one.text.length < HEARD_BYTES_MAX) one.text += bytes.toString("latin1");
      answer(connection, one.text, answers);
    });
  };
  for (const port of PORTS) {
    const server = createServer(serve);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "0.0.0.0", resolve);
    });
    servers.push(server);
  }
  const resolver = await openResolver((name) => heard.push({ where: name, text: name }));
  return {
    taken() {
      const now = heard;
      heard = [];
      return now;
    },
    async quiet() {
      for (let round = 0; round < QUIET_ROUNDS; round += 1)
        await new Promise((resolve) => setImmediate(resolve));
    },
    serve(next) {
      answers = next;
    },
    async close() {
      resolver.close();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Whether a stranger, or a service of the loopback, heard it. A name that somebody else's is, is none. */
export function isOfStranger({ where }: Heard): boolean {
  if (EVIL_NAME.test(where)) return true;
  return where.startsWith(`${EVIL_ADDRESS}:`) || where.startsWith("127.");
}

function answer(
  connection: Socket,
  heard: string,
  answers: Readonly<Record<string, string>>,
): void {
  const path = /^[A-Z]+ (\S+) HTTP/.exec(heard)?.[1];
  if (path === undefined) return;
  if (!heard.includes("\r\n\r\n")) return;
  const body = answers[path] ?? answers["*"] ?? "{}\n";
  connection.end(
    `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

async function openResolver(asked: (name: string) => void) {
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  socket.on("message", (query, from) => {
    const labels: string[] = [];
    let end = 12;
    while (end < query.length && (query[end] ?? 0) > 0) {
      const size = query[end] ?? 0;
      labels.push(query.subarray(end + 1, end + 1 + size).toString("latin1"));
      end += size + 1;
    }
    if (end + 5 > query.length) return;
    const name = labels.join(".");
    asked(name);
    const isAddress = query.readUInt16BE(end + 1) === 1;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isAddress ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const address = (EVIL_NAME.test(name) ? EVIL_ADDRESS : OTHER_ADDRESS).split(".").map(Number);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address]);
    socket.send(
      Buffer.concat([header, query.subarray(12, end + 5), ...(isAddress ? [record] : [])]),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(53, "127.0.0.1", resolve);
  });
  return socket;
}
