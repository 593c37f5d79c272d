// What an evidence pack of a quarter takes: a log of many events read, hashed, counted and followed, packed and signed; and its check.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { batchEvent, decisionEvent, resultEvent } from "#record/event/call-events.ts";
import { sessionEvent } from "#record/event/session-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import { bashCall, decisionOf, effectsWith, policy, session } from "../record/event/samples.ts";
import { withLogDirectories } from "../record/store/temporary-log.ts";
import { atMost, type BenchOptions, type Suite } from "./figures.ts";

const DAYS = 90;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 1);
/** What the goals are for. */
const GOAL_EVENTS = 5_000_000;
const PEOPLE = 200;
const CALLS_OF_SESSION = 24;
const PUBLISH_EVERY = 20_000;
const RUN_MS_MAX = 1_200_000;
const PROGRAM = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));
/** Loaded before the program: says at its end what it took. */
const USAGE = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(2, `\\nusage ${JSON.stringify(process.resourceUsage())}\\n`));',
)}`;

/** Writes the log, collects a pack of it and checks that. `--calls 5000000` has it as long as the goal says. */
export async function measureEvidence({ calls }: BenchOptions): Promise<Suite> {
  const figures: Suite["figures"][number][] = [];
  await withLogDirectories(async (options, root) => {
    const events = await writeQuarter(options, calls);
    const file = join(root, "pack.tar");
    const collecting = run(root, [
      ...["collect", "--framework", "soc2", "--from", "2026-01-01", "--to", "2026-03-31"],
      ...["--out", file, "--without-posture"],
    ]);
    const checking = run(root, ["verify", file, "--key", events.verifierKey]);
    const share = GOAL_EVENTS / events.size;
    const isWhole = events.size >= GOAL_EVENTS;
    figures.push(
      { name: "events of the log", value: events.size, unit: "" },
      ...(isWhole
        ? [atMost("pack of 5 million events", collecting.seconds, "s", 60)]
        : [
            { name: "pack of them", value: collecting.seconds, unit: "s" },
            { name: "pack of 5 million, by this", value: collecting.seconds * share, unit: "s" },
          ]),
      {
        name: "processor time an event, both threads",
        value: collecting.cpuUs / events.size,
        unit: "us",
      },
      { name: "memory at most", value: collecting.residentMb, unit: "MiB" },
      atMost("check of the pack", checking.seconds, "s", 10),
      { name: "bytes of the pack", value: statSync(file).size, unit: "B" },
    );
  });
  return {
    method: `A log of ${calls.toLocaleString("en-US")} made-up events of ${PEOPLE} people in ${DAYS} days: session starts, judged calls, their ends and batches, written by the log's own writer. \`evidence collect\` makes one pack for SOC 2 without posture, and \`evidence verify\` checks it by the key of the log; whole commands.`,
    figures,
  };
}

type Ran = { readonly seconds: number; readonly cpuUs: number; readonly residentMb: number };

/** Runs a command of the built program, which may end with gaps, and tells what it took. */
function run(root: string, args: readonly string[]): Ran {
  const begun = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", USAGE, PROGRAM, "evidence", ...args, "--data", root],
    { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: root }, timeout: RUN_MS_MAX },
  );
  const seconds = (performance.now() - begun) / 1_000;
  const usage = /^usage (\{.*\})$/m.exec(stderr)?.[1];
  if (status === null || status > 1 || usage === undefined)
    throw new Error(`evidence ${args[0] ?? ""} ended with ${status}: ${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage) as NodeJS.ResourceUsage;
  return { seconds, cpuUs: userCPUTime + systemCPUTime, residentMb: maxRSS / 1_024 };
}

async function writeQuarter(
  options: Parameters<typeof openLog>[0],
  wanted: number,
): Promise<{ readonly size: number; readonly verifierKey: string }> {
  const step = (DAYS * DAY_MS - 60_000) / wanted;
  let written = 0;
  const clock = { nowMs: () => FIRST_MS + Math.floor(written * step), monotonicMs: () => 0 };
  const log = await openLog({ ...options, clock });
  const decision = {
    ...decisionOf(effectsWith("notes.txt").slice(0, 3)),
    verdict: "allow" as const,
  };
  const waiting: Promise<unknown>[] = [];
  const add = (make: Parameters<typeof log.append>[0]): void => {
    written += 1;
    waiting.push(log.append(make, { durable: false }));
  };
  for (let place = 0; written < wanted; place += 1) {
    const person = place % PEOPLE;
    const facts = { ...session.facts, user: `person-${person}`, sessionId: `s-${place}` };
    const own = { ...session, facts };
    add(sessionEvent(log.stamp("hook"), { session: own, source: "startup" }));
    for (let number = 0; number < CALLS_OF_SESSION; number += 1) {
      const call = { ...bashCall("cat notes.txt | grep -n total"), id: `toolu_${place}_${number}` };
      const about = { call, session: own, durationMs: 1 };
      add(decisionEvent(log.stamp("hook"), { ...about, decision, policy }));
      add(resultEvent(log.stamp("hook"), { ...about, outcome: "success", responseSize: 20 }));
      if (number % 4 === 3)
        add(
          batchEvent(log.stamp("hook"), {
            session: own,
            calls: [call],
            unjudged: [],
            malformed: 0,
            certain: true,
          }),
        );
    }
    if (waiting.length < PUBLISH_EVERY) continue;
    await Promise.all(waiting.splice(0));
    await log.publish();
  }
  await Promise.all(waiting);
  await log.publish();
  const size = log.status().published;
  const { verifierKey } = log;
  await log.close();
  return { size, verifierKey };
}
