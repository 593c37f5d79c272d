// What calls of three light sessions cost alone, and beside a fourth one that sends what takes long to judge.
import { join } from "node:path";
import { readInstalledHook } from "#surface/services/installation/installed-hook.ts";
import { openGuardedProject } from "../client/guarded-stand.ts";
import { heavyPayloads } from "../surface/services/heavy/heavy-payloads.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { type Figure, median, percentile, type Suite } from "./figures.ts";
import { openRawClient, type RawClient } from "./raw-client.ts";

const LIGHT_SESSIONS = 3;
const ROUNDS = 3;
/** Milliseconds of each half of a round, and between two calls of a light session. */
const HALF_MS = 5_000;
const PAUSE_MS = 25;

type Half = {
  readonly times: number[];
  denied: number;
};

/** Lets three sessions read a file, by turns alone and beside a heavy fourth. */
export async function measureFairness(): Promise<Suite> {
  const guarded = openGuardedProject({ "README.md": "hello\n" });
  const hook = readInstalledHook(join(guarded.project, ".claude", "settings.local.json"));
  const clients: RawClient[] = [];
  try {
    for (let at = 0; at < LIGHT_SESSIONS; at += 1) clients.push(await openRawClient(hook));
    let calls = 0;
    const bodyOf = (session: string, call: object): string =>
      preToolUse({
        session_id: session,
        cwd: guarded.project,
        tool_use_id: `toolu_${calls++}`,
        ...call,
      });
    const light = async (client: RawClient, session: string, half: Half): Promise<void> => {
      const endMs = performance.now() + HALF_MS;
      while (performance.now() < endMs) {
        const body = bodyOf(session, { tool_input: { command: "cat README.md" } });
        const startMs = performance.now();
        const answer = await client.post(body);
        half.times.push(performance.now() - startMs);
        if (!answer.includes('"permissionDecision":"allow"')) half.denied += 1;
        // TIME: the pace of the calls is part of what is measured.
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    };
    const lights = (half: Half): Promise<unknown> =>
      Promise.all(clients.map((client, at) => light(client, `light-${at}`, half)));
    const [warm, quiet, beside]: Half[] = [empty(), empty(), empty()] as [Half, Half, Half];
    const heavyTimes = new Map<string, number[]>();
    const refused = new Map<string, number>();
    const payloads = heavyPayloads(guarded.project);
    let turn = 0;
    const heavy = async (isOver: () => boolean): Promise<void> => {
      // WHY anew: the daemon closes a connection that is idle for as long as a half takes.
      const heavyClient = await openRawClient(hook);
      while (!isOver()) {
        const [name, call] = payloads[turn++ % payloads.length] ?? ["", {}];
        const body = bodyOf("heavy", call);
        const startMs = performance.now();
        const answer = await heavyClient.post(body);
        heavyTimes.set(name, [...(heavyTimes.get(name) ?? []), performance.now() - startMs]);
        if (answer.includes("guard/timeout")) refused.set(name, (refused.get(name) ?? 0) + 1);
      }
      heavyClient.close();
    };
    await lights(warm);
    for (let round = 0; round < ROUNDS; round += 1) {
      await lights(quiet);
      let isOver = false;
      const other = heavy(() => isOver);
      await lights(beside);
      isOver = true;
      await other;
    }
    for (const [name, times] of heavyTimes) {
      const figures = `p50 ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`;
      const late = `${refused.get(name) ?? 0} refused for time`;
      process.stderr.write(`${name}: ${times.length} calls, ${figures}, ${late}\n`);
    }
    return {
      method: `${ROUNDS} rounds of ${HALF_MS / 1_000} s in which three sessions send \`cat README.md\` every ${PAUSE_MS} ms by themselves, and as long beside a fourth one that sends heavy calls one after the other.`,
      figures: figuresOf(quiet, beside, heavyTimes, refused),
    };
  } finally {
    for (const client of clients) client.close();
    guarded.close();
  }
}

function empty(): Half {
  return { times: [], denied: 0 };
}

function figuresOf(
  quiet: Half,
  beside: Half,
  heavyTimes: ReadonlyMap<string, readonly number[]>,
  refused: ReadonlyMap<string, number>,
): readonly Figure[] {
  const rows = ([name, half]: readonly [string, Half]): readonly Figure[] => [
    { name: `${name}, calls`, value: half.times.length, unit: "" },
    { name: `${name}, p50`, value: percentile(half.times, 0.5), unit: "ms" },
    { name: `${name}, p99`, value: percentile(half.times, 0.99), unit: "ms" },
    { name: `${name}, longest`, value: Math.max(...half.times), unit: "ms" },
    { name: `${name}, not allowed`, value: half.denied, unit: "" },
  ];
  const all = [...heavyTimes.values()].flat();
  return [
    ...rows(["light sessions alone", quiet]),
    ...rows(["light sessions beside a heavy one", beside]),
    { name: "heavy calls", value: all.length, unit: "" },
    { name: "heavy calls, p50", value: percentile(all, 0.5), unit: "ms" },
    { name: "heavy calls, longest", value: Math.max(...all), unit: "ms" },
    {
      name: "heavy calls refused for time",
      value: [...refused.values()].reduce((sum, count) => sum + count, 0),
      unit: "",
    },
  ];
}
