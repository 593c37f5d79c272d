// What the client makes of a proxy that managed settings name for its sandbox: which layer counts, what commands see of it and of `env`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as forward, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureAuthority, ensureServerCertificate } from "#surface/foundation/tls/tls.ts";
import { bash, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { whyMissing } from "../client/machine.ts";
import { sandboxed, sandboxOn } from "./containment-probes.ts";

const layers = ["user", "project", "local", "flag"] as const;
type Layer = (typeof layers)[number];

/** A proxy that answers each request with its name and what it was asked. */
type NamedProxy = { readonly server: Server; readonly port: number; readonly asked: string[] };

async function proxy(name: string): Promise<NamedProxy> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(`via ${name}`);
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.on("error", () => undefined);
    socket.end(`HTTP/1.1 403 via-${name}\r\n\r\n`);
  });
  server.on("connection", (socket) => socket.on("error", () => undefined));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { server, port, asked };
}

const networkOf = (port: number) => ({
  httpProxyPort: port,
  allowedDomains: [],
  allowManagedDomainsOnly: true,
});

type Session = {
  readonly layer?: Layer;
  readonly own?: object;
  readonly network: object;
  readonly env?: object;
  readonly filesystem?: object;
  readonly commands: readonly string[];
  readonly more?: Partial<ClientRunOptions>;
};

/** What the commands of a session printed, and its stderr. */
async function printed({ layer, own, network, env, filesystem, commands, more }: Session) {
  const run = await runClient({
    ...sandboxed(),
    settings: layer === undefined || layer === "flag" ? {} : { [layer]: own },
    managedSettings: {
      permissions: { allow: ["Bash"] },
      sandbox: {
        ...sandboxOn,
        filesystem: { allowManagedReadPathsOnly: true, ...filesystem },
        network,
      },
      ...(env === undefined ? {} : { env }),
    },
    extraArgs: layer === "flag" ? ["--settings", JSON.stringify(own)] : [],
    turns: commands.map((command) => bash(command)),
    ...more,
  });
  const texts = [...run.toolResults.values()].map((result) => result.text.trim());
  return texts.length === 0 ? [`no call ran: ${run.stderr.trim().slice(0, 300)}`] : texts;
}

/** Which proxy plain http and CONNECT of a command reach, and what its variables say, by the layer of a second value. */
async function tellLayers(): Promise<void> {
  const [managed, other] = [await proxy("managed"), await proxy("other")];
  const ask = 'curl -sS http://registry.test/x; echo " [$HTTP_PROXY] [$ALL_PROXY]"';
  const tunnel = "curl -sS https://registry.test/x 2>&1 | tail -1";
  const socks = "curl -sS --socks5-hostname localhost:1080 http://registry.test/x 2>&1 | tail -1";
  const cases: readonly (readonly [string, object])[] = [
    ["nothing", {}],
    ["httpProxyPort", { sandbox: { network: { httpProxyPort: other.port } } }],
    ["socksProxyPort", { sandbox: { network: { socksProxyPort: other.port } } }],
    ["allowedDomains", { sandbox: { network: { allowedDomains: ["registry.test"] } } }],
    [
      "tlsTerminate",
      { sandbox: { network: { tlsTerminate: { caCertPath: "/x.pem", caKeyPath: "/x.key" } } } },
    ],
  ];
  for (const [name, own] of cases) {
    for (const layer of layers) {
      const texts = await printed({
        layer,
        own,
        network: networkOf(managed.port),
        commands: [ask, tunnel, socks],
      });
      console.log(
        `${name} in ${layer}: ${JSON.stringify(texts)}; other asked: ${other.asked.length}`,
      );
      other.asked.length = 0;
      if (name === "nothing") break;
    }
  }
  for (const [name, network] of [
    ["managed allowedDomains [registry.test]", { allowedDomains: ["registry.test"] }],
    ["managed deniedDomains [registry.test]", { deniedDomains: ["registry.test"] }],
    ["managed strictAllowlist", { strictAllowlist: true }],
    ["managed socksProxyPort too", { socksProxyPort: other.port }],
  ] as const) {
    const texts = await printed({
      network: { ...networkOf(managed.port), ...network },
      commands: [ask, tunnel, socks],
    });
    console.log(`${name}: ${JSON.stringify(texts)}; managed asked ${managed.asked.join(", ")}`);
    managed.asked.length = 0;
  }
  managed.server.close();
  other.server.close();
}

