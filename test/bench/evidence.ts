// What an evidence pack of a quarter takes: a log of many events read, hashed, counted and followed, packed and signed; and its check.
import { parseVerifier } from "#record/log/note.ts";
import { openLog } from "#record/store/log-writer.ts";
import { batchEvent, decisionEvent, resultEvent } from "#record/event/call-events.ts";
import { sessionEvent } from "#record/event/session-events.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { collectPack } from "#surface/services/evidence/collect-evidence.ts";
import { controlsOf } from "#surface/services/evidence/shipped-controls.ts";
import { checkPack } from "#surface/services/evidence/verify-pack.ts";
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

/** Writes the log, collects a pack of it and checks that. `--calls 5000000` has it as long as the goal says. */
export async function measureEvidence({ calls }: BenchOptions): Promise<Suite> {
  const figures: Suite["figures"][number][] = [];
  await withLogDirectories(async (options, root) => {
    const events = await writeQuarter(options, calls);
    const { verifierKey } = events;
    const controls = controlsOf("soc2");
    const period = { from: "2026-01-01", to: "2026-03-31", sinceMs: FIRST_MS };
    const ends = { untilMs: FIRST_MS + DAYS * DAY_MS, nowMs: FIRST_MS + (DAYS + 1) * DAY_MS };
    const [pack, collecting] = await timed(() =>
      collectPack(directoriesIn(root), {
        ...{ framework: "soc2", controls, period: { ...period, ...ends } },
        ...{ project: undefined, withoutPosture: true },
        ...{ onProgress: () => undefined, onProject: () => undefined },
      }),
    );
    const key = parseVerifier(verifierKey);
    if (key === undefined) throw new Error("the log has no key");
    const [checked, checking] = await timed(async () => checkPack(pack.bytes, key));
    if (checked.faults.length > 0) throw new Error("the pack does not hold");
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
      { name: "processor time an event", value: collecting.cpuUs / events.size, unit: "us" },
      atMost("check of the pack", checking.seconds, "s", 10),
      { name: "bytes of the pack", value: pack.bytes.length, unit: "B" },
      { name: "memory at its end", value: process.memoryUsage.rss() / 1024 / 1024, unit: "MiB" },
    );
  });
  return {
    method: `A log of ${calls.toLocaleString("en-US")} made-up events of ${PEOPLE} people in ${DAYS} days: session starts, judged calls, their ends and batches, written by the log's own writer. One pack for SOC 2 is collected without posture, and checked by the key of the log.`,
    figures,
  };
}

type Timed = { readonly seconds: number; readonly cpuUs: number };

async function timed<Result>(act: () => Promise<Result>): Promise<readonly [Result, Timed]> {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const { user, system } = process.cpuUsage(cpu);
  return [result, { seconds: (performance.now() - begun) / 1_000, cpuUs: user + system }];
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
            ...{ session: own, calls: [call], unjudged: [], malformed: 0, certain: true },
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
