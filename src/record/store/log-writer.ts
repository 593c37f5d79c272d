// The writer of a log: queue -> journal (durable) -> tiles -> signed checkpoint. One writer, group commit.
import { join } from "node:path";
import { recoveryEvent } from "../event/guard-events.ts";
import { lacksSealed } from "../event/sealed-kinds.ts";
import { decodeLeaf } from "../log/leaf.ts";
import { hashLeaf } from "../log/tree.ts";
import { type HashedEntry, readJournal, setAside, startJournal } from "./files/journal.ts";
import { openKeys, readSubjects } from "./keys.ts";
import { takeLock } from "./files/lock.ts";
import { makePrivateDirectory } from "./files/private-files.ts";
import { openLeaf } from "./opened-leaf.ts";
import { finishPruning } from "./pruning.ts";
import { settleKeys } from "./key-rotation.ts";
import {
  createPublisher,
  loadStart,
  removeLeftovers,
  requireReached,
  requireSameRoot,
} from "./publisher.ts";
import { openTextKeys } from "./text-keys.ts";
import { createTileBuilder } from "./tile-builder.ts";
import { type LogOptions, type Log, WritingLog, toFailure } from "./writing-log.ts";

/**
 * Opens the log, makes it when it is new, and recovers what a crash left: whole entries of the journal are published, a
 * torn one is cut and recorded as an event. Failures: `log-in-use`, `log-damaged`, `log-rolled-back`, `not-private`.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  return openAndRecover(options).catch((error: unknown) => {
    throw error instanceof Error && "code" in error ? toFailure(error) : error;
  });
}

async function openAndRecover(options: LogOptions): Promise<Log> {
  await makePrivateDirectory(options.log);
  const lock = await takeLock(options.log);
  try {
    // Under the lock: two processes that start at once must not make two keys.
    const keys = await openKeys(options.keys);
    const journalDirectory = join(options.log, "journal");
    await makePrivateDirectory(journalDirectory);
    const { edge, head, signers, history } = await loadStart(options.log, keys);
    await settleKeys(options.keys, keys, signers);
    await finishPruning(options.log, history);
    await removeLeftovers(options.log, edge.size);
    const builder = createTileBuilder(edge);
    const found = await readJournal(journalDirectory, edge.size, hashLeaf);
    requireSameRoot(builder, head);
    for (const entry of found.entries) {
      builder.add(entry);
      requireSameRoot(builder, head);
    }
    requireReached(builder, head);
    const unsealed = await countUnsealed(options.keys, found.entries);
    const publisher = createPublisher(options.log, { keys, signers }, builder);
    await publisher.write(publisher.snapshot());
    for (const name of found.damaged) await setAside(journalDirectory, name, options.clock.nowMs());
    const journal = await startJournal(journalDirectory, builder.size());
    await journal.dropBefore(builder.size());
    const parts = { options, keys, builder, journal, publisher, release: lock.release };
    const log = new WritingLog(parts).asLog();
    if (found.entries.length > 0 || found.tornBytes > 0) {
      const counts = { entries: found.entries.length, tornBytes: found.tornBytes, refused: 0 };
      await log.append(recoveryEvent(log.stamp("daemon"), { cause: "unclean-stop", ...counts }), {
        durable: true,
      });
    }
    // WHY taken in all the same: what was done to the record belongs to the record, and the event says so beside it.
    if (unsealed > 0)
      await log.append(
        recoveryEvent(log.stamp("daemon"), {
          cause: "journal-unsealed",
          entries: unsealed,
          tornBytes: 0,
          refused: 0,
        }),
        { durable: true },
      );
    return log;
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/**
 * How many entries of a journal are not as they were written: without the sealed part of their kind, with one that the key which
 * it names does not open, or no event at all. The journal's own sums are no secret, so that anybody can write such a frame.
 */
async function countUnsealed(keys: string, entries: readonly HashedEntry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const sectionKeys = { subjects: await readSubjects(keys), texts: openTextKeys(keys) };
  return entries.filter(({ bytes }) => {
    const leaf = decodeLeaf(bytes);
    if (leaf.kind === "fault" || lacksSealed(leaf)) return true;
    return openLeaf(leaf, sectionKeys).isForged;
  }).length;
}
