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
    const changes = unseenChanges(scan, revisions, commits);
    await inWindows(scan, objects, changes, ofChange, async (window) => {
      await lookAtVersions(scan, objects, window);
      // WHY counted again: git is told of commits long before it tells what they change.
      const last = window.at(-1)?.one.commit;
      while (reached < commits.length && commits[reached] !== last) reached += 1;
      scan.onProgress(reached / total);
    });
    const messages = (window: readonly Named<string>[]) => lookAtMessages(scan, objects, window);
    await inWindows(scan, objects, commits, ofCommit, messages);
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
  { place, collector }: HistoryScan,
  revisions: readonly string[],
  commits: string[],
): AsyncGenerator<Change> {
  const seen = new Set<string>();
  const onCommit = (id: string) => void commits.push(id);
  for await (const change of committedChanges(place, revisions, onCommit, "-M100%")) {
    if (seen.has(change.object)) continue;
    seen.add(change.object);
    if (change.isModule) leaveModuleOut(collector, change.name.shown);
    else yield change;
  }
}

/** What is looked at, by its object and what it is called, with what is known of it. */
type Named<One> = {
  readonly one: One;
  readonly id: string;
  readonly file: string;
  readonly known: CleanContent | undefined;
};
type ToName<One> = (one: One) => Omit<Named<One>, "known">;

const ofChange = (one: Change) => ({ one, id: one.object, file: one.name.shown });
const ofCommit = (id: string) => ({ one: id, id, file: messageName(id) });

/**
 * Hands on a few at a time, until there are no more or the scan is stopped. Git is told of the next ones before those at hand are looked
 * at, so that it reads them meanwhile.
 */
async function inWindows<One>(
  scan: HistoryScan,
  objects: GitObjects,
  all: AsyncIterable<One> | Iterable<One>,
  toName: ToName<One>,
  look: (window: readonly Named<One>[]) => Promise<void>,
): Promise<void> {
  const { cache, isStopped } = scan;
  let saved = monotonicMs();
  let at: readonly Named<One>[] = [];
  let window: Named<One>[] = [];
  for await (const one of all) {
    const { id, file } = toName(one);
    window.push({ one, id, file, known: cache?.known(file, id) });
    if (window.length < WINDOW) continue;
    expectWindow(objects, window);
    await look(at);
    if (isStopped()) return;
    at = window;
    window = [];
    if (monotonicMs() - saved < SAVE_AFTER_MS) continue;
    cache?.save();
    saved = monotonicMs();
  }
  expectWindow(objects, window);
  await look(at);
  if (!isStopped()) await look(window);
}

function expectWindow(objects: GitObjects, window: readonly Named<unknown>[]): void {
  objects.expect(window.flatMap(({ id, known }) => (known === undefined ? [id] : [])));
}

async function lookAtVersions(
  scan: HistoryScan,
  objects: GitObjects,
  window: readonly Named<Change>[],
): Promise<void> {
  const { collector } = scan;
  for (const { one, id, file, known } of window) {
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
  window: readonly Named<string>[],
): Promise<void> {
  const { collector } = scan;
  for (const { id, file, known } of window) {
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
