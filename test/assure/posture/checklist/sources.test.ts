// The nine checklists of the sources: all their items are there, each answered by checks, and every fault that is known has a check.
import { describe, expect, it } from "vitest";
import { loadChecklists } from "#surface/services/posture/audit.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { faultList } from "../../../corpus/posture/case.ts";

const checks = loadCheckFamilies().flatMap((family) => family.checks);
const lists = loadChecklists(checks);

describe("the sources' checklists", () => {
  it.each([
    ["minimum", 7],
    ["anti-patterns", 5],
    ["baseline", 15],
    ["enterprise", 15],
    ["quick", 17],
    ["pre-deployment", 19],
    ["ongoing", 5],
    ["common-mistakes", 11],
    ["executive", 11],
  ])("%s has %d items, each with checks", (id, count) => {
    const items = lists.find((list) => list.id === id)?.items ?? [];
    expect(items).toHaveLength(count);
    expect(items.filter((item) => item.checks.length === 0)).toEqual([]);
  });
  it("have 105 items in all", () => {
    expect(lists.flatMap(({ items }) => items)).toHaveLength(105);
  });
});

describe("faults that are known", () => {
  it("have a check of their id each", () => {
    const ids = new Set(checks.map(({ id }) => id));
    expect(faultList().flatMap(({ id }) => (ids.has(id) ? [] : [id]))).toEqual([]);
    expect(ids.size).toBeGreaterThan(180);
  });
});
