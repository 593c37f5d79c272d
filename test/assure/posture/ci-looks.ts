// Runs checks of one family over a repository that lies in memory.
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = loadCheckFamilies().flatMap((family) => family.checks);

/** Faults of a family by `check:line`, in the order of their ids; checks that look for what is missing are left out unless named. */
export function faultsOf(
  family: string,
  files: Readonly<Record<string, string>>,
  without: readonly string[] = [],
): readonly string[] {
  const own = checks.filter(
    ({ family: of, id }) => of === family && !without.includes(id.slice(family.length + 1)),
  );
  return runChecks(own, sightsFromMemory({ files }, around)).flatMap(({ check, result }) =>
    result.faults.map(({ line }) => `${check.id.slice(family.length + 1)}:${line ?? 0}`),
  );
}

/** What one check came to. */
export function resultOf(id: string, files: Readonly<Record<string, string>>) {
  const own = checks.filter((check) => check.id === id);
  const [run] = runChecks(own, sightsFromMemory({ files }, around));
  if (run === undefined) throw new Error(`there is no check ${id}`);
  return run.result;
}

/** What checks look at in a repository that lies in memory. */
export function inputsOf(files: Readonly<Record<string, string>>) {
  return sightsFromMemory({ files }, around);
}
