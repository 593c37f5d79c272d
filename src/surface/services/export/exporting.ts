// Keeping the log delivered: every target of exports.yaml by itself, started and ended as the file changes.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { leavingKeys } from "#record/delivery/personal-fields.ts";
import type { ExportEntry, JoinKeys } from "#record/export/forms/exporter.ts";
import { userPseudonym } from "#record/index/user-name.ts";
import type { Subject } from "#record/log/subject.ts";
import { openDeliveryStore } from "#record/store/delivery-store.ts";
import type { ExportSource, SourceEntry } from "#record/store/export-source.ts";
import { createDeliverer, type Deliverer } from "./deliver.ts";
import type { DeliveryNews } from "./steady-news.ts";
import type { FindKeys } from "./join-keys.ts";
import type { FetchSecret } from "../secrets/providers/fetch-secret.ts";
import { createPorts } from "./target-ports.ts";
import { type ExportTarget, readTargets } from "./targets-file.ts";

/** Batches that one target sends without a pause: hooks are answered in between. */
const STEPS_MAX = 64;

export type ExportingOptions = {
  readonly file: string;
  readonly directory: string;
  readonly origin: string;
  readonly source: ExportSource;
  readonly size: () => Promise<number>;
  readonly keys: FindKeys;
  /** Whose key makes pseudonyms of hosts and repositories. */
  readonly installSubject: Subject;
  readonly fetchSecret: FetchSecret;
  readonly nowMs: () => number;
  readonly chance: () => number;
  readonly report: (target: string, news: DeliveryNews) => void;
};

export type Exporting = {
  /** Sends what is due to every target; resolves when all rest. A Failure when the file of targets is wrong. */
  pass(): Promise<void>;
  close(): void;
};

type Running = { readonly text: string; readonly deliverer: Deliverer; readonly end: () => void };

/** Builds it; nothing is read before the first pass. */
export function createExporting(options: ExportingOptions): Exporting {
  const running = new Map<string, Running>();
  const busy = new Map<string, Promise<void>>();
  let isClosed = false;
  const startOf = (target: ExportTarget): Running => {
    const known = running.get(target.name);
    if (known?.text === target.text) return known;
    known?.end();
    const { nowMs, fetchSecret } = options;
    const { close, ...ports } = createPorts(target, { nowMs, fetchSecret });
    const deliverer = createDeliverer({
      ...options,
      ...target,
      ports,
      store: openDeliveryStore(join(options.directory, target.name)),
      prepare: (source) => prepare(options, target, source),
      report: (news) => options.report(target.name, news),
    });
    const started = { text: target.text, deliverer, end: close };
    running.set(target.name, started);
    return started;
  };
  return {
    async pass() {
      const targets = readTargets(options.file);
      for (const [name, { end }] of running) {
        if (targets.some((target) => target.name === name) || busy.has(name)) continue;
        end();
        running.delete(name);
      }
      const started = targets.flatMap((target) => {
        // A slow target holds up nobody else, and is not asked twice at once.
        if (busy.has(target.name)) return [];
        // WHY within the promise: a certificate of one target that cannot be read stops no other.
        const work = Promise.resolve()
          .then(() => steps(startOf(target).deliverer, () => isClosed))
          .finally(() => busy.delete(target.name));
        busy.set(target.name, work);
        return [work];
      });
      const failed = (await Promise.allSettled(started)).find(
        ({ status }) => status === "rejected",
      );
      if (failed?.status === "rejected") throw failed.reason;
    },
    close() {
      isClosed = true;
      for (const { end } of running.values()) end();
    },
  };
}

async function steps(deliverer: Deliverer, isClosed: () => boolean): Promise<void> {
  for (let count = 0; count < STEPS_MAX && !isClosed(); count += 1) {
    if (!(await deliverer.step())) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The entry with the join keys that may leave for this target. */
async function prepare(
  { keys, installSubject }: ExportingOptions,
  { personal }: ExportTarget,
  source: SourceEntry,
): Promise<ExportEntry> {
  const stand = (name: keyof JoinKeys, value: string): string | undefined => {
    if (name === "user")
      return source.subject === undefined ? undefined : userPseudonym(source.subject, value);
    return `${name[0]}:${installSubject.pseudonym(`export-${name}`, value)}`;
  };
  return { ...source.entry, join: leavingKeys(await keys(source), personal, stand) };
}

/** What to say of a pass that failed. */
export function passProblem(cause: unknown): string {
  return cause instanceof Failure ? cause.message : "its files cannot be read";
}
