// Keys of the whole app: Ctrl-K and `/` open the palette, `?` the list of keys, `g` and a letter a page.
import { useEffect } from "preact/hooks";
import { useApp } from "../core/app.ts";
import { useStore } from "../core/store.ts";
import type { PageEntry } from "../pages/index.ts";

const SECOND_KEY_MS = 1_500;

export function useKeys(
  pages: readonly PageEntry[],
  open: (what: "palette" | "keys") => void,
): void {
  const { router, preferences } = useApp();
  const hasKeys = useStore(preferences.hasKeys);
  useEffect(() => {
    let waitsUntilMs = 0;
    const take = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return open("palette");
      }
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!hasKeys || !isPlain || isTyping(event.target) || isInDialog()) return;
      if (Date.now() < waitsUntilMs) {
        waitsUntilMs = 0;
        const page = pages.find(({ key }) => key === event.key);
        if (page === undefined) return;
        event.preventDefault();
        return router.go(page.path);
      }
      if (event.key === "g") waitsUntilMs = Date.now() + SECOND_KEY_MS;
      if (event.key !== "/" && event.key !== "?") return;
      event.preventDefault();
      open(event.key === "/" ? "palette" : "keys");
    };
    document.addEventListener("keydown", take);
    return () => document.removeEventListener("keydown", take);
  }, [pages, hasKeys, open]);
}

const isInDialog = () => document.querySelector("dialog[open]") !== null;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
