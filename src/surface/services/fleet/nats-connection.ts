// NATS JetStream: the stream that batches wait in, replicated, and connections to it.
import type * as JetStream from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { Failure } from "#base/failure.ts";
import { loadLibrary } from "./load-library.ts";

/** How a cluster is reached: `tls://HOST:PORT`, or `nats://` on this machine. Certificates in PEM. */
export type NatsPlace = {
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
};

export const STREAM = "SALLYPORT";
const SUBJECTS = "sallyport.batches";
/** Within it a message that is published again by its id is taken for the same. */
const DUPLICATE_WINDOW_MS = 600_000;
const NANOSECONDS = 1_000_000;
/** After so long without an acknowledgement a batch is given to a worker again. */
const ACK_WAIT_MS = 60_000;
/** A cluster that has just begun answers nothing until it has a leader. */
const SETUP_MS_MAX = 3_000;
/** Batches that a worker has been given and has not acknowledged. */
const UNACKNOWLEDGED_MAX = 8;

/** The subject of a log, below that of its shard. */
export function subjectOf(shard: number, tenant: string, treeHash: string): string {
  return `${SUBJECTS}.${shard}.${tenant}.${treeHash}`;
}

export type Nats = {
  readonly connection: NatsConnection;
  readonly library: typeof JetStream;
  close(): Promise<void>;
};

/** Connects, and stays connected to whichever server lives. Rejects with Failures `fleet-setup`, `usage` and `nats`. */
export async function connectNats(place: NatsPlace): Promise<Nats> {
  const packages = ["@nats-io/transport-node", "@nats-io/jetstream"];
  const { connect } = await loadLibrary(packages, () => import("@nats-io/transport-node"));
  const library = await loadLibrary(packages, () => import("@nats-io/jetstream"));
  const isClear = place.servers.some((server) => !isLocalServer(server));
  if (isClear && place.tls === undefined)
    throw new Failure("usage", "another machine's NATS is spoken to over TLS: name its authority");
  try {
    const connection = await connect({
      servers: [...place.servers],
      name: "sallyport",
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      ...(place.user === undefined ? {} : { user: place.user, pass: place.password ?? "" }),
      ...(place.tls === undefined ? {} : { tls: place.tls }),
    });
    return { connection, library, close: () => connection.close() };
  } catch (cause) {
    throw new Failure("nats", "no server of the NATS cluster is reached", { cause });
  }
}

function isLocalServer(server: string): boolean {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  return ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
}

/**
 * Makes the stream and a durable consumer for each shard. Batches stay until a worker has stored them; when the stream is full
 * new ones are refused, and none is dropped.
 */
export async function makeStream(
  { connection, library }: Nats,
  {
    replicas,
    shards,
    bytesMax,
  }: { readonly replicas: number; readonly shards: number; readonly bytesMax: number },
): Promise<void> {
  const { jetstreamManager, RetentionPolicy, StorageType, DiscardPolicy, AckPolicy } = library;
  const manager: JetStream.JetStreamManager = await jetstreamManager(connection, {
    timeout: SETUP_MS_MAX,
    checkAPI: false,
  });
  await manager.streams.add({
    name: STREAM,
    subjects: [`${SUBJECTS}.>`],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    max_bytes: bytesMax,
    duplicate_window: DUPLICATE_WINDOW_MS * NANOSECONDS,
  });
  for (let shard = 0; shard < shards; shard += 1)
    await manager.consumers.add(STREAM, {
      durable_name: consumerOf(shard),
      filter_subject: `${SUBJECTS}.${shard}.>`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT_MS * NANOSECONDS,
      max_ack_pending: UNACKNOWLEDGED_MAX,
    });
}

/** The name of a shard's consumer. */
export function consumerOf(shard: number): string {
  return `shard-${shard}`;
}
