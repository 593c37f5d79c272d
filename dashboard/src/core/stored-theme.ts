// The theme that this browser was told to show, and what is kept in it; without the app, so that it runs before anything is drawn.

export type Theme = "system" | "light" | "dark";

const THEME_KEY = "sallyport.theme";

export function storedTheme(): Theme {
  const text = readKept(THEME_KEY);
  return text === "light" || text === "dark" ? text : "system";
}

/** Shows the theme from now on, and remembers it. */
export function keepTheme(theme: Theme): void {
  keep(THEME_KEY, theme);
  showTheme(theme);
}

export function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // A browser that keeps nothing: the wish lasts as long as the page.
  }
}
