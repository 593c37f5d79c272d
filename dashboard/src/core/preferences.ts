// What this browser remembers of the reader's wishes: theme, and whether single keys are shortcuts.
import { createStore, type Store } from "./store.ts";

export type Theme = "system" | "light" | "dark";
export type Preferences = {
  readonly theme: Store<Theme>;
  /** Single letters as shortcuts; can be switched off (WCAG 2.1.4). */
  readonly hasKeys: Store<boolean>;
};

export const THEME_KEY = "sallyport.theme";
const KEYS_KEY = "sallyport.keys";

export function createPreferences(): Preferences {
  const theme = createStore<Theme>(storedTheme());
  theme.subscribe(() => {
    keep(THEME_KEY, theme.get());
    showTheme(theme.get());
  });
  const hasKeys = createStore(read(KEYS_KEY) !== "off");
  hasKeys.subscribe(() => keep(KEYS_KEY, hasKeys.get() ? "on" : "off"));
  return { theme, hasKeys };
}

export function storedTheme(): Theme {
  const text = read(THEME_KEY);
  return text === "light" || text === "dark" ? text : "system";
}

export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A browser that keeps nothing: the wish lasts as long as the page.
  }
}
