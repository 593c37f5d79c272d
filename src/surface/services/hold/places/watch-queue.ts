// The one queue by which the system tells this process of changed directories: whether all of it arrived, and that nothing was lost on the way.
import { type FSWatcher, mkdirSync, utimesSync, watch, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { joinPath } from "#base/path.ts";
import { mountTableOf } from "#platform/namespaces.ts";
import { watchLimit } from "#platform/watch-limits.ts";

/** Hears of what changed in a directory: by which kind, and under which name; a `rename` of none where the watch itself failed. */
type Listener = (kind: string, name: string | null) => void;

/** What all have in common that watch directories in this process. */
export type WatchQueue = {
  /** Watches one; undefined where the system has no more. */
  open(path: string, listener: Listener): FSWatcher | undefined;
  /** Whether our share of what the system lets a user watch has room. Who watches many, asks. */
  hasRoom(): boolean;
  /** Listens to these no more. */
  close(watchers: readonly FSWatcher[]): void;
  /** Resolves when all is told that changed before: nothing comes between that and what the caller does next. */
  caughtUp(): Promise<void>;
  /** How often it may have happened that a change was not told. */
  losses(): number;
};

const CANARY = "told";
/** WHY a share: the person's editor watches as well, and fails without a word where nothing is left. */
const SHARE = 4;
/** Each costs the daemon and the kernel some 2 KB. */
const WATCHED_MAX = 32_768;
/** Watchers that are not needed any more and stay open, so that what they still tell is counted. */
const RETIRED_MAX = 512;

/**
 * `canary`: a directory of ours, made where it is missing, in which a change is made to see it come: the system tells changes in the
 * order in which they happened. Without one nothing is known to be told.
 */
export function createWatchQueue(canary?: string): WatchQueue {
  return new Queue(canary);
}

/**
 * Every watcher of one event loop reads the same descriptor of inotify(7), and node leaves out the event by which the kernel says that it
 * dropped some. So what arrives is counted: the kernel drops nothing before it has given us as many as it keeps.
 */
class Queue implements WatchQueue {
  readonly #canary: string | undefined;
  /** WHY half: some of what arrives is for nobody any more, or for others who watch, and nobody counts that. */
  readonly #eventsMax = watchLimit("max_queued_events") / 2;
  #left = Math.min(WATCHED_MAX, watchLimit("max_user_watches") / SHARE);
  #events = 0;
  #losses = 0;
  #canaries = 0;
  #hasCanary = false;
  #retired: FSWatcher[] = [];
  /** How many watchers were closed, and of how many of them nothing can be left in the queue: that is not counted. */
  #closed = 0;
  #gone = 0;
  #mounts: string | undefined;

  constructor(canary: string | undefined) {
    this.#canary = canary;
  }

  open(path: string, listener: Listener): FSWatcher | undefined {
    // WHY before all others: where the system has no more for it, nothing that they tell is proven to be all.
    this.#openCanary();
    return this.#watch(path, listener);
  }

  #watch(path: string, listener: Listener): FSWatcher | undefined {
    this.#mounts ??= mountTableOf(process.pid);
    try {
      const watcher = watch(path, { persistent: false }, (kind, name) => {
        this.#events += 1;
        listener(kind, name);
      });
      watcher.on("error", () => {
        this.#losses += 1;
        listener("rename", null);
      });
      this.#left -= 1;
      return watcher;
    } catch (cause) {
      // WHY: each further try would fail as well, and cost more than a look at the directory.
      if (["ENOSPC", "EMFILE"].includes((cause as NodeJS.ErrnoException).code ?? ""))
        this.#left = 0;
      return undefined;
    }
  }

  hasRoom(): boolean {
    return this.#left >= 1;
  }

  close(watchers: readonly FSWatcher[]): void {
    for (const one of watchers) this.#retired.push(one);
    if (this.#retired.length <= RETIRED_MAX) return;
    for (const one of this.#retired) one.close();
    this.#closed += this.#retired.length;
    this.#left += this.#retired.length;
    this.#retired = [];
  }

  async caughtUp(): Promise<void> {
    const [canaries, closed] = [this.#canaries, this.#closed];
    this.#touch();
    // WHY twice: only the second turn begins after this one, and reads all that waits.
    await setImmediate();
    await setImmediate();
    // WHY the mounts as well: nobody tells of another file system over a directory.
    const mounts = mountTableOf(process.pid);
    const isTold =
      this.#canaries > canaries && this.#closed === this.#gone && mounts === this.#mounts;
    if (!isTold) this.#losses += 1;
    this.losses();
    this.#events = 0;
    this.#gone = Math.max(this.#gone, closed);
    this.#mounts = mounts;
  }

  losses(): number {
    if (this.#events >= this.#eventsMax) {
      this.#losses += 1;
      this.#events = 0;
    }
    return this.#losses;
  }

  #openCanary(): void {
    if (this.#canary === undefined || this.#hasCanary) return;
    try {
      mkdirSync(this.#canary, { recursive: true, mode: 0o700 });
      writeFileSync(joinPath(this.#canary, CANARY), "", { mode: 0o600 });
      const watcher = this.#watch(this.#canary, () => {
        this.#canaries += 1;
      });
      this.#hasCanary = watcher !== undefined;
    } catch {
      // Without it all is looked at.
    }
  }

  /** Makes a change that is told. */
  #touch(): void {
    if (this.#canary === undefined) return;
    this.#openCanary();
    try {
      const nowS = Date.now() / 1_000;
      utimesSync(joinPath(this.#canary, CANARY), nowS, nowS);
    } catch {
      // It was taken away, and is made anew for the next look.
      this.#hasCanary = false;
    }
  }
}
