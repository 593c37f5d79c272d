// The collector in front of NATS: a batch is acknowledged when the cluster has it, and each log is continued once, whoever asks.
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { MsgHdrs } from "@nats-io/transport-node";
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import { Failure } from "#base/failure.ts";
import { FLEET_BATCH_BYTES_MAX } from "#base/limits.ts";
import { batchText, parseBatch } from "#record/fleet/batch-wire.ts";
import {
  type Appended,
  continueTree,
  type FleetBatch,
  type TreeState,
} from "#record/fleet/fleet-row.ts";
import type { FleetStore } from "./fleet-store.ts";
import { connectNats, type NatsPlace, STREAM, subjectOf } from "./nats-connection.ts";

/** A server takes a message of 1 MiB unless it is told otherwise; headers are part of it. */
const MESSAGE_BYTES_MAX = 900 * 1024;
const ENTRIES_AT_ONCE = 1_000;
const PUBLISH_MS_MAX = 5_000;
/** Tries of one batch while servers change their leader: together longer than an election takes. */
const TRIES_MAX = 4;

type Waiting = { readonly sequence: number; readonly state: TreeState | undefined };

/**
 * A store that is the stream in front of `stored`. INVARIANT: the last message of a log's subject says how far the log is, and
 * the next one is published only after that one (`Nats-Expected-Last-Subject-Sequence`): two collectors cannot both continue it.
 */
export async function openIngest(
  place: NatsPlace,
  stored: Pick<FleetStore, "tree" | "tenants" | "erase" | "needs">,
  shards: number,
): Promise<FleetStore> {
  const nats = await connectNats(place);
  const { jetstream, jetstreamManager } = nats.library;
  const manager = await jetstreamManager(nats.connection, { timeout: PUBLISH_MS_MAX });
  const client = jetstream(nats.connection, { timeout: PUBLISH_MS_MAX });
  const subject = (tenant: string, tree: string): string => {
    const hash = createHash("sha256").update(`${tenant}\0${tree}`).digest();
    return subjectOf(hash.readUInt32BE(0) % shards, tenant, hash.toString("hex", 0, 16));
  };
  return {
    async append(tenant, writer, batch) {
      const name = subject(tenant, batch.tree);
      for (let tries = 1; ; tries += 1) {
        try {
          return await publishBatch({ stored, manager, client }, { name, tenant, writer, batch });
        } catch (cause) {
          // What was published although no answer came is seen by the next look.
          if (tries === TRIES_MAX)
            throw new Failure("nats", "the NATS cluster does not take the batch", { cause });
        }
      }
    },
    async erase(tenant, writer, erasure) {
      // WHY: what waits holds what is to be erased. A machine hands nothing in while it asks for this, so that it runs dry.
      const { state } = await lastOf(manager, subject(tenant, erasure.tree));
      return state === undefined ? stored.erase(tenant, writer, erasure) : { kind: "waiting" };
    },
    async tree(tenant, tree) {
      return (await lastOf(manager, subject(tenant, tree))).state ?? stored.tree(tenant, tree);
    },
    tenants: () => stored.tenants(),
    needs: () => stored.needs(),
    close: () => nats.close(),
  };
}

type Handles = {
  readonly stored: Pick<FleetStore, "tree">;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
};
type Handed = {
  readonly name: string;
  readonly tenant: string;
  readonly writer: string;
  readonly batch: FleetBatch;
};

async function publishBatch(handles: Handles, handed: Handed): Promise<Appended> {
  const { name, tenant, writer, batch } = handed;
  let { sequence, state } = await lastOf(handles.manager, name);
  // When nothing of the log waits, all of it is stored: what was acknowledged to the stream was stored before.
  state ??= await handles.stored.tree(tenant, batch.tree);
  const continued = continueTree(state, batch, writer);
  if (continued.kind !== "new") return continued;
  let previous = state === undefined || continued.missed > 0 ? batch.previous : state.lastHash;
  let rest = continued.entries;
  while (rest.length > 0) {
    const { bytes, entries } = packed(batch, previous, rest);
    const lastHash = entries.at(-1)?.hash ?? "";
    const next = (entries.at(-1)?.row.event.index ?? 0) + 1;
    const headers = await headersOf({ ...handed, next, lastHash });
    const answer = await handles.client.publish(name, bytes, {
      headers,
      // The same entries have the same id, so that a message that is sent again is one.
      msgID: `${name} ${next - entries.length} ${next} ${lastHash}`,
      expect: { lastSubjectSequence: sequence },
      timeout: PUBLISH_MS_MAX,
    });
    sequence = answer.seq;
    previous = lastHash;
    rest = rest.slice(entries.length);
    state = { next, lastHash, writer };
  }
  return { kind: "stored", next: continued.next, added: continued.entries.length };
}

/** As many entries as one message takes. */
function packed(
  batch: FleetBatch,
  previous: string,
  rest: FleetBatch["entries"],
): { readonly bytes: Uint8Array; readonly entries: FleetBatch["entries"] } {
  for (let count = Math.min(rest.length, ENTRIES_AT_ONCE); ; count = Math.ceil(count / 2)) {
    const entries = rest.slice(0, count);
    const bytes = gzipSync(batchText({ ...batch, previous, entries }), { level: 1 });
    if (bytes.length <= MESSAGE_BYTES_MAX || count === 1) return { bytes, entries };
  }
}

async function headersOf(
  given: Handed & { readonly next: number; readonly lastHash: string },
): Promise<MsgHdrs> {
  const { headers } = await import("@nats-io/transport-node");
  const made = headers();
  made.set("Sallyport-Tenant", given.tenant);
  made.set("Sallyport-Writer", given.writer);
  made.set("Sallyport-Next", String(given.next));
  made.set("Sallyport-Last-Hash", given.lastHash);
  return made;
}

/** The newest message of a subject that waits, by its headers. */
async function lastOf(manager: JetStreamManager, subject: string): Promise<Waiting> {
  const message = await manager.streams.getMessage(STREAM, { last_by_subj: subject });
  if (message === null) return { sequence: 0, state: undefined };
  const { header, seq } = message;
  return {
    sequence: seq,
    state: {
      next: Number(header.get("Sallyport-Next")),
      lastHash: header.get("Sallyport-Last-Hash"),
      writer: header.get("Sallyport-Writer"),
    },
  };
}

/** The batch that a message holds; undefined when it is none of ours. */
export function unpackBatch(bytes: Uint8Array): FleetBatch | undefined {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: FLEET_BATCH_BYTES_MAX * 2 });
    return parseBatch(text.toString("utf8"));
  } catch {
    return undefined;
  }
}
