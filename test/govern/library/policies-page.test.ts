// The page about the packs says what they say: its verdicts are judged, its rules read from the packs.
import { afterAll, expect, it } from "vitest";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import { packNames } from "#surface/services/policy/policy-source.ts";
import { makeTypicalProject } from "../../corpus/graded/typical-project.ts";
import { settled } from "../../judging.ts";
import { verdictOfCall } from "./call-verdict.ts";
import { buildPage, readPage, SITUATIONS, writePage } from "./policies-page.ts";

const project = settled(makeTypicalProject());
afterAll(() => project.remove());

it("is equal to what is judged and read now", async () => {
  const page = await buildPage((call, policy) => verdictOfCall(project, call, { policy }));
  if (process.env["UPDATE"] === "1") writePage(page);
  expect(readPage()).toBe(page);
});

it("shows every effect and every pack", () => {
  expect(SITUATIONS.map(([effect]) => effect).toSorted()).toEqual(EFFECT_KINDS.toSorted());
  for (const name of packNames()) expect(readPage()).toContain(`### ${name}\n`);
});
