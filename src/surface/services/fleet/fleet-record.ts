// Decisions about a fleet in the record of this machine too, where it has one.
import type { Entry } from "#assure/rollout/journal.ts";
import { fleetEvent } from "#record/event/fleet-events.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";

/** Puts entries of the journal on record. WHY not an error without keys: a build machine that ticks a fleet may guard nothing. */
export async function recordDeeds(entries: readonly Entry[], fleet: string): Promise<void> {
  const directories = directoriesIn(dataDirectory());
  if (entries.length === 0 || !isThere(directories.keys)) return;
  const recorder = await openSpoolRecorder(directories);
  await recorder.append(
    entries.map(({ deed, number, by }) =>
      fleetEvent(recorder.stamp(), {
        what: deed.what,
        entry: number,
        fleet,
        user: by,
        tier: "tier" in deed ? deed.tier : undefined,
        about: aboutOf(deed),
        reason: "reasons" in deed ? deed.reasons.join("; ") : "because" in deed ? deed.because : "",
      }),
    ),
  );
}

function aboutOf(deed: Entry["deed"]): string {
  if ("policy" in deed) return deed.policy;
  if ("remote" in deed) return deed.remote;
  if ("versions" in deed) return deed.versions.join(",");
  if ("course" in deed) return deed.course;
  return "fact" in deed ? deed.fact : deed.of;
}
