// The client's own notes: what it remembers of this project and its plans are written unasked, and nothing beside them.
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normalizeInput } from "#guard/events/normalize.ts";
import { judgeWithFacts } from "#surface/services/facts/judge.ts";
import { judgeCommand, makeProject, plainShell, type TestProject } from "../../judging.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
  // A note that leads elsewhere is no note.
  for (const [link, target] of [
    ["home/.claude/plans/link.md", "../CLAUDE.md"],
    ["project/.claude/agent-memory/link.md", "../settings.json"],
  ] as const) {
    mkdirSync(dirname(join(where.root, link)), { recursive: true });
    symlinkSync(target, join(where.root, link));
  }
});
afterAll(() => where.remove());

const placed = (path: string): string =>
  path
    .replace("<notes>", `~/.claude/projects/${where.project.replace(/[^A-Za-z0-9]/g, "-")}`)
    .replace("<project>", where.project)
    .replace(/^~/, where.home);

async function verdictOf(tool: "Write" | "Edit", path: string): Promise<string> {
  const input = {
    file_path: placed(path),
    ...(tool === "Write" ? { content: "# Notes\n" } : { old_string: "a", new_string: "b" }),
  };
  const call = {
    id: "t",
    tool,
    cwd: where.project,
    input: normalizeInput({ tool, input, cwd: where.project }),
  };
  const { policy, session, answer } = where;
  const shell = plainShell("bash");
  return (await judgeWithFacts({ call, policy, session, shell, answer })).decision.verdict;
}

describe("the client's own notes", () => {
  it.each([
    "<notes>/memory/MEMORY.md",
    "<notes>/memory/topics/prices.md",
    "~/.claude/plans/quiet-fox.md",
    "<project>/.claude/agent-memory/reviewer/MEMORY.md",
    "<project>/.claude/agent-memory-local/reviewer/MEMORY.md",
    "/tmp/claude-1000/x/s/scratchpad/x.py",
  ])("are written without a question of ours: %s", async (path) => {
    expect(await verdictOf("Write", path)).toBe("abstain");
    expect(await verdictOf("Edit", path)).toBe("abstain");
  });

  it.each([
    "~/.claude/projects/-other/memory/MEMORY.md",
    "<notes>/0f3a5f0a-9d11-4c0c-8a52-6c0f8a523a8e.jsonl",
    "<notes>/memory/run.sh",
    "<notes>/memory/../x.md",
    "<notes>-more/memory/MEMORY.md",
    "~/.claude/projects/<project>/memory/MEMORY.md",
    "~/.claude/CLAUDE.md",
    "~/.claude/plans/run.sh",
    "~/.claude/plans/link.md",
    "~/.claude/plans/sub/x.md",
    "~/.claude/skills/x/SKILL.md",
    "<project>/.claude/CLAUDE.md",
    "<project>/.claude/rules/x.md",
  ])("are asked about beside them: %s", async (path) => {
    expect(await verdictOf("Write", path)).toBe("ask");
  });

  it.each([
    "~/.claude/settings.json",
    "~/.claude/hooks/x.sh",
    "~/.claude/shell-snapshots/x.sh",
    "<project>/.claude/settings.json",
    "<project>/.claude/agent-memory/link.md",
  ])("are no way to what decides: %s", async (path) => {
    expect(await verdictOf("Write", path)).toBe("deny");
  });

  it("are written by commands as well", async () => {
    const note = placed("<notes>/memory/MEMORY.md");
    expect((await judgeCommand(where, `echo x >> ${note}`)).verdict).toBe("abstain");
    expect((await judgeCommand(where, `cp pub.txt ~/.claude/settings.json`)).verdict).toBe("deny");
  });
});
