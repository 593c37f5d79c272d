// What of a host's interface calls are about, as their own words and the remotes of the project say it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANY_SEGMENT } from "#guard/vocabulary/effect.ts";
import { judgeCommand, makeProject, type TestProject } from "../../../judging.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
  const remote = ["remote", "add", "fork", "git@github.com:me/shop.git"];
  execFileSync("git", remote, { cwd: where.project });
  execFileSync("git", ["remote", "set-url", "origin", "https://github.com/o/shop"], {
    cwd: where.project,
  });
  writeFileSync(join(where.project, "own.pub"), "ssh-ed25519 AAAA+b me@here\n");
  writeFileSync(join(where.project, "package.json"), '{"name":"@o/shop","version":"1.0.0"}');
});
afterAll(() => where.remove());

const OWN = ["me/shop", "o/shop"];
test.each<[string, readonly string[] | undefined]>([
  ["gh pr create -t a -b b", OWN],
  ["gh pr merge feature/x --squash", OWN],
  ["gh pr comment 7 -R other/app -b b", ["other/app"]],
  ["gh pr comment 7 -Rother/app -b b", ["other/app"]],
  ["gh pr comment 7 --repo=github.com/other/app -b b", ["other/app"]],
  ["gh pr comment https://github.com/other/app/pull/7 -b b", ["other/app"]],
  ["gh pr comment 7 -b https://github.com/other/app/pull/7", [...OWN, "other/app"].sort()],
  ["gh pr comment https://github.com/other/app/pull/7 -b https://x.example/y/z", ["other/app"]],
  ["gh pr comment 7 -b 'see https://github.com/other/app'", OWN],
  ["gh repo deploy-key add keys/id.pub", ["key deploy-read \\", ...OWN]],
  ["gh gist create -d 'a b' notes.md", ["gist secret notes.md", ...OWN]],
  ["gh gist create --public a/notes.md", ["gist public notes.md", ...OWN]],
  ["gh gist create $MORE notes.md", ["gist \\ \\", "gist secret notes.md", ...OWN]],
  ["gh gist delete https://gist.github.com/me/1a2b", ["gist existing 1a2b", ...OWN]],
  ["gh ssh-key add own.pub -t laptop", ["key login AAAA%2Bb", ...OWN]],
  ["gh ssh-key add own.pub --type signing", ["key signing AAAA%2Bb", ...OWN]],
  ["gh ssh-key add - < own.pub", ["key login \\", ...OWN]],
  [
    "gh repo create -p base/tool me/Tool --private",
    ["base", "base/tool", "me", "me/Tool", "repository private tool"],
  ],
  ["gh api user/keys -f key='ssh-rsa AAAAc x'", ["/user/keys", "key login AAAAc"]],
  ["gh api gists --input a.json", ["/gists", "gist \\ \\"]],
  ["glab deploy-key add own.pub --can-push", ["key deploy-write AAAA%2Bb", ...OWN]],
  ["glab token create ci -S api -S read_user", ["token project api%2Cread_user", ...OWN]],
  ["npm token create --read-only", ["token npm read-only"]],
  ["glab api graphql -f query=mutation", ["/api/graphql"]],
  ["R=$(cat pub.txt); gh pr comment 7 -R $R -b b", OWN],
  ["GH_REPO=other/app gh issue close 7", ["other/app"]],
  ["gh issue transfer 7 other/app", ["other/app", ...OWN]],
  ["gh repo delete other/app --yes", ["other/app"]],
  ["gh secret set A --org acme -b x", ["acme", ...OWN, "secret none"]],
  ["gh api -X POST repos/other/app/pulls", ["/repos/other/app/pulls"]],
  ["gh api -X POST /repos/other/app/pulls?x=1", ["/repos/other/app/pulls"]],
  ["gh api -X DELETE https://api.github.com/gists/1", ["/gists/1"]],
  [
    "gh api 'repos/{owner}/{repo}/issues' -f title=a",
    ["/repos/me/shop/issues", "/repos/o/shop/issues"],
  ],
  ['gh api -X POST "repos/me/$(cat pub.txt)/issues"', ["/repos/me/shop/issues"]],
  ['gh api -X POST "repos/other/$(cat pub.txt)/issues"', []],
  ['gh api -X DELETE "gists/$(cat pub.txt)"', [`/gists/${ANY_SEGMENT}`]],
  [
    "glab api -X POST projects/:fullpath/issues",
    ["/api/v4/projects/me%2Fshop/issues", "/api/v4/projects/o%2Fshop/issues"],
  ],
  ["glab mr create -R g/sub/p --title a", ["g/sub/p"]],
  ["npm publish", ["@o/shop"]],
  ["npm publish ./shop-1.0.0.tgz", undefined],
  ["npm publish --workspaces", undefined],
  ["npm unpublish left@1.0.0", ["@o/shop", "left"]],
  ["npm dist-tag add @s/left@1.0.0 next", ["@o/shop", "@s/left", "add", "next"]],
  ["skopeo copy oci-archive:a docker://ghcr.io/o/i:1", ["ghcr.io/o/i"]],
  ["skopeo copy oci-archive:a docker://ghcr.io/o/i:$(cat pub.txt)", ["ghcr.io/o/i"]],
  ["skopeo copy oci-archive:a docker://ghcr.io/o/$(cat pub.txt)", []],
  ["skopeo copy oci-archive:a docker://alpine", ["registry-1.docker.io/library/alpine"]],
  ["skopeo delete docker://quay.io/o/i@sha256:ab", ["quay.io/o/i"]],
  ["skopeo sync --src dir --dest docker a ghcr.io/o", ["ghcr.io/o/"]],
  ["curl -X DELETE https://api.github.com/repos/o/r?x#y", ["/repos/o/r"]],
  ["curl -X POST api.github.com/a/b", ["/a/b"]],
  ['curl -X POST "https://api.github.com/$(cat pub.txt)/b"', [`/${ANY_SEGMENT}/b`]],
])("%s", async (command, subjects) => {
  const { effects } = await judgeCommand(where, command);
  const found = effects.flatMap((one) => ("subjects" in one ? [one.subjects] : []));
  const all = found.flatMap((one) => one ?? []);
  expect(found.length === 0 ? undefined : [...new Set(all)].sort()).toEqual(subjects?.toSorted());
});
