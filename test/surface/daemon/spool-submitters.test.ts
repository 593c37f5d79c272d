// Everybody who hands events in, each started: what the daemon does is in its log and in no spool, and nothing of it counts as damage.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { failureEvent } from "#record/event/guard-events.ts";
import { SPOOLED } from "#record/event/submitters.ts";
import { createEventEncoder } from "#record/store/event-encoder.ts";
import { createRandomPool } from "#record/store/files/random-pool.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { openSpool } from "#record/store/spool/spool.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { systemClock } from "../../record/store/temporary-log.ts";
import { openSecretRecord } from "#surface/services/secrets/secret-record.ts";
import { parseReference } from "#govern/secrets/reference.ts";
import { tryByDaemon } from "#surface/services/trials/trial.ts";
import { until } from "../../until.ts";
import { freshDirectory, installOn } from "./daemon-stand.ts";
import { type WholeDaemon, wholeDaemon } from "./whole-daemon.ts";

const room = freshDirectory();
let install: Install;
let daemon: WholeDaemon;
beforeAll(async () => {
  install = await installOn(join(room.path, "data"));
  // Nobody serves there, and the token's manager is not set up here: the daemon tries to fetch it, and that fails.
  const targets = `targets:\n  - { name: siem, to: splunk-hec, url: "https://127.0.0.1:9", token: "vault:secret/siem#token" }\n`;
  writeFileSync(install.directories.exportsFile, targets, { mode: 0o600 });
  daemon = await wholeDaemon({ install, home: room.path });
});
afterAll(async () => {
  await daemon.stop();
  room.remove();
});

type Told = { readonly kind: unknown; readonly what: unknown; readonly submitter: unknown };
async function recorded(): Promise<readonly Told[]> {
  const { log, keys } = install.directories;
  const found: Told[] = [];
  for await (const { leaf } of (await viewLog(log, keys)).entries(0, 10_000))
    if (leaf.kind === "leaf") {
      const { kind, what, submitter } = leaf.metadata;
      found.push({ kind, what, submitter });
    }
  return found;
}
const has = (told: Told) => async () =>
  (await recorded()).some((one) => JSON.stringify(one) === JSON.stringify(told));

it("puts a fetch of the daemon, one of a command and an event as hooks write it on record, and finds no damage", async () => {
  const record = await openSecretRecord(install.directories);
  await record([{ what: "fetched", reference: parseReference("vault:secret/own#key") }]);
  await until("the command's fetch", has({ kind: "secret", what: "fetched", submitter: "cli" }));
  const encoder = createEventEncoder({
    keys: await readEventKeys(install.directories.keys),
    clock: systemClock,
    product: "0.1.0",
    random: createRandomPool(),
  });
  const failed = failureEvent(encoder.stamp("hook"), {
    code: "of-a-hook",
    where: "judge",
    answer: "deny",
  });
  const spooled = openSpool(install.directories.spool, () => Date.now());
  await spooled.append([encoder.encode(failed)], { durable: true });
  await until("the hook's event", async () =>
    (await recorded()).some(({ kind, submitter }) => kind === "failure" && submitter === "hook"),
  );
  await until("the daemon's fetch", has({ kind: "secret", what: "failed", submitter: "daemon" }));
  expect((await recorded()).filter(({ kind }) => kind === "recovery")).toEqual([]);
  const { spool } = install.directories;
  expect(readdirSync(spool).filter((name) => name.endsWith(".damaged"))).toEqual([]);
});

it("has a row for each submitter, and lets nobody speak for the daemon by a file", () => {
  const words = Object.entries(SPOOLED).map(([name, row]) => [
    name,
    typeof row === "string" ? row : "some",
  ]);
  expect(Object.fromEntries(words)).toEqual({
    hook: "everything",
    cli: "some",
    daemon: "nothing",
    operator: "nothing",
    telemetry: "nothing",
    unknown: "nothing",
  });
});

it("has the daemon try what it uses, and says who tried", async () => {
  const { directories } = install;
  const never = async (): Promise<string> => {
    throw new Error("the command fetched it itself");
  };
  // The daemon has no login there, whatever the terminal has: nothing "took".
  await expect(
    tryByDaemon(directories, { what: "export", name: "siem" }, never),
  ).rejects.toMatchObject({ code: "daemon", message: expect.stringContaining("VAULT_TOKEN") });
  const vault = await tryByDaemon(directories, { what: "provider", name: "vault" }, never);
  expect([vault.by, vault.outcome]).toEqual(["daemon", "examined"]);
  await expect(
    tryByDaemon(directories, { what: "channel", name: "none" }, never),
  ).rejects.toMatchObject({ code: "daemon" });
});
