// Fixes that name what to write into settings work: written into the open bad case, the finding is gone.
import { describe, expect, it } from "vitest";
import type { Check } from "#assure/posture/check.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { type PostureCase, postureCases } from "./case.ts";
import { shippedChecks, sightsOfCase } from "./judge.ts";
import { membersOf, withMembers } from "./member-fixes.ts";

/** Cases whose value stands outside of settings or under another name, where a person writes the same. */
const ELSEWHERE: readonly string[] = ["settings/bypass-default settings-f-bypass-vscode",
  "settings/pinned-model settings-f-model-vertex",
  "settings/pinned-model settings-pinned-model-in-env",
  "settings/pinned-model settings-fallback-dated", "telemetry/prompts telemetry-prompts-in-devcontainer",
  "telemetry/tool-details telemetry-details-in-workflow",
  "telemetry/tool-details telemetry-second-details-in-shell",
  "telemetry/raw-bodies telemetry-third-bodies-shell"];

async function isFound(one: PostureCase, check: Check): Promise<boolean> {
  return runChecks([check], await sightsOfCase(one)).some(({ result }) => result.outcome === "fail");
}

describe("fixes that name members of settings", () => {
  it("take the finding away in every open case", async () => {
    const checks = [...shippedChecks().values()].flat();
    const open = postureCases().filter(({ sealed, side }) => !sealed && side === "bad");
    const left: string[] = [];
    const tried = new Set<string>();
    for (const check of checks) {
      const members = membersOf(check);
      if (members === undefined) continue;
      for (const one of open.filter(({ faults }) => faults.includes(check.id))) {
        if (!(await isFound(one, check))) continue;
        tried.add(check.id);
        if (await isFound(withMembers(one, check, members), check)) left.push(`${check.id} ${one.id}`);
      }
    }
    expect(left).toEqual(ELSEWHERE);
    expect(tried.size).toBeGreaterThanOrEqual(36);
  });
});
