// Held calls that reach hosts: their own, through the proxy of their room, and no other.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { parentDirectory } from "../../../../judging.ts";
import { heldMachine, type HeldMachine, type HeldRun, NOBODY } from "../held.ts";

const isRoot = process.getuid?.() === 0;
const USERS = [
  { name: "as this user", uid: process.getuid?.() ?? 0, missing: undefined },
  {
    name: "as an ordinary user",
    uid: NOBODY,
    missing: isRoot ? undefined : "only root can become another user",
  },
];
const NAMES = {
  "allowed.test": "203.0.113.7",
  "other.test": "203.0.113.8",
  "inner.test": "127.0.0.1",
  "cloud.test": "169.254.169.254",
};
const CODE: Effect = {
  kind: "execute",
  program: "x",
  origin: "project",
  reach: "unbounded",
  via: [],
  at: undefined,
};

/** That a program asks a host of plain HTTP. */
function asks(host: string, port: number, program = "curl"): Effect {
  return {
    kind: "egress",
    destination: { host, port, scheme: "http" },
    carries: [],
    via: [program],
    at: undefined,
  };
}

describe.each(USERS)("$name", ({ uid, missing }) => {
  let machine: HeldMachine;
  let elsewhere: Server;
  let ownService: Server;
  let port: number;
  let ownPort: number;
  const asked: string[] = [];

  beforeAll(async () => {
    if (missing !== undefined || WHY_NOT_HELD !== undefined) return;
    machine = await heldMachine({ uid, names: NAMES });
    machine.file(".claude/none", "");
    elsewhere = createServer((request, response) => {
      asked.push(`${request.headers.host} ${request.url}`);
      if (request.url === "/slow") return void response.write("begun\n");
      return void response.end(`from ${request.headers.host}\n`);
    });
    ownService = createServer((_request, response) => response.end(machine.canary));
    port = await listening(elsewhere, "127.0.0.2");
    ownPort = await listening(ownService, "127.0.0.1");
  });
  afterAll(async () => {
    await machine?.remove();
    for (const server of [elsewhere, ownService]) {
      server?.closeAllConnections();
      server?.close();
    }
  });
  beforeEach((ctx) => {
    const why = missing ?? WHY_NOT_HELD ?? machine.trouble;
    if (why !== undefined) ctx.skip(why);
    asked.length = 0;
  });

  const run = (
    command: string,
    effects: readonly Effect[] = [asks("allowed.test", port)],
    session = "one",
  ): Promise<HeldRun> => machine.run({ command, effects, session, programs: ["curl"] });

  test("its own host is reached, by a plain request and through a tunnel", async () => {
    const plain = await run(`curl -sS http://allowed.test:${port}/a`);
    expect(plain).toMatchObject({ status: 0, said: `from allowed.test:${port}\n` });
    const tunnel = await run(`curl -sSp http://allowed.test:${port}/b`);
    expect(tunnel).toMatchObject({ status: 0, said: `from allowed.test:${port}\n` });
    expect(asked).toEqual([`allowed.test:${port} /a`, `allowed.test:${port} /b`]);
    expect(plain.refusedHosts).toEqual([]);
  });

  test("another host is refused, told and remembered", async () => {
    const ran = await run(
      `curl -s http://other.test:${port}/; curl -sS http://other.test:${port}/ -p; curl -s http://allowed.test:1/`,
    );
    expect(ran.said).toContain("held by sallyport: other.test");
    expect(ran.complained).toContain("403");
    expect(ran.refusedHosts).toEqual(["other.test", "allowed.test"]);
    expect(asked).toEqual([]);
  });

  test("what listens on this machine is not reached, by whatever name", async () => {
    const effects = [asks("inner.test", ownPort), asks("cloud.test", 80)];
    const ways = [
      `curl -sm2 http://127.0.0.1:${ownPort}/`,
      `curl -sm2 --noproxy '*' http://127.0.0.1:${ownPort}/`,
      `no_proxy= NO_PROXY= curl -sm2 http://127.0.0.1:${ownPort}/`,
      `no_proxy= NO_PROXY= curl -sm2 -p http://localhost:${ownPort}/`,
      `curl -sm2 http://inner.test:${ownPort}/`,
      `curl -sm2 http://cloud.test/`,
    ];
    const ran = await run(`${ways.join("; ")}; true`, effects);
    expect(ran.why).toBeUndefined();
    expect(ran.said).not.toContain(machine.canary);
    expect(ran.said).toContain("inner.test leads to an address of this machine");
    expect(ran.said).toContain("cloud.test leads to an address of this machine");
  });

  test("a socket where this user may not look keeps no call from being held", async () => {
    const closed = mkdtempSync(join(parentDirectory(), "closed-"));
    const service = createServer().listen(join(closed, "s"));
    await once(service, "listening");
    const ran = await run(`curl -sS http://allowed.test:${port}/`);
    service.close();
    rmSync(closed, { recursive: true });
    expect(ran).toMatchObject({ status: 0, said: `from allowed.test:${port}\n` });
  });

  test("there is no way around the proxy", async () => {
    const ran = await run(
      `curl -sm2 --noproxy '*' http://127.0.0.2:${port}/; getent hosts allowed.test; ip route; true`,
    );
    expect(ran.said).toBe("");
    expect(asked).toEqual([]);
  });

  test("code that nobody foresees gets the hosts of its call, and no more", async () => {
    const ran = await run(
      `sh -c 'curl -s http://allowed.test:${port}/; curl -s http://other.test:${port}/'`,
      [CODE, asks("allowed.test", port)],
    );
    expect(ran.said).toContain(`from allowed.test:${port}`);
    expect(ran.refusedHosts).toEqual(["other.test"]);
  });

  test("a server that another call of the session started is reached", async () => {
    const server = await machine.run({
      command: `node -e 'require("http").createServer((q,s)=>s.end("of the session")).listen(47113,"127.0.0.1")' >/dev/null 2>&1 & for i in $(seq 100); do curl -s http://localhost:47113/ >/dev/null && break; sleep 0.1; done`,
      effects: [CODE],
      session: "one",
      isOpen: true,
    });
    expect(server.status).toBe(0);
    const ran = await run(`curl -sS http://localhost:47113/; curl -s http://allowed.test:${port}/`);
    expect(ran.said).toBe(`of the sessionfrom allowed.test:${port}\n`);
  });

  test("credentials are worth nothing after their call, in another call or another session", async () => {
    const first = await run("printf %s $http_proxy");
    const proxy = /^http:\/\/[0-9a-f]+:[0-9a-f]+@127\.0\.0\.1:\d+$/;
    expect(first.said).toMatch(proxy);
    const later = await run(
      `curl -s --proxy '${first.said}' http://allowed.test:${port}/; curl -s --proxy "\${http_proxy%:*@*}:bad@\${http_proxy##*@}" http://allowed.test:${port}/`,
    );
    expect(later.said.match(/credentials are of no call that runs/g)).toHaveLength(2);
    const open = await machine.run({
      command: "printf %s $http_proxy",
      effects: [asks("allowed.test", port)],
      session: "one",
      isOpen: true,
    });
    const { said } = open;
    const elsewhereRun = await run(
      `curl -s --proxy "${said.replace(/@.*/, "")}@\${http_proxy##*@}" http://allowed.test:${port}/`,
      [asks("other.test", port)],
      "two",
    );
    expect(elsewhereRun.said).toContain("credentials are of no call that runs");
    expect(asked).toEqual([]);
    await machine.end("two");
  });

  test("a call without hosts has no credentials, and gets at nobody else's", async () => {
    const holding = machine.run({
      command: "sleep 3",
      effects: [asks("allowed.test", port)],
      session: "one",
    });
    const ran = await machine.run({
      command: `env | grep -ic _proxy=; for p in /proc/[0-9]*; do tr '\\0' '\\n' <$p/environ; cat $p/cmdline; done 2>/dev/null | grep -aEc '@127[.]0[.]0[.]1:[0-9]+' ; grep -rac '@127[.]0[.]0[.]1:' /tmp /run /dev/shm 2>/dev/null | grep -v ':0$'; true`,
      effects: [CODE],
      session: "one",
    });
    expect(ran.said).toBe("0\n0\n");
    await holding;
  });

  test("a call with hosts sees no process of others, and none of them sees its own", async () => {
    const holding = machine.run({
      command: "echo >/tmp/begun; exec -a marked sleep 2",
      effects: [asks("allowed.test", port)],
      session: "one",
    });
    const others = await machine.run({
      command:
        "for i in $(seq 100); do test -e /tmp/begun && break; sleep 0.1; done; cat /tmp/begun /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '",
      effects: [CODE],
      session: "one",
    });
    expect(others.said).not.toContain("marked");
    await holding;
  });

  test("what an ended call still sends is cut off", async () => {
    const ran = await run(
      `(curl -sN http://allowed.test:${port}/slow >/tmp/slow &) ; for i in $(seq 100); do grep . /tmp/slow && break; sleep 0.1; done`,
    );
    expect(ran.said).toBe("begun\n");
    await expect.poll(() => connectionsOf(elsewhere)).toBe(0);
  });

  test("the end of a session closes its proxy", async () => {
    const ran = await run("printf %s $http_proxy", undefined, "three");
    expect(ran.said).not.toBe("");
    await machine.end("three");
    const again = await run(`curl -s http://allowed.test:${port}/`, undefined, "three");
    expect(again.said).toBe(`from allowed.test:${port}\n`);
    await machine.end("three");
  });

  test("a program that obeys no proxy gets the machine's network, as it needs it", async () => {
    const ran = await run(
      `curl -sm2 --noproxy '*' http://127.0.0.2:${port}/; env | grep -c _proxy=`,
      [asks("allowed.test", port, "nc")],
    );
    expect(ran.said).toBe(`from 127.0.0.2:${port}\n0\n`);
  });
});

function listening(server: Server, host: string): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}
