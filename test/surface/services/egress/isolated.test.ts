// The egress proxy as the only way out of the generated isolation: the self-test, a command that is run behind it, and what of that is on record.
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { createAuthority } from "#surface/foundation/tls/x509.ts";
import type { SelftestReport } from "#surface/services/egress/selftest/run-selftest.ts";
import { takeSpooled } from "#surface/services/log/spooled-events.ts";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { PROGRAM } from "../../../program.ts";
import { systemClock, withLog } from "../../../record/store/temporary-log.ts";
import { skipIfMissing } from "../../../skipping.ts";

let room = "";
let project = "";
let data = "";
let server: Server;
let port = 0;
const asked: string[] = [];

async function sallyport(...args: readonly string[]) {
  const options = {
    cwd: project,
    env: { PATH: process.env["PATH"] ?? "", HOME: join(room, "home"), LANG: "C.UTF-8" },
    maxBuffer: 16 * 1024 * 1024,
  };
  return promisify(execFile)(process.execPath, [...PROGRAM, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "sallyport-egress-"));
  [project, data] = [join(room, "home/shop"), join(room, "data")];
  mkdirSync(project, { recursive: true });
  mkdirSync(join(data, "spool"), { recursive: true, mode: 0o700 });
  writeFileSync(join(project, "package.json"), '{"name":"shop"}');
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("from outside");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
  const directories = directoriesIn(data);
  await withLog(
    { log: directories.log, keys: directories.keys, clock: systemClock, productVersion: "0.1.0" },
    () => Promise.resolve(),
  );
});
afterAll(() => {
  server.close();
  rmSync(room, { recursive: true, force: true });
});

describe("in the generated isolation", () => {
  beforeEach((ctx) => skipIfMissing(ctx, WHY_NOT_HELD));

  it("no form of the self-test gets out, many do beside a naive list, and what is allowed works in both", async () => {
    const { code, stdout, stderr } = await sallyport(
      "network",
      "selftest",
      "--data",
      data,
      "--json",
    );
    expect(stderr).toBe("");
    const report = JSON.parse(stdout) as SelftestReport;
    const reached = report.forms.filter(
      ({ kind, sallyport: own }) => kind === "escape" && own.reached,
    );
    expect(reached.map(({ id }) => id)).toEqual([]);
    expect([code, report.works]).toEqual([0, { sallyport: true, naive: true }]);
    expect(report.tried).toBeGreaterThanOrEqual(25);
    // Where the floor lets nothing out, the forms prove nothing.
    expect(report.reached.naive).toBeGreaterThanOrEqual(20);
    const beyond = report.forms.filter(({ kind }) => kind === "beyond");
    expect(beyond.map(({ id, sallyport: own }) => [id, own.reached])).toEqual([["fronting", true]]);
  }, 90_000);

  it("a command reaches what is allowed, nothing else, and its exit code is handed on", async () => {
    const script = `
      const http = require("node:http"), net = require("node:net");
      const proxy = new URL(process.env.HTTP_PROXY);
      const login = "Basic " + Buffer.from(proxy.username + ":" + proxy.password).toString("base64");
      const get = (url) => new Promise((done) => http.get({ host: proxy.hostname, port: proxy.port, path: url,
        headers: { host: new URL(url).host, "proxy-authorization": login } }, (r) => r.resume().on("end", () => done(r.statusCode))));
      const direct = () => new Promise((done) => net.connect(${port}, "127.0.0.1").on("connect", () => done("open")).on("error", (e) => done(e.code)));
      (async () => {
        console.log(JSON.stringify([await get("http://127.0.0.1:${port}/in"), await get("http://evil.example/out"), await direct()]));
        process.exit(7);
      })();`;
    const { code, stdout, stderr } = await sallyport(
      ...["network", "run", "--data", data, "--allow", `127.0.0.1:${port}`],
      ...["--", process.execPath, "-e", script],
    );
    expect([code, JSON.parse(stdout)], stderr).toEqual([7, [200, 403, "ECONNREFUSED"]]);
    expect(asked).toEqual(["/in"]);
    expect(stderr).toContain("evil.example:80 is no host that may be reached");
  }, 60_000);

  it("a command of an inspecting proxy trusts the organisation's authority, and none starts with an open key", async () => {
    const corp = createAuthority({
      name: "corp",
      nowMs: Date.now(),
      days: 5,
      hosts: ["a.example"],
    });
    const [ca, key] = [join(room, "corp.pem"), join(room, "corp.key")];
    writeFileSync(ca, corp.certificate);
    writeFileSync(key, corp.key, { mode: 0o600 });
    const script = `
      const file = process.env.NODE_EXTRA_CA_CERTS;
      const text = require("node:fs").readFileSync(file, "latin1");
      console.log(JSON.stringify([process.env.GIT_SSL_CAINFO === file, text.split("BEGIN CERT").length > 50, text.split("\\n").slice(0, 3)]));`;
    const words = [
      ...["network", "run", "--data", data, "--inspect", "a.example"],
      ...["--inspect-ca", ca, "--inspect-key", key, "--", process.execPath, "-e", script],
    ];
    const { code, stdout, stderr } = await sallyport(...words);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual([true, true, corp.certificate.split("\n").slice(0, 3)]);
    chmodSync(key, 0o644);
    const open = await sallyport(...words);
    expect([open.code, open.stdout]).toEqual([2, ""]);
    expect(open.stderr).toContain("nobody else may read");
  }, 60_000);

  it("it is on record, by session, without the name of a host in the clear", async () => {
    const directories = directoriesIn(data);
    await takeSpooled(directories);
    const view = await viewLog(directories.log, directories.keys);
    const found: Readonly<Record<string, unknown>>[] = [];
    for await (const { leaf } of view.entries(0, 100))
      if (leaf.kind === "leaf" && leaf.metadata["kind"] === "egress") found.push(leaf.metadata);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(
      expect.objectContaining({ what: "allowed", class: "address", port, times: 1 }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({ what: "refused", why: "host", class: "web", port: 80 }),
    );
    expect(new Set(found.map(({ session }) => session)).size).toBe(1);
    expect(JSON.stringify(found)).not.toContain("evil");
  }, 30_000);

  it("where the command is not there, it says so and hands its code on", async () => {
    const { code } = await sallyport("network", "run", "--data", data, "--", "no-such-program");
    expect(code).toBe(127);
  }, 30_000);
});
