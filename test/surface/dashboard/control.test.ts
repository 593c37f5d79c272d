// What a command of ours tells whoever listens where a dashboard was: nothing, until that has proved itself.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { controlHeader } from "#surface/dashboard/access/control-proof.ts";
import { askForCode, askForLink, runDashboard } from "#surface/dashboard/run-dashboard.ts";
import { readDashboardState } from "#surface/dashboard/state-file.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import { api, controlOf, OPERATOR_SECRET, serve } from "./served.ts";

const PERSON = { name: "ada", role: "administrator" } as const;
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function installed() {
  const root = mkdtempSync(join(tmpdir(), "sallyport-control-"));
  endings.push(() => rmSync(root, { recursive: true, force: true }));
  return ensureInstall({ root });
}

/** A stranger's server, and all that it was sent. */
async function stranger(
  answer: (heard: string, port: number) => string | Promise<string>,
): Promise<{ readonly port: number; heard(): string }> {
  let all = "";
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      all += bytes.toString("latin1");
      const { port } = server.address() as AddressInfo;
      void Promise.resolve(answer(bytes.toString("latin1"), port)).then((text) =>
        socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => all };
}

const nonceIn = (heard: string) => /nonce=([0-9a-f]{64})/.exec(heard)?.[1] ?? "";

describe("a stranger on the port of a dashboard that is gone", () => {
  it.each([
    ["takes everything for a token", () => '{"token":"x"}'],
    [
      "makes a proof up",
      () => JSON.stringify({ instance: "0a".repeat(32), proof: "0b".repeat(32) }),
    ],
    ["answers no JSON", () => "<html>"],
    ["answers without end", () => `"${"x".repeat(100_000)}"`],
  ])("that %s gets no byte of the secret, and no order", async (_what, answer) => {
    const { directories } = await installed();
    const secret = readSecret(directories, "operator");
    const { port, heard } = await stranger(answer);
    const state = { pid: process.pid, port };
    await expect(askForLink(directories, state, PERSON)).rejects.toMatchObject({
      code: "dashboard",
    });
    await expect(askForCode(directories, state)).rejects.toMatchObject({ code: "dashboard" });
    expect(heard()).toMatch(/^GET \/api\/v1\/control\/challenge\?nonce=/);
    expect(heard()).not.toContain("POST");
    expect(heard().toLowerCase()).not.toMatch(/authorization|bearer|x-sallyport/);
    for (let at = 0; at + 16 <= secret.length; at += 8)
      expect(heard()).not.toContain(secret.slice(at, at + 16));
  });

  it("cannot hand the question on to the real one", async () => {
    const install = await installed();
    const appFolder = join(install.directories.root, "app");
    mkdirSync(appFolder);
    writeFileSync(join(appFolder, "index.html"), "<!doctype html>");
    const dashboard = await runDashboard(install, { port: 0, appFolder });
    endings.push(() => dashboard.close());
    const { port, heard } = await stranger(async (asked) => {
      const path = /^GET (\S+)/.exec(asked)?.[1] ?? "";
      return (await fetch(`http://127.0.0.1:${dashboard.port}${path}`)).text();
    });
    await expect(
      askForLink(install.directories, { pid: process.pid, port }, PERSON),
    ).rejects.toThrow(/does not prove/);
    expect(nonceIn(heard())).not.toBe("");
    expect(heard()).not.toContain("POST");
    // The honest one is asked on its own port, and answers.
    const state = readDashboardState(install.directories);
    if (state === undefined) throw new Error("no state");
    expect(state.port).toBe(dashboard.port);
    expect(await askForLink(install.directories, state, PERSON)).toMatch(
      new RegExp(`^http://127.0.0.1:${dashboard.port}/#login=[\\w-]{43}$`),
    );
    expect(await askForCode(install.directories, state)).toMatch(/^\d{8}$/);
  });
});

describe("the file that names a dashboard", () => {
  it("counts no more when its process's number was given to another", async () => {
    const root = mkdtempSync(join(tmpdir(), "sallyport-control-"));
    endings.push(() => rmSync(root, { recursive: true, force: true }));
    const directories = directoriesIn(root);
    const write = (started: string | undefined) =>
      writeFileSync(
        join(root, "dashboard.json"),
        JSON.stringify({ version: 1, pid: process.pid, started, port: 7420 }),
        { mode: 0o600 },
      );
    write("00000000-0000-0000-0000-000000000000:1");
    expect(readDashboardState(directories)).toBeUndefined();
    // One of an older version names no start: it counts, and has to prove itself.
    write(undefined);
    expect(readDashboardState(directories)).toMatchObject({ port: 7420 });
  });
});

describe("an order", () => {
  it("counts once, for this run, and for who knows the secret", async () => {
    const served = await serve();
    endings.push(() => served.close());
    const other = await serve();
    endings.push(() => other.close());
    const order = async (headers: Readonly<Record<string, string>>, to = served) =>
      (await to.ask("POST", api("/control"), { headers, body: { what: "code" } })).status;
    const proof = await controlOf(served);
    expect(await order(proof, other)).toBe(401);
    expect(await order(proof)).toBe(200);
    expect(await order(proof)).toBe(401);
    expect(await order({ authorization: `Bearer ${OPERATOR_SECRET}` })).toBe(401);
    const nonce = randomBytes(32).toString("hex");
    const { json } = await served.ask("GET", api(`/control/challenge?nonce=${nonce}`));
    expect(controlHeader("0e".repeat(32), { nonce, port: served.port }, json)).toBeUndefined();
    expect(JSON.stringify(json)).not.toContain(OPERATOR_SECRET);
    // What the dashboard says of itself is no order.
    const { proof: said } = json as { proof: string };
    expect(await order({ "x-sallyport-control": `${nonce}.${said}` })).toBe(401);
  });
});
