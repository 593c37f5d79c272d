// Holding calls: what is known of this machine and its sessions, put together to a profile and a ticket for each call.
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import { singleQuoted } from "#base/shell-quoting.ts";
import { compileGlob, escapeGlob } from "#base/glob.ts";
import { type HoldNeeds, needsOf, type Write } from "#guard/hold/needs.ts";
import { reachedHosts } from "#guard/hold/reached-hosts.ts";
import { bubblewrapOptions, type HiddenFile, type HoldProfile } from "#guard/hold/profile.ts";
import { programNeeds } from "#guard/hold/program-needs.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { listeningPorts, socketPaths } from "#platform/namespaces.ts";
import { groupIds, userId } from "#platform/user.ts";
import { createGitIndexes, type GitIndexes } from "../facts/git-copies.ts";
import { realPath } from "../containment/start-report.ts";
import { createPlaceFinder, type FoundPlaces } from "./found-places.ts";
import { type GitPlaces, gitPlaces } from "./git-places.ts";
import type { CallHosts, CallReach } from "./hosts/call-hosts.ts";
import type { RefusedHost } from "./hosts/grants.ts";
import { meantMounts, meantSocket } from "./mount-check.ts";
import { noHold } from "./no-hold.ts";
import { createSettingsCopies, type SettingsCopy } from "./settings-copies.ts";
import { createHeldCalls } from "./held-calls.ts";
import { openLeftWatch } from "./left-watch.ts";
import { isQuiet, openRooms, type Room, roomKey } from "./room.ts";
import { type HoldPlaces, holdPlaces, INSIDE, makeOwnDirectory, writeHoldFiles } from "./shim.ts";
import { type HoldStanding, holdStanding } from "./standing.ts";
import { dropTicket, newTicket, sweepTickets, ticketFiles, writeTicket } from "./tickets.ts";

/** A call that is to be held. Paths are absolute. */
export type CallToHold = {
  readonly projectId: string;
  readonly projectRoot: string;
  readonly sessionId: string;
  readonly command: string;
  readonly cwd: string;
  readonly decision: Decision;
  readonly policy: Policy;
  /** The client's configuration directory. */
  readonly configDirectory: string;
  /** Where the client keeps the session's transcript. */
  readonly transcriptPath: string | undefined;
};

/** What became of it: the command that runs it held, or why it cannot be. */
export type HoldAnswer =
  | { readonly kind: "held"; readonly command: string; readonly ticket: string }
  | { readonly kind: "not-held"; readonly why: string };

export type HoldDesk = {
  /** Whether calls can be held here; looked at once, and again when that is asked for. */
  standing(): Promise<HoldStanding>;
  /** Writes the call's ticket. Rejects where the disk does not take it. */
  hold(call: CallToHold): Promise<HoldAnswer>;
  /** The call is over: its ticket is worth nothing any more. */
  close(ticket: string): void;
  /** The call goes on in the background. */
  goesOn(ticket: string): void;
  end(projectId: string, sessionId: string): void;
  /** What calls of a session left for programs outside to run was taken out of use; gives what to tell of it. */
  lookAfter(projectId: string, sessionId: string): Promise<string | undefined>;
  /** A person had this file written by another tool than a command. */
  accept(projectId: string, sessionId: string, path: string): void;
  /** No call of the session is held from here on. */
  giveUp(projectId: string, sessionId: string, why: string): void;
  /** Why no call of the session is held. */
  givenUp(projectId: string, sessionId: string): string | undefined;
  /** Hosts that the proxy of a call refused, told once; undefined for a call without one. */
  refusedHosts(ticket: string): readonly RefusedHost[] | undefined;
  /** Where a path below `/tmp` that calls of the session see lies on the machine. */
  scratchOf(projectId: string, sessionId: string): string;
};

export type HoldOptions = {
  readonly data: string;
  readonly home: string;
  readonly nowMs: () => number;
  readonly standing?: (memory?: string) => Promise<HoldStanding>;
  /** Lets calls reach their own hosts alone; without it they get the machine's network, for as long as they run. */
  readonly hosts?: CallHosts;
};

