// The proxy of a room by itself: what reaches a host, what does not, and what hostile bytes make of it.
import { once } from "node:events";
import { createServer as createHttp, type IncomingMessage, type Server } from "node:http";
import {
  type AddressInfo,
  connect,
  createServer,
  type Server as Listener,
  type Socket,
} from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReachedHost } from "#guard/hold/reached-hosts.ts";
import { createGrants, type Grants } from "#surface/services/hold/hosts/grants.ts";
import {
  type HostProxy,
  openHostProxy,
  type ProxyLimits,
} from "#surface/services/hold/hosts/host-proxy.ts";
import { type ShellSays, shellSays } from "#surface/services/hold/hosts/surroundings.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "a.test": ["203.0.113.7"],
  "settings.test": ["203.0.113.9"],
  "both.test": ["127.0.0.1", "203.0.113.7"],
  "loop.test": ["127.0.0.1"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "link.test": ["169.254.169.254"],
  "lan.example": ["10.1.2.3"],
  "wiki.internal": ["10.1.2.3"],
};

let grants: Grants;
let listener: Listener;
let proxy: HostProxy;
let upstream: Server;
let upstreamPort: number;
const seen: IncomingMessage[] = [];
const bodies: string[] = [];
const connectedTo: string[][] = [];

function host(name: string, change: Partial<ReachedHost> = {}): ReachedHost {
  return {
    host: name,
    ports: [80, 443, upstreamPort],
    isPlain: true,
    isNamed: true,
    isConfigured: false,
    ...change,
  };
}

