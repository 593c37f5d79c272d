// What is deployed for this machine, person and project, and how it stands: what `policy drift` and `policy verify` begin with.
import type { DeployPlace } from "#govern/deploy/deployment.ts";
import { DEPLOY_SCOPES } from "#govern/deploy/deployment.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";
import { type MachinePlaces, machinePlaces } from "../../services/deploy/deployment-plan.ts";
import { deadPlaces, lookForDrift, type DeploymentStatus } from "../../services/deploy/observe.ts";
import { openDeployments } from "../../services/deploy/records.ts";
import { dataDirectory, directoriesIn } from "../../foundation/files/directories.ts";
import { placeOf } from "./deploy-place.ts";
import { managedSources } from "../../services/settings/managed-sources.ts";
import { dataOption } from "../../foundation/terminal/options.ts";
import { sourcesInForce } from "../../services/settings/settings-sources.ts";
import { statusMods } from "../../services/status/mods.ts";
import { unagreed } from "../../services/mods/agreed-mods.ts";
import { sourcesAt } from "../../services/settings/source-files.ts";

/** How things stand here, and the files that the client reads, the highest layer first. */
export type StandingHere = DeploymentStatus & {
  readonly sources: readonly LintSource[];
  readonly machine: MachinePlaces;
  readonly home: string;
  readonly project: string;
};

/** Options of commands that look at what is deployed. */
export const standingOptions = {
  project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
  ...dataOption,
} as const;

/** Looks. Throws a Failure where the records or the places cannot be read. */
export async function standingHere(args: {
  readonly project?: string | undefined;
  readonly data?: string | undefined;
}): Promise<StandingHere> {
  const machine = machinePlaces();
  const records = openDeployments(directoriesIn(args.data ?? dataDirectory()));
  const places: readonly DeployPlace[] = await Promise.all(
    DEPLOY_SCOPES.map((scope) => placeOf(scope, args.project)),
  );
  const pathOf = (scope: DeployPlace["scope"]) =>
    places.find((place) => place.scope === scope)?.place ?? "/";
  const [home, project] = [pathOf("user"), pathOf("project")];
  const sources = await sourcesInForce(project, home);
  const dead = await sourcesAt(deadPlaces(home), "managed");
  const { overruled } = await managedSources();
  const directories = directoriesIn(args.data ?? dataDirectory());
  const around = { directories, environment: { ...process.env, HOME: home }, nowMs: Date.now() };
  const mods = unagreed(statusMods(project, around));
  const standing = lookForDrift(places, { machine, records, sources, overruled, dead, mods });
  return { ...standing, sources, machine, home, project };
}
