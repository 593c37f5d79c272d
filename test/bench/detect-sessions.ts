// What sessions cost the graph: acts a second, one session without an end, very many idle ones, the look at labels before an answer, and how long an event waits for its alert.
import { setFlagsFromString } from "node:v8";
import { setTimeout as sleep } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import type { HookEvent } from "#guard/events/normalize.ts";
import { startGraph } from "#detect/session/graph.ts";
import { startTrack } from "#detect/session/track.ts";
import type { ViewedEntry } from "#record/store/log-view.ts";
import { loadLists, loadRules } from "#surface/foundation/product/shipped-data.ts";
import { createAlertWatch } from "#surface/services/alerts/alert-watch.ts";
import { BEHIND_MS, PASS_ENTRIES, PASS_MS } from "#surface/services/alerts/keep-alerted.ts";
import { createSessionMemory } from "#surface/services/sessions/session-memory.ts";
import { actsAt } from "../detect/session/many-acts.ts";
import { atLeast, atMost, type Figure, median, percentile } from "./figures.ts";

const ROUNDS = 3;
const ROUND_CALLS = 10_000;
const LOOKS = 2_000;
const EVENTS_PER_S = 12_000;
const PACED_S = 5;
/** Every so many events one is an alert: a refused call that ran. */
const ALERT_EACH = 997;

/** Counts: sessions at once, and events of the session without an end. */
export type SessionCounts = { readonly sessions: number; readonly events: number };

export async function sessionFigures(counts: SessionCounts): Promise<readonly Figure[]> {
  return [...graphFigures(counts), ...idleFigures(counts), ...(await waitingFigures())];
}

function graphFigures({ events }: SessionCounts): readonly Figure[] {
  const lines = Array.from({ length: ROUND_CALLS }, (_, at) => actsAt(at))
    .flat()
    .map((act) => JSON.stringify(act));
  const rates = { floor: [] as number[], graph: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const floor = rateOf(lines.length, () => {
      for (const line of lines) if (JSON.parse(line) === null) throw new Error("no act");
    });
    const graph = rateOf(lines.length, () => {
      const one = startGraph();
      for (const line of lines) one.add(JSON.parse(line));
    });
    // The first round warms up.
    if (round === 0) continue;
    rates.floor.push(floor);
    rates.graph.push(graph);
  }
  const graph = startGraph();
  const track = startTrack();
  const before = heapBytes();
  let given = 0;
  for (let at = 0; given < events; at += 1)
    for (const act of actsAt(at)) {
      given += 1;
      graph.add(act);
      track.add(act);
    }
  const grown = heapBytes() - before;
  const [look] = actsAt(5);
  if (look?.kind !== "call") throw new Error("no call");
  const looks = Array.from({ length: LOOKS }, () => {
    const start = performance.now();
    track.look(look);
    return (performance.now() - start) * 1_000;
  });
  return [
    { name: "acts parsed alone", value: median(rates.floor), unit: "/s" },
    atLeast("graph of one session, JSON parsing included", median(rates.graph), "/s", 60_000),
    {
      name: `memory of a session after ${given.toLocaleString("en-US")} events`,
      value: grown / 1e6,
      unit: "MB",
    },
    { name: "nodes of its graph", value: graph.result().nodes.length, unit: "" },
    atMost("labels looked up in it before an answer, p50", median(looks), "us", 50),
    { name: "the same, p99", value: percentile(looks, 0.99), unit: "us" },
  ];
}

