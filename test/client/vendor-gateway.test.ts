// Policies by group through the vendor's own gateway: it takes the block that we write, and serves each person what their group is to have.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { PROGRAM } from "../program.ts";
import { skipIfMissing } from "../skipping.ts";
import { POSTGRES_MISSING, postgresPrograms } from "../surface/services/fleet/postgres-cluster.ts";
import { whyMissing } from "./machine.ts";
import { openVendorGateway, type VendorGateway } from "./vendor-gateway.ts";

const START_MS = 300_000;
const PEOPLE = { ada: ["payments"], bob: ["web"], eve: [] };
const FLEET = `format: 1
name: acme
owner: the platform team
policies:
  - { policy: payments, when: { groups: [payments, billing] } }
  - { policy: baseline }
`;

const room = mkdtempSync(join(tmpdir(), "groups-"));
const fleet = join(room, "fleet");
let missing: string | undefined;
let gateway: VendorGateway;
const run = (...words: readonly string[]) => {
  const all = [...PROGRAM, "fleet", ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, HOME: room, SALLYPORT_HOME: join(room, "data"), SALLYPORT_FLEET: fleet },
  });
  return { status, text: `${stdout}${stderr}` };
};
const site = ["--site", join(room, "site.yaml"), "--platform", "linux", "--draft"];
/** What the gateway serves a person, by our own command. */
const served = async (person: string, group: string) => {
  writeFileSync(join(room, person), await gateway.logIn(person), { mode: 0o600 });
  const asked = ["--verify", gateway.url, "--token", join(room, person), "--group", group];
  return run("gateway", ...site, ...asked);
};

beforeAll(async () => {
  missing =
    (await whyMissing(["client"])) ??
    (postgresPrograms() === undefined ? POSTGRES_MISSING : undefined);
  if (missing !== undefined) return;
  run("init", fleet, "--name", "acme", "--yes");
  writeFileSync(join(fleet, "fleet.yaml"), FLEET);
  writeFileSync(
    join(fleet, "policies/payments.yaml"),
    'id: payments\nversion: "1"\ntitle: For a test\nextends: [team]\nrules:\n  - { id: payments/ledger, verdict: deny, effects: [read], paths: ["<project>/ledger/**"], reason: it is the ledger }\n',
  );
  writeFileSync(
    join(room, "site.yaml"),
    'organization: Größe & <Co> "x"\nidentifier: com.example\n',
  );
  const block = join(room, "managed.yaml");
  expect(run("gateway", ...site, "--out", block).text).toContain("payments: payments, billing");
  const { managed } = parse(readFileSync(block, "utf8")) as { managed: unknown };
  gateway = await openVendorGateway(managed, PEOPLE);
}, START_MS);
afterAll(async () => {
  await gateway?.close();
  rmSync(room, { recursive: true, force: true });
}, START_MS);

it("takes the block, and names nothing in it that it does not understand", (ctx) => {
  skipIfMissing(ctx, missing);
  expect(gateway.said()).toContain("managed settings: configured");
  expect(gateway.said()).not.toMatch(/unknown settings key|not a managed-settings key|invalid/i);
});
it.each([
  ["ada", "payments", "payments"],
  ["bob", "web", "baseline"],
  ["eve", "", "baseline"],
])("serves %s of the group `%s` the settings of %s", async (person, group, policy) => {
  if (missing !== undefined) return expect(missing).toBeTypeOf("string");
  expect(await served(person, group)).toEqual({
    status: 0,
    text: `the gateway serves the settings of ${policy}\n`,
  });
});
it("is found to serve something else when a person is in another group than was said", async (ctx) => {
  skipIfMissing(ctx, missing);
  const { status, text } = await served("ada", "web");
  expect([status, text]).toEqual([1, expect.stringContaining("other settings than baseline")]);
  expect(text).toContain("permissions");
});
it("tells nobody anything without a token of its own", (ctx) => {
  skipIfMissing(ctx, missing);
  writeFileSync(join(room, "stranger"), "not-a-token", { mode: 0o600 });
  const asked = ["--verify", gateway.url, "--token", join(room, "stranger")];
  const { status, text } = run("gateway", ...site, ...asked);
  expect([status, text]).toEqual([2, expect.stringContaining("the gateway answered 401")]);
  expect(text).not.toContain("not-a-token");
});
