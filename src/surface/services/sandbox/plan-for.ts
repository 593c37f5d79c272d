// A plan of isolation for one project: its policy and its places, put into the form of a target.
import { Failure } from "#base/failure.ts";
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import { allowedHosts } from "#govern/compile/sandbox-settings.ts";
import { compilePolicy } from "#govern/compile/compile.ts";
import { parseSite, PLAIN_SITE } from "#govern/compile/site.ts";
import type { Tier } from "#govern/library/pack-schema.ts";
import { bubblewrapFiles } from "#govern/sandbox/bubblewrap.ts";
import { composeFiles, devContainerFiles, dockerFiles } from "#govern/sandbox/container-files.ts";
import { clientFiles, holdFiles, sandboxRuntimeFiles } from "#govern/sandbox/settings-files.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import type { IsolationPlan, Planned } from "#govern/sandbox/isolation-plan.ts";
import { type PlanTarget, targetOf } from "#govern/sandbox/targets.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { callFilter } from "../hold/call-filter.ts";
import { auditTree, treeOfTexts } from "./audit-containers.ts";
import { isolationPlace } from "./isolation-place.ts";
import { projectTier } from "./project-tier.ts";

/** Where a key of the client is looked for outside of a container, unless somebody says. */
const KEY_FILE = "/run/sallyport/claude-key";
const REGISTRY = `https://${REGISTRY_HOSTS.npm[0]}/`;

/** What a person asked for. */
export type PlanAsked = {
  readonly project: string;
  readonly directories: Directories;
  readonly tier: Tier | undefined;
  readonly target: PlanTarget | undefined;
  readonly policy: string | undefined;
  readonly proxy: string | undefined;
  /** For bubblewrap: see `IsolationPlan`. */
  readonly joinsNetwork?: boolean | undefined;
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
    tier,
    hosts: allowedHosts(policy.rules, PLAIN_SITE),
    masked: asked.masked,
    proxy: asked.proxy,
    joinsNetwork: asked.joinsNetwork,
    image: asked.image ?? "",
    client: asked.client ?? "",
    keyFile: asked.keyFile ?? KEY_FILE,
    registry: asked.registry ?? REGISTRY,
  };
  return { tier, tierBy, target, planned: audited(plannedAs(target, plan, policy)) };
}

/** WHY read back: what is written here has to pass what others' files are held against. */
function audited(planned: Planned): Planned {
  const { containers, unreadable } = auditTree(treeOfTexts(planned.files));
  if (containers.length === 0) return planned;
  const items = containers.flatMap((one) => one.items);
  const open = items.filter(({ state }) => state !== "met").map(({ item }) => item);
  const said =
    open.length + unreadable.length === 0
      ? `\`sallyport sandbox audit\` finds all ${items.length} items of isolation met`
      : `\`sallyport sandbox audit\` does not find these items met: ${open.join(", ")}`;
  return { ...planned, notes: [...planned.notes, said] };
}

function plannedAs(target: PlanTarget, plan: IsolationPlan, policy: Policy): Planned {
  switch (target) {
    case "bwrap":
      return bubblewrapFiles(plan, callFilter());
    case "hold":
      return holdFiles(plan, policy);
    case "client":
      return clientFiles(plan, policy, loadCatalogue());
    case "sandbox-runtime":
      return sandboxRuntimeFiles(plan);
    case "devcontainer":
      return devContainerFiles(plan, insideSettings(plan, policy));
    case "docker":
      return dockerFiles(plan, insideSettings(plan, policy));
    case "compose":
      return composeFiles(plan, insideSettings(plan, policy));
    default:
      return target satisfies never;
  }
}

/** Managed settings for inside of a container: the policy's rules, the proxy, and where the key comes from. */
function insideSettings({ proxy }: IsolationPlan, policy: Policy): string {
  const site = parseSite(
    JSON.stringify({
      // WHY off: a container that drops all capabilities lets no namespace be made.
      sandbox: { enabled: false },
      ...(proxy === undefined || !URL.canParse(proxy) ? {} : { proxy: { url: proxy } }),
      provider: { helpers: { apiKeyHelper: "/usr/local/bin/claude-key" } },
    }),
    "the settings inside",
  );
  const target = { scope: "managed", platform: "linux" } as const;
  const { files } = compilePolicy(policy, { target, site, catalogue: loadCatalogue() });
  const settings = files.find(({ name }) => name === "managed-settings.json");
  if (settings === undefined)
    throw new Failure("sandbox-plan", "no managed settings came of the policy");
  return settings.text;
}
