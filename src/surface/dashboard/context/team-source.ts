// The store of a team behind a dashboard: opened by a reader's address, and followed while somebody looks.
import { setTimeout as sleep } from "node:timers/promises";
import type { FeedItem } from "../../services/daemon-process/feed.ts";
import { openPool } from "../../services/fleet/postgres-connection.ts";
import { openTeamStore, type TeamStore } from "../../services/fleet/team-store.ts";

export type TeamSource = { readonly store: TeamStore; close(): Promise<void> };

/** WHY so often: an event is to be seen within a second of its arrival. */
const LOOK_MS = 700;
/** Decisions that one look tells; of more the newest. */
const TOLD_MAX = 50;
const CONNECTIONS = 8;

/** Connects as the reader of one tenant. Rejects with a Failure where the address is none of that kind, or nobody answers. */
export async function openTeamSource(place: {
  readonly url: string;
  readonly ca?: string;
}): Promise<TeamSource> {
  const pool = await openPool({ ...place, connectionsMax: CONNECTIONS });
  try {
    return { store: await openTeamStore(pool), close: () => pool.end() };
  } catch (cause) {
    await pool.end();
    throw cause;
  }
}

/** Tells of decisions that came into the store since it was called, until the signal. Rejects when the store does not answer. */
export async function followTeam(
  store: TeamStore,
  onItem: (item: FeedItem) => void,
  signal: AbortSignal,
): Promise<void> {
  let { entries } = await store.size();
  let known = await store.heads();
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const { entries: now } = await store.size();
    if (now === entries) continue;
    entries = now;
    const heads = await store.heads();
    const rows = await store.arrived(known, heads, TOLD_MAX);
    known = heads;
    for (const { timeMs, machine, word, marks } of rows.toReversed()) {
      const rule = marks.find(([field]) => field === "rule")?.[1] ?? "";
      const { verdict, tool } = word;
      onItem({ timeMs, project: machine, what: "decision", verdict, tool, rule, summary: "" });
    }
  }
}
