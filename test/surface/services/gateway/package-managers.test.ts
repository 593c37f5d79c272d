// Package managers of other languages through the gateway, against registries of our own: their requests are of the forms that pass.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { type Answer, type GatewayStand, openGatewayStand } from "./gateway-stand.ts";
import { storedZip } from "./stored-archives.ts";

const [, , PYPI, FILES, , , GEMS] = READING_REGISTRIES;
let stand: GatewayStand;
let room: ReturnType<typeof freshDirectory>;

beforeAll(async () => {
  stand = await openGatewayStand();
  room = freshDirectory();
  writeFileSync(join(room.path, "trust.pem"), stand.authority.certificate);
});
afterAll(async () => {
  await stand.close();
  room.remove();
});
beforeEach(() => {
  stand.seen.length = 0;
});

/** What it said; its exit code is of no matter. */
async function run(program: string, words: readonly string[]): Promise<string> {
  const proxy = `http://127.0.0.1:${stand.gateway.port}`;
  const trust = join(room.path, "trust.pem");
  const env = {
    ...process.env,
    HOME: room.path,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    HTTP_PROXY: proxy,
    SSL_CERT_FILE: trust,
    PIP_CERT: trust,
    REQUESTS_CA_BUNDLE: trust,
    NO_PROXY: "",
    no_proxy: "",
    PIP_CACHE_DIR: join(room.path, "pip"),
  };
  const ended = promisify(execFile)(program, [...words], { cwd: room.path, env });
  return ended.then(
    ({ stdout, stderr }) => stdout + stderr,
    (cause: unknown) => String(cause),
  );
}

const isThere = async (program: string, ...words: readonly string[]): Promise<boolean> =>
  promisify(execFile)(program, [...words]).then(
    () => true,
    () => false,
  );
const asked = (): readonly string[] => stand.seen.map(({ host, url }) => `${host}${url}`);

const wheel = storedZip([
  { name: "tiny/__init__.py", text: "" },
  {
    name: "tiny-1.0.dist-info/METADATA",
    text: "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
  },
  { name: "tiny-1.0.dist-info/WHEEL", text: "Wheel-Version: 1.0\nTag: py3-none-any\n" },
  { name: "tiny-1.0.dist-info/RECORD", text: "" },
]);
const digest = createHash("sha256").update(wheel).digest("hex");
const wheelPath = `/packages/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest.slice(4)}/tiny-1.0-py3-none-any.whl`;
const pythonRegistry: Answer = ({ url, headers }, response) => {
  const isFiles = headers.host === FILES;
  if (isFiles && url === wheelPath) return void response.end(wheel);
  if (isFiles || url !== "/simple/tiny/") return void response.writeHead(404).end();
  const file = {
    filename: "tiny-1.0-py3-none-any.whl",
    url: `https://${FILES}${wheelPath}`,
    hashes: { sha256: digest },
    "requires-python": null,
    yanked: false,
  };
  response.setHeader("content-type", "application/vnd.pypi.simple.v1+json");
  return void response.end(
    JSON.stringify({ meta: { "api-version": "1.0" }, name: "tiny", files: [file] }),
  );
};

describe("pip", () => {
  it("downloads a package", async (context) => {
    if (!(await isThere("python3", "-m", "pip", "--version")))
      return context.skip("pip is not installed");
    stand.answer = pythonRegistry;
    const words = [
      "-m",
      "pip",
      "--isolated",
      "--no-input",
      "download",
      "--no-deps",
      "--retries",
      "0",
    ];
    const text = await run("python3", [...words, "-i", `https://${PYPI}/simple`, "tiny==1.0"]);
    expect(text).toContain("Saved ./tiny-1.0-py3-none-any.whl");
    expect(readdirSync(room.path)).toContain("tiny-1.0-py3-none-any.whl");
    // It may ask for a newer version of itself afterwards.
    expect(asked().slice(0, 2)).toEqual([`${PYPI}/simple/tiny/`, `${FILES}${wheelPath}`]);
  });
});

describe("gem", () => {
  it("asks for its indexes", async (context) => {
    if (!(await isThere("gem", "--version"))) return context.skip("gem is not installed");
    stand.answer = (_request, response) => response.writeHead(404).end();
    await run("gem", ["fetch", "tiny", "--clear-sources", "--source", `https://${GEMS}`]);
    expect(asked().length).toBeGreaterThan(0);
    for (const address of asked())
      expect(address).toMatch(
        /^(?:index\.)?rubygems\.org\/(?:(?:latest_|prerelease_)?specs\.4\.8\.gz|versions|info\/tiny)$/,
      );
    expect(stand.counts().refused["path"]).toBeUndefined();
  });
});
