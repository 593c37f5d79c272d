// Fixes that name a command, a line, an option or a value work: done as they say at the place that is told, the finding is gone.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { Check } from "#assure/posture/check.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { type PostureCase, postureCases } from "./case.ts";
import { shippedChecks, sightsOfCase } from "./judge.ts";
import { type Repaired, repairsOf } from "./named-fixes.ts";

/** Which way did it in which case, by check. `UPDATE=1` looks for them anew, which takes a minute. */
const PROVEN = fileURLToPath(new URL("named-fixes.yaml", import.meta.url));
const CASES_TRIED = 4;
const WAYS_TRIED = 16;
const ROUNDS = 3;

type Proof = { readonly check: string; readonly case: string; readonly ways: readonly string[] };

const families = shippedChecks();
const all = [...families.values()].flat();
const open = postureCases().filter(({ sealed, side }) => !sealed && side === "bad");

/** Findings of a check and of its family, whose number may not grow: a repair is none that breaks something else. */
async function lookAt(one: PostureCase, check: Check) {
  const found = runChecks(families.get(one.family) ?? [], await sightsOfCase(one));
  const own = found.find((entry) => entry.check.id === check.id)?.result;
  const failed = found.filter(({ result }) => result.outcome === "fail").map((entry) => entry.check.id);
  return { own, failed };
}

/** Repairs a case in ways that `wanted` takes, one finding behind the other; the ways, or undefined where something is left. */
async function repaired(one: PostureCase, check: Check, wanted: (way: Repaired, round: number) => boolean) {
  let [now, before] = [one, await lookAt(one, check)];
  const ways: string[] = [];
  for (let round = 0; round < ROUNDS && before.own?.outcome === "fail"; round += 1) {
    const left = before.own.faults.length;
    const [fault] = before.own.faults;
    const first = before;
    let isBetter = false;
    for (const way of fault === undefined ? [] : repairsOf(now, check, fault).slice(0, WAYS_TRIED)) {
      if (!wanted(way, round)) continue;
      const after = await lookAt(way.one, check);
      const count = after.own?.outcome === "fail" ? after.own.faults.length : 0;
      if (count >= left || after.own?.outcome === "unseen") continue;
      if (after.failed.some((id) => id !== check.id && !first.failed.includes(id))) continue;
      [now, before, isBetter] = [way.one, after, true];
      ways.push(way.how);
      break;
    }
    if (!isBetter) return undefined;
  }
  return before.own?.outcome === "fail" || ways.length === 0 ? undefined : ways;
}

async function search(): Promise<readonly Proof[]> {
  const found: Proof[] = [];
  for (const check of all)
    for (const one of open.filter(({ faults }) => faults.includes(check.id)).slice(0, CASES_TRIED)) {
      const ways = await repaired(one, check, () => true);
      if (ways === undefined) continue;
      found.push({ check: check.id, case: one.id, ways });
      break;
    }
  return found;
}

it("fixes take their finding away where they are done as they are named", { timeout: 300_000 }, async () => {
  if (process.env["UPDATE"] === "1") writeFileSync(PROVEN, stringify(await search()));
  const proofs = parse(readFileSync(PROVEN, "utf8")) as readonly Proof[];
  const wrong: string[] = [];
  for (const proof of proofs) {
    const check = all.find(({ id }) => id === proof.check);
    const one = open.find(({ id }) => id === proof.case);
    const ways = check === undefined || one === undefined ? undefined : await repaired(one, check, ({ how }, round) => how === proof.ways[round]);
    if (ways === undefined) wrong.push(`${proof.check} ${proof.case}`);
  }
  expect(wrong).toEqual([]);
  expect(new Set(proofs.map(({ check }) => check)).size).toBe(proofs.length);
  expect(proofs.length).toBeGreaterThanOrEqual(150);
});
