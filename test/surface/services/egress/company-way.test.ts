// The egress proxy behind a company's proxy: hosts are reached through it alone, and each way in which it fails has a reason.
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import {
  connect as connectTls,
  createServer as createTls,
  type Server as TlsServer,
} from "node:tls";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { egressRules } from "#govern/network/egress-rules.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";
import { companyWay } from "#surface/services/egress/company-way.ts";
import { createEgressProxy } from "#surface/services/egress/egress-proxy.ts";
import { credentialsBy } from "#surface/services/egress/session-credentials.ts";
import type { EgressOutcome } from "#surface/services/egress/shared.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { proxyLogin } from "#surface/services/gateway/proxy-login.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { type Behaviour, startCompanyProxy } from "./company-proxy.ts";

const room = freshDirectory();
afterAll(() => room.remove());
const LOGIN = "ada:s3cret word";
const authority = createGatewayAuthority(Date.now(), ["a.example"]);
let plain: Server;
let secure: TlsServer;
const ends: (() => void)[] = [];
beforeEach(async () => {
  plain = createServer((request, response) => {
    response.end(`${request.url} ${request.headers["proxy-authorization"] ?? "no login"}`);
  });
  const { certificate: cert, key } = authority.leafFor("a.example", Date.now());
  secure = createTls({ cert, key }, (socket) => {
    socket.on("error", () => undefined);
    socket.end("inside");
  });
  for (const server of [plain, secure]) server.listen(0, "127.0.0.1");
  await Promise.all([once(plain, "listening"), once(secure, "listening")]);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  plain.closeAllConnections();
  plain.close();
  secure.close();
});

function loginFile(text = `${LOGIN}\n`, mode = 0o600): string {
  const file = join(room.path, "login");
  writeFileSync(file, text);
  chmodSync(file, mode);
  return `file:${file}`;
}

