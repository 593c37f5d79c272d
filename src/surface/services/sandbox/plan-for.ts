// A plan of isolation for one project: its policy and its places, put into the form of a target.
import { Failure } from "#base/failure.ts";
import { allowedHosts } from "#govern/compile/sandbox-settings.ts";
import { PLAIN_SITE } from "#govern/compile/site.ts";
import type { Tier } from "#govern/library/pack-schema.ts";
import { bubblewrapFiles } from "#govern/sandbox/bubblewrap.ts";
import type { IsolationPlan, Planned } from "#govern/sandbox/isolation-plan.ts";
import { type PlanTarget, targetOf } from "#govern/sandbox/targets.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { callFilter } from "../hold/call-filter.ts";
import { isolationPlace } from "./isolation-place.ts";
import { projectTier } from "./project-tier.ts";

/** What a person asked for. */
export type PlanAsked = {
  readonly project: string;
  readonly directories: Directories;
  readonly tier: Tier | undefined;
  readonly target: PlanTarget | undefined;
  readonly policy: string | undefined;
  readonly proxy: string | undefined;
  readonly image: string | undefined;
  readonly client: string | undefined;
  readonly registry: string | undefined;
  readonly keyFile: string | undefined;
  readonly masked: readonly string[];
};

/** Makes it. Throws a Failure where something that the target needs is missing or of another form. */
export async function planFor(asked: PlanAsked): Promise<{
  readonly tier: Tier | undefined;
  readonly tierBy: string;
  readonly target: PlanTarget;
  readonly planned: Planned;
}> {
  const { project, directories } = asked;
  const named = projectTier(project, directories, asked.policy);
  const tier = asked.tier ?? named?.tier;
  const tierBy =
    asked.tier === undefined ? (named?.by ?? "no policy names one") : "named with `--tier`";
  const target = asked.target ?? targetOf(tier).target;
  const { policy } = await judgingPolicy(project, asked.policy, { root: directories.root });
  const place = isolationPlace(project, { policy, program: process.execPath, nowMs: Date.now() });
  const plan: IsolationPlan = {
    ...place,
    ...{ tier, hosts: allowedHosts(policy.rules, PLAIN_SITE), masked: asked.masked },
    ...{ proxy: asked.proxy, image: asked.image ?? "", client: asked.client ?? "" },
    ...{ keyFile: asked.keyFile ?? "", registry: asked.registry ?? "" },
  };
  return { tier, tierBy, target, planned: plannedAs(target, plan) };
}

function plannedAs(target: PlanTarget, plan: IsolationPlan): Planned {
  switch (target) {
    case "bwrap":
      return bubblewrapFiles(plan, callFilter());
    default:
      throw new Failure("usage", "not yet");
  }
}
