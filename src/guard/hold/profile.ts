// The profile that a call runs in: what of the machine it sees and may change, as options of bubblewrap (decision 0043).
import { isWithin, joinPath } from "#base/path.ts";

/** How a hidden file shows itself: closed (no permission), or as a file of the same kind without values. */
export type HiddenFile = {
  readonly path: string;
  readonly as: "closed" | "empty" | "note" | "json" | "xml";
  /** A view of it, which is shown instead. It lies outside of what the call sees. */
  readonly from?: string;
  /** The view shows all of it as it is: the session made it. */
  readonly isMade?: true;
};

/** A directory that is laid out anew, with what is in it: something is mounted there where it has nothing, or where programs outside replace what is hidden. */
export type GrownDirectory = {
  readonly path: string;
  /** Its rights, four octal digits. */
  readonly mode: string;
  /** What is in it; `leadsTo` of a link. */
  readonly entries: readonly { readonly path: string; readonly leadsTo?: string }[];
};

/** A folder in which a call changes files that it is shown otherwise: one of its own stands there, `from`. */
export type WrittenFolder = {
  readonly path: string;
  readonly from: string;
  /** The directory around it, or itself, to which no call changes the way. */
  readonly top: string;
  /** It lies outside of the project: what is not judged to change in it stays as it is. */
  readonly isOutside: boolean;
  /** Names that the call was judged to change. */
  readonly changed: readonly string[];
  /** Files, some of them deeper in it, that count as made by the session as they are put there. */
  readonly fresh: readonly string[];
  /** What is in it. `bound`: as it lies there; `covered`: something else is mounted over it; `view` and `copy`: files of the call's own. */
  readonly entries: readonly (
    | { readonly name: string; readonly as: "bound" | "covered"; readonly isDirectory: boolean }
    | {
        readonly name: string;
        readonly as: "view";
        readonly view: string;
        readonly isMade?: true;
        /** A person agreed that it is taken away. */
        readonly mayGo?: true;
      }
    | { readonly name: string; readonly as: "copy" }
    | { readonly name: string; readonly as: "link"; readonly to: string }
  )[];
};

/** All that the kernel is to let a call do. Paths are absolute, real, and exist where nothing else is said. */
export type HoldProfile = {
  readonly projectRoot: string;
  /** Directory in which the call begins. */
  readonly cwd: string;
  /** Places that may be changed, beside the project. */
  readonly writable: readonly string[];
  /** Caches: written there is what only the session has, `from`. */
  readonly layers: readonly { readonly path: string; readonly from: string }[];
  /** Directories that nobody changes inside, laid out anew. */
  readonly grown: readonly GrownDirectory[];
  /** Directories inside of what may be changed that must stay where they are: parents of what is hidden or kept. */
  readonly pinned: readonly string[];
  /** Places that must not change, inside of what may be changed. */
  readonly kept: readonly string[];
  /** The same of what was made for calls that run now: each mounts it itself, for it is another one next time. */
  readonly made?: readonly string[];
  /** Places inside of what is kept that may be changed all the same; what is pinned or kept in them stays so. */
  readonly reopened: readonly string[];
  /** Folders in which the call works on files of its own. */
  readonly folders: readonly WrittenFolder[];
  /** The same for single files that the session made: code that nobody foresees changes them where they lie. */
  readonly lent: readonly WrittenFolder[];
  readonly hiddenFiles: readonly HiddenFile[];
  readonly hiddenDirectories: readonly string[];
  /** Those of them that show themselves as empty; the others are closed. */
  readonly emptyDirectories: readonly string[];
  /** Files that show the text of others: `from` lies outside of what the call sees. */
  readonly replaced: readonly { readonly path: string; readonly from: string }[];
  /** Places inside of hidden directories that can be read all the same. */
  readonly shown: readonly string[];
  /** Sockets of services, and directories of them below `/run`. */
  readonly services: readonly string[];
  /** The session's own scratch directory. */
  readonly scratch: string;
  /** Another place where the session has that directory. */
  readonly temporary?: string;
  /** Whether the hosts of the machine are reached; otherwise only what the session itself listens on. */
  readonly reachesHosts: boolean;
  /** Whether it joins the session's own network and processes. */
  readonly joins: boolean;
  /** Whether it joins the network alone: its hosts are reached through a proxy there. */
  readonly joinsNetwork?: boolean;
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Files that stand for hidden ones, by how they show themselves. */
  readonly stand: Readonly<Record<HiddenFile["as"], string>>;
  /** Files of the call itself, by the place where it sees them. */
  readonly own: readonly {
    readonly from: string;
    readonly to: string;
    readonly isWritable: boolean;
  }[];
  /** Our data directory, and the files of it that everybody may read. */
  readonly data: { readonly root: string; readonly shown: readonly string[] };
  /** Mounts of the room that lie in our data directory, whether this call has them or not. */
  readonly buried: readonly string[];
};

