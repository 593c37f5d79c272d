// One real machine in a fleet: its daemon reports to a real collector, and the real client obeys the policy of its group, and its end.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIfMissing } from "../skipping.ts";
import { until } from "../until.ts";
import { pinnedClient } from "./client-binary.ts";
import { bash } from "./client-run.ts";
import { type LiveFleet, openLiveFleet, whyNoFleet } from "./live-fleet.ts";
import { toolUseId } from "./model-stub.ts";
import { openPrivateMachine, type PrivateMachine, whyNoMachine } from "./private-machine.ts";

/** WHY so long: sessions take seconds on a quiet machine, and half a minute on a busy one. */
const WHOLE_MS = 900_000;
/** A change of the policy is to reach the machine within this. */
const REACH_MS = 120_000;
const OTHERS = 6;
const TRACK = "payments/production-adjacent";

const policyOf = (id: string, file: string) => `id: ${id}
version: "1"
title: For a test
extends: [team]
rules:
  - { id: ${id}/file, verdict: deny, effects: [read], paths: ["<project>/${file}"], reason: it is a test }
`;

let missing: string | undefined;
let machine: PrivateMachine;
let fleet: LiveFleet;
const ends: (() => void)[] = [];
const followed: string[] = [];

/** Whether a session may read the file that the policy of its group is about, and the one of the other policy. */
async function reads(): Promise<readonly string[]> {
  const { stand, etc } = machine;
  const run = await stand.session({
    wrapper: etc.enter(stand.project),
    turns: [bash("cat readme.txt"), bash("cat other.txt"), "bye"],
    timeoutMs: 120_000,
  });
  return [0, 1].map((turn) =>
    run.wasDenied(toolUseId(turn)) ? "refused" : (run.toolResults.get(toolUseId(turn))?.text ?? ""),
  );
}

/** Waits until the daemon told the collector what is in force; how long that took, in milliseconds. */
async function told(stage: string | null): Promise<number> {
  const beganMs = performance.now();
  await until(
    `the collector knows of ${stage ?? "no bundle"}`,
    () => (fleet.reported()?.bundle?.stage ?? null) === stage && fleet.reported() !== undefined,
    { withinMs: REACH_MS, everyMs: 500 },
  );
  return performance.now() - beganMs;
}

/** Waits until what follows the fleet says so. */
const heard = (words: string) =>
  until(`it is told: ${words}`, () => followed.join("").includes(words), {
    withinMs: REACH_MS,
    everyMs: 200,
  });

/** Takes the release of the group one stage further by its figures, and publishes it. */
async function advance(to: string): Promise<void> {
  const isOn = () => {
    fleet.operate(["tick", "--yes"]);
    return fleet.operate(["status"]).includes(`${TRACK}: 50 %, ${to}`);
  };
  await until(`the release goes on to ${to}`, isOn, { withinMs: REACH_MS, everyMs: 2_000 });
  fleet.publish();
}

beforeAll(async () => {
  missing = (await whyNoMachine()) ?? whyNoFleet();
  if (missing !== undefined) return;
  machine = await openPrivateMachine("http");
  writeFileSync(join(machine.stand.project, "other.txt"), "there\n");
  fleet = await openLiveFleet(
    { payments: policyOf("payments", "readme.txt"), baseline: policyOf("baseline", "other.txt") },
    OTHERS,
  );
  await machine.run(["daemon", "stop"]);
  machine.etc.run("mkdir -m 755 /etc/sallyport");
  const program = join(machine.stand.product, "dist/surface/cli/main.js");
  const pin = `'${process.execPath}' '${program}' policy bundle pin '${fleet.pin}' --yes`;
  machine.etc.run(pin);
  const joined = await machine.run(fleet.join);
  expect(joined.text).toContain("the log goes to");
  // The daemon of the machine lives where its /etc is.
  await machine.run(["daemon", "--ensure"]);
  const words = ["--from", fleet.from, "--fleet", "acme", "--machine", fleet.machine];
  const [command = "", ...rest] = [
    ...machine.etc.enter("/"),
    ...[process.execPath, program, "fleet", "follow", ...words, "--every", "5s"],
  ];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  ends.push(() => child.kill("SIGTERM"));
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => followed.push(part));
}, WHOLE_MS);
afterAll(async () => {
  for (const end of ends) end();
  await fleet?.close();
  await machine?.close();
}, WHOLE_MS);

describe("a machine with a daemon in a fleet", () => {
  it(
    "gets the policy of its group stage by stage, obeys it, and obeys that it is taken back",
    async (ctx) => {
      skipIfMissing(ctx, missing);
      const { stand } = machine;
      expect(stand.daemonId()).toBeGreaterThan(0);
      await told(null);
      expect(fleet.reported()).toMatchObject({ canary: "held", trouble: "" });
      expect(await reads()).toEqual(["hello", "there"]);
      for (const policy of ["payments", "baseline"])
        fleet.operate(["release", policy, "--key", fleet.key, "--yes"]);
      fleet.publish();
      expect(await fleet.round()).toMatchObject({ observe: expect.any(Number) });
      await told("observe");
      expect(await reads()).toEqual(["hello", "there"]);
      await fleet.round();
      await advance("ask");
      await fleet.round();
      await told("ask");
      await fleet.round();
      await advance("enforce");
      await heard("stage enforce is in force");
      expect(await reads()).toEqual(["refused", "there"]);
      await told("enforce");
      expect(fleet.reported()).toMatchObject({
        canary: "held",
        trouble: "",
        client: pinnedClient.version,
      });
      expect(fleet.operate(["status"])).toContain(`${pinnedClient.version} on 1`);
      fleet.operate(["take-back", TRACK, "--reason", "a fault", "--yes"]);
      fleet.publish();
      await heard("the bundle was taken away");
      expect(await reads()).toEqual(["hello", "there"]);
      await told(null);
    },
    WHOLE_MS,
  );
});
