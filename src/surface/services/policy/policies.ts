// The policy in force for a project: the pack or the file that its register entry names, under the layers above it.
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import { type ChosenPolicy, DEFAULT_PACK } from "#govern/settings/project-register.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Blocks } from "../incidents/blocks.ts";
import type { Observes, Project } from "../projects/project.ts";
import {
  isInPlace,
  isKept,
  type ManagedPlace,
  policiesOf,
  upperLayer,
  upperSources,
} from "./layers.ts";
import type { PolicyCopy } from "./policy-copy.ts";
import type { PolicySource } from "./policy-place.ts";
import {
  createPolicyCopies,
  forgetPolicy,
  policyIn,
  type SitePolicyOptions,
} from "./site-policy.ts";

/** Stacks that stay put together; a machine has as many as its projects have policies of their own. */
const STACKS_MAX = 64;

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
    readonly managed: ManagedPlace;
    /** What a person cut off; nothing unless given. Throws a Failure while that is not known. */
    readonly blocks?: Pick<Blocks, "policy" | "packsOf">;
    /** Which projects are observed only; none unless given. A managed policy that observes counts in them alone. */
    readonly observes?: Observes;
  },
): PolicyOf {
  const { directory, managed } = options;
  const packs = new Map<string, Policy>();
  const copyOf = createPolicyCopies(options);
  const stack = createStackMemory();
  const packNamed = (name: string): Policy => {
    const pack = packs.get(name) ?? options.loadPack(name);
    packs.set(name, pack);
    return pack;
  };
  const base = (chosen: ChosenPolicy | undefined): Policy | Promise<Policy> => {
    if (chosen !== undefined && "file" in chosen)
      return siteOf(copyOf({ file: chosen.file, layer: "user" }, chosen.digest));
    return packNamed(chosen?.pack ?? DEFAULT_PACK);
  };
  const counted = new WeakMap<PolicyCopy, readonly Policy[]>();
  const upper = async (source: PolicySource): Promise<readonly Policy[]> => {
    if (!isInPlace(source)) {
      await forgetPolicy(source, options);
      return [];
    }
    const copy = await copyOf(source, null);
    const counts = counted.get(copy) ?? policiesOf(upperLayer(source, copy));
    counted.set(copy, counts);
    return counts;
  };
  return (project) => {
    const chosen = options.chosenFor(project);
    const file = chosen !== undefined && "file" in chosen ? chosen.file : undefined;
    const sources = upperSources(project.root, managed, file).filter(
      (source) => isInPlace(source) || isKept(directory, source),
    );
    const lowest = base(chosen);
    const more = responsesIn(project.root, options.blocks, packNamed);
    if (sources.length === 0 && more.length === 0) return lowest;
    return Promise.all([Promise.all(sources.map(upper)), lowest]).then(([above, below]) =>
      stack([
        ...whatCounts(above.flat(), () => options.observes?.(project) === true),
        ...more,
        below,
      ]),
    );
  };
}

/** A managed policy whose stage is `observe` refuses nothing: it counts where all is observed, so that its verdicts are on record. */
function whatCounts(above: readonly Policy[], isObserved: () => boolean): readonly Policy[] {
  if (above.every(({ stage }) => stage !== "observe") || isObserved()) return above;
  return above.filter(({ stage }) => stage !== "observe");
}

/** What a person cut off or tightened, as policies that are laid over the others. Throws a Failure while that is not known. */
export function responsesIn(
  root: string,
  blocks: Pick<Blocks, "policy" | "packsOf"> | undefined,
  loadPack: (name: string) => Policy,
): readonly Policy[] {
  const policy = blocks?.policy();
  return [
    ...(policy === undefined ? [] : [policy]),
    ...(blocks?.packsOf(root) ?? []).map(loadPack),
  ];
}

async function siteOf(copy: ReturnType<ReturnType<typeof createPolicyCopies>>): Promise<Policy> {
  return policyIn(await copy);
}

/** Puts policies together once, not for every call. */
function createStackMemory(): (policies: readonly Policy[]) => Policy {
  const known = new Map<string, Policy>();
  return (policies) => {
    const key = policies.map(({ digest }) => digest).join(" ");
    const stacked = known.get(key) ?? stackPolicies(policies);
    known.delete(key);
    known.set(key, stacked);
    dropOldest(known, STACKS_MAX);
    return stacked;
  };
}
