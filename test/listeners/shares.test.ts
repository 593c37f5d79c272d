// Places that are shared by who has proven something: strangers take none, and no machine takes all.
import { mkdtempSync, rmSync } from "node:fs";
import { request, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { serveCollector } from "#surface/services/fleet/collector-server.ts";
import { openStand, preToolUse, verdictOf } from "../surface/daemon/daemon-stand.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A request whose body never comes to its end; gives the status as soon as there is one. */
function begun(options: RequestOptions): { readonly status: Promise<number> } {
  const sent = request({ host: "127.0.0.1", method: "POST", agent: false, ...options });
  sent.on("error", () => undefined);
  endings.push(() => sent.destroy());
  const status = new Promise<number>((resolve) => {
    sent.once("response", (response) => resolve(response.resume().statusCode ?? 0));
  });
  // WHY a whole block: the head goes out with it.
  sent.write(" ".repeat(1_024));
  return { status };
}

/** More than the daemon answers at once. */
const STRANGERS = 140;

describe("the daemon", () => {
  it("answers a hook while requests without a token are under way", {
    timeout: 60_000,
  }, async () => {
    const stand = await openStand();
    endings.push(() => stand.close());
    await stand.run.ready();
    const { port, authority: ca } = stand.install;
    let connected = 0;
    for (let count = 0; count < STRANGERS; count += 1) {
      const sent = request({
        host: "127.0.0.1",
        port,
        ca,
        path: "/v1/hook",
        method: "POST",
        agent: false,
      });
      sent.on("error", () => undefined);
      sent.once("socket", (socket) => socket.once("secureConnect", () => (connected += 1)));
      endings.push(() => sent.destroy());
      sent.write(" ".repeat(1_024));
    }
    await expect.poll(() => connected, { timeout: 30_000 }).toBe(STRANGERS);
    const verdicts = await Promise.all(
      Array.from({ length: 5 }, async () => verdictOf((await stand.post(preToolUse())).json)),
    );
    expect(verdicts).toEqual(Array.from({ length: 5 }, () => "abstain"));
  });
});

describe("a collector", () => {
  it("takes a machine's batch while another sends some that never end", {
    timeout: 60_000,
  }, async () => {
    const root = mkdtempSync(join(tmpdir(), "sallyport-shares-"));
    endings.push(() => rmSync(root, { recursive: true, force: true }));
    const ca = certifyIn(root, "ca", "/CN=an authority").cert;
    const server = certifyIn(root, "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1\n");
    const [slow, other] = ["slow", "other"].map((name) =>
      certifyIn(root, name, `/O=acme/CN=${name}`),
    );
    const collector = await serveCollector({
      store: { tree: async () => undefined } as unknown as FleetStore,
      host: "127.0.0.1",
      port: 0,
      tls: { ...server, ca },
      eventsPerMinute: () => 1_000,
      nowMs: () => Date.now(),
      report: () => undefined,
    });
    endings.push(() => collector.close());
    const at = { port: collector.port, path: "/v1/batches", ca };
    const statuses: number[] = [];
    for (let count = 0; count < 20; count += 1)
      void begun({ ...at, ...slow }).status.then((status) => statuses.push(status));
    // Four are read, and the others are told to come again.
    await expect.poll(() => statuses.length, { timeout: 30_000 }).toBe(16);
    expect(new Set(statuses)).toEqual(new Set([429]));
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(
        { host: "127.0.0.1", method: "POST", agent: false, ...at, ...other },
        (response) => resolve(response.resume().statusCode ?? 0),
      );
      sent.once("error", reject).end("no batch");
    });
    expect(status).toBe(400);
  });
});
