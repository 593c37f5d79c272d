// The profile of one call: what it needs, what the policy hides and keeps, and how the machine is, put together.
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import { compileGlob } from "#base/glob.ts";
import type { HoldNeeds, Write } from "#guard/hold/needs.ts";
import {
  byDepth,
  type HiddenFile,
  type HoldProfile,
  type WrittenFolder,
} from "#guard/hold/profile.ts";
import { goesAlong, goesWith } from "#guard/hold/moved-entries.ts";
import { mayMakeClientFolder } from "#guard/hold/client-folder.ts";
import { entrustedPrograms } from "#guard/hold/entrusted.ts";
import { ownChanges } from "#guard/hold/own-changes.ts";
import { programNeeds } from "#guard/hold/program-needs.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { GitSettings } from "#guard/vocabulary/git-settings.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { listeningPorts, PROCESS_FILES, socketPaths } from "#platform/namespaces.ts";
import { type OpenDirectory, openBelow } from "#platform/open-below.ts";
import { openFlags } from "#platform/open-flags.ts";
import { groupIds, userId } from "#platform/user.ts";
import { realOf, realPath } from "../../foundation/files/path-status.ts";
import { statusOf } from "./places/entries.ts";
import type { FoundPlaces } from "./places/found-places.ts";
import { grownLayers } from "./grown-directories.ts";
import { gitDirectoryOf, type GitPlaces, gitPlaces, modulesOf } from "./places/git-places.ts";
import type { CallReach } from "./hosts/call-hosts.ts";
import { cacheVariables } from "./cache-layers.ts";
import type { Looks } from "../../foundation/files/looks.ts";
import { ownTemporary } from "./own-temporary.ts";
import type { Room } from "./room.ts";
import type { SocketReach } from "./start/call-sockets.ts";
import { includedFiles } from "../facts/git/included-settings.ts";
import { linkedSettings } from "../facts/linked-settings.ts";
import { type ClientFolders, makeOfUser } from "./settings/client-folders.ts";
import type { SettingsCopy } from "./settings/settings-copies.ts";
import { INSIDE } from "./start/inside.ts";
import type { HoldPlaces } from "./shim.ts";
import { ticketFiles } from "./tickets.ts";
import { stateAt } from "./left-state.ts";
import { leftAlone } from "./settings/left-alone.ts";
import { settingsOwn } from "./settings/git-shim.ts";
import { lentFolders, writtenFolders } from "./written/written-folders.ts";

/** A call that is to be held. Paths are absolute. */
export type CallToHold = {
  readonly projectId: string;
  readonly projectRoot: string;
  /** Directories beside it in which what the policy hides is looked for as in the project. */
  readonly additionalDirectories?: readonly string[];
  readonly sessionId: string;
  readonly command: string;
  /** The client looks at its status when it ends; of one in the background, and of other tools, it tells. */
  readonly isWaitedFor?: boolean;
  readonly cwd: string;
  readonly decision: Decision;
  readonly policy: Policy;
  /** The client's configuration directory. */
  readonly configDirectory: string;
  /** Where the client keeps the session's transcript. */
  readonly transcriptPath: string | undefined;
  /** What the session says of `TMPDIR`: empty where it has none, undefined where that is not known. */
  readonly temporary?: string;
  /** The session's `PATH`, where it is known. */
  readonly searchPath?: string;
  /** Words that start the sandbox over an overlay of the project; the project itself unless given. */
  readonly over?: readonly string[];
};

/** What a profile is made of, beside the call. */
export type Around = {
  readonly needs: HoldNeeds;
  readonly at: FoundPlaces;
  readonly room: Room;
  /** How the call reaches its hosts; undefined where it gets the machine's network for them. */
  readonly reach: CallReach | undefined;
  /** Where it asks for signatures; undefined where it asks for none, or nobody makes them. */
  readonly signing: SocketReach | undefined;
  /** Where it asks for remotes; undefined as with signatures. */
  readonly remotes: SocketReach | undefined;
  readonly places: HoldPlaces;
  readonly data: string;
  readonly home: string;
  readonly folder: string;
  /** The git in whose place stands ours. */
  readonly git?: string | undefined;
  /** Files with what its programs log in with, which stay hidden: true values are put in outside. Real paths. */
  readonly exchanged: readonly string[];
  /** Whether the policy keeps a place from being read. */
  readonly hides: (path: string) => boolean;
  /** Whether nothing else of its session is running. */
  readonly isAlone: () => boolean;
  /** Ports of this machine at which sessions answer. */
  readonly served: ReadonlySet<number>;
  readonly copies: readonly SettingsCopy[];
  readonly looks: Looks;
  readonly clientFolders: ClientFolders;
};

