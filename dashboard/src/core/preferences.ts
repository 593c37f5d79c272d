// What this browser remembers of the reader's wishes: theme, and whether single keys are shortcuts.
import { createStore, type Store } from "./store.ts";
import { keep, keepTheme, readKept, storedTheme, type Theme } from "./stored-theme.ts";

export type Preferences = {
  readonly theme: Store<Theme>;
  /** Single letters as shortcuts; can be switched off (WCAG 2.1.4). */
  readonly hasKeys: Store<boolean>;
};

const KEYS_KEY = "sallyport.keys";

export function createPreferences(): Preferences {
  const theme = createStore<Theme>(storedTheme());
  theme.subscribe(() => keepTheme(theme.get()));
  const hasKeys = createStore(readKept(KEYS_KEY) !== "off");
  hasKeys.subscribe(() => keep(KEYS_KEY, hasKeys.get() ? "on" : "off"));
  return { theme, hasKeys };
}
