// Hosts of held calls: each call that needs some gets a proxy's address with credentials of its own, in the room of its session.
import { join } from "node:path";
import { TRUSTING, TRUSTING_ALL } from "#base/contained-caches.ts";
import { Failure } from "#base/failure.ts";
import { ofOthers, type ReachedHosts } from "#guard/hold/reached-hosts.ts";
import type { RegistryReading } from "#guard/hold/registry-reading.ts";
import { userId } from "#platform/user.ts";
import { PROXY_VARIABLES, proxiedProgram } from "#guard/hold/proxied-programs.ts";
import { writePrivateFile } from "../../../foundation/files/private-file.ts";
import {
  DIRECT_VARIABLES,
  proxyChoice,
  PROXY_VARIABLES as PROXY_NAMES,
} from "../../gateway/proxy-choice.ts";
import { upstreamTrust } from "../../gateway/trust.ts";
import type { SecretGrants } from "../../secrets/secret-grants.ts";
import { readForCall } from "../registries/read-for-call.ts";
import { type CallLogins, hostsOfLogins, judgeOf, keysOfLogins } from "../keys/call-logins.ts";
import type { ApprovedKey } from "../keys/exchanged-request.ts";
import { grantedKeys } from "../keys/granted-keys.ts";
import { type KeyExchange, openKeyExchange } from "../keys/key-exchange.ts";
import { openRegistryReader } from "../registries/registry-reader.ts";
import type { SocketReach } from "../start/call-sockets.ts";
import { INSIDE } from "../start/inside.ts";
import { notedVariables, notingLine } from "../start/noted-variables.ts";
import {
  createGrants,
  type Grant,
  type MadeExchange,
  noteExchanged,
  noteRefused,
  type RefusedHost,
} from "./grants.ts";
import { type HostProxy, openHostProxy } from "./host-proxy.ts";
import { createMachinePorts, type MachinePorts, type RoomOfPorts } from "./machine-ports.ts";
import { listenInRoom } from "./room-listener.ts";
import { gitSettingLines } from "../start/git-setting-lines.ts";
import { NO_NOTES, openReaching } from "./reaching.ts";
import { hostsOfSettings, notingHosts, type ShellSays, shellSays } from "./surroundings.ts";
import { createServedPorts } from "./served-ports.ts";
import { machineNetwork, type Network, wayTo } from "./way-out.ts";

/** A call that needs hosts. */
export type CallWithHosts = {
  readonly reached: ReachedHosts;
  /** The room that it joins: its name, and the process that keeps its network. */
  readonly room: { readonly key: string; readonly keeper: number };
  readonly nsenter: string;
  readonly ticket: { readonly id: string; readonly folder: string };
  readonly projectRoot: string;
  readonly home: string;
  /** Keys that a person let go to their hosts. */
  readonly keys: readonly ApprovedKey[];
  /** What its programs log in with. */
  readonly logins: CallLogins;
  /** The session whose secrets it may have; undefined where it may have none. */
  readonly granted: string | undefined;
};

/** A call that installs by lock files, and reaches nothing but what is read for it of registries. */
export type CallWithReading = Omit<CallWithHosts, "reached" | "keys" | "logins" | "granted"> & {
  readonly reading: RegistryReading;
};

/** What the call is told. */
export type CallReach = {
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Files that it sees besides, by the places where it sees them. */
  readonly own: SocketReach["own"];
  /** Lines that note what the person's shell says. */
  readonly notes: SocketReach["notes"];
  /** Lines for the person's shell, before anything is started. */
  readonly before: readonly string[];
};

