// The controls that ship, each id in them held against the checks, detections and packs that there are.
import { ALSO } from "#assure/control/catalogues.ts";
import type { KnownIds } from "#assure/control/compile.ts";
import type { Control } from "#assure/control/control.ts";
import type { Crosswalk } from "#assure/control/crosswalk.ts";
import { Failure } from "#base/failure.ts";
import { lazily } from "#base/lazily.ts";
import { printable } from "#base/printable.ts";
import { FRAMEWORKS } from "#govern/retention/periods.ts";
import {
  loadControls,
  loadCrosswalks,
  loadLists,
  loadRules,
} from "../../foundation/product/shipped-data.ts";
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

/** The controls of a framework in the order of their ids, or the places of a catalogue in its own. Throws the Failure of one that names what does not exist. */
export function controlsOf(framework: string): readonly Control[] {
  const walk = crosswalkOf(framework);
  if (walk !== undefined) return walk.controls;
  return loadControls(knownIds()).filter(({ id }) => id.startsWith(`${framework}/`));
}

/** The catalogue of that name whose places take their evidence from controls. */
export function crosswalkOf(framework: string): Crosswalk | undefined {
  if (ALSO[framework] === undefined) return undefined;
  return loadCrosswalks(knownIds()).find(({ id }) => id === framework);
}

/** What evidence is collected for, by its name. */
export const EVIDENCED: readonly string[] = [...FRAMEWORKS, ...Object.keys(ALSO)];

/** One of `EVIDENCED`. Throws a Failure `usage` for another name. */
export function evidencedNamed(name: string): string {
  const found = EVIDENCED.find((one) => one === name);
  if (found !== undefined) return found;
  throw new Failure(
    "usage",
    `there are no evidence packs for \`${printable(name.slice(0, 60))}\`: use ${EVIDENCED.join(", ")}`,
  );
}
