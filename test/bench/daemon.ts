// What the daemon takes to come up, and what it keeps in memory after many calls of many sessions.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { daemonEnvironment } from "#surface/foundation/process/detached-environment.ts";
import { DAEMON_FLAGS } from "#surface/services/daemon-process/lifecycle.ts";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { type GuardedProject, openGuardedProject } from "../client/guarded-stand.ts";
import { atMost, type BenchOptions, type Figure, median, type Suite } from "./figures.ts";
import { openRawClient, type RawPlace } from "./raw-client.ts";
import { sessionPayloads } from "./session-payloads.ts";

const STARTS = 9;
const CALLS_A_SESSION = 200;
/** Each has a connection of its own: the daemon refuses a project that sends more than 200 events a second. */
const PROJECTS = 16;
/** Milliseconds that an event of one project takes at least, on average. */
const EVENT_MS = 5.2;
/** Sessions between two words on standard error: this takes minutes. */
const PROGRESS_SESSIONS = 25;

const program = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));

/** Starts the daemon and an empty process in turns. */
export async function measureStart(): Promise<Suite> {
  const guarded = openStopped();
  try {
    return {
      method: `${STARTS} starts of the daemon and of \`node -e 0\` in turns, from spawning the process to its word that it is ready.`,
      figures: await measureStarts(guarded),
    };
  } finally {
    guarded.close();
  }
}

/** Lets one daemon answer many sessions. */
export async function measureMemory({ calls }: BenchOptions): Promise<Suite> {
  const guarded = openStopped();
  try {
    return {
      method:
        `${calls.toLocaleString("en-US")} calls in sessions of ${CALLS_A_SESSION} in ${PROJECTS} projects at once, each with its result, a batch for every ten, ` +
        "and the events of a session, with a rest after half of them; resident memory as the system states it, at rest.",
      figures: await measureResident(guarded, calls),
    };
  } finally {
    guarded.close();
  }
}

/** A guarded project whose daemon does not run. */
export function openStopped(): GuardedProject {
  const guarded = openGuardedProject({ ".env": "KEY=1\n", "readme.txt": "hello\n" });
  runProgram(guarded, "daemon", "stop");
  return guarded;
}

async function measureStarts(guarded: GuardedProject): Promise<readonly Figure[]> {
  const [empty, ready]: [number[], number[]] = [[], []];
  for (let start = 0; start < STARTS; start += 1) {
    let startMs = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    empty.push(performance.now() - startMs);
    startMs = performance.now();
    const daemon = await startDaemon(guarded);
    ready.push(performance.now() - startMs);
    await endDaemon(daemon);
  }
  const ratio = median(ready.map((value, at) => value / (empty[at] ?? Number.NaN)));
  return [
    { name: "node -e 0", value: median(empty), unit: "ms" },
    { name: "daemon ready", value: median(ready), unit: "ms" },
    atMost("daemon ready beside `node -e 0`", ratio, "x", 4),
  ];
}

async function measureResident(guarded: GuardedProject, calls: number): Promise<readonly Figure[]> {
  if (process.platform !== "linux") return [];
  const projects = guardProjects(guarded);
  // WHY again: who guards a project starts it.
  runProgram(guarded, "daemon", "stop");
  const daemon = await startDaemon(guarded);
  try {
    const atStart = residentMb(daemon);
    const half = calls / 2;
    const run = (label: string) => runSessions({ label, projects, daemon, calls: half });
    await run("first");
    const busy = await memoryAfter(daemon, JUST_AFTER_MS);
    const first = await memoryAfter(daemon, AT_REST_MS - JUST_AFTER_MS);
    process.stderr.write(`at rest: ${first.toFixed(0)} MB\n`);
    const startMs = performance.now();
    const events = await run("second");
    const seconds = (performance.now() - startMs) / 1_000;
    const second = await memoryAfter(daemon, AT_REST_MS);
    return [
      { name: "resident when ready", value: atStart, unit: "MB" },
      { name: "resident seconds after the last call", value: busy, unit: "MB" },
      {
        name: `resident after ${half.toLocaleString("en-US")} calls, at rest`,
        value: first,
        unit: "MB",
      },
      atMost(`resident after ${calls.toLocaleString("en-US")} calls, at rest`, second, "MB", 150),
      atMost("growth over the second half", (second / first - 1) * 100, "%", 5),
      { name: "requests answered a second, all connections", value: events / seconds, unit: "/s" },
    ];
  } finally {
    await endDaemon(daemon);
  }
}

