// The packed product on an empty machine: `npx` through a proxy, then offline from npm's cache, a project guarded and freed again.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { BUILT_IN } from "../../scripts/notices.ts";
import { npmSetting, type Packed, packProduct } from "./packed.ts";

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const NPM_MS_MAX = 60_000;
/** Where npm goes when its network is taken away: nobody listens on the discard port. */
const NOWHERE = "http://127.0.0.1:9/";

let packed: Packed;
let folder = "";
let project = "";
let proxy: Server;
let proxyUrl = "";
let missing: string | undefined;
let userConfig: string | undefined;
/** `host:port` of each connection that the proxy was asked for. */
const asked: string[] = [];
const sockets = new Set<Socket>();

/** What npm has to know of this machine to reach its registry. HOME, cache and everything else are empty. */
function machine(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const passed = ["NODE_EXTRA_CA_CERTS", "npm_config_registry", "NPM_CONFIG_REGISTRY"];
  return {
    ...Object.fromEntries(passed.map((name) => [name, process.env[name]])),
    npm_config_userconfig: userConfig,
    npm_config_cache: join(folder, "cache"),
    npm_config_loglevel: "error",
    npm_config_update_notifier: "false",
    HOME: join(folder, "home"),
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    ...more,
  };
}

function npx(args: readonly string[], more: Readonly<Record<string, string>>): Promise<Ended> {
  // WHY a name beside us: what npx finds as a file on its way up from here, it takes for a program to run.
  return run("npx", ["--yes", `./${basename(packed.tarball)}`, ...args], more);
}

/** What npx installed, without npx before it: a second less for each call. */
function installed(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return run(join(installedFolder(), ".bin", "sallyport"), args, more);
}

function installedFolder(): string {
  const cache = join(folder, "cache", "_npx");
  return join(cache, readdirSync(cache)[0] ?? "", "node_modules");
}

function run(
  program: string,
  args: readonly string[],
  more: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: join(folder, "downloads"),
      env: machine(more),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: NPM_MS_MAX,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Joins an ingoing connection with one to `host:port`. */
function tunnel(request: IncomingMessage, client: Socket, head: Buffer): void {
  const target = request.url ?? "";
  asked.push(target);
  const { hostname, port } = new URL(`http://${target}`);
  const upstream = connect({ host: hostname, port: Number(port || 80) }, () => {
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  for (const socket of [client, upstream]) {
    sockets.add(socket);
    socket.on("error", () => {
      client.destroy();
      upstream.destroy();
    });
    socket.on("close", () => sockets.delete(socket));
  }
}

async function whyNoRegistry(): Promise<string | undefined> {
  const registry = npmSetting("registry") ?? "";
  if (!registry.startsWith("https:")) return "npm's registry is not reached by https here";
  if (npmSetting("https-proxy") !== undefined) return "npm goes through a proxy here already";
  const ended = await run("npm", ["view", "citty@0.2.2", "version"], {
    npm_config_fetch_retries: "0",
    npm_config_fetch_timeout: "5000",
  });
  return ended.stdout.trim() === "0.2.2" ? undefined : "no package registry answers";
}

const below = (directory: string) =>
  readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
const offline = { npm_config_offline: "true", npm_config_registry: NOWHERE };

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-npx-")));
  project = join(folder, "shop");
  for (const name of ["home", "cache", "shop", "downloads"]) mkdirSync(join(folder, name));
  // WHY: npm takes the nearest folder above that has one for the project, and the machine's folder for temporary files may.
  mkdirSync(join(folder, "downloads", "node_modules"));
  proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on("connect", tunnel);
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  userConfig = npmSetting("userconfig");
  missing = await whyNoRegistry();
  rmSync(join(folder, "cache"), { recursive: true });
  packed = packProduct();
  copyFileSync(packed.tarball, join(folder, "downloads", basename(packed.tarball)));
});
afterAll(async () => {
  if (existsSync(join(folder, "cache", "_npx"))) await installed(["daemon", "stop"]);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => proxy.close(resolve));
  packed.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe.sequential("npx with the packed file", () => {
  it("installs through the proxy that the environment names", async (ctx) => {
    skipIfMissing(ctx, missing);
    const started = await npx(["--version"], { https_proxy: proxyUrl });
    const { version } = JSON.parse(
      packed.files.find(({ path }) => path === "package.json")?.content.toString("utf8") ?? "{}",
    ) as { version?: string };
    expect(started, started.stderr).toMatchObject({ code: 0, stdout: `${version}\n` });
    const { hostname } = new URL(npmSetting("registry") ?? NOWHERE);
    expect(asked.some((target) => target.startsWith(`${hostname}:`))).toBe(true);
    expect(below(join(folder, "home"))).toEqual([]);
  });
  it("installs what the bill of materials says, and nothing else", (ctx) => {
    skipIfMissing(ctx, missing);
    const lock = readFileSync(join(installedFolder(), ".package-lock.json"), "utf8");
    const found = (JSON.parse(lock) as { packages: Record<string, { version: string }> }).packages;
    const bill = packed.files.find(({ path }) => path === "sbom.cdx.json");
    const { components } = JSON.parse(bill?.content.toString("utf8") ?? "") as {
      components: { name: string; version: string }[];
    };
    // What the dashboard's app was built from lies in its files, and is installed for nobody.
    const installed = components.filter(({ name }) => !BUILT_IN.includes(name));
    expect(installed.length).toBeGreaterThan(3);
    expect(
      Object.entries(found)
        .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, "")}@${version}`)
        .filter((one) => !one.startsWith("sallyport@"))
        .sort(),
    ).toEqual(installed.map(({ name, version }) => `${name}@${version}`).sort());
  });
  it("works offline from npm's cache: explains, guards, proves both canaries, verifies", async (ctx) => {
    skipIfMissing(ctx, missing);
    const explained = await npx(["explain", "--json", "git push --force origin main"], offline);
    expect(explained.code).toBe(0);
    expect(explained.stdout).toContain('"history"');
    const from = asked.length;
    // The daemon is on this machine: a proxy must not be asked for it.
    const started = await installed(["start", "--guard", project, "--yes", "--once"], {
      https_proxy: proxyUrl,
      http_proxy: proxyUrl,
    });
    expect(started.code, started.stderr).toBe(0);
    expect(started.stdout).toMatch(/`ls` should run: allow, ok\n/);
    expect(started.stdout).toMatch(/`cat \.env` should be refused: deny, ok\n/);
    expect(asked.slice(from)).toEqual([]);
    // npm clears that cache when it likes: nothing that stays may lead there.
    const settings = readFileSync(join(project, ".claude", "settings.local.json"), "utf8");
    expect(settings).not.toContain("_npx");
    expect(await installed(["init", project, "--yes"])).toMatchObject({ code: 0 });
    expect(await installed(["log", "verify"])).toMatchObject({ code: 0 });
  });
  it("is taken out again: the project is empty, home has the data directory alone, no daemon", async (ctx) => {
    skipIfMissing(ctx, missing);
    expect(await installed(["uninstall", project, "--yes"])).toMatchObject({ code: 0 });
    expect(await installed(["daemon", "stop"])).toMatchObject({ code: 0 });
    const status = await installed(["daemon", "status"]);
    expect(`${status.stdout}${status.stderr}`).toMatch(/stopped|not running/);
    expect(below(project)).toEqual([]);
    const data = join(".local", "share", "sallyport");
    const outside = below(join(folder, "home")).filter(
      (path) => !path.startsWith(data) && !data.startsWith(path),
    );
    expect(outside).toEqual([]);
  });
});