/** Opens the desk below a data directory. Touches the disk when the first call comes. */
export function openHoldDesk({
  data,
  home,
  nowMs,
  standing = holdStanding,
  hosts,
}: HoldOptions): HoldDesk {
  const places = holdPlaces(data);
  const rooms = openRooms(places.rooms, places.scratch, nowMs);
  const finder = createPlaceFinder();
  const indexes = createGitIndexes();
  const settingsCopies = createSettingsCopies(places.settings);
  const calls = createHeldCalls();
  const watch = openLeftWatch(places.made, { indexes, nowMs, isOpen: calls.isOpen });
  let known: Promise<HoldStanding> | undefined;
  let isPrepared = false;
  const ready = (): Promise<HoldStanding> => {
    known ??= standing(existsSync(data) ? join(places.root, "standing") : undefined);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  const prepare = (): void => {
    if (isPrepared) return;
    writeHoldFiles(places);
    sweepTickets(places.tickets, nowMs());
    rooms.sweep();
    isPrepared = true;
  };
  return {
    standing: ready,
    async hold(asked) {
      const call = { ...asked, projectRoot: realPath(asked.projectRoot) };
      const found = await ready();
      if (!found.works) return { kind: "not-held", why: found.why };
      const { policy, projectRoot, decision } = call;
      const place = noHold(projectRoot, {
        home: realPath(home),
        configDirectory: realPath(call.configDirectory),
        data: realPath(data),
      });
      if (place !== undefined) return { kind: "not-held", why: place };
      const needs = needsOf({
        effects: decision.effects,
        projectRoot,
        programs: decision.ran ?? decision.programs,
      });
      if (needs.isPrivileged)
        return { kind: "not-held", why: "it gains rights that nothing held can have" };
      const looked = finder.find({ policy, projectRoot, home, nowMs: nowMs() });
      if (looked.missing !== undefined) return { kind: "not-held", why: looked.missing };
      const at = await closedWhereTracked(looked, indexes);
      prepare();
      const where = { projectId: call.projectId, projectRoot, sessionId: call.sessionId };
      const room = await rooms.open(call.projectId, call.sessionId, found.programs);
      // WHY again: a system may clear its memory of a user's files when they log out.
      for (const path of [dirname(places.tickets), places.tickets]) makeOwnDirectory(path);
      const { id, folder } = newTicket(places.tickets);
      const { bwrap, join: joining } = found.programs;
      const { keeper } = room;
      const reached = needs.network === "hosts" ? reachedHosts(decision.effects) : undefined;
      const reach =
        reached === undefined || keeper === undefined || joining === undefined
          ? undefined
          : isOfMachine(needs, room)
            ? undefined
            : await hosts?.open({
                ...{ reached, room: { key: room.key, keeper }, nsenter: joining.nsenter },
                ...{ ticket: { id, folder }, projectRoot, home },
              });
      const made = watch.made(call.projectId);
      const own = { ...at, repositories: at.repositories.filter((one) => !made.has(one)) };
      const profile = profileOf(call, {
        ...{ needs, at: own, room, reach, places, data, home, folder },
        copies: settingsCopies(settingsFiles(projectRoot, call.configDirectory)),
      });
      const isCalm = isQuiet(room) && !calls.hasApart(where);
      calls.begin({ place: where, policy, ticket: id, isApart: !profile.joins });
      watch.begin(where, looked, {
        ...{ ticket: id, effects: decision.effects, needs },
        ...{ isApproved: decision.verdict === "ask", isQuiet: isCalm },
      });
      const joined = profile.joins ? JOINED : profile.joinsNetwork === true ? NETWORK : undefined;
      const start =
        joined !== undefined && joining !== undefined && keeper !== undefined
          ? [joining.nsenter, ...["-t", String(keeper)], ...joined, "--", bwrap]
          : [bwrap];
      writeTicket(folder, {
        command: call.command,
        start,
        options: bubblewrapOptions(profile),
        unwanted: profile.unwanted,
        mounts: meantMounts(profile, realPath),
        sockets: profile.sockets.map((path) => ({
          path,
          mount: meantSocket(path, places.stand.closed, realPath),
        })),
        closed: places.stand.closed,
        hasAgent: profile.hasAgent,
        filter: places.filter,
        before: reach?.before,
      });
      // WHY not with a finding: what we answer is kept by the client, and in no form of ours.
      const told = decision.findings.length > 0 ? "" : ` # ${shownCommand(call.command)}`;
      return { kind: "held", command: `. ${shellWord(places.shim)} ${id}${told}`, ticket: id };
    },
    close(ticket) {
      hosts?.close(ticket);
      calls.close(ticket);
      dropTicket(places.tickets, ticket);
    },
    goesOn: calls.goesOn,
    end(projectId, sessionId) {
      hosts?.end(roomKey(projectId, sessionId));
      rooms.end(projectId, sessionId);
      calls.end({ projectId, sessionId });
      watch.end({ projectId, sessionId });
    },
    refusedHosts: (ticket) => hosts?.takeRefused(ticket),
    async lookAfter(projectId, sessionId) {
      const held = calls.of({ projectId, sessionId });
      if (held === undefined) return undefined;
      const { place, policy } = held;
      const { projectRoot } = place;
      return await watch.look(place, finder.find({ policy, projectRoot, home, nowMs: nowMs() }));
    },
    accept: (projectId, sessionId, path) => watch.accept({ projectId, sessionId }, path),
    giveUp: (projectId, sessionId, why) => rooms.giveUp(projectId, sessionId, why),
    givenUp: (projectId, sessionId) => rooms.givenUp(projectId, sessionId),
    scratchOf: (projectId, sessionId) => rooms.outside(projectId, sessionId),
  };
}

/**
 * Hidden files that git tracks are closed: of one that shows something else git would commit that (measured), and of a closed
 * one it refuses to.
 */
async function closedWhereTracked(at: FoundPlaces, indexes: GitIndexes): Promise<FoundPlaces> {
  const tracked = new Set<string>();
  for (const { root, gitDirectory } of at.repositories) {
    const patterns = at.hiddenFiles
      .filter(({ path, as }) => as !== "closed" && isWithin(root, path))
      .map(({ path }) => escapeGlob(path));
    if (patterns.length === 0) continue;
    const copies = { gitDirectory: realPath(gitDirectory), workTree: root };
    const found = await indexes.matching(copies, patterns);
    for (const { name } of found?.entries ?? []) tracked.add(joinPath(root, name));
  }
  if (tracked.size === 0) return at;
  const hiddenFiles = at.hiddenFiles.map((file) =>
    tracked.has(file.path) ? { ...file, as: "closed" as const } : file,
  );
  return { ...at, hiddenFiles };
}

const JOINED = ["-U", "--preserve-credentials", "-m", "-n", "-p"];
/** WHY not the processes: what is signalled may open a debugger on the shared network, and such a call sees more than others. */
const NETWORK = ["-U", "--preserve-credentials", "-n"];

/** Characters of a command that stand behind its ticket, for people who are asked by the client. */
const SHOWN_CHARS_MAX = 80;

/** The beginning of a command as a comment: one line, and nothing in it that a terminal would obey. */
function shownCommand(command: string): string {
  const line = printable(command.trim().split("\n", 1)[0] ?? "");
  const isWhole = line.length <= SHOWN_CHARS_MAX && line === command.trim();
  return isWhole ? line : `${line.slice(0, SHOWN_CHARS_MAX)}…`;
}

/** A path as one word of a shell, byte for byte: this is run, not shown. */
function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : singleQuoted(path);
}

