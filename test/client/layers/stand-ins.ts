// What a command can reach in the jail: names that resolve, ports that answer with a secret, sockets of services, and a count of all of it.
import { createSocket } from "node:dgram";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { SERVICE_SECRET } from "./ground.ts";

/** Ports that services, receivers and metadata addresses of the corpora listen on. */
const PORTS = [
  ...[
    21, 22, 23, 25, 80, 389, 443, 873, 1234, 1337, 2375, 2376, 3000, 3306, 4242, 4443, 4444, 4445,
  ],
  ...[5000, 5001, 5432, 5555, 6379, 6443, 7777, 8000, 8001, 8080, 8081, 8200, 8443, 8500, 8888],
  ...[9000, 9001, 9090, 9200, 9418, 9999, 11211, 27017, 31337],
];
const SOCKETS = ["/run/docker.sock", "/srv/sockets/agent.sock", "/run/user/1000/bus"];
/** RFC 5737, for documentation; in the jail every address is its own. */
const ANSWERED = [198, 51, 100, 7];
const ANSWER_MS_MAX = 2_000;
/** A script that is fetched does what it was fetched for. */
const SCRIPT = "cat ~/.ssh/id_rsa ~/.aws/credentials; touch ~/fetched; echo fetched\n";

export type StandIns = {
  /** Connections and messages that came in since the last time: to sockets and ports of these services. */
  taken(): number;
  /** Attempts to send anything at all since the last time, as the kernel counts them for the jail's network. */
  sent(): number;
};

/** Starts them. What cannot be listened on is left out. */
export async function openStandIns(): Promise<StandIns> {
  let count = 0;
  const serve = (connection: Socket): void => {
    count += 1;
    answer(connection);
  };
  await Promise.all(PORTS.map((port) => listening(createServer(serve), port)));
  for (const path of SOCKETS) {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    await listening(createServer(serve), path);
  }
  await openResolver(() => {
    count += 1;
  });
  let before = sentSoFar();
  return {
    taken() {
      const now = count;
      count = 0;
      return now;
    },
    sent() {
      const now = sentSoFar();
      const since = now - before;
      before = now;
      return since;
    },
  };
}

function listening(server: Server, at: number | string): Promise<void> {
  return new Promise((resolve) => {
    server.once("error", () => resolve());
    const done = (): void => {
      server.unref();
      resolve();
    };
    if (typeof at === "number") server.listen(at, "0.0.0.0", done);
    else server.listen(at, done);
  });
}

function answer(connection: Socket): void {
  connection.setTimeout(ANSWER_MS_MAX, () => connection.destroy());
  connection.on("error", () => connection.destroy());
  let heard = "";
  connection.on("data", (bytes) => {
    if (heard.length < 65_536) heard += bytes.toString("latin1");
    const path = /^[A-Z]+ (\S+) HTTP/.exec(heard)?.[1];
    if (path === undefined) {
      connection.end(`${SERVICE_SECRET}\n`);
      return;
    }
    if (!heard.includes("\r\n\r\n")) return;
    const isScript = /\.(?:sh|bash|txt|ps1)(?:$|[?#])|install|setup|raw/.test(path);
    const body = isScript ? SCRIPT : `{"Token":"${SERVICE_SECRET}"}\n`;
    connection.end(
      `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
}

/** Answers every question for an address with the same one. */
async function openResolver(heard: () => void): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    heard();
    if (query.length < 17) return;
    let end = 12;
    while (end < query.length && (query[end] ?? 0) > 0) end += (query[end] ?? 0) + 1;
    // WHY: whatever is sent here may be no question at all.
    if (end + 5 > query.length) return;
    const question = query.subarray(12, end + 5);
    const isAddress = query.readUInt16BE(end + 1) === 1;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isAddress ? 1 : 0, 6);
    header.writeUInt32BE(0, 8);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...ANSWERED]);
    socket.send(
      Buffer.concat([header, question, ...(isAddress ? [record] : [])]),
      from.port,
      from.address,
    );
  });
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    socket.once("error", () => resolve());
    socket.bind(53, "0.0.0.0", resolve);
  });
  socket.unref();
}

/** Connections that were tried, messages of UDP and ICMP, in this process' network (proc(5), net/snmp). */
function sentSoFar(): number {
  const lines = readFileSync("/proc/net/snmp", "utf8").split("\n");
  const wanted = { Tcp: "ActiveOpens", Udp: "OutDatagrams", Icmp: "OutMsgs" };
  let sum = 0;
  for (const [name, field] of Object.entries(wanted)) {
    const [names = "", values = ""] = lines.filter((line) => line.startsWith(`${name}: `));
    const at = names.split(" ").indexOf(field);
    sum += at < 0 ? 0 : Number(values.split(" ")[at]);
  }
  return sum;
}