/** What commands see of managed `env` beside another layer's, and of what the sandbox sets itself. */
async function tellVariables(): Promise<void> {
  const managed = await proxy("managed");
  const trusted = "/etc/ssl/certs/ca-certificates.crt";
  const env = { NODE_EXTRA_CA_CERTS: trusted, npm_config_cache: "/managed", HTTPS_PROXY: "" };
  const own = {
    env: { ...env, npm_config_cache: "/own", HTTPS_PROXY: "http://x:9", ADDED: "own" },
  };
  const show =
    "env | grep -iE 'proxy|cert|npm_config|^ADDED|GIT_|CLOUDSDK|DOCKER|TMPDIR|SANDBOX' | sort";
  const network = networkOf(managed.port);
  for (const layer of [undefined, ...layers]) {
    const [text] = await printed({
      ...(layer === undefined ? {} : { layer, own }),
      network,
      env,
      commands: [show],
    });
    console.log(`--- ${layer ?? "managed alone"}\n${text}`);
  }
  managed.server.close();
}

/** Which programs see managed `env`, and which what a hook at the session's start wrote for Bash calls. */
async function tellReaders(): Promise<void> {
  const lines =
    "[ -w '<outside>' ] || export CONTAINED=yes; [ ! -w '<outside>' ] || export FREE=yes";
  const server = { command: "/bin/sh", args: ["-c", "env > <outside>/server; sleep 1"] };
  const hook = (command: string) => [{ hooks: [{ type: "command", command }] }];
  const run = await runClient({
    ...sandboxed(),
    files: { ".mcp.json": JSON.stringify({ mcpServers: { x: server } }) },
    settings: { project: { enableAllProjectMcpServers: true } },
    managedSettings: {
      permissions: { allow: ["Bash", "Edit"] },
      sandbox: { ...sandboxOn, excludedCommands: ["printenv"] },
      env: { MANAGED: "yes" },
      hooks: {
        SessionStart: hook(`echo "${lines}" >> "$CLAUDE_ENV_FILE"`),
        PreToolUse: hook("env > <outside>/hook"),
      },
    },
    turns: [
      bash("sleep 2; env"),
      bash("printenv"),
      bash("find ~/.claude/session-env -name '*.sh' -exec cp /dev/null {} \\;"),
    ],
    inspect: ({ outside }) => {
      for (const name of ["server", "hook"])
        console.log(name, namesIn(readFileSync(join(outside, name), "utf8")));
    },
  });
  const [contained = "", excluded = "", changed = ""] = [...run.toolResults.values()].map(
    ({ text }) => text,
  );
  console.log("Bash call", namesIn(contained));
  console.log("excluded Bash call", namesIn(excluded));
  console.log("changing the lines:", changed.slice(0, 200));
}

function namesIn(text: string): string {
  return ["MANAGED", "CONTAINED", "FREE"].filter((name) => text.includes(name)).join(" ");
}

/** Whether a folder in `allowWrite` that is not there at the start is made writable, and one that is made meanwhile. */
async function tellFolders(): Promise<void> {
  const managed = await proxy("managed");
  const folder = "<outside>/.cache/sallyport/contained";
  const commands = [
    `mkdir -p ${folder}/npm && touch ${folder}/npm/first && echo made`,
    `touch ${folder}/second && echo made`,
    `ls -la ${folder}; ls <outside>`,
  ];
  for (const when of ["not there", "there at the start", "made before turn 1"] as const) {
    let isThere = false;
    const texts = await printed({
      network: networkOf(managed.port),
      filesystem: { allowWrite: [folder] },
      commands,
      more: {
        ...(when === "there at the start"
          ? { outsideFiles: { ".cache/sallyport/contained/kept": "" } }
          : {}),
        beforeTurn: (turn, places) => {
          if (when === "made before turn 1" && turn === 1)
            mkdirSync(join(places.outside, ".cache/sallyport/contained"), { recursive: true });
        },
        inspect: (places) => {
          isThere = existsSync(join(places.outside, ".cache/sallyport/contained/second"));
        },
      },
    });
    console.log(`folder ${when}: ${JSON.stringify(texts)}; outside: ${isThere}`);
  }
  managed.server.close();
}

