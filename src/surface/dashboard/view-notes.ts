// Looking at sensitive data is itself an event (M6.26); looking again within a few minutes is the same look.
import type { Endpoint } from "./api/endpoint.ts";
import type { LoginSession } from "./access/logins.ts";
import type { DashboardParts } from "./context/parts.ts";

/** WHY not each: an open page asks again and again, and its own events would be news to it. */
const SAME_LOOK_MS = 10 * 60_000;
const LOOKS_MAX = 1_024;

/** Notes what a session looks at or changes. */
export function createViewNotes({ clock, note }: Pick<DashboardParts, "clock" | "note">) {
  const looked = new Map<string, number>();
  const isSameLook = (key: string) => {
    const now = clock.monotonicMs();
    const last = looked.get(key);
    if (last !== undefined && now - last < SAME_LOOK_MS) return true;
    if (looked.size >= LOOKS_MAX) looked.clear();
    looked.set(key, now);
    return false;
  };
  return {
    /** Resolves when it is on record, or need not be. */
    async note(
      { path, method, isSensitive, confirms }: Endpoint,
      { id, role }: LoginSession,
    ): Promise<void> {
      if (method === "POST" && confirms)
        return note({ what: "change", role, page: path, count: 1 });
      if (!isSensitive || isSameLook(`${id} ${path}`)) return undefined;
      return note({ what: "view", role, page: path, count: 1 });
    },
  };
}
