// Holding calls: what is known of this machine and its sessions, put together to a profile and a ticket for each call.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { dropOldest } from "#base/drop-oldest.ts";
import { isWithin } from "#base/path.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { brokeredOf } from "#guard/hold/brokered.ts";
import { answersByStatus } from "#guard/native/answering-status.ts";
import { type HoldNeeds, needsOf } from "#guard/hold/needs.ts";
import { packedTrees } from "#guard/hold/packed-trees.ts";
import { withKnownHosts } from "#guard/hold/keys/known-hosts.ts";
import { reachedHosts } from "#guard/hold/reached-hosts.ts";
import { readingOf, type RegistryReading } from "#guard/hold/registry-reading.ts";
import { HELD_AND_READ } from "#guard/policy/authorize/contained.ts";
import type { FactAnswer } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { bubblewrapOptions, optionsInPrepared, preparedOptions } from "#guard/hold/profile.ts";
import { isOpenToUser, userId } from "#platform/user.ts";
import { listeningPorts, portListeners } from "#platform/namespaces.ts";
import { VIEW_BYTES_MAX } from "#guard/hold/views/view.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { removeTree } from "../../foundation/files/closed-tree.ts";
import { createGitIndexes } from "../facts/git/git-copies.ts";
import {
  type CallProfile,
  type CallToHold,
  isOfMachine,
  profileOf,
  gitSettingsFiles,
  settingsFiles,
} from "./call-profile.ts";
import { statusOf } from "./places/entries.ts";
import { createWatchQueue, type WatchQueue } from "./places/watch-queue.ts";
import {
  type Asked,
  createPlaceFinder,
  type FoundPlaces,
  type PlaceFinder,
} from "./places/found-places.ts";
import type { PortsOfCall } from "./closed-port.ts";
import type { CallHosts } from "./hosts/call-hosts.ts";
import type { MadeExchange, RefusedHost } from "./hosts/grants.ts";
import { type CallLogins, callLogins } from "./keys/call-logins.ts";
import type { ApprovedKey } from "./keys/exchanged-request.ts";
import type { RoomOfPorts } from "./hosts/machine-ports.ts";
import { coveredBy, createLostViews } from "./lost-views.ts";
import { createLooks, type Looks } from "../../foundation/files/looks.ts";
import { meantMounts } from "./mount-check.ts";
import { noHold } from "./no-hold.ts";
import { createClientFolders } from "./settings/client-folders.ts";
import { createSettingsCopies } from "./settings/settings-copies.ts";
import { createStillRooms, type StillCall, type StillRooms } from "./still-rooms.ts";
import { createHeldCalls } from "./held-calls.ts";
import { type Followed, openLeftWatch } from "./left-watch.ts";
import { createPreparedMounts } from "./prepared-mounts.ts";
import { createSharedRights } from "./shared-rights.ts";
import { isQuiet, openRooms, type Room, roomKey, type RoomOptions } from "./room.ts";
import { type HoldPlaces, holdPlaces, makeOwnDirectory, writeHoldFiles } from "./shim.ts";
import { type HoldPrograms, type HoldStatus, holdStatus } from "./hold-status.ts";
import {
  dropTicket,
  hasFallen,
  newTicket,
  sweepTickets,
  TICKET_MS_MAX,
  writeTicket,
} from "./tickets.ts";
import { gitOf } from "./settings/git-shim.ts";
import { keepSettings, type SettingsBefore, settingsBefore } from "./settings/kept-settings.ts";
import { copyOfExample, type ExpectedCopy, expectedCopies } from "./written/copied-examples.ts";
import { createMadeFiles } from "./written/made-files.ts";
import { createMadeFolders } from "./written/made-folders.ts";
import { keptVariables } from "./shown-variables.ts";
import { startOf, JOINED, IN_PREPARED, shownCommand } from "./held-command.ts";
import type { CallRemotes } from "./remotes/call-remotes.ts";
import { httpProgramsIn } from "./remotes/person-http.ts";
import type { MadeContact } from "./remotes/contact.ts";
import type { CallSignatures } from "./signing/call-signatures.ts";
import type { MadeSignature } from "./signing/make-signature.ts";
import { signingLines } from "./signing/signing-shim.ts";
import { createViews, newStream, sweepViews, type Views } from "./places/views.ts";
import { asShown } from "./places/shown-files.ts";
import { areLinesSame } from "./places/same-lines.ts";

/** What became of it: the command that runs it held, or why it cannot be. */
export type HoldAnswer =
  | {
      readonly kind: "held";
      readonly command: string;
      readonly ticket: string;
      /** Files that it loads, of which it is shown views. */
      readonly views: readonly string[];
    }
  | { readonly kind: "not-held"; readonly why: string };

/** Where calls are held, and by which policy. */
export type PlaceAsked = Pick<
  CallToHold,
  "projectRoot" | "additionalDirectories" | "searchPath" | "policy" | "configDirectory"
>;

/** A view of it, nothing because nothing is there, or anything else; with what the view hides that belongs to a host. */
type ShownFile = Omit<Extract<FactAnswer, { kind: "shown" }>, "kind">;
/** What held calls see of a hidden file: the text of its view, or nothing where it is closed. */
export type HiddenText = { readonly text: string | undefined };

