// The rules of the egress proxy as they are in force: the policy is looked at again and again, and nothing passes while it cannot be read.
import { type EgressRules, egressRules } from "#govern/network/egress-rules.ts";
import { loadDestinations } from "../../foundation/product/shipped-data.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";

const LOOK_MS = 5_000;

/** What a person named beside the policy. */
export type EgressWish = {
  readonly project: string;
  readonly policy: string | undefined;
  readonly root: string;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
};

/** Rules that follow the policy. `say` hears when that changes. Rejects where it cannot be read at the start, or a word is wrong. */
export async function rulesInForce(
  { project, policy: named, root, allow, deny }: EgressWish,
  say: (line: string) => void,
): Promise<{ now(): EgressRules | undefined; readonly from: string; stop(): void }> {
  const destinations = loadDestinations();
  const look = async () => {
    const { policy, from } = await judgingPolicy(project, named, { root });
    return {
      digest: policy.digest,
      from,
      rules: egressRules(policy.rules, { allow, deny }, destinations),
    };
  };
  let found: Awaited<ReturnType<typeof look>> | undefined = await look();
  const { from } = found;
  const timer = setInterval(() => {
    void look().then(
      (next) => {
        if (found?.digest !== next.digest) say("the policy changed, and its new version counts");
        found = next;
      },
      () => {
        if (found !== undefined) say("the policy cannot be read, so nothing passes; repair it");
        found = undefined;
      },
    );
  }, LOOK_MS).unref();
  return { now: () => found?.rules, from, stop: () => clearInterval(timer) };
}