/** A profile, and what depends on how things are when the call begins: the shim looks at that. */
export type CallProfile = HoldProfile &
  Pick<GitPlaces, "unwanted"> & {
    /** Sockets of other programs, of which each may be gone at any time. */
    readonly sockets: readonly string[];
    readonly hasAgent: boolean;
    /** What programs outside obey and nothing keeps, because it lies in folders that the call takes away or moves. */
    readonly goes: readonly string[];
    /** It sees and may change no more than any other call of its session, and has to do with other processes. */
    readonly mayShare: boolean;
  };

/** The profile of one call. */
export function profileOf(call: CallToHold, around: Around): CallProfile {
  const { needs, at, room, reach, places, data, home, folder, copies, looks } = around;
  const { projectRoot, projectId, cwd, configDirectory } = call;
  const own = ownPrograms(needs, call.decision).map(programNeeds);
  const services = servicesOf(own, home);
  const reachesMachine = needs.network === "loopback" && isOfMachine(needs, room, around.served);
  const { exchanged } = around;
  const opened = openedBy(needs, own, { home, projectRoot, reachesMachine, exchanged });
  const client = clientPlaces(configDirectory, home, call.transcriptPath);
  const wayTo = createWays(looks);
  const isReached = (path: string): boolean => wayTo(path) === "open";
  // WHY open: what lies in a working tree that git takes away goes with it, and is shown to nobody.
  const stays = (path: string): boolean => !needs.removes.some((one) => isWithin(one, path));
  const isTakenAlong = (path: string): boolean =>
    !stays(path) || needs.moves.some((one) => isWithin(one, path));
  const views = new Set(needs.views);
  // WHY not by what programs are given otherwise: it was judged harmless because of the view. To a program of which a person was asked
  // the files of its own are given.
  const entrusted =
    needs.isUnbounded && call.decision.verdict === "ask" ? namedBy(own, projectRoot) : NOTHING;
  const { effects, ran = [] } = call.decision;
  const { isGiven, isTaken } = ownChanges({
    effects,
    command: call.command,
    programs: ran,
    changes: needs.changes,
    isAgreed: call.decision.verdict === "ask",
  });
  const isMeant = (path: string): boolean =>
    !isGiven(path) && (views.has(path) ? !entrusted(path) : stays(path) && !opened(path));
  const isSwept = sweptBy(effects);
  const meantFiles = [...at.hiddenFiles, ...client.hiddenFiles].filter(
    // WHY whatever is judged of it: who fills in a value there does so beside what runs then.
    ({ path, isMade }) => (isMade === true ? !isSwept(path) && !isTaken(path) : isMeant(path)),
  );
  const temporary = ownTemporary(
    call.temporary,
    { projectRoot, data, home, configDirectory },
    looks,
  );
  // WHY all of it: programs put a new file beside the old one.
  const isLeft = (path: string): boolean =>
    !needs.writes.some((one) => isWithin(path, one.path)) &&
    (temporary === undefined || !isWithin(path, temporary));
  const empty = at.emptyDirectories.filter(isLeft);
  const meantDirectories = [...at.hiddenDirectories, ...empty, ...client.hiddenDirectories].filter(
    isMeant,
  );
  const closed = [...meantFiles.map(({ path }) => path), ...meantDirectories].flatMap((path) => {
    const way = wayTo(path);
    return typeof way === "object" ? [way.own] : [];
  });
  const hiddenFiles = meantFiles.filter(({ path }) => isReached(path));
  const hiddenDirectories = [...new Set([...meantDirectories.filter(isReached), ...closed])];
  const git = gitPlaces(at.repositories, { needs, projectRoot });
  const clientFolder = join(projectRoot, ".claude");
  const mayMake = (): boolean =>
    call.over !== undefined ||
    // WHY also beside what goes on: that may change what the call was judged by, as the patch that `git apply` reads.
    ((mayMakeClientFolder(call.decision, { needs, projectRoot }) || !around.isAlone()) &&
      // What it was judged to change there it may make itself.
      (needs.isUnbounded || !changes(needs, clientFolder)));
  const settings = around.clientFolders.isKept(clientFolder, { ticket: baseName(folder), mayMake })
    ? [clientFolder]
    : [];
  const isMade = around.clientFolders.isMade(clientFolder);
  const linked = linkedSettings([...settings, configDirectory]).filter(
    (path) => isWithin(projectRoot, path) && looks.status(path) !== undefined,
  );
  // WHY though its end was agreed to: with the folder go the mounts that lie over it in what runs beside the call.
  const isGone =
    (isMade || !around.isAlone()) &&
    effects.some(
      (one) =>
        one.kind === "delete" && one.target.kind === "path" && one.target.real === clientFolder,
    );
  // WHY though a change there was judged: code that nobody foresees would change the rest of the folder, which the client obeys.
  const isOfClient = (path: string): boolean =>
    (needs.isUnbounded || isGone) && settings.includes(path);
  // WHY where a link leads: nothing can be mounted on one that leads nowhere or out of what the call sees, and the call would not
  // start. What is made of the link itself is looked at afterwards.
  const behind = (path: string): readonly string[] => {
    if (looks.status(path)?.isSymbolicLink() !== true) return [path];
    const real = looks.real(path);
    return real !== path && isWithin(projectRoot, real) ? [real] : [];
  };
  const mayGo =
    needs.isUnbounded || needs.hasEngine || call.isWaitedFor !== true
      ? NOTHING
      : goesWith(effects, projectRoot);
  const going = at.kept.filter((path) => mayGo(path) && !changes(needs, path));
  const goes =
    going.length > 0 && around.isAlone() ? going.filter((path) => stateAt(path) !== undefined) : [];
  const kept = unique([...at.kept, ...settings, ...linked, ...git.kept].flatMap(behind)).filter(
    (path) =>
      !isTakenAlong(path) && !goes.includes(path) && (isOfClient(path) || !changes(needs, path)),
  );
  const covered = (path: string): boolean =>
    hiddenDirectories.some((one) => one !== path && isWithin(one, path)) &&
    !at.shown.some((one) => isWithin(one, path));
  const rings = keyRings(needs, effects, looks).filter(covered);
  const sockets = socketsOutside(
    [...hiddenDirectories, data],
    [projectRoot, ...(call.additionalDirectories ?? [])],
  )
    .filter(isReached)
    .filter((path) => !services.some((place) => isWithin(place, path)));
  const reachesHosts = (needs.network === "hosts" && reach === undefined) || reachesMachine;
  const isOutside = ({ path }: Write): boolean =>
    temporary === undefined || !isWithin(temporary, path);
  // WHY never: whoever changes it says which repository git obeys there. What is judged to change behind it lies in the project.
  const links = at.links.filter((path) => !isTakenAlong(path));
  const isNoLink = ({ path }: Write): boolean => !links.includes(path);
  const outside = outsideWrites(
    needs.writes.filter((one) => isOutside(one) && isNoLink(one)),
    { home, projectRoot },
  );
  const cache = join(places.caches, projectId);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  // WHY not around the project, or what is ours: those are seen as they are.
  const mayHaveLayer = (path: string): boolean =>
    ![projectRoot, data, configDirectory].some((one) => isWithin(path, one)) &&
    !isWithin(projectRoot, path) &&
    !outside.writable.includes(path);
  const wanted = room.layers.filter(({ path }) => mayHaveLayer(path));
  const over = wanted.filter(
    ({ path }) => looks.real(path) === path && looks.status(path)?.isDirectory() === true,
  );
  const ofHome = call.over === undefined ? rightIn(home, outside.writable) : [];
  const settingsSeen = copies.filter(({ path }) => isReached(path) && !covered(path));
  const allFiles = uniqueFiles([
    ...hiddenFiles.filter(({ path, from }) => from !== undefined || !covered(path)),
    ...settingsSeen.flatMap(({ path, from }) =>
      from === undefined ? [{ path, as: "closed" as const }] : [],
    ),
  ]);
  const folders =
    needs.isUnbounded || needs.hasEngine || call.over !== undefined
      ? []
      : writtenFolders({
          effects,
          isAgreed: call.decision.verdict === "ask",
          hiddenFiles: allFiles,
          ofHome,
          fresh: freshFiles(call, around, isMeant),
          projectRoot,
          looks,
          covers: [...hiddenDirectories, ...kept, ...over.map(({ path }) => path), data],
          directory: join(places.written, baseName(folder)),
        });
  const isWritten = (path: string): boolean =>
    folders.some((one) => one.path === parentPath(path) && isOwnIn(one, baseName(path)));
  const isFresh = needs.isUnbounded && seesNothingNew(call, around, isMeant);
  // WHY by its name: who agrees to a change of the whole project was not asked about this file.
  const isAgreed = (path: string): boolean =>
    call.decision.verdict === "ask" &&
    needs.changes.includes(path) &&
    looks.status(path)?.nlink === 1;
  const lent =
    needs.isUnbounded && call.over === undefined
      ? lentFolders(
          allFiles.filter(
            ({ path, isMade }) =>
              isWithin(projectRoot, path) && ((isMade === true && isFresh) || isAgreed(path)),
          ),
          { from: join(places.written, baseName(folder)), projectRoot },
        )
      : [];
  const isLent = (path: string): boolean =>
    lent.some((one) => one.path === parentPath(path) && isOwnIn(one, baseName(path)));
  const files = allFiles.filter(({ path }) => !isWritten(path) && !isLent(path));
  const hiddenNow = new Set(allFiles.flatMap(({ path }) => (isWritten(path) ? [] : [path])));
  const inProject = (path: string): boolean => isWithin(projectRoot, path) && path !== projectRoot;
  const writable = [
    ...git.writable,
    ...outside.writable.filter(
      (path) =>
        !isWritten(path) &&
        !hiddenNow.has(path) &&
        !folders.some((one) => one.path === path) &&
        // What stays hidden lies over it, so that it could be changed by nobody, and the look at the mounts would not know it.
        !hiddenDirectories.includes(path),
    ),
    ...(needs.network === "hosts"
      ? keptByPrograms(own, home).filter((path) => !over.some((one) => isWithin(one.path, path)))
      : []),
  ];
  const copied = settingsSeen.map(({ path }) => path);
  const fixed = [
    ...[...writable, ...hiddenDirectories, room.scratch, data],
    ...folders.map(({ path }) => path),
    ...["/tmp", "/var/tmp", "/run", ...(temporary === undefined ? [] : [temporary])],
  ];
  const mayBeLaidOut = (path: string): boolean =>
    path !== "/" &&
    (isWithin(projectRoot, path) ? kept.includes(path) : !isWithin(path, projectRoot)) &&
    !fixed.some((one) => isWithin(one, path));
  const { layers, grown } = grownLayers(
    wanted.filter(({ path }) => looks.status(path) === undefined),
    // WHY these: the client writes them anew while calls run, each time as another file.
    unique(
      [
        ...client.hiddenFiles.map(({ path }) => path).filter((path) => hiddenNow.has(path)),
        ...copied,
      ].map(parentPath),
    ).filter(mayBeLaidOut),
    {
      home: looks.real(home),
      looks,
      fixed: [...fixed, projectRoot],
      covered: new Set([...hiddenNow, ...hiddenDirectories, ...copied]),
    },
  );
  const excluded = isMade
    ? leftAlone(clientFolder, {
        directory: places.settings,
        isSeen: (path) => [projectRoot, ...writable].some((place) => isWithin(place, path)),
      }).filter(({ to }) => !changes(needs, to))
    : [];
  const joins = room.keeper !== undefined && !reachesHosts && reach === undefined;
  const isUsual =
    joins &&
    [...at.hiddenFiles, ...client.hiddenFiles].every(
      ({ path, isMade }) => isMade === true || isMeant(path),
    ) &&
    [...at.hiddenDirectories, ...client.hiddenDirectories].every(isMeant) &&
    needs.reads.every((path) => !covered(looks.real(path))) &&
    rings.length === 0 &&
    [needs.writes, needs.removes, needs.moves, needs.gitSettings, folders, lent, goes].every(
      ({ length }) => length === 0,
    ) &&
    !kept.some((path) => changes(needs, path)) &&
    services.length === 0 &&
    around.signing === undefined &&
    around.remotes === undefined &&
    call.over === undefined;
  const { additionalDirectories = [] } = call;
  const mayGoAlong =
    needs.isUnbounded || needs.hasEngine
      ? NOTHING
      : goesAlong({
          effects,
          roots: [projectRoot, ...additionalDirectories],
          hides: around.hides,
          isFile: (path) => looks.status(path)?.isFile() === true,
          isAlone: around.isAlone,
        });
  const isBeside = (path: string): boolean =>
    additionalDirectories.some((one) => one !== path && isWithin(one, path));
  const laidOut = grown.map(({ path }) => path).filter(inProject);
  const worktrees = worktreesOf(call, at);
  const made =
    isMade && kept.includes(clientFolder) && !worktrees.some((tree) => isWithin(clientFolder, tree))
      ? [clientFolder]
      : [];
  return {
    projectRoot,
    cwd,
    writable,
    layers: [...over, ...layers],
    grown,
    pinned: pinnedOf(
      [...hiddenNow, ...sockets, ...hiddenDirectories, ...kept].filter(
        (path) => (inProject(path) || isBeside(path)) && !mayGoAlong(path),
      ),
      { tops: [projectRoot, ...outside.writable], repositories: git.directories },
    ).filter((path) => !laidOut.some((one) => isWithin(one, path))),
    kept: [...kept, ...links, ...outside.kept].filter(
      (path) => !laidOut.includes(path) && !made.includes(path),
    ),
    made,
    reopened: [
      ...worktrees,
      ...remadeHooks(call, looks),
      // WHY none in working trees: they are open, and a place that is mounted cannot be replaced there by a new one of its name.
      ...settings
        .filter(isOfClient)
        .flatMap((folder) => judgedIn(folder, needs, looks))
        .filter((path) => !worktrees.some((tree) => isWithin(tree, path))),
      ...writable.filter((path) => outside.kept.some((one) => isWithin(one, path))),
    ],
    folders,
    lent,
    hiddenFiles: files,
    hiddenDirectories: hiddenDirectories.filter((path) => !covered(path)),
    emptyDirectories: empty,
    replaced: settingsSeen.flatMap(({ path, from }) =>
      from === undefined || hiddenNow.has(path) ? [] : [{ path, from }],
    ),
    shown: [...at.shown, ...client.shown, ...needs.reads.map(looks.real).filter(covered), ...rings],
    services: [
      ...services.filter((path) => path.startsWith("/run/")),
      ...(reachesHosts ? RESOLVERS : []),
    ].filter((path) => isSeen(path)),
    sockets: sockets.filter((path) => !hiddenNow.has(path)),
    buried: room.layers.map(({ from }) => from),
    hasAgent: reachesHosts && own.some(({ hasAgent }) => hasAgent),
    scratch: room.scratch,
    ...(temporary === undefined ? {} : { temporary }),
    reachesHosts,
    joins,
    goes,
    mayShare: isUsual && (needs.isUnbounded || looksAtProcesses(call)),
    joinsNetwork: reach !== undefined,
    variables: [
      ...(temporary === undefined ? temporaryVariable(call) : []),
      ...(needs.showsVariables
        ? []
        : [
            ...variablesOf(needs),
            ...cacheVariables(home, [...over, ...layers], needs.network === "hosts"),
          ]),
      ...(reach?.variables ?? []),
    ],
    stand: places.stand,
    own: [
      ...ticketFiles(folder),
      ...(around.git === undefined ? [] : settingsOwn(around.git, { shim: places.git, folder })),
      ...[reach, around.signing, around.remotes].flatMap((one) => one?.own ?? []),
      ...ownHooks(call, {
        folder,
        looks,
        others: [...hiddenNow, ...hiddenDirectories, ...needs.changes],
      }),
      ...excluded,
      { from: cache, to: `${INSIDE}/cache`, isWritable: true },
      { from: room.scratch, to: room.scratch, isWritable: true },
      ...(temporary === undefined ? [] : [{ from: room.scratch, to: temporary, isWritable: true }]),
    ],
    data: {
      root: data,
      shown: [join(data, "tls", "ca-bundle.pem"), places.signer, ...ownNode(data)],
    },
    unwanted: git.unwanted.filter((path) => !changes(needs, path)),
  };
}

