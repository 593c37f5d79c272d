// What every part of the app reaches by context: requests, session, live stream, place, announcements.
import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import type { Api } from "./api.ts";
import type { Live } from "./live.ts";
import type { ResourceCache } from "./resource.ts";
import type { Router } from "./router.tsx";
import type { Me, Session } from "./session.ts";
import { type Store, useStore } from "./store.ts";
import type { Preferences } from "./preferences.ts";

/** One line of the palette besides the pages. */
export type PaletteItem = {
  readonly title: string;
  /** More words that find it. */
  readonly words?: string;
  readonly run: () => void;
};

export type App = {
  readonly api: Api;
  readonly session: Session;
  readonly live: Live;
  readonly router: Router;
  readonly cache: ResourceCache;
  readonly preferences: Preferences;
  /** What a screen reader is told next; see `useAnnounce`. */
  readonly announced: Store<string>;
  /** How much needs a person, as the navigation and the title say it. */
  readonly needed: Store<number>;
  /** What pages put into the palette. */
  readonly palette: Store<readonly PaletteItem[]>;
};

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("the app's context is missing");
  return app;
}

export const useApi = (): Api => useApp().api;
export const useRouter = (): Router => useApp().router;

/** Who is logged in. Only below the shell, which shows pages to nobody else. */
export function useMe(): Me {
  const state = useStore(useApp().session.state);
  if (state.kind !== "open") throw new Error("nobody is logged in");
  return state.me;
}

/** Gives a function that has a screen reader say a text. */
export function useAnnounce(): (text: string) => void {
  const { announced } = useApp();
  return (text) => announced.set(announced.get() === text ? `${text}\u00a0` : text);
}

/** Puts lines into the palette while the page is open. Give the same list as long as nothing changed. */
export function usePaletteItems(items: readonly PaletteItem[]): void {
  const { palette } = useApp();
  useEffect(() => {
    palette.set([...palette.get(), ...items]);
    return () => palette.set(palette.get().filter((one) => !items.includes(one)));
  }, [items]);
}
