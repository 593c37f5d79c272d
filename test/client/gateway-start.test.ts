// The registry gateway that managed settings name is begun by the first session of the real client, and refuses what no install asks.
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BreakableStand } from "./breakable-stand.ts";
import { bash } from "./client-run.ts";
import { whyMissing } from "./machine.ts";
import { openManagedStand } from "./managed-stand.ts";
import { toolUseId } from "./model-stub.ts";

const PATIENT = { timeout: 240_000 };
let missing: string | undefined;
let stand: BreakableStand;
let port = 0;
beforeAll(async () => {
  missing = await whyMissing(["client", "sandbox", "managed"]);
  if (missing !== undefined) return;
  port = await freePort();
  stand = await openManagedStand(undefined, "command", () => ({ gateway: { port } }));
}, 240_000);
afterAll(async () => {
  stand?.sallyport("gateway", "stop");
  await stand?.close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return free;
}

it("is begun by the session, which runs code of the project contained", PATIENT, async (ctx) => {
  if (missing !== undefined) return ctx.skip(missing);
  const asks = [
    "import urllib.request",
    'try: print("read", urllib.request.urlopen("https://pypi.org/simple/six/").status)',
    'except Exception as fault: print("held", fault.reason)',
  ].join("\n");
  const run = await stand.session({
    files: { "asks.py": asks },
    turns: [bash("true"), bash("python3 asks.py"), "bye"],
    timeoutMs: 120_000,
    settings: { project: {}, user: {} },
    env: { IS_SANDBOX: undefined, SHLVL: "1" },
  });
  const text = run.toolResults.get(toolUseId(1))?.text;
  expect(text).toContain("held Tunnel connection failed: 403");
  const { stdout } = stand.sallyport("gateway", "status", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ state: "running", port, isInstallOpen: false });
});
