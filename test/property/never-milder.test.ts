// Never milder than the client alone: what it protects is asked about at least, held or not, by whatever way it is changed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isClientProtected } from "#guard/effects/paths/client-protected.ts";
import { allCases, outcomeOf, cases, protects, type Case } from "./never-milder.ts";
import { isWhole } from "../sampled.ts";

/** Of the whole table only some cases are tried in an ordinary run. */
const EACH = isWhole ? 29 : 397;

function textOf({ form, path, mode, isHeld }: Case): string {
  return `${form} ${path} in ${mode}${isHeld ? ", held" : ""}`;
}

function every(of: (one: Case) => boolean): readonly string[] {
  const found: string[] = [];
  let count = 0;
  for (const one of allCases()) if (++count % EACH === 0 && !of(one)) found.push(textOf(one));
  return found;
}

describe("never milder than the client alone", () => {
  test("in any case with rules of the person's", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { client, answer } = outcomeOf(one);
        return !protects(client, one.isHeld && one.mode !== "plan") || answer.verdict !== "allow";
      }),
      { numRuns: isWhole ? 2_000 : 300, seed: 1 },
    );
  });

  test("for each place and form", () => {
    expect(
      every((one) => {
        const { client, answer } = outcomeOf(one);
        return !protects(client, one.isHeld && one.mode !== "plan") || answer.verdict !== "allow";
      }),
    ).toEqual([]);
  });

  test("what it protects is judged the same held and not, also where it does not see the change", () => {
    expect(
      every((one) => {
        if (!isClientProtected(one.path) || one.mode === "bypassPermissions") return true;
        const other = outcomeOf({ ...one, isHeld: !one.isHeld });
        const { judged } = outcomeOf(one);
        return judged.verdict !== "allow" && other.judged.verdict !== "allow";
      }),
    ).toEqual([]);
  });
});
