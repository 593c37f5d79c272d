// What a process does with a log when it is killed: append, change keys, archive, prune, all of retention, fill the index.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { daemonEvent, prunedEvent } from "#record/event/guard-events.ts";
import { archiveLog, requireArchived } from "#record/store/archiving.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog, isOfThisLog } from "#record/store/index/index-follow.ts";
import { readVerifier } from "#record/store/keys.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import { viewLog } from "#record/store/log-view.ts";
import { packBundles } from "#record/store/packing.ts";
import { pruneLocked } from "#record/store/pruning.ts";
import { pruneLog, rotateKey } from "#record/store/upkeep.ts";
import { eraseOne } from "./erasing.ts";
import { openFolderPlace } from "#surface/services/archive/folder-place.ts";
import { succeeding } from "../until.ts";

/** What is killed, as the page names it. */
export const SCENARIOS = [
  "append",
  "change-key",
  "archive",
  "prune",
  "retain",
  "pack",
  "index",
  "erase",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** Entries that a pruned log begins with. */
export const PRUNED_BELOW = 512;
const APPENDED = 24;

export type Places = { readonly log: string; readonly keys: string; readonly archive: string };

/** The places in a directory; an installation has a folder of its own for data. */
export function placesIn(given: string, scenario?: Scenario): Places {
  const root = scenario === "erase" ? join(given, "data") : given;
  return { log: join(root, "log"), keys: join(root, "keys"), archive: join(root, "archive") };
}

/** Options of the log there. */
export function optionsOf({ log, keys }: Places): LogOptions {
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  return { log, keys, clock, productVersion: "0.1.0" };
}

/** Carries one out; `took` hears of each event that the log said it has. */
export async function carryOut(
  scenario: Scenario,
  places: Places,
  took: (index: number, id: string) => void,
): Promise<void> {
  const options = optionsOf(places);
  switch (scenario) {
    case "append":
      return withLog(options, (log) => append(log, APPENDED, took));
    case "change-key":
      await rotateKey(options, "introduce").catch(alreadyIntroduced);
      await withLog(options, (log) => append(log, 3, took));
      await rotateKey(options, "retire");
      return undefined;
    case "archive":
      return archive(places);
    case "prune":
      await archive(places);
      await pruneLog(options, PRUNED_BELOW);
      return undefined;
    case "retain":
      return withLog(options, async (log) => {
        await Promise.all([append(log, APPENDED, took), retain(places, log)]);
      });
    case "pack":
      return pack(places);
    case "index":
      return fillIndex(places);
    case "erase":
      return eraseOne(join(places.log, "../.."));
    default:
      return scenario satisfies never;
  }
}

/** A run that goes on after a crash finds its new key there. */
function alreadyIntroduced(cause: unknown): void {
  if (!(cause instanceof Error) || !cause.message.includes("introduced already")) throw cause;
}

async function withLog(options: LogOptions, use: (log: Log) => Promise<void>): Promise<void> {
  const log = await openLog(options);
  await use(log);
  await log.close();
}

async function append(
  log: Log,
  count: number,
  took: (index: number, id: string) => void,
): Promise<void> {
  const work = async (): Promise<void> => {
    for (let times = 0; times < count / 4; times += 1) {
      const event = daemonEvent(log.stamp("daemon"), "start");
      const index = await log.append(event, { durable: true });
      took(index ?? -1, event.id);
      await log.append(daemonEvent(log.stamp("daemon"), "stop"), { durable: false });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  await log.publish();
}

async function archive({ log, keys, archive: folder }: Places): Promise<void> {
  const verifier = await readVerifier(keys);
  if (verifier === undefined) throw new Error("no verifier key");
  // Two segments, as two days leave them.
  for (const end of [256, Number.MAX_SAFE_INTEGER])
    await archiveLog(log, verifier, { place: openFolderPlace(folder), end });
}

async function retain(places: Places, log: Log): Promise<void> {
  await archive(places);
  const verifier = await readVerifier(places.keys);
  if (verifier === undefined) throw new Error("no verifier key");
  const place = openFolderPlace(places.archive);
  await requireArchived(places.log, verifier, { place, from: 0, end: PRUNED_BELOW }).catch(
    (cause: unknown) => {
      // A run that goes on after a crash finds its oldest entries removed.
      if (!(cause instanceof Error) || !cause.message.includes("lacks")) throw cause;
    },
  );
  const pruned = () => pruneLocked(places, PRUNED_BELOW, Date.now());
  await succeeding(
    async () => log.append(prunedEvent(log.stamp("daemon"), await pruned()), { durable: true }),
    { withinMs: 1_000, everyMs: 50 },
  );
}

async function pack({ log, keys }: Places): Promise<void> {
  const size = await (await viewLog(log, keys)).size();
  await packBundles(log, { first: 0, size, beforeMs: Infinity });
  for (const bundle of [0, 1])
    if (existsSync(join(log, `tile/entries/00${bundle}`))) throw new Error("it was not packed");
}

async function fillIndex(places: Places): Promise<void> {
  const asked = await openAskedLog(places);
  const followed = await asked.follow();
  const file = join(places.log, "..", "index", "events.db");
  const index = await openIndexFile(file);
  if (!(await isOfThisLog(index.state(), followed))) throw new Error("the index is of another log");
  await followLog(index, followed);
  const rows = index.select("SELECT count(*) FROM event", [], 1).rows;
  index.close();
  if (rows[0]?.[0] !== followed.size - followed.first)
    throw new Error(`the index has ${String(rows[0]?.[0])} events, the log ${followed.size}`);
}