type Around = {
  readonly needs: HoldNeeds;
  readonly at: FoundPlaces;
  readonly room: Room;
  /** How the call reaches its hosts; undefined where it gets the machine's network for them. */
  readonly reach: CallReach | undefined;
  readonly places: HoldPlaces;
  readonly data: string;
  readonly home: string;
  readonly folder: string;
  readonly copies: readonly SettingsCopy[];
};

/** A profile, and what depends on how things are when the call begins: the shim looks at that. */
type CallProfile = HoldProfile &
  Pick<GitPlaces, "unwanted"> & {
    /** Sockets of other programs, of which each may be gone at any time. */
    readonly sockets: readonly string[];
    readonly hasAgent: boolean;
  };

function profileOf(call: CallToHold, around: Around): CallProfile {
  const { needs, at, room, reach, places, data, home, folder, copies } = around;
  const { projectRoot, projectId, cwd, configDirectory } = call;
  const own = needs.isUnbounded ? [] : needs.programs.map(programNeeds);
  const services = servicesOf(own, home);
  const opened = openedBy(needs, own, { home, projectRoot });
  const client = clientPlaces(configDirectory, home, call.transcriptPath);
  const wayTo = createWays();
  const isReached = (path: string): boolean => wayTo(path) === "open";
  const meantFiles = [...at.hiddenFiles, ...client.hiddenFiles].filter(({ path }) => !opened(path));
  const meantDirectories = [...at.hiddenDirectories, ...client.hiddenDirectories].filter(
    (path) => !opened(path),
  );
  const closed = [...meantFiles.map(({ path }) => path), ...meantDirectories].flatMap((path) => {
    const way = wayTo(path);
    return typeof way === "object" ? [way.own] : [];
  });
  const hiddenFiles = meantFiles.filter(({ path }) => isReached(path));
  const hiddenDirectories = [...new Set([...meantDirectories.filter(isReached), ...closed])];
  const git = gitPlaces(at.repositories, { needs, projectRoot });
  const settings = clientSettings(projectRoot);
  const kept = unique([...at.kept, ...settings, ...git.kept]).filter(
    (path) => !changes(needs, path),
  );
  const covered = (path: string): boolean =>
    hiddenDirectories.some((one) => one !== path && isWithin(one, path));
  const sockets = socketsOutside([...hiddenDirectories, data], projectRoot)
    .filter(isReached)
    .filter((path) => !services.some((place) => isWithin(place, path)));
  const reachesHosts =
    (needs.network === "hosts" && reach === undefined) ||
    (needs.network === "loopback" && isOfMachine(needs, room));
  const outside = outsideWrites(needs.writes, home);
  const cache = join(places.caches, projectId);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const files = uniqueFiles([
    ...hiddenFiles.filter(({ path }) => !covered(path)),
    ...copies.flatMap(({ path, from }) =>
      from === undefined && isReached(path) && !covered(path)
        ? [{ path, as: "closed" as const }]
        : [],
    ),
  ]);
  const closedNow = new Set(files.map(({ path }) => path));
  const inProject = (path: string): boolean => isWithin(projectRoot, path) && path !== projectRoot;
  return {
    projectRoot,
    cwd,
    writable: [
      ...git.writable,
      ...outside.writable,
      ...(needs.network === "hosts" ? keptByPrograms(own, home) : []),
    ],
    pinned: pinnedOf(
      [...files.map(({ path }) => path), ...sockets, ...hiddenDirectories, ...kept].filter(
        inProject,
      ),
      { projectRoot, repositories: git.directories },
    ),
    kept: [...kept, ...outside.kept],
    hiddenFiles: files,
    hiddenDirectories: hiddenDirectories.filter((path) => !covered(path)),
    replaced: copies.flatMap(({ path, from }) =>
      from === undefined || closedNow.has(path) || !isReached(path) || covered(path)
        ? []
        : [{ path, from }],
    ),
    shown: [...at.shown, ...client.shown],
    services: [
      ...services.filter((path) => path.startsWith("/run/")),
      ...(reachesHosts ? RESOLVERS : []),
    ].filter((path) => existsSync(path)),
    sockets: sockets.filter((path) => files.every((file) => file.path !== path)),
    hasAgent: reachesHosts && own.some(({ hasAgent }) => hasAgent),
    scratch: room.scratch,
    reachesHosts,
    joins: room.keeper !== undefined && !reachesHosts && reach === undefined,
    joinsNetwork: reach !== undefined,
    variables: [...variablesOf(needs), ...(reach?.variables ?? [])],
    stand: places.stand,
    own: [
      ...ticketFiles(folder),
      { from: cache, to: `${INSIDE}/cache`, isWritable: true },
      { from: room.scratch, to: room.scratch, isWritable: true },
    ],
    data: { root: data, shown: [join(data, "tls", "ca-bundle.pem")] },
    unwanted: git.unwanted.filter((path) => !changes(needs, path)),
  };
}

