// What just happened, for every open page: one connection to the daemon, however many look, made again when the daemon was away.
import { setTimeout as sleep } from "node:timers/promises";
import type { FeedItem } from "../../services/daemon-process/feed.ts";

/** One message of the stream. */
export type LiveItem =
  | { readonly event: "decision"; readonly data: FeedItem }
  /** The daemon answers, or does not. */
  | { readonly event: "daemon"; readonly data: { readonly isThere: boolean } }
  /** How far something is that a page began. */
  | {
      readonly event: "progress";
      readonly data: { readonly what: string; readonly done: number; readonly of: number };
    }
  /** Something that a page shows changed: the page asks again. */
  | { readonly event: "changed"; readonly data: { readonly what: string } };

export type LiveHub = {
  /** Calls `watch` for each item until the returned function is called; undefined when too many watch. */
  subscribe(watch: (item: LiveItem) => void): (() => void) | undefined;
  publish(item: LiveItem): void;
  isThere(): boolean;
  close(): void;
};

const WATCHERS_MAX = 256;
const RETRY_MS = 1_000;

/** Follows the daemon while anybody looks. `follow` resolves when the connection ends. */
export function createLiveHub(
  follow: (onItem: (item: FeedItem) => void, signal: AbortSignal) => Promise<void>,
  probe: () => Promise<boolean>,
): LiveHub {
  const watchers = new Set<(item: LiveItem) => void>();
  const end = new AbortController();
  let isThere = false;
  let isFollowing = false;
  const publish = (item: LiveItem) => {
    for (const watch of watchers) watch(item);
  };
  const tell = (next: boolean) => {
    if (next !== isThere) publish({ event: "daemon", data: { isThere: next } });
    isThere = next;
  };
  const keepFollowing = async () => {
    isFollowing = true;
    while (watchers.size > 0 && !end.signal.aborted) {
      tell(await probe().catch(() => false));
      if (isThere)
        await follow((data) => publish({ event: "decision", data }), end.signal).catch(
          () => undefined,
        );
      if (end.signal.aborted) break;
      await sleep(RETRY_MS, undefined, { signal: end.signal }).catch(() => undefined);
    }
    isFollowing = false;
  };
  return {
    subscribe(watch) {
      if (watchers.size >= WATCHERS_MAX) return undefined;
      watchers.add(watch);
      if (!isFollowing) void keepFollowing();
      return () => watchers.delete(watch);
    },
    publish,
    isThere: () => isThere,
    close: () => end.abort(),
  };
}