const APART = ["--unshare-pid", "--new-session"];

/** Rights and names of its own, whatever the call. */
const SEPARATE = [
  "--die-with-parent",
  ...["--unshare-user", "--disable-userns", "--unshare-ipc", "--unshare-uts"],
  "--unshare-cgroup-try",
  ...["--cap-drop", "ALL"],
];

// WHY: bubblewrap 0.8 leaves it writable for root.
const SYSTEM_SETTINGS = ["--ro-bind", "/proc/sys", "/proc/sys"];

/** What every profile has, whatever the call. */
const ALWAYS = [
  ...SEPARATE,
  ...["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"],
  ...SYSTEM_SETTINGS,
  ...["--tmpfs", "/run"],
];

/** Options of a profile that gives nothing: what a machine must be able to do to hold any call. */
export const LEAST_OPTIONS: readonly string[] = [
  ...APART,
  "--unshare-net",
  ...ALWAYS,
  ...["--tmpfs", "/tmp"],
];

/**
 * The options, in the order in which bubblewrap does them: later mounts lie over earlier ones.
 * WHY each is there is told in docs/design/hold.md, with the attempt that it answers.
 */
export function bubblewrapOptions(profile: HoldProfile): readonly string[] {
  const { joins, joinsNetwork = false, reachesHosts } = profile;
  return [
    ...(joins ? [] : APART),
    ...(joins || joinsNetwork || reachesHosts ? [] : ["--unshare-net"]),
    ...ALWAYS,
    ...mountOptions(profile),
    ...profile.own.flatMap(ownOption),
    ...callOptions(profile),
  ];
}

/** Where prepared mounts have what a call binds into its own `/run`: the tickets, and the rest of what is its own by number. */
const READY = { tickets: "/run/tickets", own: "/run/own" } as const;

type Own = HoldProfile["own"][number];
const isInRun = ({ to }: Own): boolean => isWithin("/run", to);

/**
 * The options for mounts that several calls of a session join, in place of making them each time: all of the profile but what
 * belongs to one call. `tickets` is the directory of all tickets, `sockets` are closed.
 */
export function preparedOptions(
  profile: HoldProfile & { readonly sockets: readonly string[] },
  tickets: string,
): readonly string[] {
  const isTicket = ({ from }: Own): boolean => isWithin(tickets, from);
  return [
    ...["--die-with-parent", "--unshare-user", "--cap-drop", "ALL"],
    // WHY the devices: each call makes its own of them, over these.
    ...["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev"],
    ...["--proc", "/proc", "--tmpfs", "/run"],
    ...mountOptions(profile),
    ...profile.own.filter((one) => !isInRun(one)).flatMap(ownOption),
    ...profile.sockets.flatMap((path) => ["--ro-bind", profile.stand.closed, path]),
    ...["--bind", tickets, READY.tickets],
    ...profile.own
      .filter((one) => isInRun(one) && !isTicket(one))
      .flatMap(({ from }, at) => ["--bind", from, `${READY.own}/${at}`]),
  ];
}

