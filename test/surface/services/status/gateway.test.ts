// `sallyport status` on the registry gateway: running, stopped, on another port, or somebody else in its place.
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, type TestContext } from "vitest";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { createGatewayAuthority } from "#surface/services/gateway/gateway-authority.ts";
import { gatewayPlaces, makeOwnFolder } from "#surface/services/gateway/gateway-places.ts";
import { type Gateway, startGateway } from "#surface/services/gateway/gateway-server.ts";
import { removeGatewayState, writeGatewayState } from "#surface/services/gateway/gateway-state.ts";
import { checkGateway } from "#surface/services/status/gateway.ts";
import { whyMissing } from "../../../client/machine.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
const open: (Gateway | Server)[] = [];
beforeEach(() => {
  room = freshDirectory();
});
afterEach(async () => {
  removeGatewayState(room.path);
  for (const one of open.splice(0)) await one.close();
  room.remove();
});

const need = async (ctx: TestContext): Promise<void> => {
  const missing = await whyMissing(["managed"]);
  if (missing !== undefined) ctx.skip(missing);
};

/** What is said where managed settings name a port, or none. */
function checked(port: number | undefined) {
  const managed = join(room.path, "managed");
  mkdirSync(managed, { recursive: true });
  const network = {
    allowedDomains: [],
    allowManagedDomainsOnly: true,
    ...(port === undefined ? {} : { httpProxyPort: port }),
  };
  const sandbox = {
    enabled: true,
    failIfUnavailable: true,
    allowUnsandboxedCommands: false,
    filesystem: { allowManagedReadPathsOnly: true },
    network,
  };
  writeFileSync(join(managed, "managed-settings.json"), JSON.stringify({ sandbox }));
  const around = { directories: directoriesIn(room.path), ours: (words: string) => `run ${words}` };
  return checkGateway(around, managed);
}

async function running(): Promise<Gateway> {
  const authority = createGatewayAuthority(Date.now());
  const gateway = await startGateway({ port: 0, authority, isOpen: () => false });
  open.push(gateway);
  makeOwnFolder(gatewayPlaces(room.path).root);
  writeGatewayState(room.path, gateway.port);
  return gateway;
}

async function listening(): Promise<number> {
  const server = createServer((_request, response) => response.end());
  open.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

it("nothing is said where no settings name one", async (ctx) => {
  await need(ctx);
  expect(await checked(undefined)).toEqual([]);
});
it("one that runs is all right", async (ctx) => {
  await need(ctx);
  const { port } = await running();
  expect(await checked(port)).toEqual([
    expect.objectContaining({ level: "ok", text: expect.stringContaining(`port ${port}`) }),
  ]);
});
it("one that does not run starts with the next session", async (ctx) => {
  await need(ctx);
  const [found] = await checked(1);
  expect(found).toMatchObject({ level: "note", text: expect.stringContaining("next session") });
});
it("one on another port has a repair", async (ctx) => {
  await need(ctx);
  await running();
  expect(await checked(1)).toEqual([
    expect.objectContaining({ level: "found", repair: "run gateway stop; run gateway start" }),
  ]);
});
it("somebody else in its place has a repair", async (ctx) => {
  await need(ctx);
  const [found] = await checked(await listening());
  expect(found).toMatchObject({
    level: "found",
    text: expect.stringContaining("nothing counts as contained"),
  });
});