/**
 * Whether a port that a call asks is one of the machine: the session has nobody there, or none of its own. `served`: ports at
 * which sessions answer. WHY not those: a session could stop listening, and be taken for the machine while we still answer.
 */
export function isOfMachine(
  { ports }: HoldNeeds,
  { keeper }: Room,
  served: ReadonlySet<number>,
): boolean {
  const own = keeper === undefined ? new Set<number>() : listeningPorts(keeper);
  const machine = listeningPorts("self");
  return ports.some(
    (port) => port !== undefined && machine.has(port) && !own.has(port) && !served.has(port),
  );
}

/**
 * Files in which gpg looks up keys of others and how far they are trusted: without them it lists none, and knows no signature. WHY not
 * beside unforeseen code: they say whom a person writes to.
 */
function keyRings(
  { isUnbounded }: HoldNeeds,
  effects: Decision["effects"],
  looks: Looks,
): readonly string[] {
  if (isUnbounded) return [];
  const rings = effects.flatMap((effect) => {
    if (effect.kind !== "write" || effect.mode !== "cache" || effect.via.at(-1) !== "gpg")
      return [];
    const { target } = effect;
    return target.kind === "path" ? RINGS.map((name) => joinPath(target.real, name)) : [];
  });
  return rings.filter((path) => looks.real(path) === path && looks.status(path)?.isFile() === true);
}

