// The client's folder of a project that has none: made for the time of calls that could make one, for the client obeys what is in it at once.
import {
  chmodSync,
  closeSync,
  fchownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { parentPath } from "#base/path.ts";
import { mountPoint, mountTableOf, processesWithOwnMounts } from "#platform/namespaces.ts";
import { openBelow } from "#platform/open-below.ts";
import { groupId, isOpenToUser, userId } from "#platform/user.ts";
import { pictureOfCall } from "../../../foundation/files/picture.ts";
import { INSIDE } from "../start/inside.ts";

/** Folders that were made and are to go again. */
export type ClientFolders = {
  /** Whether a folder is there for a call to keep; with `mayMake` it is made where nothing is. */
  isKept(path: string, call: { readonly ticket: string; readonly mayMake: () => boolean }): boolean;
  /** Whether it was made here. */
  isMade(path: string): boolean;
  /** Takes away what no call needs any more, and nobody put anything into. */
  sweep(): void;
};

type Made = {
  readonly ino: number;
  readonly isFastened: boolean;
  /** Calls that may still begin: of the others the mounts tell. */
  readonly tickets: Set<string>;
};

/** An empty list of them. `isOpen`: whether the end of a call was not heard of. */
export function createClientFolders(isOpen: (ticket: string) => boolean): ClientFolders {
  const made = new Map<string, Made>();
  /** Calls without a folder that may still begin. */
  const without = new Set<string>();
  return {
    isKept(path, { ticket, mayMake }) {
      const before = statusOf(path);
      for (const one of without) if (!isOpen(one)) without.delete(one);
      if (before === undefined && mayMake())
        try {
          makeOfUser(path);
          // WHY: nothing lies over it there, and who takes away empty directories would end the mounts of all others.
          const isFastened =
            without.size > 0 || tablesOfMounts().some((table) => isWithout(path, table));
          if (isFastened) fasten(path);
          made.set(path, { ino: lstatSync(path).ino, isFastened, tickets: new Set() });
        } catch {
          // Nobody can make it.
        }
      made.get(path)?.tickets.add(ticket);
      const isThere = (before ?? statusOf(path))?.isDirectory() === true;
      if (!isThere) without.add(ticket);
      return isThere;
    },
    isMade: (path) => made.has(path),
    sweep() {
      const tables = made.size === 0 ? [] : tablesOfMounts();
      for (const [path, { ino, isFastened, tickets }] of made) {
        for (const ticket of tickets)
          if (!isOpen(ticket) || hasBegun(ticket, tables)) tickets.delete(ticket);
        // WHY by the mounts of all processes: with the folder the kernel takes them away, and what goes on could make another one.
        const isMounted = tables.some((table) => hasPoint(path, table));
        if (tickets.size > 0 || isMounted) continue;
        made.delete(path);
        if (statusOf(path)?.ino !== ino) continue;
        try {
          if (isFastened) unfasten(path);
          rmdirSync(path);
        } catch {
          // Something is in it, so it is somebody's own.
        }
      }
    },
  };
}

/** WHY of this name: git then shows nothing of the folder. */
const FASTENER = ".gitignore";

/** Keeps a directory from being taken away by who changes no rights. */
function fasten(path: string): void {
  // WHY all by what is open: the directory is the user's, who may put a link in its place.
  const place = openBelow(path, []);
  try {
    const file = openSync(place.at(FASTENER), "wx");
    try {
      writeFileSync(file, "*\n");
      if (!isOpenToUser()) fchownSync(file, userId() ?? 0, groupId() ?? 0);
    } finally {
      closeSync(file);
    }
    chmodSync(place.at("."), 0o555);
  } finally {
    place.close();
  }
}

function unfasten(path: string): void {
  const place = openBelow(path, []);
  try {
    chmodSync(place.at("."), 0o755);
    rmSync(place.at(FASTENER), { force: true });
  } finally {
    place.close();
  }
}

/** Whether a table of mounts is of a call in the project of such a folder, and has nothing at the folder itself. */
function isWithout(path: string, table: string): boolean {
  const isOurs = table.includes(` ${INSIDE}/`) && hasPoint(parentPath(path), table);
  return isOurs && !hasPoint(path, table);
}

function hasPoint(path: string, table: string): boolean {
  return table.includes(` ${mountPoint(path)} r`);
}

/** The mount of its command is the last one that is made. */
function hasBegun(ticket: string, tables: readonly string[]): boolean {
  return tables.some((table) => table.includes(`/${ticket}/cmd ${INSIDE}/`));
}

/** WHY not as the call saw it: it may have been taken away since. */
function statusOf(path: string): ReturnType<typeof lstatSync> | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Makes a directory in what is the user's, with the group of the user. */
export function makeOfUser(path: string): void {
  mkdirSync(path);
  pictureOfCall()?.noteMade(path);
  if (!isOpenToUser()) lchownSync(path, userId() ?? 0, groupId() ?? 0);
}

function tablesOfMounts(): readonly string[] {
  const processes = new Map(processesWithOwnMounts().map(([pid, mounts]) => [mounts, pid]));
  return [...processes.values()].map(mountTableOf);
}
