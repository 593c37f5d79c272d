// The gateway against who would send something out through it: raw bytes of every kind, with a registry behind that tells what came.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { type GatewayStand, NPM, openGatewayStand, PYPI, YARN } from "./gateway-stand.ts";

let stand: GatewayStand;
let plainAnswer: GatewayStand["answer"];

beforeAll(async () => {
  stand = await openGatewayStand();
  plainAnswer = stand.answer;
});
afterAll(() => stand.close());
beforeEach(() => {
  stand.seen.length = 0;
  stand.answer = plainAnswer;
  stand.isOpen = true;
});

/** What may be said of any refusal: nothing reached the registry. */
const expectNothingSent = (): void => expect(stand.seen).toEqual([]);
const GET = `GET /left-pad HTTP/1.1\r\nHost: ${NPM}\r\n`;

describe("reading while an install runs", () => {
  it.each(READING_REGISTRIES.slice(0, 2))("allow %s", async (host) => {
    const answer = await stand.get("/left-pad", { host });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(
      /\r\n\r\n\{"name":"left-pad"\}$|\r\n13\r\n\{"name":"left-pad"\}\r\n0\r\n\r\n$/,
    );
    expect(stand.seen.map(({ host: asked, method, url }) => [asked, method, url])).toEqual([
      [host, "GET", "/left-pad"],
    ]);
  });
  it("allow HEAD, and an answer without a body", async () => {
    const answer = await stand.get("/left-pad", { method: "HEAD" });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer.split("\r\n\r\n")[1]).toBe("");
    expect(stand.seen[0]?.method).toBe("HEAD");
  });
  it("allow several requests in one tunnel, each looked at for itself", async () => {
    const answer = await stand.inside(
      NPM,
      `${GET}\r\n${GET.replace("/left-pad", "/left-pad?x=1")}\r\n`,
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 403"]);
    expect(stand.seen.map(({ url }) => url)).toEqual(["/left-pad"]);
  });
  it("allow a host with its port, and a length of nothing", async () => {
    const lines = `GET /left-pad HTTP/1.1\r\nHost: ${NPM}:443\r\nContent-Length: 0\r\n\r\n`;
    expect(await stand.inside(NPM, lines)).toMatch(/^HTTP\/1\.1 200 /);
  });
  it("allow CONNECT of older programs, without a Host header", async () => {
    expect(await stand.raw(`CONNECT ${NPM}:443 HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  });
  it("tells the registry nothing in the caller's words", async () => {
    await stand.get("/left-pad", {
      headers: [
        "User-Agent: secret-1",
        "Authorization: Bearer secret-2",
        "Cookie: secret-3",
        "X-Anything: secret-4",
        "Referer: https://secret-5.example/",
        "Accept: application/vnd.npm.install-v1+json; secret=6, text/secret-7",
        "Accept-Encoding: gzip, secret-8",
        "Accept-Language: secret-9",
        'If-None-Match: "secret 10"',
        "If-Modified-Since: secret-11",
        "Range: bytes=0-1, secret=12",
        "Npm-Command: secret-13",
        "Via: secret-14",
      ],
    });
    const headers = stand.seen[0]?.headers ?? {};
    expect(JSON.stringify(headers)).not.toContain("secret");
    expect(headers).toEqual({
      host: NPM,
      "user-agent": "sallyport-gateway",
      accept: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*; q=0.5",
      "accept-encoding": "gzip",
      connection: "keep-alive",
    });
  });
  it("hands validators and ranges on in their one form", async () => {
    const headers = [
      'If-None-Match: W/"a1b2"',
      "If-Modified-Since: Mon, 01 Jun 2026 10:00:00 GMT",
      "Range: bytes=10-",
    ];
    await stand.get("/simple/six/", { host: PYPI, headers });
    expect(stand.seen[0]?.headers).toMatchObject({
      "if-none-match": 'W/"a1b2"',
      "if-modified-since": "Mon, 01 Jun 2026 10:00:00 GMT",
      range: "bytes=10-",
    });
  });
  it("closes with the window: a tunnel that stands is no way in afterwards", async () => {
    const tunnel = await stand.tunnel(NPM);
    const ask = () =>
      new Promise<string>((resolve) => {
        tunnel.once("data", (bytes) => resolve(bytes.toString()));
        tunnel.write(`${GET}\r\n`);
      });
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    stand.isOpen = false;
    expect(await ask()).toMatch(/^HTTP\/1\.1 403 /);
    expect(stand.seen).toHaveLength(1);
    tunnel.destroy();
  });
});

describe("without an install", () => {
  it("deny every registry, and say what to do", async () => {
    stand.isOpen = false;
    for (const host of READING_REGISTRIES)
      expect(await stand.connectLine(`${host}:443`)).toMatch(
        /^HTTP\/1\.1 403 .*no install is running$/,
      );
    expectNothingSent();
  });
});

describe("CONNECT to anything else", () => {
  it.each([
    ["another host", "evil.example:443"],
    ["a host that begins alike", `${NPM}.evil.example:443`],
    ["a host that ends alike", `evil-${NPM}:443`],
    ["a host below", `x.${NPM}:443`],
    ["another port", `${NPM}:80`],
    ["a port written otherwise", `${NPM}:0443`],
    ["a port with a sign", `${NPM}:+443`],
    ["a port too high", `${NPM}:66043`],
    ["no port", NPM],
    ["a dot at the end", `${NPM}.:443`],
    ["capitals", `${NPM.toUpperCase()}:443`],
    ["a user", `me@${NPM}:443`],
    ["a user that looks like the host", `${NPM}:443@evil.example:443`],
    ["a path", `${NPM}:443/x`],
    ["an encoded host", `${NPM.replace("r", "%72")}:443`],
    ["an address", "93.184.216.34:443"],
    ["loopback", "127.0.0.1:443"],
    ["an IPv6 address", "[::1]:443"],
    ["an address as a number", "2130706433:443"],
    ["the metadata service", "169.254.169.254:443"],
    ["an international name", "\u0440egistry.example:443"],
    ["a whole address", `https://${NPM}:443`],
    ["nothing", ""],
  ])("deny %s", async (_what, target) => {
    expect(await stand.connectLine(target)).not.toMatch(/ 200 /);
    expectNothingSent();
  });
  it("deny another Host header, and two of them", async () => {
    for (const hosts of [["evil.example"], [`${NPM}:443`, "evil.example"], [NPM, NPM]]) {
      const lines = hosts.map((host) => `Host: ${host}\r\n`).join("");
      expect(await stand.raw(`CONNECT ${NPM}:443 HTTP/1.1\r\n${lines}\r\n`)).toMatch(
        /^HTTP\/1\.1 403 /,
      );
    }
  });
  it("deny a body, and bytes before the tunnel stands", async () => {
    const head = `CONNECT ${NPM}:443 HTTP/1.1\r\nHost: ${NPM}:443\r\n`;
    expect(await stand.raw(`${head}\r\n${GET}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await stand.raw(`${head}Transfer-Encoding: chunked\r\n\r\n`)).not.toMatch(/ 200 /);
    expectNothingSent();
  });
  it("deny another name in the handshake", async () => {
    for (const servername of ["evil.example", YARN, `${NPM}.evil.example`, `x.${NPM}`])
      await expect(stand.tunnel(NPM, { servername })).rejects.toThrow();
    expect(stand.counts().refused["server-name"]).toEqual({ [NPM]: 4 });
  });
  it("deny HTTP/2, in the handshake and without", async () => {
    await expect(stand.tunnel(NPM, { alpn: ["h2"] })).rejects.toThrow();
    const both = await stand.tunnel(NPM, { alpn: ["h2", "http/1.1"] });
    expect(both.alpnProtocol).toBe("http/1.1");
    both.destroy();
    const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    expect(await stand.inside(NPM, preface)).not.toMatch(/ 200 /);
    expect(await stand.raw(preface)).not.toMatch(/ 200 /);
  });
  it("deny another tunnel inside of one", async () => {
    const inner = `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n`;
    expect(await stand.inside(NPM, inner)).toMatch(/^HTTP\/1\.1 403 /);
    const same = `CONNECT ${NPM}:443 HTTP/1.1\r\nHost: ${NPM}\r\n\r\n`;
    expect(await stand.inside(NPM, same)).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe("requests outside of a tunnel", () => {
  it.each([
    ["plain http to a registry", `http://${NPM}/left-pad`, NPM],
    ["plain http to another host", "http://evil.example/?secret", "evil.example"],
    ["https in one line", `https://${NPM}/left-pad`, NPM],
    ["ftp", `ftp://${NPM}/left-pad`, NPM],
    ["the gateway itself", "/", "127.0.0.1"],
    ["a path of the registry", "/left-pad", NPM],
    ["everything", "*", NPM],
  ])("deny %s", async (_what, url, host) => {
    expect(await stand.raw(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expectNothingSent();
  });
  it("say that registries are read by https", async () => {
    const answer = await stand.raw(`GET http://${NPM}/left-pad HTTP/1.1\r\nHost: ${NPM}\r\n\r\n`);
    expect(answer).toContain("write https:// where http:// stands");
  });
  it.each(["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])("deny %s", async (method) => {
    const lines = `${method} http://${NPM}/left-pad HTTP/1.1\r\nHost: ${NPM}\r\nContent-Length: 6\r\n\r\nsecret`;
    expect(await stand.raw(lines)).toMatch(/^HTTP\/1\.1 403 /);
    expectNothingSent();
  });
});

describe("writing inside of a tunnel", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])(
    "deny %s",
    async (method) => {
      const lines = `${method} /left-pad HTTP/1.1\r\nHost: ${NPM}\r\nContent-Length: 6\r\n\r\nsecret`;
      expect(await stand.inside(NPM, lines)).toMatch(/^HTTP\/1\.1 403 /);
      expectNothingSent();
    },
  );
  it("deny a method that nobody knows", async () => {
    expect(await stand.inside(NPM, `SECRET /left-pad HTTP/1.1\r\nHost: ${NPM}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expectNothingSent();
  });
  it.each([
    ["a query", "/left-pad?secret"],
    ["a fragment", "/left-pad#secret"],
    ["climbing", "/left-pad/../secret"],
    ["an encoding", "/left-pad%3fsecret"],
    ["an encoding of an encoding", "/@a%252fsecret"],
    ["a whole address of another host", "http://evil.example/left-pad"],
    ["a whole address of the host", `https://${NPM}/left-pad`],
    ["two slashes in front", "//evil.example/left-pad"],
    ["a control character", "/left-pad\u0001"],
    ["a letter past ASCII", "/left-p\u00e4d"],
    ["much", `/${"a".repeat(5_000)}`],
  ])("deny %s in the path", async (_what, path) => {
    expect(await stand.inside(NPM, `GET ${path} HTTP/1.1\r\nHost: ${NPM}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 40[03] /,
    );
    expectNothingSent();
  });
  it.each([
    ["a body", "Content-Length: 6\r\n\r\nsecret"],
    ["a body in chunks", "Transfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n0\r\n\r\n"],
    ["a body in chunks that are called otherwise", "Transfer-Encoding: xchunked\r\n\r\n"],
    ["two lengths", "Content-Length: 0\r\nContent-Length: 6\r\n\r\nsecret"],
    ["a list of lengths", "Content-Length: 0, 6\r\n\r\nsecret"],
    ["a length below zero", "Content-Length: -1\r\n\r\n"],
    ["a length with a sign", "Content-Length: +0\r\n\r\n"],
    ["a length and chunks", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["chunks behind a space", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"],
    ["chunks on a folded line", "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["a trailer", "Trailer: secret\r\n\r\n"],
    ["an expectation", "Expect: 100-continue\r\nContent-Length: 6\r\n\r\n"],
    ["an expectation of something else", "Expect: secret\r\n\r\n"],
    ["a web socket", "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    [
      "HTTP/2 in clear",
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
    ],
    ["another host", "Host: evil.example\r\n\r\n"],
    ["the host again", `Host: ${NPM}\r\n\r\n`],
    ["a bare line feed", "X: y\nContent-Length: 6\r\n\r\nsecret"],
    ["a bare carriage return", "X: y\rContent-Length: 6\r\n\r\nsecret"],
    ["a zero", "X: \0\r\n\r\n"],
    ["very many headers", `${"a: b\r\n".repeat(2_500)}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ])("deny %s", async (_what, rest) => {
    const answer = await stand.inside(NPM, `${GET}${rest}`);
    expect(answer).not.toMatch(/HTTP\/1\.1 (?:1|2)\d\d/);
    expectNothingSent();
  });
  it.each([
    ["no host", "GET /left-pad HTTP/1.1\r\n\r\n"],
    ["another host", "GET /left-pad HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
    ["another registry", `GET /left-pad HTTP/1.1\r\nHost: ${YARN}\r\n\r\n`],
    ["another port", `GET /left-pad HTTP/1.1\r\nHost: ${NPM}:80\r\n\r\n`],
    ["an older version", `GET /left-pad HTTP/1.0\r\nHost: ${NPM}\r\n\r\n`],
    ["the oldest version", "GET /left-pad\r\n\r\n"],
    ["a newer version", `GET /left-pad HTTP/1.2\r\nHost: ${NPM}\r\n\r\n`],
    ["a long head", `${GET}X: ${"a".repeat(20_000)}\r\n\r\n`],
    [
      "a request in a request",
      `${GET}Content-Length: 60\r\n\r\nGET /secret HTTP/1.1\r\nHost: ${NPM}\r\n\r\n`,
    ],
    ["noise", "\u0000\u0001\u0002 secret\r\n\r\n"],
  ])("deny %s", async (_what, bytes) => {
    const answer = await stand.inside(NPM, bytes);
    expect(answer).not.toMatch(/HTTP\/1\.1 (?:1|2)\d\d/);
    expectNothingSent();
  });
  it("what follows a refused request is not read", async () => {
    const refused = `PUT /left-pad HTTP/1.1\r\nHost: ${NPM}\r\nContent-Length: 1\r\n\r\nx`;
    const answer = await stand.inside(NPM, `${refused}${GET}\r\n`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 403"]);
    expectNothingSent();
  });
});
