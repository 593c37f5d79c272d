// Which layer holds a rule where it is in force: the evaluator, the kernel call by call, the client's sandbox, a gateway.
import type { ProvenSandbox, SessionFacts } from "../facts/facts.ts";
import { HOLD_MODES, type HoldMode, type Remainder, type Rule } from "./policy.ts";
import { heldBy } from "./sandbox-holds.ts";

/** The layers, from the one that understands most to the one that sees least. */
export const LAYERS = ["evaluator", "kernel", "sandbox", "gateway"] as const;
export type HoldingLayer = (typeof LAYERS)[number];

/** How far a layer holds a rule, and how; or why it holds nothing of it. */
export type LayerHold = {
  readonly layer: HoldingLayer;
  readonly extent: "whole" | "part" | "none";
  readonly how: string;
};

/** Whether a layer works here; `repair` is what would make it work. */
export type LayerStatus =
  | { readonly works: true }
  | { readonly works: false; readonly why: string; readonly repair?: string };

/** What of the layers below the evaluator works in a place. */
export type LayersHere = {
  /** Each command in a profile that is made for it. */
  readonly kernel: LayerStatus;
  /** The client's own sandbox, by settings that the agent cannot change. */
  readonly sandbox: LayerStatus & { readonly proven?: ProvenSandbox };
  /** The gateway of registries. */
  readonly gateway: LayerStatus;
  readonly session: Pick<SessionFacts, "projectRoot" | "controlPaths">;
};

/** A profile of a call that needs nothing: what the kernel holds of every call. */
const BARE_PROFILE: ProvenSandbox = {
  digest: "",
  denyRead: [],
  allowRead: [],
  denyWrite: [],
  allowWrite: [],
  hosts: [],
  excluded: [],
  registries: [],
  perCall: true,
};

const LEFT: Readonly<Record<Remainder, string>> = {
  project: "what it changes in the project itself",
  environment: "variables of the client's environment",
  elsewhere:
    "files outside of the project that only their name protects, beyond the places that are searched",
  home: "places of the home that it only asks about",
  programs: "which program it is",
  registries: "registries of packages while an install runs",
};

/** What holds a rule that denies or asks, layer by layer. Of an allow rule nothing: it holds nothing back. */
export function layersOf(rule: Rule, here: LayersHere): readonly LayerHold[] {
  if (rule.verdict === "allow") return [];
  return [
    { layer: "evaluator", extent: "whole", how: "judges each call of every tool by its effects" },
    kernelHold(rule, here),
    sandboxHold(rule, here),
    gatewayHold(rule, here),
  ];
}

function kernelHold(rule: Rule, { kernel, session }: LayersHere): LayerHold {
  if (!kernel.works) return none("kernel", notHeld(kernel));
  if (isOfOtherTools(rule)) return none("kernel", "only commands run in a profile");
  return held("kernel", rule, BARE_PROFILE, session);
}

function sandboxHold(rule: Rule, { sandbox, session }: LayersHere): LayerHold {
  if (!sandbox.works || sandbox.proven === undefined)
    return none("sandbox", sandbox.works ? "nothing of it is proven" : notHeld(sandbox));
  if (isOfOtherTools(rule)) return none("sandbox", "only commands run in the sandbox");
  return held("sandbox", rule, sandbox.proven, session);
}

function held(
  layer: HoldingLayer,
  rule: Rule,
  sandbox: ProvenSandbox,
  session: LayersHere["session"],
): LayerHold {
  const { effects } = rule.when;
  const { left, open } = heldBy(sandbox, rule, { session, installs: false });
  if (open !== undefined) return none(layer, open);
  // WHY of these: they happen in the project, which a command may change.
  const isWithin = effects.every((kind) => kind === "history" || kind === "privilege");
  if (left.includes("project") && isWithin) return none(layer, "it happens within the project");
  if (rule.when.detectors !== undefined) return none(layer, "it looks at no text");
  if (rule.when.commands !== undefined || rule.when.programs !== undefined)
    return none(layer, "it starts any program");
  const needs = ["egress", "publish", "deploy", "install"];
  const isOfHosts = effects.some((kind) => needs.includes(kind));
  const lacks = [
    ...left.map((one) => LEFT[one]),
    ...(isOfHosts && layer === "kernel" ? ["a command that is allowed to reach a host"] : []),
  ];
  const how =
    layer === "kernel" ? "commands, each in its own profile" : "commands, by managed settings";
  return lacks.length === 0
    ? { layer, extent: "whole", how }
    : { layer, extent: "part", how: `${how}; not: ${lacks.join("; ")}` };
}

function gatewayHold({ when }: Rule, { gateway }: LayersHere): LayerHold {
  if (!when.effects.some((kind) => kind === "install" || kind === "egress"))
    return none("gateway", "it is about no registry");
  if (!gateway.works) return none("gateway", notHeld(gateway));
  const how = "contained installs read registries through it, and send nothing";
  return { layer: "gateway", extent: "part", how };
}

function isOfOtherTools({ when }: Rule): boolean {
  if (when.mcp !== undefined) return true;
  return when.tools !== undefined && !when.tools.some((tool) => tool === "Bash" || tool === "*");
}

function none(layer: HoldingLayer, how: string): LayerHold {
  return { layer, extent: "none", how };
}

/** Why a layer does not work, with what repairs it. */
export function notHeld({ why, repair }: LayerStatus & { readonly works: false }): string {
  return repair === undefined ? `not held: ${why}` : `not held: ${why}; to repair it: ${repair}`;
}

/** Which commands a policy has held, in words. */
export function holdModeInWords(mode: HoldMode = HOLD_MODES[0]): string {
  return HOLD_WORDS[mode];
}

const HOLD_WORDS: Readonly<Record<HoldMode, string>> = {
  every: "each command in a profile that is made for it",
  unproven: "commands with code that nobody can foresee, each in a profile that is made for it",
  never: "no command: the policy has `hold: never`",
};
