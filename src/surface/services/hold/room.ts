// The room of a session: its scratch directory, and the network, the processes and the layers over caches that its calls share.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isWithin, joinPath } from "#base/path.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { WAITS } from "#base/waits.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { endNow, onlyChild, processesWith } from "#platform/namespaces.ts";
import { processState } from "#platform/processes.ts";
import { removeTree } from "../../foundation/files/closed-tree.ts";
import { namesIn } from "../../foundation/files/folder-listing.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";
import {
  type CacheLayer,
  type CachePlace,
  createLayerSizes,
  cachePlaces,
  layerWords,
  layersTold,
  makeLayers,
  MOUNT_LAYERS,
  removeLayers,
  upperOf,
} from "./cache-layers.ts";
import { makeOwnDirectory } from "./shim.ts";
import type { HoldPrograms } from "./hold-status.ts";

/** What calls of one session share. */
export type Room = {
  readonly key: string;
  /** The session's scratch directory: `/tmp` inside, and reachable under this path inside and outside. */
  readonly scratch: string;
  /** The process that keeps network and processes, as the machine numbers it; undefined where calls share none. */
  readonly keeper: number | undefined;
  /** A process with the room's network and mounts, and the machine's own numbers of processes. */
  readonly host?: number;
  /** Layers over caches, in the room's mounts. */
  readonly layers: readonly CacheLayer[];
};

/** What a room is made with. */
export type RoomOptions = {
  /** Where what is remembered of rooms lies, their scratch directories, and the layers over caches. */
  readonly directory: string;
  readonly base: string;
  readonly layers: string;
  /** Whose caches get a layer. */
  readonly home: string;
  readonly nowMs: () => number;
  /** Whether a call of a room is under way, by the room's name. */
  readonly isUsed?: (key: string) => boolean;
  readonly bounds?: RoomBounds;
};

/** How much of rooms is kept at once: rooms that live, and bytes in all of their layers. */
export type RoomBounds = { readonly rooms: number; readonly layerBytes: number };

/** The keeper and its sleep. */
const PROCESSES_OF_ROOM = 2;

/** Whether nothing of a session runs in its room. */
export function isQuiet({ keeper }: Pick<Room, "keeper">): boolean {
  return keeper === undefined || isQuietIn(keeper);
}

function isQuietIn(keeper: number): boolean {
  return (processesWith(keeper) ?? Number.POSITIVE_INFINITY) <= PROCESSES_OF_ROOM;
}

/** Each costs two processes, and what its session wrote into caches. */
const BOUNDS: RoomBounds = { rooms: 64, layerBytes: 20 * 1024 ** 3 };
/** A room that nobody used for this long is given up; a session that goes on gets a new one. */
const IDLE_MS_MAX = 24 * 60 * 60_000;
/** Layers without a room may be those of one that is being made. */
const MAKING_MS = 60_000;
/** WHY so long: a keeper that is slow to come up holds its calls as well as one that is quick. */
const START_MS_MAX = WAITS.payloadMs;
const POLL_MS = 5;
const NO_ENTRY = { throwIfNoEntry: false } as const;

/** Brings up the loopback of a network of one's own; fails where no program for that is there. */
export const LOOPBACK_UP = [
  "{ ip link set lo up || ifconfig lo up || busybox ifconfig lo up ||",
  `perl -e 'socket(S,2,2,0); ioctl(S,0x8914,pack("a16s","lo",0x49)) or exit 1'; } 2>/dev/null`,
].join(" ");

/**
 * What the keeper runs: it brings up the session's own loopback, says so, and lives until it is ended, or until the file that
 * names it is gone. WHY a loop: code of the session may end the sleep, but not the first process of its own namespace.
 */
const KEEPER = [
  `${LOOPBACK_UP};`,
  "echo up;",
  'trap "" TERM HUP INT; sleep 20; while [ -e "$0" ]; do sleep 20 & wait $!; done',
].join(" ");

