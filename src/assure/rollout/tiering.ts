// Repositories into tiers, and machines to policies: by rules of the fleet's file, each with its reason.
import { compileGlob } from "#base/glob.ts";
import { type FleetFile, type Tier, TIER_ORDER } from "./fleet-file.ts";

/** A repository as an inventory knows it. `remote` is `host/path`. */
export type Repository = {
  readonly remote: string;
  readonly topics: readonly string[];
  readonly owners: readonly string[];
  /** Classes of data that are worked on in it. */
  readonly data: readonly string[];
};

/** `moved`: a person said so; `rule`: a rule of the fleet's file; `otherwise`: no rule fits. */
export type Tiered = {
  readonly tier: Tier;
  readonly by: "moved" | "rule" | "otherwise";
  readonly because: string;
};

/** A tier that a person gave a repository, which goes before every rule. */
export type MovedTier = { readonly tier: Tier; readonly because: string; readonly by: string };

/** Puts repositories into tiers. */
export function createTiering(
  file: FleetFile,
  moved: ReadonlyMap<string, MovedTier>,
): (repository: Repository) => Tiered {
  const rules = file.tiers.map((rule) => ({ ...rule, remotes: rule.when.remotes?.map(matcher) }));
  return (repository) => {
    const said = moved.get(repository.remote);
    if (said !== undefined)
      return { tier: said.tier, by: "moved", because: `${said.because} (${said.by})` };
    const found = rules.find(
      ({ remotes, when }) =>
        (remotes === undefined || remotes.some((matches) => matches(repository.remote))) &&
        meets(when.topics, repository.topics) &&
        meets(when.owners, repository.owners) &&
        meets(when.data, repository.data),
    );
    if (found !== undefined) return { tier: found.tier, by: "rule", because: found.because };
    return { tier: file.otherwise, by: "otherwise", because: "no rule of the fleet's file fits" };
  };
}

function matcher(glob: string): (text: string) => boolean {
  return compileGlob(glob);
}

function meets(wanted: readonly string[] | undefined, has: readonly string[]): boolean {
  return wanted === undefined || has.some((one) => wanted.includes(one));
}

/** A machine as the fleet knows it. */
export type FleetMachine = {
  readonly machine: string;
  readonly system: "linux" | "macos" | "windows" | "other";
  /** Groups of the directory that its person is in. */
  readonly groups: readonly string[];
  readonly repositories: readonly string[];
  /** A tier that the inventory gives the machine itself, such as `ci` for a runner. */
  readonly tier?: Tier | undefined;
};

/** The strictest tier of what is worked on there; the fleet's own where nothing is known. */
export function tierOfMachine(
  { tier, repositories }: FleetMachine,
  tierOf: (remote: string) => Tier | undefined,
  otherwise: Tier,
): Tier {
  let strictest = tier;
  for (const remote of repositories) {
    const one = tierOf(remote);
    if (
      one !== undefined &&
      (strictest === undefined || TIER_ORDER.indexOf(one) > TIER_ORDER.indexOf(strictest))
    )
      strictest = one;
  }
  return strictest ?? otherwise;
}

/** The policy of a machine: the first of the file that fits. */
export function createPolicyChoice(file: FleetFile): (machine: FleetMachine, tier: Tier) => string {
  const rules = file.policies.map((rule) => ({
    ...rule,
    machines: rule.when.machines?.map(matcher),
  }));
  return ({ machine, system, groups }, tier) => {
    const found = rules.find(
      ({ when, machines }) =>
        (when.tiers?.includes(tier) ?? true) &&
        meets(when.groups, groups) &&
        (when.systems?.includes(system) ?? true) &&
        (machines === undefined || machines.some((matches) => matches(machine))),
    );
    // The last one fits every machine: the file is refused without.
    return found?.policy ?? "";
  };
}
