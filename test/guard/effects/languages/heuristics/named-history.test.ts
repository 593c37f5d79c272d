// Commits, branches and work that go by libraries, settings, programs beside git and commands for many repositories.
import { afterAll, describe, expect, it } from "vitest";
import type { Verdict } from "#guard/policy/decision.ts";
import { makeTypicalProject } from "../../../../corpus/graded/typical-project.ts";
import { judgeCommand, settled } from "../../../../judging.ts";

const project = settled(makeTypicalProject());
afterAll(() => project.remove());

const ROWS: readonly (readonly [verdict: Verdict, rule: string, command: string])[] = [
  ["deny", "history/protected", "git -c remote.origin.mirror=true push origin"],
  ["deny", "history/protected", "git -c remote.origin.push=+refs/heads/main push origin"],
  ["deny", "history/protected", "git -c remote.origin.push=+HEAD:main push"],
  [
    "deny",
    "history/protected",
    "git config remote.origin.push '+refs/heads/*:refs/heads/*' && git push",
  ],
  ["deny", "history/protected", "git config remote.origin.mirror true; git push"],
  ["deny", "history/protected", "git config --add remote.origin.push +main && git push origin"],
  [
    "deny",
    "history/protected",
    "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=remote.origin.push GIT_CONFIG_VALUE_0=+main git push",
  ],
  ["deny", "history/protected", "git -c push.default=matching push --force"],
  ["deny", "history/protected", "git -c alias.p='push --force' p origin main"],
  ["deny", "history/protected", "git -c remote.origin.push=:main push"],
  ["deny", "history/protected", "git push origin $(echo +main)"],
  ["deny", "history/protected", 'git push "$(git remote get-url origin)" +HEAD:main'],
  ["deny", "history/protected", "git send-pack --force origin main"],
  ["deny", "history/protected", "git send-pack origin +main"],
  ["deny", "history/protected", "git http-push --force https://github.com/acme/shop.git main"],
  ["ask", "history/local", "git update-ref -d refs/heads/main"],
  ["deny", "history/protected", "git push origin refs/heads/feature/login:refs/heads/main --force"],
  [
    "deny",
    "history/protected",
    "python3 -c \"from git import Repo; Repo().remote('origin').push('+HEAD:refs/heads/main')\"",
  ],
  [
    "deny",
    "history/protected",
    "python3 -c \"from git import Repo; Repo().git.push('--force', 'origin', 'main')\"",
  ],
  [
    "deny",
    "history/protected",
    'python3 -c "from git import Repo; Repo().remotes.origin.push(force=True)"',
  ],
  [
    "deny",
    "history/protected",
    "python3 -c \"import git; git.Repo('.').git.push('origin', 'main', force=True)\"",
  ],
  [
    "deny",
    "history/protected",
    "python3 -c \"from dulwich import porcelain; porcelain.push('.', 'origin', '+main')\"",
  ],
  [
    "deny",
    "history/protected",
    "python3 -c \"import pygit2; pygit2.Repository('.').remotes['origin'].push(['+refs/heads/main'])\"",
  ],
  [
    "deny",
    "history/protected",
    "node -e \"require('simple-git')().push(['--force','origin','main'])\"",
  ],
  [
    "deny",
    "history/protected",
    "node -e \"require('simple-git')().raw(['push','-f','origin','main'])\"",
  ],
  [
    "deny",
    "history/protected",
    "node -e \"require('isomorphic-git').push({fs, dir:'.', remote:'origin', ref:'main', force:true})\"",
  ],
  [
    "deny",
    "history/protected",
    'ruby -rrugged -e \'Rugged::Repository.new(".").remotes["origin"].push(["+refs/heads/main"])\'',
  ],
  [
    "ask",
    "history/local",
    "python3 -c \"from git import Repo; Repo().head.reset('HEAD~3', index=True, working_tree=True)\"",
  ],
  ["ask", "history/local", "python3 -c \"from git import Repo; Repo().git.checkout('--', '.')\""],
  ["ask", "history/local", "python3 -c \"from git import Repo; Repo().git.stash('drop')\""],
  [
    "ask",
    "history/local",
    "python3 -c \"from git import Repo; Repo().delete_head('feature/login', force=True)\"",
  ],
  ["ask", "history/local", "python3 -c \"from git import Repo; Repo().git.clean('-fdx')\""],
  [
    "ask",
    "history/local",
    "python3 -c \"import pygit2; r=pygit2.Repository('.'); r.reset(r.head.target, pygit2.enums.ResetMode.HARD)\"",
  ],
  [
    "ask",
    "history/local",
    "python3 -c \"from dulwich.repo import Repo; from dulwich import porcelain; porcelain.reset('.', 'hard')\"",
  ],
  ["ask", "history/local", 'ruby -rgit -e \'Git.open(".").reset_hard("HEAD~1")\''],
  ["ask", "history/local", "git-obliterate data/users.json"],
  ["ask", "history/local", "git obliterate data/users.json"],
  ["ask", "history/local", "git-filter-repo --path data --invert-paths --force"],
  ["ask", "history/local", "git-undo 3"],
  ["ask", "history/local", "git undo -h 3"],
  ["ask", "history/local", "git delete-merged-branches"],
  ["ask", "history/local", "git delete-branch feature/login"],
  ["ask", "history/local", "git-reset-file src/index.ts"],
  ["ask", "history/local", "git-force-clone https://github.com/acme/shop.git ."],
  ["ask", "history/local", "git rebase-patch x.patch"],
  ["ask", "history/local", "git squash feature/login"],
  ["ask", "history/local", "git nuke"],
  ["ask", "history/local", "bfg --delete-files users.json"],
  ["ask", "history/local", "git-machete traverse -y"],
  ["ask", "history/local", "git absorb --and-rebase"],
  ["ask", "history/local", "git revise -i HEAD~3"],
  ["ask", "history/local", "repo forall -c 'git reset --hard origin/main'"],
  ["deny", "history/protected", "repo forall -c git push --force"],
  ["ask", "history/local", "mr run git reset --hard"],
  ["ask", "history/local", "gita super reset --hard"],
  ["ask", "history/local", 'gita shell "git clean -fdx"'],
  ["ask", "history/local", "meta git reset --hard"],
  ["deny", "destroy/system", 'meta exec "rm -rf /srv/x"'],
  ["ask", "history/local", "myrepos run git clean -fdx"],
  ["ask", "history/local", "vcs custom . --args reset --hard"],
  ["ask", "history/local", "west forall -c 'git reset --hard'"],
  ["ask", "history/local", "lerna exec -- git clean -fdx"],
  ["ask", "history/local", "pnpm -r exec git clean -fdx"],
  ["ask", "history/local", "git submodule foreach 'git reset --hard'"],
  ["ask", "history/local", "git for-each-repo --config=maintenance.repo reset --hard"],
  [
    "ask",
    "publish/any",
    "jj bookmark set main -r @-- --allow-backwards && jj git push --bookmark main",
  ],
  ["ask", "publish/any", "jj bookmark move main --to @-- -B; jj git push -b main"],
  ["deny", "history/protected", "jj git push --deleted"],
  ["ask", "publish/any", "jj bookmark delete main && jj git push --bookmark main"],
  ["ask", "publish/any", "jj git push --change @"],
  ["ask", "publish/any", "jj git push"],
  ["ask", "history/local", "jj op restore 0123"],
  ["deny", "history/protected", "hg push -f"],
  ["ask", "history/local", "hg strip tip"],
  [
    "deny",
    "history/protected",
    "gh api -X PATCH repos/acme/shop/git/refs/heads/main -f sha=abc -F force=true",
  ],
  ["deny", "history/protected-gone", "gh api -X DELETE repos/acme/shop/git/refs/heads/main"],
  ["ask", "publish/any", "gh repo sync --force"],
  ["ask", "publish/any", "gh repo sync acme/shop --source up/shop --force"],
  ["deny", "history/protected-gone", "glab api -X DELETE projects/1/repository/branches/main"],
  ["ask", "history/local", "git-obliterate data/users.json"],
];

