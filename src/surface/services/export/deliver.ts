// Delivering the log to one target: reads by position, sends, and writes down how far it is before it goes on.
import type { DeliveryRecord } from "#record/delivery/delivery-record.ts";
import {
  emptyRecord,
  isSending,
  withDelivered,
  withSending,
} from "#record/delivery/delivery-record.ts";
import {
  afterOutcome,
  beginDelivery,
  type DeliveryState,
  resumeDelivery,
  type SentBatch,
} from "#record/delivery/delivery-state.ts";
import type { Outcome } from "#record/delivery/outcome.ts";
import { personalText, type PersonalFields } from "#record/delivery/personal-fields.ts";
import { afterSlice } from "#record/delivery/slices.ts";
import type { Ports, Target } from "#record/delivery/target.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import type { DeliveryStore } from "#record/store/delivery-store.ts";
import type { ExportSource, SourceEntry } from "#record/store/export-source.ts";
import { createSteadyNews, type DeliveryNews, type SteadyNews } from "./steady-news.ts";

export type DeliverOptions = {
  readonly target: Target;
  readonly personal: PersonalFields;
  /** How long an entry waits for others to go with it. */
  readonly waitMs: number;
  readonly from: "start" | "now";
  readonly origin: string;
  readonly source: ExportSource;
  readonly size: () => Promise<number>;
  /** The entry as it leaves, with the join keys that may. */
  readonly prepare: (source: SourceEntry) => Promise<ExportEntry>;
  readonly store: DeliveryStore;
  readonly ports: Ports;
  readonly chance: () => number;
  readonly report: (news: DeliveryNews) => void;
};

export type Deliverer = {
  /** One step: sends a batch if one is due. Says whether more can be done at once. Never throws for what a target does. */
  step(): Promise<boolean>;
  /** How it stands, for a person. */
  standing(): DeliveryState | undefined;
};

/** Builds it; nothing is read or sent before the first step. */
export function createDeliverer(options: DeliverOptions): Deliverer {
  return new Delivery(options);
}

/** What is remembered of a delivery: as it stands on disk, and how far it is. */
type Held = { record: DeliveryRecord; state: DeliveryState };

/** One target and what of the log it still has to get. */
class Delivery {
  readonly #options: DeliverOptions;
  readonly #target: Target;
  readonly #store: DeliveryStore;
  readonly #ports: Ports;
  readonly #source: ExportSource;
  readonly #to: Parameters<typeof isSending>[1];
  #memory: Held | undefined;
  readonly #news: SteadyNews;
  #raised: number[] = [];
  /** Entries before this one, from the cursor on, tell of deliveries alone. */
  #ownUntil = 0;
  #waitingSinceMs: number | undefined;

  constructor(options: DeliverOptions) {
    const { target, store, ports, source } = options;
    this.#options = options;
    this.#target = target;
    this.#store = store;
    this.#ports = ports;
    this.#source = source;
    this.#news = createSteadyNews(this.#options.report, this.#ports.nowMs);
    this.#to = {
      destination: this.#target.destination,
      fields: personalText(this.#options.personal),
    };
  }

  standing(): DeliveryState | undefined {
    return this.#memory?.state;
  }