const RINGS = ["pubring.kbx", "pubring.gpg", "trustdb.gpg"];

/** The node that runs what stands for ssh and signers inside, where it is kept among our data. */
function ownNode(data: string): readonly string[] {
  return isWithin(data, process.execPath) ? [process.execPath] : [];
}

/** Programs that look at processes by more than their names. */
const LOOKERS = new Set(
  "lsof ss fuser netstat strace ltrace gdb lldb gcore perf py-spy pmap pwdx pstack".split(" "),
);

/** Whether a call looks at what processes have open, or at more of them. */
function looksAtProcesses({ command, decision }: CallToHold): boolean {
  return (
    command.includes(PROCESS_FILES) ||
    (decision.ran ?? decision.programs).some((name) => LOOKERS.has(name))
  );
}

/** Names are resolved through what these hold. */
const RESOLVERS = ["/run/systemd/resolve", "/run/resolvconf", "/run/nscd"];

/** Programs that get what is theirs. WHY few beside unforeseen code: it sees the same, and only a person gives it that. */
function ownPrograms(
  { isUnbounded, programs }: HoldNeeds,
  { verdict, effects }: Decision,
): readonly string[] {
  if (!isUnbounded) return programs;
  return verdict === "ask" ? entrustedPrograms(effects) : [];
}

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
  {
    home,
    projectRoot,
    reachesMachine,
    exchanged,
  }: {
    readonly home: string;
    readonly projectRoot: string;
    readonly reachesMachine: boolean;
    readonly exchanged: readonly string[];
  },
): (path: string) => boolean {
  // WHY not what the session listens on: whoever plays a server there would be given a true password.
  const reaches =
    needs.network === "hosts" ||
    reachesMachine ||
    (needs.network === "none" && own.some(({ services }) => services !== undefined));
  const reads = new Set(needs.reads.map(realPath));
  const credentials = reaches
    ? own.flatMap(({ reads: places = [] }) => places.map((place) => realPath(atHome(place, home))))
    : [];
  const isNamed = namedBy(own, projectRoot);
  return (path) =>
    reads.has(path) ||
    (!exchanged.includes(path) && credentials.some((place) => isWithin(place, path))) ||
    isNamed(path);
}

