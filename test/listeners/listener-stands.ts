// Each listener of ours as it runs, with what it keeps secret, all that may be asked of it, and how its owner is answered.
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { egressRules } from "#govern/network/egress-rules.ts";
import { proveConsistency } from "#record/log/proofs/proof.ts";
import { formatAddCheckpoint } from "#record/log/proofs/witness-protocol.ts";
import { tileSource } from "#record/store/log-reader.ts";
import { ENDPOINTS } from "#surface/dashboard/api/endpoints.ts";
import { PHONE_CALLS } from "#surface/dashboard/phone/phone-calls.ts";
import { PHONE_CALL_PATH } from "#surface/dashboard/phone/phone-server.ts";
import { API_PATH } from "#surface/dashboard/server.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";
import { startStandIn } from "#surface/services/canary/stand-in.ts";
import { createEgressProxy } from "#surface/services/egress/egress-proxy.ts";
import { credentialsBy } from "#surface/services/egress/session-credentials.ts";
import { serveCollector } from "#surface/services/fleet/collector-server.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { signatureOf } from "#surface/services/notify/channels/webhook-signature.ts";
import { filesOf, memoryLog, signer } from "../record/log/memory-log.ts";
import { freePort, preToolUse, sendTo, verdictOf } from "../surface/daemon/daemon-stand.ts";
import { servePhone } from "../surface/dashboard/phone/asked-phone.ts";
import { serve } from "../surface/dashboard/served.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";
import { NPM, openGatewayStand } from "../surface/services/gateway/gateway-stand.ts";
import { HOOK_SECRET, type Household, tokenOf } from "./household.ts";

/** What may be asked. `isMeant`: everybody is answered, and nothing in it is secret. */
export type Asking = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly isMeant?: boolean;
  /** What a refusal says that comes with status 200, as the client wants it. */
  readonly refusal?: RegExp;
};

export type ListenerStand = {
  readonly port: number;
  readonly tls: boolean;
  /** It speaks HTTP/2 too. */
  readonly http2?: boolean;
  /** The name by which it is asked; with its port unless it is a name. */
  readonly host?: string;
  readonly askings: readonly Asking[];
  /** What has counted once and must not count again. */
  readonly replays?: readonly string[];
  readonly secrets: () => Readonly<Record<string, string>>;
  /** How long who says nothing, or ever so slowly, may stay; with a margin for a busy machine. */
  readonly stayMs: number;
  /** The owner's own request, as the product makes it; gives what was answered. */
  ask(): Promise<string>;
  /** What the person or the record was told by then; undefined where nobody is turned away by 512 connections, or all is over within moments. */
  readonly told: (() => Promise<string>) | undefined;
  close(): Promise<void>;
};

type Answer = { readonly status: number; readonly text: string };

/** A request on a connection of its own. */
export function asked(
  port: number,
  { method, path, body }: Asking,
  more: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  } = {},
): Promise<Answer> {
  const { headers = {}, tls } = more;
  const send = tls === undefined ? request : secureRequest;
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const sent = send(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        agent: false,
        timeout: 20_000,
        ...tls,
        headers: { ...type, ...headers },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.once("timeout", () => sent.destroy(new Error("no answer")));
    sent.once("error", reject).end(body);
  });
}

const get = (path: string, isMeant = false): Asking => ({ method: "GET", path, isMeant });
const post = (path: string, body = "{}"): Asking => ({ method: "POST", path, body });
const NONCE = "0a".repeat(32);
/** Beyond the bound of the listener, for a machine that is busy. */
const MARGIN_MS = 8_000;