/** WHY mounts of the keeper's own: calls in a number space of theirs need mounts in which the machine's own numbers stand. */
const FIRST = `unshare=$1; keeper=$2; shift 2\n${MOUNT_LAYERS}\nexec "$unshare" --mount --mount-proc -- /bin/sh -c "$keeper" "$0"`;

/** Rooms of sessions below the data directory. Sessions of different projects never share one, whatever their ids are. */
export function openRooms({
  directory,
  base,
  layers: layered,
  home,
  nowMs,
  isUsed = () => false,
  bounds = BOUNDS,
}: RoomOptions) {
  /** When calls were last put into rooms by this process. */
  const usedMs = new Map<string, number>();
  const sizes = createLayerSizes(layered);
  const opening = new Map<string, Promise<Room>>();
  return {
    /** The session's room, made where there is none. */
    open(
      projectId: string,
      sessionId: string,
      at: { readonly programs: HoldPrograms; readonly projectRoot: string },
    ): Promise<Room> {
      const key = roomKey(projectId, sessionId);
      usedMs.set(key, nowMs());
      const known = opening.get(key);
      const room =
        known?.then((one) => (isAlive(one, at.programs) ? one : make(key, at))) ?? make(key, at);
      opening.set(key, room);
      room.catch(() => opening.delete(key));
      return room;
    },
    /** Gives the room up: whatever still runs in it ends. */
    end(projectId: string, sessionId: string): void {
      const key = roomKey(projectId, sessionId);
      forget(key);
      endRoom(directory, key);
      dropScratch(key);
    },
    /** Remembers why calls of a session are not held any more; over a restart too, and for every process. */
    giveUp(projectId: string, sessionId: string, why: string): void {
      writeOwnFile(join(directory, `${roomKey(projectId, sessionId)}.given-up`), why, 0o600);
    },
    givenUp(projectId: string, sessionId: string): string | undefined {
      return readTextSync(join(directory, `${roomKey(projectId, sessionId)}.given-up`));
    },
    /** The process that keeps a room that lives, by the room's name. */
    keeperOf: (key: string): number | undefined => keeperIn(join(directory, key))?.pid,
    /** Where a path of the session's `/tmp` lies on the machine. */
    outside: (projectId: string, sessionId: string): string =>
      join(base, roomKey(projectId, sessionId)),
    /** Where a file lies that calls of the session wrote into a cache. */
    cached(projectId: string, sessionId: string, path: string): string | undefined {
      const layers = keeperIn(join(directory, roomKey(projectId, sessionId)))?.layers ?? [];
      const layer = layers.find((one) => one.path !== path && isWithin(one.path, path));
      if (layer === undefined) return undefined;
      const upper = upperOf(layer);
      const file = joinPath(upper, path.slice(layer.path.length + 1));
      return insideOf(upper, file, false) ? file : undefined;
    },
    /**
     * Lines for the shell in which a client starts a call: they note that client's process, by which the room ends. WHY its line
     * of the system: it tells when the process started, so that another one with its number is not taken for it.
     */
    noting: (key: string): readonly string[] => [
      `{ IFS= \\builtin read -r sallyport_client </proc/$PPID/stat && \\builtin printf %s "$sallyport_client" >|${singleQuoted(join(directory, `${key}${CLIENT}`))}; } 2>/dev/null || :`,
    ],
    /** Measures how much lies in the layers, for the next sweep; nobody waits for it. */
    measure: () => sizes.measure(),
    /** Gives up rooms whose client ended, what nobody used for a day, and what is too much of them; gives their names. */
    sweep(): readonly string[] {
      for (const key of namesIn(layered)) {
        const isOver = !opening.has(key) && keeperIn(join(directory, key)) === undefined;
        if (isOver && ageOf(join(layered, key)) > MAKING_MS) removeLayers(join(layered, key));
      }
      const over = new Set<string>();
      for (const name of namesIn(directory)) {
        const file = join(directory, name);
        const isOfClient = name.endsWith(CLIENT);
        if (isOfClient && isGone(file)) over.add(name.slice(0, -CLIENT.length));
        if (isOfClient || idleMs(name) < IDLE_MS_MAX) continue;
        // A client that goes on may wait longer than a day for its person.
        if (isKnown(name) && nowMs() < Number.POSITIVE_INFINITY) continue;
        over.add(name);
      }
      for (const key of over) {
        forget(key);
        endRoom(directory, key);
        dropScratch(key);
      }
      return [...over, ...retireSome()];
    },
  };

  function forget(key: string): void {
    opening.delete(key);
    usedMs.delete(key);
  }

  function idleMs(name: string): number {
    const used = usedMs.get(name);
    return used === undefined ? ageOf(join(directory, name)) : nowMs() - used;
  }

  /**
   * Ends what lives of rooms in which nothing runs, the longest unused first: what nobody used for a day, and what is too much of
   * them. WHY their scratch directories stay: the client goes on, and finds its files in the room that comes next.
   */
  function retireSome(): readonly string[] {
    const living = namesIn(directory)
      .filter((name) => !name.includes("."))
      .map((key) => ({ key, idle: idleMs(key), bytes: sizes.of(key) }))
      .toSorted((one, other) => other.idle - one.idle);
    let count = living.length;
    let sum = living.reduce((all, { bytes }) => all + bytes, 0);
    const retired: string[] = [];
    for (const { key, idle, bytes } of living) {
      const isTooMuch = count > bounds.rooms || (sum > bounds.layerBytes && bytes > 0);
      if (!isTooMuch && idle < IDLE_MS_MAX) continue;
      const pid = keeperIn(join(directory, key))?.pid;
      if (isUsed(key) || (pid !== undefined && !isQuietIn(pid))) continue;
      forget(key);
      endKeeper(directory, key);
      removeLayers(join(layered, key));
      sizes.forget(key);
      retired.push(key);
      count -= 1;
      sum -= bytes;
    }
    return retired;
  }

  function ageOf(path: string): number {
    return nowMs() - (lstatSync(path, NO_ENTRY)?.mtimeMs ?? 0);
  }

  function isKnown(key: string): boolean {
    return exists(join(directory, `${key}${CLIENT}`));
  }

  function dropScratch(key: string): void {
    removeLayers(join(layered, key));
    for (const name of [key, `${key}.var`]) removeTree(join(base, name));
  }

  async function make(
    key: string,
    { programs, projectRoot }: { readonly programs: HoldPrograms; readonly projectRoot: string },
  ): Promise<Room> {
    const scratch = ownDirectory(base, key);
    ownDirectory(base, `${key}.var`);
    if (programs.join === undefined) return { key, scratch, keeper: undefined, layers: [] };
    const file = join(directory, key);
    const before = keeperIn(file);
    if (before !== undefined) return roomOf(before);
    const folder = join(layered, key);
    const places = cachePlaces(home, projectRoot);
    makeLayers(folder, places);
    const keeper = await startKeeper(programs.join.unshare, { file, folder, places });
    if (keeper === undefined) return { key, scratch, keeper: undefined, layers: [] };
    writeOwnFile(file, JSON.stringify(keeper), 0o600);
    return roomOf(keeper);

    function roomOf({ pid, host, layers = [] }: Keeper): Room {
      return { key, scratch, keeper: pid, layers, ...(host === undefined ? {} : { host }) };
    }
  }

  function isAlive({ key, scratch, keeper }: Room, programs: HoldPrograms): boolean {
    if ([scratch, `${scratch}.var`].some((path) => lstatSync(path, NO_ENTRY) === undefined))
      return false;
    return programs.join === undefined || keeperIn(join(directory, key))?.pid === keeper;
  }
}

