// A week in which no target can be reached: each kind catches up from where it stood, and has every event once by its id.
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { mkdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import { openExportSource } from "#record/store/export-source.ts";
import { HTTP_KINDS, takenBy, targetText } from "../../../record/delivery/kinds.ts";
import { freePort } from "../fleet/free-port.ts";
import { appendMany } from "../../../record/store/temporary-log.ts";
import { withDelivery } from "./delivery-stand.ts";
import { openTargetStand, type TargetStand } from "./target-stand.ts";

const HOUR = 3_600_000;
const stands: TargetStand[] = [];
const servers: { readonly server: Server; readonly sockets: Socket[] }[] = [];
afterEach(async () => {
  for (const stand of stands.splice(0)) await stand.close();
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Requests that a target took, each as text with the ids of its events in it. */
type Taken = { readonly texts: string[]; readonly lost: string[] };
const plain = (bytes: Buffer): string =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1");

/** Down in turns of all sorts; then it takes all, but its first answer is lost on the way. */
async function openHttp(kind: string, isDown: () => boolean): Promise<[string, Taken]> {
  const taken: Taken = { texts: [], lost: [] };
  const downs = [{ status: 503 }, "cut", { status: 429 }, "cut-answer", { status: 502 }] as const;
  const stand = await openTargetStand(({ path, body }, count) => {
    if (isDown()) return downs[count % downs.length] ?? "cut";
    const size = kind === "kafka-rest" ? plain(body).split('"key":"').length - 1 : 20;
    const { status, text } = takenBy(kind, path, size);
    if (!path.includes("/oauth2/") && !path.endsWith("/ack")) {
      if (taken.lost.length === 0) {
        taken.lost.push(plain(body));
        return "cut-answer";
      }
      taken.texts.push(plain(body));
    }
    return { status, body: text };
  });
  stands.push(stand);
  return [stand.url, taken];
}

async function openSocket(port: number, talk: (socket: Socket, taken: Taken) => void) {
  const taken: Taken = { texts: [], lost: [] };
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    talk(socket, taken);
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return taken;
}

function talkSyslog(socket: Socket, taken: Taken): void {
  const chunks: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => chunks.push(bytes));
  socket.on("end", () => {
    const text = Buffer.concat(chunks).toString("latin1");
    if (taken.lost.push(text) === 1) return void socket.resetAndDestroy();
    taken.lost.pop();
    taken.texts.push(text);
    socket.end();
  });
}

function talkNats(socket: Socket, taken: Taken): void {
  socket.write("INFO {}\r\n");
  let text = "";
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    const replies = [...text.matchAll(/HPUB \S+ (\S+) \d+ \d+\r\n/g)].map(([, where]) => where);
    if (!text.endsWith("}\r\n") || replies.length < 20) return;
    if (taken.lost.push(text) === 1) return void socket.destroy();
    taken.lost.pop();
    taken.texts.push(text);
    text = "";
    const body = '{"stream":"AUDIT","seq":1}';
    for (const where of replies) socket.write(`MSG ${where} 1 ${body.length}\r\n${body}\r\n`);
  });
}

it("resumes every kind of target after a week: nothing lost, nothing twice by its id", async () => {
  let isDown = true;
  const http = new Map<string, Taken>();
  const lines: string[] = [];
  const batch = ", batch: { entries: 20, seconds: 0 }";
  for (const kind of HTTP_KINDS) {
    const [url, taken] = await openHttp(kind, () => isDown);
    http.set(kind, taken);
    lines.push(targetText(kind, { url, more: batch }));
  }
  const [natsPort, syslogPort] = [await freePort(), await freePort()];
  const own = (to: string, port: number) =>
    `{ name: ${to}, to: ${to}, host: 127.0.0.1, port: ${port}, plain: true${to === "nats" ? ", subject: audit.x" : ""}${batch} }`;
  lines.push(own("nats", natsPort), own("syslog", syslogPort));
  await withDelivery("targets: []\n", async (delivery) => {
    const file = join(delivery.root, "away", "events.jsonl");
    lines.push(`{ name: file, to: file, path: "${file}"${batch} }`);
    const yaml = lines.map((line) => `  - ${line}\n`).join("");
    await delivery.configure(
      `targets:\n${yaml}`.replace("to: splunk-hec,", "to: splunk-hec, acknowledge: false,"),
    );
    for (let day = 0; day < 7; day += 1) {
      await appendMany(delivery.log, 20);
      for (let pass = 0; pass < 4; pass += 1) await delivery.pass(6 * HOUR);
      // The daemon is started anew each morning.
      delivery.restart();
    }
    const names = [...http.keys(), "nats", "syslog", "file"];
    for (const name of names) {
      const record = await openDeliveryStore(join(delivery.directory, name)).read();
      expect([name, record?.next, record?.delivered]).toEqual([name, 0, 0]);
    }
    isDown = false;
    mkdirSync(join(delivery.root, "away"));
    const nats = await openSocket(natsPort, talkNats);
    const syslog = await openSocket(syslogPort, talkSyslog);
    await delivery.pass(6 * HOUR);
    await delivery.pass(6 * HOUR);
    const size = () => Promise.resolve(delivery.log.status().published);
    const source = openExportSource(delivery.options.log, delivery.options.keys, size);
    const ids: string[] = [];
    for await (const { entry } of source.read(0, 140))
      ids.push(entry.kind === "event" ? entry.id : "");
    expect(new Set(ids).size).toBe(140);
    const lines_ = readFileSync(file, "utf8").trim().split("\n");
    const all = new Map<string, Taken>([
      ...http,
      ...([
        ["nats", nats],
        ["syslog", syslog],
      ] as const),
      ["file", { texts: lines_, lost: [] }],
    ]);
    for (const [name, { texts, lost }] of all) {
      const record = await openDeliveryStore(join(delivery.directory, name)).read();
      const standing = { next: record?.next, delivered: record?.delivered, dead: record?.dead };
      expect({ name, ...standing }).toEqual({ name, next: 140, delivered: 140, dead: 0 });
      const times = ids.map((id) => texts.filter((text) => text.includes(id)).length);
      expect([name, times.filter((count) => count !== 1)]).toEqual([name, []]);
      // What came before its answer was lost is the first batch, under the same ids.
      const before = ids.filter((id) => lost.some((text) => text.includes(id)));
      expect([name, before]).toEqual([name, name === "file" ? [] : ids.slice(0, 20)]);
    }
  });
});
