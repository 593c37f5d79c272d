// Holding calls: what is known of this machine and its sessions, put together to a profile and a ticket for each call.
import { existsSync, lstatSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, joinPath } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { escapeGlob } from "#base/glob.ts";
import { needsOf } from "#guard/hold/needs.ts";
import { reachedHosts } from "#guard/hold/reached-hosts.ts";
import { bubblewrapOptions, optionsInPrepared, preparedOptions } from "#guard/hold/profile.ts";
import { createGitIndexes, type GitIndexes } from "../facts/git/git-copies.ts";
import { realPath } from "../containment/start-report.ts";
import {
  type CallProfile,
  type CallToHold,
  isOfMachine,
  profileOf,
  settingsFiles,
} from "./call-profile.ts";
import { createPlaceFinder, type FoundPlaces } from "./found-places.ts";
import type { PortsOfCall } from "./closed-port.ts";
import type { CallHosts } from "./hosts/call-hosts.ts";
import type { RefusedHost } from "./hosts/grants.ts";
import { createLooks } from "./looks.ts";
import { meantMounts } from "./mount-check.ts";
import { noHold } from "./no-hold.ts";
import { createSettingsCopies } from "./settings-copies.ts";
import { createHeldCalls } from "./held-calls.ts";
import { openLeftWatch } from "./left-watch.ts";
import { createPreparedMounts } from "./prepared-mounts.ts";
import { isQuiet, openRooms, roomKey } from "./room.ts";
import { holdPlaces, makeOwnDirectory, writeHoldFiles } from "./shim.ts";
import { type HoldPrograms, type HoldStatus, holdStatus } from "./hold-status.ts";
import { dropTicket, hasFallen, newTicket, sweepTickets, writeTicket } from "./tickets.ts";

/** What became of it: the command that runs it held, or why it cannot be. */
export type HoldAnswer =
  | { readonly kind: "held"; readonly command: string; readonly ticket: string }
  | { readonly kind: "not-held"; readonly why: string };

export type CallHolder = {
  /** Whether calls can be held here; looked at once, and again when that is asked for. */
  standing(): Promise<HoldStatus>;
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
  /** Which ports of the machine calls of a session reach; undefined for a session without held calls. */
  portsOf(projectId: string, sessionId: string): PortsOfCall | undefined;
  /** Ports of the machine that calls of a session were connected to since that was last asked. */
  reachedPorts(projectId: string, sessionId: string): readonly number[];
  /** How many calls of a session lost their hosts with the process before this one; told once. */
  takeLost(projectId: string, sessionId: string): number;
  /** Where a path below `/tmp` that calls of the session see lies on the machine. */
  scratchOf(projectId: string, sessionId: string): string;
};

export type HoldOptions = {
  readonly data: string;
  readonly home: string;
  readonly nowMs: () => number;
  readonly standing?: (memory?: string) => Promise<HoldStatus>;
  /** Lets calls reach their own hosts alone; without it they get the machine's network, for as long as they run. */
  readonly hosts?: CallHosts;
  /** Whether mounts are prepared for the calls that come: by a process that lives as long as the calls do. */
  readonly prepares?: boolean;
};

