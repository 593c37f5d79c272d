// The client's sessions of an incident, read from the events of its alerts: its file has no name of them.
import type { Incident } from "#detect/incident/incident.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** Events that are opened for it: the first of each alert. */
const EVENTS_MAX = 256;

/** By the client's ids, each once; of sessions whose key is gone nothing is known. Rejects with a Failure where the log cannot be read. */
export async function sessionsOf(
  { alerts }: Incident,
  { log, keys }: Pick<Directories, "log" | "keys">,
): Promise<readonly string[]> {
  const found = new Set(alerts.flatMap(({ place }) => place.session ?? []));
  const others = alerts.filter(({ place }) => place.session === undefined);
  if (others.length === 0) return [...found];
  const view = await viewLog(log, keys);
  const places = new Map(others.map(({ place, events }) => [place.pseudonym, events.at(-1)]));
  for (const index of [...places.values()].slice(0, EVENTS_MAX)) {
    if (index === undefined) continue;
    for await (const { sealed } of view.entries(index, index + 1)) {
      const id = sealed?.["sessionId"];
      if (typeof id === "string" && id !== "") found.add(id);
    }
  }
  return [...found];
}
