// Refused commands with the safer forms that are run for them, where each runs, and what is true afterwards.

/** Made once, and copied for each form: a remote, and a branch beside the main one. */
export const REPOSITORY = `git init -q -b main && git add a.txt sub .env && git commit -qm first && git init -q --bare ../remote.git &&
git remote add origin ../remote.git && git push -q -u origin main && git switch -qc topic && echo b > b.txt &&
git add b.txt && git commit -qm second && git push -q -u origin topic && git switch -q main`;
const CHANGED = `echo more >> a.txt && echo new > new.txt`;

/** A command, what is proposed for it, and where that runs. */
type Case = {
  readonly refused: string;
  readonly form: string;
  readonly setup?: string;
  /** The secret that the refusal was about. */
  readonly secret?: string;
  readonly kind?: string;
  /** Of a search that finds nothing. */
  readonly status?: number;
  /** What is true afterwards, told by a shell. */
  readonly after?: string;
};

const GIT: readonly Case[] = [
  {
    refused: "git push -f -q origin topic",
    form: "git push --force-with-lease -q origin topic",
    setup: `git switch -q topic && git commit -q --amend -m other`,
    after: 'test "$(git rev-parse topic)" = "$(git -C ../remote.git rev-parse topic)"',
  },
  {
    refused: "git reset --hard",
    form: "git stash",
    setup: CHANGED,
    after: "git stash pop && grep -q more a.txt",
  },
  {
    refused: "git reset -q --hard",
    form: "git stash -q",
    setup: CHANGED,
    after: "git stash show -p | grep -q more",
  },
  {
    refused: "git checkout -- a.txt",
    form: "git stash push -- a.txt",
    setup: CHANGED,
    after: "git stash pop && grep -q more a.txt",
  },
  {
    refused: "git checkout .",
    form: "git stash push -- .",
    setup: CHANGED,
    after: "git stash pop && grep -q more a.txt",
  },
  {
    refused: "git restore -q --worktree -- a.txt sub",
    form: "git stash push -- a.txt sub",
    setup: CHANGED,
    after: "git stash pop && grep -q more a.txt",
  },
  {
    refused: "git clean -f -d -q",
    form: "git stash -u",
    setup: CHANGED,
    after: "git stash pop && test -e new.txt",
  },
  {
    refused: "git clean -fdx",
    form: "git stash -u",
    setup: `${CHANGED} && echo kept.log > .gitignore && git add .gitignore && git commit -qm ignore && touch kept.log`,
    after: "test -e kept.log && git stash pop && test -e new.txt",
  },
  {
    refused: "git branch -q -D done",
    form: "git branch -q -d done",
    setup: `git branch done`,
    after: "! git rev-parse -q --verify done",
  },
  {
    refused: "git rebase --autostash -q topic",
    form: "git merge --autostash -q topic",
    setup: CHANGED,
    after: "test -e b.txt && grep -q more a.txt",
  },
  {
    refused: "git stash drop -q stash@{0}",
    form: "git stash list",
    setup: `${CHANGED} && git stash -q`,
    after: "git stash list | grep -q .",
  },
  {
    refused: "git stash clear",
    form: "git stash list",
    setup: `${CHANGED} && git stash -q`,
    after: "git stash list | grep -q .",
  },
  {
    refused: "git commit -q --no-verify -a -m --no-verify",
    form: "git commit -q -a -m --no-verify",
    setup: CHANGED,
    after: 'test "$(git log -1 --format=%s)" = --no-verify',
  },
  {
    refused: "git push --no-verify origin topic",
    form: "git push origin topic",
  },
  {
    refused: "git push origin --delete topic -o x",
    form: "git push --dry-run origin --delete topic -o x",
    setup: `git -C ../remote.git config receive.advertisePushOptions true`,
    after: "git -C ../remote.git rev-parse -q --verify topic",
  },
  {
    refused: "git -C . push -f origin main",
    form: "git -C . push --dry-run -f origin main",
    setup: `git commit -q --amend -m other`,
    after: 'test "$(git rev-parse main)" != "$(git -C ../remote.git rev-parse main)"',
  },
  {
    refused: "git clean -fdx -e .venv -e --dry-run",
    form: "git clean --dry-run -fdx -e .venv -e --dry-run",
    setup: CHANGED,
    after: "test -e new.txt",
  },
  {
    refused: "git clean -fdX -- sub",
    form: "git clean --dry-run -fdX -- sub",
    setup: CHANGED,
    after: "test -e new.txt",
  },
  {
    refused: "git -c core.hooksPath=/dev/null -C . commit -qam x",
    form: "git -C . commit -qam x",
    setup: CHANGED,
    after: 'test "$(git log -1 --format=%s)" = x',
  },
  {
    refused: "git worktree add -b fix ../fix main",
    form: "git worktree add -b fix .worktrees/fix main",
    after: "test -e .worktrees/fix/a.txt && ! test -e ../fix",
  },
];

const NPM: readonly Case[] = ["install", "i --no-fund --force", "ci --loglevel error"].map(
  (verb) => ({
    refused: `npm ${verb}`,
    form: `npm ci --ignore-scripts${verb.replace(/^\w+| --force/g, "")}`,
    setup: `echo '{"name":"x","version":"1.0.0","scripts":{"postinstall":"touch ran"}}' > package.json &&
echo '{"name":"x","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"x","version":"1.0.0"}}}' > package-lock.json`,
    after: "! test -e ran",
  }),
);