  async step(): Promise<boolean> {
    this.#memory ??= await this.#open();
    const held = this.#memory;
    await this.#takeResume(held);
    this.#news.passed();
    if (this.#ports.nowMs() < held.state.waitUntilMs) return false;
    await this.#passRemoved(held);
    const batch = await this.#due(held);
    if (batch === undefined) return false;
    const entries = await read(this.#options, batch.indices);
    const { first, end } = boundsOf(batch);
    if (!isSending(held.record, this.#to, { first, end })) {
      held.record = withSending(held.record, this.#to, { first, end, nowMs: this.#ports.nowMs() });
      await this.#store.write(held.record);
    }
    const outcome = await send(this.#target, entries, this.#ports);
    if (outcome.kind === "closed") this.#ports.forget();
    const nowMs = this.#ports.nowMs();
    const now = { nowMs, chance: this.#options.chance(), limitMax: this.#target.limits.entries };
    const before = held.state;
    const { state, delivered, dead } = afterOutcome(before, batch, outcome, now);
    await this.#store.bury(dead.map((one) => ({ ...one, timeMs: nowMs })));
    if (delivered.length + dead.length > 0 || state.next !== before.next) {
      held.record = withDelivered(held.record, { next: state.next, delivered, dead, nowMs });
      await this.#store.write(held.record);
    }
    await raiseDelivered(this.#options, delivered, before.next);
    held.state = state;
    this.#news.changed(before, state, dead.length);
    return state.waitUntilMs <= nowMs;
  }

  async #open(): Promise<Held> {
    const stored = await this.#store.read();
    const size = await this.#options.size();
    // A record of another log says nothing of this one.
    const isOurs =
      stored !== undefined && stored.origin === this.#options.origin && stored.next <= size;
    const begin = this.#options.from === "now" ? size : 0;
    const record = isOurs ? stored : emptyRecord(this.#options.origin, begin);
    if (!isOurs) await this.#store.write(record);
    return { record, state: beginDelivery(record.next, this.#target.limits.entries) };
  }

  async #passRemoved(held: Held): Promise<void> {
    const first = await this.#source.first();
    if (held.state.next >= first) return;
    const count = first - held.state.next;
    held.record = { ...held.record, next: first, missed: held.record.missed + count };
    held.state = { ...held.state, next: first, left: undefined };
    await this.#store.write(held.record);
    this.#options.report({ what: "missed", reason: "removed from the log", count });
  }

  async #takeResume(held: Held): Promise<void> {
    const resume = await this.#store.takeResume();
    if (resume === undefined) return;
    held.state = resumeDelivery(held.state);
    if (resume.withDead)
      this.#raised = (await this.#store.deadLetters())
        .map(({ index }) => index)
        .sort((a, b) => a - b);
    this.#options.report({ what: "resumed", reason: "a person asked", count: this.#raised.length });
  }

  /** Whether all that waits tells of deliveries. Each entry is looked at once. */
  async #areOwn(next: number, size: number): Promise<boolean> {
    const from = Math.max(next, this.#ownUntil);
    for await (const one of this.#source.read(from, size)) {
      if (!tellsOfDelivery(one)) return false;
      this.#ownUntil = one.entry.index + 1;
    }
    return true;
  }

  /** The indices that are due, or undefined where there is nothing to do yet. */
  async #due({ state }: Held): Promise<SentBatch | undefined> {
    if (state.left !== undefined) {
      const indices = state.left.indices.slice(0, state.limit);
      const isAll = indices.length === state.left.indices.length;
      return { indices, end: isAll ? state.left.end : (indices.at(-1) ?? 0) + 1 };
    }
    if (this.#raised.length > 0)
      return { indices: this.#raised.splice(0, state.limit), end: state.next };
    const size = await this.#options.size();
    const waiting = size - state.next;
    if (waiting <= 0 || (await this.#areOwn(state.next, size))) {
      this.#waitingSinceMs = undefined;
      return undefined;
    }
    this.#waitingSinceMs ??= this.#ports.nowMs();
    const isFull = waiting >= state.limit;
    if (!isFull && this.#ports.nowMs() - this.#waitingSinceMs < this.#options.waitMs)
      return undefined;
    this.#waitingSinceMs = undefined;
    const end = Math.min(size, state.next + state.limit);
    return { indices: Array.from({ length: end - state.next }, (_, at) => state.next + at), end };
  }
}

/**
 * Whether an entry tells of deliveries, or of a secret that one of them needed. Such an entry goes with the next one that does
 * not, and is never a reason to deliver: a target that fails every second time would live on its own events.
 */
function tellsOfDelivery({ entry }: SourceEntry): boolean {
  if (entry.kind !== "event") return false;
  const { kind, submitter } = entry.metadata;
  return kind === "delivery" || (kind === "secret" && submitter === "daemon");
}

function boundsOf({ indices }: SentBatch): { readonly first: number; readonly end: number } {
  return { first: indices[0] ?? 0, end: (indices.at(-1) ?? 0) + 1 };
}

async function read(
  { source, prepare }: DeliverOptions,
  indices: readonly number[],
): Promise<readonly ExportEntry[]> {
  const entries: ExportEntry[] = [];
  for (const { from, end } of runsOf(indices))
    for await (const one of source.read(from, end))
      await afterSlice(entries.push(await prepare(one)));
  return entries;
}

/** Neighbours as ranges, so that a bundle is read once. */
function runsOf(indices: readonly number[]): readonly { from: number; end: number }[] {
  const runs: { from: number; end: number }[] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last?.end === index) last.end += 1;
    else runs.push({ from: index, end: index + 1 });
  }
  return runs;
}

/** WHY everything is caught: a target that throws is a target that does not work, and the others go on. */
async function send(
  target: Target,
  entries: readonly ExportEntry[],
  ports: Ports,
): Promise<Outcome> {
  if (entries.length === 0) return { kind: "delivered" };
  try {
    return await target.send(entries, ports);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "defect";
    return { kind: "closed", reason: `cannot be used (${code})` };
  }
}

/** What lay below the cursor and arrived was raised from the dead letters. */
async function raiseDelivered(
  { store }: DeliverOptions,
  delivered: readonly number[],
  next: number,
): Promise<void> {
  const arrived = delivered.filter((index) => index < next);
  if (arrived.length > 0) await store.raise(arrived);
}
