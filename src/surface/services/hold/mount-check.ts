// What a held call looks at before its command runs: that each mount became the one that was meant, and no other can be written.
import { accessSync, constants, statSync } from "node:fs";
import { mountPoint, mountTable } from "#platform/namespaces.ts";
import { userId } from "#platform/user.ts";
import { isWithin, parentPath } from "#base/path.ts";
import {
  aroundFolders,
  boundIn,
  byDepth,
  changeable,
  type HoldProfile,
  lentFiles,
} from "#guard/hold/profile.ts";
import { INSIDE } from "./start/inside.ts";

/** What a call's mounts must be. */
export type MeantMounts = {
  readonly mounts: string;
  /** Sockets that are covered where they are still there, each with the line of its mount; none where a link leads elsewhere. */
  readonly sockets: readonly { readonly path: string; readonly mount: string | undefined }[];
};

/**
 * Lines of the mounts of a profile. Before an empty line stand those that may be written: `?POINT`, `?=DEVICE ROOT POINT`.
 * After it stand those that must be there, in the order in which they are made: `=DEVICE ROOT POINT`, and `+POINT` whatever
 * lies there. WHY: bubblewrap takes paths, and a process that an earlier call left in the project can put a link in
 * place of a directory between the look-up and the mount (measured: one in ten tries).
 */
export function meantMounts(
  profile: HoldProfile & {
    readonly sockets: readonly string[];
  },
  {
    realOf,
    isPrepared,
    isOverlaid = false,
  }: {
    readonly realOf: (path: string) => string;
    readonly isPrepared: boolean;
    /** The project is an overlay, which has a device of its own when the call begins. */
    readonly isOverlaid?: boolean;
  },
): MeantMounts {
  const mounts = readMounts();
  const free = new Set<string>();
  const must = new Map<string, string>();
  const same = (path: string, from = path): void => {
    if (isOverlaid && from === path && isWithin(profile.projectRoot, path)) {
      must.set(path, `+${mountPoint(path)}`);
      return;
    }
    const key = keyOf(from, mounts);
    // A link is mounted where it leads to, which nobody aims at.
    if (key !== undefined && realOf(path) === path) must.set(path, `=${key} ${mountPoint(path)}`);
  };
  for (const path of ["/tmp", "/var/tmp", profile.scratch]) free.add(`?${mountPoint(path)}`);
  must.set("/tmp", "+/tmp");
  // WHY: what is opened around our data directory brings them along, and nothing reaches them below the one that is laid over it.
  for (const path of profile.buried) free.add(`?${mountPoint(path)}`);
  const grown = profile.grown.toSorted((one, other) => byDepth(one.path, other.path));
  const laidOut = (isInside: boolean): void => {
    for (const { path } of grown)
      if (isWithin(profile.projectRoot, path) === isInside) must.set(path, `+${mountPoint(path)}`);
  };
  laidOut(false);
  if (!profile.folders.some(({ path }) => path === profile.projectRoot)) same(profile.projectRoot);
  for (const path of aroundFolders(profile)) same(path);
  for (const folder of profile.folders) {
    same(folder.path, folder.from);
    for (const path of boundIn(folder)) same(path);
  }
  laidOut(true);
  for (const { path, from } of changeable(profile))
    if (from === undefined) same(path);
    else {
      // WHY not the device of a layer: only the room's mounts know it.
      free.add(`?${mountPoint(path)}`);
      must.set(path, `+${mountPoint(path)}`);
    }
  for (const path of profile.hiddenDirectories.toSorted(byDepth))
    if (realOf(path) === path)
      if (isWithin(path, profile.projectRoot)) free.add(`?${mountPoint(path)}`);
      else must.set(path, `+${mountPoint(path)}`);
  for (const { path, as, from } of profile.hiddenFiles) same(path, from ?? profile.stand[as]);
  for (const { path, from } of [...profile.replaced, ...lentFiles(profile)]) same(path, from);
  for (const { from, to, isWritable } of profile.own)
    if (isWritable && isWithin(profile.projectRoot, to)) same(to, from);
  for (const path of profile.made ?? []) same(path);
  if (profile.temporary !== undefined) {
    free.add(`?${mountPoint(profile.temporary)}`);
    same(profile.temporary, profile.scratch);
  }
  if (isOverlaid)
    for (const path of [
      profile.projectRoot,
      ...profile.writable,
      ...profile.pinned,
      ...profile.reopened,
    ])
      if (isWithin(profile.projectRoot, path)) free.add(`?${mountPoint(path)}`);
  // What the machine mounted in there itself comes along.
  const open = [profile.projectRoot, ...profile.writable, ...profile.reopened];
  const isShut = createShut();
  for (const { device, root, point } of mounts)
    if (open.some((place) => place !== point && isWithin(place, point)))
      free.add(`?=${device} ${mountPoint(root)} ${mountPoint(point)}`);
    // WHY free: nobody of this account gets there, so bubblewrap cannot take the right to write from it either, as below the
    // directories of container engines.
    else if (isShut(point)) free.add(`?=${device} ${mountPoint(root)} ${mountPoint(point)}`);
  const closed = keyOf(profile.stand.closed, mounts);
  const sockets = profile.sockets.map((path) => {
    const isMeant = closed !== undefined && realOf(path) === path;
    return { path, mount: isMeant ? `=${closed} ${mountPoint(path)}` : undefined };
  });
  const lines = (isPrepared ? inTree(must) : [...must.keys()]).map((path) => must.get(path));
  return { mounts: `${[...free].join("\n")}\n\n${lines.join("\n")}\n`, sockets };
}

