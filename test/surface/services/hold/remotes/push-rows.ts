// Pushes and fetches as lines of a shell, each in a clone of its own: those that would change what was not judged, and those that people make.
import type { RefChange, RefUpdate } from "#guard/vocabulary/remote-use.ts";

/**
 * One of them. It begins on `feat`, one commit ahead of the remote, which has `main`, `old`, `feat`, the tag `v0`, `refs/notes/commits` and
 * `refs/x/y`. `$URL` is its remote, `$VICTIM` one that nobody judged, and `$SERVED` the remote's directory on the server.
 */
export type Row = {
  readonly name: string;
  readonly line: string;
  /** What was judged; without any, the remote is only asked. */
  readonly may?: readonly RefUpdate[];
  /** A line that is run on the server first, in its repository. */
  readonly there?: string;
};

const to = (changes: string, ...names: readonly string[]): readonly RefUpdate[] =>
  names.map((name) => ({
    name,
    changes: Array.from(changes, (letter) => CHANGES[letter] ?? "create"),
  }));
const CHANGES: Readonly<Record<string, RefChange>> = {
  c: "create",
  u: "update",
  f: "force",
  d: "delete",
};
const FEAT = to("cu", "refs/heads/feat");
const HOOK = (name: string, line: string): string =>
  `printf '#!/bin/sh\n%s\n' '${line}' > .git/hooks/${name}; chmod +x .git/hooks/${name}`;
const LIAR =
  'mkdir ../bin; printf \'#!/bin/sh\ncase "$*" in *rev-list*) echo $NEW $OLD;; *cat-file*) git=1; /usr/bin/git cat-file --batch;; *) exec /usr/bin/git "$@";; esac\n\' > ../bin/git; chmod +x ../bin/git';

