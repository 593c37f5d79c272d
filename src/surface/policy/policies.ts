// The policy in force for a project: the pack or the file that its register entry names.
import { type ChosenPolicy, DEFAULT_PACK } from "#govern/settings/project-register.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Project } from "../daemon/ports.ts";
import { createSitePolicies, type SitePolicyOptions } from "./site-policy.ts";

/** Gives the policy of a project. Throws or rejects with a Failure while there is none in force. */
export type PolicyOf = (project: Project) => Policy | Promise<Policy>;

/**
 * Builds the source of policies. `chosenFor` reads the register; a project that is not in it is judged by the default
 * pack. A pack that cannot be loaded is tried again with every call.
 */
export function createPolicies(
  options: SitePolicyOptions & {
    readonly chosenFor: (project: Project) => ChosenPolicy | undefined;
    readonly loadPack: (name: string) => Policy;
  },
): PolicyOf {
  const packs = new Map<string, Policy>();
  const sites = createSitePolicies(options);
  return (project) => {
    const chosen = options.chosenFor(project);
    if (chosen !== undefined && "file" in chosen) return sites(chosen.file, chosen.digest);
    const name = chosen?.pack ?? DEFAULT_PACK;
    const pack = packs.get(name) ?? options.loadPack(name);
    packs.set(name, pack);
    return pack;
  };
}
