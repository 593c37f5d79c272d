// Recipes on disk: put into a repository and taken out without a trace; hooks tried in a jail, which nothing leaves.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Recipe } from "#govern/recipe/recipe.ts";
import { outcomeOfRun } from "#assure/posture/inputs/hook-outcome.ts";
import { whyNoHookJail } from "#surface/services/recipe/hook-jail.ts";
import {
  carryOutRecipe,
  planInstallation,
  planRemovalOf,
} from "#surface/services/recipe/place-recipe.ts";
import { tryHookFile, tryRecipe } from "#surface/services/recipe/try-hook.ts";
import { loadRecipes } from "#surface/foundation/product/shipped-data.ts";

const recipe = loadRecipes().find(({ id }) => id === "block-network-commands") as Recipe;
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-recipe-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a recipe in a repository", () => {
  it("comes and goes, and what was there stays as it was", async () => {
    const directory = join(folder, "shop");
    mkdirSync(join(directory, ".claude"), { recursive: true });
    const settings = join(directory, ".claude/settings.json");
    const before = '{\n  "permissions": { "deny": ["Read(.env)"] }\n}\n';
    writeFileSync(settings, before);
    const place = { kind: "repository", directory } as const;
    const plan = await planInstallation(recipe, place, undefined);
    expect(plan.diff).toContain("+++ b/.claude/hooks/block-network-commands.sh");
    await carryOutRecipe(plan);
    const script = join(directory, ".claude/hooks/block-network-commands.sh");
    expect(statSync(script).mode & 0o777).toBe(0o755);
    expect(JSON.parse(readFileSync(settings, "utf8")).hooks.PreToolUse).toEqual([
      {
        matcher: "Bash",
        hooks: [
          {
            type: "command",
            command: '"$CLAUDE_PROJECT_DIR"/.claude/hooks/block-network-commands.sh',
            timeout: 10,
            onFailure: "block",
          },
        ],
      },
    ]);
    expect((await planInstallation(recipe, place, undefined)).changes).toEqual([]);
    await carryOutRecipe(await planRemovalOf(recipe, place));
    expect(existsSync(join(directory, ".claude/hooks"))).toBe(false);
    expect(JSON.parse(readFileSync(settings, "utf8"))).toEqual(JSON.parse(before));
  });
  it("leaves a script that somebody changed, and says so", async () => {
    const directory = join(folder, "changed");
    mkdirSync(directory);
    const place = { kind: "repository", directory } as const;
    await carryOutRecipe(await planInstallation(recipe, place, undefined));
    const script = join(directory, ".claude/hooks/block-network-commands.sh");
    writeFileSync(script, `${readFileSync(script, "utf8")}# ours\n`);
    const plan = await planRemovalOf(recipe, place);
    expect(plan.notes.join()).toContain("not as it was made");
    await carryOutRecipe(plan);
    expect(existsSync(script)).toBe(true);
    expect(existsSync(join(directory, ".claude/settings.json"))).toBe(false);
    await expect(planInstallation(recipe, place, undefined)).rejects.toThrow("was changed");
  });
});

describe("a hook in the jail", () => {
  it("answers as its recipe says", async ({ skip }) => {
    const why = whyNoHookJail();
    if (why !== undefined) skip(why);
    const tries = await tryRecipe(recipe);
    expect(tries.filter(({ isWell }) => isWell !== true)).toEqual([]);
  });
  it("is seen to fail open, and reaches neither home nor disk nor network", async ({ skip }) => {
    const why = whyNoHookJail();
    if (why !== undefined) skip(why);
    const file = join(folder, "open.sh");
    const reach = `touch ${folder}/escaped; ls -A "$HOME" /root /home; getent hosts example.com`;
    writeFileSync(file, `#!/bin/sh\n{ ${reach}; } >&2\n[ "$TOOL_NAME" = x ] && exit 2\nexit 0\n`, {
      mode: 0o755,
    });
    const tries = await tryHookFile(file, "PreToolUse");
    const broken = tries.filter(({ wanted }) => wanted === "refused");
    expect(broken.length).toBeGreaterThan(4);
    expect(broken.every(({ isWell }) => isWell === false)).toBe(true);
    expect(existsSync(join(folder, "escaped"))).toBe(false);
  });
});

describe("what a run amounts to", () => {
  const own = (members: object) => JSON.stringify({ hookSpecificOutput: members });
  const deny = own({ hookEventName: "PreToolUse", permissionDecision: "deny" });
  it.each([
    ["exit 2", 2, "", "deny"],
    ["exit 1", 1, "", "fails-open"],
    ["exit 127", 127, "sh: not found", "fails-open"],
    ["a denial", 0, deny, "deny"],
    ["a denial with exit 1", 1, deny, "deny"],
    ["a denial after noise", 0, `x\n${deny}`, "passes"],
    ["a denial before noise", 0, `${deny}\nx`, "fails-open"],
    ["no event", 0, own({ permissionDecision: "deny" }), "fails-open"],
    ["another event", 0, own({ hookEventName: "Stop", permissionDecision: "deny" }), "fails-open"],
    ["a decision of old", 0, '{"decision":"block"}', "block"],
    ["a decision that nobody knows", 0, '{"decision":"deny"}', "fails-open"],
    ["nothing", 0, "", "passes"],
  ])("%s", (_, exit, stdout, kind) => {
    expect(outcomeOfRun("PreToolUse", { exit, stdout, timedOut: false }).kind).toBe(kind);
  });
});
