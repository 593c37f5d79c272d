// The live feed: what just happened, for a person who watches. Nothing is kept, slow watchers are dropped.

/** One line of the feed. `summary` is in words for a person and may name paths; it is shown, never stored. */
export type FeedItem = {
  readonly timeMs: number;
  readonly project: string;
  readonly sessionId: string;
  readonly what: "decision" | "unjudged" | "config-change" | "session" | "failure";
  readonly verdict: string;
  readonly tool: string;
  readonly rule: string;
  readonly summary: string;
};

export type Feed = {
  publish(item: FeedItem): void;
  /** Calls `watch` for each item until the returned function is called; undefined when too many watch already. */
  subscribe(watch: (item: FeedItem) => void): (() => void) | undefined;
};

const WATCHERS_MAX = 8;

/** A feed without watchers. */
export function createFeed(): Feed {
  const watchers = new Set<(item: FeedItem) => void>();
  return {
    publish(item) {
      for (const watch of watchers) watch(item);
    },
    subscribe(watch) {
      if (watchers.size >= WATCHERS_MAX) return undefined;
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
  };
}