async function open(
  behaviour: Behaviour,
  { login = LOGIN, noProxy = "" }: { readonly login?: string; readonly noProxy?: string } = {},
) {
  const company = await startCompanyProxy({
    behaviour,
    login: LOGIN,
    to: (port) => ((port === 443 ? secure : plain).address() as AddressInfo).port,
  });
  const way = await companyWay(
    { proxy: undefined, login: loginFile(login) },
    {
      HTTPS_PROXY: `http://127.0.0.1:${company.port}`,
      NO_PROXY: noProxy,
      http_proxy: `127.0.0.1:${company.port}`,
    },
    1,
  );
  const outcomes: EgressOutcome[] = [];
  const direct: string[] = [];
  const proxy = createEgressProxy({
    rules: () =>
      egressRules(
        [],
        { allow: ["a.example", "b.example", "10.20.0.0/16"], deny: [] },
        loadDestinations(),
      ),
    credentials: credentialsBy(Buffer.alloc(32, 7), false),
    company: way.choice,
    limits: { proxyMs: 150 },
    outcome: (one) => void outcomes.push(one),
    network: {
      resolve(name) {
        direct.push(name);
        return Promise.resolve(["203.0.113.7"]);
      },
      connect: () => connect((plain.address() as AddressInfo).port, "127.0.0.1"),
    },
  });
  const port = await proxy.listenOn(0);
  ends.push(
    () => proxy.close(),
    () => company.close(),
  );
  const say = async (text: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    let heard = "";
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1")));
    socket.write(text);
    await once(socket, "close");
    return heard;
  };
  const get = (host: string) =>
    say(`GET http://${host}/path HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const tunnel = async (host: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
    const [head] = (await once(socket, "data")) as [Buffer];
    if (!head.toString().startsWith("HTTP/1.1 200")) {
      socket.destroy();
      return head.toString();
    }
    const inside = connectTls({ socket, servername: host, ca: [authority.certificate] });
    const [words] = (await once(inside, "data")) as [Buffer];
    inside.destroy();
    return words.toString();
  };
  return { company, outcomes, direct, words: way.words, get, tunnel };
}

test("tunnels and plain requests go through it with its login, and no name is looked up here", async () => {
  const { company, direct, get, tunnel, words, outcomes } = await open("good");
  expect(await tunnel("a.example")).toBe("inside");
  expect(await get("a.example")).toMatch(/^HTTP\/1\.1 200 [^]*\/path no login$/);
  expect(company.asked).toEqual(["CONNECT a.example:443", "GET http://a.example/path"]);
  expect(direct).toEqual([]);
  expect(words).toContain(`127.0.0.1:${company.port}`);
  expect(JSON.stringify([words, outcomes])).not.toContain("s3cret");
});

test("what the rules refuse does not reach it", async () => {
  const { company, get, tunnel } = await open("good");
  expect(await get("evil.example")).toContain("no host that may be reached");
  expect(await tunnel("evil.example")).toContain("HTTP/1.1 403");
  expect(await get("10.30.0.5")).toContain("403");
  expect(company.asked).toEqual([]);
});

test("what NO_PROXY names is reached without it", async () => {
  const { company, direct, get } = await open("good", { noProxy: "localhost, .example" });
  expect(await get("b.example")).toContain("/path no login");
  expect(direct).toEqual(["b.example"]);
  expect(company.asked).toEqual([]);
});

describe("it fails closed", () => {
  test.each([
    ["login", "wants other credentials", "proxy-login"],
    ["bad-gateway", "opened no way to it", "proxy-refused"],
    ["hang", "cannot be reached or does not answer", "proxy-silent"],
    ["leave", "cannot be reached or does not answer", "proxy-silent"],
    ["dribble", "cannot be reached or does not answer", "proxy-silent"],
  ] as const)("where it plays %s", async (behaviour, words, why) => {
    const { tunnel, direct, outcomes } = await open(behaviour);
    const text = await tunnel("a.example");
    expect(text).toMatch(/^HTTP\/1\.1 502 /);
    expect(text).toContain(words);
    expect(outcomes.map((one) => one.why)).toEqual([why]);
    expect(direct).toEqual([]);
  });

  test("where a plain request has the wrong login", async () => {
    const { get, outcomes } = await open("good", { login: "ada:other" });
    const text = await get("a.example");
    expect(text).toMatch(/^HTTP\/1\.1 502 [^]*wants other credentials/);
    expect(text).not.toMatch(/proxy-authenticate/i);
    expect(outcomes.map((one) => one.why)).toEqual(["proxy-login"]);
  });
});

describe("it does not start", () => {
  const none = { proxy: undefined, login: undefined };
  test.each([
    [none, { HTTPS_PROXY: "socks5://proxy.example:1080" }, "a kind that is not spoken here"],
    [none, { https_proxy: "https://proxy.example" }, "a kind that is not spoken here"],
    [none, { ALL_PROXY: "http://127.0.0.1:40128" }, "name this proxy itself"],
    [{ proxy: "socks5://u:pass@p.example", login: undefined }, {}, "is an address such as"],
    [{ proxy: undefined, login: "file:/x" }, {}, "needs a proxy"],
    [{ proxy: "http://p.example:3128", login: "file:x" }, {}, "from the root on"],
    [{ proxy: "http://p.example:3128", login: "file:/nonexistent/login" }, {}, "is not taken"],
  ])("with %j and %j", async (wish, environment, words) => {
    await expect(companyWay(wish, environment, 40_128)).rejects.toThrow(words);
  });

  test.each([
    ["others may read the file", `${LOGIN}\n`, 0o644, "nobody else may read"],
    ["it holds no login", "only a word", 0o600, "holds no `user:password`"],
    ["it holds a line end", "ada:one\r\nX: two", 0o600, "holds no `user:password`"],
  ])("where %s", async (_name, text, mode, words) => {
    await expect(proxyLogin(loginFile(text, mode))).rejects.toThrow(words);
  });
});

test("`none` goes directly whatever variables say, and the setting goes before them", async () => {
  const environment = { HTTPS_PROXY: "http://other.example:1", NO_PROXY: "b.example" };
  const off = await companyWay({ proxy: "none", login: undefined }, environment, 1);
  expect(off.choice("a.example", 443)).toBe("direct");
  const { choice } = await companyWay(
    { proxy: "http://p.example:3128", login: undefined },
    environment,
    1,
  );
  expect(choice("a.example", 443)).toMatchObject({ host: "p.example", port: 3128 });
  expect(choice("b.example", 443)).toBe("direct");
});

test("the login may be kept by the keychain", async () => {
  const setting = {
    environment: {},
    home: "/home/ada",
    system: "linux" as const,
    readText: () => undefined,
    run: () => Promise.resolve({ kind: "ended", status: 0, output: LOGIN, errors: "" } as const),
  };
  await expect(proxyLogin("keychain:proxy/ada", setting)).resolves.toMatch(/^Basic /);
});