type BenchProject = { readonly root: string; readonly hook: RawPlace };

/** Guards as many projects as there are connections, all with the same files. */
function guardProjects(guarded: GuardedProject): readonly BenchProject[] {
  return Array.from({ length: PROJECTS }, (_, at) => {
    const root = at === 0 ? guarded.project : join(guarded.home, `project-${at}`);
    if (at > 0) {
      cpSync(join(guarded.project, "readme.txt"), join(root, "readme.txt"));
      runProgram(guarded, "init", root, "--yes");
    }
    return { root, hook: readInstalledHook(join(root, ".claude", "settings.local.json")) };
  });
}

/** Gives how many events were answered. */
async function runSessions(options: {
  readonly label: string;
  readonly projects: readonly BenchProject[];
  readonly daemon: ChildProcess;
  readonly calls: number;
}): Promise<number> {
  const { label, projects, daemon, calls } = options;
  let session = 0;
  let answered = 0;
  const worker = async ({ root, hook }: BenchProject): Promise<void> => {
    const client = await openRawClient(hook);
    let dueMs = performance.now();
    while (session * CALLS_A_SESSION < calls) {
      session += 1;
      const isProgress = session % PROGRESS_SESSIONS === 0;
      for (const payload of sessionPayloads(`${label}-${session}`, root, CALLS_A_SESSION)) {
        const answer = await client.post(payload);
        answered += 1;
        if (answer.includes("events a second")) throw new Error("the daemon was asked too fast");
        dueMs = Math.max(dueMs + EVENT_MS, performance.now() - 1_000);
        const earlyMs = dueMs - performance.now();
        // TIME: the pace of the events is part of what is measured.
        if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs));
      }
      if (isProgress) {
        const megabytes = residentMb(daemon).toFixed(0);
        process.stderr.write(`${label} ${answered} events: ${megabytes} MB\n`);
      }
    }
    client.close();
  };
  await Promise.all(projects.map(worker));
  return answered;
}

/** Resolves when the daemon says that it is ready. */
export async function startDaemon(guarded: GuardedProject): Promise<ChildProcess> {
  const daemon = spawn(process.execPath, [...DAEMON_FLAGS, program, "daemon", "run"], {
    cwd: guarded.data,
    env: daemonEnvironment(environmentOf(guarded), guarded.data),
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface({ input: daemon.stderr })) {
    if (line.endsWith(": ready")) {
      daemon.stderr.resume();
      return daemon;
    }
  }
  throw new Error("the daemon ended before it was ready");
}

/** Ends it in order and waits for that. */
export async function endDaemon(daemon: ChildProcess): Promise<void> {
  const ended = once(daemon, "exit");
  daemon.kill("SIGTERM");
  await ended;
}

/** When the log has published and the collector had its time; threads of the daemon still wait for more. */
const JUST_AFTER_MS = 5_000;
/** When threads that have nothing to do have ended. */
const AT_REST_MS = 45_000;

/** Memory so long after the last request. */
async function memoryAfter(daemon: ChildProcess, restMs: number): Promise<number> {
  // TIME: what is measured is the memory after so long at rest.
  await new Promise((resolve) => setTimeout(resolve, restMs));
  return residentMb(daemon);
}

/** Resident memory now, in MB, as the system states it; Linux only. */
export function residentMb({ pid }: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}

function runProgram(guarded: GuardedProject, ...args: string[]): void {
  spawnSync(process.execPath, [program, ...args], { env: environmentOf(guarded) });
}

function environmentOf({ home, data }: GuardedProject): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: home, SALLYPORT_HOME: data };
}
