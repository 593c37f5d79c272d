// A recipe's fixture as the client would send it, and what an answer of its script amounts to.
import type { RecipeFixture, Recipe } from "./recipe.ts";

/** The JSON that the client sends for a fixture. `cwd` is the project. */
export function payloadOf(recipe: Recipe, fixture: RecipeFixture, cwd: string): string {
  const event = fixture.event ?? recipe.script.hooks[0]?.event ?? "PreToolUse";
  const tool =
    fixture.tool === undefined ? {} : { tool_name: fixture.tool, tool_input: fixture.input };
  return JSON.stringify({
    session_id: "fixture",
    transcript_path: `${cwd}/transcript.jsonl`,
    cwd,
    permission_mode: "default",
    hook_event_name: event,
    ...tool,
    ...(event === "ConfigChange" ? { source: "project_settings", file_path: cwd } : {}),
    ...(fixture.response === undefined ? {} : { tool_response: fixture.response }),
    ...(event === "PermissionRequest" ? {} : { tool_use_id: "toolu_fixture" }),
  });
}
