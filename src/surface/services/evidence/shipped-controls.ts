// The controls that ship, each id in them held against the checks, detections and packs that there are.
import type { KnownIds } from "#assure/control/compile.ts";
import type { Control } from "#assure/control/control.ts";
import { lazily } from "#base/lazily.ts";
import { loadControls, loadLists, loadRules } from "../../foundation/product/shipped-data.ts";
import { listPacks } from "../policy/policy-source.ts";
import { loadCheckFamilies } from "../posture/shipped-checks.ts";

/** What there is that a control may name. */
export const knownIds = lazily((): KnownIds => {
  const checks = loadCheckFamilies().flatMap((family) => family.checks);
  const isAttested = ({ attest }: (typeof checks)[number]) => attest !== undefined;
  return {
    checks: new Set(checks.filter((one) => !isAttested(one)).map(({ id }) => id)),
    attested: new Set(checks.filter(isAttested).map(({ id }) => id)),
    detections: new Set(loadRules(loadLists()).map(({ rule }) => rule.meta.name)),
    policies: new Set(listPacks().map(({ name }) => name)),
  };
});

/** The controls of a framework, in the order of their ids. Throws the Failure of one that names what does not exist. */
export function controlsOf(framework: string): readonly Control[] {
  return loadControls(knownIds()).filter(({ id }) => id.startsWith(`${framework}/`));
}
