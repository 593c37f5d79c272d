// The egress proxy by itself: what reaches a host, what does not, and what hostile bytes make of it.
import { once } from "node:events";
import { createServer as createHttp, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  connect as connectTls,
  createServer as createTls,
  type Server as TlsServer,
} from "node:tls";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type EgressRules, egressRules } from "#govern/network/egress-rules.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";
import { createEgressProxy } from "#surface/services/egress/egress-proxy.ts";
import { credentialsBy } from "#surface/services/egress/session-credentials.ts";
import type { EgressLimits, EgressOutcome } from "#surface/services/egress/shared.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "a.example": ["203.0.113.7"],
  "git.example": ["203.0.113.8"],
  "read.example": ["203.0.113.9"],
  "loop.example": ["127.0.0.1"],
  "both.example": ["203.0.113.7", "10.0.0.1"],
  "mapped.example": ["::ffff:169.254.169.254"],
  "inside.example": ["10.20.0.5"],
  "other.example": ["10.30.0.5"],
};
const ALLOW = [
  ...["a.example", "git.example:22=raw", "read.example=read", "loop.example", "both.example"],
  ...["mapped.example", "inside.example", "other.example", "10.20.0.0/16", "gone.example"],
];
const credentials = credentialsBy(Buffer.alloc(32, 7), false);
const destinations = loadDestinations();
const usual = egressRules([], { allow: ALLOW, deny: [] }, destinations);

let rules: EgressRules | undefined;
let plain: Server;
let secure: TlsServer;
let authority: ReturnType<typeof createGatewayAuthority>;
let proxy: ReturnType<typeof createEgressProxy>;
let port = 0;
const seen: {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly body: string;
}[] = [];
const outcomes: EgressOutcome[] = [];
const looked: string[] = [];

async function open(limits: Partial<EgressLimits> = {}, isRequired = false): Promise<void> {
  proxy = createEgressProxy({
    rules: () => rules,
    credentials: isRequired ? credentialsBy(Buffer.alloc(32, 7), true) : credentials,
    limits,
    outcome: (outcome) => void outcomes.push(outcome),
    network: {
      async resolve(name) {
        looked.push(name);
        const found = NAMES[name];
        if (found === undefined) throw new Error("no such name");
        return found;
      },
      connect: (_addresses, to) =>
        connect({
          host: "127.0.0.1",
          port: ((to === 443 ? secure : plain).address() as AddressInfo).port,
          allowHalfOpen: true,
        }),
    },
  });
  port = await proxy.listenOn(0);
}

beforeAll(() => {
  authority = createGatewayAuthority(Date.now(), ["a.example"]);
});
beforeEach(async () => {
  for (const list of [seen, outcomes, looked]) list.length = 0;
  rules = usual;
  plain = createHttp((request: IncomingMessage, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      seen.push({
        method: request.method ?? "",
        url: request.url ?? "",
        host: request.headers.host ?? "",
        body,
      });
      response.setHeader("proxy-authenticate", "Basic realm=stolen");
      response.end("answered");
    });
  });
  const { certificate: cert, key } = authority.leafFor("a.example", Date.now());
  secure = createTls({ cert, key }, (socket) => {
    socket.on("error", () => undefined);
    socket.end("secret words");
  });
  secure.on("tlsClientError", () => undefined);
  plain.listen(0, "127.0.0.1");
  secure.listen(0, "127.0.0.1");
  await Promise.all([once(plain, "listening"), once(secure, "listening")]);
});
afterEach(() => {
  proxy.close();
  plain.closeAllConnections();
  plain.close();
  secure.close();
});

function toProxy(): Socket {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => undefined);
  return socket;
}

/** What is said to these bytes, each part after an answer to the one before, until the connection ends or nothing comes. */
async function said(...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = toProxy();
  let text = "";
  const left = [...parts];
  const next = (): void => {
    const part = left.shift();
    if (part !== undefined)
      socket.write(typeof part === "string" ? Buffer.from(part, "latin1") : part);
  };
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    next();
  });
  socket.once("connect", next);
  await Promise.race([once(socket, "close"), sleep(700)]);
  socket.destroy();
  return text;
}

