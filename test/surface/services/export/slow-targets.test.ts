// Targets that answer late, byte by byte, or break off in the middle: every kind asks again, and none waits past its time.
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Outcome } from "#record/delivery/outcome.ts";
import type { Ports, Target } from "#record/delivery/target.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { natsTarget } from "#surface/services/export/nats-target.ts";
import { createHttpSender } from "#surface/services/export/send-http.ts";
import { syslogTarget } from "#surface/services/export/syslog-target.ts";
import { parseTargets } from "#surface/services/export/targets-file.ts";
import { HTTP_KINDS, takenBy, targetText } from "../../../record/delivery/kinds.ts";

const entries = parse(
  readFileSync(
    fileURLToPath(new URL("../../../corpus/exporters/reference.yaml", import.meta.url)),
    "utf8",
  ),
) as readonly ExportEntry[];

/** WHY so long: on a busy machine an answer that is in time takes many times as long as on a quiet one. */
const TIME_MS = 2_000;

/** How the bytes of an answer go out. */
type Pace = "late" | "drip" | "cut" | "in-time";
const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listen(talk: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    talk(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Writes the answer at that pace. */
async function answer(socket: Socket, bytes: Buffer, pace: Pace): Promise<void> {
  // TIME: how slowly a server answers is what is tested.
  const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  if (pace === "late") {
    await rest(TIME_MS * 2);
    if (!socket.destroyed) socket.write(bytes);
    return;
  }
  const step = pace === "drip" ? 1 : 7;
  // The last byte never comes of an answer that is cut.
  const end = pace === "cut" ? bytes.length - 1 : bytes.length;
  for (let at = 0; at < end && !socket.destroyed; at += step) {
    socket.write(bytes.subarray(at, Math.min(at + step, end)));
    if (pace === "drip") await rest(TIME_MS / 10);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  if (pace === "cut") socket.destroy();
}

/** A server of HTTP by hand: answers each request as the kind wants it, those for a token or an acknowledgement at once. */
function httpServer(kind: string, pace: Pace, paced = (path: string) => isOfEvents(path)) {
  return listen((socket) => {
    let held = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      const text = held.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head < 0 || held.length < head + 4 + length) return;
      held = held.subarray(head + 4 + length);
      const path = text.split(" ", 2)[1] ?? "";
      const { status, text: body } = takenBy(kind, path, entries.length);
      const told = `HTTP/1.1 ${status} said\r\ncontent-type: application/json\r\n${
        status === 204 ? "" : `content-length: ${Math.max(1, Buffer.byteLength(body))}\r\n`
      }\r\n${status === 204 ? "" : body || " "}`;
      void answer(socket, Buffer.from(told), paced(path) ? pace : "in-time");
    });
  });
}
const isOfEvents = (path: string) => !path.includes("/oauth2/") && !path.endsWith("/ack");

async function sendOver(kind: string, port: number): Promise<Outcome> {
  const sender = createHttpSender({ timeoutMs: TIME_MS, nowMs: () => Date.now() });
  const ports: Ports = {
    http: sender.send,
    append: async () => undefined,
    secret: async () => "a-secret",
    forget: () => undefined,
    sleep: async () => undefined,
    nowMs: () => Date.now(),
    uuid: () => "00000000-0000-4000-8000-000000000000",
  };
  const yaml = `targets: [${targetText(kind, { url: `http://127.0.0.1:${port}` })}]`;
  const [target] = parseTargets(yaml, "exports.yaml");
  if (target === undefined) throw new Error("no target");
  const outcome = await target.target.send(entries, ports);
  sender.close();
  return outcome;
}

const PACES = ["late", "drip", "cut", "in-time"] as const;

it("asks again after an answer that is late, drips past the time or is cut, and takes a slow one that is whole", async () => {
  const all = await Promise.all(
    HTTP_KINDS.map(async (kind) => {
      const sent = await Promise.all(
        PACES.map(async (pace) => sendOver(kind, await httpServer(kind, pace))),
      );
      return [kind, ...sent.map((outcome) => outcome.kind)];
    }),
  );
  expect(all).toEqual(HTTP_KINDS.map((kind) => [kind, "again", "again", "again", "delivered"]));
});

describe("an exchange of several requests", () => {
  it("sentinel: a server of tokens that is late or breaks off closes nothing", async () => {
    for (const pace of ["late", "cut"] as const) {
      const port = await httpServer("sentinel", pace, (path) => path.includes("/oauth2/"));
      expect((await sendOver("sentinel", port)).kind).toBe("again");
    }
  });
});

/** A target over a connection of its own, whose server says `lines` when it is spoken to. */
const place = (port: number) => () => ({
  host: "127.0.0.1",
  port,
  isTls: false,
  timeoutMs: TIME_MS,
  ca: undefined,
  cert: undefined,
  key: undefined,
});
const limits = { entries: 500, bytes: 1_000_000 };

describe("connections of their own", () => {
  const nats = (port: number): Target =>
    natsTarget({
      place: place(port),
      address: "n",
      subject: "a.b",
      token: undefined,
      form: "native",
      limits,
    });
  const ports = { uuid: () => "u", secret: async () => "s" } as unknown as Ports;
  const acknowledge = (inbox: string, count: number): string =>
    Array.from({ length: count }, (_, at) => {
      const body = `{"stream":"AUDIT","seq":${at}}`;
      return `MSG ${inbox}.${at} 1 ${body.length}\r\n${body}\r\n`;
    }).join("");
  const natsServer = (pace: Pace, count = entries.length) =>
    listen((socket) => {
      socket.write("INFO {}\r\n");
      let text = "";
      let isAnswered = false;
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString("latin1");
        const inbox = /SUB (\S+)\.\* 1/.exec(text)?.[1];
        if (inbox === undefined || isAnswered) return;
        isAnswered = true;
        void answer(socket, Buffer.from(acknowledge(inbox, count)), pace);
      });
    });

  it("nats: late, dripping and cut acknowledgements are asked for again, some of all too", async () => {
    const kinds = await Promise.all(
      PACES.map(async (pace) => nats(await natsServer(pace)).send(entries, ports)),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(["again", "again", "again", "delivered"]);
    const some = await nats(await natsServer("in-time", 3)).send(entries, ports);
    expect(some).toEqual({ kind: "again", reason: `took more than ${TIME_MS / 1_000} s` });
  });

  it("syslog: who reads and never closes, or breaks off, is sent the same again", async () => {
    const syslog = (port: number): Target =>
      syslogTarget({ place: place(port), address: "s", form: "cef", limits });
    const silent = await listen((socket) => void socket.resume());
    const cutting = await listen(
      (socket) => void socket.once("data", () => socket.resetAndDestroy()),
    );
    for (const port of [silent, cutting])
      expect((await syslog(port).send(entries, ports)).kind).toBe("again");
    const reading = await listen((socket) => void socket.resume().on("end", () => socket.end()));
    expect((await syslog(reading).send(entries, ports)).kind).toBe("delivered");
  });
});
