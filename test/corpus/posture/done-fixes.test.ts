// Every check's fix works: done as its text says, the finding is gone and none as bad comes; in the benign trees each one that is shown.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Check, SEVERITIES } from "#assure/posture/check.ts";
import { type CheckRun, runChecks } from "#assure/posture/run-checks.ts";
import type { AuditInputs } from "#assure/posture/inputs/audit-inputs.ts";
import { benignTrees, faultList, type PostureCase, postureCases, sourceExamples } from "./case.ts";
import { doneFixes, doneTo, givenFor, type Proof } from "./done-fixes.ts";
import { runsOf, shippedChecks, sightsOfCase } from "./judge.ts";
import { membersOf } from "./member-fixes.ts";
import { sampled } from "../../sampled.ts";

/** What may be told after a fix though it was not before, and why that is right. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  // A guard that never ran does now, and then it is told that it lies where the repository can change it.
  "hooks/repository-guard": [
    ...["hooks/blocking-on-notice-event", "hooks/unknown-event", "hooks/shell-syntax-in-args"],
    ...["hooks/unknown-decision", "hooks/blocking-on-post-tool-use"],
  ],
  // Then too it is told what such a guard does when it fails.
  "hooks/fails-open": ["hooks/unknown-decision", "hooks/blocking-on-post-tool-use"],
  "hooks/broken-input-passes": ["hooks/unknown-decision", "hooks/blocking-on-post-tool-use", "hooks/syntax-error"],
  // Hooks of a plugin that could not be read can be, and then somebody has to read them.
  "plugins/bundled-hooks": ["plugins/broken-hooks"],
};

const families = shippedChecks();
const all = [...families.values()].flat();
const byId = new Map(all.map((check) => [check.id, check]));
const kinds = new Map(faultList().map(({ id, kind }) => [id, kind]));
const open = postureCases().filter(({ sealed }) => !sealed);
/** The smallest first, which take least time. */
const trees = benignTrees().toSorted((a, b) => sizeOf(a) - sizeOf(b));
const cases = new Map([...trees, ...sourceExamples(), ...open].map((one) => [one.id, one]));
const proofs = doneFixes();

function sizeOf({ files }: PostureCase): number {
  return Object.values(files).reduce((sum, text) => sum + text.length, 0);
}

const isDone = (runs: readonly CheckRun[], id: string): boolean =>
  runs.some(({ check, result }) => check.id === id && (result.outcome === "pass" || result.outcome === "not-applicable"));
const failed = (runs: readonly CheckRun[]): readonly Check[] =>
  runs.filter(({ result }) => result.outcome === "fail").map(({ check }) => check);

/** Findings that were not before and are no milder than the one that was repaired. */
function worse(before: readonly CheckRun[], after: readonly CheckRun[], repaired: Check): readonly Check[] {
  const known = new Set(failed(before));
  return failed(after).filter(
    (check) =>
      !known.has(check) &&
      SEVERITIES.indexOf(check.severity) <= SEVERITIES.indexOf(repaired.severity) &&
      FOLLOWS[check.id]?.includes(repaired.id) !== true,
  );
}

