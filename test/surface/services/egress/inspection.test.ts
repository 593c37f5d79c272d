// TLS that is ended for named hosts with the organisation's authority: what programs see, what is refused and recorded, and authorities that do not start.
import { execFile, execFileSync } from "node:child_process";
import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls, createSecureContext, createServer as createTls } from "node:tls";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { egressRules } from "#govern/network/egress-rules.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { createEgressProxy } from "#surface/services/egress/egress-proxy.ts";
import { type InspectionWish, openInspection } from "#surface/services/egress/inspection.ts";
import { credentialsBy } from "#surface/services/egress/session-credentials.ts";
import type { EgressOutcome } from "#surface/services/egress/shared.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { until } from "../../../until.ts";

const run = promisify(execFile);
const room = freshDirectory();
const destinations = loadDestinations();
const DAY_MS = 86_400_000;
const HOSTS = ["a.example", "read.example", "paths.example", "pinned.example", "bad.example"];
const ALLOW = [
  ...["a.example", "read.example=read", "paths.example/v1/items", "pinned.example", "bad.example"],
];
const inRoom = (name: string): string => join(room.path, name);
const put = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(inRoom(name), text);
  chmodSync(inRoom(name), mode);
  return inRoom(name);
};
const issued = (nowMs: number, days: number, hosts: readonly string[] = HOSTS) =>
  createAuthority({ name: `corp ${randomBytes(4).toString("hex")}`, nowMs, days, hosts });
const web = createAuthority({ name: "web", nowMs: Date.now(), days: 10, hosts: HOSTS });
const corp = issued(Date.now(), 10);

function leafOf(host: string, authority = web, name = "web") {
  return issueServerCertificate(
    { name, key: createPrivateKey(authority.key) },
    { nowMs: Date.now(), days: 5, host },
  );
}
const wish = (more: Partial<InspectionWish> = {}): InspectionWish => ({
  hosts: HOSTS,
  except: ["pinned.example"],
  certificateFile: put("corp.pem", corp.certificate, 0o644),
  keyFile: put("corp.key", corp.key),
  ...more,
});

let server: Server;
let proxy: ReturnType<typeof createEgressProxy>;
let port = 0;
const outcomes: EgressOutcome[] = [];
const seen: string[] = [];
const issuers: string[] = [];

beforeAll(async () => {
  const contexts = new Map(HOSTS.map((host) => [host, leafOf(host)]));
  const other = issued(Date.now(), 10);
  const usual = leafOf("a.example");
  server = createServer(
    {
      cert: usual.certificate,
      key: usual.key,
      SNICallback(name, done) {
        const leaf =
          name === "bad.example"
            ? leafOf(name, other, new X509Certificate(other.certificate).subject.slice(3))
            : (contexts.get(name) ?? usual);
        done(null, createSecureContext({ cert: leaf.certificate, key: leaf.key }));
      },
    },
    (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
      request.on("end", () => {
        seen.push(`${request.method} ${request.headers.host} ${request.url} ${body.length}`);
        const file = /^\/repo\.git(\/[\w./-]+)/.exec(request.url ?? "")?.[1];
        if (file === undefined) return response.end(`answered ${request.url}`);
        try {
          return response.end(readFileSync(inRoom(`repo.git${file}`)));
        } catch {
          return response.writeHead(404).end();
        }
      });
    },
  );
  server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 101 Switching\r\n\r\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  room.remove();
});
beforeEach(async () => {
  for (const list of [outcomes, seen, issuers]) list.length = 0;
  proxy = createEgressProxy({
    rules: () => egressRules([], { allow: ALLOW, deny: ["a.example/admin"] }, destinations),
    credentials: credentialsBy(Buffer.alloc(32, 7), false),
    limits: { headMs: 3_000 },
    outcome: (outcome) => void outcomes.push(outcome),
    inspection: openInspection(wish(), {
      destinations,
      nowMs: Date.now,
      trusted: [web.certificate],
    }),
    network: {
      resolve: () => Promise.resolve(["203.0.113.7"]),
      connect: () => connect((server.address() as AddressInfo).port, "127.0.0.1"),
    },
  });
  port = await proxy.listenOn(0);
});
afterEach(() => proxy.close());

