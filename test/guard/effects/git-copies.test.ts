// Git's own copies of files with secrets: every way to print or copy them is refused, and work beside them goes on.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeCommand, makeProject, settled, type TestProject } from "../../judging.ts";
import { sampled } from "../../sampled.ts";

const where: TestProject = makeProject();
const clean: TestProject = makeProject();
afterAll(() => {
  where.remove();
  clean.remove();
});

function git({ project, home }: TestProject, ...args: string[]): string {
  const identity = ["-c", "user.name=x", "-c", "user.email=x@example.test"];
  return execFileSync("git", ["-C", project, ...identity, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
  });
}

let object = "";
beforeAll(() => {
  git(where, "add", "-f", ".env", "sub/.env", "src", "a.txt", "secrets");
  git(where, "commit", "-qm", "second");
  object = git(where, "rev-parse", "HEAD:.env").trim();
  git(clean, "add", "src", "a.txt");
  git(clean, "commit", "-qm", "second");
});

/** Each prints or copies what was committed as `.env`. */
const REVEALING = [
  "git grep SECRET",
  "git grep -h '' -- '.e*'",
  "git grep --cached SECRET",
  "git grep SECRET HEAD",
  "git grep SECRET HEAD -- '*nv'",
  "git grep SECRET -- ':(top)*' ':!src'",
  "git -C sub grep SECRET",
  "cd sub && git grep SECRET",
  "git log -p",
  "git log -p -- .env",
  "git log --patch --all",
  "git log -L1,1:.env",
  "git log -L 1,1:sub/.env",
  "git show",
  "git show HEAD",
  "git show HEAD:.env",
  "git show :.env",
  "git show :0:.env",
  "git show HEAD:./.env",
  "cd sub && git show HEAD:./.env",
  "git diff HEAD~1",
  "git diff HEAD~1 HEAD",
  "git diff HEAD~1..HEAD -- '*.env'",
  "git diff --cached HEAD~1",
  "git diff-tree -p HEAD",
  "git diff-index -p HEAD~1",
  "git whatchanged -p",
  "git stash show -p",
  "git stash list -p",
  "git reflog -p",
  "git cat-file -p HEAD:.env",
  "git cat-file blob :.env",
  "git cat-file --batch-all-objects --batch",
  "git cat-file -p <object>",
  "git cat-file blob <short>",
  "git show <short>",
  "git show $(git rev-parse HEAD:.env)",
  "git blame .env",
  "git annotate sub/.env",
  "git archive HEAD",
  "git archive HEAD | tar x -C /tmp/elsewhere",
  "git archive --format=zip -o x.zip HEAD",
  "git archive HEAD sub",
  "git format-patch -1",
  "git format-patch -1 --stdout",
  "git format-patch --output=all.patch HEAD~1",
  "git range-diff HEAD~1 HEAD HEAD",
  "git bundle create x.bundle --all",
  "git bundle create - HEAD | cat",
  "git fast-export --all",
  "git checkout HEAD~1 -- .env",
  "git restore -s HEAD .env",
  "git checkout-index --prefix=/tmp/elsewhere/ -a",
  "git checkout-index --temp .env",
  "git unpack-file <object>",
  "git log -p -2",
  "git log -p HEAD~1..",
  "git diff @~ @",
  "git diff HEAD~1...HEAD",
  "git diff $(git rev-parse HEAD~1)",
  "git bisect view -p",
  "git -c alias.x='grep SECRET' x",
  "git -c alias.x='!git show HEAD' x",
  "bash -c 'git log -p'",
  "git show HEAD | base64",
  "x=$(git show HEAD:.env)",
];

