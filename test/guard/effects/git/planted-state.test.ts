// State that git left of an act that was broken off, each file of it written anew: what of it git runs when it goes on is code in the call's effects.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { judgeCommand, makeProject } from "../../../judging.ts";
import { stepOf } from "../../../sampled.ts";

const where = makeProject();
const templates = join(where.root, "templates");
const programs = join(where.root, "bin");
const trace = join(where.root, "trace");
afterAll(() => where.remove());

const environment = {
  PATH: `${programs}:${process.env["PATH"] ?? ""}`,
  HOME: where.home,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "t",
  GIT_AUTHOR_EMAIL: "t@example.org",
  GIT_COMMITTER_NAME: "t",
  GIT_COMMITTER_EMAIL: "t@example.org",
  GIT_EDITOR: "true",
};
function bash(lines: string): void {
  const options = { cwd: where.project, env: environment, timeout: 60_000 } as const;
  execFileSync("bash", ["-c", `${lines}\ntrue`], { ...options, stdio: "ignore" });
}

/** Programs that git would look for under the name `evil`. */
mkdirSync(programs, { recursive: true });
for (const name of ["git-merge-evil", "git-evil", "evil"]) {
  writeFileSync(join(programs, name), `#!/bin/sh\ntouch ${trace}\n`);
  chmodSync(join(programs, name), 0o755);
}

const START = `
rm -rf .git && git init -q -b main . && printf 'secrets\\n.env\\n' > .gitignore
echo one > a.txt && git add a.txt .gitignore && git commit -qm first && git checkout -qb topic
for i in 1 2 3; do echo $i > a.txt; git commit -qam t$i; done
git checkout -q main && echo other > a.txt && git commit -qam other
`;
const RESOLVED = "echo done > a.txt; git add a.txt";
/** How each act is broken off, with what goes on from there. */
const ACTS: Readonly<Record<string, readonly [state: string, verbs: readonly string[]]>> = {
  rebase: [
    `git checkout -q topic; git rebase main; ${RESOLVED}`,
    ["git rebase --continue", "git rebase --skip", "git rebase --abort", "git rebase --quit"],
  ],
  "rebase by patches": [
    `git checkout -q topic; git rebase --apply main; ${RESOLVED}`,
    ["git rebase --continue", "git rebase --skip", "git am --continue", "git am --abort"],
  ],
  patches: [
    `git format-patch -q --stdout main..topic > p.mbox; git am -3 p.mbox; ${RESOLVED}`,
    ["git am --continue", "git am --skip", "git am --abort", "git am --quit"],
  ],
  "cherry-pick": [
    `git cherry-pick main..topic; ${RESOLVED}`,
    ["git cherry-pick --continue", "git cherry-pick --skip", "git cherry-pick --abort"],
  ],
  revert: [
    `git checkout -q topic; git revert --no-edit HEAD~1 HEAD~2; ${RESOLVED}`,
    ["git revert --continue", "git revert --skip", "git revert --abort"],
  ],
  merge: [
    `git merge topic; ${RESOLVED}`,
    ["git merge --continue", "git commit -m x", "git merge --abort"],
  ],
  bisect: [
    "git bisect start topic main~1",
    ["git bisect good", "git bisect skip", "git bisect reset", "git bisect replay p.log"],
  ],
};

