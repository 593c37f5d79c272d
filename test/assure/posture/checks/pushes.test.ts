// Pushes to the default branch and forced ones are found in the forms of shell, lists of words and libraries.
import { describe, expect, it } from "vitest";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = loadCheckFamilies()
  .flatMap((family) => family.checks)
  .filter(({ id }) => id === "git/pushes-default-branch" || id === "git/force-push");

function faultsOf(path: string, text: string): readonly string[] {
  return runChecks(checks, sightsFromMemory({ files: { [path]: text } }, around))
    .filter(({ result }) => result.outcome === "fail")
    .map(({ check }) => check.id);
}

describe("a push to the default branch", () => {
  it.each([
    [".claude/hooks/end.sh", 'branch=main\ngit push origin "$branch"\n'],
    [".claude/hooks/end.sh", 'git push origin "main"\n'],
    [".claude/hooks/end.sh", "git switch main && git commit -am done && git push\n"],
    [".claude/hooks/end.py", 'run(["git", "-C", root, "push", "origin", "HEAD:main"])\n'],
    [".claude/hooks/end.py", 'repo.remotes.origin.push("main")\n'],
    [".claude/hooks/end.mjs", 'await git.push("origin", "main");\n'],
  ])("is found in %s: %j", (path, text) => {
    expect(faultsOf(path, text)).toEqual(["git/pushes-default-branch"]);
  });
  it.each([
    [".claude/hooks/end.sh", 'branch=agent/x\ngit push origin "$branch"\n'],
    [".claude/hooks/end.sh", "git switch main && git pull && git switch -c agent/x && git push\n"],
    [
      ".claude/hooks/end.py",
      'run(["git", "-C", root, "push", "origin", "HEAD:agent/main-menu"])\n',
    ],
    [".claude/hooks/end.mjs", 'await git.push("origin", branch);\n'],
    [".claude/hooks/test_end.py", '("refused", bash("git push origin main"), 2),\n'],
  ])("is none in %s: %j", (path, text) => {
    expect(faultsOf(path, text)).toEqual([]);
  });
});

it("a forced push is found in a list of words", () => {
  const text = 'subprocess.check_call(["git", "push", "-f", "origin", "master"])\n';
  expect(faultsOf("scripts/sync.py", text)).toEqual(["git/force-push"]);
});
