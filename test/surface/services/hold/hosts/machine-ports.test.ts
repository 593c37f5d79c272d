// Ports of this machine that a policy names: held code reaches them and no other, as long as the session lasts.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { needsOf } from "#guard/hold/needs.ts";
import { isOfMachine } from "#surface/services/hold/call-profile.ts";
import { listeningPorts } from "#platform/namespaces.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import {
  POSTGRES_MISSING,
  type PostgresCluster,
  postgresPrograms,
  startPostgres,
} from "../../fleet/postgres-cluster.ts";
import { freePort } from "../../fleet/free-port.ts";
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

type Echo = { readonly server: Server; readonly port: number };

/** Sends back what it is sent, once that has ended, behind a word of its own. */
async function echoAt(host: string, word: string): Promise<Echo> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    socket.on("end", () => socket.end(`${word} ${text.length}`));
  });
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

/** What a project's test does: it connects, says something, and prints what comes back. */
function asking(port: number, host = "127.0.0.1", text = "'x'"): string {
  return `node -e "const s=require('net').connect(${port},'${host}',()=>s.end(${text}));s.on('data',d=>process.stdout.write(d)).on('error',e=>console.error(e.message))"`;
}

describe.each(USERS)("$name", ({ uid, missing }) => {
  let machine: HeldMachine;
  let named: Echo;
  let other: Echo;
  let own: Echo;

  beforeAll(async () => {
    if (missing !== undefined || WHY_NOT_HELD !== undefined) return;
    [named, other, own] = await Promise.all([
      echoAt("127.0.0.1", "named"),
      echoAt("127.0.0.1", "other"),
      echoAt("127.0.0.1", "own"),
    ]);
    machine = await heldMachine({ uid, names: {}, ownPorts: [own.port] });
  });
  afterAll(async () => {
    await machine?.remove();
    for (const { server } of [named, other, own].filter((one) => one !== undefined)) server.close();
  });
  beforeEach((ctx) => {
    const why = missing ?? WHY_NOT_HELD ?? machine.trouble;
    if (why !== undefined) ctx.skip(why);
  });

  const run = (
    command: string,
    machinePorts: readonly string[],
    session = "ports",
  ): Promise<HeldRun> => machine.run({ command, machinePorts, session, timeoutMs: 30_000 });

  test("a named port is reached by code that nobody foresees, at both of its addresses", async () => {
    const ports = [`${named.port}`];
    expect(await run(asking(named.port), ports)).toMatchObject({
      said: "named 1",
      status: 0,
      reachedPorts: [named.port],
    });
    const large = await run(asking(named.port, "127.0.0.1", "'x'.repeat(3e6)"), ports);
    expect(large.said).toBe("named 3000000");
    const six = await run(
      `cat /proc/net/if_inet6 | grep -c lo; ${asking(named.port, "::1")}`,
      ports,
    );
    expect(six.said).toMatch(/^0\n|named 1$/);
    const many = Array.from({ length: 20 }, () => asking(named.port)).join(" & ");
    const all = await run(`${many}; wait`, ports);
    expect(all.said.match(/named 1/g)).toHaveLength(20);
  });

  test("another port stays closed, and so does every port without the key", async () => {
    const closed = await run(asking(other.port), [`${named.port}`]);
    expect(closed).toMatchObject({
      said: "",
      complained: expect.stringContaining("ECONNREFUSED"),
      reachedPorts: [],
      closed: expect.stringContaining(`write \`machinePorts: [${other.port}]\` in the policy`),
    });
    const nobody = await run(asking(await freePort()), [`${named.port}`]);
    expect(nobody.complained).toContain("ECONNREFUSED");
    expect(nobody.closed).toBeUndefined();
    for (const ports of [[], ["127.0.0.2:" + named.port]]) {
      const none = await run(asking(named.port), ports);
      expect(none.said).toBe("");
    }
    const elsewhere = await run(asking(named.port), [`${named.port}`], "another");
    expect(elsewhere.said).toBe("named 1");
    const back = await machine.run({ command: asking(named.port), session: "another" });
    expect(back.said).toBe("");
  });

  test("the port of an address is reached there alone", async () => {
    const ports = [`127.0.0.1:${named.port}`];
    expect((await run(asking(named.port), ports, "address")).said).toBe("named 1");
    expect((await run(asking(named.port, "127.0.0.2"), ports, "address")).said).toBe("");
  });

  test("the guard's own port, and one that gives power over the machine, stay closed", async () => {
    const ports = [`${own.port}`, "2375"];
    expect((await run(asking(own.port), ports, "own")).said).toBe("");
    const engine = createServer((socket) => socket.end("engine")).on("error", () => undefined);
    engine.listen(2375, "127.0.0.1");
    await Promise.race([once(engine, "listening"), once(engine, "error")]);
    try {
      expect((await run(asking(2375), ports, "own")).said).toBe("");
    } finally {
      engine.close();
    }
  });

  test("a server that the session started keeps its port, and the machine's is left alone", async () => {
    const port = await freePort();
    const serve = `node -e "require('net').createServer(s=>s.end('session')).listen(${port},'127.0.0.1')" >/dev/null 2>&1 & for i in $(seq 100); do test "$(${asking(port)} 2>/dev/null)" = session && break; sleep 0.1; done`;
    await run(serve, [`${port}`], "server");
    expect((await run(asking(port), [`${port}`], "server")).said).toBe("session");
    const machines = createServer((socket) => socket.end("machine"));
    machines.listen(port, "127.0.0.1");
    // The port is the session's for the person too, as it would be without us.
    const [cause] = (await once(machines, "error")) as [NodeJS.ErrnoException];
    expect(cause.code).toBe("EADDRINUSE");
    await machine.end("server");
    await expect.poll(() => listeningPorts("self").has(port), { timeout: 10_000 }).toBe(false);
    machines.listen(port, "127.0.0.1");
    await once(machines, "listening");
    try {
      expect((await run(asking(port), [`${port}`], "fresh")).said).toBe("machine");
    } finally {
      machines.close();
    }
    // WHY no word of how: it is refused, or taken and ended where the port closes at that moment.
    expect((await run(asking(port), [`${port}`], "fresh")).said).toBe("");
  });

  test("the port ends with its session, and with it what a call left behind", async () => {
    const sockets = new Set<unknown>();
    named.server.on("connection", (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    const ports = [`${named.port}`];
    const stays = `node -e "require('net').connect(${named.port},'127.0.0.1').on('error',()=>{})" >/dev/null 2>&1 &`;
    await run(stays, ports, "ends");
    await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(1);
    await machine.end("ends");
    await expect.poll(() => sockets.size, { timeout: 5_000 }).toBe(0);
  });
});

/** What an ordinary program of a user of this machine is answered at a port. */
function asUser(uid: number, port: number, host = "127.0.0.1", text = "'x'"): Promise<string> {
  const options = process.getuid?.() === 0 ? { uid, gid: uid } : {};
  return new Promise((resolve) => {
    execFile("sh", ["-c", asking(port, host, text)], { ...options, cwd: "/" }, (_error, said) =>
      resolve(said),
    );
  });
}

/** A server that a session starts and leaves running: it tells how much it was sent, once that has ended. */
function serving(port: number, host: string, word = "session"): string {
  const take = `s=>{let n=0;s.on('data',d=>{n+=d.length}).on('end',()=>s.end('${word} '+n)).on('error',()=>{})}`;
  return `node -e "require('net').createServer({allowHalfOpen:true},${take}).listen(${port},'${host}')" >/dev/null 2>&1 & for i in $(seq 100); do test "$(${asking(port, host)} 2>/dev/null)" = "${word} 1" && break; sleep 0.1; done`;
}

test("a port at which a session answers is none of the machine, though we listen there", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const needs = needsOf({ effects: [], projectRoot: "/p", programs: [] });
  const isMachine = (served: readonly number[]) =>
    isOfMachine(
      { ...needs, ports: [port] },
      { key: "k", scratch: "/s", keeper: undefined, layers: [] },
      new Set(served),
    );
  expect([isMachine([]), isMachine([port])]).toEqual([true, false]);
  server.close();
});

describe.each(USERS)("what a session serves, $name", ({ uid, missing }) => {
  let machine: HeldMachine;
  let guards = 0;
  const waits = { timeout: 10_000 };

  beforeAll(async () => {
    if (missing !== undefined || WHY_NOT_HELD !== undefined) return;
    guards = await freePort();
    machine = await heldMachine({ uid, names: {}, ownPorts: [guards] });
  });
  afterAll(() => machine?.remove());
  beforeEach((ctx) => {
    const why = missing ?? WHY_NOT_HELD ?? machine.trouble;
    if (why !== undefined) ctx.skip(why);
  });

  test("answers its user at the same port, nobody else, and as long as it listens", async () => {
    const [port, wide] = [await freePort(), await freePort()];
    await machine.run({ command: serving(port, "127.0.0.1"), session: "serves" });
    await expect.poll(() => asUser(uid, port), waits).toBe("session 1");
    const large = await asUser(uid, port, "127.0.0.1", "'x'.repeat(3e6)");
    expect(large).toBe("session 3000000");
    const outward = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).flatMap(({ address, internal }) => (internal ? [] : [address])),
    );
    for (const address of [...outward, "127.0.0.2", "::1"])
      expect(await asUser(uid, port, address)).toBe("");
    if (isRoot) expect(await asUser(uid === 0 ? NOBODY : 0, port)).toBe("");
    await machine.run({ command: serving(wide, "0.0.0.0"), session: "serves" });
    await expect.poll(() => asUser(uid, wide), waits).toBe("session 1");
    // Another session does not reach it: not by itself, and not as a port of the machine that its policy names.
    for (const machinePorts of [[], [`${port}`]]) {
      const other = await machine.run({ command: asking(port), session: "other", machinePorts });
      expect(other.said).toBe("");
    }
    await machine.end("serves");
    expect(await asUser(uid, port)).toBe("");
    await expect.poll(() => listeningPorts("self").has(port), waits).toBe(false);
  });

  test("leaves the person's own programs their ports, and says so", async () => {
    const persons = await echoAt("::1", "person").catch(() => echoAt("127.0.0.1", "person"));
    const { port } = persons;
    const ran = await machine.run({ command: serving(port, "127.0.0.1"), session: "takes" });
    expect(ran.taken).toEqual([port]);
    await machine.run({ command: serving(guards, "127.0.0.1"), session: "takes" });
    // TIME: nothing says that it is not taken later; it is looked at each second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await asUser(uid, port)).toBe("");
    expect(await asUser(uid, guards)).toBe("");
    persons.server.close();
    await expect.poll(() => listeningPorts("self").has(port), waits).toBe(false);
    // TIME: nor then, as without us it would not have got the port. A server that is started now does.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await asUser(uid, port)).toBe("");
    // TIME: a process that is ended lets go of its port a moment later; nobody here can see when.
    const ends = `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline | grep -q '^node.*createServer.*listen(${port}' && kill "\${p#/proc/}"; done; sleep 0.3`;
    const again = `${ends}; ${serving(port, "127.0.0.1", "anew")}`;
    const served = await machine.run({ command: again, session: "takes" });
    expect(served.taken).toEqual([]);
    await expect.poll(() => asUser(uid, port), waits).toBe("anew 1");
    // A program of the person that comes later at another address gets the port whole.
    const late = createServer((socket) => socket.end("late"));
    late.listen(port, "127.0.0.3");
    await once(late, "listening");
    await expect.poll(() => asUser(uid, port), waits).toBe("");
    late.close();
    await machine.end("takes");
  });

  test("ends with the process of its client, whoever holds it by then", async () => {
    const port = await freePort();
    const held = await machine.hold({
      command: `${serving(port, "127.0.0.1")}; sleep 60`,
      session: "gone",
    });
    const line = JSON.stringify(held.command);
    const client = spawn(
      process.execPath,
      [
        "-e",
        `require('child_process').spawn('bash',['-c',${line}],{stdio:'ignore',detached:true});setInterval(()=>{},1e3)`,
      ],
      { cwd: machine.project, stdio: "ignore", ...(isRoot ? { uid, gid: uid } : {}) },
    );
    await expect.poll(() => asUser(uid, port), waits).toBe("session 1");
    const rooms = join(machine.data, "hold", "rooms");
    const before = readdirSync(rooms).length;
    client.kill("SIGKILL");
    await once(client, "exit");
    await expect.poll(() => readdirSync(rooms).length, waits).toBeLessThan(before);
    await expect.poll(() => listeningPorts("self").has(port), waits).toBe(false);
    const found = execFileSync("ps", ["-eo", "args"]).toString();
    expect(found).not.toContain(`listen(${port},`);
  });
});