/** The options of one call that joined such mounts. */
export function optionsInPrepared(profile: HoldProfile, tickets: string): readonly string[] {
  const own = profile.own.filter(isInRun);
  const others = own.filter(({ from }) => !isWithin(tickets, from));
  return [
    ...SEPARATE,
    // WHY devices anew: terminals of one call are nothing to another.
    ...["--bind", "/", "/", "--dev", "/dev"],
    ...SYSTEM_SETTINGS,
    ...["--tmpfs", "/run"],
    ...own.flatMap((one) => {
      const at = others.indexOf(one);
      const from =
        at < 0 ? `${READY.tickets}${one.from.slice(tickets.length)}` : `${READY.own}/${at}`;
      return ownOption({ ...one, from });
    }),
    ...callOptions(profile),
  ];
}

function ownOption({ from, to, isWritable }: Own): readonly string[] {
  return [isWritable ? "--bind" : "--ro-bind", from, to];
}

function callOptions({ made = [], variables, cwd }: HoldProfile): readonly string[] {
  return [
    ...made.flatMap((path) => ["--ro-bind", path, path]),
    ...variables.flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", cwd],
  ];
}

/** Everything that lies over the machine's own files. */
function mountOptions(profile: HoldProfile): readonly string[] {
  const { projectRoot } = profile;
  const options: string[] = [];
  for (const service of profile.services) options.push("--bind-try", service, service);
  // WHY beside the scratch directory: inside of it a call could put a link there for the next one to be mounted from.
  options.push("--bind", profile.scratch, "/tmp", "--bind", `${profile.scratch}.var`, "/var/tmp");
  const grown = profile.grown.toSorted((one, other) => byDepth(one.path, other.path));
  const inProject = ({ path }: GrownDirectory): boolean => isWithin(projectRoot, path);
  options.push(...grown.filter((one) => !inProject(one)).flatMap(grownOptions));
  // WHY before the project: it may lie in a directory that is hidden.
  const isAbove = (path: string): boolean => isWithin(path, projectRoot);
  const outer = profile.hiddenDirectories.filter(isAbove);
  for (const path of outer.toSorted(byDepth)) options.push("--tmpfs", path);
  const isAround = ({ path }: WrittenFolder): boolean => isAbove(path) && path !== projectRoot;
  options.push(...profile.folders.filter(isAround).flatMap(folderOptions));
  if (!profile.folders.some(({ path }) => path === projectRoot))
    options.push("--bind", projectRoot, projectRoot);
  for (const path of aroundFolders(profile)) options.push("--bind", path, path);
  options.push(...profile.folders.filter((one) => !isAround(one)).flatMap(folderOptions));
  options.push(...grown.filter(inProject).flatMap(grownOptions));
  for (const { path, from, isKept } of changeable(profile))
    options.push(isKept === true ? "--ro-bind-try" : "--bind", from ?? path, path);
  const inner = profile.hiddenDirectories.filter((path) => !isAbove(path)).toSorted(byDepth);
  const viewed = profile.hiddenFiles.flatMap(({ path, from }) => (from === undefined ? [] : path));
  const shown = new Set(profile.shown);
  // WHY by depth: what is hidden in a place that is shown lies over it.
  for (const path of [...inner, ...shown].toSorted(byDepth)) {
    if (shown.has(path)) {
      options.push("--ro-bind-try", path, path);
      continue;
    }
    // WHY 0711 where something of it is shown: it must be walked through.
    const isWalked = [...profile.shown, ...viewed].some((one) => isWithin(path, one));
    const isEmpty = profile.emptyDirectories.includes(path);
    options.push("--perms", isEmpty ? "0755" : isWalked ? "0711" : "0000", "--tmpfs", path);
  }
  const { root, shown: ofData } = profile.data;
  options.push("--perms", "0711", "--tmpfs", root);
  for (const path of ofData) options.push("--ro-bind-try", path, path);
  // WHY: they come along with the machine's files, and `lsof` warns of each mount whose place it cannot find.
  for (const path of profile.buried) options.push("--dir", path);
  for (const { path, as, from } of profile.hiddenFiles)
    options.push("--ro-bind", from ?? profile.stand[as], path);
  for (const { path, from } of profile.replaced) options.push("--ro-bind", from, path);
  for (const { path, from } of lentFiles(profile)) options.push("--bind", from, path);
  for (const path of [...inner, ...grown.map((one) => one.path)])
    options.push("--remount-ro", path);
  options.push("--remount-ro", root);
  return options;
}