const NOTHING = (): boolean => false;

/** A test of files of the project that programs read themselves. */
function namedBy(
  own: readonly ReturnType<typeof programNeeds>[],
  projectRoot: string,
): (path: string) => boolean {
  const names = own
    .flatMap(({ projectNames = [] }) => projectNames)
    .map((glob) => compileGlob(`/**/${glob}`));
  return (path) => isWithin(projectRoot, path) && names.some((matches) => matches(path));
}

/**
 * Further working trees where the client makes them: work like the project, in a directory that is kept. The directory of all
 * of them is made where the call makes the first one.
 */
function worktreesOf(
  { projectRoot, decision: { effects } }: CallToHold,
  { worktrees }: FoundPlaces,
): readonly string[] {
  const place = join(projectRoot, ".claude", "worktrees");
  const isThere = (path: string): boolean | undefined => statusOf(path)?.isDirectory();
  if (isThere(place) !== undefined || isThere(parentPath(place)) !== true) return worktrees;
  const isFirst = effects.some(
    (effect) =>
      effect.kind === "write" &&
      effect.target.kind === "path" &&
      isWithin(place, effect.target.real),
  );
  if (!isFirst) return [];
  try {
    makeOfUser(place);
    return [place];
  } catch {
    // Nobody can make it.
    return [];
  }
}

