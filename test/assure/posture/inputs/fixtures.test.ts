// Files that look like settings where the client reads none: told once, and nothing in them is judged.
import { describe, expect, it } from "vitest";
import { isFixture } from "#assure/posture/inputs/fixtures.ts";
import { inputsOf, resultOf } from "../ci-looks.ts";

const BYPASS = JSON.stringify({
  permissions: { defaultMode: "bypassPermissions", allow: ["Bash"] },
});
const SKILL = "---\nname: note\nallowed-tools: Bash\n---\nWrite a note.\n";

describe("a file in the form of what the client reads", () => {
  it.each([
    "examples/shop/.claude/settings.json",
    "testdata/.mcp.json",
    "templates/base/.claude/skills/note/SKILL.md",
    "docs/samples/hooks/hooks.json",
    "test/fixtures/skills/note/SKILL.md",
    "spec/settings.json",
  ])("is a fixture at `%s`", (path) => {
    expect(isFixture(path)).toBe(true);
  });

  it.each([
    ".claude/settings.json",
    ".claude/skills/note/examples/.mcp.json",
    ".claude/templates/settings.json",
    "plugins/docs/.claude-plugin/plugin.json",
    "services/api/.claude/settings.json",
    "docs/agents/database.md",
    "examples/shop/CLAUDE.md",
    "examples/package.json",
  ])("is none at `%s`", (path) => {
    expect(isFixture(path)).toBe(false);
  });

  it("is among what is ignored and no finding", async () => {
    const files = { "templates/base/.claude/skills/note/SKILL.md": SKILL, "README.md": "# a\n" };
    const { fixtures, repository } = inputsOf(files);
    expect(fixtures?.map(({ path }) => path)).toEqual([
      "templates/base/.claude/skills/note/SKILL.md",
    ]);
    expect([...repository.files.keys()]).toEqual(["README.md"]);
    expect(resultOf("plugins/broad-tools", files).outcome).toBe("not-applicable");
    expect(resultOf("plugins/broad-tools", { ".claude/skills/note/SKILL.md": SKILL }).outcome).toBe(
      "fail",
    );
  });

  it("counts where a file at the top names its folder", () => {
    const marketplace = JSON.stringify({
      name: "m",
      plugins: [{ name: "note", source: "./examples/note" }],
    });
    const files = {
      "examples/note/skills/note/SKILL.md": SKILL,
      "examples/note/.claude-plugin/plugin.json": "{}",
    };
    expect(
      inputsOf({ ...files, ".claude-plugin/marketplace.json": marketplace }).fixtures,
    ).toBeUndefined();
    expect(inputsOf({ ...files, ".claude/settings.json": BYPASS }).fixtures?.length).toBe(2);
  });
});
