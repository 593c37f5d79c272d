// A value that the app watches, and the hook that draws again when it changes.
import { useEffect, useState } from "preact/hooks";

export type Store<T> = {
  get(): T;
  set(next: T): void;
  /** Calls `watch` after each change until the returned function is called. */
  subscribe(watch: () => void): () => void;
};

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const watch of [...watchers]) watch();
    },
    subscribe(watch) {
      watchers.add(watch);
      return () => void watchers.delete(watch);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState<{ readonly now: T }>({ now: store.get() });
  useEffect(() => {
    const take = () => setValue({ now: store.get() });
    take();
    return store.subscribe(take);
  }, [store]);
  return value.now;
}