describe("PostgreSQL of this machine", () => {
  let machine: HeldMachine;
  let cluster: PostgresCluster | undefined;
  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined || postgresPrograms() === undefined) return;
    cluster = await startPostgres();
    machine = await heldMachine({ uid: isRoot ? NOBODY : (process.getuid?.() ?? 0), names: {} });
  });
  afterAll(async () => {
    await machine?.remove();
    await cluster?.stop();
  });

  test("answers a project's own tests where the policy names its port, and not otherwise", async (ctx) => {
    if (WHY_NOT_HELD !== undefined) return ctx.skip(WHY_NOT_HELD);
    if (cluster === undefined) return ctx.skip(POSTGRES_MISSING);
    if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
    const { port } = cluster;
    machine.file(
      "home/project/check.sh",
      `#!/bin/sh\nexec psql -w -X -t -h localhost -p ${port} -U owner -d postgres -c 'select 40 + 2'\n`,
    );
    const tests = (machinePorts: readonly string[]): Promise<HeldRun> =>
      machine.run({ command: "sh check.sh", machinePorts, timeoutMs: 60_000 });
    const closed = await tests([]);
    expect(closed).toMatchObject({
      said: "",
      complained: expect.stringMatching(/refused/),
      closed: expect.stringContaining(`port ${port} of this machine`),
    });
    const open = await tests([`${port}`]);
    expect(open).toMatchObject({ status: 0, said: expect.stringMatching(/^\s*42\s*$/) });
  });
});
