// Twenty guard hooks and more, broken and sound: an audit names every broken one with its reason, and none of the sound.
import { describe, expect, it } from "vitest";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import type { Fault } from "#assure/posture/check.ts";
import { hookTrials } from "#surface/services/posture/hook-trials.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { whyNoHookJail } from "#surface/services/recipe/hook-jail.ts";
import { BROKEN, type GuardHook, SOUND } from "./guard-hooks.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = loadCheckFamilies()
  .flatMap((family) => family.checks)
  .filter(({ family }) => family === "hooks");
/** Findings about what else is there, and of how the entry names the script. */
const OF_PLACE =
  /^(?:no-change-guard|no-guard|no-audit|audit-after-only|repository-guard|shellcheck|narrow-matcher)$/;

type Told = { readonly id: string; readonly faults: readonly Fault[] };

/** What an audit tells of a repository with this one guard. */
async function toldOf(guard: GuardHook, isRun: boolean): Promise<readonly Told[]> {
  const path = `.claude/hooks/${guard.file}`;
  const command = guard.command ?? `"$CLAUDE_PROJECT_DIR"/${path}`;
  const handler = { type: "command", command, onFailure: "block", ...guard.handler };
  const hooks = { PreToolUse: [{ matcher: guard.matcher ?? "Bash", hooks: [handler] }] };
  const inputs = sightsFromMemory(
    {
      files: { ".claude/settings.json": JSON.stringify({ hooks }), [path]: guard.script },
      modes: { [path]: "0755" },
    },
    around,
  );
  const trials = isRun
    ? { hookTrials: await hookTrials(inputs, { root: "/projects/shop", runs: "all" }) }
    : {};
  if (process.env["DBG"]) console.log(guard.name, JSON.stringify(trials));
  return runChecks(checks, { ...inputs, ...trials })
    .filter(({ result }) => result.outcome === "fail")
    .map(({ check, result }) => ({ id: check.id.slice("hooks/".length), faults: result.faults }))
    .filter(({ id }) => !OF_PLACE.test(id));
}

const words = (told: readonly Told[]) =>
  told.flatMap(({ id, faults }) => faults.map(({ message }) => `${id}: ${message}`));

describe("a broken guard is named with its reason", () => {
  it.each(BROKEN.filter(({ isSeenRunning }) => isSeenRunning !== true))(
    "by its text: $name",
    async (guard) => {
      const told = words(await toldOf(guard, false));
      expect(told).toContainEqual(expect.stringMatching(`^${guard.check}: .*${guard.says}`));
    },
  );
  it.for(BROKEN)("where it was run: $name", async (guard, { skip }) => {
    const why = whyNoHookJail();
    if (why !== undefined) skip(why);
    const told = words(await toldOf(guard, true));
    expect(told).toContainEqual(expect.stringMatching(`^${guard.check}: .*${guard.says}`));
  });
});

describe("a sound guard is not named", () => {
  it.each(SOUND)("by its text: $name", async (guard) => {
    expect(words(await toldOf(guard, false))).toEqual([]);
  });
  it.for(SOUND)("where it was run: $name", async (guard, { skip }) => {
    const why = whyNoHookJail();
    if (why !== undefined) skip(why);
    expect(words(await toldOf(guard, true))).toEqual([]);
  });
});

it("there are twenty, ten of them broken", () => {
  expect(BROKEN.length).toBeGreaterThanOrEqual(10);
  expect(SOUND.length).toBeGreaterThanOrEqual(10);
});