/** What only looks alike. */
const TWINS = [
  "git config --get remote.origin.mirror",
  'python3 -c "from git import Repo; print(Repo().head.commit)"',
  "python3 -c \"import pygit2; print(pygit2.Repository('.').head.name)\"",
  "node -e \"const a=[]; a.push('+x'); console.log(a)\"",
  "repo forall -c 'git status'",
  "gita super status",
  "git-sizer",
  "aa-status",
  "busctl list",
  "overcommit --list-hooks",
  "captainhook info",
  "gem sources",
  "gem sources --list",
  "lsof -ti :3000",
  "lsof -i -P -n",
  "lsof -t README.md",
  "kill $(lsof -t -i:5173)",
  "defaults read com.anthropic.claudecode",
  "cat /etc/sallyport/policy.yaml",
  "ls .sallyport",
  "conda env list",
  "ghcup list",
  "rustup show",
  "podman unshare cat /proc/self/uid_map",
  "nu -c 'open package.json | get name'",
  "fish -c 'set -l x 1; echo $x'",
  'ruby -rjson -e \'puts JSON.parse(File.read(File.join(Dir.home,".claude","settings.json")))["model"]; foo\'',
  'julia -e \'write("build/x.txt", "/srv/x")\'',
  "gore -e 'fmt.Println(\"os.WriteFile /srv/x\")'",
  "osascript -e 'display notification \"done\"'",
];

describe("throws history away", () => {
  it.each(ROWS)("%s by %s: %s", async (verdict, rule, command) => {
    const decision = await judgeCommand(project, command);
    expect(decision.verdict).toBe(verdict);
    expect(decision.reasons[0]?.rule).toBe(`builtin:team/${rule}`);
  });
});

describe("looks only alike", () => {
  it.each(TWINS)("%s", async (command) => {
    const { verdict, reasons } = await judgeCommand(project, command);
    expect(verdict).not.toBe("deny");
    expect(reasons.map(({ rule }) => rule).join(" ")).not.toMatch(
      /history|publish|tamper|persist|privilege|destroy|write\/outside/,
    );
  });
});