/** A call that may reach these hosts, as the value of its header. */
function call(hosts: readonly ReachedHost[], ticket = "t", shell?: ShellSays): string {
  const { credentials } = grants.make({
    ticket,
    room: "room",
    hosts,
    ofSettings: Promise.resolve([host("settings.test")]),
    shell: async () => shell ?? (await shellSays("/none")),
  });
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

function openOn(limits: Partial<ProxyLimits> = {}): void {
  proxy = openHostProxy({
    listener,
    room: "room",
    grants,
    limits,
    network: {
      async resolve(name) {
        const found = NAMES[name];
        if (found === undefined) throw new Error("no such name");
        return found;
      },
      connect(addresses) {
        connectedTo.push([...addresses]);
        return connect({ host: "127.0.0.1", port: upstreamPort, allowHalfOpen: true });
      },
    },
  });
}

beforeEach(async () => {
  for (const list of [seen, bodies, connectedTo]) list.length = 0;
  grants = createGrants();
  upstream = createHttp((request, response) => {
    seen.push(request);
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      bodies.push(body);
      response.setHeader("proxy-authenticate", "Basic realm=stolen");
      response.end("answered");
    });
  });
  upstream.listen(0, "127.0.0.1");
  listener = createServer();
  listener.listen(0, "127.0.0.1");
  await Promise.all([once(upstream, "listening"), once(listener, "listening")]);
  upstreamPort = (upstream.address() as AddressInfo).port;
});
afterEach(() => {
  proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

function open(): Socket {
  return connect({
    host: "127.0.0.1",
    port: (listener.address() as AddressInfo).port,
    allowHalfOpen: true,
  });
}

/** What is said to these bytes until the connection ends, or for a while. */
async function said(bytes: string | readonly string[], waitMs = 3_000): Promise<string> {
  const socket = open();
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  for (const part of typeof bytes === "string" ? [bytes] : bytes) socket.write(part, "latin1");
  await ended(socket, waitMs);
  socket.destroy();
  return text;
}

/** Whether the other side is done with it, in whatever way, or lets it stay open. */
function ended(socket: Socket, waitMs = 10_000): Promise<"ended" | "open"> {
  const over = new Promise<"ended">((resolve) => {
    for (const event of ["close", "end", "error"]) socket.once(event, () => resolve("ended"));
  });
  return Promise.race([over, sleep(waitMs, "open" as const, { ref: false })]);
}

const CRLF = "\r\n";
function lines(...all: readonly string[]): string {
  return `${all.join(CRLF)}${CRLF}${CRLF}`;
}
function tunnel(target: string, auth: string, ...headers: readonly string[]): string {
  return lines(
    `CONNECT ${target} HTTP/1.1`,
    `Host: ${target}`,
    `Proxy-Authorization: ${auth}`,
    ...headers,
  );
}
function plain(url: string, auth: string, ...headers: readonly string[]): string {
  const name = /^http:\/\/([^/]*)/.exec(url)?.[1] ?? "x";
  return lines(
    ...[`GET ${url} HTTP/1.1`, `Host: ${name}`, `Proxy-Authorization: ${auth}`],
    ...["Connection: close", ...headers],
  );
}

describe("What a call reaches", () => {
  beforeEach(() => openOn());

  test("its host, by a plain request that is written anew", async () => {
    const auth = call([host("a.test")]);
    const text = await said(
      plain("http://a.test/x?y=1", auth, "X-Own: 1", "Proxy-Connection: keep-alive", "TE: x"),
    );
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(text).toContain("answered");
    expect(text).not.toContain("stolen");
    expect(seen[0]?.url).toBe("/x?y=1");
    expect(seen[0]?.headers).toMatchObject({ host: "a.test", "x-own": "1", connection: "close" });
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^proxy-|^te$/)]),
    );
    expect(connectedTo).toEqual([["203.0.113.7"]]);
  });

  test("its host, through a tunnel", async () => {
    const auth = call([host("a.test")]);
    const text = await said([
      tunnel("a.test:443", auth),
      lines("GET /in HTTP/1.1", "Host: a.test", "Connection: close"),
    ]);
    expect(text).toMatch(/^HTTP\/1.1 200 Connection Established\r\n\r\nHTTP\/1.1 200 OK/);
    expect(seen[0]?.url).toBe("/in");
  });

  test("a host of its settings", async () => {
    expect(await said(plain("http://settings.test/", call([])))).toMatch(/^HTTP\/1.1 200 /);
  });

  test("the body of a request passes whole, by length and in chunks", async () => {
    const auth = call([host("a.test")]);
    const head = (how: string): string => plain("http://a.test/", auth, how).replace("GET", "POST");
    expect(await said(`${head("Content-Length: 5")}12345`)).toMatch(/^HTTP\/1.1 200 /);
    expect(await said(`${head("Transfer-Encoding: chunked")}5\r\nabcde\r\n0\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
    expect(bodies).toEqual(["12345", "abcde"]);
  });

  test("the addresses that were checked, and none of the others of a name", async () => {
    expect(await said(plain("http://both.test/", call([host("both.test")])))).toContain("answered");
    expect(connectedTo).toEqual([["203.0.113.7"]]);
  });

  test("a side that said all it has to say still hears the other", async () => {
    const auth = call([host("a.test")]);
    const socket = open();
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.end(
      tunnel("a.test:443", auth) + lines("GET /half HTTP/1.1", "Host: a.test", "Connection: close"),
    );
    await once(socket, "close");
    expect(text).toContain("answered");
  });
});

describe("What it does not reach", () => {
  beforeEach(() => openOn());

  test.each([
    ["another host", "http://b.test/", "b.test, port 80, is not among the hosts of this call"],
    ["another port", "http://a.test:81/", "a.test, port 81, is not among the hosts"],
    ["a name that begins alike", "http://a.test.evil/", "a.test.evil, port 80, is not among"],
    ["an address", "http://203.0.113.7/", "203.0.113.7, port 80, is not among the hosts"],
    ["a name that leads to itself", "http://loop.test/", "leads to an address of this machine"],
    ["one in other numbers", "http://mapped.test/", "leads to an address of this machine"],
    ["services of a cloud", "http://link.test/", "leads to an address of this machine"],
    ["a neighbour, unproven", "http://lan.example/", "leads to an address of this machine"],
    ["a name without address", "http://gone.test/", "gone.test has no address"],
  ])("%s", async (_name, url, words) => {
    const hosts = ["a.test", "loop.test", "mapped.test", "link.test", "lan.example", "gone.test"];
    const auth = call(hosts.map((name) => host(name)));
    expect(await said(plain(url, auth))).toContain(`held by sallyport: `);
    expect(await said(plain(url, auth))).toContain(words);
    expect(
      await said(
        tunnel(
          url.replace(/^http:\/\/([^/]*?)(:\d+)?\/$/, (_all, one, at) => `${one}${at ?? ":80"}`),
          auth,
        ),
      ),
    ).toContain(words);
    expect(connectedTo).toEqual([]);
  });

  test("a neighbour by https, by an own name, or as the person configured it, it does", async () => {
    const hosts = [
      host("lan.example", { isPlain: false }),
      host("wiki.internal"),
      host("10.1.2.3", { ports: [8_080] }),
    ];
    const auth = call(hosts);
    for (const target of ["lan.example:443", "wiki.internal:80", "10.1.2.3:8080"])
      expect(
        await said([tunnel(target, auth), lines("GET / HTTP/1.1", "Host: x", "Connection: close")]),
      ).toContain("answered");
    const configured = call([host("lan.example", { isConfigured: true })], "u");
    expect(await said(plain("http://lan.example/", configured))).toContain("answered");
  });

  test("what was refused is remembered, and told once", async () => {
    const auth = call([host("a.test"), host("loop.test")], "kept");
    for (const name of ["b.test", "b.test", "loop.test", "a.test"])
      await said(plain(`http://${name}/`, auth));
    grants.close("kept");
    expect(grants.takeRefused("kept")).toEqual([
      { host: "b.test", why: "host" },
      { host: "loop.test", why: "address" },
    ]);
    expect(grants.takeRefused("kept")).toBeUndefined();
  });
});

