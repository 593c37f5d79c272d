// Scans what is staged, and what a range of commits adds.
import { SCAN_FILE_BYTES_MAX } from "#base/limits.ts";
import type { Collector } from "#assure/scan/collector.ts";
import { type Change, committedChanges, stagedChanges } from "./changes.ts";
import {
  countValues,
  judgeName,
  type Look,
  lookAt,
  type LookCollector,
  valueKey,
} from "./content-look.ts";
import { type GitObjects, type GitPlace, openObjects } from "./git.ts";

/** What such a scan is given. `onProgress` is called after each blob and message, with the share that is done where it is known. */
export type ChangeScan = {
  readonly collector: Collector;
  readonly place: GitPlace;
  readonly onProgress: (share?: number) => void;
};

/** Looks at what the index adds to the last commit. */
export async function scanStaged(scan: ChangeScan): Promise<void> {
  await scanAdded(scan, stagedChanges(scan.place));
}

/** Looks at what each commit of a range adds, and at its message. `revisions` are words of `git rev-list`, none an option. */
export async function scanRange(scan: ChangeScan, revisions: readonly string[]): Promise<void> {
  const commits: string[] = [];
  const changes = committedChanges(scan.place, revisions, (id) => commits.push(id));
  await scanAdded(scan, changes);
  await scanMessages(scan, commits);
}

/** Opens the objects of the repository for as long as the work takes. */
export async function withObjects(
  { place }: Pick<ChangeScan, "place">,
  work: (objects: GitObjects) => Promise<void>,
): Promise<void> {
  const objects = openObjects(place);
  try {
    await work(objects);
  } finally {
    objects.close();
  }
}

/**
 * Findings that each change brings: those of the new version that none of the versions before has. WHY not the lines of a
 * difference: a finding may need the lines around it, and one that was only moved is not new.
 */
async function scanAdded(scan: ChangeScan, changes: AsyncIterable<Change>): Promise<void> {
  await withObjects(scan, async (objects) => {
    for await (const change of changes) {
      if (change.before.includes(change.object)) continue;
      const isNew = change.before.length === 0;
      const known = isNew ? undefined : await knownValues(objects, change);
      await scanVersion(scan, objects, change, known);
      scan.onProgress();
    }
  });
}

/** How often each value is in a version before, the most of any. Nothing where the new version holds no value. */
async function knownValues(objects: GitObjects, change: Change): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  const now = await valuesOf(objects, change, change.object);
  if (now.size === 0) return known;
  for (const id of change.before) {
    for (const [key, count] of await valuesOf(objects, change, id)) {
      known.set(key, Math.max(count, known.get(key) ?? 0));
    }
  }
  return known;
}

async function valuesOf(objects: GitObjects, { name }: Change, id: string) {
  const counts = new Map<string, number>();
  const look = countValues(name.shown, counts);
  await objects.read(id, SCAN_FILE_BYTES_MAX, look.push);
  look.end();
  return counts;
}

async function scanVersion(
  { collector }: Pick<ChangeScan, "collector">,
  objects: GitObjects,
  change: Change,
  known?: Map<string, number>,
): Promise<void> {
  const { commit, object, before, isModule } = change;
  const file = change.name.shown;
  const isKnown =
    known === undefined
      ? undefined
      : (rule: string, value: string) => {
          const key = valueKey(rule, value);
          const left = known.get(key) ?? 0;
          known.set(key, left - 1);
          return left > 0;
        };
  const place = { file, path: file, commit, isKnown };
  if (isModule) return leaveModuleOut(collector, file);
  if (before.length === 0) judgeName(collector, place);
  collector.count("blobs", 1);
  await readObject({ collector, objects, id: object, file }, lookAt(collector, place));
}

/** A submodule is no version of a file. */
export function leaveModuleOut(collector: Collector, file: string): void {
  collector.leftOut(file, "it is a submodule: its commits are in a repository of their own");
}

/** Has an object looked at, and says whether all of it was. */
export async function readObject(
  {
    collector,
    objects,
    id,
    file,
  }: { collector: Collector; objects: GitObjects; id: string; file: string },
  look: Look,
): Promise<boolean> {
  const found = await objects.read(id, SCAN_FILE_BYTES_MAX, look.push);
  look.end();
  if (found.kind === "missing") {
    collector.notLookedAt(file, "git does not have this version here (a partial or damaged clone)");
  } else if (found.size > SCAN_FILE_BYTES_MAX) {
    collector.notLookedAt(
      file,
      `only the first ${SCAN_FILE_BYTES_MAX} of ${found.size} bytes of this version were looked at`,
    );
  }
  return found.kind === "found" && found.size <= SCAN_FILE_BYTES_MAX;
}

/** Messages are published with the commits; names and addresses of authors above them are no findings. */
async function scanMessages(scan: ChangeScan, commits: readonly string[]): Promise<void> {
  const { collector } = scan;
  await withObjects(scan, async (objects) => {
    for (const id of commits) {
      collector.count("commits", 1);
      const { file, look } = lookAtMessage(collector, id);
      await readObject({ collector, objects, id, file }, look);
      scan.onProgress();
    }
  });
}

/** A look at the message in a commit's object. */
export function lookAtMessage(collector: LookCollector, id: string): { file: string; look: Look } {
  const file = messageName(id);
  const look = lookAt(collector, { file, path: file, commit: id });
  return { file, look: { push: behindHeaders(look.push), end: look.end } };
}

/** What the message of a commit is called. */
export function messageName(id: string): string {
  return `message of ${id.slice(0, 12)}`;
}

/** Hands on what comes behind the first empty line. */
function behindHeaders(push: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let headers: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    if (headers === undefined) {
      push(bytes);
      return;
    }
    headers = Buffer.concat([headers, bytes]);
    const end = headers.indexOf("\n\n");
    if (end === -1) return;
    push(headers.subarray(end + 2));
    headers = undefined;
  };
}