/** Sessions that each did a little, as the daemon remembers them: those beyond its bound are on disk alone. */
function idleFigures({ sessions }: SessionCounts): readonly Figure[] {
  const memory = createSessionMemory();
  const clock = { nowMs: () => 0, monotonicMs: () => 0 };
  const before = heapBytes();
  for (let at = 0; at < sessions; at += 1) {
    const { session } = memory.touch({ id: "p", root: "/p" }, eventOf(`s${at}`), clock);
    for (let call = 0; call < 10; call += 1) session.noteJudged(`toolu_${at}_${call}`, "d");
    session.track?.prompted("make the test pass", true);
  }
  const bytes = heapBytes() - before;
  const tracks = Math.min(sessions, 10_000);
  const start = heapBytes();
  const kept = Array.from({ length: tracks }, (_, at) => {
    const track = startTrack();
    for (const act of actsAt(at)) track.add(act);
    return track;
  });
  const each = (heapBytes() - start) / kept.length;
  return [
    atMost(
      `memory of ${sessions.toLocaleString("en-US")} sessions, a session`,
      bytes / sessions,
      "B",
      4_096,
    ),
    { name: "sessions in memory of these", value: memory.size, unit: "" },
    { name: "what flows through a session of one call", value: each, unit: "B" },
  ];
}

function eventOf(sessionId: string): HookEvent {
  const notes = { words: {}, sizes: {}, names: {}, paths: {}, callId: undefined };
  return {
    kind: "other",
    name: "Stop",
    notes,
    eventName: "Stop",
    cwd: "/p",
    mode: "default",
    transcriptPath: undefined,
    agentId: undefined,
    promptId: undefined,
    sessionId,
  } as HookEvent;
}

/** Events come at a pace and are looked at as the daemon does: what is new every so often, so many at most, at once when more waits. */
async function waitingFigures(): Promise<readonly Figure[]> {
  const watch = createAlertWatch(loadRules(loadLists()), { begin: 0, nowMs: () => Date.now() });
  const startMs = performance.now();
  const all = EVENTS_PER_S * PACED_S;
  const cameMs = (index: number): number => startMs + (index / EVENTS_PER_S) * 1_000;
  const waits: number[] = [];
  for (let next = 0; next < all; ) {
    const arrived = Math.min(
      all,
      Math.floor(((performance.now() - startMs) / 1_000) * EVENTS_PER_S),
    );
    const end = Math.min(arrived, next + PASS_ENTRIES);
    const found = end > next ? await watch.take(entries(next, end)) : watch.passed();
    const nowMs = performance.now();
    for (const { events } of found) {
      const [index] = events;
      if (index !== undefined) waits.push(nowMs - cameMs(index));
    }
    next = end;
    // TIME: the pace of the daemon's passes is what is measured.
    await sleep(end < arrived ? BEHIND_MS : PASS_MS);
  }
  return [
    {
      name: `alerts of ${EVENTS_PER_S.toLocaleString("en-US")} events/s in ${PACED_S} s`,
      value: waits.length,
      unit: "",
    },
    { name: "from event to alert, p50", value: median(waits), unit: "ms" },
    atMost("from event to alert, p99", percentile(waits, 0.99), "ms", 1_000),
  ];
}

async function* entries(from: number, to: number): AsyncIterable<ViewedEntry> {
  for (let index = from; index < to; index += 1) {
    const isAlert = index % ALERT_EACH === 0;
    const text = JSON.stringify({
      ...(isAlert ? { kind: "drift", how: "ran-refused" } : { kind: "decision", verdict: "allow" }),
      session: isAlert ? `alert-${index}` : `s${index % 40}`,
      tool: "Read",
      enforced: true,
      effects: { "read/project": 1 },
      rules: [],
      call: `toolu_${index}`,
    });
    const leaf = { kind: "leaf", id: `e${index}`, timeMs: 1e12 + index, sections: [] };
    const metadata: unknown = JSON.parse(text);
    yield {
      index,
      leaf: { ...leaf, metadata },
      sealed: undefined,
      isForged: false,
    } as unknown as ViewedEntry;
  }
}

/** Acts a second of processor time. */
function rateOf(count: number, act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1e6);
}

/** Bytes in use after everything that can go is gone. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") for (let turn = 0; turn < 2; turn += 1) collect();
  return process.memoryUsage().heapUsed;
}
