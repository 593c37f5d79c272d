// The gateway in front of real MCP servers of the SDK, in both eras, over stdio and HTTP: what passes, what is refused, and how failures end.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { until } from "../../../until.ts";
import { connectedTo, type Era, type Gateway, startGateway } from "./gateway-stand.ts";
import { mcpStand, SERVER, stdioServer } from "./stand.ts";

let stand: Awaited<ReturnType<typeof mcpStand>>;
let phase = "";
const running: Gateway[] = [];
const servers: ChildProcess[] = [];
beforeEach(async () => {
  stand = await mcpStand();
  phase = join(stand.root, "phase");
  writeFileSync(phase, "0");
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.end()));
  for (const one of servers.splice(0)) one.kill("SIGKILL");
  stand.remove();
});

function open(identity: ServerIdentity, waitMs?: number): Gateway {
  const gateway = startGateway(identity, stand, waitMs);
  running.push(gateway);
  return gateway;
}

/** A server over HTTP, by its address. */
async function httpServer(kind: string): Promise<ServerIdentity> {
  const child = spawn(process.execPath, [SERVER, kind, "http", phase], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  servers.push(child);
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { kind: "url", url: `http://127.0.0.1:${port.toString().trim()}/mcp` };
}

const serverOf = (way: "stdio" | "http", kind: string): Promise<ServerIdentity> =>
  way === "stdio" ? Promise.resolve(stdioServer(kind, phase)) : httpServer(kind);

const cases = (["stdio", "http"] as const).flatMap((way) =>
  (["2025", "2026-07-28"] as const).map((era): readonly [typeof way, Era] => [way, era]),
);

describe.each(cases)("over %s in the era %s", (way, era) => {
  test("what was approved and pinned passes as it is", async () => {
    const identity = await serverOf(way, "benign");
    await stand.pin("tracker", identity);
    const { client, tools, call } = await connectedTo(open(identity), era);
    expect(await tools()).toEqual(["add_note", "lookup"]);
    expect(await call("lookup")).toContain('done: lookup {\\"id\\":\\"7\\"}');
    expect(client.getInstructions()).toBe("Tickets of the team.");
    expect(client.getServerVersion()?.name).toBe("fixture-benign");
  });

  test("a tool that changes in the middle of a session is left out, and its call says what changed", async () => {
    const identity = await serverOf(way, "rug-pull");
    await stand.pin("tracker", identity, { files: [] });
    const { tools, call } = await connectedTo(open(identity), era);
    expect(await tools()).toEqual(["add_note", "lookup"]);
    writeFileSync(phase, "1");
    expect(await tools()).toEqual(["add_note"]);
    const refused = await call("lookup");
    expect(refused).toContain("changed since it was pinned: description");
    expect(refused).toContain("sallyport mcp diff");
    expect(refused).not.toContain("id_rsa");
    expect(await call("add_note")).toContain("done: add_note");
  });

  test("a server that nobody approved is not reached, and says why", async () => {
    const identity = await serverOf(way, "benign");
    const { client, tools, call } = await connectedTo(open(identity), era);
    expect(await tools()).toEqual([]);
    expect(client.getInstructions()).toContain("not approved");
    expect(await call("lookup")).toContain("sallyport mcp approve");
  });
});
