// What a registry may answer through the gateway: streamed whole or cut, never somebody else's, never elsewhere.
import { connect } from "node:net";
import { rootCertificates } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { readingLocation } from "#surface/services/gateway/headers.ts";
import { connectDirectly, connectThrough } from "#surface/services/gateway/upstream.ts";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type GatewayStand,
  NPM,
  openGatewayStand,
  PYPI,
  startRegistry,
  testAuthority,
} from "./gateway-stand.ts";

let stand: GatewayStand | undefined;
afterEach(async () => {
  await stand?.close();
  stand = undefined;
});

async function open(...options: Parameters<typeof openGatewayStand>): Promise<GatewayStand> {
  stand = await openGatewayStand(...options);
  return stand;
}

describe("answers pass", () => {
  it("a file of many megabytes, byte for byte, without being held", async () => {
    const own = await open();
    const chunk = Buffer.alloc(64 * 1024, 7);
    own.answer = (_request, response) => {
      response.setHeader("content-length", chunk.length * 400);
      const write = (left: number): void => {
        if (left === 0) return void response.end();
        if (response.write(chunk)) setImmediate(write, left - 1);
        else response.once("drain", () => write(left - 1));
      };
      write(400);
    };
    const answer = await own.get("/left-pad/-/left-pad-1.0.0.tgz");
    expect(answer.split("\r\n\r\n")[0]).toContain(`content-length: ${chunk.length * 400}`);
    expect(answer.length - answer.indexOf("\r\n\r\n") - 4).toBe(chunk.length * 400);
  });
  it("packed as it came, with the few headers that managers need", async () => {
    const own = await open();
    own.answer = (_request, response) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "content-encoding": "gzip",
        etag: '"a"',
        "cache-control": "max-age=300",
        "last-modified": "Mon, 01 Jun 2026 10:00:00 GMT",
        "set-cookie": "secret=1",
        "x-own": "2",
        "strict-transport-security": "max-age=1",
      });
      response.end(Buffer.from([0x1f, 0x8b, 0]));
    };
    const [head = "", body] = (await own.get("/left-pad")).split("\r\n\r\n");
    const names = head
      .toLowerCase()
      .split("\r\n")
      .map((line) => line.split(":")[0]);
    expect(names.slice(1)).toEqual([
      ...["content-type", "content-encoding", "etag", "last-modified", "cache-control"],
      ...["date", "connection", "transfer-encoding"],
    ]);
    expect(body).toContain("\u001f\u008b\0");
  });
  it.each([200, 206, 304, 404, 410, 429, 500, 503])("with status %d", async (status) => {
    const own = await open();
    own.answer = (_request, response) => response.writeHead(status).end();
    expect(await own.get("/left-pad")).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
  it("leading to another address of a package on a registry", async () => {
    const own = await open();
    own.answer = (_request, response) =>
      response.writeHead(301, { location: "/simple/six/" }).end("moved");
    const answer = await own.get("/simple/Six/", { host: PYPI });
    expect(answer).toMatch(/^HTTP\/1\.1 301 /);
    expect(answer).toContain(`\r\nlocation: https://${PYPI}/simple/six/\r\n`);
    expect(answer).not.toContain("moved");
  });
});

describe("answers that lead elsewhere do not pass", () => {
  const from = `https://${NPM}/left-pad`;
  it.each([
    ["another host", "https://evil.example/left-pad"],
    ["plain http", `http://${NPM}/left-pad`],
    ["another port", `https://${NPM}:8443/left-pad`],
    ["a user", `https://me@${NPM}/left-pad`],
    ["a query", "/left-pad?x=1"],
    ["a fragment", "/left-pad#x"],
    ["what is no package", "/-/v1/login"],
    ["two slashes", "//evil.example/left-pad"],
    ["another scheme", "ftp://evil.example/"],
    ["nothing", ""],
    ["noise", "https://"],
  ])("%s", async (_what, location) => {
    expect(readingLocation(location, from, "GET")).toBeUndefined();
  });
  it("and the caller is told so", async () => {
    const own = await open();
    own.answer = (_request, response) =>
      response.writeHead(302, { location: "https://evil.example/?secret" }).end();
    const answer = await own.get("/left-pad");
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toContain("evil.example");
    expect(own.counts().refused["redirect"]).toEqual({ [NPM]: 1 });
  });
});

describe("a registry that is not to be trusted is not asked", () => {
  it.each([
    ["its certificate is of another host", { certificateFor: "evil.example" }],
    ["its certificate is of nobody who is trusted", { trusts: [rootCertificates[0] ?? ""] }],
    ["nobody is trusted", { trusts: [] }],
  ])("where %s", async (_what, options) => {
    const own = await open(options);
    expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
    expect(own.seen).toEqual([]);
    expect(own.counts().refused["certificate"]).toEqual({ [NPM]: 1 });
  });
  it("also where the environment says not to verify", async () => {
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      const own = await open({ certificateFor: "evil.example" });
      expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
      expect(own.seen).toEqual([]);
    } finally {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    }
  });
});