/** Hosts of the calls of a process that lives as long as they do. */
export type CallHosts = {
  /** Lets a call reach its hosts; undefined where no proxy can be had in its room. Never rejects. */
  open(call: CallWithHosts): Promise<CallReach | undefined>;
  /** Reads registries for a call; undefined where that cannot be. Rejects where no authority or file of its own can be made for it. */
  openReading(call: CallWithReading): Promise<CallReach | undefined>;
  /** The call is over: what it still asks is refused. */
  close(ticket: string): void;
  /** Hosts that the call was refused, told once; undefined for one that has no proxy. */
  takeRefused(ticket: string): readonly RefusedHost[] | undefined;
  /** Keys that went out for a call since that was last asked. */
  takeExchanged(ticket: string): readonly MadeExchange[];
  /** How many calls of a room lost their hosts, because the process before this one ended; told once. */
  takeLost(room: string): number;
  /** Ports of this machine that rooms reach. */
  readonly machine: MachinePorts;
  /** Answers the person at the ports on which a room's session listens. */
  serve(room: RoomOfPorts): Promise<void>;
  /** Ports on which a session listens, and which stay another program's for the person; told once. */
  takeTaken(room: string): readonly number[];
  /** Ports of this machine at which sessions answer. */
  servedPorts(): ReadonlySet<number>;
  /** The room is given up. */
  end(room: string): void;
  stop(): void;
};

/** What a call is told where a secret that was given to a host cannot be had. */
const UNFETCHED = "a secret that could not be had";
/** What is asked of the room itself goes there. */
const OWN = "localhost,127.0.0.1,::1";
/** A room in which nothing could listen is tried again after this long. */
const RETRY_MS = 60_000;
const NOTE = "around";
/** WHY apart: what a variable of this file holds is no host. */
const NOTE_OF_LOGINS = "logins";
const HTTPS = 443;
/** The file of the authority that programs have to trust whose registries are read for them. */
const TRUST = "registries.pem";
/** The same where keys are put in, with all others that are trusted. */
const TRUST_OF_KEYS = "trust.pem";
/** What managers would ask besides: each of it would be refused, and told as if somebody had tried something. */
const ASKING_LESS = [
  ...(["npm_config_audit", "npm_config_fund", "npm_config_update_notifier"] as const).map(
    (name) => [name, "false"] as const,
  ),
  ["PIP_DISABLE_PIP_VERSION_CHECK", "1"],
  ["GOTOOLCHAIN", "local"],
] as const;

type OfRoom = {
  readonly keeper: number;
  readonly sinceMs: number;
  readonly proxy: Promise<{ readonly port: number; readonly proxy: HostProxy } | undefined>;
};

