// All that there is of a network in the jail: names that resolve to loopback addresses, and ports that answer.
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server, type Socket as Connection } from "node:net";

/** Which name an address was given for; undefined for an address that no name was asked for. */
export type Sink = {
  nameOf(address: string): string | undefined;
  close(): void;
};

const PORTS = [21, 22, 23, 25, 80, 443, 873, 3306, 5432, 6379, 8000, 8080, 9418];

/** Bodies by the end of the address; what is fetched must be good for something. */
const BODIES: readonly (readonly [RegExp, string])[] = [
  [/\.sh$/, "echo fetched > fetched.txt\n"],
  [/\.json$/, '{"a":1}\n'],
  [/\.py$/, "open('fetched.txt', 'w').write('x')\n"],
  [/./, "fetched\n"],
];

/** Starts the sink on the loopback device; the process must be in a network namespace of its own. */
export async function startSink(): Promise<Sink> {
  const names = new Map<string, string>();
  const addresses = new Map<string, string>();
  const addressOf = (name: string): string => {
    const known = addresses.get(name);
    if (known !== undefined) return known;
    const count = addresses.size + 1;
    const address = `127.77.${count >> 8}.${count & 255}`;
    addresses.set(name, address);
    names.set(address, name);
    return address;
  };
  const resolver = await startResolver(addressOf);
  const servers: Server[] = [];
  for (const port of PORTS) servers.push(await startServer(port));
  return {
    nameOf: (address) => names.get(address),
    close: () => {
      resolver.close();
      for (const server of servers) server.close();
    },
  };
}

async function startServer(port: number): Promise<Server> {
  const server = createServer((connection) => serve(connection));
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, "0.0.0.0", done);
  });
  return server;
}

function serve(connection: Connection): void {
  let heard = "";
  connection.setTimeout(2_000, () => connection.destroy());
  connection.on("error", () => connection.destroy());
  connection.on("data", (bytes) => {
    heard += bytes.toString("latin1");
    const request = /^(GET|HEAD|POST|PUT|DELETE|PATCH) (\S+) HTTP/.exec(heard);
    if (request === null) {
      connection.end();
      return;
    }
    if (!heard.includes("\r\n\r\n")) return;
    const path = (request[2] ?? "").replace(/[?#].*$/, "");
    const body = BODIES.find(([end]) => end.test(path))?.[1] ?? "";
    connection.end(
      `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${request[1] === "HEAD" ? "" : body}`,
    );
  });
}

async function startResolver(addressOf: (name: string) => string): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const answer = answerQuery(query, addressOf);
    if (answer !== undefined) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((done, failed) => {
    socket.once("error", failed);
    socket.bind(53, "127.0.0.1", done);
  });
  return socket;
}

/** One question of type A gets its address; every other question gets an answer without records. */
function answerQuery(query: Buffer, addressOf: (name: string) => string): Buffer | undefined {
  if (query.length < 17) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0 && at < query.length; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString("latin1"));
    at += length + 1;
  }
  const end = at + 5;
  const isAddress = query.readUInt16BE(at + 1) === 1;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(isAddress ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  if (!isAddress) return Buffer.concat([header, query.subarray(12, end)]);
  const bytes = addressOf(labels.join(".").toLowerCase()).split(".").map(Number);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...bytes]);
  return Buffer.concat([header, query.subarray(12, end), record]);
}
