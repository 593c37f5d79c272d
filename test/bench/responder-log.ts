// A large log of calls with their results, many short sessions and one long one, and the daemon's index of it.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { decisionEvent, resultEvent } from "#record/event/call-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { askDaemon } from "#surface/services/daemon-process/daemon-client.ts";
import { readInstall } from "#surface/services/installation/install.ts";
import { decisionOf, effect, pathTarget, policy } from "../record/event/samples.ts";
import { atMost, type Figure } from "./figures.ts";

/** Calls of the long session. */
export const SESSION_CALLS = 5_000;
export const LONG_SESSION = "5e551000-0000-4000-8000-00000000beef";
export const USERS = 20;
export const CALLS_A_SESSION = 200;
const WEEK_MS = 6 * 86_400_000;
/** Events that are appended before the log is waited for. */
const AT_ONCE = 2_000;
/** Of these each waits until the log has published what it has. */
const LOTS_PUBLISHED = 8;
const INDEXED_WITHIN_MS = 3_600_000;

/** Fills the log of a stopped installation, and measures what decisions and results take there. */
export async function fillLog(data: string, calls: number): Promise<readonly Figure[]> {
  const { log: directory, keys } = directoriesIn(data);
  const endMs = Date.now();
  const all = 2 * (calls + SESSION_CALLS);
  let made = 0;
  let lots = 0;
  const nowMs = (): number => Math.floor(endMs - WEEK_MS * (1 - made / all));
  const clock = { nowMs, monotonicMs: () => performance.now() };
  const log = await openLog({ log: directory, keys, clock, productVersion: "0.1.0" });
  const bytes = async (): Promise<number> => {
    await log.publish();
    return sizeOf(directory);
  };
  const write = async (from: number, end: number, kind: "decision" | "result"): Promise<void> => {
    let waiting: Promise<unknown>[] = [];
    for (let at = from; at < end; at += 1) {
      made += 1;
      // What waits for the disk is bounded: the last of each lot is waited for.
      const durable = waiting.length === AT_ONCE - 1;
      waiting.push(log.append(eventOf(log, at, calls, kind), { durable }));
      if (waiting.length < AT_ONCE) continue;
      await Promise.all(waiting);
      waiting = [];
      // What was not published yet is bounded too.
      lots += 1;
      if (lots % LOTS_PUBLISHED === 0) await log.publish();
    }
    await Promise.all(waiting);
  };
  const total = calls + SESSION_CALLS;
  const sample = Math.min(20_000, calls);
  const before = await bytes();
  await write(0, sample, "decision");
  const decided = await bytes();
  await write(0, sample, "result");
  const ended = await bytes();
  for (let from = sample; from < total; from += AT_ONCE)
    for (const kind of ["decision", "result"] as const)
      await write(from, Math.min(total, from + AT_ONCE), kind);
  await log.publish();
  await log.close();
  return [
    atMost(
      "decision of four effects, with its text, on disk",
      (decided - before) / sample,
      "B",
      1_638,
    ),
    { name: "result, on disk", value: (ended - decided) / sample, unit: "B" },
  ];
}

function eventOf(log: Log, at: number, calls: number, kind: "decision" | "result") {
  const isLong = at >= calls;
  const session = Math.floor(at / CALLS_A_SESSION);
  const user = `member-${isLong ? 0 : session % USERS}`;
  const home = `/home/${user}`;
  const facts: SessionFacts = {
    sessionId: isLong
      ? LONG_SESSION
      : `5e551000-0000-4000-8000-${String(session).padStart(12, "0")}`,
    projectRoot: `${home}/shop`,
    home,
    user,
    mode: "default",
    interactive: true,
    ownPaths: [],
  };
  const isPush = at % 97 === 0;
  const file = `src/module-${at % 1_000}.ts`;
  const command = isPush ? "git push origin main" : `cat ${file} | grep -n total > out.txt`;
  const call = {
    id: `toolu_${String(at).padStart(24, "0")}`,
    tool: "Bash",
    cwd: `${home}/shop`,
    input: { kind: "bash", command, background: false, sandboxOff: false },
  } as const;
  const eventSession = { facts, userSource: "os" } as const;
  if (kind === "result")
    return resultEvent(log.stamp("hook"), {
      call,
      session: eventSession,
      outcome: "success",
      durationMs: 12,
      responseSize: 512,
    });
  const path = pathTarget(`${home}/shop/${file}`);
  const remote = "git@git.shop.example:team/shop.git";
  const effects = isPush
    ? [
        effect({ kind: "read", target: pathTarget(`${home}/shop/.git/config`) }),
        effect({ kind: "publish", channel: "git", destination: remote, refs: ["main"] }),
        effect({
          kind: "egress",
          destination: { host: "git.shop.example", port: 22, scheme: "ssh" },
          carries: [{ kind: "argument" }],
        }),
        effect({ kind: "execute", program: "git", origin: "system", reach: "modelled" }),
      ]
    : [
        effect({ kind: "read", target: path }),
        effect({ kind: "write", target: pathTarget(`${home}/shop/out.txt`), mode: "replace" }),
        effect({ kind: "execute", program: "cat", origin: "system", reach: "modelled" }),
        effect({ kind: "execute", program: "grep", origin: "system", reach: "modelled" }),
      ];
  const refused = decisionOf(effects, isPush ? ["git"] : ["cat", "grep"]);
  const verdict = at % 31 === 0 ? "deny" : "allow";
  const reasons = refused.reasons.map((reason) => ({ ...reason, verdict }) as const);
  const decision = { ...refused, verdict, reasons } as const;
  return decisionEvent(log.stamp("hook"), {
    call,
    decision,
    policy,
    session: eventSession,
    durationMs: 1,
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** Waits until the daemon's index has so many events. WHY its state: a question while it is behind reads the whole log. */
export async function indexed(data: string, count: number): Promise<void> {
  const install = readInstall(directoriesIn(data));
  if (install === undefined) throw new Error("the daemon has no installation");
  const endMs = performance.now() + INDEXED_WITHIN_MS;
  while (performance.now() < endMs) {
    const state = await askDaemon(install, { ask: "state" });
    if (state?.kind === "state" && state.indexed >= count) return;
    // TIME: nothing tells a command when the daemon's index has come so far.
    await wait(500);
  }
  throw new Error("the index did not come to the end of the log");
}