export type CallHolder = {
  /** Whether calls can be held here; looked at once, and again when that is asked for. */
  standing(): Promise<HoldStatus>;
  /** Writes the call's ticket. Rejects where the disk does not take it. */
  hold(call: CallToHold): Promise<HoldAnswer>;
  /** Looks at a project before the first call of a session comes. Never rejects. */
  prepare(asked: PlaceAsked): Promise<void>;
  /**
   * What a held call of a session is shown in the place of a file, a real path, whatever its programs are given: as `hold` has it.
   * Rejects as that. Of a view it says as well whether each line with one of these words is the file's own.
   */
  shown(
    asked: PlaceAsked,
    path: string,
    session: Session,
    words?: readonly string[],
  ): Promise<ShownFile>;
  /** What it is shown of a hidden file; undefined of any other. Never rejects. */
  viewed(asked: PlaceAsked, path: string, session: Session): Promise<HiddenText | undefined>;
  /** A tool for files is to leave this at a real path: nobody but the session made it. */
  noteMade(session: Session, path: string, bytes: Uint8Array): void;
  /** What is there, where a session made all of it. */
  madeAt(session: Session, path: string): Uint8Array | undefined;
  /** Whether held calls see these files, real paths, as everybody does, and nothing of the session changes them meanwhile. */
  leavesOpen(asked: PlaceAsked, files: readonly string[]): Promise<boolean>;
  /** The call is over: its ticket is worth nothing any more. */
  close(ticket: string): void;
  /** The call goes on in the background. */
  goesOn(ticket: string): void;
  end(projectId: string, sessionId: string): void;
  /** As `begin` of the rooms that stand still. Where no process lives as long as the calls do, nothing is stopped. */
  still(session: Session, call: StillCall, tooLong: () => void): Promise<boolean>;
  goOn(session: Session, isOver: (call: StillCall) => boolean): void;
  /** This process ends: nothing stays stopped. */
  stop(): void;
  /** What calls of a session left for programs outside to run was taken out of use; gives what to tell of it. */
  lookAfter(projectId: string, sessionId: string): Promise<string | undefined>;
  /** What processes of the session left that went on beside no call: nobody knows who made it, so it is told and no more. */
  lookLater(projectId: string, sessionId: string): Promise<string | undefined>;
  /** Puts back what calls wrote that are over; gives what was not put back, each in words. */
  putBack(projectId: string, sessionId: string): Promise<readonly string[]>;
  /** Which settings of git that a call's code made did not stay, in words; told once. */
  takeUnkept(projectId: string, sessionId: string): string | undefined;
  /** Files that were replaced outside while commands of the session ran, which ended for that; told once. */
  takeEnded(projectId: string, sessionId: string): readonly string[];
  /** A person had this file written by another tool than a command. */
  accept(projectId: string, sessionId: string, path: string): void;
  /** No call of the session is held from here on. */
  giveUp(projectId: string, sessionId: string, why: string): void;
  /** Why no call of the session is held. */
  givenUp(projectId: string, sessionId: string): string | undefined;
  /** Hosts that the proxy of a call refused, told once; undefined for a call without one. */
  refusedHosts(ticket: string): readonly RefusedHost[] | undefined;
  /** What was signed for a call since that was last asked. */
  takeSigned(ticket: string): readonly MadeSignature[];
  /** Why a call was last refused a signature, told once. */
  refusedSignature(ticket: string): string | undefined;
  /** Contacts with remotes that were made for a call since that was last asked. */
  takeContacts(ticket: string): readonly MadeContact[];
  /** Why a call was last refused a contact with a remote, told once. */
  refusedContact(ticket: string): string | undefined;
  /** Keys that went out for a call with their true values, since that was last asked. */
  takeExchanged(ticket: string): readonly MadeExchange[];
  /** Which ports of the machine calls of a session reach; undefined for a session without held calls. */
  portsOf(projectId: string, sessionId: string): PortsOfCall | undefined;
  /** Ports of the machine that calls of a session were connected to since that was last asked. */
  reachedPorts(projectId: string, sessionId: string): readonly number[];
  /** Ports on which a session listens, and which are another program's outside; told once. */
  takenPorts(projectId: string, sessionId: string): readonly number[];
  /** How many calls of a session lost their hosts with the process before this one; told once. */
  takeLost(projectId: string, sessionId: string): number;
  /** Sockets that listen at a port of the session's own loopback; none where a program of the machine has that port. */
  ownListeners(projectId: string, sessionId: string, port: number): readonly string[];
  /** Where a path below `/tmp` that calls of the session see lies on the machine. */
  scratchOf(projectId: string, sessionId: string): string;
  /** Where a file lies that calls of the session wrote into a cache; undefined where they wrote none. */
  cached(projectId: string, sessionId: string, path: string): string | undefined;
};

type Session = { readonly projectId: string; readonly sessionId: string };

export type HoldOptions = {
  readonly data: string;
  readonly home: string;
  readonly nowMs: () => number;
  readonly standing?: (memory?: string) => Promise<HoldStatus>;
  /** Lets calls reach their own hosts alone; without it they get the machine's network, for as long as they run. */
  readonly hosts?: CallHosts;
  /** Makes the signatures of calls that commit and tag; without it they get none. */
  readonly signatures?: CallSignatures;
  /** Reaches remotes of git for calls; without it they get the machine's network and what git logs in with. */
  readonly remotes?: CallRemotes;
  /** Whether mounts are prepared for the calls that come: by a process that lives as long as the calls do. */
  readonly prepares?: boolean;
};

/** Holds calls with its files below a data directory. Touches the disk when the first session begins. */
export function openCallHolder(options: HoldOptions): CallHolder {
  const holder = new TicketHolder(options);
  return {
    standing: () => holder.standing(),
    hold: (asked) => holder.hold(asked),
    prepare: (asked) => holder.prepare(asked),
    shown: (asked, path, session, words) => holder.shown(asked, path, session, words),
    viewed: (asked, path, session) => holder.viewed(asked, path, session),
    noteMade: (session, path, bytes) => holder.noteMade(session, path, bytes),
    madeAt: (session, path) => holder.madeAt(session, path),
    leavesOpen: (asked, files) => holder.leavesOpen(asked, files),
    close: (ticket) => holder.close(ticket),
    goesOn: (ticket) => holder.goesOn(ticket),
    end: (projectId, sessionId) => holder.end(projectId, sessionId),
    still: (session, call, tooLong) => holder.still(session, call, tooLong),
    goOn: (session, isOver) => holder.goOn(session, isOver),
    stop: () => holder.stop(),
    portsOf: (projectId, sessionId) => holder.portsOf(projectId, sessionId),
    reachedPorts: (projectId, sessionId) => holder.reachedPorts(projectId, sessionId),
    takenPorts: (projectId, sessionId) => holder.takenPorts(projectId, sessionId),
    takeLost: (projectId, sessionId) => holder.takeLost(projectId, sessionId),
    refusedHosts: (ticket) => holder.refusedHosts(ticket),
    takeSigned: (ticket) => holder.takeSigned(ticket),
    refusedSignature: (ticket) => holder.refusedSignature(ticket),
    takeContacts: (ticket) => holder.takeContacts(ticket),
    refusedContact: (ticket) => holder.refusedContact(ticket),
    takeExchanged: (ticket) => holder.takeExchanged(ticket),
    lookAfter: (projectId, sessionId) => holder.lookAfter(projectId, sessionId),
    lookLater: (projectId, sessionId) => holder.lookLater(projectId, sessionId),
    takeUnkept: (projectId, sessionId) => holder.takeUnkept(projectId, sessionId),
    takeEnded: (projectId, sessionId) => holder.takeEnded(projectId, sessionId),
    putBack: (projectId, sessionId) => holder.putBack(projectId, sessionId),
    accept: (projectId, sessionId, path) => holder.accept(projectId, sessionId, path),
    giveUp: (projectId, sessionId, why) => holder.giveUp(projectId, sessionId, why),
    givenUp: (projectId, sessionId) => holder.givenUp(projectId, sessionId),
    ownListeners: (projectId, sessionId, port) => holder.ownListeners(projectId, sessionId, port),
    scratchOf: (projectId, sessionId) => holder.scratchOf(projectId, sessionId),
    cached: (projectId, sessionId, path) => holder.cached(projectId, sessionId, path),
  };
}

