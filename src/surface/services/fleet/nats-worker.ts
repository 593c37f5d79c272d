// A worker of one shard: takes batches from the stream in order, stores them, and acknowledges what is stored.
import { printable } from "#base/printable.ts";
import type { FleetStore } from "./fleet-store.ts";
import { connectNats, consumerOf, type NatsPlace, STREAM } from "./nats-connection.ts";
import { unpackBatch } from "./nats-ingest.ts";

/** A batch that another must come before, or that the store did not take, is given again after so long. */
const AGAIN_MS = 500;
const START_AGAIN_MS = 500;

export type Worker = {
  /** Batches that were stored, and those that were there already. */
  counts(): { readonly stored: number; readonly known: number; readonly refused: number };
  close(): Promise<void>;
};

/** Works on a shard until it is closed. One worker for each shard: what it stores is in order then. */
export async function startWorker(
  place: NatsPlace,
  shard: number,
  { store, report }: { readonly store: FleetStore; readonly report: (line: string) => void },
): Promise<Worker> {
  const nats = await connectNats(place);
  const client = nats.library.jetstream(nats.connection, { timeout: 5_000 });
  const counts = { stored: 0, known: 0, refused: 0 };
  let isEnded = false;
  let stop: (() => void) | undefined;
  const consume = async (): Promise<void> => {
    const consumer = await client.consumers.get(STREAM, consumerOf(shard));
    const messages = await consumer.consume({ max_messages: 8, expires: 5_000 });
    stop = () => messages.stop();
    for await (const message of messages) {
      const tenant = message.headers?.get("Sallyport-Tenant") ?? "";
      const writer = message.headers?.get("Sallyport-Writer") ?? "";
      const batch = unpackBatch(message.data);
      if (batch === undefined) {
        counts.refused += 1;
        report(`a message of ${printable(tenant)} holds no batch and is put aside`);
        message.term();
        continue;
      }
      const appended = await store.append(tenant, writer, batch).catch(() => undefined);
      if (appended?.kind === "stored") {
        if (appended.added === 0) counts.known += 1;
        else counts.stored += 1;
        // WHY awaited: only what the server knows to be done is never given again.
        await message.ackAck().catch(() => false);
      } else if (appended === undefined || appended.kind === "gap") message.nak(AGAIN_MS);
      else {
        counts.refused += 1;
        report(
          `${printable(tenant)}/${printable(writer)}: the log ${printable(batch.tree)} was refused at place ${appended.next} (${appended.kind})`,
        );
        message.term();
      }
      if (isEnded) break;
    }
  };
  const work = (async () => {
    while (!isEnded) {
      // A leader that goes away ends the delivery; it begins again with the next one.
      await consume().catch(() => undefined);
      if (!isEnded) await new Promise((resolve) => setTimeout(resolve, START_AGAIN_MS));
    }
  })();
  return {
    counts: () => counts,
    async close() {
      isEnded = true;
      stop?.();
      await nats.close();
      await work;
    },
  };
}