function grownOptions({ path: directory, mode, entries }: GrownDirectory): readonly string[] {
  return [
    ...["--perms", mode, "--tmpfs", directory],
    ...entries.flatMap(({ path, leadsTo }) =>
      leadsTo === undefined ? ["--ro-bind-try", path, path] : ["--symlink", leadsTo, path],
    ),
  ];
}

function folderOptions(folder: WrittenFolder): readonly string[] {
  return [
    ...["--bind", folder.from, folder.path],
    ...boundIn(folder).flatMap((path) => [
      folder.isOutside ? "--ro-bind" : "--bind",
      ...[path, path],
    ]),
  ];
}

/** The files that stand for those that the session made. */
export function lentFiles({
  lent,
}: Pick<HoldProfile, "lent">): readonly { readonly path: string; readonly from: string }[] {
  return lent.flatMap(({ path, from, entries }) =>
    entries.map(({ name }) => ({ path: joinPath(path, name), from: joinPath(from, name) })),
  );
}

/** Places in such a folder that are as they lie there. */
export function boundIn({ path, entries }: WrittenFolder): readonly string[] {
  return entries.flatMap(({ name, as }) => (as === "bound" ? [joinPath(path, name)] : []));
}

/** Directories that must stay where they are around folders of the call's own. WHY before those: what is mounted later lies over them. */
export function aroundFolders({
  folders,
  pinned,
}: Pick<HoldProfile, "folders" | "pinned">): readonly string[] {
  return pinned
    .filter((path) => folders.some((one) => one.path !== path && isWithin(path, one.path)))
    .toSorted(byDepth);
}

/** What of a profile may be changed and what is kept of it, in the order in which they are mounted. */
export function changeable({
  writable,
  layers,
  pinned: all,
  kept,
  reopened,
  folders,
}: Pick<
  HoldProfile,
  "writable" | "layers" | "pinned" | "kept" | "reopened" | "folders"
>): readonly {
  readonly path: string;
  /** The layer that stands there. */
  readonly from?: string;
  readonly isKept?: true;
}[] {
  // A folder of the call's own is a mount, and stays where it is.
  const pinned = all.filter((path) => !folders.some((one) => isWithin(path, one.path)));
  const isInner = (path: string): boolean => reopened.some((one) => isWithin(one, path));
  const isOuter = (path: string): boolean => !isInner(path);
  const mounts = (paths: readonly string[]) => paths.toSorted(byDepth).map((path) => ({ path }));
  const keeping = (paths: readonly string[]) =>
    mounts(paths).map((one) => ({ ...one, isKept: true as const }));
  return [
    ...[...mounts(writable), ...layers].toSorted((one, other) => byDepth(one.path, other.path)),
    ...mounts(pinned.filter(isOuter)),
    ...keeping(kept.filter(isOuter)),
    ...mounts(reopened),
    ...mounts(pinned.filter((path) => isInner(path) && !reopened.includes(path))),
    ...keeping(kept.filter(isInner)),
  ];
}

/** The order in which places are mounted: what lies in others after them. */
export function byDepth(one: string, other: string): number {
  return depthOf(one) - depthOf(other);
}

function depthOf(path: string): number {
  return path.split("/").length;
}