/** Opens the proxies of rooms as calls need them. */
export function createCallHosts({
  nowMs,
  network,
  own = () => new Set(),
  notes,
  authorities = () => upstreamTrust(undefined).certificates,
  secrets = () => [],
}: {
  readonly nowMs: () => number;
  readonly network?: Network;
  /** Ports on which sallyport itself listens. */
  readonly own?: () => ReadonlySet<number>;
  /** The directory in which it is noted which calls reach hosts through this process. */
  readonly notes?: string;
  /** Certificates by which registries are verified that are read for calls, PEM. */
  readonly authorities?: () => readonly string[];
  /** Secrets that people gave to hosts; none unless given. */
  readonly secrets?: SecretGrants;
}): CallHosts {
  const reaching = notes === undefined ? NO_NOTES : openReaching(notes);
  const served = createServedPorts(userId());
  // WHY those of sessions as well: a policy means a program of the machine, and no other session.
  const machine = createMachinePorts({ nowMs, own: () => new Set([...own(), ...served.ports()]) });
  const grants = createGrants();
  const rooms = new Map<string, OfRoom>();
  const close = (key: string): void => {
    const room = rooms.get(key);
    rooms.delete(key);
    grants.closeRoom(key);
    void room?.proxy.then((one) => one?.proxy.close());
  };
  const openRoom = (key: string, keeper: number, nsenter: string): OfRoom => {
    close(key);
    const opened = listenInRoom(keeper, nsenter).then((listener) => {
      if (listener === undefined) return undefined;
      const options = { listener: listener.server, room: key, grants };
      const proxy = openHostProxy({ ...options, ...(network === undefined ? {} : { network }) });
      return { port: listener.port, proxy };
    });
    // WHY not passed on: where a machine lets nothing be started just now, the call gets its hosts as before.
    const proxy = opened.catch(() => undefined);
    const room = { keeper, sinceMs: nowMs(), proxy };
    rooms.set(key, room);
    return room;
  };
  const proxyIn = async (
    { key, keeper }: CallWithHosts["room"],
    nsenter: string,
  ): Promise<{ readonly port: number } | undefined> => {
    const known = rooms.get(key);
    const room = known?.keeper === keeper ? known : openRoom(key, keeper, nsenter);
    const found = await room.proxy;
    const isOver = found === undefined && nowMs() - room.sinceMs > RETRY_MS;
    if (isOver && rooms.get(key) === room) rooms.delete(key);
    return found;
  };
  const connectFor = async (grant: Grant, host: string) => {
    const way = await wayTo(grant, { host, port: HTTPS }, network ?? machineNetwork);
    if (typeof way === "string") throw new Failure("unreachable", "it was not reached");
    return way;
  };
  /** WHY with all others that are trusted: one file stands in the place of those that programs have, and other hosts answer for themselves. */
  const trustFor = (exchange: KeyExchange, folder: string): Trusting => {
    const from = join(folder, TRUST_OF_KEYS);
    writePrivateFile(from, [exchange.certificate, ...authorities()].join("\n"));
    const to = `${INSIDE}/${TRUST_OF_KEYS}`;
    return {
      own: [{ from, to, isWritable: false }],
      variables: TRUSTING_ALL.map((name) => [name, to] as const),
    };
  };
  return {
    async openReading({ reading, room, nsenter, ticket, home }) {
      const found = await proxyIn(room, nsenter);
      const read = found && (await readForCall(reading.locks, home));
      if (found === undefined || read === undefined) return undefined;
      const note = join(ticket.folder, NOTE);
      let noted: Promise<ReadonlyMap<string, string>> | undefined;
      const said = () => (noted ??= notedVariables(note));
      const reader = openRegistryReader({
        files: read.files,
        nowMs,
        authorities,
        loginFor: async (host, path) => read.logins.loginFor(host, path, await said()),
        connect: (host) => connectFor(grant, host),
        refused: (host) => noteRefused(grant, { host, why: "reading" }),
      });
      const { grant, credentials } = grants.make({
        ticket: ticket.id,
        room: room.key,
        reader,
        // WHY as ones of the person: a registry of their own may lie in their network, and https proves who answers.
        hosts: reader.hosts.map((host) => ({ ...ofOthers(host), isConfigured: true })),
        ofSettings: Promise.resolve([]),
        shell: async () => {
          const variables = await said();
          return { proxyFor: proxyChoice((name) => variables.get(name)), hosts: [] };
        },
      });
      const trust = join(ticket.folder, TRUST);
      writePrivateFile(trust, reader.certificate);
      reaching.begin(room.key, ticket.id);
      const seen = `${INSIDE}/${TRUST}`;
      const address = `http://${credentials}@127.0.0.1:${found.port}`;
      return {
        variables: [
          ...proxyVariables(address, reading.managers),
          ...TRUSTING.map((name) => [name, seen] as const),
          ...ASKING_LESS,
        ],
        own: [{ from: trust, to: seen, isWritable: false }],
        before: [],
        notes: [notingLine([...PROXY_NAMES, ...DIRECT_VARIABLES, ...read.logins.variables], note)],
      };
    },
    async open({ reached, room, nsenter, ticket, projectRoot, home, keys, logins, granted }) {
      const names = reached.hosts.map(({ host }) => host);
      const given =
        granted === undefined ? [] : secrets({ projectRoot, sessionId: granted, hosts: names });
      const found = await proxyIn(room, nsenter);
      if (found === undefined) return undefined;
      const note = join(ticket.folder, NOTE);
      const ownNote = join(ticket.folder, NOTE_OF_LOGINS);
      let said: Promise<ShellSays> | undefined;
      const keyed = [...keys, ...given].map(({ host }) => host);
      const hosts = [...new Set([...keyed, ...hostsOfLogins(logins)])];
      const exchange: KeyExchange | undefined =
        hosts.length === 0
          ? undefined
          : openKeyExchange({
              hosts,
              nowMs,
              authorities,
              judge: judgeOf(logins),
              keys: async () => [
                ...(await grantedKeys(given, (host) =>
                  noteRefused(grant, { host, why: "request", what: UNFETCHED }),
                )),
                ...keys,
                ...keysOfLogins(logins, await notedVariables(ownNote)),
              ],
              connect: (host) => connectFor(grant, host),
              exchanged: (key) => noteExchanged(grant, key),
              refused: (host, what) => noteRefused(grant, { host, why: "request", what }),
            });
      const { grant, credentials } = grants.make({
        ticket: ticket.id,
        room: room.key,
        hosts: reached.hosts,
        ofSettings: hostsOfSettings(reached.asking, { projectRoot, home }),
        shell: () => (said ??= shellSays(note)),
        ...(exchange === undefined ? {} : { exchange }),
      });
      const trusting = exchange && trustFor(exchange, ticket.folder);
      reaching.begin(room.key, ticket.id);
      const address = `http://${credentials}@127.0.0.1:${found.port}`;
      const answer = told(address, { reached, note, ...(trusting && { trusting }) });
      const noted = logins.variables.map(({ name }) => name);
      return {
        ...answer,
        variables: [
          ...answer.variables,
          ...given.map(({ variable, shown }) => [variable, shown] as const),
        ],
        notes: [...answer.notes, ...(noted.length === 0 ? [] : [notingLine(noted, ownNote)])],
      };
    },
    close(ticket) {
      grants.close(ticket);
      reaching.end(ticket);
    },
    takeLost: reaching.takeLost,
    takeRefused: grants.takeRefused,
    takeExchanged: grants.takeExchanged,
    machine,
    async serve(room) {
      const proxy = await rooms.get(room.key)?.proxy;
      const inRoom = [...(proxy === undefined ? [] : [proxy.port]), ...machine.portsIn(room.key)];
      // WHY the guard's own as well: while it does not listen there itself, no session answers in its place.
      served.look(room, () => new Set([...inRoom, ...own()]));
    },
    takeTaken: served.takeTaken,
    servedPorts: served.ports,
    end(key) {
      close(key);
      served.end(key);
      machine.end(key);
      reaching.drop(key);
    },
    stop() {
      machine.stop();
      served.stop();
      for (const key of rooms.keys()) close(key);
      grants.closeAll();
    },
  };
}

