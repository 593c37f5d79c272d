// The live feed: what just happened, for a person who watches. Nothing is kept, slow watchers are dropped.

/**
 * One line of the feed. It holds no word of a call: terminals are recorded and shared, and every process of the same user
 * may follow. What was asked exactly is told to the session that asked.
 */
export type FeedItem = {
  readonly timeMs: number;
  readonly project: string;
  readonly what:
    | "decision"
    /** One that a person may answer elsewhere; `summary` is its id. */
    | "question"
    | "unjudged"
    | "drift"
    | "config-change"
    | "session"
    | "prompt"
    | "failure";
  readonly verdict: string;
  readonly tool: string;
  readonly rule: string;
  readonly summary: string;
};

export type Feed = {
  /** Whether anybody watches; if not, an item need not be made. */
  isWatched(): boolean;
  publish(item: FeedItem): void;
  /** Calls `watch` for each item until the returned function is called; undefined when too many watch already. */
  subscribe(watch: (item: FeedItem) => void): (() => void) | undefined;
};

const WATCHERS_MAX = 8;

/** A feed without watchers. */
export function createFeed(): Feed {
  const watchers = new Set<(item: FeedItem) => void>();
  return {
    isWatched: () => watchers.size > 0,
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