describe("Who asks", () => {
  beforeEach(() => openOn());

  test("without credentials it is told how to ask", async () => {
    const text = await said(lines("CONNECT a.test:443 HTTP/1.1", "Host: a.test:443"));
    expect(text).toMatch(/^HTTP\/1.1 407 /);
    expect(text.toLowerCase()).toContain('proxy-authenticate: basic realm="sallyport"');
  });

  test.each(["Basic", "Basic !!!", "Bearer x", "Basic Og==", `Basic ${"A".repeat(4_000)}`])(
    "with `%s` it is nobody",
    async (auth) => {
      call([host("a.test")]);
      expect(await said(tunnel("a.test:443", auth))).toMatch(/^HTTP\/1.1 (?:403|407) /);
      expect(connectedTo).toEqual([]);
    },
  );

  test("a call that is over is nobody, and its connections are gone", async () => {
    const auth = call([host("a.test")]);
    const socket = open();
    socket.on("error", () => undefined);
    socket.write(tunnel("a.test:443", auth));
    await once(socket, "data");
    grants.close("t");
    expect(await ended(socket)).toBe("ended");
    expect(await said(tunnel("a.test:443", auth))).toContain("of no call that runs");
  });

  test("a call of another room is nobody here", async () => {
    const { credentials } = grants.make({
      ticket: "x",
      room: "another",
      hosts: [host("a.test")],
      ofSettings: Promise.resolve([]),
      shell: () => shellSays("/none"),
    });
    const auth = `Basic ${Buffer.from(credentials).toString("base64")}`;
    expect(await said(tunnel("a.test:443", auth))).toContain("of no call that runs");
  });

  test("two calls do not share their hosts", async () => {
    const [one, two] = [call([host("a.test")], "one"), call([host("b.test")], "two")];
    expect(await said(plain("http://a.test/", one))).toContain("answered");
    expect(await said(plain("http://a.test/", two))).toContain("is not among the hosts");
    grants.close("one");
    expect(await said(plain("http://a.test/", one))).toContain("of no call that runs");
  });
});

