// How long the client waits for an HTTP hook before a call, by what the server does meanwhile: prints the rows of the design page.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { bash, runClient } from "./client-run.ts";
import { clientPath, whyMissing } from "./machine.ts";
import { toolUseId } from "./model-stub.ts";

/** What a server does with one request of the hook. */
type Play = (response: ServerResponse) => Promise<void>;
/** One hook entry with `onFailure: "block"`: its limit in seconds, and its server. */
type Entry = { readonly limitS: number; readonly play: Play };
type Row = { readonly name: string; readonly entries: readonly Entry[] };

const HEAD = { "content-type": "application/json" };
const answerOf = (verdict?: string): string =>
  JSON.stringify({
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      ...(verdict === undefined ? {} : { permissionDecision: verdict }),
    },
  });
const hangs: Play = async () => undefined;
const after =
  (seconds: number, verdict?: string): Play =>
  async (response) => {
    // TIME: how long a hook may wait is what is measured.
    await pause(seconds * 1_000);
    response.writeHead(200, HEAD).end(answerOf(verdict));
  };
/** Headers at once, and a byte every so often: white space is part of no JSON value. */
const beating =
  (seconds: number, everyS: number): Play =>
  async (response) => {
    response.writeHead(200, HEAD);
    for (let at = 0; at < seconds; at += everyS) {
      response.write(" ");
      // TIME: how long a hook may wait is what is measured.
      await pause(everyS * 1_000);
    }
    response.end(answerOf("allow"));
  };
const ends =
  (seconds: number, isBegun: boolean): Play =>
  async (response) => {
    if (isBegun) response.writeHead(200, HEAD).write(" ");
    // TIME: how long a hook may wait is what is measured.
    await pause(seconds * 1_000);
    response.destroy();
  };
const one = (limitS: number, play: Play): readonly Entry[] => [{ limitS, play }];
const two = (first: Play, second: Play): readonly Entry[] => [
  { limitS: 5, play: first },
  { limitS: 40, play: second },
];

const ROWS: readonly Row[] = [
  { name: "10 s: silent for 30 s", entries: one(10, after(30, "allow")) },
  { name: "10 s: headers at once, nothing for 30 s", entries: one(10, beating(30, 30)) },
  { name: "10 s: a byte every 2 s, answer after 30 s", entries: one(10, beating(30, 2)) },
  { name: "130 s: allow after 30 s", entries: one(130, after(30, "allow")) },
  { name: "130 s: allow after 60 s", entries: one(130, after(60, "allow")) },
  { name: "130 s: allow after 100 s", entries: one(130, after(100, "allow")) },
  { name: "130 s: ends the connection after 20 s", entries: one(130, ends(20, false)) },
  { name: "130 s: headers, ends after 20 s", entries: one(130, ends(20, true)) },
  { name: "5 s and 40 s: both hang", entries: two(hangs, hangs) },
  { name: "5 s and 40 s: refused at once, hangs", entries: two(after(0, "deny"), hangs) },
  { name: "5 s and 40 s: hangs, no opinion", entries: two(hangs, after(0)) },
];

async function listen(play: Play) {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => void play(response).catch(() => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens always has an address object; a string would be a pipe.
  return { server, port: (server.address() as AddressInfo).port };
}

async function measure({ name, entries }: Row): Promise<string> {
  const servers = await Promise.all(entries.map(({ play }) => listen(play)));
  const hooks = entries.map(({ limitS }, at) => ({
    hooks: [
      {
        type: "http",
        url: `http://127.0.0.1:${servers[at]?.port ?? 0}/`,
        timeout: limitS,
        onFailure: "block",
      },
    ],
  }));
  const turnsMs: number[] = [];
  try {
    const run = await runClient({
      turns: [bash("touch a")],
      beforeTurn: () => void turnsMs.push(performance.now()),
      settings: { user: { hooks: { PreToolUse: hooks }, permissions: { allow: ["Bash"] } } },
      env: { PATH: clientPath },
      timeoutMs: 200_000,
    });
    const seconds = ((turnsMs[1] ?? 0) - (turnsMs[0] ?? 0)) / 1_000;
    const became = run.wasDenied(toolUseId(0)) ? "blocked" : "ran";
    return `${name}: ${became} after ${seconds.toFixed(1)} s`;
  } finally {
    for (const { server } of servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}

const missing = await whyMissing(["client"]);
if (missing !== undefined) throw new Error(missing);
for (const line of await Promise.all(ROWS.map(measure))) process.stdout.write(`${line}\n`);
