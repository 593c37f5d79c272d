// Verifying a log directory: the verifier over its files, its size against the last signed head, journal and strays.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { readCheckpoint } from "../log/checkpoint.ts";
import { CHECKPOINT_PATH, parseTilePath, widthAt } from "../log/layout.ts";
import type { LogFault, LogReport } from "../log/report.ts";
import { readStoredKeys } from "../log/stored-keys.ts";
import { hashLeaf, sameBytes } from "../log/tree.ts";
import { type VerifyOptions, verifyLog } from "../log/verification/verify.ts";
import { readJournal } from "./files/journal.ts";
import { readHead } from "./keys.ts";
import { findStrays } from "./files/log-places.ts";
import { openLogFiles } from "./log-reader.ts";

/** Longer than a writer takes from signing a head to publishing it. */
const PUBLICATION_MS = 1_500;
/** How often a log that grows is looked at before what is found every time counts. */
const LOOKS_MAX = 4;
/** How often the head is held against a log that was published meanwhile. */
const HEAD_LOOKS_MAX = 8;

export type CheckOptions = VerifyOptions & {
  readonly log: string;
  /** The key store, when it is here: its last signed head must not be ahead of the log. */
  readonly keys: string | undefined;
};

/**
 * Verifies the log in a directory, with or without its writer running. WHY several looks: what a look finds while files come and
 * go may be the writer at work; what somebody changed is there in each of them.
 */
export async function checkLog(options: CheckOptions): Promise<LogReport> {
  let report = await verifyAll(options);
  for (let look = 1; look < LOOKS_MAX && report.faults.length > 0; look += 1) {
    const before = await publishedBytes(options.log);
    if (!(await isLocked(options.log))) return report;
    // A writer that lives signs first and publishes a moment later; it may be in the middle of a write.
    await sleep(PUBLICATION_MS);
    const again = await verifyAll(options);
    const found = new Set(report.faults.map(identityOf));
    const faults = again.faults.filter((fault) => found.has(identityOf(fault)));
    const isStill = before.equals(await publishedBytes(options.log));
    report = { ...again, faults, faultsOmitted: faults.length === 0 ? 0 : again.faultsOmitted };
    // Nothing was published between two looks that agree: there is no third one to wait for.
    if (isStill) return report;
  }
  return report;
}

/** What of a fault stays the same while a log grows. */
function identityOf(fault: LogFault): string {
  const { kind } = fault;
  const path = "path" in fault ? fault.path : "";
  const index = "index" in fault ? fault.index : "";
  return [kind, path, index].join("\0");
}

async function publishedBytes(log: string): Promise<Buffer> {
  return Buffer.from((await openLogFiles(log).read(CHECKPOINT_PATH)) ?? []);
}

/** Whether a writer may be at work; one that died leaves its lock, which costs a moment and changes nothing. */
async function isLocked(log: string): Promise<boolean> {
  return access(join(log, "lock")).then(
    () => true,
    () => false,
  );
}

async function verifyAll(options: CheckOptions): Promise<LogReport> {
  const files = openLogFiles(options.log);
  const published = await verifyLog(files, options);
  const more: LogFault[] = [];
  for await (const path of findStrays(options.log)) more.push({ kind: "stray-file", path });
  const size = published.checkpoint?.size ?? 0;
  const waiting = await readJournal(join(options.log, "journal"), size, hashLeaf);
  // WHY only with a lock: a writer that was killed leaves one, and somebody who cuts the journal of a log that was closed does not.
  const isOpen = waiting.torn.length > 0 && (await isLocked(options.log));
  let unfinishedBytes = 0;
  for (const { name, bytes, isUnfinished } of waiting.torn)
    if (isUnfinished && isOpen) unfinishedBytes += bytes;
    else more.push({ kind: "journal-damaged", path: `journal/${name}`, bytes });
  // A writer puts tiles on disk before the checkpoint that covers them, and their entries in the journal before that.
  for await (const path of files.list()) {
    const tile = parseTilePath(path);
    const reached = size + waiting.entries.length;
    if (tile !== undefined && widthAt(tile.level, tile.index, reached) < tile.width)
      more.push({ kind: "stray-file", path });
  }
  if (options.keys !== undefined) more.push(...(await judgeHead(options, options.keys, published)));
  return {
    ...published,
    faults: [...published.faults, ...more],
    waiting: { entries: waiting.entries.length, unfinishedBytes },
  };
}

/** Holds the head that the key store signed last against log and journal, which a living writer may have moved on. */
async function judgeHead(
  { log, verifier }: CheckOptions,
  keys: string,
  { checkpoint }: LogReport,
): Promise<readonly LogFault[]> {
  if (checkpoint === undefined) return [];
  const files = openLogFiles(log);
  const history = await readStoredKeys(files, verifier, () => undefined);
  const bytes = await readHead(keys);
  if (bytes === undefined) return [{ kind: "head-unusable", why: "it is missing" }];
  const head = readCheckpoint(bytes, history, { exact: true });
  if (head.kind !== "signed") return [{ kind: "head-unusable", why: head.kind }];
  const { size, root } = head.body;
  if (size < checkpoint.size)
    return [{ kind: "head-unusable", why: "it is older than the log, which never happens" }];
  for (let look = 1; ; look += 1) {
    const bytesNow = await publishedBytes(log);
    const now = readCheckpoint(bytesNow, history);
    const latest = now.kind === "signed" ? now.body : checkpoint;
    if (latest.size > size) return [];
    if (size === latest.size)
      return sameBytes(root, latest.root)
        ? []
        : [{ kind: "rewritten-since-trusted", trustedSize: size, by: "head" }];
    const waiting = await readJournal(join(log, "journal"), latest.size, hashLeaf);
    if (latest.size + waiting.entries.length >= size) return [];
    // WHY again: what was published between the two readings is in the journal no longer.
    const isStill = bytesNow.equals(await publishedBytes(log));
    if (isStill || look === HEAD_LOOKS_MAX)
      return [{ kind: "rollback", size: latest.size, trustedSize: size }];
  }
}

/**
 * Waits, as long as a living writer needs, until what is on disk is published too. Gives the number of events that still
 * wait: without a writer they stay in the journal until one starts.
 */
export async function awaitPublication(log: string): Promise<number> {
  const endsAt = monotonicMs() + PUBLICATION_MS;
  for (;;) {
    const checkpoint = await openLogFiles(log).read("checkpoint");
    // Only a hint for waiting: who relies on the size verifies the signature.
    const size = Number(
      /^[^\n]*\n(\d{1,15})\n/.exec(Buffer.from(checkpoint ?? []).toString())?.[1] ?? 0,
    );
    const { entries } = await readJournal(join(log, "journal"), size, hashLeaf);
    if (entries.length === 0 || monotonicMs() > endsAt) return entries.length;
    await sleep(50);
  }
}