/** The name of a session's room. */
export function roomKey(projectId: string, sessionId: string): string {
  return createHash("sha256").update(`${projectId}\0${sessionId}`).digest("hex").slice(0, 20);
}

/** A directory of ours alone below others of ours alone. Throws where somebody else made one. */
function ownDirectory(base: string, key: string): string {
  for (const path of [dirname(base), base, join(base, key)]) makeOwnDirectory(path);
  return join(base, key);
}

type Keeper = {
  readonly pid: number;
  readonly started: string;
  // One of an earlier release has none of these.
  readonly host?: number;
  readonly layers?: readonly CacheLayer[];
};

/** The keeper that a file names, where it still is that process. */
function keeperIn(file: string): Keeper | undefined {
  try {
    const keeper = JSON.parse(readFileSync(file, "utf8")) as Keeper;
    const state = processState(keeper.pid);
    return state.kind === "running" && state.started === keeper.started ? keeper : undefined;
  } catch {
    return undefined;
  }
}

/** Starts a process with a network and a number space of its own; undefined where that does not work here. */
async function startKeeper(
  unshare: string,
  {
    file,
    folder,
    places,
  }: { readonly file: string; readonly folder: string; readonly places: readonly CachePlace[] },
): Promise<Keeper | undefined> {
  const child = spawn(
    unshare,
    [
      ...["--user", "--map-current-user", "--keep-caps", "--net", "--pid", "--mount", "--fork"],
      // What the machine mounts later, calls see that are in a number space of their own.
      ...[
        "--propagation",
        "slave",
        "--kill-child",
        "--",
        "/bin/sh",
        "-c",
        FIRST,
        file,
        unshare,
        KEEPER,
      ],
      ...[folder, ...layerWords(places)],
    ],
    {
      cwd: "/",
      detached: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  let said = "";
  child.on("error", () => undefined);
  child.stdout.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
  });
  const isUp = (): boolean => said.endsWith("up\n");
  child.unref();
  const untilMs = monotonicMs() + START_MS_MAX;
  while (!isUp() && child.exitCode === null && monotonicMs() < untilMs) await sleep(POLL_MS);
  child.stdout.destroy();
  const pid = child.pid === undefined ? undefined : onlyChild(child.pid);
  const state = pid === undefined ? undefined : processState(pid);
  const host = child.pid;
  const isKept = isUp() && state?.kind === "running";
  if (!isKept || pid === undefined || host === undefined || state.started === undefined) {
    child.kill("SIGKILL");
    return undefined;
  }
  return { pid, started: state.started, host, layers: layersTold(said, folder, places) };
}

