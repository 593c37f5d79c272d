// What this browser remembers of the reader's wishes: theme, and whether single keys are shortcuts.
import { createStore, type Store } from "./store.ts";
import { keep, keepTheme, readKept, storedTheme, type Theme } from "./stored-theme.ts";

export type Preferences = {
  readonly theme: Store<Theme>;
  /** Single letters as shortcuts; can be switched off (WCAG 2.1.4). */
  readonly hasKeys: Store<boolean>;
  /** Searches of the log under names of the reader's. */
  readonly searches: Store<readonly SavedSearch[]>;
};
/** `query` is what stands in the address. */
export type SavedSearch = { readonly name: string; readonly query: string };

const KEYS_KEY = "sallyport.keys";
const SEARCHES_KEY = "sallyport.searches";
const SEARCHES_MAX = 50;

export function createPreferences(): Preferences {
  const theme = createStore<Theme>(storedTheme());
  theme.subscribe(() => keepTheme(theme.get()));
  const hasKeys = createStore(readKept(KEYS_KEY) !== "off");
  hasKeys.subscribe(() => keep(KEYS_KEY, hasKeys.get() ? "on" : "off"));
  const searches = createStore(keptSearches());
  searches.subscribe(() => keep(SEARCHES_KEY, JSON.stringify(searches.get().slice(-SEARCHES_MAX))));
  return { theme, hasKeys, searches };
}

/** What an earlier version kept, or another hand, is not trusted to be whole. */
function keptSearches(): readonly SavedSearch[] {
  try {
    const kept: unknown = JSON.parse(readKept(SEARCHES_KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isSearch).slice(-SEARCHES_MAX) : [];
  } catch {
    return [];
  }
}

const isSearch = (one: unknown): one is SavedSearch =>
  typeof one === "object" &&
  one !== null &&
  "name" in one &&
  typeof one.name === "string" &&
  "query" in one &&
  typeof one.query === "string";