/** Holds calls with its files below a data directory. Touches the disk when the first call comes. */
export function openCallHolder({
  data,
  home,
  nowMs,
  standing = holdStatus,
  hosts,
  prepares = false,
}: HoldOptions): CallHolder {
  const places = holdPlaces(data);
  const rooms = openRooms(places.rooms, places.scratch, nowMs);
  const finder = createPlaceFinder();
  const indexes = createGitIndexes();
  const settingsCopies = createSettingsCopies(places.settings);
  const calls = createHeldCalls();
  const ready = createPreparedMounts();
  const watch = openLeftWatch(places.made, { indexes, nowMs, isOpen: calls.isOpen });
  let known: Promise<HoldStatus> | undefined;
  let isPrepared = false;
  const stands = (): Promise<HoldStatus> => {
    known ??= standing(existsSync(data) ? join(places.root, "standing") : undefined);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  /** What of prepared mounts a call needs, where they are ready; they are made after it otherwise. */
  const inPrepared = (profile: CallProfile, { room, keeper, programs }: InRoom) => {
    const { join: joining, bwrap } = programs;
    // WHY not with services: their sockets are bound into `/run`, which each call has of its own.
    if (!prepares || !profile.joins || keeper === undefined || joining === undefined) return;
    if (profile.services.length > 0) return;
    const options = preparedOptions(profile, places.tickets);
    const enter = [joining.nsenter, "-t", String(keeper)];
    const file = ready.find({
      covered: [...profile.hiddenFiles, ...profile.replaced]
        .map(({ path }) => path)
        .concat(profile.hiddenDirectories, profile.sockets),
      ...{ room, keeper, options, start: [...enter, ...JOINED, "--", bwrap] },
      key: [
        ...options,
        ...statesOf([...profile.shown, ...profile.data.shown, profile.scratch]),
      ].join("\0"),
    });
    if (file === undefined) return;
    return {
      start: [...enter, ...IN_PREPARED, `--mount=${file}`, "--", bwrap],
      options: optionsInPrepared(profile, places.tickets),
    };
  };
  const prepare = (): void => {
    if (isPrepared) return;
    writeHoldFiles(places);
    sweepTickets(places.tickets, nowMs());
    rooms.sweep();
    isPrepared = true;
  };
  return {
    standing: stands,
    async hold(asked) {
      const looks = createLooks();
      const call = { ...asked, projectRoot: looks.real(asked.projectRoot) };
      const found = await stands();
      if (!found.works) return { kind: "not-held", why: found.why };
      const { policy, projectRoot, decision } = call;
      const place = noHold(projectRoot, {
        home: looks.real(home),
        configDirectory: looks.real(call.configDirectory),
        data: looks.real(data),
      });
      if (place !== undefined) return { kind: "not-held", why: place };
      const needs = needsOf({
        effects: decision.effects,
        projectRoot,
        programs: decision.ran ?? decision.programs,
      });
      if (needs.isPrivileged)
        return { kind: "not-held", why: "it gains rights that nothing held can have" };
      const { additionalDirectories } = call;
      const looked = finder.find({
        ...{ policy, projectRoot, home, nowMs: nowMs() },
        ...(additionalDirectories === undefined ? {} : { additionalDirectories }),
      });
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
      // WHY before the needs are looked at: what a port leads to is then the session's.
      if (keeper !== undefined && joining !== undefined)
        await hosts?.machine.open(
          { key: room.key, keeper, nsenter: joining.nsenter },
          policy.machinePorts ?? [],
        );
      const reached =
        needs.network === "hosts" && keeper !== undefined && !isOfMachine(needs, room)
          ? reachedHosts(decision.effects)
          : undefined;
      const reach =
        reached === undefined || keeper === undefined || joining === undefined
          ? undefined
          : await hosts?.open({
              ...{ reached, room: { key: room.key, keeper }, nsenter: joining.nsenter },
              ...{ ticket: { id, folder }, projectRoot, home },
            });
      const made = watch.made(call.projectId);
      const own = { ...at, repositories: at.repositories.filter((one) => !made.has(one)) };
      const profile = profileOf(call, {
        ...{ needs, at: own, room, reach, places, data, home, folder },
        looks,
        copies: settingsCopies(settingsFiles(projectRoot, call.configDirectory, looks)),
      });
      await ready.settled(room.key);
      const isCalm = isQuiet(room) && !calls.hasApart(where);
      calls.begin({ place: where, policy, ticket: id, isApart: !profile.joins, keeper });
      watch.begin(where, looked, {
        ...{ ticket: id, effects: decision.effects, needs },
        ...{ isApproved: decision.verdict === "ask", isQuiet: isCalm },
      });
      const joined = profile.joins ? JOINED : profile.joinsNetwork === true ? NETWORK : undefined;
      const start =
        joined !== undefined && joining !== undefined && keeper !== undefined
          ? [joining.nsenter, ...["-t", String(keeper)], ...joined, "--", bwrap]
          : [bwrap];
      const prepared = inPrepared(profile, { room: room.key, keeper, programs: found.programs });
      writeTicket(folder, {
        prepared,
        command: call.command,
        start,
        options: bubblewrapOptions(profile),
        unwanted: profile.unwanted,
        ...meantMounts(profile, { realOf: looks.real, isPrepared: prepared !== undefined }),
        closed: places.stand.closed,
        hasAgent: profile.hasAgent,
        filter: places.filter,
        before: reach?.before,
      });
      if (prepared === undefined) ready.makeReady(room.key);
      // WHY not with a finding: what we answer is kept by the client, and in no form of ours.
      const told = decision.findings.length > 0 ? "" : ` # ${shownCommand(call.command)}`;
      return { kind: "held", command: `. ${quotedForShell(places.shim)} ${id}${told}`, ticket: id };
    },
    close(ticket) {
      hosts?.close(ticket);
      const place = prepares ? calls.placeOf(ticket) : undefined;
      if (place !== undefined) {
        const room = roomKey(place.projectId, place.sessionId);
        ready.stop(room);
        if (hasFallen(places.tickets, ticket)) ready.dropRoom(room);
      }
      calls.close(ticket);
      dropTicket(places.tickets, ticket);
    },
    goesOn: calls.goesOn,
    end(projectId, sessionId) {
      hosts?.end(roomKey(projectId, sessionId));
      ready.dropRoom(roomKey(projectId, sessionId));
      rooms.end(projectId, sessionId);
      calls.end({ projectId, sessionId });
      watch.end({ projectId, sessionId });
    },
    portsOf(projectId, sessionId) {
      const held = calls.of({ projectId, sessionId });
      return held && { machinePorts: held.policy.machinePorts ?? [], keeper: held.keeper };
    },
    reachedPorts: (projectId, sessionId) =>
      hosts?.machine.takeReached(roomKey(projectId, sessionId)) ?? [],
    takeLost: (projectId, sessionId) => hosts?.takeLost(roomKey(projectId, sessionId)) ?? 0,
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

type InRoom = {
  readonly room: string;
  readonly keeper: number | undefined;
  readonly programs: HoldPrograms;
};

/** What tells a place from another one under its name: a mount of the old one would not show the new one. */
function statesOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status === undefined ? "none" : `${status.dev}:${status.ino}`;
  });
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
/** The mounts come from a file. */
const IN_PREPARED = ["-U", "--preserve-credentials", "-n", "-p"];
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
  return shim !== undefined && shim === quotedForShell(holdPlaces(data).shim)
    ? found?.[2]
    : undefined;
}