describe("Hostile input", () => {
  test.each([
    ["no port", "a.test"],
    ["port 0", "a.test:0"],
    ["a port past the last", "a.test:65536"],
    ["a port of letters", "a.test:https"],
    ["two ports", "a.test:443:443"],
    ["a user", "u@a.test:443"],
    ["an address with a scheme", "https://a.test:443"],
    ["a path", "a.test:443/x"],
    ["an open bracket", "[::1:443"],
    ["brackets around a name", "[a.test]:443"],
    ["no host", ":443"],
    ["a name of 300 letters", `${"a".repeat(300)}:443`],
    ["a name with a percent", "a%2etest:443"],
  ])("a tunnel to %s is no request", async (_name, target) => {
    openOn();
    const auth = call([host("a.test")]);
    const text = await said(
      lines(`CONNECT ${target} HTTP/1.1`, "Host: a.test", `Proxy-Authorization: ${auth}`),
    );
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(connectedTo).toEqual([]);
  });

  test.each([
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
    ["a length and chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["a coding of its own", ["Transfer-Encoding: xchunked"]],
    ["a space before the colon", ["Transfer-Encoding : chunked"]],
    ["a folded header", ["X-A: 1", " Transfer-Encoding: chunked"]],
    ["two hosts", ["Host: b.test"]],
    ["credentials twice", ["Proxy-Authorization: Basic eDp5"]],
  ])("%s are no request", async (_name, headers) => {
    openOn();
    const auth = call([host("a.test")]);
    const head = plain("http://a.test/", auth, ...headers).replace("GET", "POST");
    const text = await said(`${head}0\r\n\r\nGET http://b.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text.match(/HTTP\/1.1 /g)).toHaveLength(1);
    expect(connectedTo).toEqual([]);
  });

  test("a second request on one connection is looked at like the first", async () => {
    openOn();
    const auth = call([host("a.test")]);
    const first = plain("http://a.test/1", auth).replace("Connection: close\r\n", "");
    const text = await said([first, plain("http://b.test/2", auth)]);
    expect(text).toContain("answered");
    expect(text).toContain("b.test, port 80, is not among the hosts");
    expect(seen.map(({ url }) => url)).toEqual(["/1"]);
  });

  test.each([
    ["a request that is none to a proxy", "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["another scheme", "GET ftp://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["https in the open", "GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["a user in the address", "GET http://a.test@b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["bytes of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a control character", "GET http://a.test/\x01 HTTP/1.1\r\nHost: a.test\r\n\r\n"],
    ["nothing that can be read", "\0\0\0\0\r\n\r\n"],
  ])("%s is no request", async (_name, bytes) => {
    openOn();
    call([host("a.test")]);
    expect(await said(bytes)).toMatch(/^HTTP\/1.1 400 /);
    expect(connectedTo).toEqual([]);
  });

  test("a head of a megabyte ends", async () => {
    openOn();
    const text = await said([
      `CONNECT a.test:443 HTTP/1.1${CRLF}X-A: ${"a".repeat(1 << 20)}`,
      `${CRLF}Host: a.test:443${CRLF}${CRLF}`,
    ]);
    expect(text === "" || /^HTTP\/1.1 400 /.test(text)).toBe(true);
    expect(connectedTo).toEqual([]);
  });

  test("a head that comes letter by letter ends in time", async () => {
    openOn({ headMs: 300 });
    const socket = open();
    socket.on("error", () => undefined);
    const drip = setInterval(() => socket.write("a"), 20);
    socket.write("CONNECT a.test:443 HTTP/1.1\r\nX-A: ");
    socket.resume();
    const what = await ended(socket);
    clearInterval(drip);
    expect(what).toBe("ended");
  });

  test("a connection without a byte ends in time", async () => {
    openOn({ idleMs: 200, headMs: 200 });
    const socket = open();
    socket.resume();
    expect(await ended(socket)).toBe("ended");
  });

  test("a tunnel in which nothing passes ends in time, and one side that ended sooner", async () => {
    openOn({ idleMs: 300, halfClosedMs: 100 });
    const auth = call([host("a.test")]);
    const socket = open();
    socket.write(tunnel("a.test:443", auth));
    socket.resume();
    expect(await ended(socket)).toBe("ended");
    socket.destroy();
    const half = open();
    half.resume();
    half.end(tunnel("a.test:443", auth));
    expect(await ended(half)).toBe("ended");
  });

  test("a call has only so many connections at once", async () => {
    openOn({ connectionsPerCall: 2 });
    const auth = call([host("a.test")]);
    const held = open();
    held.on("error", () => undefined);
    held.write(tunnel("a.test:443", auth));
    await once(held, "data");
    expect(await said(tunnel("a.test:443", auth))).toMatch(/^HTTP\/1.1 503 /);
    held.destroy();
    await expect
      .poll(() => said(plain("http://a.test/", auth), 500), { timeout: 5_000 })
      .toContain("answered");
  });

  test("an answer that changes the protocol does not pass", async () => {
    openOn();
    upstream.on("upgrade", (_request, socket) =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
    );
    const auth = call([host("a.test")]);
    const text = await said(
      plain("http://a.test/", auth).replace(
        "Connection: close",
        "Connection: Upgrade\r\nUpgrade: x",
      ),
      1_000,
    );
    expect(text).not.toContain("101");
  });
});

describe("The person's own proxy", () => {
  test("is gone through, with its credentials and not with the call's", async () => {
    openOn();
    const asked: IncomingMessage[] = [];
    const company = createHttp();
    company.on("connect", (request: IncomingMessage, socket: Socket) => {
      asked.push(request);
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => socket.end("from the company"));
    });
    company.listen(0, "127.0.0.1");
    await once(company, "listening");
    const { port } = company.address() as AddressInfo;
    const shell: ShellSays = {
      proxyFor: () => ({ host: "127.0.0.1", port, authorization: "Basic b3duOm93bg==" }),
      hosts: [],
    };
    const auth = call([host("only-there.test")], "t", shell);
    expect(await said([tunnel("only-there.test:443", auth), "hello"])).toContain(
      "from the company",
    );
    expect(asked[0]?.url).toBe("only-there.test:443");
    expect(asked[0]?.headers["proxy-authorization"]).toBe("Basic b3duOm93bg==");
    expect(await said(tunnel("b.test:443", auth))).toContain("is not among the hosts");
    expect(asked).toHaveLength(1);
    company.close();
  });

  test("of a kind that nobody here speaks is told", async () => {
    openOn();
    const auth = call([host("a.test")], "t", { proxyFor: () => "unknown-kind", hosts: [] });
    expect(await said(tunnel("a.test:443", auth))).toContain("only proxies of plain HTTP");
  });
});
