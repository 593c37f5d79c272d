// Where a policy is deployed to: for a scope, the place on this machine, of this person or of a project.
import type { DeployPlace, DeployScope } from "#govern/deploy/deployment.ts";
import { realFolder } from "#govern/settings/deploy.ts";
import { homeDirectory } from "#platform/user.ts";

/** Where a scope is on this machine, for this person and project. */
export async function placeOf(
  scope: DeployScope,
  project: string | undefined,
): Promise<DeployPlace> {
  switch (scope) {
    case "managed":
      return { scope, place: "/" };
    case "user":
      return { scope, place: await realFolder(homeDirectory()) };
    case "project":
      return { scope, place: await realFolder(project ?? ".") };
    default:
      return scope satisfies never;
  }
}