/** Each shows nothing of a secret, and needs no question. */
const HARMLESS = [
  "git grep x -- src",
  "git grep x src",
  "git grep x -- '*.ts'",
  "git grep x -- ':!.env' ':!sub' ':!secrets'",
  "git grep x -- ':(exclude,glob)**/.env' ':^secrets'",
  "git grep -l SECRET",
  "cd src && git grep x",
  "git log",
  "git log --oneline -5",
  "git log --stat",
  "git log -p -- src",
  "git log -p src/main.ts",
  "git log -L1,1:src/main.ts",
  "git show --stat",
  "git show --name-only HEAD",
  "git show HEAD:src/main.ts",
  "git show HEAD -- src",
  "git diff",
  "git diff --stat HEAD~1",
  "git diff HEAD~1 -- a.txt src",
  "git diff HEAD~1:a.txt HEAD:a.txt",
  "git diff-tree -r HEAD",
  "git status",
  "git stash list",
  "git stash show",
  "git cat-file -t HEAD",
  "git cat-file -p HEAD",
  "git cat-file -p HEAD:a.txt",
  "git blame src/main.ts",
  "git archive HEAD src",
  "git archive HEAD:src",
  "git rev-parse HEAD",
  "git ls-files",
  "git ls-tree -r HEAD",
  "git add -p src",
  "git format-patch -1 -- src",
  "git fast-export --all --no-data",
  "git commit -qm x",
];

/** Each shows a commit that touches no secret, or differences without one. */
const PRECISE = [
  "git show",
  "git show HEAD",
  "git show --stat -p HEAD",
  "git log -p -1",
  "git log -p -n 1 --oneline",
  "git log -p HEAD~1..HEAD",
  "git diff HEAD~1",
  "git diff HEAD~1 HEAD",
  "git diff HEAD^..HEAD",
  "git diff --cached",
  "git diff --staged HEAD",
  "git diff HEAD",
  "git diff-index -p HEAD",
  "git diff-tree -p HEAD",
  "git format-patch -1",
  "git format-patch HEAD~1 --stdout",
  "git status -v",
  "git commit --dry-run -v",
  "git show main",
  "git archive HEAD~2",
  "git grep x HEAD~2",
];

const filled = (command: string): string =>
  command.replaceAll("<object>", object).replaceAll("<short>", object.slice(0, 8));

describe("where files with secrets are followed", () => {
  const still = settled(where);
  for (const command of sampled(REVEALING, 6))
    test(`deny: ${command}`, async () => {
      const { verdict, reasons } = await judgeCommand(still, filled(command));
      expect([verdict, reasons[0]?.rule]).toEqual(["deny", "builtin:team/secrets/read"]);
    });
  for (const command of sampled(HARMLESS, 6))
    test(`allow: ${command}`, async () => {
      const { verdict, reasons } = await judgeCommand(still, filled(command));
      expect(verdict, JSON.stringify(reasons[0])).toBe("allow");
    });

  test("what differs on disk is shown, and only that", async () => {
    expect((await judgeCommand(where, "git diff")).verdict).toBe("allow");
    writeFileSync(join(where.project, ".env"), "SECRET=other\n");
    for (const command of ["git diff", "git add -p", "git diff-files -p", "git diff -- '*.env'"])
      expect((await judgeCommand(where, command)).verdict, command).toBe("deny");
    expect((await judgeCommand(where, "git diff -- src")).verdict).toBe("allow");
    git(where, "checkout", "-q", "--", ".env");
  });

  test("a file that is gone from the disk is kept all the same", async () => {
    rmSync(join(where.project, "sub/.env"));
    expect((await judgeCommand(where, "cd sub && git grep --cached x")).verdict).toBe("deny");
    git(where, "checkout", "-q", "--", "sub/.env");
  });

  test("what a commit did not touch it does not show", async () => {
    writeFileSync(join(where.project, "a.txt"), "changed\n");
    git(where, "commit", "-qam", "third");
    for (const command of PRECISE) {
      const { verdict, reasons } = await judgeCommand(where, command);
      expect(verdict, `${command}: ${JSON.stringify(reasons[0])}`).not.toBe("deny");
    }
    for (const command of [
      "git show HEAD~1",
      "git diff HEAD~2",
      "git log -p -2",
      "git diff HEAD~2..",
      "git format-patch -2",
      "git archive HEAD~1",
    ])
      expect((await judgeCommand(where, command)).verdict, command).toBe("deny");
    // The commit that is shown is made by the call itself.
    for (const command of [
      "git commit -qam x; git show",
      "git reset -q HEAD~1 && git diff",
      "git checkout -q HEAD~1 && git show",
    ])
      expect((await judgeCommand(where, command)).verdict, command).toBe("deny");
    git(where, "reset", "-q", "--hard", "HEAD~1");
  });

  test("what was taken out of the index is in the commit that took it out", async () => {
    git(where, "rm", "-rq", "--cached", ".env", "sub/.env", "secrets");
    for (const command of ["git diff --cached", "git diff HEAD", "git status -v"])
      expect((await judgeCommand(where, command)).verdict, command).toBe("deny");
    git(where, "commit", "-qm", "out");
    for (const command of [
      "git show",
      "git diff HEAD~1",
      "git grep x HEAD~1",
      "git archive HEAD~1",
      "git log -p -1",
    ])
      expect((await judgeCommand(where, command)).verdict, command).toBe("deny");
    for (const command of ["git grep x", "git archive HEAD", "git diff --cached"])
      expect((await judgeCommand(where, command)).verdict, command).toBe("allow");
    // A file's content by the name of its object, when nothing tells any more which file that was.
    expect((await judgeCommand(where, filled("git cat-file -p <object>"))).verdict).toBe("ask");
    git(where, "reset", "-q", "--hard", "HEAD~1");
  });

  test("the reason names the file", async () => {
    const { reasons } = await judgeCommand(where, "git grep x");
    expect(reasons[0]?.text).toContain(`(there is \`${where.project}/.env\`)`);
  });
});

