// What isolates a session, and which of it suits a tier (M9.1, M9.2).
import type { Tier } from "#govern/library/pack-schema.ts";

export const PLAN_TARGETS = [
  "client",
  "hold",
  "sandbox-runtime",
  "devcontainer",
  "docker",
  "compose",
  "bwrap",
] as const;
export type PlanTarget = (typeof PLAN_TARGETS)[number];

type Suited = { readonly target: PlanTarget; readonly why: string };

const BY_TIER: Readonly<Record<Tier, Suited>> = {
  "low-risk": {
    target: "hold",
    why: "each command is held by itself, and nothing has to be set up",
  },
  "production-adjacent": {
    target: "client",
    why: "managed settings bind the client's own sandbox for every command",
  },
  regulated: {
    target: "devcontainer",
    why: "the whole session is apart: client, servers and hooks too",
  },
  "privileged-infrastructure": {
    target: "devcontainer",
    why: "the whole session is apart, away from credentials of production",
  },
  ci: { target: "docker", why: "a pipeline starts one container for one run" },
};

/** What suits a tier; the strictest where none is named. */
export function targetOf(tier: string | undefined): Suited {
  const own = Object.entries(BY_TIER).find(([name]) => name === tier)?.[1];
  return own ?? BY_TIER.regulated;
}
