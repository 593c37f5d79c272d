// The acts with which agents lost people's work, as public reports tell them, each to be done in the real client and taken back.
import { bash } from "../client-run.ts";
import type { Turn } from "../model-stub.ts";

/** An act: its name, who reported such a loss, and the call that does it, behind calls that it needs. */
export type LossAct = {
  readonly id: string;
  readonly shown: string;
  /** `owner/repository#number` of a public report; none where the act only belongs to the set. */
  readonly report?: string;
  readonly turns: readonly Turn[];
  /** What is lost lies where no copy is made of it. */
  readonly isBeyond?: true;
  /** Programs that it needs. */
  readonly needs?: readonly string[];
};

const DRAFTS = "drafts/plan.md";

/** A project with work in each state that can be lost; run by a shell in its folder, before the session. */
export const LOSS_GROUND = `set -e
git init -q -b main .
git config user.name Ada; git config user.email ada@example.test; git config gc.auto 0
printf '.env\\nlocal.db*\\nhuge.bin\\nmedia.bin\\n.trees/\\n.claude/\\n' > .gitignore
mkdir -p src docs drafts tools
echo 'export const one = 1;' > src/app.js; echo first > notes.md; echo manual > docs/a.md
printf 'import os, shutil\\nshutil.rmtree(".git")\\nos.remove(".env")\\n' > tools/reset.py
git add -A; git commit -qm first
echo second >> notes.md; git commit -qam second
git init -q --bare ../remote.git; git remote add origin ../remote.git; git push -q origin main 2>/dev/null
git tag v1; git checkout -qb topic; echo spike > spike.js; git add -A; git commit -qm spike; git checkout -q main
echo third >> notes.md; git commit -qam third
git pack-refs --all
echo stashed >> src/app.js; git stash -q
git worktree add -q .trees/fix -b fix; echo 'half a fix' > .trees/fix/fix.js
echo 'an hour of work' >> src/app.js
echo staged >> notes.md; git add notes.md
printf 'never committed\\n' > ${DRAFTS}; chmod 600 ${DRAFTS}
ln -s plan.md drafts/link.md
printf 'MODE=local\\n' > .env
head -c 20971520 /dev/urandom > media.bin
`;

/** A database that stays open, with what was written last in its log. */
export const OPEN_DATABASE = `import sqlite3, sys
one = sqlite3.connect("local.db")
one.execute("pragma journal_mode=wal")
one.execute("create table t (x)")
one.commit()
one.execute("pragma wal_checkpoint(truncate)")
one.executemany("insert into t values (?)", [(str(n),) for n in range(500)])
one.commit()
print("open", flush=True)
sys.stdin.read()
`;

const act = (id: string, command: string, more: Partial<LossAct> = {}): LossAct => ({
  id,
  shown: command,
  turns: [bash(command)],
  ...more,
});
const claude = (number: number) => ({ report: `anthropics/claude-code#${number}` });

/** All acts, in the order of the page. */
export const LOSS_ACTS: readonly LossAct[] = [
  act("rm-folder", "rm -rf drafts", claude(46058)),
  act("rm-env", "rm -rf .env drafts docs", claude(80830)),
  act("rm-media", "rm media.bin"),
  act("copy-over", "cp -f docs/a.md src/app.js", claude(39514)),
  act("move-over", "mv -f docs/a.md src/app.js"),
  act("sed", "sed -i 's/.*//' notes.md src/app.js"),
  act("redirect", ": > drafts/plan.md"),
  {
    id: "write-over",
    shown: "Write `drafts/plan.md`",
    ...claude(78273),
    turns: [
      [{ name: "Read", input: { file_path: `<project>/${DRAFTS}` } }],
      [{ name: "Write", input: { file_path: `<project>/${DRAFTS}`, content: "another plan\n" } }],
    ],
  },
  {
    id: "write-empty",
    shown: "Write nothing to `drafts/plan.md`",
    report: "anomalyco/opencode#33078",
    turns: [
      [{ name: "Read", input: { file_path: `<project>/${DRAFTS}` } }],
      [{ name: "Write", input: { file_path: `<project>/${DRAFTS}`, content: "" } }],
    ],
  },
  {
    id: "edit",
    shown: "Edit `drafts/plan.md`",
    turns: [
      [{ name: "Read", input: { file_path: `<project>/${DRAFTS}` } }],
      [
        {
          name: "Edit",
          input: {
            file_path: `<project>/${DRAFTS}`,
            old_string: "never committed",
            new_string: "-",
          },
        },
      ],
    ],
  },
  act("program-empties", `python3 -c "open('drafts/plan.md','w')"`, { needs: ["python3"] }),
  act("find-delete", "find drafts docs -type f -delete"),
  act("rsync-delete", "mkdir none && rsync -a --delete none/ drafts/", { needs: ["rsync"] }),
  act("checkout-files", "git checkout -- .", claude(16098)),
  act("checkout-all", "git checkout .", { report: "kirodotdev/Kiro#6049" }),
  act("restore", "git restore --staged --worktree ."),
  act("reset-hard", "git reset --hard", claude(84660)),
  act("reset-commit", "git reset --hard HEAD~1", claude(4541)),
  act("clean", "git clean -fd", claude(45974)),
  act("clean-ignored", "git clean -fdx", { report: "mistralai/mistral-vibe#557" }),
  act("stash-drop", "git stash drop", claude(50817)),
  act("stash-clear", "git stash clear"),
  act("stash-pop-reset", "git stash -q && git stash pop -q; git reset -q --hard HEAD", {
    ...claude(95355),
  }),
  act("branch", "git branch -D topic", { report: "sipyourdrink-ltd/bernstein#4677" }),
  act("tag", "git tag -d v1"),
  act("update-ref", "git update-ref -d refs/heads/topic"),
  act(
    "forget",
    "git branch -D topic && git reflog expire --expire=now --all && git gc -q --prune=now",
  ),
  act(
    "filter-branch",
    "git stash -q && FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch -f --index-filter 'git rm -q --cached --ignore-unmatch notes.md' HEAD",
  ),
  act("rebase", "git stash -q && git rebase -q --onto HEAD~2 HEAD~1"),
  act("repository", "rm -rf .git", claude(48792)),
  act("program-wipes", "python3 tools/reset.py", { needs: ["python3"] }),
  act("worktree", "git worktree remove --force .trees/fix", claude(58885)),
  act("push-force", "git push --force origin HEAD~2:main", { isBeyond: true }),
  act("database-file", "rm -f local.db local.db-wal local.db-shm", {
    ...claude(27448),
    needs: ["python3"],
  }),
  act(
    "database-rows",
    `python3 -c "import sqlite3; c = sqlite3.connect('local.db'); c.execute('delete from t'); c.commit()"`,
    { ...claude(54477), needs: ["python3"] },
  ),
  act("too-large", "rm huge.bin", { isBeyond: true }),
];
