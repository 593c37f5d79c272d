// What one hook costs over a connection that stays open, beside an echo behind the same TLS server.
import { join } from "node:path";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openGuardedProject } from "../client/guarded-stand.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { startEcho } from "./echo.ts";
import { atMost, type Figure, median, percentile, type Suite } from "./figures.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";

const ROUNDS = 5;
const CALLS = 150;
const WARM_UP = 200;
/** Between two turns: the daemon refuses a project that sends more than 200 events a second. */
const PAUSE_MS = 17;

type Kind = {
  readonly name: string;
  readonly client: RawClient;
  body(call: number): string;
  /** What must be in the answer: a refusal for another reason would be measured else. */
  readonly expected: string;
};

/** Posts echo, allowed call, result and refused call in turns. */
export async function measureHook(): Promise<Suite> {
  const guarded = openGuardedProject({ ".env": "KEY=1\n", "readme.txt": "hello\n" });
  const echo = await startEcho();
  const hook = readInstalledHook(join(guarded.project, ".claude", "settings.local.json"));
  const daemon = await openRawClient(hook);
  const floor = await openRawClient({ ...echo, token: hook.token });
  try {
    const bash = (command: string) => (call: number) =>
      preToolUse({
        cwd: guarded.project,
        tool_input: { command },
        tool_use_id: `toolu_${command.length}_${call}`,
      });
    const result = (call: number): string =>
      preToolUse({
        hook_event_name: "PostToolUse",
        cwd: guarded.project,
        tool_input: { command: "cat readme.txt" },
        tool_use_id: `toolu_14_${call}`,
        tool_response: { stdout: "hello", stderr: "", interrupted: false, isImage: false },
        duration_ms: 1,
      });
    const kinds: readonly Kind[] = [
      { name: "echo", client: floor, body: bash("cat readme.txt"), expected: "PreToolUse" },
      {
        name: "allowed call",
        client: daemon,
        body: bash("cat readme.txt"),
        expected: '"permissionDecision":"allow"',
      },
      { name: "result", client: daemon, body: result, expected: "{" },
      {
        name: "refused call, on disk before the answer",
        client: daemon,
        body: bash("cat .env"),
        expected: "[builtin:team/secrets/read",
      },
    ];
    const first = await firstCall(kinds);
    await round(kinds, WARM_UP, 0);
    const rounds: ReadonlyMap<string, readonly number[]>[] = [];
    for (let at = 0; at < ROUNDS; at += 1)
      rounds.push(await round(kinds, CALLS, WARM_UP + at * CALLS));
    return {
      method:
        `${ROUNDS} rounds of ${CALLS} requests of each kind, one at a time and in turns, by a client that only writes and reads; ` +
        "the floor is node's HTTPS server in a process of its own with a fixed answer; medians of the rounds.",
      figures: figuresOf(kinds, rounds, first),
    };
  } finally {
    daemon.close();
    floor.close();
    echo.close();
    guarded.close();
  }
}

/** Milliseconds of the first call of a fresh daemon, beyond the echo's. */
async function firstCall(kinds: readonly Kind[]): Promise<number> {
  const times = await round(kinds.slice(0, 2), 1, -1);
  return (times.get("allowed call")?.[0] ?? 0) - (times.get("echo")?.[0] ?? 0);
}

async function round(
  kinds: readonly Kind[],
  calls: number,
  from: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>(kinds.map(({ name }) => [name, []]));
  for (let call = from; call < from + calls; call += 1) {
    // TIME: the pace of the calls is part of what is measured.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    for (const { name, client, body, expected } of kinds) {
      const text = body(call);
      const startMs = performance.now();
      const answer = await client.post(text);
      times.get(name)?.push(performance.now() - startMs);
      if (!answer.includes(expected))
        throw new Error(`${name}: not answered as expected: ${answer.slice(0, 300)}`);
    }
  }
  return times;
}

function figuresOf(
  kinds: readonly Kind[],
  rounds: readonly ReadonlyMap<string, readonly number[]>[],
  first: number,
): readonly Figure[] {
  const at = (name: string, share: number): readonly number[] =>
    rounds.map((times) => percentile(times.get(name) ?? [], share));
  const added = (name: string, share: number): number => {
    const floor = at("echo", share);
    return median(at(name, share).map((value, index) => value - (floor[index] ?? 0)));
  };
  return [
    { name: "echo, p50", value: median(at("echo", 0.5)), unit: "ms" },
    { name: "echo, p99", value: median(at("echo", 0.99)), unit: "ms" },
    ...kinds
      .slice(1)
      .flatMap(({ name }) => [
        atMost(`${name}, added to the echo, p50`, added(name, 0.5), "ms", 0.6),
        atMost(`${name}, added to the echo, p99`, added(name, 0.99), "ms", 8),
      ]),
    { name: "first call of a fresh daemon, added to the echo", value: first, unit: "ms" },
  ];
}