/** Points in the order in which the kernel copies mounts: each with what lies in it, as they were made. */
function inTree(points: ReadonlyMap<string, string>): readonly string[] {
  const inside = new Map<string, string[]>();
  for (const point of points.keys()) {
    let around = parentPath(point);
    while (around !== "/" && !inside.has(around)) around = parentPath(around);
    const others = inside.get(around) ?? [];
    inside.set(around, [...others, point]);
    inside.set(point, inside.get(point) ?? []);
  }
  const found: string[] = [];
  const pending = ["/"];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at !== "/") found.push(at);
    pending.push(...(inside.get(at) ?? []).toReversed());
  }
  return found;
}

/**
 * The look itself, for bash and zsh; it ends the shell where something is different. Only the call's own first process runs
 * by then, in a name space that no process of another call reaches.
 *
 * WHY the table at once: a shell that reads it by lines goes back in it after each block, and the kernel makes all of it anew
 * (13 ms for 60 mounts, measured). The meant lines stand in the order in which the mounts are made, so that each mount is
 * held against one line; what is left over then is searched in the whole table. A line of it is `ID PARENT DEVICE ROOT POINT
 * OPTIONS ... - ...`, without spaces in its words, and options begin with `ro` or `rw` (proc(5)).
 */
export const MOUNT_CHECK = [
  "sallyport_mounts() {",
  '[ -z "${ZSH_VERSION-}" ] || emulate -L sh',
  "local IFS nl all free table line point",
  "nl='\n'",
  `table=$(</proc/self/mountinfo); all=$nl$(<${INSIDE}/mounts)$nl`,
  'free=${all%%"$nl$nl"*}$nl',
  "set -f; IFS=$nl",
  'set -- ${all#*"$nl$nl"}',
  "for line in $table; do",
  "case ${1-} in",
  '=*) case $line in *" ${1#=} "*) shift; continue ;; esac ;;',
  '+*) case $line in *" ${1#+} r"[ow]*) shift ;; esac ;;',
  "esac",
  'line="${line%% - *} "',
  'case $line in *" rw "*|*" rw,"*) ;; *) continue ;; esac',
  "line=${line%% rw[, ]*}; point=${line##* }",
  "case $point in /dev|/dev/*|/proc|/proc/*|/run|/run/*) continue ;; esac",
  "line=${line#* }; line=${line#* }",
  'case $free in *"$nl?$point$nl"*|*"$nl?=$line$nl"*) continue ;; esac',
  'case $all in *"$nl=$line$nl"*) continue ;; esac',
  "return 1",
  "done",
  "for line; do",
  "case $line in",
  '=*) case $table in *" ${line#=} "*) ;; *) return 1 ;; esac ;;',
  '*) case $table in *" ${line#+} r"[ow]*) ;; *) return 1 ;; esac ;;',
  "esac",
  "done",
  "set +f",
  "}",
  "sallyport_mounts || exit 126",
  "unset -f sallyport_mounts",
].join("\n");

type Mount = { readonly device: string; readonly root: string; readonly point: string };

/** Mounts of this process, the latest of each point; proc(5) tells the columns. */
function readMounts(): readonly Mount[] {
  const found = new Map<string, Mount>();
  for (const line of mountTable().split("\n")) {
    const [, , device, root, point] = line.split(" ");
    if (device === undefined || root === undefined || point === undefined) continue;
    const mount = { device, root: unescaped(root), point: unescaped(point) };
    found.set(mount.point, mount);
  }
  return [...found.values()];
}

/**
 * Tells whether another account closed a directory above a path to this one: what is its own the call could open again. Each
 * directory is tried once: most mounts of a machine lie in few.
 */
function createShut(): (path: string) => boolean {
  const tried = new Map<string, boolean>();
  const isOpen = (directory: string): boolean => {
    const isKnown = tried.get(directory) ?? canEnter(directory);
    tried.set(directory, isKnown);
    return isKnown;
  };
  return (path) => {
    let closed = parentPath(path);
    if (isOpen(closed)) return false;
    while (closed !== "/" && !isOpen(parentPath(closed))) closed = parentPath(closed);
    const owner = statSync(closed, { throwIfNoEntry: false })?.uid;
    return owner !== undefined && owner !== userId();
  };
}

/** WHY the right alone: a look at what is mounted may wait for ever for a server that is gone. */
function canEnter(directory: string): boolean {
  try {
    accessSync(directory, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Device and root of a mount of a path. */
function keyOf(path: string, mounts: readonly Mount[]): string | undefined {
  let around: Mount | undefined;
  for (const mount of mounts)
    if (isWithin(mount.point, path) && mount.point.length >= (around?.point.length ?? 0))
      around = mount;
  if (around === undefined) return undefined;
  const below = path.slice(around.point === "/" ? 0 : around.point.length);
  const root = `${around.root === "/" ? "" : around.root}${below === "/" ? "" : below}`;
  return `${around.device} ${mountPoint(root === "" ? "/" : root)}`;
}

/** The path of an entry of the system's table of mounts. */
export function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
