// Whether the hooks of a site speak for a project that is guarded: a hook in the name of another one refuses every call.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { PlacedSite, Site } from "#govern/compile/site.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";

/**
 * Throws a Failure where the installation that the site names is on this machine and does not guard the project of its hooks. Says with
 * `unseen` that there is no such installation here, so that nothing is known of it.
 */
export function requireGuarded({ hooks }: Site, place?: PlacedSite["place"]): "guarded" | "unseen" {
  if (hooks?.transport !== "command") return "guarded";
  const { data, project } = hooks;
  const register = join(data, "projects.json");
  if (!existsSync(register)) return "unseen";
  const known = readProjectRegister(register);
  if (known.some(({ id }) => id === project)) return "guarded";
  const names = known.map(({ id, root }) => `${id} (${printable(root)})`).slice(0, 8);
  throw new Failure(
    "site-project",
    `\`hooks.project\` is \`${project}\`, and the installation in \`${printable(data)}\` guards no such project, so its hooks would refuse every call: ${names.length === 0 ? "guard one with `sallyport init`" : `it guards ${names.join(", ")}`}`,
    place === undefined ? {} : { at: place(["hooks", "project"]) },
  );
}