describe("a fix that is done as its text says", () => {
  it("takes the finding away in a labelled case, and nothing else goes wrong there", async () => {
    const wrong: string[] = [];
    for (const proof of proofs.filter((one) => one.case !== "trees")) {
      const [check, one] = [byId.get(proof.check), cases.get(proof.case)];
      const name = `${proof.check} ${proof.case} ${proof.way ?? ""}`;
      if (check === undefined || one === undefined) {
        wrong.push(`${name}: there is no such check or case`);
        continue;
      }
      // What is missing beside it is asked for by the rest of a set-up, which a case does not have.
      const judges = (families.get(check.family) ?? []).filter(({ id }) => id === check.id || kinds.get(id) !== "missing");
      const start = givenFor(one, proof);
      const after = runChecks(judges, await sightsOfCase(doneTo(start, proof)));
      if (!isDone(after, check.id)) wrong.push(`${name}: it is still found`);
      // Only what is found afterwards can be new.
      const before = runChecks([check, ...failed(after)], await sightsOfCase(start));
      if (!failed(before).includes(check)) wrong.push(`${name}: it is not found`);
      for (const more of worse(before, after, check)) wrong.push(`${name}: ${more.id} comes`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(sampled(trees, 9).map((tree) => [tree.id, tree] as const))("takes every finding of %s away, and brings none", async (_, tree) => {
    const shown = failed(await runsOf(tree));
    const wrong: string[] = [];
    let whole: PostureCase = tree;
    for (const check of shown) {
      const proof = treeProof(check.id, tree);
      if (proof === undefined) {
        wrong.push(`${check.id}: nobody repaired it`);
        continue;
      }
      whole = doneTo(whole, proof);
    }
    const after = runChecks(all, await sightsOfCase(whole));
    const known = new Set(shown);
    for (const check of shown) if (treeProof(check.id, tree) !== undefined && !isDone(after, check.id)) wrong.push(`${check.id}: it is still found`);
    for (const check of failed(after)) if (!known.has(check)) wrong.push(`${check.id} comes`);
    expect(wrong).toEqual([]);
  });

  it("alone brings no finding as bad in a benign tree", async () => {
    const wrong: string[] = [];
    for (const proof of proofs.filter((one) => one.case === "trees")) {
      const check = byId.get(proof.check);
      let tried = 0;
      for (const tree of trees) {
        const before = await runsOf(tree);
        if (check === undefined || !failed(before).includes(check)) continue;
        const after = runChecks(all, await sightsOfCase(doneTo(tree, proof)));
        if (!isDone(after, check.id)) wrong.push(`${check.id} ${tree.id}: it is still found`);
        for (const more of worse(before, after, check)) wrong.push(`${check.id} ${tree.id}: ${more.id} comes`);
        tried += 1;
        if (tried === TREES_TRIED) break;
      }
      if (tried === 0) wrong.push(`${proof.check}: no tree shows it`);
    }
    expect(wrong).toEqual([]);
  });
});

/** Trees in which a fix is done by itself; with all others it is done in each. */
const TREES_TRIED = process.env["ALL"] === "1" ? trees.length : 1;

const treeProof = (id: string, tree: PostureCase): Proof | undefined =>
  proofs.find((one) => one.check === id && (one.case === "trees" || one.case === tree.id));

describe("what no case holds", () => {
  const sightsOf = async (id: string): Promise<AuditInputs> => sightsOfCase(cases.get(id) ?? fail(id));
  const outcome = (id: string, auditInputs: AuditInputs): string | undefined => runChecks(all.filter((check) => check.id === id), auditInputs)[0]?.result.outcome;

  it("an attestation that is in force answers each check that only a person can", async () => {
    const bare = await sightsOf("permissions-all-servers");
    for (const { id } of all.filter(({ attest }) => attest !== undefined)) {
      const stated = { id: "a", kind: "attestation", about: id, owner: "ada", until: "2027-01-31", state: "in-force", isHere: true } as const;
      expect([id, outcome(id, { ...bare, statements: { kind: "seen", value: [] } })]).toEqual([id, "attest"]);
      expect([id, outcome(id, { ...bare, statements: { kind: "seen", value: [stated] } })]).toEqual([id, "pass"]);
    }
  });
  it("a script that shellcheck has nothing to say of any more", async () => {
    const auditInputs = await sightsOf("hooks-unquoted-path");
    const [file] = auditInputs.hooks.flatMap(({ scripts }) => scripts);
    const told = file === undefined ? [] : [{ file, line: 2, column: 1, code: 2154, message: "it is not assigned" }];
    expect(outcome("hooks/shellcheck", { ...auditInputs, scriptFaults: { kind: "seen", value: told } })).toBe("fail");
    expect(outcome("hooks/shellcheck", { ...auditInputs, scriptFaults: { kind: "seen", value: [] } })).toBe("pass");
  });
  it("programs that the sandbox needs, once they are installed", async () => {
    const auditInputs = await sightsOf("sandbox-every-host");
    const machine = { ...auditInputs.machine, platform: { kind: "seen", value: "linux" } } as const;
    const having = (value: readonly string[]): AuditInputs => ({ ...auditInputs, machine: { ...machine, sandboxPrograms: { kind: "seen", value } } });
    expect(outcome("machine/no-sandbox-tools", having([]))).toBe("fail");
    expect(outcome("machine/no-sandbox-tools", having(["bwrap", "socat"]))).toBe("pass");
  });
  it("a mod that was taken out", async () => {
    const auditInputs = await sightsOf("plugins-mod-of-the-repository");
    expect(outcome("plugins/mods", auditInputs)).toBe("fail");
    expect(outcome("plugins/mods", { ...auditInputs, mods: { kind: "seen", value: [] } })).toBe("not-applicable");
  });
});

function fail(id: string): never {
  throw new Error(`there is no case ${id}`);
}

it("is proven of every check", () => {
  const named = parse(readFileSync(new URL("named-fixes.yaml", import.meta.url), "utf8")) as readonly { readonly check: string }[];
  const done = new Set([...named, ...proofs].map(({ check }) => check));
  const byMembers = (check: Check): boolean => membersOf(check) !== undefined && open.some(({ faults }) => faults.includes(check.id));
  expect(all.filter((check) => check.attest === undefined && !done.has(check.id) && !byMembers(check)).map(({ id }) => id)).toEqual(UNPROVEN);
});

/** Checks whose fix nobody has proven: none but those that are proven above by what other programs say, the machine has and a look at the disk finds. */
const UNPROVEN: readonly string[] = ["hooks/shellcheck", "machine/no-sandbox-tools", "plugins/mods"];
