// What of notifying changed and is not on disk yet: written together, in an order in which a crash loses no notice.
import type { Watched } from "#detect/notice/escalation.ts";
import type { Flow } from "#detect/notice/flow.ts";
import type { NotifyStore } from "./notify-store.ts";

/** Collects changes of channels and of what is watched. */
export class NotifyChanges {
  readonly #store: NotifyStore;
  readonly #watched: () => ReadonlyMap<string, Watched>;
  readonly #changed = new Set<Flow | "watched">();
  /** The save that has not begun yet, and the one that is under way. */
  #nextSave: Promise<void> | undefined;
  #lastSave: Promise<void> = Promise.resolve();

  constructor(store: NotifyStore, watched: () => ReadonlyMap<string, Watched>) {
    this.#store = store;
    this.#watched = watched;
  }

  get count(): number {
    return this.#changed.size;
  }

  add(one: Flow | "watched"): void {
    this.#changed.add(one);
  }

  /** Resolves once all that changed until now is on disk; many callers share one write. */
  save(): Promise<void> {
    this.#nextSave ??= this.#lastSave
      .catch(() => undefined)
      .then(async () => {
        this.#nextSave = undefined;
        this.#lastSave = this.#write();
        await this.#lastSave;
      });
    return this.#nextSave;
  }

  async #write(): Promise<void> {
    // INVARIANT: what is to be told is on disk before what is watched says that it is told.
    const changed = [...this.#changed].toSorted(
      (one, other) => Number(one === "watched") - Number(other === "watched"),
    );
    this.#changed.clear();
    try {
      for (const one of changed) {
        if (one === "watched") await this.#store.writeWatched(this.#watched());
        else await this.#store.writeFlow(one);
      }
    } catch (cause) {
      // What could not be written is written with the next.
      for (const one of changed) this.#changed.add(one);
      throw cause;
    }
  }
}
