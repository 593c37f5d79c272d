// What held sessions leave in the daemon's memory, one after the other: each with calls that are held, looked at or refused, and its end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { endDaemon, openStopped, residentMb, startDaemon } from "./daemon.ts";
import { bash, CALLS, openSession, timed } from "./first-call.ts";
import { atMost, type BenchOptions, type Figure, type Suite } from "./figures.ts";
import { openRawClient } from "./raw-client.ts";

const CALLS_A_SESSION = 20;
/** Calls that are asked of a suite for two sessions here: a held one takes longer than one that is only judged. */
const CALLS_OF_BENCH = 2_500;
const SESSIONS_MEANT = 500;
const RESIDENT_MB = 150;
/** The daemon refuses a project that sends more than 200 events a second. */
const PAUSE_MS = 5;
const REST_MS = 5_000;

/** Lets one daemon hold the calls of many sessions, and looks at its memory after half of them and after all. */
export async function measureHeldSessions({ calls }: BenchOptions): Promise<Suite> {
  const guarded = openStopped();
  const daemon = await startDaemon(guarded);
  const client = await openRawClient(
    readInstalledHook(join(guarded.project, ".claude/settings.local.json")),
  );
  const sessions = Math.max(2, 2 * Math.round(calls / CALLS_OF_BENCH));
  const place = { name: "held", root: guarded.project };
  const asked = [...Object.values(CALLS), bash("touch made-by-a-call"), bash("npm run build")];
  const run = async (count: number): Promise<number> => {
    for (let at = 0; at < count; at += 1) {
      const session = openSession(place);
      await client.post(session.start());
      for (let turn = 0; turn < CALLS_A_SESSION; turn += 1) {
        const { before, after } = session.call(asked[turn % asked.length] ?? bash("ls"));
        const { answer } = await timed(client, before);
        await client.post(after(answer));
        // TIME: the daemon takes so many events a second.
        await sleep(PAUSE_MS);
      }
      await client.post(session.end());
      if (at % 10 === 9)
        process.stderr.write(`${at + 1} sessions: ${residentMb(daemon).toFixed(0)} MB\n`);
    }
    // TIME: what is measured is the memory after so long at rest.
    await sleep(REST_MS);
    return residentMb(daemon);
  };
  try {
    const ready = residentMb(daemon);
    const first = await run(sessions / 2);
    const second = await run(sessions / 2);
    const growth = (second - first) / (sessions / 2);
    const meant = second + Math.max(0, growth) * Math.max(0, SESSIONS_MEANT - sessions);
    const left = readFileSync(`/proc/${daemon.pid}/status`, "utf8");
    const figures: Figure[] = [
      { name: "resident when ready", value: ready, unit: "MB" },
      { name: `resident after ${Math.round(sessions / 2)} sessions`, value: first, unit: "MB" },
      { name: `resident after ${sessions} sessions`, value: second, unit: "MB" },
      { name: "growth over the second half, a session", value: growth * 1_024, unit: "KB" },
      atMost(
        `resident after ${SESSIONS_MEANT} sessions, with that growth`,
        meant,
        "MB",
        RESIDENT_MB,
      ),
      { name: "threads", value: Number(/^Threads:\s+(\d+)/m.exec(left)?.[1]), unit: "" },
    ];
    return {
      method: `${sessions} sessions of ${CALLS_A_SESSION} calls one after the other in one project, each call with its result as the client sends it for a held one, and each session with its end; resident memory as the system states it, at rest.`,
      figures,
    };
  } finally {
    client.close();
    await endDaemon(daemon);
    guarded.close();
  }
}
