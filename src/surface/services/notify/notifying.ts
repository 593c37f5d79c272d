// Telling people and systems: notices are routed, held back, queued on disk and sent; what nobody acknowledges is escalated.
import { clipped } from "#base/clipped.ts";
import { Failure } from "#base/failure.ts";
import { dueSteps, stepsFor, type Watched, WATCHED_MAX } from "#detect/notice/escalation.ts";
import { admit, QUEUE_MAX, summarise, type Waiting } from "#detect/notice/flow.ts";
import {
  acknowledgedNotice,
  escalatedNotice,
  isCalming,
  type Notice,
  wantsAnswer,
} from "#detect/notice/notice.ts";
import { channelsFor } from "#detect/notice/routing.ts";
import { within } from "../../foundation/process/time-limit.ts";
import type { Action } from "./action.ts";
import type { SendOutcome } from "./channels/channel.ts";
import { connectChannel } from "./channel-ports.ts";
import { NotifyChanges } from "./notify-changes.ts";
import { openNotifyStore, type NotifyStore } from "./notify-store.ts";
import { actionsLeft, ordersLeft } from "./orders.ts";
import { rest, type Running } from "./running-channel.ts";
import { type NotifySettings, readNotifySettings } from "./settings-file.ts";

/** Messages that one channel sends in one pass. */
const SENT_MAX = 64;
/** How long a message is tried before it is a dead letter. */
export const TRIED_MS_MAX = 3 * 24 * 3_600_000;
/** How long a matter is watched that nobody answers and that has no step left. */
const WATCHED_MS_MAX = 7 * 24 * 3_600_000;
const REASON_CHARS_MAX = 200;
const CLOSING_MS_MAX = 2_000;
/** How long an action may take before it is handed over again. */
const ACTING_MS_MAX = 10_000;

export type ChannelNews = {
  readonly what: "failing" | "delivering" | "dead";
  readonly reason: string;
};

export type NotifyingOptions = {
  /** `notify.yaml`. */
  readonly file: string;
  /** The directory of the queue; the caller holds its lock. */
  readonly directory: string;
  /** The value of a reference; see `openSecrets`. */
  readonly secret: (reference: string) => Promise<string>;
  readonly nowMs: () => number;
  /** A number from 0 to below 1. */
  readonly chance: () => number;
  /**
   * Carries out what somebody answered; an acknowledgement is carried out here first. Without it, or where it rejects, an action
   * waits and is handed over again: it must bear that.
   */
  readonly act?: ((action: Action) => Promise<void>) | undefined;
  readonly report: (channel: string, news: ChannelNews) => void;
};

export type Notifying = {
  /** Takes a notice; resolves once it is on disk or counted there. `to` names channels in place of the rules. */
  notify(notice: Notice, to?: readonly string[]): Promise<void>;
  /** Ends the escalation of a matter, by the id of what it is about; false where nobody waits for that. */
  acknowledge(subject: string, by: string): Promise<boolean>;
  /**
   * Takes orders, escalates and sends what is due; resolves when every channel that was free rests. Another may begin before: a slow
   * channel holds up no other. A Failure where settings are wrong.
   */
  pass(): Promise<void>;
  /** Whether another pass would send nothing now. */
  isIdle(): boolean;
  close(): Promise<void>;
};

/** Opens it; reads the settings and the queue. Rejects with a Failure where one of them is wrong. */
export async function openNotifying(options: NotifyingOptions): Promise<Notifying> {
  const service = new Service(options);
  await service.load();
  return service;
}

