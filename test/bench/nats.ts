// What the stream in front of a store takes: batches into one server of NATS, and out of it by a worker, without a database behind it.
import { continueTree, type FleetBatch, type TreeState } from "#record/fleet/fleet-row.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { connectNats, makeStream } from "#surface/services/fleet/nats-connection.ts";
import { openIngest } from "#surface/services/fleet/nats-ingest.ts";
import { startWorker } from "#surface/services/fleet/nats-worker.ts";
import { generatedBatches } from "../surface/services/fleet/generated-batches.ts";
import { hasNats, startNats } from "../surface/services/fleet/nats-cluster.ts";
import { atLeast, median, type Suite } from "./figures.ts";
import { succeeding } from "../until.ts";

const LOGS = 4;
const BATCH = 1_000;
const EVENTS = 10_000;
const ROUNDS = 3;

/** Hands batches in, then takes them out, one after the other: each is the work of a process of its own. */
export async function measureNats(): Promise<Suite> {
  const method =
    `${ROUNDS} rounds of ${LOGS} logs of ${EVENTS.toLocaleString("en-US")} events in batches of ${BATCH.toLocaleString("en-US")} through one server with its stream on disk: first all are handed in, each batch ` +
    "acknowledged before the next of its log, then a worker takes and checks them and acknowledges each; the store behind it only joins hashes. A collector and a worker are " +
    "two processes, so the path is as fast as the slower of the two on a core of its own: events a second of processor time; medians.";
  if (!hasNats) return { method, figures: [] };
  const rates = {
    in: [] as number[],
    inCpu: [] as number[],
    out: [] as number[],
    outCpu: [] as number[],
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { handedIn, takenOut } = await measureRound(round);
    if (round === 0) continue;
    rates.in.push(handedIn.rate);
    rates.inCpu.push(handedIn.cpuRate);
    rates.out.push(takenOut.rate);
    rates.outCpu.push(takenOut.cpuRate);
  }
  const path = Math.min(median(rates.inCpu), median(rates.outCpu));
  return {
    method,
    figures: [
      { name: "handed in", value: median(rates.in), unit: "/s" },
      { name: "  by processor time", value: median(rates.inCpu), unit: "/s" },
      { name: "taken out and checked", value: median(rates.out), unit: "/s" },
      { name: "  by processor time", value: median(rates.outCpu), unit: "/s" },
      atLeast("the path, a core for each side", path, "/s", 100_000),
    ],
  };
}

type Rates = { readonly rate: number; readonly cpuRate: number };

async function measureRound(round: number): Promise<{ handedIn: Rates; takenOut: Rates }> {
  const batches = Array.from({ length: LOGS }, (_, log) => [
    ...generatedBatches(
      { seed: log, count: EVENTS, users: 5 },
      { tree: `bench/${round}/${log}`, size: BATCH },
    ),
  ]);
  const server = await startNats(1);
  const place = { servers: server.servers };
  const store = joiningStore();
  try {
    const nats = await connected(place);
    await makeStream(nats, { replicas: 1, shards: 1, bytesMax: 1024 ** 3 });
    await nats.close();
    const ingest = await openIngest(place, store, 1);
    const handedIn = await timed(() =>
      Promise.all(batches.map((log) => handIn(ingest, log))).then(() => undefined),
    );
    await ingest.close();
    // What was handed in is no load of the process that takes it out.
    batches.length = 0;
    let worker: Awaited<ReturnType<typeof startWorker>> | undefined;
    const takenOut = await timed(async () => {
      const stored = store.whole(LOGS * EVENTS);
      worker = await startWorker(place, 0, { store, report: () => undefined });
      await stored;
    });
    await worker?.close();
    return { handedIn, takenOut };
  } finally {
    await server.stop();
  }
}

/** WHY tries: a server that was just started takes no connection yet. */
const connected = (place: { readonly servers: readonly string[] }) =>
  succeeding(() => connectNats(place), { withinMs: 10_000, everyMs: 100 });

async function handIn(ingest: FleetStore, batches: readonly FleetBatch[]): Promise<void> {
  for (const batch of batches) {
    const answer = await ingest.append("bench", "machine", batch);
    if (answer.kind !== "stored") throw new Error(`a batch was answered with ${answer.kind}`);
  }
}

async function timed(work: () => Promise<void>): Promise<Rates> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  const events = LOGS * EVENTS;
  return {
    rate: events / ((performance.now() - start) / 1_000),
    cpuRate: events / ((user + system) / 1_000_000),
  };
}

/** A store that keeps nothing but how far each log is. */
function joiningStore(): FleetStore & { whole(count: number): Promise<void> } {
  const trees = new Map<string, TreeState>();
  let stored = 0;
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined;
  return {
    append(_tenant, writer, batch) {
      const continued = continueTree(trees.get(batch.tree), batch, writer);
      if (continued.kind !== "new") return Promise.resolve(continued);
      const { entries, next, lastHash } = continued;
      trees.set(batch.tree, { next, lastHash, writer });
      stored += entries.length;
      if (waiting !== undefined && stored >= waiting.count) waiting.resolve();
      return Promise.resolve({ kind: "stored", next, added: entries.length });
    },
    tree: (_tenant, tree) => Promise.resolve(trees.get(tree)),
    tenants: () => Promise.resolve([]),
    erase: () => Promise.resolve({ kind: "erased", events: 0 }),
    needs: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    whole: (count) =>
      new Promise((resolve) => {
        waiting = { count, resolve };
      }),
  };
}
