// Whether a project is observed only: its calls are judged and recorded, and nothing is refused, asked about or replaced in it (decision 0024).
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { enforcingSources, type ManagedPlace } from "../policy/layers.ts";
import { lockdownOf } from "../installation/lockdown.ts";
import type { Observes } from "../projects/project.ts";
import type { ProjectBook } from "../projects/projects.ts";

/**
 * The person's own choice, where nobody above them enforces: a managed policy or one that the repository keeps stays in force,
 * and so does a lockdown. In any doubt a project is not observed but enforced.
 */
export function createObserves(
  book: Pick<ProjectBook, "deciding">,
  directories: Directories,
  managed: ManagedPlace,
): Observes {
  return (project) => {
    try {
      const entry = book.deciding(project);
      if (entry?.mode !== "observe") return false;
      if (lockdownOf(directories) !== undefined) return false;
      return whoEnforces(entry, project.root, directories, managed).length === 0;
    } catch {
      return false;
    }
  };
}

/** Files of policies above the person's choice, because of which a project in `root` cannot be observed only. */
export function whoEnforces(
  { policy }: Pick<ProjectEntry, "policy">,
  root: string,
  directories: Directories,
  managed: ManagedPlace,
): readonly string[] {
  const chosen = "file" in policy ? policy.file : undefined;
  return enforcingSources(root, managed, { chosen, copies: directories.policies }).map(
    ({ file }) => file,
  );
}
