// Machines hand their logs in through a cluster of NATS while its servers are killed: what was acknowledged, and what the store has.
import type pg from "pg";
import { openIngest } from "#surface/services/fleet/nats-ingest.ts";
import { connectNats, makeStream, STREAM } from "#surface/services/fleet/nats-connection.ts";
import { startWorker } from "#surface/services/fleet/nats-worker.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { generatedBatches } from "./generated-batches.ts";
import type { NatsCluster } from "./nats-cluster.ts";
import { setTimeout as pause } from "node:timers/promises";
import { succeeding } from "../../../until.ts";

export type NodeLoss = {
  readonly events: number;
  readonly acknowledged: number;
  readonly missing: number;
  readonly twice: number;
  readonly kills: number;
  /** Batches that were not acknowledged at once and were handed in again. */
  readonly again: number;
  readonly seconds: number;
};

/** Hands `logs` logs of `count` events in as the tenant `first`, killing a server every so many batches, and compares. */
export async function loseNodes(
  cluster: NatsCluster,
  { store, owner }: { readonly store: FleetStore; readonly owner: pg.Pool },
  plan: {
    readonly logs: number;
    readonly count: number;
    readonly size: number;
    readonly kills: number;
  },
): Promise<NodeLoss> {
  const place = { servers: cluster.servers };
  const shards = 2;
  await readyStream(cluster, shards);
  const ingests = [await openIngest(place, store, shards), await openIngest(place, store, shards)];
  const reports: string[] = [];
  const report = (line: string): void => void reports.push(line);
  const workers = await Promise.all(
    Array.from({ length: shards }, (_, shard) => startWorker(place, shard, { store, report })),
  );
  const start = performance.now();
  const acknowledged = new Map<string, number>();
  let again = 0;
  let batches = 0;
  let kills = 0;
  const perKill = Math.floor((plan.logs * Math.ceil(plan.count / plan.size)) / (plan.kills + 1));
  let killing: Promise<void> = Promise.resolve();
  const killNext = (): void => {
    const node = kills % 3;
    kills += 1;
    killing = killing.then(async () => {
      await cluster.kill(node);
      // TIME: the others elect a leader in the meantime, and go on for a while without it.
      await pause(2_000);
      cluster.start(node);
      // The next one dies only when this one is a member again: one of three at a time.
      // TIME: nobody outside is told when a member has caught up.
      await pause(4_000);
    });
  };
  await Promise.all(
    Array.from({ length: plan.logs }, async (_, log) => {
      const tree = `loss/${log}`;
      const team = { seed: log, count: plan.count, users: 2 };
      for (const batch of generatedBatches(team, { tree, size: plan.size })) {
        for (;;) {
          const ingest = ingests[(log + again) % 2] ?? ingests[0];
          const answer = await ingest
            ?.append("first", `machine-${log}`, batch)
            .catch(() => undefined);
          if (answer?.kind === "stored") {
            acknowledged.set(tree, answer.next);
            break;
          }
          again += 1;
          // TIME: the pace of a sender that was turned away.
          await pause(200);
        }
        batches += 1;
        if (kills < plan.kills && batches >= perKill * (kills + 1)) killNext();
      }
    }),
  );
  await killing;
  const total = [...acknowledged.values()].reduce((sum, next) => sum + next, 0);
  const found = await settled(owner, total);
  for (const worker of workers) await worker.close();
  for (const ingest of ingests) await ingest.close();
  if (reports.length > 0) throw new Error(reports.join("; "));
  return {
    events: plan.logs * plan.count,
    acknowledged: total,
    missing: total - found.places,
    twice: found.events - found.places,
    kills,
    again,
    seconds: (performance.now() - start) / 1_000,
  };
}

/** WHY tries: a cluster elects before it takes a stream. */
export async function readyStream({ servers }: NatsCluster, shards: number): Promise<void> {
  const make = async (): Promise<void> => {
    const nats = await connectNats({ servers });
    try {
      await makeStream(nats, { replicas: 3, shards, bytesMax: 1024 ** 3 });
      const manager = await nats.library.jetstreamManager(nats.connection);
      const { config } = await manager.streams.info(STREAM);
      if (config.num_replicas !== 3) throw new Error("the stream is not replicated");
    } finally {
      await nats.close();
    }
  };
  await succeeding(make, { withinMs: 60_000, everyMs: 250 });
}

/** What the store has once it has all, or after a minute without more. */
export async function settled(
  owner: pg.Pool,
  total: number,
): Promise<{ readonly events: number; readonly places: number }> {
  let last = { events: 0, places: 0 };
  for (let quiet = 0; quiet < 240; quiet += 1) {
    const { rows } = await owner.query<typeof last>(
      "SELECT count(*) AS events, count(DISTINCT place) AS places FROM sallyport.event",
    );
    const now = rows[0] ?? last;
    if (now.places >= total) return now;
    if (now.events !== last.events) quiet = 0;
    last = now;
    // TIME: the pace of a poll; a minute without more ends it.
    await pause(250);
  }
  return last;
}
