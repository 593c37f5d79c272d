// Another user's program on a port where something of ours was: what our own commands tell it.
import { type ChildProcess, spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStart } from "#platform/processes.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { createForwarder } from "#surface/services/fleet/forwarder.ts";
import { createSend } from "#surface/services/witness/ask-witness.ts";
import { freePort } from "../surface/daemon/daemon-stand.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";
import { secretsIn } from "./attempts.ts";
import type { Household } from "./household.ts";
import { NOBODY } from "./other-user.ts";

/** How it behaves: it says yes to everything in plain HTTP or behind a certificate of its own, or it only listens. */
export const WAYS = ["plain", "tls", "silent"] as const;
type Way = (typeof WAYS)[number];

const PROGRAM = `
const net = require("node:net"), https = require("node:https"), http = require("node:http");
const [way, port, cert, key] = process.argv.slice(1);
const heard = [];
const yes = (request, response) => {
  heard.push(request.method + " " + request.url, JSON.stringify(request.rawHeaders));
  request.on("data", (piece) => heard.push(piece.toString("latin1")));
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token: "x", code: "12345678", kind: "done", ok: true, next: 0,
      service: "sallyport", identity: "{}", instance: "0a".repeat(32), proof: "0b".repeat(32) }));
  });
};
const server = way === "tls" ? https.createServer({ cert, key }, yes)
  : way === "plain" ? http.createServer(yes) : net.createServer();
let count = 0;
server.on("connection", (socket) => {
  count += 1;
  socket.on("error", () => undefined);
  if (way !== "tls") socket.on("data", (piece) => heard.push(piece.toString("latin1")));
});
server.on("tlsClientError", () => undefined);
server.listen(Number(port), "127.0.0.1", () => process.stdout.write("listens\\n"));
process.stdin.on("end", () => {
  process.stdout.write(JSON.stringify({ count, text: heard.join("\\n") }) + "\\n");
  process.exit();
}).resume();
`;

type Stranger = {
  /** What it heard until then; it goes. */
  end(): Promise<{ readonly count: number; readonly text: string }>;
};

/** Has another user listen on a port. */
async function strangerOn(port: number, way: Way): Promise<Stranger> {
  const nowMs = Date.now();
  const { key } = createAuthority({ name: "stranger", nowMs, days: 2, hosts: ["127.0.0.1"] });
  const issuer = { name: "stranger", key: createPrivateKey(key) };
  const leaf = issueServerCertificate(issuer, { nowMs, days: 1, host: "127.0.0.1" });
  const words = ["-e", PROGRAM, way, String(port), leaf.certificate, leaf.key];
  const child: ChildProcess = spawn(process.execPath, words, {
    uid: NOBODY,
    gid: NOBODY,
    cwd: "/",
    env: {},
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  if (child.stdout === null) throw new Error("no pipe");
  await once(child.stdout, "data");
  return {
    async end() {
      const gone = once(child, "close");
      child.stdin?.end();
      await gone;
      return JSON.parse(text.split("\n")[1] ?? "") as { count: number; text: string };
    },
  };
}

/** What somebody of ours told a stranger. */
export type SenderRow = {
  readonly sender: string;
  readonly way: Way;
  readonly connections: number;
  /** Of requests, past the handshake. */
  readonly bytes: number;
  readonly told: readonly string[];
};

type Sender = {
  readonly name: string;
  /** Where the stranger sits, and what makes ours believe that it is ours. */
  readonly port: (household: Household) => number | Promise<number>;
  readonly run: (household: Household, port: number) => Promise<unknown>;
};

const daemonPort = ({ data }: Household): number =>
  (JSON.parse(readFileSync(join(data, "state.json"), "utf8")) as { port: number }).port;
const byCommand = (...words: readonly string[]): Sender => ({
  name: `sallyport ${words.join(" ")}`,
  port: daemonPort,
  run: (household) => household.run(...words),
});
/** An order of the person, who types the word that is asked for. */
const byOrder = (...words: readonly string[]): Sender => ({
  name: `sallyport ${words.join(" ")}`,
  port: daemonPort,
  run: (household) => household.runAtTerminal(...words),
});
/** As an older version left it: it names no start of its process, and the number is somebody's by now. */
const byDashboard = (...words: readonly string[]): Sender => ({
  name: `sallyport ${words.join(" ")}`,
  port: () => freePort(),
  async run({ data, runAtTerminal }, port) {
    const file = join(data, "dashboard.json");
    writeFileSync(file, JSON.stringify({ version: 1, pid: process.pid, port }), { mode: 0o600 });
    await runAtTerminal(...words);
    rmSync(file);
  },
});

/** Whoever of ours has a secret that belongs to another part of ours. WHY no `lockdown`: it locks the client of the whole machine on which this runs. */
export const SENDERS: readonly Sender[] = [
  byDashboard("dashboard"),
  byDashboard("dashboard", "link"),
  byDashboard("dashboard", "confirm"),
  byCommand("status"),
  byCommand("daemon", "status"),
  byCommand("daemon", "--ensure"),
  byCommand("questions", "list"),
  byCommand("log", "stats"),
  byCommand("incident", "list"),
  byOrder("off", "--all", "--for", "5m"),
  {
    name: "what hands the log to a collector",
    port: () => freePort(),
    async run({ home, secrets }, port) {
      const ca = certifyIn(home, "ca", "/CN=an authority");
      const machine = certifyIn(home, "machine", "/O=acme/CN=one");
      const forwarder = createForwarder({
        url: `https://127.0.0.1:${port}`,
        ca: ca.cert,
        ...machine,
      });
      const names = Object.values(secrets());
      await forwarder.erase("a log", names).catch(() => undefined);
      forwarder.close();
    },
  },
  {
    name: "what asks a witness",
    port: () => freePort(),
    run: (_household, port) => createSend()(`http://127.0.0.1:${port}/add-checkpoint`, "old 0\n"),
  },
];

/** Kills the daemon, sits a stranger on the port, and runs each sender whose name has one of the words. */
export async function trySenders(
  household: Household,
  ways: readonly Way[] = WAYS,
  only: readonly string[] = [""],
  tell: (row: SenderRow) => void = () => undefined,
): Promise<readonly SenderRow[]> {
  await household.run("daemon", "--ensure");
  const secrets = household.secrets();
  const rows: SenderRow[] = [];
  for (const way of ways)
    for (const { name, port: portOf, run } of SENDERS) {
      if (!only.some((word) => name.includes(word))) continue;
      await endDaemon(household);
      const port = await portOf(household);
      const stranger = await strangerOn(port, way);
      await run(household, port).catch(() => undefined);
      const { count, text } = await stranger.end();
      const told = secretsIn(text, secrets);
      // A handshake is not what is asked for.
      const bytes = way === "tls" ? text.length : text.replaceAll(/^\x16\x03[^]*/g, "").length;
      const row = { sender: name, way, connections: count, bytes, told };
      tell(row);
      rows.push(row);
    }
  return rows;
}

/** As a crash ends it: nothing is put away. */
async function endDaemon({ data }: Household): Promise<void> {
  const text = readFileSync(join(data, "daemon.lock"), "utf8");
  const pid = Number(/"pid":\s*(\d+)/.exec(text)?.[1]);
  if (!Number.isSafeInteger(pid) || pid < 2) return;
  if (processStart(pid)?.words.includes("daemon") !== true) return;
  process.kill(pid, "SIGKILL");
}
