// What lint has to know of a directory beside the settings files that are in force for its sessions.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "#base/day.ts";
import type { LintSurroundings } from "#govern/settings/lint/surroundings.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import { isInPlace, type ManagedPlace, managedPlace } from "../policy/layers.ts";
import { reviewsInForce } from "../policy/review.ts";
import { gitStatus } from "../projects/git-exclusion.ts";
import { guardingOf } from "../projects/guarded-project.ts";
import { deadFiles, managedFiles } from "./managed-places.ts";
import { managedSources } from "./managed-sources.ts";
import { userSettingsPath } from "./project-settings.ts";

/** A machine's places, to be replaced where they are not this one's. */
export type MachinePlaces = {
  /** The organization's policy. */
  readonly managed: ManagedPlace;
  /** Where managed settings of the client may lie. */
  readonly settings: readonly string[];
  /** Device management gives the client settings, in a registry or in preferences. */
  readonly isByDevice: boolean;
};

/** The places of this machine. */
export async function thisMachine(): Promise<MachinePlaces> {
  const settings = await managedFiles();
  const { inForce } = await managedSources();
  const isByDevice = inForce.some(({ file }) => !settings.includes(file));
  return { managed: managedPlace(), settings, isByDevice };
}

/** What stands around the settings of a directory. Throws a Failure when the register of projects is damaged. */
export async function surroundingsOf(
  directory: string,
  nowMs: number,
  environment: NodeJS.ProcessEnv,
): Promise<LintSurroundings> {
  const machine = await thisMachine();
  const guarding = guardingOf(directoriesIn(dataDirectory(environment)), directory);
  const root = guarding?.project.root ?? realpathSync(directory);
  return {
    today: dayOf(nowMs),
    reviews: reviewsInForce(root, guarding?.entry.policy, machine.managed),
    dead: deadFiles(),
    unmanaged: unmanagedPolicy(machine),
    uncommitted: await uncommittedSettings(root, environment),
  };
}

/** The organization's policy where the client has no managed settings; undefined where all is well or nobody manages. */
export function unmanagedPolicy({
  managed,
  settings,
  isByDevice,
}: MachinePlaces): string | undefined {
  if (!isInPlace({ layer: "managed", ...managed })) return undefined;
  return isByDevice || settings.some(isThere) ? undefined : managed.file;
}

/** The repository's settings file where it is there, in a repository of git, and not followed by it. */
export async function uncommittedSettings(
  root: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const file = join(root, userSettingsPath);
  // WHY not of a home directory: there the file is the person's own, whatever git keeps beside it.
  if (!isThere(file) || root === environment["HOME"]) return undefined;
  const { kind } = await gitStatus(root, userSettingsPath, environment);
  return kind === "open" || kind === "ignored" ? file : undefined;
}