/** One request over TLS through the proxy; the text of the answer, or why there is none. */
async function ask(host: string, lines: readonly string[], ca = corp.certificate): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
  const [head] = (await once(socket, "data")) as [Buffer];
  if (!head.toString().startsWith("HTTP/1.1 200")) return head.toString();
  return await new Promise((resolve) => {
    const inside = connectTls({ socket, servername: host, ca: [ca] }, () => {
      issuers.push(inside.getPeerCertificate().issuer.CN ?? "");
      inside.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    let text = "";
    inside.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    inside.on("error", (cause) => resolve(`${text}${cause.message}`));
    inside.on("close", () => resolve(text));
  });
}
const get = (host: string, path: string, method = "GET"): Promise<string> =>
  ask(host, [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Content-Length: 0"]);

test("a request passes, the server is verified, and method and path are told without a query", async () => {
  expect(await get("a.example", "/v1/items?key=1")).toMatch(/^HTTP\/1\.1 200 [^]*answered \/v1/);
  expect(issuers).toEqual([new X509Certificate(corp.certificate).subject.slice(3)]);
  await until("it is told", () => outcomes.length === 1);
  expect(outcomes[0]).toMatchObject({
    why: undefined,
    via: "connect",
    method: "GET",
    path: "/v1/items",
  });
});

test("where only reading is allowed, a tunnel is read along, and writing is refused", async () => {
  expect(await get("read.example", "/")).toContain("answered /");
  expect(await get("read.example", "/", "POST")).toMatch(/^HTTP\/1\.1 403 [^]*may only be read/);
  expect(seen).toEqual(["GET read.example / 0"]);
});

test("paths that are named pass, and no other one, however it is written", async () => {
  expect(await get("paths.example", "/v1/items/7")).toContain("answered");
  for (const path of [
    ...["/", "/v1/itemsx", "/v1/items/../admin", "/v1/items/%2e%2e/admin", "/v1/items//x"],
    ...["/v1/items/..%2fadmin", "/v1/items;x", "/v1/items\\..\\admin"],
  ])
    expect(await get("paths.example", path), path).toMatch(/^HTTP\/1\.1 40[03] /);
  expect(seen).toEqual(["GET paths.example /v1/items/7 0"]);
});

test("a path that is denied does not pass, nor one that may be the same", async () => {
  for (const path of ["/admin", "/admin/x", "/x/../admin", "/%2e/admin"])
    expect(await get("a.example", path), path).toMatch(/^HTTP\/1\.1 403 /);
  expect(await get("a.example", "/administration")).toContain("answered");
});

test.each([
  ["another host", ["GET / HTTP/1.1", "Host: read.example"], /403 [^]*do not name the same place/],
  ["no host", ["GET / HTTP/1.1"], /^HTTP\/1\.1 400/],
  [
    "two lengths",
    ["POST / HTTP/1.1", "Host: a.example", "Content-Length: 1", "Content-Length: 2"],
    /^HTTP\/1\.1 400/,
  ],
  [
    "a length and chunks",
    ["POST / HTTP/1.1", "Host: a.example", "Content-Length: 1", "Transfer-Encoding: chunked"],
    /^HTTP\/1\.1 400/,
  ],
  [
    "a WebSocket",
    ["GET / HTTP/1.1", "Host: a.example", "Upgrade: websocket", "Connection: Upgrade"],
    /403 [^]*another protocol/,
  ],
])("%s is refused in an inspected tunnel", async (_, lines, answer) => {
  expect(await ask("a.example", lines)).toMatch(answer);
  expect(seen).toEqual([]);
});

test("a second request on the connection is not read as another", async () => {
  const text = await ask("a.example", [
    ...["GET /one HTTP/1.1", "Host: a.example", "", "GET /two HTTP/1.1", "Host: a.example"],
  ]);
  expect(text).not.toContain("/two");
  expect(seen.join()).not.toContain("/two");
  expect(outcomes.map(({ path }) => path)).not.toContain("/two");
});

test("a server with a certificate that does not hold is refused with the reason", async () => {
  expect(await get("bad.example", "/")).toMatch(/^HTTP\/1\.1 502 [^]*cannot be verified/);
  expect(seen).toEqual([]);
  expect(outcomes.map(({ why }) => why)).toEqual(["certificate"]);
});

test("an excepted host has its own certificate, and nothing of its requests is told", async () => {
  const text = await ask(
    "pinned.example",
    ["GET / HTTP/1.1", "Host: pinned.example", "Connection: close"],
    web.certificate,
  );
  expect(text).toContain("answered /");
  expect(issuers).toEqual(["web"]);
  await until("it is told", () => outcomes.length === 1);
  expect(outcomes[0]).not.toHaveProperty("path");
});

test("a program that does not trust the authority gets nothing, and that is told", async () => {
  const text = await ask("a.example", ["GET / HTTP/1.1", "Host: a.example"], web.certificate);
  expect(text).toMatch(/certificate|issuer/);
  expect(seen).toEqual([]);
});

describe("real programs", () => {
  const variables = () => ({
    PATH: process.env["PATH"],
    HOME: room.path,
    GIT_CONFIG_NOSYSTEM: "1",
    https_proxy: `http://127.0.0.1:${port}`,
    GIT_SSL_CAINFO: inRoom("corp.pem"),
    CURL_CA_BUNDLE: inRoom("corp.pem"),
    SSL_CERT_FILE: inRoom("corp.pem"),
  });

  test("curl reads, sends a body, and says why it may not", async () => {
    const curl = async (...words: readonly string[]): Promise<string> =>
      (await run("curl", ["-sS", ...words], { env: variables() })).stdout;
    expect(await curl("https://a.example/one")).toBe("answered /one");
    expect(await curl("-d", "x".repeat(5_000), "https://a.example/two")).toBe("answered /two");
    expect(await curl("-d", "x", "https://read.example/")).toContain("may only be read here");
    expect(seen).toEqual(["GET a.example /one 0", "POST a.example /two 5000"]);
    const other = put("web.pem", web.certificate, 0o644);
    await expect(curl("--cacert", other, "https://a.example/")).rejects.toThrow();
    await until("it is told", () => outcomes.some(({ why }) => why === "not-trusted"));
    expect(outcomes.map(({ why }) => why)).not.toContain("malformed");
  });

  test("git clones", async () => {
    mkdirSync(inRoom("work"));
    const git = (...words: readonly string[]): string =>
      execFileSync("git", words, { cwd: inRoom("work"), env: variables(), encoding: "utf8" });
    git("init", "-q", "-b", "main");
    writeFileSync(join(inRoom("work"), "file"), "words\n");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "first");
    git("clone", "-q", "--bare", ".", inRoom("repo.git"));
    execFileSync("git", ["update-server-info"], { cwd: inRoom("repo.git"), env: variables() });
    await run("git", ["clone", "-q", "https://a.example/repo.git", inRoom("copy")], {
      env: variables(),
    });
    expect(readFileSync(join(inRoom("copy"), "file"), "utf8")).toBe("words\n");
    expect(seen.length).toBeGreaterThan(2);
  });

  test("an authority with a key of RSA and a longer name is one as well", async () => {
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
        ...["-subj", "/C=DE/O=Corp & Söhne/OU=IT/CN=Corp CA", "-utf8"],
        ...["-keyout", inRoom("rsa.key"), "-out", inRoom("rsa.pem")],
      ],
      { stdio: "ignore" },
    );
    chmodSync(inRoom("rsa.key"), 0o600);
    const inspection = openInspection(
      wish({ certificateFile: inRoom("rsa.pem"), keyFile: inRoom("rsa.key") }),
      { destinations, nowMs: Date.now },
    );
    const tls = createTls({ SNICallback: (name, done) => done(null, inspection.contextFor(name)) });
    tls.on("secureConnection", (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nby RSA"));
    tls.listen(0, "127.0.0.1");
    await once(tls, "listening");
    const at = (tls.address() as AddressInfo).port;
    const { stdout } = await run("curl", [
      ...["-sS", "--cacert", inRoom("rsa.pem"), "--resolve", `a.example:${at}:127.0.0.1`],
      `https://a.example:${at}/`,
    ]);
    expect(stdout).toBe("by RSA");
    tls.close();
  });
});

describe("it does not start", () => {
  const past = issued(Date.now() - 30 * DAY_MS, 5);
  const future = issued(Date.now() + 60 * DAY_MS, 5);
  const leaf = leafOf("a.example");
  test.each<[string, () => Partial<InspectionWish>, string]>([
    ["the key can be read by others", () => ({ keyFile: put("k", corp.key, 0o640) }), "chmod 600"],
    ["there is no key", () => ({ keyFile: inRoom("none") }), "there is no such file"],
    ["the key is none", () => ({ keyFile: put("k", "words") }), "no key in PEM"],
    ["the key is another's", () => ({ keyFile: put("k", web.key) }), "not that of the certificate"],
    [
      "the authority is over",
      () => ({ certificateFile: put("c", past.certificate), keyFile: put("k", past.key) }),
      "not valid any more",
    ],
    [
      "the authority is not there yet",
      () => ({ certificateFile: put("c", future.certificate), keyFile: put("k", future.key) }),
      "not valid yet",
    ],
    [
      "it is no authority",
      () => ({ certificateFile: put("c", leaf.certificate), keyFile: put("k", leaf.key) }),
      "none of an authority",
    ],
    ["there is no certificate", () => ({ certificateFile: put("c", "words") }), "no certificate"],
    ["a word is no host", () => ({ hosts: ["a b"] }), "is no destination"],
  ])("where %s", (_, more, why) => {
    expect(() => openInspection(wish(more()), { destinations, nowMs: Date.now })).toThrow(why);
  });
});