/** The file with the process of a room's client, as proc(5) tells of it. */
const CLIENT = ".client";

/** Whether the process that a file tells of has ended; false where that cannot be told. */
function isGone(file: string): boolean {
  const line = readTextSync(file) ?? "";
  const [, pid, rest = ""] = /^(\d+) \(.*\) (\S.*)$/.exec(line) ?? [];
  // proc(5): what follows the name begins with field 3, and field 22 is the start.
  const started = rest.split(" ")[19];
  if (pid === undefined || started === undefined) return false;
  const state = processState(Number(pid));
  if (state.kind === "gone") return true;
  return state.started !== undefined && !state.started.endsWith(`:${started}`);
}

/** Ends the keeper, and with it everything that shares its number space. */
function endRoom(directory: string, key: string): void {
  endKeeper(directory, key);
  rmSync(join(directory, `${key}${CLIENT}`), { force: true });
}

function endKeeper(directory: string, key: string): void {
  const file = join(directory, key);
  const pid = keeperIn(file)?.pid;
  if (pid !== undefined) endNow(pid);
  rmSync(file, { force: true });
}

/** Whether a path of the scratch directory is a real one there: a link would lead the client out of it. */
export function insideOf(scratch: string, path: string, isNew: boolean): boolean {
  try {
    const real = realpathSync.native(path);
    return real === joinPath(realpathSync.native(scratch), path.slice(scratch.length + 1));
  } catch {
    if (!isNew) return false;
    const parent = path.slice(0, path.lastIndexOf("/"));
    return parent === scratch ? exists(scratch) : insideOf(scratch, parent, false);
  }
}

/** Whether a path leads to something that is there. */
export function exists(path: string): boolean {
  try {
    realpathSync.native(path);
    return true;
  } catch {
    return false;
  }
}
