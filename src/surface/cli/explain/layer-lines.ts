// Which layer holds what, as lines for people: of a policy in force, of each of its rules, and of one call.
import { printable } from "#base/printable.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { needsOf } from "#guard/hold/needs.ts";
import type { Decision } from "#guard/policy/decision.ts";
import {
  holdModeInWords,
  type LayerHold,
  type LayersHere,
  type LayerStatus,
  notHeld,
} from "#guard/policy/held-by-layer.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { HELD_BY_PROFILE } from "#guard/policy/authorize/contained.ts";

/** What each layer below the evaluator does here. */
export function layersHereLines(
  here: LayersHere,
  { hold }: Pick<Policy, "hold">,
): readonly string[] {
  const say = (standing: LayerStatus, works: string): string =>
    standing.works ? works : notHeld(standing);
  return [
    "held by evaluator: every call of every tool, by its effects",
    `        kernel: ${say(here.kernel, holdModeInWords(hold))}`,
    `        sandbox of the client: ${say(here.sandbox, "commands, by managed settings")}`,
    `        gateway: ${say(here.gateway, "package registries, while a contained install runs")}`,
  ].map(printable);
}

/** Ports of this machine that held code reaches by a policy; nothing where it names none. */
export function machinePortLines({
  machinePorts = [],
}: Pick<Policy, "machinePorts">): readonly string[] {
  if (machinePorts.length === 0) return [];
  return [`ports of this machine that held code reaches: ${machinePorts.join(", ")}`];
}

/** What holds one rule, on a line: layers that hold nothing of it are left out. */
export function holdingLine(layers: readonly LayerHold[]): string | undefined {
  const some = layers.filter(({ extent }) => extent !== "none");
  if (some.length === 0) return undefined;
  return some
    .map(({ layer, extent, how }) =>
      layer === "evaluator" ? layer : `${layer}${extent === "part" ? " in part" : ""} (${how})`,
    )
    .join("; ");
}

/** What the kernel makes of one call: the profile that it would run in, or why it runs in none. */
export type KernelSide =
  | {
      readonly held: true;
      readonly network: "none" | "loopback" | "hosts";
      /** Places outside of the project that it may change. */
      readonly writes: readonly string[];
      /** Ports of this machine that it reaches by the policy; not given where there are none. */
      readonly machinePorts?: readonly string[];
      /** The decision rests on it. */
      readonly decides: boolean;
    }
  | { readonly held: false; readonly why: string; readonly repair?: string };

/** Works it out of a judged call. `kernel`: whether commands are held there. */
export function kernelSide(
  {
    tool,
    effects,
    decision,
    mode,
    projectRoot,
  }: {
    readonly tool: string;
    readonly effects: readonly Effect[];
    readonly decision: Decision;
    readonly mode: string;
    readonly projectRoot: string;
  },
  kernel: LayerStatus,
  { hold, machinePorts = [] }: Pick<Policy, "hold" | "machinePorts">,
): KernelSide {
  if (tool !== "Bash")
    return { held: false, why: "only commands run in a profile, and this is another tool" };
  if (!kernel.works)
    return {
      held: false,
      why: kernel.why,
      ...(kernel.repair === undefined ? {} : { repair: kernel.repair }),
    };
  if (mode === "plan") return { held: false, why: "in plan mode no command is put into a profile" };
  if (decision.verdict === "deny")
    return { held: false, why: "the call is refused, so nothing of it runs" };
  const { network, writes, isUnbounded } = needsOf({ effects, projectRoot, programs: [] });
  const decides =
    decision.views !== undefined ||
    decision.reasons.some(({ text }) => text.includes(HELD_BY_PROFILE));
  if (hold === "unproven" && !isUnbounded && !decides)
    return {
      held: false,
      why: "the policy has `hold: unproven`, and all that this command does is known",
    };
  return {
    held: true,
    network,
    decides,
    writes: writes.map(({ path }) => path),
    ...(machinePorts.length === 0 ? {} : { machinePorts }),
  };
}

const NETWORK_WORDS = {
  none: "reaches no host",
  loopback: "reaches what listens on this machine, and no other host",
  hosts: "reaches hosts",
} as const;

/** The same on one line. */
export function kernelLine(side: KernelSide): string {
  if (!side.held) return notHeld({ works: false, ...side });
  const places =
    side.writes.length === 0 ? "" : ` and ${side.writes.map((path) => `\`${path}\``).join(", ")}`;
  const ports =
    side.machinePorts === undefined
      ? ""
      : `, reaches port ${side.machinePorts.join(", ")} of this machine`;
  return `held: it ${NETWORK_WORDS[side.network]}${ports}, changes its project${places} and nothing else, and sees no file that the policy hides`;
}