/** Whether a port that a call asks is one of the machine: the session has nobody there, or none of its own. */
function isOfMachine({ ports }: HoldNeeds, { keeper }: Room): boolean {
  const own = keeper === undefined ? new Set<number>() : listeningPorts(keeper);
  const machine = listeningPorts("self");
  return ports.some((port) => port !== undefined && machine.has(port) && !own.has(port));
}

/** Names are resolved through what these hold. */
const RESOLVERS = ["/run/systemd/resolve", "/run/resolvconf", "/run/nscd"];

/** Sockets and directories of services that the call's own programs talk to. */
function servicesOf(
  own: readonly ReturnType<typeof programNeeds>[],
  home: string,
): readonly string[] {
  return own
    .flatMap(({ services = [] }) => services)
    .map((place) => atHome(place.replace("UID", String(userId() ?? 0)), home));
}

/** A test of places that this call may read although the policy hides them: what it was judged to read, and its programs' own. */
function openedBy(
  needs: HoldNeeds,
  own: readonly ReturnType<typeof programNeeds>[],
  { home, projectRoot }: { readonly home: string; readonly projectRoot: string },
): (path: string) => boolean {
  const reaches = needs.network !== "none" || own.some(({ services }) => services !== undefined);
  const reads = new Set(needs.reads.map(realPath));
  const credentials = reaches
    ? own.flatMap(({ reads: places = [] }) => places.map((place) => realPath(atHome(place, home))))
    : [];
  const names = own
    .flatMap(({ projectNames = [] }) => projectNames)
    .map((glob) => compileGlob(`/**/${glob}`));
  return (path) =>
    reads.has(path) ||
    credentials.some((place) => isWithin(place, path)) ||
    (isWithin(projectRoot, path) && names.some((matches) => matches(path)));
}

