// The page `docs/reference/policy-diff.md`: the comparison of the two profiles that teams choose between, held to what it is now.
import { describe, expect, it } from "vitest";
import { comparePolicies } from "#govern/policy/diff/compare.ts";
import { differencePage } from "#govern/policy/diff/difference-page.ts";
import { reportDifference } from "#govern/policy/diff/difference-report.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { heldPage } from "../../reference-page.ts";

describe("`team` and `enterprise-high` compared", () => {
  const policies = [loadPack("team"), loadPack("enterprise-high")] as const;
  const report = reportDifference(comparePolicies(...policies), policies);

  it("is what the page says; UPDATE=1 writes it", () => {
    const page = differencePage(report, ["team", "enterprise-high"]);
    expect(page).toBe(heldPage("policy-diff", page));
  });

  it("finds nothing milder, and no search that went past its bound", () => {
    expect({ answer: report.answer, milder: report.milder }).toEqual({
      answer: "different",
      milder: 0,
    });
    expect(report.stricter).toBeGreaterThan(50);
    const bounds = report.unproven.filter(({ what }) => /bound|more .* than/.test(what));
    expect(bounds).toEqual([]);
  });

  it("shows each way that a command shows with one that both judge so, or says what the whole command comes to", () => {
    const shown = report.differences.flatMap(({ witness }) => (witness === null ? [] : [witness]));
    const alike = shown.filter(({ before, after }) => before === after);
    expect(shown.length).toBeGreaterThan(50);
    expect(alike.length).toBeLessThan(shown.length / 10);
  });
});
