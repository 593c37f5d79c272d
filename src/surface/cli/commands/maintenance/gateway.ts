// `sallyport gateway`: the proxy of contained commands, through which package registries are read while an install runs.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { GATEWAY_PORT } from "#base/registry-hosts.ts";
import { printableJson } from "#base/printable.ts";
import { namedGatewayPort } from "../../../services/containment/sandbox-status.ts";
import { dataDirectory, prepareDirectories } from "../../../foundation/files/directories.ts";
import {
  gatewayStatus,
  type GatewayStatus,
  startDetached,
  stopGateway,
} from "../../../services/gateway/gateway-lifecycle.ts";
import { gatewayPlaces } from "../../../services/gateway/gateway-places.ts";
import { readLoginReference } from "../../../services/gateway/proxy-login.ts";
import { runGateway, STRANGER_EXIT_CODE } from "../../../services/gateway/run-gateway.ts";
import {
  connectBy,
  readUpstreamSettings,
  writeUpstreamSettings,
} from "../../../services/gateway/upstream-settings.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const PORT_MAX = 65_535;
const NONE = "none";
const portOption = {
  port: {
    type: "string",
    valueHint: "N",
    description: `where it listens (default: the port of managed settings, else ${GATEWAY_PORT})`,
  },
} as const;
const placeOptions = { ...portOption, ...dataOption, ...jsonOption } as const;
/** Where the user and password of a company's proxy are kept. */
export const proxyLoginOption = {
  type: "string",
  valueHint: "REFERENCE",
  description:
    "where its `user:password` is kept, never itself: `file:/PATH` (yours alone), or a secret such as `keychain:proxy/me`; `none` forgets it",
} as const;
const upstreamOptions = {
  proxy: {
    type: "string",
    valueHint: "URL",
    description: "reach registries through this plain proxy from now on; `none` forgets it",
  },
  "proxy-login": proxyLoginOption,
  ca: {
    type: "string",
    valueHint: "FILE",
    description: "trust these certificates of the company too, from now on; `none` forgets them",
  },
} as const;

type Place = { readonly port?: string | undefined; readonly data?: string | undefined };
type Upstream = {
  readonly proxy?: string | undefined;
  readonly "proxy-login"?: string | undefined;
  readonly ca?: string | undefined;
};

export const runCommand = defineCommand({
  meta: {
    name: "run",
    description:
      "Run the gateway in this terminal until interrupted. Example: sallyport gateway run --port 40127",
  },
  args: { ...placeOptions, ...upstreamOptions },
  async run({ args }) {
    const data = args.data ?? dataDirectory();
    keepUpstream(data, args);
    const port = portOf(args);
    const say = (line: string): void => openTerminal().warn(`sallyport gateway: ${line}`);
    const ca = process.env["NODE_EXTRA_CA_CERTS"];
    process.exitCode = await runGateway(data, { port, ca, say });
    if (process.exitCode === 0) await tell(args, { outcome: "ended", port });
  },
});

export const startCommand = defineCommand({
  meta: {
    name: "start",
    description:
      "Start the gateway in the background unless it runs, and wait until it answers. Example: sallyport gateway start; sallyport gateway start --proxy http://proxy.example.com:3128 --ca company.pem",
  },
  args: { ...placeOptions, ...upstreamOptions },
  async run({ args }) {
    const data = args.data ?? dataDirectory();
    const isChanged = keepUpstream(data, args);
    const result = await startDetached(data, portOf(args));
    if (result.kind === "failed") return fail(args, result.message, result.exitCode);
    const { port, pid } = result.gateway;
    const isStale = isChanged && result.kind === "running";
    const words = `the gateway ${result.kind === "started" ? "was started" : "runs"} on 127.0.0.1:${port} (process ${pid})${isStale ? "; what was said of the way to registries counts when it starts again" : ""}`;
    return tell(args, { outcome: result.kind, port, pid }, words);
  },
});

export const stopCommand = defineCommand({
  meta: {
    name: "stop",
    description:
      "Stop the gateway; installs of contained commands reach no registry until it runs again. Example: sallyport gateway stop",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const { kind, pid } = await stopGateway(args.data ?? dataDirectory());
    if (kind === "stuck")
      return fail(args, `the gateway (process ${pid}) does not end`, exitCodes.unusable);
    const words = kind === "stopped" ? `stopped (process ${pid})` : "no gateway runs";
    return tell(args, { outcome: kind, pid }, words);
  },
});

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description:
      "Say whether the gateway runs, whether an install is running, and what passed and was refused. Example: sallyport gateway status --json",
  },
  args: placeOptions,
  async run({ args }) {
    const status = await gatewayStatus(args.data ?? dataDirectory(), portOf(args));
    process.exitCode = exitCodeOf(status);
    const terminal = openTerminal();
    if (args.json === true) return terminal.print(printableJson(status));
    for (const line of inWords(status)) terminal.print(line);
  },
});

/** Keeps what was said of the way to registries; whether anything was. */
function keepUpstream(data: string, said: Upstream): boolean {
  const { "proxy-login": asked } = said;
  if (said.proxy === undefined && said.ca === undefined && asked === undefined) return false;
  const { upstreamFile } = gatewayPlaces(prepareDirectories(data).root);
  const before = readUpstreamSettings(upstreamFile);
  const proxy = said.proxy === undefined ? before.proxy : unlessNone(said.proxy);
  const given = unlessNone(said.ca);
  const ca = said.ca === undefined ? before.ca : given && resolve(given);
  const login = asked === undefined ? before.login : unlessNone(asked);
  connectBy({ proxy });
  if (login !== undefined) readLoginReference(login);
  writeUpstreamSettings(upstreamFile, { proxy, login, ca });
  return true;
}

function unlessNone(said: string | undefined): string | undefined {
  return said === NONE ? undefined : said;
}

function portOf({ port }: Place): number {
  if (port === undefined) return namedGatewayPort({}) ?? GATEWAY_PORT;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > PORT_MAX)
    throw new Failure("usage", `\`--port\` is a number from 1 to ${PORT_MAX}`);
  return number;
}

function fail(
  { json }: { readonly json?: boolean | undefined },
  message: string,
  exitCode: number,
): void {
  process.exitCode = exitCode;
  const terminal = openTerminal();
  terminal.warn(`sallyport: ${message}`);
  if (json === true)
    terminal.print(printableJson({ error: { code: "gateway", message, exitCode } }));
}

function exitCodeOf({ state }: GatewayStatus): number {
  if (state === "stranger") return STRANGER_EXIT_CODE;
  return state === "running" ? exitCodes.done : exitCodes.found;
}

function inWords({
  state,
  port,
  pid,
  problem,
  counts,
  ...status
}: GatewayStatus): readonly string[] {
  const first = {
    running: `runs on 127.0.0.1:${port} (process ${pid})`,
    silent: `process ${pid} lives and does not answer on 127.0.0.1:${port}: \`sallyport gateway stop\`, then \`start\``,
    stopped: "does not run: `sallyport gateway start`",
    stranger: `does not run, and ${problem}: end it, or name another port`,
  }[state];
  const answered = Object.entries(counts.answered).map(
    ([host, count]) => `answered ${count}  ${host}`,
  );
  const refused = Object.entries(counts.refused).flatMap(([why, hosts]) =>
    Object.entries(hosts).map(([host, count]) => `refused  ${count}  ${why}  ${host}`),
  );
  const window = status.isInstallOpen
    ? "an install is running: registries can be read"
    : "no install is running: everything is refused";
  const hosts = `registries: ${status.registries.join(", ")}`;
  return [first, window, hosts, ...answered, ...refused];
}
