// Processes of held calls that lost what covers a file, because somebody outside put another one in its place: they end before they read it.
import type { FSWatcher } from "node:fs";
import { dropOldest } from "#base/drop-oldest.ts";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import { type HoldProfile, lentFiles } from "#guard/hold/profile.ts";
import { endNow, mountPoint, mountTableOf, processesWithOwnMounts } from "#platform/namespaces.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import type { WatchQueue } from "./places/watch-queue.ts";
import { INSIDE } from "./start/inside.ts";

/** Directories that are watched for one session, and sessions. */
const DIRECTORIES_MAX = 256;
const ROOMS_MAX = 64;
/** Calls of a session that may have left processes. */
const CALLS_MAX = 256;

type OfRoom = {
  /** What is covered in calls, by their tickets. */
  readonly calls: Map<string, ReadonlySet<string>>;
  readonly watched: Map<string, FSWatcher>;
  /** Files because of which processes ended, until that is told. */
  readonly told: Set<string>;
};

/**
 * Watches covered files while sessions live. WHY an end: the kernel takes a mount away with the file that it lies over, so that the new
 * file would be seen as it is, and nobody without rights puts another mount there. WHY at each change of a name and by the mounts: which
 * file is the new one does not matter, only what a process sees.
 */
export function createLostViews(queue: WatchQueue) {
  const rooms = new Map<string, OfRoom>();

  const look = (room: OfRoom, changed: string): void => {
    const isMeant = [...room.calls.values()].some(
      (covered) => nowSeen(covered, changed).length > 0,
    );
    if (!isMeant) return;
    // WHY by name spaces: a table is made anew for each reading, and processes of one call have one in common.
    const lostIn = new Map<string, readonly string[]>();
    for (const [pid, mounts] of processesWithOwnMounts()) {
      const lost = lostIn.get(mounts) ?? lostOf(room, pid, changed);
      lostIn.set(mounts, lost);
      if (lost.length === 0) continue;
      endNow(pid);
      for (const path of lost) room.told.add(path);
    }
  };

  const lostOf = (room: OfRoom, pid: number, changed: string): readonly string[] => {
    const table = mountTableOf(pid);
    const covered = room.calls.get(TICKET.exec(table)?.[1] ?? "");
    return covered === undefined
      ? []
      : nowSeen(covered, changed).filter((path) => !isCovered(path, table));
  };

  const close = (room: OfRoom): void => {
    queue.close([...room.watched.values()]);
    room.watched.clear();
  };

  return {
    /** A call begins in a room, in which these places are covered. `tops`: directories that nobody moves. */
    begin(
      key: string,
      {
        ticket,
        covered,
        tops,
      }: { readonly ticket: string } & Record<"covered" | "tops", readonly string[]>,
    ): void {
      const room = rooms.get(key) ?? { calls: new Map(), watched: new Map(), told: new Set() };
      rooms.delete(key);
      rooms.set(key, room);
      room.calls.set(ticket, new Set(covered));
      dropOldest(room.calls, CALLS_MAX);
      for (const [old, other] of [...rooms].slice(0, -ROOMS_MAX)) {
        close(other);
        rooms.delete(old);
      }
      const directories = new Set(covered.flatMap((path) => wayTo(path, tops)));
      for (const directory of directories) {
        if (room.watched.has(directory) || room.watched.size >= DIRECTORIES_MAX) continue;
        const watcher = queue.open(directory, (kind, name) => {
          if (room.watched.get(directory) !== watcher) return;
          if (kind !== "rename") return;
          if (name === null) room.watched.delete(directory);
          else look(room, joinPath(directory, baseName(name)));
        });
        if (watcher !== undefined) room.watched.set(directory, watcher);
      }
    },
    /** Files because of which processes of a room ended; told once. */
    takeTold(key: string): readonly string[] {
      const told = [...(rooms.get(key)?.told ?? [])];
      rooms.get(key)?.told.clear();
      return told;
    },
    end(key: string): void {
      const room = rooms.get(key);
      if (room !== undefined) close(room);
      rooms.delete(key);
    },
  };
}

/** What a profile covers that can lose its cover: not what lies in a directory of the call's own. */
export function coveredBy(profile: HoldProfile): readonly string[] {
  const own = new Set(profile.grown.map(({ path }) => path));
  return [
    ...[...profile.hiddenFiles, ...profile.replaced, ...lentFiles(profile)].map(({ path }) => path),
    ...profile.hiddenDirectories,
  ].filter((path) => !own.has(parentPath(path)));
}

/** What is covered at a place that was changed, or below it, and may be there now. */
function nowSeen(covered: ReadonlySet<string>, changed: string): readonly string[] {
  return [...covered].filter((path) => isWithin(changed, path) && mayBeThere(path));
}

/** Whether a path may lead to something. What nobody may look at counts: its cover is looked for all the same. */
function mayBeThere(path: string): boolean {
  try {
    return isThere(path);
  } catch {
    return true;
  }
}

function isCovered(path: string, table: string): boolean {
  const point = ` ${mountPoint(path)} r`;
  return table.includes(`${point}o`) || table.includes(`${point}w`);
}

/** The directories in which a change of a name can put something else at a place. */
function wayTo(path: string, tops: readonly string[]): readonly string[] {
  const found = [parentPath(path)];
  for (let at = parentPath(path); tops.some((top) => top !== at && isWithin(top, at)); ) {
    at = parentPath(at);
    found.push(at);
  }
  return found;
}

/** The mount of a call's own command: made last, so that whoever has it has all the others. */
const TICKET = new RegExp(`/([0-9a-f]{20})/cmd ${INSIDE}/cmd `);
