// npm itself through the gateway, against a registry of our own: it installs while it may, and never publishes.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { type GatewayStand, NPM, openGatewayStand } from "./gateway-stand.ts";
import { tarball } from "./stored-archives.ts";

const SECRET = "secret-token-of-the-person";
let stand: GatewayStand;
let room: ReturnType<typeof freshDirectory>;
let project: string;

const packed = tarball([
  { name: "package/package.json", text: '{"name":"tiny","version":"1.0.0"}' },
]);
const description = JSON.stringify({
  name: "tiny",
  "dist-tags": { latest: "1.0.0" },
  versions: {
    "1.0.0": {
      name: "tiny",
      version: "1.0.0",
      dist: {
        tarball: `https://${NPM}/tiny/-/tiny-1.0.0.tgz`,
        integrity: `sha512-${createHash("sha512").update(packed).digest("base64")}`,
      },
    },
  },
});

beforeAll(async () => {
  stand = await openGatewayStand();
  stand.answer = ({ url }, response) => {
    if (url === "/tiny") response.setHeader("content-type", "application/json").end(description);
    else if (url === "/tiny/-/tiny-1.0.0.tgz") response.end(packed);
    else response.writeHead(404).end("{}");
  };
});
afterAll(() => stand.close());
beforeEach(() => {
  stand.seen.length = 0;
  stand.isOpen = true;
});

async function npm(
  ...words: readonly string[]
): Promise<{ readonly failed: boolean; readonly text: string }> {
  const proxy = `http://127.0.0.1:${stand.gateway.port}`;
  const trust = join(room.path, "trust.pem");
  const env = {
    PATH: process.env["PATH"],
    HOME: room.path,
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    // A `cafile` of the machine's own settings would stand above node's variable.
    NODE_EXTRA_CA_CERTS: trust,
    npm_config_cafile: trust,
    npm_config_cache: join(room.path, "cache"),
    npm_config_update_notifier: "false",
    npm_config_fetch_retries: "0",
    npm_config_registry: `https://${NPM}/`,
  };
  try {
    const { stdout, stderr } = await promisify(execFile)("npm", [...words], { cwd: project, env });
    return { failed: false, text: stdout + stderr };
  } catch (cause) {
    return { failed: true, text: String(cause) };
  }
}

describe("npm", () => {
  beforeAll(() => {
    room = freshDirectory();
    writeFileSync(join(room.path, "trust.pem"), stand.authority.certificate);
    writeFileSync(join(room.path, ".npmrc"), `//${NPM}/:_authToken=${SECRET}\n`);
  });
  afterAll(() => room.remove());
  beforeEach(() => {
    project = join(room.path, `project-${stand.seen.length}-${performance.now()}`);
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), '{"name":"mine","version":"1.0.0"}');
  });

  it("does not install while no install is open", async () => {
    stand.isOpen = false;
    expect(await npm("install", "tiny")).toMatchObject({ failed: true });
    expect(stand.seen).toEqual([]);
  });
  it("installs a package, and the person's token stays here", async () => {
    const { failed, text } = await npm("install", "tiny");
    expect(text).toContain("added 1 package");
    expect(failed).toBe(false);
    expect(readFileSync(join(project, "node_modules/tiny/package.json"), "utf8")).toContain("tiny");
    const asked = stand.seen.map(({ method, url }) => `${method} ${url}`);
    expect(new Set(asked)).toEqual(new Set(["GET /tiny", "GET /tiny/-/tiny-1.0.0.tgz"]));
    expect(JSON.stringify(stand.seen)).not.toContain(SECRET);
    // What it would tell the registry of the tree, to be told of weaknesses.
    expect(stand.counts().refused["method"]).toEqual({ [NPM]: 1 });
  });
  it("does not publish, although it may install", async () => {
    const { failed, text } = await npm("publish");
    expect([failed, text.includes("E403")]).toEqual([true, true]);
    expect(stand.seen.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(JSON.stringify(stand.seen)).not.toContain(SECRET);
  });
  it.each([
    ["search", "anything"],
    ["whoami"],
    ["owner", "ls", "tiny", "--//x"],
    ["deprecate", "tiny@1.0.0", SECRET],
    ["dist-tag", "add", "tiny@1.0.0", "secret"],
    ["unpublish", "tiny@1.0.0", "--force"],
    ["token", "list"],
  ])("%s tells the registry nothing", async (...words) => {
    await npm(...words);
    expect(stand.seen.filter(({ method, body }) => method !== "GET" || body !== "")).toEqual([]);
    expect(stand.seen.filter(({ url }) => url?.includes("?") === true)).toEqual([]);
    expect(JSON.stringify(stand.seen)).not.toContain(SECRET);
    expect(existsSync(join(project, "node_modules"))).toBe(false);
  });
});