/**
 * The client's settings of the project. WHY made where they are missing: the client takes over new ones while it runs, and
 * runs what they name.
 */
function clientSettings(projectRoot: string): readonly string[] {
  const place = join(projectRoot, ".claude");
  try {
    mkdirSync(place);
  } catch {
    // It is there, or nobody can make it.
  }
  return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true ? [place] : [];
}

/** Files of settings that may hold a token of our hooks, real paths. */
function settingsFiles(projectRoot: string, configDirectory: string): readonly string[] {
  const names = ["settings.json", "settings.local.json"];
  return [join(projectRoot, ".claude"), configDirectory].flatMap((folder) =>
    names.map((name) => realPath(join(folder, name))),
  );
}

/** Whether the call was judged to change a place by itself, so that it need not be kept from it. */
function changes({ changes: found }: HoldNeeds, path: string): boolean {
  return found.some((one) => isWithin(path, one));
}

/** The client's own files: credentials hidden, transcripts of other projects too, its memory of this one open. */
function clientPlaces(
  configDirectory: string,
  home: string,
  transcriptPath: string | undefined,
): Pick<HoldProfile, "hiddenDirectories" | "shown"> & {
  readonly hiddenFiles: readonly HiddenFile[];
} {
  const projects = join(configDirectory, "projects");
  const own = transcriptPath === undefined ? [] : [parentPath(transcriptPath)];
  const temporary = `/tmp/claude-${userId() ?? 0}`;
  const files = [
    join(configDirectory, ".credentials.json"),
    join(configDirectory, ".claude.json"),
    joinPath(home, ".claude.json"),
  ];
  return {
    hiddenFiles: files
      .filter((path) => existsSync(path))
      .map((path): HiddenFile => ({ path: realPath(path), as: "json" })),
    hiddenDirectories: existsSync(projects) ? [realPath(projects)] : [],
    // What the client wrote of background calls, for the agent to read.
    shown: [...own, temporary].filter((path) => existsSync(path)),
  };
}

/** Directories that must stay where they are: each between the project and what is hidden or kept in it. */
function pinnedOf(
  paths: readonly string[],
  {
    projectRoot,
    repositories,
  }: { readonly projectRoot: string; readonly repositories: readonly string[] },
): readonly string[] {
  const pinned = new Set(repositories);
  for (const path of paths)
    for (
      let at = parentPath(path);
      at !== projectRoot && isWithin(projectRoot, at) && !pinned.has(at);
      at = parentPath(at)
    )
      pinned.add(at);
  return [...pinned];
}

/**
 * Places outside of the project that the call may change. WHY the directory around a place: programs put a new file there and
 * move it over the old one. Of a directory that holds much else only the place itself, and what is not there is made by
 * nobody.
 */
function outsideWrites(
  writes: readonly Write[],
  home: string,
): { readonly writable: readonly string[]; readonly kept: readonly string[] } {
  const writable = new Set<string>();
  const kept = new Set<string>();
  for (const { path, isTree } of writes) {
    const at = existing(path);
    const around = isTree && at === path ? path : existing(parentPath(path));
    const isWide = around === "/" || parentPath(around) === "/" || isWithin(around, home);
    if (!isWide) writable.add(around);
    else if (at === path) writable.add(path);
    else if (around === home) {
      // A new entry of the home: what is there already stays as it is.
      writable.add(home);
      for (const name of readdirSync(home))
        if (name.startsWith(".")) kept.add(joinPath(home, name));
    }
  }
  return { writable: [...writable], kept: [...kept] };
}

