// Judging in a sandbox that is proven, or not: calls under a policy, with what was proven given.
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { sandboxSettings } from "#govern/compile/sandbox-settings.ts";
import { PLAIN_SITE } from "#govern/compile/site.ts";
import type { FactAnswer, PermissionMode, ProvenSandbox } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Layer, Policy } from "#guard/policy/policy.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { plainShell, type TestProject } from "../../judging.ts";
import { madeUpMachine } from "../../made-up-machine.ts";

export const team = loadPack("team");

/** What is proven of a call that is held by itself: nothing is hidden or opened beyond its own prediction. */
export const HELD: ProvenSandbox = {
  digest: "0".repeat(64),
  denyRead: [],
  allowRead: [],
  denyWrite: [],
  allowWrite: [],
  hosts: [],
  excluded: [],
  registries: [],
  perCall: true,
};

/** The sandbox that the settings compiled of a policy make. */
export function sandboxOf(policy: Policy, more: Partial<ProvenSandbox> = {}): ProvenSandbox {
  const { filesystem, network } = Object(sandboxSettings(policy.rules, PLAIN_SITE));
  const { denyRead, allowRead, denyWrite, allowWrite } = filesystem;
  const lists = { denyRead, allowRead, denyWrite, allowWrite };
  return {
    digest: "0123456789abcdef".repeat(4),
    hosts: network.allowedDomains,
    excluded: [],
    registries: [],
    ...lists,
    ...more,
  };
}

export type Trial = {
  readonly sandbox?: ProvenSandbox | string;
  readonly policy?: Policy;
  readonly mode?: PermissionMode;
  readonly input?: Partial<ToolInput & { kind: "bash" }>;
  readonly tool?: string;
  readonly controlPaths?: readonly string[];
  readonly temporary?: string;
  readonly writtenPaths?: ReadonlySet<string>;
  /** What held commands are shown in the place of files; nobody knows unless given. */
  readonly shown?: (path: string) => Promise<FactAnswer | undefined>;
};

export async function judgedIn(
  where: TestProject,
  command: string,
  trial: Trial = {},
): Promise<Decision> {
  const { policy = team, sandbox = sandboxOf(team), mode = "default", tool = "Bash" } = trial;
  const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
  const answer: FactAnswer =
    typeof sandbox === "string"
      ? { kind: "containment", sandbox: undefined, why: sandbox }
      : { kind: "containment", sandbox };
  const { controlPaths = [], temporary } = trial;
  const own = temporary === undefined ? {} : { temporary };
  const { decision } = await judgeWithFacts({
    call: { id: "c", tool, cwd: where.project, input: { ...input, ...trial.input } },
    policy,
    session: { ...where.session, mode, controlPaths, ...own },
    shell: plainShell("bash"),
    answer: madeUpMachine([where.root], {
      home: where.home,
      containment: () => answer,
      shown: trial.shown,
    }),
    ...(trial.writtenPaths === undefined ? {} : { writtenPaths: trial.writtenPaths }),
  });
  return decision;
}

/** A policy of these rules alone, each a line of YAML. */
export function policy(rules: string, layer: Layer = "user"): Policy {
  return parsePolicyPack(
    `id: p-${layer}\nversion: "1"\ntitle: t\nautomaticApproval: true\nrules:\n${rules}`,
    "p.yaml",
    { layer, source: NO_PACKS },
  );
}

/** The same policy as if an organisation had made it for the machine. */
export function managed(policy: Policy): Policy {
  return { ...policy, layer: "managed" };
}