const hostile = (name: string, line: string): Row => ({ name, line, may: FEAT });
/** What none of them may change is every reference but `feat`, and `feat` in another way than forward. */
export const HOSTILE: readonly Row[] = [
  hostile("another branch", "git push origin feat:main"),
  hostile("another branch, by force", "git push origin +feat:main"),
  hostile("a new branch", "git push origin HEAD:refs/heads/new"),
  hostile("a branch taken away", "git push origin :main"),
  hostile("one more taken away", "git push --delete origin old"),
  hostile("the judged one taken away", "git push origin :feat"),
  hostile("a mirror", "git branch -D main; git push --mirror origin"),
  hostile("all branches", "git branch extra; git push --all origin"),
  hostile("all tags", "git tag v9; git push --tags origin"),
  hostile("a tag moved", "git tag -f v0; git push -f origin v0"),
  hostile("notes", "git notes add -fm x; git push -f origin 'refs/notes/*:refs/notes/*'"),
  hostile("what is not here", "git push --prune origin 'refs/heads/f*:refs/heads/*'"),
  hostile("what matches", "git branch -f old; git -c push.default=matching push origin"),
  hostile("what a setting says", "git config remote.origin.push +feat:main; git push"),
  hostile(
    "a setting of everything",
    "git config remote.origin.push '+refs/heads/*:refs/heads/*'; git branch -f old; git push origin",
  ),
  hostile("a remote that is a mirror", "git config remote.origin.mirror true; git push"),
  hostile("another address", "git config remote.origin.pushurl $VICTIM; git push origin feat"),
  hostile("two addresses", "git config --add remote.origin.url $VICTIM; git push origin feat"),
  hostile("an address in another's place", "git -c url.$VICTIM.insteadOf=$URL push origin feat"),
  hostile("one in its place for pushing", "git -c url.$VICTIM.pushInsteadOf=$URL push origin feat"),
  hostile("a refspec of a file", "echo feat:main > refs; git push origin $(cat refs)"),
  hostile("refspecs of an input", "printf 'feat:main\\nfeat:new\\n' | xargs git push -f origin"),
  hostile(
    "an old file of remotes",
    "mkdir -p .git/remotes; printf 'URL: %s\\nPush: feat:main\\n' $URL > .git/remotes/evil; git push evil",
  ),
  hostile(
    "an old file of branches",
    'mkdir -p .git/branches; echo "$URL#main" > .git/branches/evil; git push evil HEAD',
  ),
  hostile("two at once", "git push --atomic origin feat feat:main"),
  hostile("two, not at once", "git push origin feat feat:main"),
  hostile("a tag of its name", "git push origin feat:refs/tags/feat"),
  hostile("another space of its name", "git push origin feat:refs/x/heads/feat"),
  hostile("its name in other letters", "git push origin feat:refs/heads/Feat"),
  hostile("a name that it begins", "git push origin feat:refs/heads/feat2"),
  hostile("a name without a space", "git push origin feat:refs/feat"),
  hostile(
    "other commits in its place",
    "git commit -q --amend --allow-empty -m E; git reset -q --soft HEAD~2; git commit -q --allow-empty -m E; git push -f origin feat",
  ),
  hostile(
    "the same by a lease",
    "git reset -q --soft HEAD~2; git commit -q --allow-empty -m E; git push --force-with-lease origin feat",
  ),
  hostile("an older one", "git push -f origin main:feat"),
  hostile(
    "ancestors that are replaced",
    "git checkout -q --orphan o; git commit -q --allow-empty -m E; git replace --graft HEAD origin/feat; git push -f origin HEAD:feat",
  ),
  hostile(
    "ancestors of a file",
    'git checkout -q --orphan o; git commit -q --allow-empty -m E; echo "$(git rev-parse HEAD origin/feat | xargs)" > .git/info/grafts; git push -f origin HEAD:feat',
  ),
  hostile(
    "a git that lies",
    `git checkout -q --orphan o; git commit -q --allow-empty -m E; export NEW=$(git rev-parse HEAD) OLD=$(git rev-parse origin/feat); ${LIAR}; PATH=$PWD/../bin:$PATH git push -f origin HEAD:feat`,
  ),
  hostile(
    "a hook before it",
    `${HOOK("pre-push", "git push --no-verify -f origin feat:main")}; git push origin feat`,
  ),
  hostile(
    "a hook after a commit",
    `${HOOK("post-commit", "git push -f origin HEAD:main")}; git commit -q --allow-empty -m h`,
  ),
  hostile(
    "a hook of references",
    `${HOOK("reference-transaction", "git push -f origin feat:new")}; git branch x`,
  ),
  hostile("an alias", "git -c alias.p='push -f origin feat:main' p"),
  hostile("an alias of a shell", "git -c alias.p='!git push origin :old' p"),
  hostile("tags beside it", "git tag -am t t1; git push --follow-tags origin feat:main"),
  hostile("an option for the server", "git push -o merge origin feat"),
  hostile(
    "another program there",
    "git push --receive-pack='git-receive-pack;git update-ref refs/heads/main refs/heads/old #' origin feat:old",
  ),
  hostile(
    "replacements",
    "git replace --graft HEAD; git push origin 'refs/replace/*:refs/replace/*'",
  ),
  hostile(
    "a module inside",
    "git init -q sub; git -C sub commit -q --allow-empty -m s; git -C sub remote add origin $VICTIM; git -C sub push -q origin HEAD:main; git -c protocol.file.allow=always submodule -q add ./sub; git commit -qm sub; git push --recurse-submodules=on-demand origin feat",
  ),
  hostile(
    "another working tree",
    "git worktree add -q ../t main; cd ../t; git commit -q --allow-empty -m t; git push origin HEAD",
  ),
  hostile(
    "a program of its own for ssh",
    "GIT_SSH_COMMAND=ssh GIT_SSH=ssh git push -f origin feat:main",
  ),
  hostile(
    "commands by hand",
    `printf '%s' '$(git rev-parse HEAD)' > /dev/null; zero=$(printf %040d 0); new=$(git rev-parse HEAD); printf '00%02x%s %s refs/heads/new\\0 report-status00000000' $((4+40+1+40+1+14+15)) $zero $new | /run/sallyport/ssh $LOGIN "git-receive-pack '$SERVED'"`,
  ),
];

const honest = (
  name: string,
  line: string,
  may: readonly RefUpdate[] = FEAT,
  there?: string,
): Row => ({
  name,
  line,
  may,
  ...(there === undefined ? {} : { there }),
});
const asked = (name: string, line: string): Row => ({ name, line });
const DECLINES = (hook: string, line: string): string =>
  `printf '#!/bin/sh\n%s\n' '${line}' > hooks/${hook}; chmod +x hooks/${hook}`;
const FORCED = "git reset -q --soft HEAD~2; git commit -q --allow-empty -m E;";