/** Folders of the client and of git in a project, of which held calls see copies. */
const CLOSED_NAMES: ReadonlySet<string> = new Set([".git", ".claude"]);

/** Holds calls by tickets below the data directory, in the rooms of their sessions. */
class TicketHolder {
  readonly #data: string;
  readonly #home: string;
  readonly #nowMs: () => number;
  readonly #standing: (memory?: string) => Promise<HoldStatus>;
  readonly #hosts: CallHosts | undefined;
  readonly #signatures: CallSignatures | undefined;
  readonly #remotes: CallRemotes | undefined;
  readonly #prepares: boolean;
  readonly #places: HoldPlaces;
  readonly #rooms: ReturnType<typeof openRooms>;
  readonly #finder: PlaceFinder;
  readonly #indexes = createGitIndexes();
  readonly #settingsCopies: ReturnType<typeof createSettingsCopies>;
  readonly #views: Views;
  /** Which tracked files are served as they are. */
  readonly #served = new Map<string, boolean>();
  readonly #calls = createHeldCalls();
  readonly #clientFolders = createClientFolders(
    (ticket) => this.#calls.placeOf(ticket) !== undefined,
  );
  readonly #ready = createPreparedMounts();
  readonly #rights = createSharedRights();
  readonly #watch: ReturnType<typeof openLeftWatch>;
  readonly #queue: WatchQueue;
  readonly #lost: ReturnType<typeof createLostViews>;
  readonly #written: ReturnType<typeof createMadeFolders>;
  readonly #made = createMadeFiles();
  readonly #still: StillRooms;
  /** Settings of git before calls that work on a copy of them, and what of those did not stay, by room. */
  readonly #settings = new Map<string, SettingsBefore>();
  /** Files that calls may make out of examples. */
  readonly #copies = new Map<string, readonly ExpectedCopy[]>();
  readonly #unkept = new Map<string, string>();
  /** Rooms with a network of their own that calls were put into by this process. */
  readonly #networks = new Map<string, RoomOfPorts>();
  #isLooking = false;
  #known: Promise<HoldStatus> | undefined;
  #isPrepared = false;

  constructor(options: HoldOptions) {
    const {
      data,
      home,
      nowMs,
      standing = holdStatus,
      hosts,
      signatures,
      remotes,
      prepares = false,
    } = options;
    this.#data = data;
    this.#home = home;
    this.#nowMs = nowMs;
    this.#standing = standing;
    this.#hosts = hosts;
    this.#signatures = signatures;
    this.#remotes = remotes;
    this.#prepares = prepares;
    this.#places = holdPlaces(this.#data);
    this.#queue = createWatchQueue(join(this.#places.root, "told"));
    this.#lost = createLostViews(this.#queue);
    // WHY only then: a process that answers one call never hears of its end.
    this.#finder = createPlaceFinder({ looksInPackages: prepares, queue: this.#queue });
    this.#rooms = openRooms({
      ...roomOptions(this.#places, this.#home, this.#nowMs),
      isUsed: (key) => this.#isUsed(key),
    });
    this.#settingsCopies = createSettingsCopies(this.#places.settings, newStream());
    this.#views = createViews(this.#places.views);
    this.#watch = openLeftWatch(this.#places.made, {
      indexes: this.#indexes,
      nowMs: this.#nowMs,
      isOpen: this.#calls.isOpen,
    });
    this.#written = createMadeFolders(this.#places.written, {
      isClosed: (ticket) => !existsSync(join(this.#places.tickets, ticket)),
      nowMs: this.#nowMs,
      ageMsMax: TICKET_MS_MAX,
      note: this.#made.note,
    });
    this.#still = createStillRooms({
      directory: this.#places.started,
      tickets: this.#places.tickets,
      keeperOf: this.#rooms.keeperOf,
      startedIn: this.#rights.startedIn,
      isUsed: (key) => this.#isUsed(key),
    });
    if (!prepares) return;
    this.#still.recover();
    setInterval(() => void this.#lookAround(), LOOK_MS).unref();
    setInterval(() => void this.#rooms.measure(), MEASURE_MS).unref();
  }

  standing(): Promise<HoldStatus> {
    return this.#stands();
  }

  async hold(asked: CallToHold): Promise<HoldAnswer> {
    const looks = createLooks();
    const call = { ...asked, projectRoot: looks.real(asked.projectRoot) };
    const found = await this.#stands();
    if (!found.works) return { kind: "not-held", why: found.why };
    const { policy, projectRoot, decision } = call;
    const place = this.#noHold(call, looks);
    if (place !== undefined) return { kind: "not-held", why: place };
    const ran = decision.ran ?? decision.programs;
    const uses = decision.remotes ?? [];
    const httpPrograms = uses.length === 0 ? [] : httpProgramsIn(call.searchPath, projectRoot);
    const brokered =
      this.#remotes === undefined
        ? undefined
        : brokeredOf(decision.effects, uses, { overHttp: httpPrograms.length > 0 });
    const isRead = decision.reasons.some(({ text }) => text.includes(HELD_AND_READ));
    const reading = isRead ? readingOf(decision.effects) : undefined;
    const effects = reading?.effects ?? brokered?.effects ?? decision.effects;
    const needs = needsOf({
      effects,
      projectRoot,
      views: decision.views ?? [],
      gitSettings: decision.gitSettings ?? [],
      // WHY without git: what it logs in with stays outside, where all of its contacts are made there.
      programs: ran.filter(
        (name) =>
          reading?.managers.includes(name) !== true &&
          (name !== "git" || brokered?.hasOthers !== false),
      ),
    });
    if (needs.isPrivileged)
      return { kind: "not-held", why: "it gains rights that nothing held can have" };
    await this.#written.settle();
    // WHY before the look: in a large project the first one takes a second, and others are answered between its parts.
    await this.#finder.ready(this.#asksFor(call), () => this.#between());
    const looked = await this.#look(call);
    if (looked.missing !== undefined) return { kind: "not-held", why: looked.missing };
    const at = await this.#asShown(looked, call);
    this.#prepare();
    const where = { projectId: call.projectId, projectRoot, sessionId: call.sessionId };
    const room = await this.#rooms.open(call.projectId, call.sessionId, {
      programs: found.programs,
      projectRoot,
    });
    // WHY again: a system may clear its memory of a user's files when they log out.
    for (const path of [dirname(this.#places.tickets), this.#places.tickets])
      makeOwnDirectory(path);
    const { id, folder } = newTicket(this.#places.tickets);
    const { keeper } = room;
    const logins = callLogins({
      needs,
      decision,
      command: call.command,
      hiddenFiles: at.hiddenFiles,
      views: this.#views,
      home: this.#home,
    });
    const reach = await this.#openNetwork(call, {
      effects,
      needs,
      room,
      nsenter: found.programs.join?.nsenter,
      ticket: { id, folder },
      reading,
      logins,
    });
    const isExchanged = reach !== undefined && reading === undefined;
    if (isRead && reach === undefined) {
      dropTicket(this.#places.tickets, id);
      return { kind: "not-held", why: NOT_READ };
    }
    const signatures = decision.signatures ?? [];
    const inRoom = { room: room.key, ticket: { id, folder }, projectRoot, home: this.#home };
    const signing =
      signatures.length === 0
        ? undefined
        : await this.#signatures?.open({ uses: signatures, ...inRoom });
    const remotes =
      brokered === undefined
        ? undefined
        : await this.#remotes?.open({
            uses,
            shims: this.#places.remotes,
            httpPrograms: brokered.overHttp ? httpPrograms : [],
            ...inRoom,
          });
    const made = this.#watch.made(call.projectId);
    const own = { ...at, repositories: at.repositories.filter((one) => !made.has(one)) };
    const agreed = decision.verdict === "ask" ? (decision.gitSettings ?? []) : [];
    const seen = this.#settingsCopies(
      settingsFiles(projectRoot, call.configDirectory, looks),
      gitSettingsFiles(own.repositories, { needs, agreed, home: this.#home, looks }),
    );
    // WHY beside code too: of settings that the call sees otherwise, git would write what it sees.
    const isCopied = seen.some(
      ({ path }) => path.endsWith("/config") && isWithin(projectRoot, path),
    );
    const mayWrite = needs.isUnbounded || (isCopied && needs.gitSettings.length > 0);
    const git =
      mayWrite && call.over === undefined ? gitOf(call.searchPath, projectRoot) : undefined;
    const before = git && settingsBefore(own.repositories, { projectRoot, agreed, seen });
    if (before) dropOldest(this.#settings.set(id, before), SETTINGS_MAX);
    const hides = (path: string): boolean => this.#finder.hides(this.#asksFor(call), path);
    const isNew = (path: string): boolean =>
      isWithin(projectRoot, path) && hides(path) && looks.status(path) === undefined;
    const mayMake = needs.isUnbounded || needs.changes.length > 0;
    const usual = mayMake ? [projectRoot, call.cwd].map((folder) => join(folder, ".env")) : [];
    const copies = expectedCopies(
      [...new Set([...usual, ...needs.changes])].filter(isNew),
      (path) => !hides(path),
    );
    if (copies.length > 0) dropOldest(this.#copies.set(id, copies), SETTINGS_MAX);
    const isCalmNow = (): boolean => isQuiet(room) && !this.#calls.hasApart(where);
    await this.#ready.settled(room.key);
    const profile = profileOf(call, {
      clientFolders: this.#clientFolders,
      needs,
      at: own,
      room,
      reach,
      signing,
      remotes,
      places: this.#places,
      data: this.#data,
      home: this.#home,
      folder,
      git: before && git,
      served: this.#portsServed(),
      exchanged: isExchanged ? logins.files : [],
      hides,
      isAlone: isCalmNow,
      looks,
      copies: seen,
    });
    const isCalm = isCalmNow();
    this.#calls.begin({ place: where, policy, ticket: id, isApart: !profile.joins, keeper });
    this.#still.admit(room.key);
    this.#watch.begin(where, looked, {
      ticket: id,
      effects: decision.effects,
      needs,
      fetches: remotes !== undefined && uses.some(({ push }) => push === undefined),
      isApproved: decision.verdict === "ask",
      isQuiet: isCalm,
      goes: profile.goes,
    });
    const written = [...profile.folders, ...profile.lent];
    this.#written.make(id, room.key, written);
    if (this.#prepares)
      this.#lost.begin(room.key, {
        ticket: id,
        tops: [projectRoot, this.#home],
        covered: coveredBy(profile),
      });
    const prepared = this.#inPrepared(profile, {
      room: room.key,
      keeper,
      programs: found.programs,
    });
    const shared = await this.#rightsFor(profile, room, found.programs);
    writeTicket(folder, {
      prepared,
      shared,
      command: call.command,
      hasSettings: before !== undefined,
      start: [...(call.over ?? []), ...startOf(profile, room, found.programs)],
      options: bubblewrapOptions(profile),
      unwanted: profile.unwanted,
      answers: call.isWaitedFor === true && answersByStatus(call.command),
      gate: this.#still.gate(room.key, id),
      ...(written.length === 0 ? {} : { over: this.#written.after(id) }),
      ...meantMounts(profile, {
        realOf: looks.real,
        isPrepared: prepared !== undefined,
        isOverlaid: call.over !== undefined,
      }),
      closed: this.#places.stand.closed,
      hasAgent: profile.hasAgent,
      filter: this.#places.filter,
      kept: keptVariables({
        reachesHosts: needs.network === "hosts",
        programs: needs.programs,
        command: call.command,
        exchanged: isExchanged ? logins.variables.map(({ name }) => name) : [],
      }),
      notes: [reach, signing, remotes].flatMap((one) => one?.notes ?? []),
      before: [
        ...this.#rooms.noting(room.key),
        ...[reach, signing, remotes].flatMap((one) => one?.before ?? []),
        ...(signatures.length === 0 ? [] : signingLines(this.#places.signer)),
      ],
    });
    if (prepared === undefined) this.#ready.makeReady(room.key);
    // WHY not with a finding: what we answer is kept by the client, and in no form of ours.
    const told = decision.findings.length > 0 ? "" : ` # ${shownCommand(call.command)}`;
    return {
      kind: "held",
      command: `. ${quotedForShell(this.#places.shim)} ${id}${told}`,
      ticket: id,
      views: viewsTold(profile, { needs, trees: packedTrees(effects) }),
    };
  }

  async prepare(asked: PlaceAsked): Promise<void> {
    try {
      const looks = createLooks();
      const place = { ...asked, projectRoot: looks.real(asked.projectRoot) };
      if (!(await this.#stands()).works || this.#noHold(place, looks) !== undefined) return;
      await this.#finder.prepare(this.#asksFor(place), () => this.#between());
      // WHY although nobody asked yet: views, git's index and files of ours are remembered, so that the first call need not wait for them.
      this.#prepare();
      const looked = await this.#look(place);
      if (looked.missing === undefined) await this.#asShown(looked);
    } catch {
      // The call that comes looks itself, and tells of it.
    }
  }

  async shown(
    asked: PlaceAsked,
    path: string,
    session: Session,
    words?: readonly string[],
  ): Promise<ShownFile> {
    const looks = createLooks();
    const looked = await this.#lookFor(asked, looks);
    if (looked === undefined) return { as: "other" };
    const status = looks.status(path);
    if (status === undefined) return { as: "missing" };
    const { hiddenFiles } = await this.#asShown(looked, session);
    const file = hiddenFiles.findLast((one) => one.path === path);
    // WHY not of several names: it may be asked for by one that is not searched for.
    if (file?.from === undefined || status.nlink > 1) return { as: "other" };
    if (file.isMade === true) return { as: "made" };
    const keys = this.#hosts === undefined ? [] : this.#views.keysOf(path);
    const isSame = words !== undefined && areLinesSame(path, file.from, words);
    return {
      as: "view",
      ...(isSame ? { isSame } : {}),
      ...(keys.length === 0
        ? {}
        : { keys: keys.map(({ name, kind, hosts }) => ({ name, kind, hosts })) }),
    };
  }

  async viewed(asked: PlaceAsked, path: string, session: Session): Promise<HiddenText | undefined> {
    try {
      // WHY first by its name: manifests and scripts are asked for as well, and nobody hides those.
      const isHidden = this.#finder.hides(this.#asksFor(asked), path);
      return isHidden ? await this.#viewedText(asked, path, session) : undefined;
    } catch {
      // WHY closed: the true values would stand in reasons.
      return { text: undefined };
    }
  }

  async #viewedText(
    asked: PlaceAsked,
    path: string,
    session: Session,
  ): Promise<HiddenText | undefined> {
    const looked = await this.#lookFor(asked, createLooks());
    // WHY also where no call is held: the guard's own words go to the model there as well.
    if (looked === undefined) return readView(await this.#views.of(path));
    const { hiddenFiles, hiddenDirectories, shown } = await this.#asShown(looked, session);
    const file = hiddenFiles.findLast((one) => one.path === path);
    const isInside = !shown.includes(path) && hiddenDirectories.some((one) => isWithin(one, path));
    return file !== undefined || isInside ? readView(file?.from) : undefined;
  }

  noteMade({ projectId, sessionId }: Session, path: string, bytes: Uint8Array): void {
    this.#made.note(roomKey(projectId, sessionId), path, bytes);
  }

  madeAt({ projectId, sessionId }: Session, path: string): Uint8Array | undefined {
    const room = roomKey(projectId, sessionId);
    if (!this.#made.hasAny(room, path)) return undefined;
    const read = readRegularFileNow(path, VIEW_BYTES_MAX);
    return read?.complete === true && this.#made.is(room, path, read.bytes)
      ? read.bytes
      : undefined;
  }

  async leavesOpen(asked: PlaceAsked, files: readonly string[]): Promise<boolean> {
    // WHY not by one that answers one call: it stops nothing, and the file could be another one until it is read.
    if (!this.#prepares) return false;
    const looks = createLooks();
    const looked = await this.#lookFor(asked, looks);
    if (looked === undefined) return false;
    const root = looks.real(asked.projectRoot);
    const { hiddenFiles, hiddenDirectories } = await this.#asShown(looked);
    const own = [this.#data, asked.configDirectory].map(looks.real);
    return files.every((file) => {
      const status = looks.status(file);
      // WHY of one name: a hidden file may be that too, by one that is not searched for.
      return (
        status?.isFile() === true &&
        status.nlink === 1 &&
        looks.real(file) === file &&
        isWithin(root, file) &&
        !file.split("/").some((name) => CLOSED_NAMES.has(name)) &&
        !hiddenFiles.some(({ path }) => path === file) &&
        ![...hiddenDirectories, ...own].some((path) => isWithin(path, file))
      );
    });
  }

  async #between(): Promise<number> {
    await setImmediate();
    return this.#nowMs();
  }

  #noHold({ projectRoot, configDirectory }: PlaceAsked, { real }: Looks): string | undefined {
    return noHold(projectRoot, {
      home: real(this.#home),
      configDirectory: real(configDirectory),
      data: real(this.#data),
    });
  }

  /** What the policy hides and keeps. Of a project by its real path. */
  /** The places of a project as held calls have them; undefined where none is held, or not all of it could be looked at. */
  async #lookFor(asked: PlaceAsked, looks: Looks): Promise<FoundPlaces | undefined> {
    const place = { ...asked, projectRoot: looks.real(asked.projectRoot) };
    if (this.#noHold(place, looks) !== undefined) return undefined;
    const looked = await this.#look(place);
    return looked.missing === undefined ? looked : undefined;
  }

  #look(asked: PlaceAsked): Promise<FoundPlaces> {
    return this.#found(this.#asksFor(asked));
  }

  #asksFor({ policy, projectRoot, additionalDirectories, searchPath }: PlaceAsked) {
    return {
      policy,
      projectRoot,
      home: this.#home,
      ...(additionalDirectories === undefined ? {} : { additionalDirectories }),
      ...(searchPath === undefined ? {} : { searchPath }),
    };
  }

  #asShown(looked: FoundPlaces, session?: Session): Promise<FoundPlaces> {
    const room = session && roomKey(session.projectId, session.sessionId);
    return asShown(looked, {
      indexes: this.#indexes,
      views: this.#views,
      memory: this.#served,
      made: (path) =>
        room !== undefined && this.#made.hasAny(room, path)
          ? this.#views.ofMade(path, (bytes) => this.#made.is(room, path, bytes))
          : undefined,
    });
  }

  /** Opens ports and hosts for a call, as far as its room can have them. */
  async #openNetwork(
    { policy, projectRoot, decision, sessionId }: CallToHold,
    {
      effects,
      needs,
      room,
      nsenter,
      ticket,
      reading,
      logins,
    }: {
      readonly logins: CallLogins;
      readonly effects: CallToHold["decision"]["effects"];
      readonly needs: HoldNeeds;
      readonly room: Room;
      readonly nsenter: string | undefined;
      readonly ticket: { readonly id: string; readonly folder: string };
      readonly reading: RegistryReading | undefined;
    },
  ) {
    const { key, keeper } = room;
    if (keeper === undefined || nsenter === undefined) return undefined;
    if (this.#prepares) this.#networks.set(key, { key, keeper, nsenter });
    // WHY before the needs are looked at: what a port leads to is then the session's.
    await this.#hosts?.machine.open({ key, keeper, nsenter }, policy.machinePorts ?? []);
    const asks = { room: { key, keeper }, nsenter, ticket, projectRoot, home: this.#home };
    // What cannot be had is no fault: without it the call is a question.
    if (reading !== undefined)
      return await this.#hosts?.openReading({ reading, ...asks }).catch(() => undefined);
    const keys = this.#approvedKeys(decision);
    const reached =
      needs.network === "hosts" && !isOfMachine(needs, room, this.#portsServed())
        ? reachedHosts(keys.length === 0 ? effects : withKnownHosts(effects))
        : undefined;
    if (reached === undefined) return undefined;
    // WHY as logins are given: code that nobody foresees gets none that no person said yes to.
    const granted = !needs.isUnbounded || decision.verdict === "ask" ? sessionId : undefined;
    return await this.#hosts?.open({ reached, keys, logins, granted, ...asks });
  }

  /** Keys with their values as views hide them now. WHY by what was judged: nothing else stood in the question. */
  #approvedKeys({ verdict, keys = [] }: Decision): readonly ApprovedKey[] {
    if (verdict !== "ask") return [];
    return keys.flatMap((use) =>
      this.#views
        .keysOf(use.file)
        .filter(
          ({ name, kind, hosts }) =>
            name === use.name && kind === use.kind && hosts.includes(use.host),
        )
        .map(({ hosts: _hosts, ...key }) => ({ ...key, ...use })),
    );
  }

  #portsServed(): ReadonlySet<number> {
    return this.#hosts?.servedPorts() ?? new Set();
  }

  close(ticket: string): void {
    this.#hosts?.close(ticket);
    this.#signatures?.close(ticket);
    this.#remotes?.close(ticket);
    const place = this.#calls.placeOf(ticket);
    const room = place === undefined ? undefined : roomKey(place.projectId, place.sessionId);
    if (room !== undefined) this.#still.forget(room, ticket);
    if (room !== undefined && this.#prepares) {
      this.#serve(room);
      this.#ready.stop(room);
      if (hasFallen(this.#places.tickets, ticket)) this.#ready.dropRoom(room);
    }
    this.#calls.close(ticket);
    const before = this.#settings.get(ticket);
    const said = before && keepSettings(before, join(this.#places.tickets, ticket));
    if (said !== undefined && room !== undefined) this.#unkept.set(room, said);
    this.#settings.delete(ticket);
    for (const one of this.#copies.get(ticket) ?? []) {
      const bytes = copyOfExample(one);
      if (bytes !== undefined && room !== undefined) this.#made.note(room, one.path, bytes);
    }
    this.#copies.delete(ticket);
    dropTicket(this.#places.tickets, ticket);
    this.#clientFolders.sweep();
  }

  goesOn(ticket: string): void {
    this.#calls.goesOn(ticket);
    const place = this.#calls.placeOf(ticket);
    if (place !== undefined) this.#serve(roomKey(place.projectId, place.sessionId));
  }

  end(projectId: string, sessionId: string): void {
    this.#forget(roomKey(projectId, sessionId));
    this.#rooms.end(projectId, sessionId);
    this.#calls.end({ projectId, sessionId });
    this.#clientFolders.sweep();
    this.#watch.end({ projectId, sessionId });
    void this.#written.settle(roomKey(projectId, sessionId));
  }

  async still(
    { projectId, sessionId }: Session,
    call: StillCall,
    tooLong: () => void,
  ): Promise<boolean> {
    if (!this.#prepares) return true;
    const key = roomKey(projectId, sessionId);
    // WHY: what prepares mounts runs in the room, and is none of the session's.
    await this.#ready.settled(key);
    return await this.#still.begin(key, call, tooLong);
  }

  goOn({ projectId, sessionId }: Session, isOver: (call: StillCall) => boolean): void {
    this.#still.goOn(roomKey(projectId, sessionId), isOver);
  }

  stop(): void {
    this.#still.stop();
    this.#clientFolders.sweep();
  }

  portsOf(projectId: string, sessionId: string): PortsOfCall | undefined {
    const held = this.#calls.of({ projectId, sessionId });
    return held && { machinePorts: held.policy.machinePorts ?? [], keeper: held.keeper };
  }

  reachedPorts(projectId: string, sessionId: string): readonly number[] {
    return this.#hosts?.machine.takeReached(roomKey(projectId, sessionId)) ?? [];
  }

  takenPorts(projectId: string, sessionId: string): readonly number[] {
    return this.#hosts?.takeTaken(roomKey(projectId, sessionId)) ?? [];
  }

  takeLost(projectId: string, sessionId: string): number {
    return this.#hosts?.takeLost(roomKey(projectId, sessionId)) ?? 0;
  }

  refusedHosts(ticket: string): readonly RefusedHost[] | undefined {
    return this.#hosts?.takeRefused(ticket);
  }

  takeSigned(ticket: string): readonly MadeSignature[] {
    return this.#signatures?.takeMade(ticket) ?? [];
  }

  refusedSignature(ticket: string): string | undefined {
    return this.#signatures?.takeRefused(ticket);
  }

  takeContacts(ticket: string): readonly MadeContact[] {
    return this.#remotes?.takeMade(ticket) ?? [];
  }

  refusedContact(ticket: string): string | undefined {
    return this.#remotes?.takeRefused(ticket);
  }

  takeExchanged(ticket: string): readonly MadeExchange[] {
    return this.#hosts?.takeExchanged(ticket) ?? [];
  }

  async lookAfter(projectId: string, sessionId: string): Promise<string | undefined> {
    const held = this.#calls.of({ projectId, sessionId });
    if (held === undefined) return undefined;
    const isQuiet = this.#isQuiet(held);
    return await this.#watch.look(held.place, await this.#findFor(held), isQuiet);
  }

  async lookLater(projectId: string, sessionId: string): Promise<string | undefined> {
    const held = this.#calls.of({ projectId, sessionId });
    if (held === undefined) return undefined;
    for (const one of this.#watch.followed())
      if (one.place.projectId === projectId && one.place.sessionId === sessionId)
        // WHY caught: what was refused and lost is told with it, and the next look finds what this one did not.
        await this.#lookBetween(one).catch(() => undefined);
    return await this.#watch.takeBetween(held.place, () => this.#findFor(held));
  }

  takeUnkept(projectId: string, sessionId: string): string | undefined {
    const room = roomKey(projectId, sessionId);
    const said = this.#unkept.get(room);
    this.#unkept.delete(room);
    return said;
  }

  takeEnded(projectId: string, sessionId: string): readonly string[] {
    return this.#lost.takeTold(roomKey(projectId, sessionId));
  }

  async putBack(projectId: string, sessionId: string): Promise<readonly string[]> {
    await this.#written.settle();
    return this.#written.takeTold(roomKey(projectId, sessionId));
  }

  accept(projectId: string, sessionId: string, path: string): void {
    return this.#watch.accept({ projectId, sessionId }, path);
  }

  giveUp(projectId: string, sessionId: string, why: string): void {
    return this.#rooms.giveUp(projectId, sessionId, why);
  }

  givenUp(projectId: string, sessionId: string): string | undefined {
    return this.#rooms.givenUp(projectId, sessionId);
  }

  ownListeners(projectId: string, sessionId: string, port: number): readonly string[] {
    const keeper = this.#rooms.keeperOf(roomKey(projectId, sessionId));
    if (keeper === undefined) return [];
    // WHY: a call that asks it may be led there.
    if (listeningPorts("self").has(port) && !this.#portsServed().has(port)) return [];
    return portListeners(keeper).flatMap((one) => (one.port === port ? [one.socket] : []));
  }

  scratchOf(projectId: string, sessionId: string): string {
    return this.#rooms.outside(projectId, sessionId);
  }

  cached(projectId: string, sessionId: string, path: string): string | undefined {
    return this.#rooms.cached(projectId, sessionId, path);
  }

  #isUsed(key: string): boolean {
    return this.#calls.isUsed((place) => roomKey(place.projectId, place.sessionId) === key);
  }

  #stands(): Promise<HoldStatus> {
    this.#known ??= this.#standing(
      existsSync(this.#data) ? join(this.#places.root, "standing") : undefined,
    );
    this.#known.catch(() => {
      this.#known = undefined;
    });
    return this.#known;
  }

  /** What of prepared mounts a call needs, where they are ready; they are made after it otherwise. */
  #inPrepared(profile: CallProfile, { room, keeper, programs }: InRoom) {
    const { join: joining, bwrap } = programs;
    // WHY not with services: their sockets are bound into `/run`, which each call has of its own.
    if (!this.#prepares || !profile.joins || keeper === undefined || joining === undefined) return;
    // They are open files of this process, which the shell of the call could not get to.
    if (!isOpenToUser()) return;
    if (profile.services.length > 0) return;
    // They are those of one call.
    if (profile.folders.length + profile.lent.length > 0) return;
    // So are files of its ticket that lie in another place than `/run`, which is made anew for each.
    const isOfCall = profile.own.some(
      ({ from, to }) => isWithin(this.#places.tickets, from) && !isWithin("/run", to),
    );
    if (isOfCall) return;
    const options = preparedOptions(profile, this.#places.tickets);
    const enter = [joining.nsenter, "-t", String(keeper)];
    const file = this.#ready.find({
      covered: [...profile.hiddenFiles, ...profile.replaced]
        .map(({ path }) => path)
        .concat(profile.hiddenDirectories, profile.sockets),
      room,
      keeper,
      options,
      start: [...enter, ...JOINED, "--", bwrap],
      key: [
        ...options,
        ...statesOf([...profile.shown, ...profile.data.shown, profile.scratch]),
        ...statesOf(profile.grown.flatMap(({ entries }) => entries.map(({ path }) => path))),
      ].join("\0"),
    });
    if (file === undefined) return;
    return {
      start: [...enter, ...IN_PREPARED, `--mount=${file}`, "--", bwrap],
      options: optionsInPrepared(profile, this.#places.tickets),
    };
  }

  /** Rights that a call shares with others, where it may; they are open files of this process. */
  async #rightsFor(
    { mayShare }: CallProfile,
    { key, keeper }: Room,
    { join: joining }: HoldPrograms,
  ) {
    // WHY not as the administrator: whoever joins rights as one has all of them there.
    if (!mayShare || !this.#prepares || !isOpenToUser() || userId() === 0) return undefined;
    if (keeper === undefined || joining === undefined) return undefined;
    const rights = await this.#rights.of({ room: key, keeper, ...joining });
    return rights && { ...rights, nsenter: joining.nsenter };
  }

  #prepare(): void {
    if (this.#isPrepared) return;
    writeHoldFiles(this.#places);
    const nowMs = this.#nowMs();
    sweepTickets(this.#places.tickets, nowMs);
    sweepViews(this.#places.views, { nowMs, ageMs: TICKET_MS_MAX });
    this.#sweep();
    this.#isPrepared = true;
  }

  /** Ends the rooms of clients that ended, and follows what sessions listen on and leave. */
  async #lookAround(): Promise<void> {
    this.#sweep();
    this.#clientFolders.sweep();
    for (const key of this.#networks.keys()) this.#serve(key);
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const one of this.#watch.followed()) await this.#lookBetween(one);
    } catch {
      // The next look, or the next call, finds it.
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookBetween(followed: Followed): Promise<void> {
    const held = this.#calls.of(followed.place);
    if (held === undefined) return;
    // WHY in this order: what a process did before it ended is told by then.
    const isQuiet = this.#isQuiet(held);
    await this.#queue.caughtUp();
    const asked = this.#ofSession(held);
    const hasChanged = this.#finder.mayHaveChanged(asked);
    const found = hasChanged ? await this.#findFor(held) : undefined;
    this.#watch.lookBetween(followed, found, isQuiet);
    if (hasChanged && !isQuiet) this.#finder.follow(asked);
  }

  #isQuiet({ place, keeper }: SessionHeld): boolean {
    return isQuiet({ keeper }) && !this.#calls.hasApart(place);
  }

  #ofSession({ place, policy }: SessionHeld) {
    return { policy, projectRoot: place.projectRoot, home: this.#home };
  }

  #findFor(held: SessionHeld): Promise<FoundPlaces> {
    return this.#found(this.#ofSession(held));
  }

  /** WHY not by one that answers one call: nothing was told to it. */
  async #found(asked: Omit<Asked, "nowMs">): Promise<FoundPlaces> {
    return this.#prepares
      ? await this.#finder.findTold({ ...asked, nowMs: this.#nowMs() })
      : this.#finder.find({ ...asked, nowMs: this.#nowMs() });
  }

  #sweep(): void {
    for (const key of this.#rooms.sweep()) this.#forget(key);
  }

  #serve(key: string): void {
    const room = this.#networks.get(key);
    if (room !== undefined) void this.#hosts?.serve(room).catch(() => undefined);
  }

  /** What this process keeps for a room ends with it. */
  #forget(key: string): void {
    this.#networks.delete(key);
    this.#unkept.delete(key);
    this.#still.end(key);
    this.#lost.end(key);
    this.#hosts?.end(key);
    this.#signatures?.end(key);
    this.#remotes?.end(key);
    this.#ready.dropRoom(key);
    this.#rights.drop(key);
  }
}

function readView(from: string | undefined): HiddenText {
  const read = from === undefined ? undefined : readRegularFileNow(from, VIEW_BYTES_MAX);
  return { text: read && Buffer.from(read.bytes).toString("utf8") };
}

/** Files of which it works with a view, or keeps one elsewhere. */
function viewsTold(
  { hiddenFiles, folders, lent }: CallProfile,
  { needs, trees }: { readonly needs: HoldNeeds; readonly trees: readonly string[] },
): readonly string[] {
  const written = [...folders, ...lent].flatMap(({ path, entries }) =>
    entries.flatMap(({ name, as }) => (as === "view" ? [join(path, name)] : [])),
  );
  const shown = hiddenFiles.flatMap(({ path, from }) => (from === undefined ? [] : [path]));
  return [...written, ...shown].filter(
    (path) => needs.views.includes(path) || trees.some((tree) => isWithin(tree, path)),
  );
}

type SessionHeld = NonNullable<ReturnType<ReturnType<typeof createHeldCalls>["of"]>>;

/** Calls of which it is known what git's settings were before. */
const SETTINGS_MAX = 256;

/** Why a call is not held that was allowed because registries would be read for it. */
const NOT_READ =
  "registries cannot be read for it here: its lock file names nothing, or is another one than when it was judged";

/** How often it is looked which clients ended and which ports sessions opened: a person does not notice a second. */
const LOOK_MS = 1_000;
/** How often layers over caches are measured: a build writes some gigabytes in that time. */
const MEASURE_MS = 10 * 60_000;

type InRoom = {
  readonly room: string;
  readonly keeper: number | undefined;
  readonly programs: HoldPrograms;
};

/** What tells a place from another one under its name: a mount of the old one would not show the new one. */
function statesOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const status = statusOf(path);
    return status === undefined ? "none" : `${status.dev}:${status.ino}`;
  });
}

function roomOptions(places: HoldPlaces, home: string, nowMs: () => number): RoomOptions {
  return { directory: places.rooms, base: places.scratch, layers: places.layers, home, nowMs };
}

/** Ends what runs in rooms of a data directory, and removes what lies outside of it: for who takes the program out. */
export function clearHold(data: string): void {
  const places = holdPlaces(data);
  openRooms(roomOptions(places, "/", () => Number.POSITIVE_INFINITY)).sweep();
  for (const path of [places.tickets, places.scratch]) removeTree(path);
}
