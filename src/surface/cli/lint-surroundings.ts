// What lint has to know of a directory beside the settings files that are in force for its sessions.
import { realpathSync } from "node:fs";
import { dayOf } from "#govern/policy/review.ts";
import type { LintSurroundings } from "#govern/settings/lint/surroundings.ts";
import { dataDirectory, directoriesIn } from "../directories.ts";
import { type ManagedPlace, managedPlace } from "../policy/layers.ts";
import { reviewsInForce } from "../status/review.ts";
import { guardedProject } from "./guarded-project.ts";

/** What stands around the settings of a directory. Throws a Failure when the register of projects is damaged. */
export function surroundingsOf(
  directory: string,
  nowMs: number,
  managed: ManagedPlace = managedPlace(),
): LintSurroundings {
  const project = guardedProject(directoriesIn(dataDirectory()), directory);
  const root = project?.root ?? realpathSync(directory);
  return { today: dayOf(nowMs), reviews: reviewsInForce(root, project?.policy, managed) };
}