class Service {
  readonly #options: NotifyingOptions;
  readonly #store: NotifyStore;
  #settings: NotifySettings = {
    channels: [],
    routing: { rules: [], otherwise: [] },
    escalation: [],
    inbound: [],
  };
  readonly #running = new Map<string, Running>();
  readonly #busy = new Map<string, Promise<void>>();
  #watched = new Map<string, Watched>();
  readonly #changes: NotifyChanges;
  #beginning: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(options: NotifyingOptions) {
    this.#options = options;
    this.#store = openNotifyStore(options.directory);
    this.#changes = new NotifyChanges(this.#store, () => this.#watched);
  }

  async load(): Promise<void> {
    this.#watched = await this.#store.readWatched();
    await this.#readSettings();
  }

  notify(notice: Notice, to?: readonly string[]): Promise<void> {
    const names = to ?? channelsFor(notice, this.#settings.routing);
    this.#tell(notice, names);
    // WHY for one that was here before too: what it led to may still be on its way to disk.
    return names.length === 0 ? Promise.resolve() : this.#changes.save();
  }

  async acknowledge(subject: string, by: string): Promise<boolean> {
    const found = [...this.#watched.values()].filter(
      ({ notice, isAnswered }) => notice.subject === subject && !isAnswered,
    );
    for (const watched of found) {
      const { notice } = watched;
      this.#watched.set(notice.matter, { ...watched, isAnswered: true });
      this.#changes.add("watched");
      const said = acknowledgedNotice(notice, by, this.#options.nowMs());
      const routed = channelsFor(notice, this.#settings.routing);
      // WHY no mail: nobody has to do anything.
      const names = [...new Set([...routed, ...this.#escalatedTo(watched)])].filter(
        (name) => this.#running.get(name)?.channel.to !== "email",
      );
      this.#tell(said, names);
    }
    if (found.length > 0) await this.#changes.save();
    return found.length > 0;
  }

  async pass(): Promise<void> {
    // WHY shared: a channel that is slow keeps a pass open, and the next one must not take orders twice.
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    const fault = await this.#beginning;
    const work = [...this.#running.values()].flatMap((running) => {
      const { name } = running.channel;
      if (this.#busy.has(name)) return [];
      const sending = this.#serve(running).finally(() => this.#busy.delete(name));
      this.#busy.set(name, sending);
      return [sending];
    });
    const failed = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
    if (this.#changes.count > 0) await this.#changes.save();
    if (failed?.status === "rejected") throw failed.reason;
    if (fault !== undefined) throw fault;
  }

  /** Reads the settings, takes what others left, escalates; gives what is wrong with the settings. */
  async #begin(): Promise<unknown> {
    // WHY no end: with settings that are wrong now the last good ones go on.
    const fault = await this.#readSettings().then(
      () => undefined,
      (cause: unknown) => cause,
    );
    await this.#takeOrders();
    await this.#takeActions();
    this.#escalate();
    return fault;
  }

  isIdle(): boolean {
    const nowMs = this.#options.nowMs();
    return [...this.#running.values()].every(
      ({ flow, waitUntilMs }) => flow.queue.length === 0 || nowMs < waitUntilMs,
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { connection } of this.#running.values()) connection.close();
    // What is under way is sent again with the same id: nobody waits long for it.
    const patience = new Promise((resolve) => setTimeout(resolve, CLOSING_MS_MAX).unref());
    await Promise.race([Promise.allSettled(this.#busy.values()), patience]);
    await this.#changes.save();
  }

  async #readSettings(): Promise<void> {
    const settings = readNotifySettings(this.#options.file);
    for (const channel of settings.channels) {
      const known = this.#running.get(channel.name);
      if (known?.channel.text === channel.text) continue;
      const connection = connectChannel(channel, this.#options);
      if (known === undefined) {
        const flow = await this.#store.readFlow(channel.name);
        const running = { channel, connection, flow, waitUntilMs: 0, backOffMs: 0 };
        this.#running.set(channel.name, running);
        continue;
      }
      known.connection.close();
      Object.assign(known, { channel, connection, waitUntilMs: 0, backOffMs: 0 });
    }
    for (const [name, { connection }] of this.#running) {
      if (settings.channels.some((channel) => channel.name === name) || this.#busy.has(name))
        continue;
      connection.close();
      this.#running.delete(name);
    }
    this.#settings = settings;
  }

  /** Has channels take a notice, and watches it where somebody is to answer. */
  #tell(notice: Notice, names: readonly string[]): void {
    const { nowMs } = this.#options;
    const watched = this.#isOver(notice) ? this.#watched.get(notice.matter) : undefined;
    // Who was told because nobody answered hears of the end too.
    const told = watched === undefined ? names : [...names, ...this.#escalatedTo(watched)];
    const admitted = [...new Set(told)].flatMap((name) => {
      const running = this.#running.get(name);
      if (running === undefined) return [];
      const { flow, channel } = running;
      const admission = admit(flow, notice, channel.limits, nowMs());
      if (admission !== "known") this.#changes.add(flow);
      return [admission];
    });
    if (watched !== undefined) {
      const isEnded = notice.kind === "incident-closed";
      if (isEnded) this.#watched.delete(notice.matter);
      else this.#watched.set(notice.matter, { ...watched, isAnswered: true });
      this.#changes.add("watched");
    } else if (wantsAnswer(notice) && admitted.includes("queued")) this.#watch(notice);
  }

  #isOver(notice: Notice): boolean {
    const isHandled = notice.kind === "incident-changed" && notice.state !== "open";
    return isCalming(notice) || isHandled;
  }

  #watch(notice: Notice): void {
    if (this.#watched.has(notice.matter)) return;
    this.#watched.set(notice.matter, {
      notice,
      sinceMs: this.#options.nowMs(),
      steps: 0,
      isAnswered: false,
    });
    this.#changes.add("watched");
    const [oldest] = this.#watched.values();
    if (this.#watched.size <= WATCHED_MAX || oldest === undefined) return;
    this.#watched.delete(oldest.notice.matter);
    if (oldest.isAnswered) return;
    const left = stepsFor(oldest.notice.level, this.#settings.escalation).slice(oldest.steps);
    for (const [at, { to }] of left.entries()) this.#step(oldest, oldest.steps + at + 1, to);
  }

  #escalate(): void {
    const nowMs = this.#options.nowMs();
    for (const [matter, watched] of this.#watched) {
      const due = dueSteps(watched, this.#settings.escalation, nowMs);
      if (due.length > 0) {
        this.#watched.set(matter, { ...watched, steps: watched.steps + due.length });
        for (const [at, { to }] of due.entries()) this.#step(watched, watched.steps + at + 1, to);
      } else if (nowMs - watched.sinceMs > WATCHED_MS_MAX) this.#watched.delete(matter);
      else continue;
      this.#changes.add("watched");
    }
  }

  /** The channels of the steps that are done. */
  #escalatedTo({ notice, steps }: Watched): readonly string[] {
    const done = stepsFor(notice.level, this.#settings.escalation).slice(0, steps);
    return done.flatMap(({ to }) => to);
  }

  #step({ notice }: Watched, step: number, to: readonly string[]): void {
    this.#tell(escalatedNotice(notice, step, this.#options.nowMs()), to);
  }

  async #takeOrders(): Promise<void> {
    const orders = ordersLeft(this.#options.directory);
    for (const { content } of orders) {
      if (content.kind === "raise") await this.#raise(content.channel);
      else
        this.#tell(
          content.notice,
          content.to ?? channelsFor(content.notice, this.#settings.routing),
        );
    }
    // INVARIANT: an order goes after what it led to is on disk.
    if (orders.length > 0) await this.#changes.save();
    for (const order of orders) order.remove();
  }

  async #takeActions(): Promise<void> {
    const { act, directory } = this.#options;
    for (const { content, remove } of actionsLeft(directory)) {
      const isOurs = content.action === "acknowledge";
      if (isOurs) await this.acknowledge(content.subject, content.by);
      if (act === undefined) {
        if (isOurs) remove();
        continue;
      }
      // What could not be done is handed over again in the next pass.
      const done = act(content).then(
        () => true,
        () => false,
      );
      if (await within(done, ACTING_MS_MAX, () => false)) remove();
    }
  }

  /** Has dead letters wait to be sent again. */
  async #raise(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) return;
    const { flow } = running;
    const known = new Set(flow.queue.map(({ id }) => id));
    const dead = (await this.#store.dead(name)).filter(({ id }) => !known.has(id));
    const room = Math.max(0, QUEUE_MAX - flow.queue.length);
    const madeMs = this.#options.nowMs();
    const again = dead.slice(0, room).map(({ id, notice }) => ({ id, notice, madeMs, tries: 0 }));
    flow.queue = [...flow.queue, ...again];
    running.waitUntilMs = 0;
    this.#changes.add(flow);
    await this.#changes.save();
    await this.#store.writeDead(name, dead.slice(room));
  }

  async #serve(running: Running): Promise<void> {
    const { flow, channel } = running;
    const { held } = flow;
    const summary = summarise(flow, channel.limits, this.#options.nowMs());
    if (summary !== undefined) this.#watch(summary);
    if (flow.held !== held) {
      this.#changes.add(flow);
      await this.#changes.save();
    }
    for (let count = 0; count < SENT_MAX && !this.#isClosed; count += 1) {
      const [waiting] = flow.queue;
      if (waiting === undefined || this.#options.nowMs() < running.waitUntilMs) return;
      const outcome = await this.#send(running, waiting);
      if (this.#isClosed) return;
      await this.#settle(running, waiting, outcome);
    }
  }

  /** Never rejects: a secret that cannot be had is an outcome. */
  async #send({ channel, connection }: Running, waiting: Waiting): Promise<SendOutcome> {
    try {
      return await channel.send(waiting, connection.ports);
    } catch (cause) {
      const code = cause instanceof Failure ? cause.code : "defect";
      return { kind: "closed", reason: `cannot be used here (${code})` };
    }
  }

  async #settle(running: Running, waiting: Waiting, outcome: SendOutcome): Promise<void> {
    const { flow, channel, connection } = running;
    const nowMs = this.#options.nowMs();
    const before = flow.trouble;
    const isOld = nowMs - waiting.madeMs > TRIED_MS_MAX;
    const reason = outcome.kind === "delivered" ? "" : clipped(outcome.reason, REASON_CHARS_MAX);
    if (outcome.kind === "closed") connection.forget();
    if (outcome.kind === "delivered" || outcome.kind === "refused" || isOld) {
      if (outcome.kind !== "delivered") {
        // INVARIANT: a message is a dead letter before it leaves the queue.
        const letter = { id: waiting.id, notice: waiting.notice, atMs: nowMs, reason };
        const others = (await this.#store.dead(channel.name)).filter(({ id }) => id !== waiting.id);
        await this.#store.writeDead(channel.name, [...others, letter]);
        flow.dead += 1;
        this.#options.report(channel.name, { what: "dead", reason });
      } else {
        flow.delivered += 1;
        flow.deliveredMs = nowMs;
      }
      flow.queue = flow.queue.filter(({ id }) => id !== waiting.id);
    }
    if (outcome.kind === "delivered" || outcome.kind === "refused") {
      Object.assign(running, { waitUntilMs: 0, backOffMs: 0 });
      flow.trouble = "";
    } else {
      const afterMs = outcome.kind === "again" ? (outcome.afterMs ?? 0) : 0;
      rest(running, { afterMs, nowMs, chance: this.#options.chance() });
      flow.queue = flow.queue.map((one) =>
        one.id === waiting.id ? { ...one, tries: one.tries + 1 } : one,
      );
      flow.trouble = reason;
    }
    if ((before === "") !== (flow.trouble === ""))
      this.#options.report(
        channel.name,
        flow.trouble === ""
          ? { what: "delivering", reason: "" }
          : { what: "failing", reason: flow.trouble },
      );
    this.#changes.add(flow);
    await this.#changes.save();
  }
}