function existing(path: string): string {
  let at = path;
  while (at !== "/" && lstatSync(at, { throwIfNoEntry: false }) === undefined) at = parentPath(at);
  return realPath(at);
}

function keptByPrograms(
  own: readonly ReturnType<typeof programNeeds>[],
  home: string,
): readonly string[] {
  return own
    .flatMap(({ keeps = [] }) => keeps.map((place) => atHome(place, home)))
    .filter((path) => existsSync(path));
}

/** Variables that keep programs from waiting for a network that is not there, and give them places that they may write. */
function variablesOf(needs: HoldNeeds): HoldProfile["variables"] {
  const always = [
    ["TMPDIR", "/tmp"],
    ["GOCACHE", `${INSIDE}/cache/go-build`],
    // Chromium ends where it cannot write its settings, without a window too.
    ["CHROME_CONFIG_HOME", "/tmp/.chrome"],
  ] as const;
  if (needs.network === "hosts")
    return [
      ...always,
      ["npm_config_cache", `${INSIDE}/cache/npm`],
      ["PIP_CACHE_DIR", `${INSIDE}/cache/pip`],
    ];
  return [
    ...always,
    ["npm_config_fetch_retries", "0"],
    ["PIP_RETRIES", "0"],
    ["CARGO_NET_RETRY", "0"],
    ["UV_HTTP_RETRIES", "0"],
  ];
}

/** The way to a path: open, closed by a directory of the call's own user, or closed by somebody else's. */
type Way = "open" | "closed" | { readonly own: string };

/**
 * Tells whether a call gets to a path. WHY: nothing can be mounted below a directory that the call may not enter. What others
 * closed needs no mask; what its own user closed the call could open, so that directory is hidden as a whole. Rights count as
 * for nobody with more of them: a held call has none.
 */
function createWays(): (path: string) => Way {
  const known = new Map<string, Way>([["/", "open"]]);
  const uid = userId() ?? 0;
  const groups = groupIds();
  const into = (directory: string): Way => {
    const before = known.get(directory) ?? wayInto(directory);
    known.set(directory, before);
    return before;
  };
  const wayInto = (directory: string): Way => {
    const above = into(parentPath(directory));
    if (above !== "open") return above;
    const status = lstatSync(directory, { throwIfNoEntry: false });
    if (status === undefined) return "closed";
    const isOwn = status.uid === uid;
    const right = isOwn ? 0o100 : groups.includes(status.gid) ? 0o010 : 0o001;
    if ((status.mode & right) !== 0) return "open";
    return isOwn ? { own: directory } : "closed";
  };
  return (path) => into(parentPath(path));
}

/** Sockets of services that lie where a profile would show them: a read-only mount does not keep anybody from them (measured). */
function socketsOutside(hidden: readonly string[], projectRoot: string): readonly string[] {
  const shows = (place: string, path: string): boolean =>
    isWithin(place, projectRoot) && isWithin(projectRoot, path);
  const found = new Set<string>();
  for (const path of socketPaths()) {
    if (/^\/(?:run|var\/run|tmp|var\/tmp|dev|proc)\//.test(path)) continue;
    // WHY not by one above the project: that is laid back over it.
    if (hidden.some((place) => isWithin(place, path) && !shows(place, path))) continue;
    if (isSocket(path)) found.add(path);
  }
  return [...found];
}

/** WHY not where it cannot be looked at: what another user closed, no call of this one gets to. */
function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)];
}

function uniqueFiles(files: readonly HiddenFile[]): readonly HiddenFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

function atHome(place: string, home: string): string {
  return place.startsWith("~/") ? joinPath(home, place.slice(2)) : place;
}

/** Ends what runs in rooms of a data directory, and removes what lies outside of it: for who takes the program out. */
export function clearHold(data: string): void {
  const places = holdPlaces(data);
  openRooms(places.rooms, places.scratch, () => Number.POSITIVE_INFINITY).sweep();
  for (const path of [places.tickets, places.scratch])
    rmSync(path, { recursive: true, force: true });
}

/** The name of a held command's ticket; undefined for a command that is none. */
export function ticketIn(command: string, data: string): string | undefined {
  const found = /^\. (.+) ([0-9a-f]{20})(?: #[^\n]*)?$/.exec(command);
  const shim = found?.[1];
  return shim !== undefined && shim === shellWord(holdPlaces(data).shim) ? found?.[2] : undefined;
}