const fresh = () => mkdtempSync(join(tmpdir(), "sallyport-listener-"));
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** Listeners by the names of the list in `scripts/checks/listeners.ts`; each is opened with a household that is there. */
export const STANDS: Readonly<Record<string, (household: Household) => Promise<ListenerStand>>> = {
  async daemon(household) {
    const { data, project } = household;
    const port = (JSON.parse(readFileSync(join(data, "state.json"), "utf8")) as { port: number })
      .port;
    const authority = readFileSync(join(data, "tls/authority.pem"), "utf8");
    const { "hook token": token } = tokenOf(project);
    return {
      port,
      tls: true,
      http2: true,
      stayMs: 18_000 + MARGIN_MS,
      secrets: household.secrets,
      askings: [
        get("/v1/health", true),
        get(`/v1/health?nonce=${NONCE}`, true),
        get("/v1/decisions"),
        post("/v1/operator", '{"order":"off"}'),
        post("/v1/question"),
        ...["logs", "metrics", "traces"].map((signal) => post(`/v1/${signal}`)),
        { ...post("/v1/hook", preToolUse()), refusal: /"decision":"block"/ },
        get("/"),
      ],
      async ask() {
        const body = preToolUse({ cwd: project, session_id: "s-1" });
        const { json, status } = await sendTo({ port, authority }, token, body);
        return `${status} ${verdictOf(json)}`;
      },
      async told() {
        const status = await household.run("daemon", "status", "--json");
        const log = await household.run("log", "search", "kind=rejected", "--json");
        return `${status.text}\n${log.text}`;
      },
      close: () => Promise.resolve(),
    };
  },
  async dashboard(household) {
    const served = await household.serve(["dashboard", "--port", "0"], /#login=[\w-]{43}/, {
      atTerminal: true,
    });
    const [, at = "", token = ""] =
      /http:\/\/127\.0\.0\.1:(\d+)\/#login=([\w-]{43})/.exec(served.said()) ?? [];
    const port = Number(at);
    const login = await asked(port, post(`${API_PATH}/login`, JSON.stringify({ token })));
    const mine = (JSON.parse(login.text) as { bearer: string }).bearer;
    return {
      port,
      tls: false,
      stayMs: 15_000 + MARGIN_MS,
      secrets: () => ({ ...household.secrets(), "session of the dashboard": mine }),
      askings: [
        get("/", true),
        get("/index.html", true),
        // The app answers for each of its addresses; what it must not give is a file.
        get("/../../keys/operator.secret", true),
        get("/%2e%2e/%2e%2e/keys/operator.secret", true),
        get(`${API_PATH}/control/challenge?nonce=${NONCE}`, true),
        ...ENDPOINTS.filter(({ path }) => path !== "/control/challenge").map(
          ({ method, path, role }) => {
            const at = `${API_PATH}${path.replaceAll(/:\w+|\{\w+\}/g, "1")}`;
            return method === "GET" ? get(at, role === "nobody") : { ...post(at), method };
          },
        ),
      ],
      replays: [raw(`127.0.0.1:${port}`, post(`${API_PATH}/login`, JSON.stringify({ token })))],
      ask: async () => String((await asked(port, get(`${API_PATH}/me`), bearer(mine))).status),
      told: async () => (await household.run("log", "search", "kind=dashboard", "--json")).text,
      // The household ends it.
      close: () => Promise.resolve(),
    };
  },
  async "dashboard of a team"() {
    const url = new URL("http://127.0.0.1:1/");
    const served = await serve({}, { url, host: "127.0.0.1", port: 0, tls: undefined });
    const port = served.publicPort ?? 0;
    const mine = served.bearer("viewer");
    // Its name is that of the proxy in front.
    return {
      port,
      tls: false,
      host: url.host,
      stayMs: 15_000 + MARGIN_MS,
      secrets: () => ({ "session of the dashboard": mine }),
      askings: [
        get("/", true),
        get(`${API_PATH}/control/challenge?nonce=${NONCE}`),
        post(`${API_PATH}/control`, '{"what":"code"}'),
        get(`${API_PATH}/overview`),
        get(`${API_PATH}/team/sessions`),
        get("/oidc/login"),
      ],
      ask: async () => {
        const headers = { ...bearer(mine).headers, host: url.host };
        return String((await asked(port, get(`${API_PATH}/me`), { headers })).status);
      },
      told: async () => {
        await served.close();
        return JSON.stringify(served.notes);
      },
      close: () => served.close().catch(() => undefined),
    };
  },
  async phone() {
    const phone = await servePhone();
    const port = Number(phone.url.port);
    const used = phone.link(phone.ask());
    await phone.call("/open", { token: used.token });
    const waiting = phone.link(phone.ask());
    const secrets = { "link of a phone": waiting.token, "what is asked": "files.example" };
    return {
      port,
      tls: false,
      stayMs: 15_000 + MARGIN_MS,
      secrets: () => secrets,
      askings: [
        get("/", true),
        ...PHONE_CALLS.map(({ path }) => post(`${PHONE_CALL_PATH}${path}`, '{"token":"x"}')),
      ],
      replays: [
        raw(phone.url.host, post(`${PHONE_CALL_PATH}/open`, JSON.stringify({ token: used.token }))),
      ],
      async ask() {
        const { token } = phone.link(phone.ask());
        const opened = await phone.call("/open", { token });
        const own = { bearer: String(opened.json["bearer"]) };
        const state = await phone.call("/state", {}, own);
        return `${opened.status} ${state.status}`;
      },
      async told() {
        await phone.close();
        return JSON.stringify(phone.notes);
      },
      close: () => phone.close().catch(() => undefined),
    };
  },
  async collector() {
    const root = fresh();
    const ca = certifyIn(root, "ca", "/CN=an authority");
    const server = certifyIn(root, "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1\n");
    const machine = certifyIn(root, "machine", "/O=acme/CN=one");
    const collector = await serveCollector({
      store: { tree: async () => undefined } as unknown as FleetStore,
      host: "127.0.0.1",
      port: 0,
      tls: { ...server, ca: ca.cert },
      eventsPerMinute: () => 1,
      nowMs: () => Date.now(),
      report: () => undefined,
    });
    const { port } = collector;
    return {
      port,
      tls: true,
      stayMs: 30_000 + MARGIN_MS,
      secrets: () => ({ "key of the collector": linesOf(server.key)[1] ?? "" }),
      askings: [get("/v1/trees/x"), post("/v1/batches"), post("/v1/erasures"), post("/v1/reports")],
      ask: async () => {
        const tls = { ca: ca.cert, ...machine };
        const { status, text } = await asked(port, get("/v1/trees/x"), { tls });
        return `${status} ${text}`;
      },
      // One address has a share of 1,024: an office may come from one.
      told: undefined,
      async close() {
        await collector.close();
        rmSync(root, { recursive: true, force: true });
      },
    };
  },
  async witness(household) {
    const state = join(household.home, "witness");
    const own = ["--state", state, "--name", "witness.example/one"];
    await household.run("witness", "trust", signer.verifier.text, ...own);
    const words = ["witness", "serve", "--port", "0", "--json", ...own];
    const served = await household.serve(words, /"url"/);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(served.said())?.[1]);
    let old = 0;
    return {
      port,
      tls: false,
      stayMs: 10_000 + MARGIN_MS,
      secrets: household.secrets,
      askings: [get(`/checkpoint/${NONCE}`), post("/add-checkpoint"), get("/")],
      async ask() {
        const log = memoryLog([old + 1]);
        const proof = await proveConsistency(old, old + 1, tileSource(filesOf(log)));
        const checkpoint = Buffer.from(log.get("checkpoint") ?? []).toString("utf8");
        const body = formatAddCheckpoint({ old, proof, checkpoint });
        old += 1;
        return String(
          (await asked(port, { method: "POST", path: "/add-checkpoint", body })).status,
        );
      },
      told: () => Promise.resolve(served.said()),
      close: () => Promise.resolve(),
    };
  },
  async "answers from elsewhere"(household) {
    const settings =
      'channels: []\ninbound: [{ name: soar, from: webhook, secret: "env:HOOK_SECRET", actions: [acknowledge] }]\n';
    writeFileSync(join(household.data, "notify.yaml"), settings, { mode: 0o600 });
    const served = await household.serve(["notify", "receive", "--port", "0", "--json"], /"url"/);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(served.said())?.[1]);
    const signed = (): Asking & { readonly headers: Record<string, string> } => {
      const id = `msg_${randomUUID()}`;
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const data = { action: "acknowledge", subject: "n-1", by: "ada" };
      const body = JSON.stringify({ type: "action", data });
      const signature = signatureOf(HOOK_SECRET, { id, timestamp, body });
      const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
      return { ...post("/answer", body), headers: { ...headers, "webhook-signature": signature } };
    };
    const ask = async (): Promise<string> => {
      const { headers, ...asking } = signed();
      return String((await asked(port, asking, { headers })).status);
    };
    return {
      port,
      tls: false,
      stayMs: 10_000 + MARGIN_MS,
      secrets: () => ({ ...household.secrets(), "secret of a sender": HOOK_SECRET.slice(6) }),
      askings: [post("/answer"), get("/answer"), get("/")],
      ask,
      told: () => Promise.resolve(served.said()),
      close: () => Promise.resolve(),
    };
  },
  async gateway() {
    const stand = await openGatewayStand();
    const { port } = stand.gateway;
    return {
      port,
      tls: false,
      stayMs: 30_000 + MARGIN_MS,
      secrets: () => ({ "what a registry says": "left-pad" }),
      askings: [
        { method: "CONNECT", path: `${NPM}:443` },
        { method: "CONNECT", path: "evil.example:443" },
        get(`http://${NPM}/left-pad`),
        get("/"),
      ],
      ask: async () => ((await stand.get("/left-pad")).includes("left-pad") ? "read" : "nothing"),
      told: () => Promise.resolve(JSON.stringify(stand.counts())),
      close: () => stand.close(),
    };
  },
  async "egress proxy"() {
    const far = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () =>
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhost-canary"),
      );
    });
    await new Promise<void>((resolve) => far.listen(0, "127.0.0.1", resolve));
    const address = far.address();
    const farPort = typeof address === "object" && address !== null ? address.port : 0;
    const rules = egressRules([], { allow: ["allowed.example"], deny: [] }, loadDestinations());
    const refused: string[] = [];
    const proxy = createEgressProxy({
      rules: () => rules,
      credentials: credentialsBy(Buffer.alloc(32), false),
      network: {
        resolve: async () => ["203.0.113.7"],
        connect: () => connect({ port: farPort, host: "127.0.0.1", allowHalfOpen: true }),
      },
      // WHY fewer than it has: the flood is to be more than its share.
      limits: { connections: 512 },
      outcome: ({ why }) => void (why === undefined || refused.push(why)),
    });
    const port = await proxy.listenOn(0);
    const inside = get("http://allowed.example/");
    return {
      port,
      tls: false,
      stayMs: 15_000 + MARGIN_MS,
      secrets: () => ({ "what a host says": "host-canary" }),
      askings: [
        { method: "CONNECT", path: "allowed.example:80" },
        { method: "CONNECT", path: "other.example:443" },
        inside,
        get("http://other.example/"),
        get("/"),
      ],
      ask: async () => {
        const { status, text } = await asked(port, inside, {
          headers: { host: "allowed.example" },
        });
        return `${status} ${text}`;
      },
      told: () => Promise.resolve(refused.join(" ")),
      async close() {
        proxy.close();
        await new Promise((resolve) => far.close(resolve));
      },
    };
  },
  async "MCP server"(household) {
    const port = await freePort();
    const words = ["mcp-server", "--listen", String(port), "--project", household.project];
    const served = await household.serve(words, /serving MCP/);
    const hello = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "test", version: "1" },
      },
    });
    const call = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list", params: {} });
    return {
      port,
      tls: false,
      stayMs: 30_000 + MARGIN_MS,
      secrets: household.secrets,
      askings: [post("/mcp", hello), post("/mcp", call), get("/mcp"), get("/")],
      ask: async () => {
        const headers = { accept: "application/json, text/event-stream" };
        return String((await asked(port, post("/mcp", hello), { headers })).status);
      },
      told: () => Promise.resolve(served.said()),
      close: () => Promise.resolve(),
    };
  },
  async "stand-in for the model"() {
    const standIn = await startStandIn({ main: [], agent: [], agentWord: "AGENT" });
    const url = new URL(standIn.url);
    const message = JSON.stringify({ model: "m", messages: [], tools: [{ name: "Bash" }] });
    return {
      port: Number(url.port),
      tls: false,
      stayMs: 30_000 + MARGIN_MS,
      secrets: () => ({}),
      askings: [post("/v1/messages", message), post("/v1/messages/count_tokens"), get("/")],
      async ask() {
        const path = `${url.pathname.replace(/\/$/, "")}/v1/messages`;
        const { status } = await asked(Number(url.port), { ...post(path, message) });
        return String(status);
      },
      told: undefined,
      close: () => standIn.close(),
    };
  },
};

const MIME = "Accept: application/json, text/event-stream\r\nContent-Type: application/json";

/** The bytes of a request. */
export function raw(
  host: string,
  { method, path, body }: Asking,
  headers: readonly string[] = [],
): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(host === "" ? [] : [`Host: ${host}`]),
    ...headers,
    ...(body === undefined ? [] : [MIME, `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return `${lines.join("\r\n")}\r\nConnection: close\r\n\r\n${body ?? ""}`;
}

const linesOf = (text: string) => text.split("\n");