/** What each of them prints, how it ends and what it changes is what it is without us. */
export const HONEST: readonly Row[] = [
  honest("a branch", "git push origin feat"),
  honest("where one stands", "git push origin HEAD"),
  honest("with its upstream", "git push -u origin feat; git status -sb"),
  honest("in silence", "git push -q origin feat"),
  honest(
    "with every word",
    "git push -v origin feat main",
    to("cu", "refs/heads/feat", "refs/heads/main"),
  ),
  honest("for programs", "git push --porcelain origin feat"),
  honest("for show", "git push --dry-run origin feat"),
  honest(
    "all or nothing",
    "git push --atomic origin feat feat:n1",
    to("cu", "refs/heads/feat", "refs/heads/n1"),
  ),
  honest("a new branch", "git push origin feat:n1", to("c", "refs/heads/n1")),
  honest(
    "a new one of its own",
    "git checkout -qb n2; git push -u origin HEAD",
    to("c", "refs/heads/n2"),
  ),
  honest("other commits", `${FORCED} git push -f origin feat`, to("f", "refs/heads/feat")),
  honest("other commits by a plus", `${FORCED} git push origin +feat`, to("f", "refs/heads/feat")),
  honest(
    "with a lease",
    `${FORCED} git push --force-with-lease origin feat`,
    to("f", "refs/heads/feat"),
  ),
  honest(
    "with a stale lease",
    `${FORCED} git push --force-with-lease=feat:main origin feat`,
    to("f", "refs/heads/feat"),
  ),
  honest("a branch away", "git push origin :old", to("d", "refs/heads/old")),
  honest("a branch deleted", "git push -d origin old", to("d", "refs/heads/old")),
  honest("one that is not there", "git push -d origin none", to("d", "refs/heads/none")),
  honest("a tag", "git tag v1; git push origin v1", to("c", "refs/tags/v1")),
  honest("tags that follow", "git tag -am t v2; git push --follow-tags origin feat", [
    ...FEAT,
    ...to("c", "refs/tags/v2"),
  ]),
  honest("all tags", "git tag v3; git tag v4; git push --tags origin", to("c", "refs/tags/*")),
  honest("a tag moved", "git tag -f v0; git push -f origin v0", to("f", "refs/tags/v0")),
  honest("a tag that is there", "git tag -f v0; git push origin v0", to("f", "refs/tags/v0")),
  honest(
    "notes",
    "git fetch -q origin 'refs/notes/*:refs/notes/*'; git notes add -fm x; git push origin 'refs/notes/*'",
    to("cu", "refs/notes/*"),
  ),
  honest("all branches", "git branch n3; git push --all origin", to("cu", "refs/heads/*")),
  honest("a mirror", "git push --mirror origin", to("cufd", "refs/*")),
  honest("what is not here", "git push --prune origin 'refs/heads/*'", to("cufd", "refs/heads/*")),
  honest("nothing new", "git push origin main", to("cu", "refs/heads/main")),
  honest("not forward", `${FORCED} git push origin feat`),
  honest(
    "behind the server",
    "git push origin feat:main main:feat",
    to("cu", "refs/heads/main", "refs/heads/feat"),
  ),
  honest(
    "what a server declines",
    "git push origin feat",
    FEAT,
    DECLINES("pre-receive", "echo no such day; exit 1"),
  ),
  honest(
    "what it declines of two",
    "git push origin feat feat:n1",
    to("cu", "refs/heads/feat", "refs/heads/n1"),
    DECLINES("update", "[ $1 = refs/heads/feat ]"),
  ),
  honest(
    "the same, all or nothing",
    "git push --atomic origin feat feat:n1",
    to("cu", "refs/heads/feat", "refs/heads/n1"),
    DECLINES("update", "[ $1 = refs/heads/feat ]"),
  ),
  honest(
    "what a server says",
    "git push origin feat",
    FEAT,
    DECLINES("post-receive", "echo make a request at https://git.example/new"),
  ),
  honest(
    "force that a server declines",
    `${FORCED} git push -f origin feat`,
    to("f", "refs/heads/feat"),
    "git config receive.denyNonFastForwards true",
  ),
  honest(
    "a deletion that it declines",
    "git push origin :old",
    to("d", "refs/heads/old"),
    "git config receive.denyDeletes true",
  ),
  honest("with an option", "git push -o ci.skip origin feat"),
  honest("another space", "git push origin feat:refs/x/z", to("c", "refs/x/z")),
  honest("whole objects", "git push --no-thin --no-verify origin feat"),
  honest("after a hook", `${HOOK("pre-push", "cat; echo checked")}; git push origin feat`),
  honest(
    "after a hook that says no",
    `${HOOK("pre-push", "echo no; exit 1")}; git push origin feat`,
  ),
  honest("by its address", "git push $URL feat"),
  honest("by a setting", "git -c push.default=current push"),
  honest(
    "a large file",
    "awk 'BEGIN { srand(7); for (i = 0; i < 300000; i++) print rand() }' > big; git add big; git commit -qm big; git push -q origin feat; git push origin feat",
  ),
  honest(
    "by a setting of the remote",
    "git config remote.origin.push feat:n4; git push",
    to("c", "refs/heads/n4"),
  ),
  asked("fetched", "git fetch -v origin"),
  asked("fetched anew", "git fetch --prune --tags origin '+refs/*:refs/all/*'; git for-each-ref"),
  asked(
    "not deep",
    "git clone -q --depth 1 $URL ../c; git -C ../c log --format=%s; git -C ../c fetch --unshallow; git -C ../c log --oneline --all",
  ),
  asked("one branch", "git clone --single-branch -b old $URL ../c; git -C ../c branch -a"),
  asked("a partial one", "git clone -q --filter=blob:none $URL ../c; git -C ../c log --format=%s"),
  asked("listed", "git ls-remote --symref origin; git remote show origin"),
  asked("none of it", "git fetch origin missing; git ls-remote --exit-code origin missing"),
];