describe("a registry that fails", () => {
  it("does not answer: 502", async () => {
    const own = await open({ connect: () => Promise.reject(new Error("no network")) });
    expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
  });
  it("takes too long for its first byte: 504", async () => {
    const own = await open({ limits: { headMs: 200 } });
    own.answer = () => undefined;
    expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 504 /);
  });
  it.each([
    ["stops in the middle", { idleMs: 200 }],
    ["never comes to an end", { totalMs: 300 }],
  ])("%s: the connection is cut, and nothing looks whole", async (_what, limits) => {
    const own = await open({ limits });
    let timer: NodeJS.Timeout | undefined;
    own.answer = (_request, response) => {
      response.write("part");
      if ("totalMs" in limits) timer = setInterval(() => response.write("more"), 50);
      response.once("close", () => clearInterval(timer));
    };
    const answer = await own.get("/left-pad");
    expect(answer).toContain("part");
    expect(answer).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(own.gateway.port).toBeGreaterThan(0);
  });
  it.each([
    ["by length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"],
    ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"],
  ])("cuts its body off, %s: so is the caller's", async (_what, bytes) => {
    const own = await open();
    own.answer = (request) => void request.socket.end(bytes);
    const answer = await own.get("/left-pad");
    expect(answer).toContain("part");
    expect(answer).not.toMatch(/\r\n0\r\n\r\n$/);
  });
  it.each([
    ["a huge header", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(40_000)}\r\n\r\n`],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"],
    ["another protocol", "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
    ["a status that is none", "HTTP/1.1 999 X\r\n\r\n"],
    ["a header with a zero", "HTTP/1.1 200 OK\r\nX: \0\r\n\r\n"],
    ["noise", "\u0001\u0002\r\n\r\n"],
    ["nothing", ""],
  ])("answers %s: 502", async (_what, bytes) => {
    const own = await open();
    own.answer = (request) => void request.socket.end(bytes);
    expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
  });
  it("says that it is larger than any package: 502, or cut where it did not say so", async () => {
    const own = await open({ limits: { bodyBytes: 1_000 } });
    own.answer = (_request, response) => {
      response.setHeader("content-length", 2_000);
      response.end("a".repeat(2_000));
    };
    expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
    own.answer = (_request, response) => {
      response.write("a".repeat(900));
      response.end("a".repeat(900));
    };
    expect(await own.get("/left-pad")).not.toMatch(/\r\n0\r\n\r\n$/);
  });
  it("is let go of when the caller goes away", async () => {
    const own = await open();
    const gone = new Promise<void>((resolve) => {
      own.answer = (_request, response) => {
        response.write("part");
        response.once("close", () => resolve());
      };
    });
    const inner = await own.tunnel(NPM);
    inner.once("data", () => inner.destroy());
    inner.write(`GET /left-pad HTTP/1.1\r\nHost: ${NPM}\r\n\r\n`);
    await expect(gone).resolves.toBeUndefined();
  });
});

describe("callers that are slow", () => {
  it.each([
    ["with a CONNECT", "CONNECT "],
    ["with a request", "GET / HTTP/1.1\r\nX: "],
    ["with anything", ""],
  ])("%s are cut off", async (_what, bytes) => {
    const own = await open({ connectionLimits: { headMs: 200 } });
    const socket = connect(own.gateway.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(bytes);
    const drip = setInterval(() => socket.write("x"), 50);
    await new Promise<void>((resolve) => socket.once("close", () => resolve()).resume());
    clearInterval(drip);
    expect(socket.destroyed).toBe(true);
  });
  it("with the handshake in a tunnel are cut off, whatever they send", async () => {
    const own = await open({ connectionLimits: { headMs: 200 } });
    const socket = connect(own.gateway.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`CONNECT ${NPM}:443 HTTP/1.1\r\nHost: ${NPM}:443\r\n\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
    // The beginning of a long record of a handshake, a byte at a time.
    socket.write(Buffer.from([0x16, 3, 1, 0x40, 0]));
    const drip = setInterval(() => socket.write(Buffer.of(1)), 50);
    await new Promise<void>((resolve) => socket.once("close", () => resolve()).resume());
    clearInterval(drip);
    expect(socket.destroyed).toBe(true);
  });
  it("in a tunnel are cut off", async () => {
    const own = await open({ connectionLimits: { headMs: 300 } });
    const inner = await own.tunnel(NPM);
    inner.on("error", () => undefined);
    const drip = setInterval(() => inner.write("x"), 50);
    await new Promise<void>((resolve) => inner.once("close", () => resolve()).resume());
    clearInterval(drip);
    expect(inner.destroyed).toBe(true);
  });
});

describe("through a company's proxy", () => {
  async function proxyTo(port: number, status = 200) {
    const asked: string[] = [];
    const server = createServer().on("connect", (request, socket, head) => {
      asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? "-"} ${head.length}`);
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const onwards = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onwards.pipe(socket).pipe(onwards);
      });
      onwards.on("error", () => socket.destroy());
      return socket.on("error", () => onwards.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { asked, server, port: (server.address() as AddressInfo).port };
  }

  it("a registry is read, and its certificate is verified all the same", async () => {
    const authority = testAuthority();
    const registry = await startRegistry(authority, (_request, response) => response.end("it"));
    const proxy = await proxyTo(registry.port);
    const way = connectThrough({
      host: "127.0.0.1",
      port: proxy.port,
      authorization: "Basic eA==",
    });
    const good = await openGatewayStand({ connect: way, authorities: [authority.certificate] });
    expect(await good.get("/left-pad")).toMatch(/^HTTP\/1\.1 200 [^]*it/);
    const bad = await openGatewayStand({ connect: way, authorities: [...rootCertificates] });
    expect(await bad.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
    expect(proxy.asked).toEqual([`${NPM}:443 Basic eA== 0`, `${NPM}:443 Basic eA== 0`]);
    await Promise.all([good.close(), bad.close()]);
    registry.server.close();
    proxy.server.close();
  });
  it("nothing is read where the proxy refuses", async () => {
    const proxy = await proxyTo(1, 407);
    const own = await open({
      connect: connectThrough({ host: "127.0.0.1", port: proxy.port }),
    });
    expect(await own.get("/left-pad")).toMatch(/^HTTP\/1\.1 502 /);
    proxy.server.close();
  });
  it("a host without an address is told as not reached", async () => {
    await expect(connectDirectly("no-such-host.invalid")).rejects.toThrow("could not be reached");
  });
});
