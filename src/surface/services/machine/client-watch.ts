// Which clients of a machine run without its guard: every session has its hooks tell of it at its start, so one that stays silent, or sees other managed settings, is noticed.
import type { ClientProcess } from "#platform/client-processes.ts";
import { ADMINISTRATOR } from "#platform/user.ts";

/** What is wrong with a client that runs. `silent`: no hook of it ever asked; `covered`: something lies over the machine's managed settings for it. */
export type NoticeKind = "silent" | "covered";

/** A client that was noticed, once for each kind. */
export type Notice = {
  readonly what: NoticeKind;
  readonly client: Pick<ClientProcess, "pid" | "uid" | "started" | "program">;
};

export type ClientWatch = {
  /** A hook spoke: the process that started it, and those above, the nearest first. The first client among them was heard. */
  heard(uid: number, processes: readonly Pick<ClientProcess, "pid" | "started">[]): void;
  /** What is new by what runs now. */
  look(clients: readonly ClientProcess[], nowMs: number): readonly Notice[];
};

/** A session that has not told of itself by then has no hooks, or waits for its person at the first question. */
export const SILENT_MS = 60_000;
/** One that ended before is noticed if it ran for so long: the hook of its start is asked within the first seconds. */
const BRIEF_MS = 10_000;
const REPORTS_MAX = 10_000;
/** Looks after which a report of no client that runs is forgotten. */
const REPORT_LOOKS = 3;

/** Words of the client that begin no session. WHY not `mcp serve`: it runs tools. */
const NO_SESSION: ReadonlySet<string> = new Set(
  "update upgrade doctor install auth login logout setup-token plugin plugins config --version -v --help -h".split(
    " ",
  ),
);
/** Names under which the client's file starts the search programs that it carries. */
const CARRIED = /(?:^|\/)(?:rg|ugrep|bfs|find|grep)$/;

/**
 * Begins to watch. Of clients that run at the first look only what they see is looked at: they are older than the service, and its
 * predecessor heard them.
 */
export function createClientWatch(): ClientWatch {
  const heardKeys = new Set<string>();
  let reports: readonly { readonly keys: readonly string[]; readonly looks: number }[] = [];
  const told = new Set<string>();
  let seen = new Map<string, { readonly sinceMs: number; readonly client: ClientProcess }>();
  let older: Set<string> | undefined;
  return {
    heard(uid, processes) {
      if (reports.length < REPORTS_MAX)
        reports = [...reports, { keys: processes.map((one) => keyOf({ ...one, uid })), looks: 0 }];
    },
    look(clients, nowMs) {
      const running = new Set(clients.map(keyOf));
      older ??= running;
      // WHY the first alone: a client without hooks may start one that has them.
      reports = reports.flatMap(({ keys, looks }) => {
        const client = keys.find((key) => running.has(key));
        if (client !== undefined) heardKeys.add(client);
        return client === undefined && looks < REPORT_LOOKS ? [{ keys, looks: looks + 1 }] : [];
      });
      const found: Notice[] = [];
      const notice = (what: NoticeKind, client: ClientProcess): void => {
        const key = `${what} ${keyOf(client)}`;
        if (told.has(key)) return;
        told.add(key);
        const { pid, uid, started, program } = client;
        found.push({ what, client: { pid, uid, started, program } });
      };
      const isKnown = (client: ClientProcess): boolean =>
        heardKeys.has(keyOf(client)) || older?.has(keyOf(client)) === true;
      const next: typeof seen = new Map();
      for (const client of clients) {
        if (!isSession(client)) continue;
        const key = keyOf(client);
        const { sinceMs } = seen.get(key) ?? { sinceMs: nowMs };
        next.set(key, { sinceMs, client });
        if (client.isCovered) notice("covered", client);
        if (nowMs - sinceMs < SILENT_MS || isKnown(client)) continue;
        // What a session starts of itself: its own program, as its own child.
        const parent = clients.find(({ pid }) => pid === client.parent);
        if (parent?.program === client.program && isKnown(parent)) continue;
        notice("silent", client);
      }
      for (const [key, { sinceMs, client }] of seen)
        if (!next.has(key) && nowMs - sinceMs >= BRIEF_MS && !isKnown(client))
          notice("silent", client);
      for (const key of told) if (!next.has(key.slice(key.indexOf(" ") + 1))) told.delete(key);
      for (const key of heardKeys) if (!running.has(key)) heardKeys.delete(key);
      seen = next;
      return found;
    },
  };
}

/** WHY none of the administrator's: a deployment tries the client below files that are not in force yet, and nothing is kept from root. */
function isSession({ uid, words }: ClientProcess): boolean {
  if (uid === ADMINISTRATOR) return false;
  const [name = "", ...rest] = words;
  const first = rest.find((word) => !/\.[cm]?js$/.test(word)) ?? "";
  return !CARRIED.test(name) && !NO_SESSION.has(first);
}

function keyOf({ uid, pid, started }: Pick<ClientProcess, "uid" | "pid" | "started">): string {
  return `${uid} ${pid} ${started}`;
}