/** What stands in the place of a file, or behind what it holds. */
const PLANTED = [
  `exec touch ${trace}`,
  `x touch ${trace}`,
  `!touch ${trace}`,
  `touch ${trace}`,
  `$(touch ${trace})`,
  `'; touch ${trace}; '`,
  `-x 'touch ${trace}'`,
  `--exec=touch ${trace}`,
  "evil",
  "-s evil",
];
/** Names that git looks for in such a directory, whether or not they are there. */
const LOOKED_FOR: Readonly<Record<string, readonly string[]>> = {
  "rebase-merge": [
    ..."git-rebase-todo git-rebase-todo.backup done strategy strategy_opts gpg_sign_opt exec".split(
      " ",
    ),
    ..."refs-to-delete update-refs autostash allow_rerere_autoupdate verbose orig-head onto".split(
      " ",
    ),
    ..."author-script message message-fixup message-squash rewritten-list rewritten-pending".split(
      " ",
    ),
  ],
  "rebase-apply":
    "apply-opt messageid scissors keep sign quiet utf8 final-commit gpg_sign_opt".split(" "),
  sequencer: ["todo", "opts", "head", "abort-safety"],
};
/** Files at the top that belong to an act. */
const AT_TOP =
  /^(?:[A-Z_]+_(?:HEAD|MSG|MODE|START|LOG|TERMS|NAMES|EXPECTED_REV|RUN|ANCESTORS_OK)|AUTO_MERGE|REBASE_HEAD)$/;

function template(act: string): string {
  const kept = join(templates, act);
  if (!existsSync(kept)) {
    bash(`${START}${ACTS[act]?.[0] ?? ""}`);
    mkdirSync(templates, { recursive: true });
    cpSync(where.project, kept, { recursive: true, verbatimSymlinks: true });
  }
  return kept;
}

/** Files of git's directory that are state of an act, and those that it would look for beside them. */
function stateFiles(kept: string): readonly string[] {
  const git = join(kept, ".git");
  return readdirSync(git).flatMap((name) => {
    const path = join(git, name);
    if (AT_TOP.test(name) && statSync(path).isFile()) return [name];
    if (!(name in LOOKED_FOR)) return [];
    const there = readdirSync(path, { withFileTypes: true }).flatMap((one) =>
      one.isFile() ? [one.name] : [],
    );
    return [...new Set([...there, ...(LOOKED_FOR[name] ?? [])])].map((one) => join(name, one));
  });
}

/** What is tried of an act: a file, what is written into it, and whether the rest of it stays. */
type Plant = { readonly file: string; readonly text: string; readonly isBehind: boolean };

function plantsIn(kept: string): readonly Plant[] {
  return stateFiles(kept).flatMap((file) => [
    { file, text: PLANTED.join("\n"), isBehind: true },
    ...PLANTED.map((text) => ({ file, text, isBehind: false })),
  ]);
}

/** What git was seen to run of all of them, so that a run of a part cannot pass without any. */
const RUN: Readonly<Record<string, RegExp>> = {
  rebase: /^rebase-merge\/(?:git-rebase-todo (?:exec|x) |strategy evil$)/,
};

describe.each(Object.entries(ACTS))("a %s that was broken off", (act, [, verbs]) => {
  test("runs nothing unasked of what somebody wrote into its state", async () => {
    const kept = template(act);
    const all = verbs.flatMap((verb) => plantsIn(kept).map((plant) => ({ verb, ...plant })));
    expect(all.length).toBeGreaterThan(50);
    const isKnown = ({ file, text }: Plant): boolean => RUN[act]?.test(`${file} ${text}`) === true;
    const ran = new Set<string>();
    for (const { verb, file, text, isBehind } of all.filter(
      (one, at) => isKnown(one) || at % stepOf(120) === 0,
    )) {
      const lay = (): void => {
        rmSync(where.project, { recursive: true });
        cpSync(kept, where.project, { recursive: true, verbatimSymlinks: true });
        const path = join(where.project, ".git", file);
        if (isBehind) appendFileSync(path, `\n${text}\n`);
        else writeFileSync(path, `${text}\n`);
        rmSync(trace, { force: true });
      };
      lay();
      bash(verb);
      if (!existsSync(trace)) continue;
      ran.add(`${file} ${text}`);
      lay();
      const { verdict } = await judgeCommand(where, verb);
      expect([verb, file, text, verdict]).toEqual([
        verb,
        file,
        text,
        expect.stringMatching(/^(?:ask|deny)$/),
      ]);
    }
    expect([...ran].filter((one) => RUN[act]?.test(one) !== true)).toEqual([]);
    expect(ran.size).toBe(act in RUN ? 3 : 0);
  }, 900_000);
});
