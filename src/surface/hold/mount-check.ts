// What a held call looks at before its command runs: that each mount became the one that was meant, and no other can be written.
import { mountTable } from "#platform/namespaces.ts";
import { isWithin } from "#base/path.ts";
import type { HoldProfile } from "#guard/hold/profile.ts";
import { INSIDE } from "./shim.ts";

/** What a call's mounts must be. */
export type MeantMounts = {
  readonly mounts: string;
  /** Sockets that are covered where they are still there, each with the line of its mount; none where a link leads elsewhere. */
  readonly sockets: readonly { readonly path: string; readonly mount: string | undefined }[];
};

/**
 * Lines of the mounts that a profile must have: `=DEVICE ROOT POINT`, `+POINT` whatever lies there, and `?POINT` for one that
 * may be written. WHY: bubblewrap takes paths, and a process that an earlier call left in the project can put a link in
 * place of a directory between the look-up and the mount (measured: one in ten tries).
 */
export function meantMounts(
  profile: HoldProfile & { readonly sockets: readonly string[] },
  realOf: (path: string) => string,
): MeantMounts {
  const mounts = readMounts();
  const lines = new Set<string>();
  const same = (path: string, from = path): void => {
    const key = keyOf(from, mounts);
    // A link is mounted where it leads to, which nobody aims at.
    if (key !== undefined && realOf(path) === path) lines.add(`=${key} ${escaped(path)}`);
  };
  same(profile.projectRoot);
  for (const path of [...profile.writable, ...profile.pinned, ...profile.kept]) same(path);
  for (const { path, as } of profile.hiddenFiles) same(path, profile.stand[as]);
  for (const { path, from } of profile.replaced) same(path, from);
  for (const path of profile.hiddenDirectories) {
    const isAbove = isWithin(path, profile.projectRoot);
    if (realOf(path) === path) lines.add(`${isAbove ? "?" : "+"}${escaped(path)}`);
  }
  for (const path of ["/tmp", "/var/tmp", profile.scratch]) lines.add(`?${escaped(path)}`);
  // What the machine mounted in there itself comes along.
  const open = [profile.projectRoot, ...profile.writable];
  for (const { device, root, point } of mounts)
    if (open.some((place) => place !== point && isWithin(place, point)))
      lines.add(`?=${device} ${escaped(root)} ${escaped(point)}`);
  const closed = keyOf(profile.stand.closed, mounts);
  const sockets = profile.sockets.map((path) => {
    const isMeant = closed !== undefined && realOf(path) === path;
    return { path, mount: isMeant ? `=${closed} ${escaped(path)}` : undefined };
  });
  return { mounts: `\n${[...lines].join("\n")}\n`, sockets };
}

/**
 * The look itself, for bash and zsh; it ends the shell where something is different. Only the call's own first process runs
 * by then, in a name space that no process of another call reaches.
 */
export const MOUNT_CHECK = [
  "sallyport_mounts() {",
  "local want seen nl line id parent dev root point opts rest",
  "nl='\n'; seen=$nl",
  `want=$nl$(<${INSIDE}/mounts)$nl`,
  "while IFS=' ' read -r id parent dev root point opts rest; do",
  'seen="$seen=$dev $root $point$nl+$point$nl"',
  "case $opts in ro|ro,*) continue ;; esac",
  "case $point in /dev|/dev/*|/proc|/proc/*|/run|/run/*) continue ;; esac",
  'case $want in *"$nl=$dev $root $point$nl"*|*"$nl?$point$nl"*|*"$nl?=$dev $root $point$nl"*) continue ;; esac',
  "return 1",
  "done </proc/self/mountinfo",
  "while IFS= read -r line; do",
  'case $line in ""|"?"*) continue ;; esac',
  'case $seen in *"$nl$line$nl"*) ;; *) return 1 ;; esac',
  `done <${INSIDE}/mounts`,
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

/** Device and root of a mount of a path. */
function keyOf(path: string, mounts: readonly Mount[]): string | undefined {
  let around: Mount | undefined;
  for (const mount of mounts)
    if (isWithin(mount.point, path) && mount.point.length >= (around?.point.length ?? 0))
      around = mount;
  if (around === undefined) return undefined;
  const below = path.slice(around.point === "/" ? 0 : around.point.length);
  const root = `${around.root === "/" ? "" : around.root}${below === "/" ? "" : below}`;
  return `${around.device} ${escaped(root === "" ? "/" : root)}`;
}

function escaped(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
