// Mounts that calls of a session have in common, made once and joined by each call: a third of a millisecond a place otherwise.
import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type OpenNamespace, openMounts } from "#platform/namespaces.ts";
import { endGroup } from "#platform/processes.ts";
import { isThere } from "../../foundation/files/path-status.ts";

/** What is to be prepared in a room. */
export type Wanted = {
  /** The room, and who keeps it. */
  readonly room: string;
  readonly keeper: number;
  /** What tells these mounts from others: the options, and what no option names. */
  readonly key: string;
  /** Options of bubblewrap. */
  readonly options: readonly string[];
  /** What is covered in places that can be written: bubblewrap would make there what is gone meanwhile. */
  readonly covered: readonly string[];
  /** The programs: what joins a room, with its options for all of it, and bubblewrap. */
  readonly start: readonly string[];
};

type Prepared = Wanted & { readonly mounts: OpenNamespace };

/** Profiles of one room that are kept ready, and of all rooms. */
const OF_ROOM_MAX = 4;
const ALL_MAX = 32;
const FAILED_MAX = 64;
const START_MS_MAX = 5_000;
/**
 * WHY not at once: the answer goes first. WHY not much later: bubblewrap makes anew what was taken away since the look-up,
 * and people change the project when a call is over.
 */
const LATER_MS = 5;

/**
 * Keeps namespaces with prepared mounts. They are open files of this process: no process is in them, and they end with it.
 *
 * INVARIANT: nothing rests on what is in such a namespace. Each call that joins one looks at all of its mounts before its
 * command runs (mount-check.ts), and where one is not as meant it starts anew without it.
 */
export function createPreparedMounts() {
  let all: readonly Prepared[] = [];
  const wanted = new Map<string, Wanted>();
  type Busy = { made: Promise<void>; readonly stop: AbortController };
  const busy = new Map<string, Busy>();
  /** WHY kept: what does not work here would be tried again for each call. */
  const failed = new Set<string>();
  const drop = (isDropped: (one: Prepared) => boolean): void => {
    for (const one of all) if (isDropped(one)) one.mounts.close();
    all = all.filter((one) => !isDropped(one));
  };
  const isSame = (one: Wanted, other: Wanted): boolean =>
    one.room === other.room && one.keeper === other.keeper && one.key === other.key;
  const make = async (want: Wanted, one: Busy): Promise<void> => {
    const { signal } = one.stop;
    await sleep(LATER_MS, undefined, { signal, ref: false });
    if (wanted.get(want.room) !== want || !want.covered.every(isThere)) return;
    const mounts = await prepare(want, signal);
    if (mounts === undefined) {
      if (failed.size >= FAILED_MAX) failed.clear();
      if (!signal.aborted) failed.add(`${want.room}\0${want.key}`);
      return;
    }
    if (wanted.get(want.room) !== want) mounts.close();
    else {
      all = [...all, { ...want, mounts }];
      const ofRoom = all.filter(({ room }) => room === want.room);
      const tooMany = new Set([...ofRoom.slice(0, -OF_ROOM_MAX), ...all.slice(0, -ALL_MAX)]);
      drop((one) => tooMany.has(one));
    }
  };
  return {
    /** The file of a namespace with these mounts; undefined where none is ready, and then they are wanted. */
    find(want: Wanted): string | undefined {
      drop(({ room, keeper }) => room === want.room && keeper !== want.keeper);
      const found = all.find((one) => isSame(one, want));
      if (found === undefined) wanted.set(want.room, want);
      else all = [...all.filter((one) => one !== found), found];
      return found?.mounts.file;
    },
    /** Makes what was wanted last in a room, without anybody waiting for it. */
    makeReady(room: string): void {
      const want = wanted.get(room);
      if (want === undefined || busy.has(room) || failed.has(`${room}\0${want.key}`)) return;
      const one: Busy = { made: Promise.resolve(), stop: new AbortController() };
      busy.set(room, one);
      one.made = make(want, one)
        .catch(() => undefined)
        .then(() => {
          busy.delete(room);
          if (wanted.get(room) === want) wanted.delete(room);
        });
    },
    /** Waits until nothing is being made in a room: its processes would be taken for some of the session's. */
    async settled(room: string): Promise<void> {
      await busy.get(room)?.made;
    },
    /** Gives up what is being made in a room: who waited for a call may change now what is mounted. */
    stop(room: string): void {
      busy.get(room)?.stop.abort();
    },
    /** One of them was not as meant, or the room is given up. */
    dropRoom(room: string): void {
      busy.get(room)?.stop.abort();
      wanted.delete(room);
      drop((one) => one.room === room);
    },
  };
}

/** Starts bubblewrap with a program that only waits, and opens its mounts; undefined where that does not work here. */
async function prepare(
  { start, options }: Wanted,
  signal: AbortSignal,
): Promise<OpenNamespace | undefined> {
  const [program = "", ...words] = start;
  const child = spawn(
    program,
    [...words, "--args", "3", "--", "/bin/sh", "-c", "echo up; read -r end"],
    {
      cwd: "/",
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: ["pipe", "pipe", "ignore", "pipe"],
      detached: true,
      timeout: START_MS_MAX,
    },
  );
  child.unref();
  signal.addEventListener("abort", () => {
    if (child.pid !== undefined && child.exitCode === null) endGroup(child.pid);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const up = new Promise<boolean>((resolve) => {
    child.stdout?.once("data", () => resolve(true));
    void ended.then(() => resolve(false));
  });
  const given = child.stdio[3] as Duplex;
  for (const stream of [given, child.stdin]) stream?.on("error", () => undefined);
  given.end(options.map((option) => `${option}\0`).join(""));
  const isUp = await up;
  const mounts = isUp && child.pid !== undefined ? openMounts(child.pid) : undefined;
  child.stdin?.end();
  await ended;
  return mounts;
}