/** What was judged to change in a folder, or what it lies in, as far as it is there; never the folder itself. */
function judgedIn(folder: string, { changes: found }: HoldNeeds, looks: Looks): readonly string[] {
  return found.flatMap((changed) => {
    let place = changed;
    while (isWithin(folder, place) && place !== folder && looks.status(place) === undefined)
      place = parentPath(place);
    return isWithin(folder, place) && place !== folder ? [place] : [];
  });
}

/** Files of settings that may hold a token of our hooks, real paths. */
export function settingsFiles(
  projectRoot: string,
  configDirectory: string,
  { real }: Looks,
): readonly string[] {
  const names = ["settings.json", "settings.local.json"];
  return [join(projectRoot, ".claude"), configDirectory].flatMap((folder) =>
    names.map((name) => real(join(folder, name))),
  );
}

/** Files of git's settings that a call sees and does not change, the person's and those of repositories: an address there may have a password. */
export function gitSettingsFiles(
  repositories: FoundPlaces["repositories"],
  {
    needs,
    agreed,
    home,
    looks: { real },
  }: {
    readonly needs: HoldNeeds;
    readonly agreed: readonly GitSettings[];
    readonly home: string;
    readonly looks: Looks;
  },
): readonly string[] {
  const hasModules = !needs.gitSettings.includes("modules");
  const own = repositories
    .flatMap(({ root, gitDirectory }) => gitDirectoryOf(root, gitDirectory) ?? [])
    .flatMap((directory) => [directory, ...(hasModules ? modulesOf(directory) : [])])
    .flatMap((directory) => ["config", "config.worktree"].map((name) => join(directory, name)));
  const all = [".gitconfig", ".config/git/config"].map((name) => join(home, name));
  // WHY none where a person agreed that git writes them: it puts another file in the place, and nothing mounted can be replaced.
  if (agreed.length === 0) all.push(...own);
  return unique([...all, ...includedFiles(all, home)].map(real)).filter(
    (path) => !changes(needs, path),
  );
}

/** Where husky puts what git starts. */
const REMADE = ".husky/_";

/**
 * The folder of hooks that a tool makes anew at each install, where a person agreed that it sets them up. WHY nothing beside it: there
 * lies what the hooks run, which the repository follows.
 */
function remadeHooks({ decision, projectRoot }: CallToHold, looks: Looks): readonly string[] {
  if (decision.verdict !== "ask" || decision.gitSettings?.includes(`hooks:${REMADE}`) !== true)
    return [];
  const folder = join(looks.real(projectRoot), REMADE);
  const isOwn = looks.status(folder)?.isDirectory() === true && looks.real(folder) === folder;
  return isOwn ? [folder] : [];
}

