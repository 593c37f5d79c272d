// What hooks wait while the daemon delivers a long log to another system: the same calls with and without a catch-up, in turns.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decisionEvent } from "#record/event/call-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { type GuardedProject, openGuardedProject } from "../client/guarded-stand.ts";
import { bashCall, decisionOf, effectsWith, policy, session } from "../record/event/samples.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { atMost, median, percentile, type Suite } from "./figures.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";
import { until } from "../until.ts";

const EVENTS = 100_000;
const ROUNDS = 3;
const CALLS = 250;
const PAUSE_MS = 8;
const CAUGHT_UP_MS_MAX = 180_000;
const program = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));

/** Delivers the log to a file, again and again under another name, while calls are judged. */
export async function measureCatchUp(): Promise<Suite> {
  const guarded = openGuardedProject({ "readme.txt": "hello\n" });
  const sallyport = (...args: string[]): void => {
    const env = { PATH: process.env["PATH"], HOME: guarded.home, SALLYPORT_HOME: guarded.data };
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
  };
  try {
    sallyport("daemon", "stop");
    await fillLog(guarded.data);
    sallyport("daemon", "--ensure");
    const hook = readInstalledHook(join(guarded.project, ".claude", "settings.local.json"));
    const client = await openRawClient(hook);
    const alone: (readonly number[])[] = [];
    const beside: (readonly number[])[] = [];
    const seconds: number[] = [];
    await callsOf(guarded, client, 0);
    for (let round = 1; round <= ROUNDS; round += 1) {
      alone.push(await callsOf(guarded, client, round * 2));
      const begun = performance.now();
      const name = deliverTo(guarded, round);
      beside.push(await callsOf(guarded, client, round * 2 + 1));
      const left = await caughtUp(guarded, name);
      seconds.push((performance.now() - begun) / 1_000);
      if (left) throw new Error("the catch-up was over before the calls were");
      writeFileSync(join(guarded.data, "exports.yaml"), "targets: []\n", { mode: 0o600 });
    }
    client.close();
    const at = (rounds: readonly (readonly number[])[], share: number): number =>
      median(rounds.map((times) => percentile(times, share)));
    const ratio = at(beside, 0.99) / at(alone, 0.99);
    return {
      method:
        `${ROUNDS} rounds of ${CALLS} allowed calls, one at a time, without and then with a catch-up of ${EVENTS.toLocaleString("en-US")} events to a file (batches of 1,000, each on disk ` +
        "before the next) by the same daemon; medians of the rounds.",
      figures: [
        { name: "alone, p50", value: at(alone, 0.5), unit: "ms" },
        { name: "alone, p99", value: at(alone, 0.99), unit: "ms" },
        { name: "during the catch-up, p50", value: at(beside, 0.5), unit: "ms" },
        { name: "during the catch-up, p99", value: at(beside, 0.99), unit: "ms" },
        atMost("p99 during the catch-up beside alone", ratio, "x", 2),
        { name: "delivered beside the calls", value: EVENTS / median(seconds), unit: "/s" },
      ],
    };
  } finally {
    guarded.close();
  }
}

async function fillLog(data: string): Promise<void> {
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const log = await openLog({
    log: join(data, "log"),
    keys: join(data, "keys"),
    clock,
    productVersion: "0.1.0",
  });
  const call = bashCall("cat notes.txt | grep -n total");
  const decision = decisionOf(effectsWith("notes.txt").slice(0, 3));
  for (let made = 0; made < EVENTS; made += 2_000) {
    await Promise.all(
      Array.from({ length: 2_000 }, () =>
        log.append(
          decisionEvent(log.stamp("hook"), { call, decision, policy, session, durationMs: 1 }),
          { durable: true },
        ),
      ),
    );
    await log.publish();
  }
  await log.close();
}

function deliverTo({ data, home }: GuardedProject, round: number): string {
  const name = `round-${round}`;
  const target = `{ name: ${name}, to: file, path: "${join(home, `${name}.jsonl`)}" }`;
  writeFileSync(join(data, "exports.yaml"), `targets:\n  - ${target}\n`, { mode: 0o600 });
  return name;
}

/** Waits for the end of a delivery; says whether it was there already. */
async function caughtUp({ data }: GuardedProject, name: string): Promise<boolean> {
  const file = join(data, "exports", name, "delivery.json");
  const next = (): number => Number(Object(JSON.parse(readFileSync(file, "utf8"))).next);
  if (next() >= EVENTS) return true;
  const patience = { withinMs: CAUGHT_UP_MS_MAX, everyMs: 100 };
  await until("the delivery ends", () => next() >= EVENTS, patience);
  return false;
}

async function callsOf(
  { project }: GuardedProject,
  client: RawClient,
  round: number,
): Promise<readonly number[]> {
  // TIME: the daemon looks at its targets once a second, and tells nobody.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const times: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    // TIME: the pace of the calls is part of what is measured.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const body = preToolUse({
      cwd: project,
      tool_input: { command: "cat readme.txt" },
      tool_use_id: `toolu_${round}_${call}`,
    });
    const startMs = performance.now();
    const answer = await client.post(body);
    times.push(performance.now() - startMs);
    if (!answer.includes('"permissionDecision":"allow"'))
      throw new Error(`not answered as expected: ${answer.slice(0, 300)}`);
  }
  return times;
}
