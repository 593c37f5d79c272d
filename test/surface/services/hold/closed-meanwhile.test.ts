// Leavings beside what cannot be reached while they are looked for: a look goes on, and finds the rest.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { leavingsIn } from "#surface/services/hold/left-behind.ts";
import { NO_PACKAGES } from "#surface/services/hold/places/package-folders.ts";

function stand() {
  const root = mkdtempSync(join(tmpdir(), "closed-meanwhile-"));
  onTestFinished(() => {
    chmodSync(join(root, "a"), 0o700);
    rmSync(root, { recursive: true });
  });
  const repositories = ["a", "b"].map((name) => {
    const gitDirectory = join(root, name, ".git");
    mkdirSync(join(gitDirectory, "hooks"), { recursive: true });
    writeFileSync(join(gitDirectory, "hooks/update"), "", { mode: 0o755 });
    return { root: join(root, name), gitDirectory };
  });
  const look = () => {
    const found = {
      hiddenFiles: [],
      hiddenDirectories: [],
      emptyDirectories: [],
      shown: [],
      kept: [],
      repositories,
      worktrees: [],
      links: [],
      hiddenRuns: [],
      startLinks: [],
      bare: [],
      inPackages: NO_PACKAGES,
      missing: undefined,
    };
    return [...leavingsIn(found, root, () => false).values()].map(({ path }) =>
      path.slice(root.length + 1),
    );
  };
  return { root, look };
}

test("a hook that is a link to itself keeps no other one from being found", () => {
  const { root, look } = stand();
  symlinkSync("commit-msg", join(root, "a/.git/hooks/commit-msg"));
  expect(look()).toEqual(["a/.git/hooks/update", "b/.git/hooks/update"]);
});

test("a directory that is closed meanwhile keeps no other one from being looked at", () => {
  const { root, look } = stand();
  chmodSync(join(root, "a"), 0o000);
  // Root looks into closed directories all the same.
  const inside = process.getuid?.() === 0 ? ["a/.git/hooks/update"] : [];
  expect(look()).toEqual([...inside, "b/.git/hooks/update"]);
  chmodSync(join(root, "a"), 0o700);
  expect(look()).toEqual(["a/.git/hooks/update", "b/.git/hooks/update"]);
});