/** Files in that folder: one for each of git's hooks, and what they have in common. */
const REMADE_MAX = 64;
const REMADE_BYTES_MAX = 65_536;

/**
 * A copy of that folder in its place, where the tool runs and nobody was asked: it makes the same again, and what is in the copy goes with
 * the call.
 */
function ownHooks(
  call: CallToHold,
  {
    folder,
    looks,
    others,
  }: {
    readonly folder: string;
    readonly looks: Looks;
    /** What is hidden, and what the call was judged to change. */
    readonly others: readonly string[];
  },
): HoldProfile["own"] {
  const root = looks.real(call.projectRoot);
  const to = join(root, REMADE);
  if (call.over !== undefined || call.decision.ran?.includes("husky") !== true) return [];
  if (remadeHooks(call, looks).length > 0) return [];
  if (others.some((path) => isWithin(to, path) || isWithin(path, to))) return [];
  const from = join(folder, "hooks");
  let place: OpenDirectory | undefined;
  try {
    // WHY so: processes of the session may put links there meanwhile.
    place = openBelow(root, REMADE.split("/"));
    const names = readdirSync(place.at("."));
    if (names.length > REMADE_MAX) return [];
    mkdirSync(from, { mode: 0o700 });
    for (const name of names) {
      const file = openSync(place.at(name), openFlags.read);
      try {
        const { mode, size } = fstatSync(file);
        if (size > REMADE_BYTES_MAX) return [];
        writeFileSync(join(from, name), readFileSync(file), { mode: mode & 0o777 });
      } finally {
        closeSync(file);
      }
    }
    return [{ from, to, isWritable: true }];
  } catch {
    return [];
  } finally {
    place?.close();
  }
}

/** Whether the call was judged to change a place by itself, so that it need not be kept from it. */
function changes({ changes: found, writes }: HoldNeeds, path: string): boolean {
  return found.some((one) => isWithin(path, one)) || writes.some((one) => isWithin(path, one.path));
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
    hiddenFiles: [
      ...files.map((path) => ({ path, as: "json" as const })),
      // What people typed, in all their projects.
      { path: join(configDirectory, "history.jsonl"), as: "empty" as const },
    ]
      .filter(({ path }) => isSeen(path))
      .map(({ path, as }) => ({ path: realPath(path), as })),
    hiddenDirectories: isSeen(projects) ? [realPath(projects)] : [],
    // What the client wrote of background calls, for the agent to read.
    shown: [...own, temporary].filter((path) => isSeen(path)),
  };
}

/** Directories that must stay where they are: each between what is hidden or kept and the place around it that may be changed. */
function pinnedOf(
  paths: readonly string[],
  {
    tops,
    repositories,
  }: { readonly tops: readonly string[]; readonly repositories: readonly string[] },
): readonly string[] {
  const pinned = new Set(repositories);
  for (const path of paths) {
    const around = tops
      .filter((one) => isWithin(one, parentPath(path)))
      .toSorted(byDepth)
      .at(-1);
    if (around === undefined) continue;
    for (let at = parentPath(path); at !== around && !pinned.has(at); at = parentPath(at))
      pinned.add(at);
  }
  return [...pinned];
}

/**
 * Places outside of the project that the call may change. WHY the directory around a place: programs put a new file there and
 * move it over the old one. Of a directory that holds much else only the place itself, and what is not there is made by
 * nobody.
 */
