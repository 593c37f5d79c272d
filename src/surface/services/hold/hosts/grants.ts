// Which call may reach which hosts: grants, known by credentials that only the call has, and what was refused of them.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Duplex } from "node:stream";
import { dropOldest } from "#base/drop-oldest.ts";
import type { ReachedHost } from "#guard/hold/reached-hosts.ts";
import type { KeyUse } from "#guard/facts/key-use.ts";
import type { KeyExchange } from "../keys/key-exchange.ts";
import type { ApprovedKey } from "../keys/exchanged-request.ts";
import type { RegistryReader } from "../registries/registry-reader.ts";
import type { ShellSays } from "./surroundings.ts";

/** What one call may reach, and what it made of that. */
export type Grant = {
  readonly ticket: string;
  readonly room: string;
  readonly user: string;
  readonly digest: Buffer;
  readonly hosts: readonly ReachedHost[];
  /** Hosts that settings name, as they stood when the call was held. */
  readonly ofSettings: Promise<readonly ReachedHost[]>;
  /** What the shell that runs the call says of proxies and hosts; asked when the call first reaches for one. */
  shell(): Promise<ShellSays>;
  /** Reads registries for the call, which then reaches nothing by itself. */
  readonly reader?: RegistryReader;
  /** Puts keys in that a person approved, for the hosts that they belong to. */
  readonly exchange?: KeyExchange;
  readonly connections: Set<Duplex>;
  readonly exchanged: Map<string, MadeExchange>;
  readonly refused: Map<string, RefusedHost>;
};

/** A host that a call was refused: it is not among its own, or leads to this machine or the network around it. */
export type RefusedHost = {
  readonly host: string;
  /** `reading`: an install by a lock file asked for something else than that file names. `request`: it was asked for what was not judged. */
  readonly why: "host" | "address" | "reading" | "request";
  /** What that was, in words of our tables. */
  readonly what?: string;
};

/** A key that went out with its true value, and in how many requests: nothing of the value. */
export type MadeExchange = KeyUse & {
  readonly requests: number;
  /** Id of what a person signed for it. */
  readonly grant?: string;
};

/** What asks for a host: nobody known, somebody whose call is over, or a call. */
export type Asker =
  | { readonly kind: "nobody" | "over" }
  | { readonly kind: "call"; readonly grant: Grant };

const USER_BYTES = 6;
const SECRET_BYTES = 24;
/** Grants of calls whose end nobody told. */
const GRANTS_MAX = 4_096;
const REFUSED_HOSTS_MAX = 16;
/** Calls of which it is remembered what was refused after their end, until that is told. */
const ENDED_MAX = 256;

/** The grants of a process. */
export function createGrants() {
  const byUser = new Map<string, Grant>();
  const byTicket = new Map<string, Grant>();
  const ended = new Map<string, readonly RefusedHost[]>();
  const endedExchanges = new Map<string, readonly MadeExchange[]>();
  const drop = (grant: Grant): void => {
    byUser.delete(grant.user);
    byTicket.delete(grant.ticket);
    for (const connection of grant.connections) connection.destroy();
    grant.reader?.close();
    grant.exchange?.close();
    ended.set(grant.ticket, [...grant.refused.values()]);
    dropOldest(ended, ENDED_MAX);
    if (grant.exchanged.size === 0) return;
    endedExchanges.set(grant.ticket, [...grant.exchanged.values()]);
    dropOldest(endedExchanges, ENDED_MAX);
  };
  return {
    /** Makes one; `credentials` are told to the call alone. */
    make(
      call: Pick<
        Grant,
        "ticket" | "room" | "hosts" | "ofSettings" | "shell" | "reader" | "exchange"
      >,
    ): {
      readonly grant: Grant;
      readonly credentials: string;
    } {
      const user = randomBytes(USER_BYTES).toString("hex");
      const secret = randomBytes(SECRET_BYTES).toString("hex");
      const grant: Grant = {
        ...call,
        user,
        digest: digestOf(secret),
        connections: new Set(),
        refused: new Map(),
        exchanged: new Map(),
      };
      byUser.set(user, grant);
      byTicket.set(call.ticket, grant);
      for (const oldest of byUser.values()) if (byUser.size > GRANTS_MAX) drop(oldest);
      return { grant, credentials: `${user}:${secret}` };
    },
    /** Who asks, by the value of `Proxy-Authorization`, in the room where it was asked. */
    find(authorization: string | undefined, room: string): Asker {
      const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization ?? "")?.[1];
      if (encoded === undefined) return { kind: "nobody" };
      const [user = "", secret = ""] = Buffer.from(encoded, "base64").toString("latin1").split(":");
      const grant = byUser.get(user);
      const isOne = grant !== undefined && grant.room === room;
      return isOne && timingSafeEqual(grant.digest, digestOf(secret))
        ? { kind: "call", grant }
        : { kind: "over" };
    },
    /** The call is over: its connections too. */
    close(ticket: string): void {
      const grant = byTicket.get(ticket);
      if (grant !== undefined) drop(grant);
    },
    /** Hosts that a call was refused, told once; undefined for a call without a grant. */
    takeRefused(ticket: string): readonly RefusedHost[] | undefined {
      const open = byTicket.get(ticket)?.refused;
      const hosts = ended.get(ticket) ?? (open === undefined ? undefined : [...open.values()]);
      ended.delete(ticket);
      open?.clear();
      return hosts;
    },
    /** Keys that went out for a call since that was last asked. */
    takeExchanged(ticket: string): readonly MadeExchange[] {
      const open = byTicket.get(ticket)?.exchanged;
      const made = [...(endedExchanges.get(ticket) ?? []), ...(open?.values() ?? [])];
      endedExchanges.delete(ticket);
      open?.clear();
      return made;
    },
    closeRoom(room: string): void {
      for (const grant of byUser.values()) if (grant.room === room) drop(grant);
    },
    closeAll(): void {
      for (const grant of byUser.values()) drop(grant);
    },
  };
}

export type Grants = ReturnType<typeof createGrants>;

/** Remembers that a call was refused a host. */
export function noteRefused({ refused, reader }: Grant, asked: RefusedHost): void {
  const why = reader === undefined ? asked.why : "reading";
  const key = `${why} ${asked.host} ${asked.what ?? ""}`;
  if (refused.size < REFUSED_HOSTS_MAX) refused.set(key, { ...asked, why });
}

/** Remembers that a key of a call went out. */
export function noteExchanged({ exchanged }: Grant, used: ApprovedKey): void {
  const { file, name, kind, host, grant } = used;
  const key = JSON.stringify([file, name, host]);
  const requests = (exchanged.get(key)?.requests ?? 0) + 1;
  const by = grant === undefined ? {} : { grant };
  exchanged.set(key, { file, name, kind, host, requests, ...by });
}

function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