describe("pathspecs name what git shows for them", () => {
  const still = settled(where);
  const SPECS = [
    ...[
      ".",
      "..",
      "sub",
      "sub/",
      "./sub",
      "src",
      "src/",
      "src/main.ts",
      ".env",
      "./.env",
      "s*",
      "s*b",
      "*",
    ],
    ...[
      "*.env",
      "*env",
      "**/.env",
      "s?b",
      "s??",
      "[s]*",
      "[!.]*",
      "[!.s]*",
      "sub/*",
      "src/*",
      "sub/*v",
      "*/.env",
    ],
    ...[
      ":/",
      ":/sub",
      ":/src",
      ":(top)*.ts",
      ":(literal)*",
      ":(literal).env",
      ":(glob)*",
      ":(glob)*.env",
      ":(glob)**/.env",
    ],
    ...[
      "[[:alpha:]]ub/*",
      "[a\\]s]*",
      "[]s]*",
      ":(icase).ENV",
      ":(icase)SRC",
      ":(glob)s*/*",
      "a.txt",
      "secrets",
      "secrets/*",
      "no*",
      "\\.env",
      "*.t[xs]*",
      "",
    ],
  ];
  const MORE = [
    [],
    [":!*.env", ":!secrets"],
    [":(exclude)*"],
    [":^sub", ":^.env", ":^secrets"],
    [":(exclude,glob)**/.env"],
  ];
  for (const directory of [".", "sub"])
    for (const more of MORE)
      test(`from ${directory} without ${JSON.stringify(more)}`, async () => {
        for (const spec of sampled(
          SPECS.filter((one) => one !== ""),
          6,
        )) {
          const specs = [spec, ...more];
          let listed: string;
          try {
            listed = git(where, "-C", directory, "log", "--format=", "--name-only", "--", ...specs);
          } catch {
            continue;
          }
          const holdsSecret = /(?:^|\/)\.env$|^secrets\//m.test(listed);
          const command = `cd ${directory} && git log -p -- ${specs.map((one) => `'${one}'`).join(" ")}`;
          const { effects, reasons } = await judgeCommand(still, command);
          const copies = effects.findIndex(
            (effect) => effect.kind === "read" && "copies" in effect.target,
          );
          const isDenied = reasons.some(
            ({ verdict, effect }) => verdict === "deny" && effect === copies,
          );
          if (holdsSecret) expect(isDenied, command).toBe(true);
          // A pattern may take in what lies below a directory that it matches, which `git archive` shows and `git log` does not.
          else if (!/[*?[\\]/.test(spec)) expect(isDenied, command).toBe(false);
        }
      });
});

describe("the form that is named instead", () => {
  for (const [command, instead] of [
    ["git grep later -- src sub", "git grep later -- src sub ':(top,exclude,glob)**/.env'"],
    [
      "cd sub && git log -p",
      "cd sub && git log -p ':(top,exclude,glob)**/.env' ':(top,exclude,glob)**/k.txt'",
    ],
  ] as const)
    test(command, async () => {
      const { alternative } = await judgeCommand(where, command);
      expect(alternative).toEqual({ command: instead, verdict: "allow" });
      expect((await judgeCommand(where, instead)).verdict).toBe("allow");
    });
});

describe("where none is followed", () => {
  const still = settled(clean);
  for (const command of REVEALING.filter(
    (one) =>
      !one.includes(".env") &&
      !/<object>|<short>|all-objects|unpack|-o |--temp|bundle|checkout-index|output|bisect|format-patch -1$/.test(
        one,
      ),
  ))
    test(`allow: ${command}`, async () => {
      const { verdict, reasons } = await judgeCommand(still, command);
      expect(verdict, JSON.stringify(reasons[0])).toBe("allow");
    });

  test("one that the call itself adds counts", async () => {
    expect((await judgeCommand(clean, "git add -A && git diff --cached")).verdict).toBe("deny");
    writeFileSync(join(clean.project, ".gitignore"), ".env\nsecrets\n");
    expect((await judgeCommand(clean, "git add -A && git diff --cached")).verdict).toBe("allow");
  });
});

describe("a clean-up takes what git says, and no more", () => {
  const lost: TestProject = makeProject();
  afterAll(() => lost.remove());
  const file = (path: string, text: string): void => {
    const place = join(lost.project, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  };
  const deleted = async (command: string) => {
    const { verdict, effects, reasons } = await judgeCommand(lost, command);
    const paths = effects.flatMap((effect) =>
      effect.kind === "delete" ? [effect.target.kind === "path" ? effect.target.path : "*"] : [],
    );
    const rules = reasons.map(({ rule }) => rule.replace("builtin:team/", ""));
    return { verdict, paths: paths.map((path) => path.slice(lost.project.length + 1)), rules };
  };
  beforeAll(() => {
    file(".claude/settings.json", "{}");
    file(".claude/settings.local.json", "{}");
    file(".git/info/exclude", "/.claude/settings.local.json\n");
    git(lost, "add", "-A", "-f", "--", ".", ":!.claude/settings.local.json");
    git(lost, "commit", "-qm", "all");
  });

  test("nothing to lose: allowed", async () => {
    expect(await deleted("git clean -fd")).toMatchObject({ verdict: "allow", paths: [] });
  });

  test("files of work: asked with their names, once, and settings that git follows or ignores are none of them", async () => {
    file("scratch.txt", "x");
    file("new/a.txt", "x");
    const told = await deleted("git clean -fd");
    expect([told.verdict, told.paths.toSorted()]).toEqual(["ask", ["new/a.txt", "scratch.txt"]]);
    expect(told.rules).toEqual(["history/local"]);
  });

  test.each([
    "git clean -fdx",
    "git clean -fd -e '!settings.local.json'",
    "rm .git/info/exclude; git clean -fd",
    "mv .git/info/exclude x && git clean -fd",
    "git rm -q --cached .claude/settings.json && git clean -fd",
    "GIT_INDEX_FILE=/tmp/none git clean -fd",
    "git --git-dir=sub/other clean -fd",
    "git -c core.excludesFile=x clean -ffd",
    "git read-tree --empty; git clean -fd",
  ])("settings may go where the call says or changes more: %s is refused", async (command) => {
    expect((await deleted(command)).verdict).toBe("deny");
  });

  test("settings that git neither follows nor ignores: refused", async () => {
    writeFileSync(join(lost.project, ".git/info/exclude"), "");
    const told = await deleted("git clean -fd");
    expect([told.verdict, told.rules]).toEqual([
      "deny",
      expect.arrayContaining(["tamper/controls"]),
    ]);
  });
});
