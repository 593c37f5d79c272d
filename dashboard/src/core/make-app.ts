// Makes what the parts of the app share.
import type { App, PaletteItem } from "./app.ts";
import { createLive } from "./live.ts";
import { createPreferences } from "./preferences.ts";
import { createRouter } from "./router.tsx";
import { createSession } from "./session.ts";
import { createStore } from "./store.ts";

export function makeApp(): App {
  const session = createSession();
  return {
    api: session.api,
    session,
    live: createLive(session.api),
    router: createRouter(),
    cache: new Map(),
    preferences: createPreferences(),
    announced: createStore(""),
    needed: createStore(0),
    palette: createStore<readonly PaletteItem[]>([]),
  };
}
