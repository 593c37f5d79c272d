// Scans every version of every file of a history, each once, and the messages; what was clean before is not read again.
import type { CleanContent } from "#assure/scan/clean-table.ts";
import type { Collector } from "#assure/scan/collector.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { type Change, committedChanges } from "./changes.ts";
import type { CleanCache } from "./clean-cache.ts";
import { sayClean, type Wanted, watchOver } from "./clean-file.ts";
import { judgeName, lookAt } from "./content-look.ts";
import { askGit, type GitObjects, type GitPlace } from "./git.ts";
import {
  leaveModuleOut,
  lookAtMessage,
  messageName,
  readObject,
  withObjects,
} from "./scan-changes.ts";

/** What such a scan is given. `isStopped`: whether somebody wants it to end where it is. */
export type HistoryScan = {
  readonly collector: Collector;
  readonly place: GitPlace;
  readonly wanted: Wanted;
  readonly cache: CleanCache | undefined;
  readonly isStopped: () => boolean;
  readonly onProgress: (share?: number) => void;
};

/** Versions that git is asked for at once. */
const WINDOW = 64;
/** Milliseconds after which what was seen is written, so that not much is lost when the process is. */
const SAVE_AFTER_MS = 30_000;

/** Looks at every version of every file that any commit of the repository has, each once, and at the messages. */
export async function scanHistory(scan: HistoryScan): Promise<void> {
  await nameLimits(scan);
  const { place } = scan;
  const head = await askGit(place, ["rev-parse", "--verify", "-q", "HEAD^{commit}"]);
  const revisions = head.code === 0 ? ["--all", "HEAD"] : ["--all"];
  const counted = await askGit(place, ["rev-list", "--count", ...revisions]);
  const total = Math.max(1, Number(counted.output.trim()) || 1);
  const commits: string[] = [];
  let reached = 0;
  await withObjects(scan, async (objects) => {
    await inWindows(scan, unseenChanges(place, revisions, commits), async (window) => {
      await lookAtVersions(scan, objects, window);
      // WHY counted again: git is told of commits long before it tells what they change.
      const last = window.at(-1)?.commit;
      while (reached < commits.length && commits[reached] !== last) reached += 1;
      scan.onProgress(reached / total);
    });
    await inWindows(scan, commits, (window) => lookAtMessages(scan, objects, window));
  });
  if (scan.isStopped()) {
    const rest =
      scan.cache === undefined ? "the next one begins anew" : "the same command goes on from here";
    scan.collector.notLookedAt("the rest of the history", `the scan was stopped; ${rest}`);
  }
}

/** What a history lacks here is named. */
async function nameLimits({ place, collector }: HistoryScan): Promise<void> {
  const shallow = await askGit(place, ["rev-parse", "--is-shallow-repository"]);
  if (shallow.output.trim() === "true") {
    collector.notLookedAt(
      "the history before the oldest commit here",
      "this is a shallow clone; `git fetch --unshallow` gets the rest",
    );
  }
}

/**
 * Each object once, as the first commit brings it. WHY renames of unchanged files alone: only names are asked about, and a partial clone
 * lacks the contents by which git would tell others.
 */
async function* unseenChanges(
  place: GitPlace,
  revisions: readonly string[],
  commits: string[],
): AsyncGenerator<Change> {
  const seen = new Set<string>();
  const onCommit = (id: string) => void commits.push(id);
  for await (const change of committedChanges(place, revisions, onCommit, "-M100%")) {
    if (seen.has(change.object)) continue;
    seen.add(change.object);
    yield change;
  }
}

/** Hands on a few at a time, until there are no more or the scan is stopped. */
async function inWindows<One>(
  { cache, isStopped }: HistoryScan,
  all: AsyncIterable<One> | Iterable<One>,
  look: (window: readonly One[]) => Promise<void>,
): Promise<void> {
  let saved = monotonicMs();
  let window: One[] = [];
  for await (const one of all) {
    window.push(one);
    if (window.length < WINDOW) continue;
    await look(window);
    window = [];
    if (isStopped()) return;
    if (monotonicMs() - saved < SAVE_AFTER_MS) continue;
    cache?.save();
    saved = monotonicMs();
  }
  if (!isStopped()) await look(window);
}

type Named<One> = {
  readonly one: One;
  readonly id: string;
  readonly file: string;
  readonly known: CleanContent | undefined;
};

/** Each with what is known of it; git is told which of them are read. */
function expected<One>(
  { cache }: HistoryScan,
  objects: GitObjects,
  all: readonly Omit<Named<One>, "known">[],
): readonly Named<One>[] {
  const named = all.map((one) => ({ ...one, known: cache?.known(one.file, one.id) }));
  objects.expect(named.flatMap(({ id, known }) => (known === undefined ? [id] : [])));
  return named;
}

async function lookAtVersions(
  scan: HistoryScan,
  objects: GitObjects,
  window: readonly Change[],
): Promise<void> {
  const { collector } = scan;
  for (const { name, isModule } of window) if (isModule) leaveModuleOut(collector, name.shown);
  const files = window.filter(({ isModule }) => !isModule);
  const all = files.map((one) => ({ one, id: one.object, file: one.name.shown }));
  for (const { one, id, file, known } of expected(scan, objects, all)) {
    const place = { file, path: file, commit: one.commit };
    if (one.before.length === 0) judgeName(collector, place);
    collector.count("blobs", 1);
    if (known === undefined) {
      const watch = watchOver(file, scan.wanted, collector);
      const look = lookAt(watch.collector, place);
      const isWhole = await readObject({ collector, objects, id, file }, look);
      learn(scan, { file, id, content: isWhole ? watch.content() : undefined });
    } else sayClean(collector, file, known);
  }
}

async function lookAtMessages(
  scan: HistoryScan,
  objects: GitObjects,
  window: readonly string[],
): Promise<void> {
  const { collector } = scan;
  const all = window.map((id) => ({ one: id, id, file: messageName(id) }));
  for (const { id, file, known } of expected(scan, objects, all)) {
    collector.count("commits", 1);
    if (known === undefined) {
      const watch = watchOver(file, scan.wanted, collector);
      const { look } = lookAtMessage(watch.collector, id);
      const isWhole = await readObject({ collector, objects, id, file }, look);
      learn(scan, { file, id, content: isWhole ? watch.content() : undefined });
    } else sayClean(collector, file, known);
    scan.onProgress();
  }
}

function learn(
  { cache }: HistoryScan,
  {
    file,
    id,
    content,
  }: {
    readonly file: string;
    readonly id: string;
    readonly content: CleanContent | undefined;
  },
): void {
  if (content !== undefined) cache?.learn(file, id, content);
}
