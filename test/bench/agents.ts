// What eight agents at once wait for the guard: paced calls and their results in one project, beside the same against an echo, and whether all are on record.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { runBuilt } from "../client/built-program.ts";
import { endDaemon, openStopped, startDaemon } from "./daemon.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { startEcho } from "./echo.ts";
import { atMost, type BenchOptions, type Figure, percentile, type Suite } from "./figures.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";

const AGENTS = 8;
/** Calls and results that all agents together send in a second: what eight busy sessions reach. */
const EVENTS_PER_SECOND = 222;
/** Milliseconds from one call of an agent to its next, with its result between: an agent that thinks does one to three a second. */
const THINKING_MS = 500;
const WARM_UP_MS = 5_000;

/** What an agent does all day, by what is in the answer. */
const WORK: readonly { readonly command: string; readonly expected: string }[] = [
  ...["git status --short", "cat readme.txt | head -n 20", "grep -rn hello .", "ls -la"],
  ...["sed -n '1,40p' readme.txt", "git diff --stat && git log --oneline -5"],
  ...["find . -name '*.mjs' -not -path './.git/*'", "wc -l readme.txt | sort -n"],
].map((command) => ({ command, expected: '"permissionDecision":"allow"' }));
const REFUSED = { command: "cat .env", expected: '"permissionDecision":"deny"' };

/** Against the guard or the echo, and milliseconds from one request of an agent to its next. */
type Pace = { readonly isReal: boolean; readonly periodMs: number };

type Times = { readonly calls: number[]; readonly results: number[]; odd: number };

/** Lets eight sessions work for a time, at a pace, against the daemon and against the echo. */
export async function measureAgents({ seconds = 20 }: BenchOptions): Promise<Suite> {
  const guarded = openStopped();
  const daemon = await startDaemon(guarded);
  const echo = await startEcho();
  const hook = readInstalledHook(join(guarded.project, ".claude", "settings.local.json"));
  let sent = 0;
  const work = async (
    client: RawClient,
    agent: number,
    endMs: number,
    times: Times,
    { isReal, periodMs }: Pace,
  ) => {
    for (let turn = 0; performance.now() < endMs; turn += 1) {
      const step = turn % 20 === 19 ? REFUSED : (WORK[(turn + agent) % WORK.length] ?? REFUSED);
      const call = {
        session_id: `agent-${agent}`,
        cwd: guarded.project,
        tool_use_id: `toolu_${agent}_${sent++}`,
        tool_input: { command: step.command },
      };
      const startMs = performance.now();
      const answer = await client.post(preToolUse(call));
      times.calls.push(performance.now() - startMs);
      if (isReal && !answer.includes(step.expected)) times.odd += 1;
      await pause(startMs, periodMs);
      if (step === REFUSED) continue;
      const resultMs = performance.now();
      await client.post(
        preToolUse({
          ...call,
          hook_event_name: "PostToolUse",
          duration_ms: 1,
          tool_response: { stdout: "hello", stderr: "", interrupted: false, isImage: false },
        }),
      );
      times.results.push(performance.now() - resultMs);
      await pause(resultMs, periodMs);
    }
  };
  const clients: RawClient[] = [];
  const phase = async (
    place: Parameters<typeof openRawClient>[0],
    ms: number,
    periodMs = (AGENTS / EVENTS_PER_SECOND) * 1_000,
  ): Promise<Times> => {
    const times: Times = { calls: [], results: [], odd: 0 };
    const agents: RawClient[] = [];
    for (let at = 0; at < AGENTS; at += 1) agents.push(await openRawClient(place));
    clients.push(...agents);
    const endMs = performance.now() + ms;
    const pace = { isReal: place.port === hook.port, periodMs };
    await Promise.all(agents.map((client, at) => work(client, at, endMs, times, pace)));
    return times;
  };
  try {
    await phase(hook, WARM_UP_MS);
    const floor = await phase({ ...echo, token: hook.token }, Math.min(20, seconds) * 1_000);
    sent = 0;
    const before = recorded(guarded);
    const beforeMs = processorMs(daemon.pid);
    const real = await phase(hook, seconds * 1_000);
    const spentMs = processorMs(daemon.pid) - beforeMs;
    const thinking = await phase(hook, Math.min(20, seconds) * 1_000, THINKING_MS / 2);
    const after = recorded(guarded);
    return {
      method:
        `${AGENTS} sessions in one project, each over a connection of its own, ${EVENTS_PER_SECOND} calls and results a second together for ${seconds} s; ` +
        "one call in twenty is refused and waits for the disk; the floor is node's HTTPS server with a fixed answer, before it. " +
        `Afterwards the same sessions think between calls, as real ones do: each begins a call every ${THINKING_MS} ms on average, with jitter of half of that.`,
      figures: figuresOf(
        { floor, real, thinking },
        {
          missing: real.calls.length + thinking.calls.length + before - after,
          spentMs,
          seconds,
        },
      ),
    };
  } finally {
    for (const client of clients) client.close();
    echo.close();
    await endDaemon(daemon);
    guarded.close();
  }
}

/** Until the next request of an agent, with some jitter, because agents do not march in step. */
function pause(sinceMs: number, periodMs: number): Promise<void> {
  const waitMs = periodMs * (0.5 + Math.random());
  // TIME: the pace of the agents is part of what is measured.
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, sinceMs + waitMs - performance.now()));
  });
}

/** Milliseconds of processor time of all threads of a process; 0 where the system does not say it so. */
function processorMs(pid: number | undefined): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  // proc(5): utime and stime are fields 14 and 15, of which two are cut off; in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Decisions on record. */
function recorded(place: { readonly home: string; readonly data: string }): number {
  const { stdout, stderr } = runBuilt(
    place,
    "log",
    "stats",
    "kind:decision",
    "--by",
    "kind",
    "--json",
  );
  const row = stdout.trim() === "" ? undefined : (JSON.parse(stdout) as { events: unknown });
  if (typeof row?.events !== "number")
    throw new Error(`the record was not counted: ${stdout}${stderr}`);
  return row.events;
}

type Whole = { readonly missing: number; readonly spentMs: number; readonly seconds: number };

type Phases = { readonly floor: Times; readonly real: Times; readonly thinking: Times };

function figuresOf(
  { floor, real, thinking }: Phases,
  { missing, spentMs, seconds }: Whole,
): readonly Figure[] {
  const sent = real.calls.length + real.results.length;
  return [
    { name: "calls and results a second", value: sent / seconds, unit: "/s" },
    { name: "echo, p50", value: percentile(floor.calls, 0.5), unit: "ms" },
    { name: "echo, p99", value: percentile(floor.calls, 0.99), unit: "ms" },
    { name: "call, p50", value: percentile(real.calls, 0.5), unit: "ms" },
    atMost("call, p99", percentile(real.calls, 0.99), "ms", 25),
    { name: "call, longest", value: Math.max(...real.calls), unit: "ms" },
    { name: "processor time of the daemon, a call or result", value: spentMs / sent, unit: "ms" },
    { name: "result, p99", value: percentile(real.results, 0.99), unit: "ms" },
    { name: "agents that think, call, p50", value: percentile(thinking.calls, 0.5), unit: "ms" },
    atMost("agents that think, call, p99", percentile(thinking.calls, 0.99), "ms", 25),
    atMost("calls that were not answered as alone", real.odd + thinking.odd, "", 0),
    atMost("calls without a decision on record", missing, "", 0),
  ];
}
