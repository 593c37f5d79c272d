// The Seatbelt profile that one judged call would have on macOS: shown to who wants to try it, and used by nobody.
import { join } from "node:path";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { needsOf } from "#guard/hold/needs.ts";
import { type Seatbelt, seatbeltProfile } from "#guard/hold/seatbelt.ts";
import { createPlaceFinder } from "./places/found-places.ts";
import { gitPlaces } from "./places/git-places.ts";

/** A judged command. Paths are absolute and real. */
export type ShownCall = {
  readonly decision: Decision;
  readonly policy: Policy;
  readonly projectRoot: string;
  readonly home: string;
  /** Our data directory. */
  readonly data: string;
  /** The client's. */
  readonly configDirectory: string;
  readonly nowMs: number;
};

/** Looks for what the policy hides and keeps, and writes the profile. Throws where a place cannot be looked at. */
export function seatbeltOf(call: ShownCall): Seatbelt {
  const { decision, policy, projectRoot, home, data, configDirectory, nowMs } = call;
  const { effects, ran, programs, views = [], gitSettings = [] } = decision;
  const needs = needsOf({ effects, projectRoot, programs: ran ?? programs, views, gitSettings });
  if (needs.isPrivileged)
    return { kind: "none", why: "it gains rights that nothing held can have" };
  const at = createPlaceFinder().find({ policy, projectRoot, home, nowMs });
  if (at.missing !== undefined) return { kind: "none", why: at.missing };
  const git = gitPlaces(at.repositories, { needs, projectRoot });
  const meant = new Set(needs.reads);
  const changed = new Set(needs.changes);
  return seatbeltProfile({
    projectRoot,
    writable: [...git.writable, ...needs.writes.map(({ path }) => path)],
    pinned: [...git.directories],
    kept: [...at.kept, ...git.kept, join(projectRoot, ".claude")].filter(
      (path) => !changed.has(path),
    ),
    hiddenFiles: [
      ...at.hiddenFiles.filter(({ path }) => !meant.has(path)),
      { path: join(configDirectory, ".credentials.json") },
    ],
    hiddenDirectories: [...at.hiddenDirectories, ...at.emptyDirectories].filter(
      (path) => !meant.has(path),
    ),
    shown: at.shown,
    // WHY not the machine's own addresses either: there is one network for all.
    reachesHosts: needs.network === "hosts",
    data,
  });
}
