// Pushes to the default branch and forced ones are found in the forms of shell, lists of words and libraries.
import { describe, expect, it } from "vitest";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const all = loadCheckFamilies().flatMap((family) => family.checks);
const checks = all.filter(
  ({ id }) => id === "git/pushes-default-branch" || id === "git/force-push",
);
const skipping = all.filter(({ id }) => id === "git/skips-hooks");

function faultsOf(path: string, text: string, asked = checks): readonly string[] {
  return runChecks(asked, sightsFromMemory({ files: { [path]: text } }, around))
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

describe("a way past git's hooks", () => {
  it.each([
    "git commit --no-verify -m x",
    "git push --no-verify",
    "commit = commit --no-verify",
    "HUSKY=0 make done",
    "HUSKY_SKIP_HOOKS=1 make done",
    "LEFTHOOK=0 make done",
    "OVERCOMMIT_DISABLE=1 make done",
    "SKIP_SIMPLE_GIT_HOOKS=1 make done",
    "SKIP=lint git commit",
    "lerna version --no-verify",
    "LEFTHOOK_EXCLUDE=lint make done",
    "index.commit(text, skip_hooks=True)",
    "noVerify: true",
    "jj describe --no-commit-hooks",
    "mv .git/hooks away",
    "chmod -x .git/hooks/pre-push",
    "rm .git/hooks/pre-push",
  ])("is found: %s", (line) => {
    expect(faultsOf("scripts/done.sh", `${line}\n`, skipping)).toEqual(["git/skips-hooks"]);
  });
});