const SECRET = { secret: ".env", kind: "read" } as const;
const SECRETS: readonly Case[] = [
  { ...SECRET, refused: "grep -rn SECRET .", form: "grep --exclude=.env -rn SECRET ." },
  { ...SECRET, refused: "egrep -r 'one|b' .", form: "egrep --exclude=.env -r 'one|b' ." },
  { ...SECRET, refused: "fgrep -re one .", form: "fgrep --exclude=.env -re one ." },
  { ...SECRET, refused: "rg -uu one .", form: "rg -g '!.env' -uu one ." },
  { ...SECRET, refused: "rg -g '!x' -uu -e one .", form: "rg -g '!.env' -g '!x' -uu -e one ." },
  {
    ...SECRET,
    refused: "tar czf ../a.tgz -C sub ..",
    form: "tar czf ../a.tgz --exclude=.env -C sub ..",
    after: "! tar tf ../a.tgz | grep -q '[.]env$'",
  },
  {
    ...SECRET,
    refused: "tar -c -f ../a.tar -C . .",
    form: "tar --exclude=.env -c -f ../a.tar -C . .",
    after: "! tar tf ../a.tar | grep -q '[.]env$'",
  },
  {
    ...SECRET,
    refused: "rsync -a . ../copy",
    form: "rsync --exclude=.env -a . ../copy",
    after: "test -e ../copy/a.txt && ! test -e ../copy/.env",
  },
  {
    ...SECRET,
    refused: "zip -0qr ../a.zip . -i '*'",
    form: "zip -0qr ../a.zip . -i '*' -x '*.env'",
    after: "grep -q inner.txt ../a.zip && ! grep -qa 'SECRET=planted' ../a.zip",
  },
  { ...SECRET, refused: "diff -r . sub", form: "diff -x .env -r . sub", status: 1 },
  {
    ...SECRET,
    refused: "git grep SECRET",
    form: "git grep SECRET ':(top,exclude,glob)**/.env'",
    status: 1,
  },
  {
    ...SECRET,
    refused: "git -P grep -n -e one sub",
    form: "git -P grep -n -e one sub ':(top,exclude,glob)**/.env'",
  },
  {
    ...SECRET,
    refused: "git log -p -n 2",
    form: "git log -p -n 2 ':(top,exclude,glob)**/.env'",
  },
  {
    ...SECRET,
    refused: "git show main",
    form: "git show main ':(top,exclude,glob)**/.env'",
  },
  {
    ...SECRET,
    refused: "git diff main topic -- .",
    form: "git diff main topic -- . ':(top,exclude,glob)**/.env'",
  },
  ...["cat", "head -n 1", "tail -n 1", "wc -l", "nl", "tac", "md5sum", "sha1sum", "sha256sum"].map(
    (program): Case => ({
      ...SECRET,
      refused: `${program} .env a.txt`,
      form: `${program} a.txt`,
    }),
  ),
  ...["stat", "ls -l"].map(
    (program): Case => ({ ...SECRET, refused: `${program} a.txt .env`, form: `${program} a.txt` }),
  ),
  { ...SECRET, refused: "grep one a.txt > o.txt .env", form: "grep one a.txt > o.txt" },
  { ...SECRET, refused: "grep -e one .env a.txt", form: "grep -e one a.txt" },
  { ...SECRET, refused: "rg one .env a.txt", form: "rg one a.txt" },
  { ...SECRET, refused: "cat .env", form: "cat .env.example" },
  { ...SECRET, refused: "grep -f .env a.txt", form: "grep -f .env.example a.txt", status: 1 },
];

const OTHERS: readonly Case[] = [
  { refused: "sudo cat a.txt", form: "cat a.txt" },
  { refused: "doas ls", form: "ls" },
  {
    refused: "rsync -a sub/ ../x/",
    form: "rsync --dry-run -a sub/ ../x/",
    after: "! test -e ../x/inner.txt",
  },
  ...[
    "grep -w",
    "egrep -w",
    "fgrep -w",
    "rg -w",
    ...["cat", "head", "tail", "wc", "sort", "nl", "ls", "stat", "du", "basename", "dirname"],
    ...["readlink -f", "realpath", "md5sum", "sha256sum", "cut -c1"],
  ].map(
    (call): Case => ({
      kind: "unknown",
      refused: `F=a.txt; ${call} "$F"${/^[erf]*g/.test(call) ? " a.txt" : ""}`,
      form: `F=a.txt; ${call} -- "$F"${/^[erf]*g/.test(call) ? " a.txt" : ""}`,
      ...(/^[erf]*g/.test(call) ? { status: 1 } : {}),
    }),
  ),
  ...["cmp", "comm", "diff"].map(
    (call): Case => ({
      kind: "unknown",
      refused: `F=a.txt; ${call} "$F" a.txt`,
      form: `F=a.txt; ${call} -- "$F" a.txt`,
    }),
  ),
];

/** All that can be tried on any machine. */
export const CASES: readonly Case[] = [...GIT, ...NPM, ...SECRETS, ...OTHERS];
