// Which boundary stops each kind of danger in a call, and what no boundary inside the agent could: the part of `explain` about that.
import type { Effect, EffectKind } from "#guard/vocabulary/effect.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import { printable } from "#base/printable.ts";
import type { NativeSide } from "./native-side.ts";

/** Where an action that does harm has to fail (M1.40). */
export const FAILING_BOUNDARIES = ["tool", "file", "network", "workspace", "release"] as const;
export type FailingBoundary = (typeof FAILING_BOUNDARIES)[number];

/** The boundary at which each kind of effect fails. */
export const BOUNDARY_OF: Readonly<Record<EffectKind, FailingBoundary>> = {
  execute: "tool",
  unknown: "tool",
  privilege: "tool",
  persist: "tool",
  tamper: "tool",
  read: "file",
  egress: "network",
  install: "network",
  write: "workspace",
  delete: "workspace",
  history: "workspace",
  publish: "release",
  deploy: "release",
};

/** M1.46, word for word in each explanation: why nothing that the agent is told can be a boundary. */
export const RIGHTS =
  "the agent runs with your rights: it can read every file that you can, start every command, see the environment, and use the network; only what stands outside of it stops a call";

/** One boundary of a call: what meets it, and who stops that. */
export type BoundaryStop = {
  readonly boundary: FailingBoundary;
  /** Kinds of effects that meet it. */
  readonly kinds: readonly EffectKind[];
  /** The strictest that the policy says of them; `allow` also where it says nothing. */
  readonly verdict: Exclude<Verdict, "abstain">;
  readonly rules: readonly string[];
};

/** The boundaries that a call meets, each with the strictest rules about its effects. */
export function boundaryStops({ effects, reasons }: Decision): readonly BoundaryStop[] {
  return FAILING_BOUNDARIES.flatMap((boundary) => {
    const met = effects.flatMap((effect, index) =>
      boundaryAt(effect) === boundary && isGrave(effect) ? [{ effect, index }] : [],
    );
    // What is said of the call as a whole is said of each of its effects.
    const said = reasons.filter(
      ({ effect, verdict }) =>
        verdict !== "allow" &&
        verdict !== "abstain" &&
        (effect === undefined ? met.length > 0 : met.some(({ index }) => index === effect)),
    );
    if (met.length === 0) return [];
    const isDenied = said.some(({ verdict }) => verdict === "deny");
    const verdict = isDenied ? "deny" : said.length > 0 ? "ask" : "allow";
    const rules = said.filter((one) => one.verdict === verdict).map(({ rule }) => rule);
    const kinds = [...new Set(met.map(({ effect }) => effect.kind))];
    return [{ boundary, kinds, verdict, rules: [...new Set(rules)] }];
  });
}

/** What goes to others is stopped where it is let out, also when it rewrites history there. */
function boundaryAt(effect: Effect): FailingBoundary {
  const isRemote = effect.kind === "history" && effect.remote !== undefined;
  return isRemote ? "release" : BOUNDARY_OF[effect.kind];
}

/** Starting a program whose effects are all listed is no danger beside them. */
function isGrave(effect: Effect): boolean {
  return effect.kind !== "execute" || effect.reach !== "modelled";
}

const VERDICT_WORDS = {
  deny: "the guard refuses",
  ask: "the guard asks a person",
  allow: "nothing stops it: the policy lets it pass",
} as const;

/** Boundaries and rights as lines for people. */
export function boundaryLines(
  decision: Decision,
  native: NativeSide | undefined,
): readonly string[] {
  const { rule, verdict } = native?.answer ?? {};
  const client =
    rule === undefined || verdict !== "deny"
      ? []
      : [`rules      the client refuses the call: ${rule.list} \`${rule.text}\` in ${rule.file}`];
  const stops = boundaryStops(decision).map(({ boundary, kinds, verdict: ours, rules }) => {
    const by = rules.length === 0 ? "" : `: ${rules.join(", ")}`;
    return `${boundary.padEnd(9)}  ${kinds.join(", ")}: ${VERDICT_WORDS[ours]}${by}`;
  });
  const none = "none is met: the call reads, at most, and goes nowhere";
  return [...(stops.length === 0 ? [none] : stops), ...client, RIGHTS].map(printable);
}