function outsideWrites(
  writes: readonly Write[],
  { home, projectRoot }: { readonly home: string; readonly projectRoot: string },
): { readonly writable: readonly string[]; readonly kept: readonly string[] } {
  const writable = new Set<string>();
  const kept = new Set<string>();
  for (const { path, isTree, isGone } of writes) {
    const at = existing(path);
    if (isGone && at === path && opensAround(path)) continue;
    // Nothing lies below a file: of a further working tree git keeps its books elsewhere.
    if (at !== path && statusOf(at)?.isDirectory() !== true) continue;
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

  /** The directory of what is taken away, without all else in it; not where that is too much to be kept one by one. */
  function opensAround(path: string): boolean {
    const around = parentPath(path);
    const beside = readdirSync(around, { withFileTypes: true })
      .filter((entry) => !entry.isSymbolicLink())
      .map(({ name }) => joinPath(around, name))
      .filter((one) => one !== path && one !== projectRoot);
    const isWide = parentPath(around) === "/" || beside.some((one) => isWithin(one, projectRoot));
    if (isWide || beside.length > BESIDE_MAX) return false;
    for (const one of beside) kept.add(one);
    writable.add(around);
    return true;
  }
}

/** Entries of a directory that are kept one by one: each costs a third of a millisecond. */
const BESIDE_MAX = 96;

function existing(path: string): string {
  let at = path;
  while (at !== "/" && statusOf(at) === undefined) at = parentPath(at);
  return realPath(at);
}

function keptByPrograms(
  own: readonly ReturnType<typeof programNeeds>[],
  home: string,
): readonly string[] {
  return own
    .flatMap(({ keeps = [] }) => keeps.map((place) => atHome(place, home)))
    .filter((path) => isSeen(path));
}

/** Where temporary files go, if that is not where the session has them: nowhere else, or in the project. */
function temporaryVariable({ temporary, projectRoot }: CallToHold): HoldProfile["variables"] {
  const isUsable =
    temporary !== undefined && (temporary === "" || isWithin(projectRoot, temporary));
  return isUsable ? [] : [["TMPDIR", "/tmp"]];
}

/**
 * Variables that keep programs from waiting for a network that is not there, and give them places that they may write. WHY none of the former
 * but beside unforeseen code: other programs are known to ask nobody, and some of them show their settings.
 */
function variablesOf(needs: HoldNeeds): HoldProfile["variables"] {
  const always = [
    // Chromium ends where it cannot write its settings, without a window too.
    ["CHROME_CONFIG_HOME", "/tmp/.chrome"],
  ] as const;
  if (needs.network === "hosts" || !needs.isUnbounded) return always;
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
function createWays(looks: Looks): (path: string) => Way {
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
    const status = looks.status(directory);
    if (status === undefined) return "closed";
    const isOwn = status.uid === uid;
    const right = isOwn ? 0o100 : groups.includes(status.gid) ? 0o010 : 0o001;
    if ((status.mode & right) !== 0) return "open";
    return isOwn ? { own: directory } : "closed";
  };
  return (path) => into(parentPath(path));
}

/** Places of which a call has its own. */
const EMPTIED = ["/run", "/var/run", "/tmp", "/var/tmp", "/dev", "/proc"];

/** Sockets of services that lie where a profile would show them: a read-only mount does not keep anybody from them (measured). */
function socketsOutside(hidden: readonly string[], roots: readonly string[]): readonly string[] {
  const shows = (place: string, path: string): boolean =>
    roots.some((root) => isWithin(place, root) && isWithin(root, path));
  const found = new Set<string>();
  for (const path of socketPaths()) {
    // WHY not by one above a root: that is laid back over it.
    if (EMPTIED.some((place) => isWithin(place, path) && !shows(place, path))) continue;
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

/** Whether a path leads to something. */
function isSeen(path: string): boolean {
  const real = realOf(path);
  return real !== undefined && statusOf(real) !== undefined;
}

/** Files right in the home. */
function rightIn(home: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => parentPath(path) === home && statusOf(path)?.isFile() === true);
}

/** Whether a name is a file of the call's own in such a folder. */
function isOwnIn({ entries }: WrittenFolder, name: string): boolean {
  return entries.some((one) => one.name === name && (one.as === "view" || one.as === "copy"));
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

/**
 * Files of names that the policy hides, which are not there yet or made by the session, and which the call is to make out of what its
 * session may see: it reaches no host, nobody said yes to anything, and all that is hidden stays so. WHY not in the background: they are
 * put in their place at its end.
 */
function freshFiles(
  call: CallToHold,
  around: Around,
  isMeant: (path: string) => boolean,
): readonly string[] {
  const { needs, at, looks, hides } = around;
  const { projectRoot } = call;
  if (!seesNothingNew(call, around, isMeant)) return [];
  return needs.changes.filter(
    (path) =>
      isWithin(projectRoot, path) &&
      hides(path) &&
      !at.hiddenRuns.includes(path) &&
      (looks.status(path) === undefined ||
        at.hiddenFiles.some((one) => one.path === path && one.isMade === true)),
  );
}

/** Whether all that a call can write somewhere is what its session may see, and is put in its place at its end. */
function seesNothingNew(
  { decision, isWaitedFor }: CallToHold,
  { needs, at }: Around,
  isMeant: (path: string) => boolean,
): boolean {
  return (
    isWaitedFor === true &&
    decision.verdict === "allow" &&
    needs.network === "none" &&
    at.hiddenFiles.every(({ path, isMade }) => isMade === true || isMeant(path)) &&
    [...at.hiddenDirectories, ...at.emptyDirectories].every(isMeant)
  );
}

/** Tells what goes with a directory that is taken away or moved: no mount may lie in there. */
function sweptBy(effects: Decision["effects"]): (path: string) => boolean {
  const trees = effects.flatMap((effect) =>
    effect.kind === "delete" && effect.target.kind === "path" && effect.target.reach === "tree"
      ? [effect.target.real]
      : [],
  );
  return (path) => trees.some((tree) => tree !== path && isWithin(tree, path));
}