/** Which proxy counts where managed settings name none, and a person or a project does. */
async function tellLowerAlone(): Promise<void> {
  const other = await proxy("other");
  const own = { sandbox: { network: { httpProxyPort: other.port } } };
  const socks = { sandbox: { network: { socksProxyPort: other.port } } };
  const network = { allowedDomains: [], allowManagedDomainsOnly: true };
  const ask = "curl -sS http://registry.test/x 2>&1 | head -c 80";
  const tunnel = "curl -sS --socks5-hostname localhost:1080 http://registry.test/x 2>&1 | tail -1";
  for (const layer of layers) {
    const [http] = await printed({ layer, own, network, commands: [ask] });
    const [through] = await printed({ layer, own: socks, network, commands: [tunnel] });
    console.log(`alone in ${layer}: ${JSON.stringify([http, through])}`);
  }
  other.server.close();
}

/** Whether the client itself reaches its model by TLS with the variables that trust a bundle, and without that file. */
async function tellModel(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "sallyport-spike-"));
  const { certificate, key } = ensureServerCertificate(directory, Date.now());
  const { certificate: authority } = ensureAuthority(directory, Date.now());
  let upstream = "";
  const server = createTlsServer({ cert: certificate, key }, (request, response) => {
    const { method, headers, url } = request;
    const onward = forward(`${upstream}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const whole = join(directory, "trust.pem");
  const roots = readFileSync("/etc/ssl/certs/ca-certificates.crt", "utf8");
  writeFileSync(whole, roots + authority);
  const [bare, gone] = ["/etc/ssl/certs/ca-certificates.crt", join(directory, "gone.pem")];
  for (const [name, env] of [
    ["both the bundle", { NODE_EXTRA_CA_CERTS: whole, SSL_CERT_FILE: whole }],
    ["extra alone", { NODE_EXTRA_CA_CERTS: whole }],
    ["SSL_CERT_FILE alone", { SSL_CERT_FILE: whole }],
    [
      "extra, SSL_CERT_FILE without our authority",
      { NODE_EXTRA_CA_CERTS: whole, SSL_CERT_FILE: bare },
    ],
    ["extra, SSL_CERT_FILE that is not there", { NODE_EXTRA_CA_CERTS: whole, SSL_CERT_FILE: gone }],
    ["neither there", { NODE_EXTRA_CA_CERTS: gone, SSL_CERT_FILE: gone }],
    ["without our authority", { NODE_EXTRA_CA_CERTS: bare, SSL_CERT_FILE: bare }],
  ] as const) {
    const run = await runClient({
      ...sandboxed(),
      settings: {},
      turns: [bash("echo ran")],
      timeoutMs: 20_000,
      managedFiles: (url) => {
        upstream = url;
        const address = `https://127.0.0.1:${port}`;
        const settings = {
          permissions: { allow: ["Bash"] },
          env: { ...env, ANTHROPIC_BASE_URL: address, API_TIMEOUT_MS: "3000" },
        };
        return { "managed-settings.json": JSON.stringify(settings) };
      },
      env: { ...sandboxed().env, CLAUDE_CODE_MAX_RETRIES: "0" },
    });
    const texts = [...run.toolResults.values()].map(({ text }) => text.trim());
    console.log(`model with ${name}: ${texts.join(" ") || "not reached"}`);
  }
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
}

const parts = {
  alone: tellLowerAlone,
  model: tellModel,
  layers: tellLayers,
  variables: tellVariables,
  readers: tellReaders,
  folders: tellFolders,
};
const reason = await whyMissing(["client", "sandbox", "managed"]);
if (reason !== undefined) console.log(`not run: ${reason}`);
else
  for (const [name, tell] of Object.entries(parts))
    if (process.argv[2] === undefined || process.argv[2] === name) await tell();