type Trusting = Pick<CallReach, "own" | "variables">;

function told(
  address: string,
  {
    reached,
    note,
    trusting,
  }: { readonly reached: ReachedHosts; readonly note: string; readonly trusting?: Trusting },
): CallReach {
  return {
    variables: [...proxyVariables(address, reached.programs), ...(trusting?.variables ?? [])],
    own: trusting?.own ?? [],
    notes: [notingHosts(reached.asking, note)],
    before: gitLines(address, reached),
  };
}

/** The variables by which programs are told of a proxy. */
function proxyVariables(address: string, programs: readonly string[]): CallReach["variables"] {
  const names = [
    ...PROXY_VARIABLES.flatMap((name) => [name, name.toUpperCase()]),
    ...new Set(programs.flatMap((name) => proxiedProgram(name)?.told ?? [])),
  ];
  return [
    ...names.map((name) => [name, address] as const),
    ...["no_proxy", "NO_PROXY"].map((name) => [name, OWN] as const),
  ];
}

/** WHY above the variables: a proxy in a file of git counts more than they do. */
function gitLines(address: string, { programs }: ReachedHosts): readonly string[] {
  const isGit = programs.includes("git") || programs.includes("gh");
  return isGit ? gitSettingLines([["http.proxy", address]]) : [];
}