/** A tunnel with TLS in it, by CONNECT: what the host says, or how it failed. */
async function tunnelled(
  target: string,
  servername: string | undefined,
  login = "",
): Promise<string> {
  const socket = toProxy();
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${login}\r\n`);
  const [head] = (await once(socket, "data")) as [Buffer];
  if (!head.toString().startsWith("HTTP/1.1 200 ")) return head.toString().split("\r\n")[0] ?? "";
  const client = connectTls({
    socket,
    ca: authority.certificate,
    checkServerIdentity: () => undefined,
    ...(servername === undefined ? {} : { servername }),
  });
  let text = "";
  client.on("error", () => undefined);
  client.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => {
    client.once("end", () => resolve(text));
    client.once("error", (cause) =>
      resolve(/unrecognized name/.exec(cause.message)?.[0] ?? "failed"),
    );
  });
}

const whys = (): readonly unknown[] => outcomes.map(({ why }) => why ?? "ok");

describe("what is allowed passes", () => {
  it("TLS by CONNECT, and the bytes are told", async () => {
    await open();
    expect(await tunnelled("a.example:443", "a.example")).toBe("secret words");
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(outcomes).toMatchObject([
      { why: undefined, via: "connect", of: "web", place: { port: 443 } },
    ]);
    expect(outcomes[0]?.received).toBeGreaterThan(500);
  });
  it("plain HTTP, with nothing of the proxy in it, and bodies", async () => {
    await open();
    const login = `Proxy-Authorization: Basic ${Buffer.from("s-1:x").toString("base64")}\r\n`;
    expect(await said(`GET http://a.example/p?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200 [\s\S]*answered$/,
    );
    expect(
      await said(
        "POST http://a.example/x HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      ),
    ).toContain("answered");
    expect(
      await said(`GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n${login}\r\n`),
    ).toContain("407");
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["GET", "/p?q=1", ""],
      ["POST", "/x", "abc"],
    ]);
    expect(await said("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n")).not.toContain(
      "stolen",
    );
  });
  it("SOCKS5 with a session's credentials, and whatever is said where a rule says so", async () => {
    await open({}, true);
    const login = credentials.of("session-1");
    const user = (name: string, password: string) =>
      Buffer.concat([
        Buffer.from([1, name.length]),
        Buffer.from(name),
        Buffer.from([password.length]),
        Buffer.from(password),
      ]);
    const request = Buffer.concat([
      Buffer.from([5, 1, 0, 3, 11]),
      Buffer.from("git.example"),
      Buffer.from([0, 22]),
    ]);
    const greeting = Buffer.from([5, 2, 0, 2]);
    const answer = await said(
      greeting,
      user("session-1", login?.password ?? ""),
      request,
      "GET / HTTP/1.1\r\nHost: raw\r\n\r\n",
    );
    expect(answer.slice(0, 6)).toBe("\x05\x02\x01\x00\x05\x00");
    expect(seen.map(({ host }) => host)).toEqual(["raw"]);
    await vi.waitFor(() =>
      expect(outcomes).toMatchObject([{ session: "session-1", via: "socks", why: undefined }]),
    );
    for (const wrong of [
      user("session-2", login?.password ?? ""),
      user("session-1", "x"),
      user("", ""),
    ])
      expect((await said(greeting, wrong, request)).slice(4, 6)).toBe("\x05\x02");
    expect((await said(Buffer.from([5, 1, 0]), request)).slice(2, 4)).toBe("\x05\x02");
    expect(whys().slice(1)).toEqual(["nobody", "nobody", "nobody", "nobody"]);
  });
  it("a host inside whose network is named, and no other", async () => {
    await open();
    expect(
      await said("GET http://inside.example/ HTTP/1.1\r\nHost: inside.example\r\n\r\n"),
    ).toContain("answered");
    expect(await said("GET http://10.20.0.9/ HTTP/1.1\r\nHost: 10.20.0.9\r\n\r\n")).toContain(
      "answered",
    );
    for (const host of ["other.example", "loop.example", "both.example", "mapped.example"])
      expect(await said(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain(
        "leads to an address of this machine",
      );
    expect(seen).toHaveLength(2);
  });
});

