// How many calls a second the simulator of the client's decision answers, over generated sessions, each call once.
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeCall, NativeStack } from "#guard/native/stack.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type SessionCase, sessionCases } from "../client/simulator/pairs.ts";
import { atLeast, median, type Suite } from "./figures.ts";

const SESSIONS = 50;
const WARM_UP = 400;
const ROUNDS = 40;
const CALLS_GOAL = 50_000;
const project = "/w/shop";

/** Answers new calls in sessions that are open already, several rounds of other calls. */
export async function measureSimulator(): Promise<Suite> {
  const cases = sessionCases(1, { managed: true });
  const take = (count: number): readonly SessionCase[] =>
    Array.from({ length: count }, () => cases.next().value);
  answer(take(WARM_UP));
  const rates = Array.from({ length: ROUNDS }, () => answer(take(SESSIONS)));
  const best = Math.max(...rates.map(({ byClock }) => byClock));
  const middle = median(rates.map(({ byClock }) => byClock));
  const byCpu = median(rates.map((rate) => rate.byCpu));
  return {
    method: `Generated sessions of \`npm run simulator\`, ${SESSIONS} a round, each call once; their settings are compiled before the clock runs. The best round is what it takes when nothing else runs.`,
    figures: [
      atLeast("calls a second, best round", best, "", CALLS_GOAL),
      { name: "calls a second, median round", value: Math.round(middle), unit: "" },
      { name: "calls a second of processor time, median", value: Math.round(byCpu), unit: "" },
    ],
  };
}

/** Calls a second by the clock, and for each second that the process had a core. */
function answer(cases: readonly SessionCase[]): { byClock: number; byCpu: number } {
  const prepared = cases.map((one) => ({
    session: openSession(stackOf(one)),
    calls: one.calls.map(
      ({ name, input }): NativeCall => ({
        tool: name,
        input: Object(input) as Record<string, Json>,
        cwd: project,
      }),
    ),
  }));
  const started = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  for (const { session, calls } of prepared) {
    for (const call of calls) simulateNative(session, call);
    count += calls.length;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    byClock: (1_000 * count) / (performance.now() - started),
    byCpu: (1_000_000 * count) / (user + system),
  };
}

function stackOf({ layers, mode, isTrusted }: SessionCase): NativeStack {
  return {
    layers: layers.map((layer) => ({ ...layer, file: layer.source, root: project })),
    mode,
    isTrusted,
    project,
    home: "/home/u",
  };
}
