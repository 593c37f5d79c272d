// Everybody who hands events in, each started: what the daemon does is in its log and in no spool, and nothing of it counts as damage.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SPOOLED } from "#record/event/submitters.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openSecretRecord } from "#surface/services/secrets/secret-record.ts";
import { parseReference } from "#govern/secrets/reference.ts";
import { tryByDaemon } from "#surface/services/trials/trial.ts";
import { type HookStand, openHookStand } from "../hook/hook-stand.ts";
import { until } from "../../until.ts";
import { preToolUse } from "./daemon-stand.ts";
import { type WholeDaemon, wholeDaemon } from "./whole-daemon.ts";

let stand: HookStand;
let daemon: WholeDaemon;
beforeAll(async () => {
  stand = await openHookStand("http");
  // Nobody serves there, and the token's manager is not set up here: the daemon tries to fetch it, and that fails.
  const targets = `targets:\n  - { name: siem, to: splunk-hec, url: "https://127.0.0.1:9", token: "vault:secret/siem#token" }\n`;
  writeFileSync(stand.install.directories.exportsFile, targets, { mode: 0o600 });
  daemon = await wholeDaemon(stand);
});
afterAll(async () => {
  await daemon.stop();
  stand.close();
});

type Told = { readonly kind: unknown; readonly what: unknown; readonly submitter: unknown };
async function recorded(): Promise<readonly Told[]> {
  const { log, keys } = stand.install.directories;
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

it("puts a fetch of the daemon, of a command and an event of a hook on record, and finds no damage", async () => {
  const record = await openSecretRecord(stand.install.directories);
  await record([{ what: "fetched", reference: parseReference("vault:secret/own#key") }]);
  await until("the command's fetch", has({ kind: "secret", what: "fetched", submitter: "cli" }));
  const payload = preToolUse({
    ...{ cwd: stand.project, hook_event_name: "PreToolUse", tool_input: { command: "ls" } },
    transcript_path: join(stand.home, "t.jsonl"),
  });
  expect((await stand.ask(payload)).code).toBe(0);
  await until("the hook's event", async () =>
    (await recorded()).some(({ kind, submitter }) => kind === "decision" && submitter === "hook"),
  );
  await until("the daemon's fetch", has({ kind: "secret", what: "failed", submitter: "daemon" }));
  expect((await recorded()).filter(({ kind }) => kind === "recovery")).toEqual([]);
  const { spool } = stand.install.directories;
  expect(readdirSync(spool).filter((name) => name.endsWith(".damaged"))).toEqual([]);
});

it("has a row for each submitter, and lets nobody speak for the daemon by a file", () => {
  const words = Object.entries(SPOOLED).map(([name, row]) => [
    name,
    typeof row === "string" ? row : "some",
  ]);
  expect(Object.fromEntries(words)).toEqual({
    ...{ hook: "everything", cli: "some", daemon: "nothing", operator: "nothing" },
    ...{ telemetry: "nothing", unknown: "nothing" },
  });
});

it("has the daemon try what it uses, and says who tried", async () => {
  const { directories } = stand.install;
  const never = async (): Promise<string> => {
    throw new Error("the command fetched it itself");
  };
  const tried = await tryByDaemon(directories, { what: "export", name: "siem" }, never);
  expect(tried).toMatchObject({ by: "daemon", checkups: [{ isGood: false }] });
  const vault = await tryByDaemon(directories, { what: "provider", name: "vault" }, never);
  expect([vault.by, vault.outcome]).toEqual(["daemon", "examined"]);
  await expect(
    tryByDaemon(directories, { what: "channel", name: "none" }, never),
  ).rejects.toMatchObject({ code: "daemon" });
});
