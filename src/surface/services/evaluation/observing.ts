// Whether a project is observed only: its calls are judged and recorded, and nothing is refused, asked about or replaced in it (decision 0024).
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import {
  enforcingSources,
  isObserving,
  type ManagedPlace,
  managedSources,
} from "../policy/layers.ts";
import { copyPath } from "../policy/policy-copy.ts";
import { signatureOf } from "../policy/policy-file.ts";
import { type PolicySource, signOf } from "../policy/policy-place.ts";
import { lockdownOf } from "../installation/lockdown.ts";
import type { Observes } from "../projects/project.ts";
import type { ProjectBook } from "../projects/projects.ts";

/**
 * The person's own choice, or that of who manages the machine where nobody chose, and where nobody enforces: a managed policy, one
 * that the repository keeps and a lockdown stay in force. In any doubt a project is not observed but enforced.
 */
export function createObserves(
  book: Pick<ProjectBook, "deciding">,
  directories: Directories,
  managed: ManagedPlace,
): Observes {
  const observing = rememberedObserving(directories.policies);
  return (project) => {
    try {
      const entry = book.deciding(project);
      const isWished =
        entry === undefined ? isObservedByManaged(managed, observing) : entry.mode === "observe";
      if (!isWished || lockdownOf(directories) !== undefined) return false;
      return whoEnforces(entry, project.root, { directories, managed, observing }).length === 0;
    } catch {
      return false;
    }
  };
}

type Observing = (source: PolicySource) => boolean;

function isObservedByManaged(managed: ManagedPlace, observing: Observing): boolean {
  return managedSources(managed).some(observing);
}

/** WHY remembered by the copy's signature: this is asked with every call. */
function rememberedObserving(copies: string): Observing {
  const known = new Map<string, { readonly sign: string; readonly is: boolean }>();
  return (source) => {
    const sign = `${signatureOf(copyPath(copies, source.file, "managed"))} ${signOf(source)}`;
    const before = known.get(source.file);
    if (before?.sign === sign) return before.is;
    const is = isObserving(source, copies);
    known.set(source.file, { sign, is });
    return is;
  };
}

/** Files of policies above the person's choice, because of which a project in `root` cannot be observed only. */
export function whoEnforces(
  entry: Pick<ProjectEntry, "policy"> | undefined,
  root: string,
  {
    directories,
    managed,
    observing = (source) => isObserving(source, directories.policies),
  }: {
    readonly directories: Pick<Directories, "policies">;
    readonly managed: ManagedPlace;
    readonly observing?: Observing;
  },
): readonly string[] {
  const chosen = entry !== undefined && "file" in entry.policy ? entry.policy.file : undefined;
  return enforcingSources(root, managed, { chosen, copies: directories.policies })
    .filter((source) => !observing(source))
    .map(({ file }) => file);
}
