// The controls that ship, each id in them held against the checks, detections and packs that there are.
import { ALSO, EVIDENCED } from "#assure/control/catalogues.ts";
import type { KnownIds } from "#assure/control/compile.ts";
import type { Control } from "#assure/control/control.ts";
import type { Crosswalk } from "#assure/control/crosswalk.ts";
import { Failure } from "#base/failure.ts";
import { lazily } from "#base/lazily.ts";
import { printable } from "#base/printable.ts";
import { type Framework, FRAMEWORKS } from "#govern/retention/periods.ts";
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

/** What evidence is collected for. `notCovered` are places of a catalogue that nothing here speaks of; a framework has none. */
export type EvidencedControls = {
  readonly controls: readonly Control[];
  readonly notCovered?: Crosswalk["notCovered"];
};

/** The controls of a framework in the order of their ids, or the places of a catalogue in its own. Throws the Failure of one that names what does not exist. */
export function evidencedBy(framework: string): EvidencedControls {
  const known = knownIds();
  const [walk] = ALSO[framework] === undefined ? [] : loadCrosswalks(known, framework);
  return (
    walk ?? { controls: loadControls(known).filter(({ id }) => id.startsWith(`${framework}/`)) }
  );
}

/** Its controls alone. */
export function controlsOf(framework: string): readonly Control[] {
  return evidencedBy(framework).controls;
}

/** One of `EVIDENCED`. Throws a Failure `usage` for another name. */
export function evidencedNamed(name: string): string {
  return oneOf(EVIDENCED, name, "there are no evidence packs");
}

/** The framework of that name. Throws a Failure `usage` for another. */
export function frameworkNamed(name: string): Framework {
  return oneOf(FRAMEWORKS, name, "there are no evidence packs with a profile");
}

function oneOf<Name extends string>(all: readonly Name[], name: string, none: string): Name {
  const found = all.find((one) => one === name);
  if (found !== undefined) return found;
  throw new Failure(
    "usage",
    `${none} for \`${printable(name.slice(0, 60))}\`: use ${all.join(", ")}`,
  );
}
