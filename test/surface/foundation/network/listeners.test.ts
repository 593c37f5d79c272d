// Another local user's flood before each listener of ours: its owner is answered all the same.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { daemonStatus } from "#surface/services/daemon-process/lifecycle.ts";
import { createEgressProxy } from "#surface/services/egress/egress-proxy.ts";
import { credentialsBy } from "#surface/services/egress/session-credentials.ts";
import { serveCollector } from "#surface/services/fleet/collector-server.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { startGateway } from "#surface/services/gateway/gateway-server.ts";
import { openReplayStore } from "#surface/services/notify/replay-store.ts";
import { serveReceive } from "#surface/services/notify/receive-server.ts";
import { serveWitness } from "#surface/services/witness/server.ts";
import { openWitness } from "#surface/services/witness/witness-place.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { openStand, preToolUse, verdictOf } from "../../daemon/daemon-stand.ts";
import { serve } from "../../dashboard/served.ts";
import { servePhone } from "../../dashboard/phone/asked-phone.ts";
import { certifyIn } from "../../services/fleet/certificates.ts";
import { asked } from "./asked.ts";
import { floodAsNobody, NO_OTHER_USER } from "./flood.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
function fresh(): string {
  const path = mkdtempSync(join(tmpdir(), "sallyport-door-"));
  endings.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A listener of ours, and how its owner asks it for a sign of life. */
type Listener = {
  readonly port: number;
  ask(): Promise<unknown>;
};

const LISTENERS: Readonly<Record<string, () => Promise<Listener>>> = {
  async dashboard() {
    const served = await serve();
    endings.push(() => served.close());
    return { port: served.port, ask: () => asked(request, { port: served.port, path: "/" }) };
  },
  async phone() {
    const phone = await servePhone();
    endings.push(() => phone.close());
    const port = Number(phone.url.port);
    return { port, ask: async () => (await phone.call("/nothing", {})).status };
  },
  async witness() {
    const place = await openWitness(join(fresh(), "w"), "witness.example/door");
    const server = await serveWitness({
      ...{ place, host: "127.0.0.1", port: 0, nowMs: () => Date.now(), report: () => undefined },
    });
    endings.push(() => server.close());
    return { port: server.port, ask: () => asked(request, { port: server.port, path: "/x" }) };
  },
  async receive() {
    const server = await serveReceive({
      ...{ host: "127.0.0.1", port: 0, nowMs: () => Date.now(), secrets: async () => [] },
      ...{ replay: openReplayStore(join(fresh(), "in")), take: async () => undefined },
      report: () => undefined,
    });
    endings.push(() => server.close());
    return { port: server.port, ask: () => asked(request, { port: server.port, path: "/x" }) };
  },
  async gateway() {
    const authority = createGatewayAuthority(Date.now());
    const gateway = await startGateway({ port: 0, authority, isOpen: () => false });
    endings.push(() => gateway.close());
    return { port: gateway.port, ask: () => asked(request, { port: gateway.port, path: "/" }) };
  },
  async egress() {
    const proxy = createEgressProxy({
      ...{ rules: () => undefined, credentials: credentialsBy(Buffer.alloc(32), false) },
      // WHY fewer than it has: the flood is to be more than its share.
      limits: { connections: 512 },
    });
    const port = await proxy.listenOn(0);
    endings.push(() => proxy.close());
    return { port, ask: () => asked(request, { port, path: "http://a.example/" }) };
  },
  async collector() {
    const root = fresh();
    const ca = certifyIn(root, "ca", "/CN=door authority");
    const server = certifyIn(root, "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1\n");
    const machine = certifyIn(root, "machine", "/O=acme/CN=one");
    const collector = await serveCollector({
      ...{ store: { tree: async () => undefined } as unknown as FleetStore },
      ...{ host: "127.0.0.1", port: 0, tls: { ...server, ca: ca.cert } },
      ...{ eventsPerMinute: () => 1, nowMs: () => Date.now(), report: () => undefined },
    });
    endings.push(() => collector.close());
    const { port } = collector;
    return {
      port,
      ask: () => asked(secureRequest, { port, path: "/v1/trees/x", ca: ca.cert, ...machine }),
    };
  },
};

describe("another local user with 512 connections, half of them slow", () => {
  it("keeps no hook out, and is counted, told and recorded", { timeout: 180_000 }, async (ctx) => {
    skipIfMissing(ctx, NO_OTHER_USER);
    const stand = await openStand();
    endings.push(() => stand.close());
    await stand.run.ready();
    const { port } = stand.install;
    const flood = await floodAsNobody(port, 512);
    endings.push(() => flood.end());
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, async () => verdictOf((await stand.post(preToolUse())).json)),
    );
    expect(verdicts).toEqual(Array.from({ length: 20 }, () => "abstain"));
    const refused = async () => (await daemonStatus(stand.install.directories)).refused ?? 0;
    // Its share is 64.
    await expect.poll(refused, { timeout: 60_000 }).toBeGreaterThanOrEqual(448);
    const told = stand.observations.filter((one) => one.kind === "rejected");
    expect(told).toContainEqual({ kind: "rejected", code: "connections", count: 1 });
    expect(told.length).toBeLessThan(40);
  });
  it.for(Object.entries(LISTENERS))(
    "the owner of the %s is answered",
    { timeout: 180_000 },
    async ([, open], ctx) => {
      skipIfMissing(ctx, NO_OTHER_USER);
      const { port, ask } = await open();
      const before = await ask();
      const flood = await floodAsNobody(port, 512);
      endings.push(() => flood.end());
      for (let count = 0; count < 5; count += 1) expect(await ask()).toBe(before);
    },
  );
});