describe("in a tunnel", () => {
  it("TLS names the host that was asked for", async () => {
    await open();
    expect(await tunnelled("a.example:443", "evil.example")).toBe("unrecognized name");
    expect(await tunnelled("a.example:443", undefined)).toBe("unrecognized name");
    expect(whys()).toEqual(["server-name", "server-name"]);
  });
  it("the first message may come in pieces, and nothing of it goes on before it was read", async () => {
    await open();
    const socket = toProxy();
    socket.write("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n");
    await once(socket, "data");
    // A head of a record whose rest never comes.
    socket.write(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
    // TIME: that nothing comes about shows only by waiting.
    await sleep(100);
    expect(outcomes).toEqual([]);
    socket.destroy();
  });
  it("plain HTTP names the host of the tunnel, and is one request", async () => {
    await open();
    const connectTo = "CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n";
    expect(
      await said(
        connectTo,
        "GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "GET /y HTTP/1.1\r\nHost: a.example\r\n\r\n",
      ),
    ).toContain("answered");
    expect(await said(connectTo, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")).toContain("403");
    expect(
      await said(connectTo, "GET http://evil.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"),
    ).toContain("400");
    expect(await said(connectTo, "SSH-2.0-x\r\n")).toContain("\x15\x03\x03");
    expect(seen.map(({ url }) => url)).toEqual(["/x"]);
  });
});

const HOST = "Host: a.example\r\n";
const MALFORMED: readonly (readonly [string, string])[] = [
  ["user in the address", `GET http://a.example@evil.example/ HTTP/1.1\r\n${HOST}\r\n`],
  ["another host in Host", "GET http://a.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
  ["another port in Host", "GET http://a.example/ HTTP/1.1\r\nHost: a.example:81\r\n\r\n"],
  ["two hosts", `GET http://a.example/ HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`],
  ["no host", "GET http://a.example/ HTTP/1.1\r\n\r\n"],
  ["no address", `GET / HTTP/1.1\r\n${HOST}\r\n`],
  ["https in the address", `GET https://a.example/ HTTP/1.1\r\n${HOST}\r\n`],
  [
    "two lengths",
    `POST http://a.example/ HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  ],
  [
    "length and coding",
    `POST http://a.example/ HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    "another coding",
    `POST http://a.example/ HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  ],
  ["a folded header", `GET http://a.example/ HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`],
  [
    "a space before the colon",
    `GET http://a.example/ HTTP/1.1\r\n${HOST}Content-Length : 5\r\n\r\n`,
  ],
  ["no HTTP", "hello there\r\n\r\n"],
  ["TLS to the proxy", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"],
  ["nothing but noughts", "\0".repeat(64)],
  ["SOCKS4", "\x04\x01\x00\x50\xcb\x00\x71\x07\x00"],
  ["CONNECT with a user", "CONNECT a.example@evil.example:443 HTTP/1.1\r\n\r\n"],
  ["CONNECT to another Host", "CONNECT a.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"],
  ["CONNECT with two hosts", `CONNECT a.example:443 HTTP/1.1\r\n${HOST}${HOST}\r\n`],
  ["CONNECT without a port", `CONNECT a.example HTTP/1.1\r\n${HOST}\r\n`],
  ["CONNECT with a body", "CONNECT a.example:443 HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd"],
  ["CONNECT with a coding", "CONNECT a.example:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["CONNECT with bare line ends", "CONNECT a.example:443 HTTP/1.1\nHost: a.example\n\n\r\n\r\n"],
  ["CONNECT with a folded header", "CONNECT a.example:443 HTTP/1.1\r\nX: a\r\n b\r\n\r\n"],
  ["CONNECT with a nought", "CONNECT a.example:443 HTTP/1.1\r\nX: a\0b\r\n\r\n"],
  [
    "CONNECT with two credentials",
    "CONNECT a.example:443 HTTP/1.1\r\nProxy-Authorization: a\r\nProxy-Authorization: b\r\n\r\n",
  ],
  ["CONNECT by HTTP/2.0", "CONNECT a.example:443 HTTP/2.0\r\n\r\n"],
  ["CONNECT to a path", "CONNECT a.example:443/x HTTP/1.1\r\n\r\n"],
  ["CONNECT, a head without end", `CONNECT a.example:443 HTTP/1.1\r\nX: ${"x".repeat(40_000)}`],
  ["CONNECT, too many headers", `CONNECT a.example:443 HTTP/1.1\r\n${"X: y\r\n".repeat(200)}\r\n`],
  [
    "a body that may be two things",
    `GET http://a.example/ HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ["TRACE", `TRACE http://a.example/ HTTP/1.1\r\n${HOST}\r\n`],
  [
    "a write where is only read",
    "POST http://read.example/ HTTP/1.1\r\nHost: read.example\r\nContent-Length: 0\r\n\r\n",
  ],
  ["a tunnel where is only read", "CONNECT read.example:443 HTTP/1.1\r\n\r\n"],
  ["a host that nobody allows", "CONNECT evil.example:443 HTTP/1.1\r\n\r\n"],
  ["an address", "CONNECT 203.0.113.7:443 HTTP/1.1\r\n\r\n"],
  ["an address in hexadecimal", "CONNECT 0xcb007107:443 HTTP/1.1\r\n\r\n"],
  ["a name without an address", "CONNECT gone.example:443 HTTP/1.1\r\n\r\n"],
];

describe("nothing passes of", () => {
  it.each(MALFORMED)("%s", async (_, bytes) => {
    await open();
    const answer = await said(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|403|408|502) /);
    expect(answer).not.toContain("answered");
    expect(seen).toEqual([]);
    expect(outcomes.every(({ why }) => why !== undefined)).toBe(true);
    expect(outcomes).toHaveLength(1);
    // What nobody allows is not even looked up.
    expect(looked.filter((name) => !/^(?:a|gone)\.example$/.test(name))).toEqual([]);
  });
  it("SOCKS that binds, wants UDP, another kind of address, or breaks off", async () => {
    await open();
    const greeting = Buffer.from([5, 1, 0]);
    const reply = async (...bytes: readonly number[]) =>
      (await said(greeting, Buffer.from(bytes))).charCodeAt(3);
    expect(await reply(5, 2, 0, 1, 203, 0, 113, 7, 0, 80)).toBe(7);
    expect(await reply(5, 3, 0, 1, 0, 0, 0, 0, 0, 0)).toBe(7);
    expect(await reply(5, 1, 0, 9, 0, 0, 0, 0, 0, 0)).toBe(8);
    expect(await reply(5, 1, 0, 1, 203, 0, 113, 7, 0, 80)).toBe(2);
    expect(await reply(5, 1, 0, 4, ...Buffer.alloc(10), 255, 255, 127, 0, 0, 1, 0, 80)).toBe(2);
    expect(await reply(5, 1, 0, 3, 3, 0x2e, 0x2e, 0x2e, 0, 80)).toBe(2);
    expect(await said(Buffer.from([5, 1, 9]))).toBe("\x05\xff");
    expect(seen).toEqual([]);
  });
});

describe("bounds", () => {
  it("whoever says nothing to the end is let go, at every step", async () => {
    await open({ headMs: 150 });
    for (const bytes of [
      "",
      "CON",
      "CONNECT a.example:443 HTTP/1.1\r\n",
      "\x05",
      "GET http://a.example/ HT",
      "POST ",
    ]) {
      const socket = toProxy();
      socket.resume();
      if (bytes !== "") socket.write(bytes, "latin1");
      await once(socket, "close");
    }
    expect(await said("CONNECT a.example:443 HTTP/1.1\r\n\r\n", "\x16\x03")).toContain(
      "\x15\x03\x03",
    );
    await vi.waitFor(() => expect(proxy.open()).toBe(0));
  });
  it("a byte at a time does not help", async () => {
    await open({ headMs: 200 });
    const socket = toProxy();
    socket.resume();
    const bytes = `CONNECT a.example:443 HTTP/1.1\r\nX: ${"x".repeat(5_000)}`;
    let at = 0;
    const timer = setInterval(() => socket.write(bytes[(at += 1) - 1] ?? "x"), 10);
    await once(socket, "close");
    clearInterval(timer);
    expect(whys()).toEqual(["slow"]);
  });
  it("a session has so many connections, and a flood does not stop the next one for long", async () => {
    await open({ perSession: 4, connections: 50 });
    const many = Array.from({ length: 200 }, () => {
      const socket = toProxy();
      socket.resume();
      socket.write("CONNECT git.example:22 HTTP/1.1\r\n\r\n");
      return socket;
    });
    await vi.waitFor(
      () => expect(whys().filter((why) => why === "busy").length).toBeGreaterThan(100),
      { timeout: 10_000 },
    );
    expect(proxy.open()).toBeLessThanOrEqual(50);
    for (const socket of many) socket.destroy();
    await vi.waitFor(() => expect(proxy.open()).toBe(0), { timeout: 10_000 });
    expect(await tunnelled("a.example:443", "a.example")).toBe("secret words");
  });
  it("without a policy that can be read nothing passes", async () => {
    await open();
    rules = undefined;
    expect(await tunnelled("a.example:443", "a.example")).toContain("503");
    expect(await said("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n")).toContain(
      "the policy cannot be read",
    );
    expect(looked).toEqual([]);
  });
});
