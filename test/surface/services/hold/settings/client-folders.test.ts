// A project without a folder of the client's: held calls see none where none can be made, and what they do never leaves one that the client obeys.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { leftAlone } from "#surface/services/hold/settings/left-alone.ts";
import { until } from "../../../../until.ts";
import { ALLOWED, heldProject } from "../held-project.ts";

const { home, place, runs } = heldProject();
const FOLDER = ".claude";
const OBEYED = `${FOLDER}/settings.local.json`;
const git = (...words: readonly string[]) =>
  spawnSync("git", ["-C", place("."), ...words], { encoding: "utf8" });

beforeEach(() => {
  for (const name of [FOLDER, ".git"]) rmSync(place(name), { recursive: true, force: true });
  git("init", "-qb", "main");
  for (const [key, value] of [
    ["user.name", "ada"] as const,
    ["user.email", "ada@example.org"] as const,
  ])
    git("config", key, value);
  writeFileSync(place("list.js"), 'console.log(require("fs").readdirSync(".").join(" "));\n');
  git("add", ".");
  git("commit", "-qm", "one");
});

describe("what is seen", () => {
  test.each(["ls -A", "find . -maxdepth 1", "git clean -nd", "tar cf - . | tar tf -"])(
    "`%s` says what it says outside",
    async (command) => {
      expect((await runs(command)).said).not.toContain(FOLDER);
      expect(existsSync(place(FOLDER))).toBe(false);
    },
  );

  test("code that nobody foresees meets a folder, which goes with the call", async () => {
    expect(await runs("node list.js")).toMatchObject({
      code: 0,
      said: expect.stringContaining(FOLDER),
    });
    expect(existsSync(place(FOLDER))).toBe(false);
    expect((await runs("ls -A")).said).not.toContain(FOLDER);
  });

  test("`git stash -u` and `git clean` in a script take away what they do outside", async () => {
    writeFileSync(place("new"), "new\n");
    const exclude = readFileSync(place(".git/info/exclude"), "utf8");
    expect(await runs("git stash -u -q && git stash pop -q && ls new")).toMatchObject({ code: 0 });
    writeFileSync(
      place("tidy.js"),
      'require("child_process").execSync("git clean -fdq -e tidy.js");\n',
    );
    expect(await runs("node tidy.js")).toMatchObject({ code: 0, said: "" });
    expect(existsSync(place("new"))).toBe(false);
    expect(readFileSync(place(".git/info/exclude"), "utf8")).toBe(exclude);
  });

  test("what a person puts there meanwhile stays", async () => {
    const meanwhile = () => writeFileSync(place(OBEYED), "{}");
    expect((await runs("node list.js", { meanwhile })).code).toBe(0);
    expect(readFileSync(place(OBEYED), "utf8")).toBe("{}");
  });
});

describe("what the client would obey is made by no call", () => {
  /** Code of the project, which is judged as unforeseen. */
  const asCode = (text: string): string => {
    writeFileSync(place("made.sh"), text);
    writeFileSync(
      place("made.js"),
      'require("child_process").execSync("sh made.sh", { stdio: "inherit" });\n',
    );
    return "node made.js";
  };
  test.each([
    `mkdir -p ${FOLDER}; echo {} >${OBEYED}`,
    `mkdir s; echo {} >s/settings.local.json; mv s ${FOLDER}`,
    `mkdir s; echo {} >s/settings.local.json; ln -s s ${FOLDER}`,
    `rmdir ${FOLDER}; mkdir s; echo {} >s/settings.local.json; mv -T s ${FOLDER}`,
    `mv ${FOLDER} t; mkdir ${FOLDER}; echo {} >${OBEYED}`,
    `git clean -ffdxq; mkdir -p ${FOLDER}; echo {} >${OBEYED}`,
  ])("`%s`", async (text) => {
    await runs(asCode(text));
    expect(existsSync(place(OBEYED))).toBe(false);
  });

  /** A commit that has it, as code makes one without the folder. */
  function planted(): void {
    const blob = spawnSync("git", ["-C", place("."), "hash-object", "-w", "--stdin"], {
      input: "{}",
    });
    const index = join(place(".git"), "other-index");
    const env = { ...process.env, GIT_INDEX_FILE: index };
    const added = [
      "update-index",
      "--add",
      "--cacheinfo",
      `100644,${String(blob.stdout).trim()},${OBEYED}`,
    ];
    spawnSync("git", ["-C", place("."), ...added], { env });
    const tree = spawnSync("git", ["-C", place("."), "write-tree"], { env, encoding: "utf8" });
    const commit = git("commit-tree", "-p", "HEAD", "-m", "planted", tree.stdout.trim());
    git("update-ref", "refs/heads/planted", commit.stdout.trim());
  }
  test.each([
    "git checkout -q planted",
    "git checkout planted -- .",
    "git merge -q planted",
    "git update-ref HEAD planted; git stash -uq",
    "git restore --source planted .",
    "git archive planted | tar x",
  ])("`%s`, with a commit that has it", async (command) => {
    planted();
    expect(git("show", `planted:${OBEYED}`).stdout).toBe("{}");
    await runs(command);
    expect(existsSync(place(OBEYED))).toBe(false);
  });

  const tried = () => existsSync(place("tried"));
  const triesOn = async (): Promise<void> => {
    rmSync(place("tried"), { force: true });
    await until("another try", tried);
    expect(readFileSync(place("tried"), "utf8")).toBe("EROFS");
  };
  /** Starts a process that goes on trying, and ends it after `work`; then the folder goes. */
  async function whileTrying(work: () => Promise<void>): Promise<void> {
    writeFileSync(
      place("tries.js"),
      `const fs = require("fs");
setInterval(() => {
  if (fs.existsSync("over")) process.exit(0);
  try { fs.mkdirSync("${FOLDER}", { recursive: true }); fs.writeFileSync("${FOLDER}/settings.json", "{}"); }
  catch (error) { fs.writeFileSync("next", error.code); fs.renameSync("next", "tried"); }
}, 5);\n`,
    );
    await runs("node tries.js >/dev/null 2>&1 &");
    try {
      await triesOn();
      await work();
      expect(existsSync(place(`${FOLDER}/settings.json`))).toBe(false);
    } finally {
      writeFileSync(place("over"), "");
    }
    await until("the end of the folder", async () => {
      await runs("true");
      return !existsSync(place(FOLDER));
    });
  }

  test("a process that a call left, whatever later calls do to the folder", async () => {
    await whileTrying(async () => {
      const gone = ["git clean -fdq -e tried -e next -e tries.js", `rmdir ${FOLDER}`];
      for (const command of [...gone, "node list.js", "ls -A"]) {
        await runs(command);
        await triesOn();
      }
    });
  });

  test("a process that may yet bring what a call is judged to read, as a patch", async () => {
    await runs("(until [ -e go ]; do sleep 0.1; done) >/dev/null 2>&1 &");
    const reads = "git apply late.patch 2>/dev/null; ls -A";
    expect((await runs(reads)).said).toContain(FOLDER);
    writeFileSync(place("go"), "");
    await until("a call that is alone", async () => !(await runs(reads)).said.includes(FOLDER));
  });

  test("a process beside a call that began without the folder, and takes empty ones away", async () => {
    await runs(
      "(until [ -e go ]; do sleep 0.1; done; find . -type d -empty -delete) >/dev/null 2>&1 &",
    );
    expect(existsSync(place(FOLDER))).toBe(false);
    await whileTrying(async () => {
      mkdirSync(place("empty"));
      writeFileSync(place("go"), "");
      await until("the end of the earlier call", () => !existsSync(place("empty")));
      await triesOn();
    });
  });
});

describe("the list of what git leaves alone", () => {
  const found = () =>
    leftAlone(place(FOLDER), { directory: join(home(), "copies"), isSeen: () => true });
  test("has the folder in a copy", () => {
    const [own] = found();
    expect(readFileSync(own?.from ?? "", "utf8")).toMatch(/\n\/\.claude\/\n$/);
    expect(own?.to).toBe(place(".git/info/exclude"));
  });

  test.each([
    ["a link", (path: string) => symlinkSync(place("secret"), path)],
    ["another name of a file", (path: string) => linkSync(place("secret"), path)],
    ["a directory", (path: string) => mkdirSync(path)],
  ])("has no copy where %s is in its place", (_, put) => {
    writeFileSync(place("secret"), "secret");
    rmSync(place(".git/info/exclude"));
    put(place(".git/info/exclude"));
    expect(found()).toEqual([]);
  });
});

test("a call that is allowed writes as before", async () => {
  expect(await runs("mkdir -p dist && touch dist/a")).toMatchObject(ALLOWED);
  expect(existsSync(place("dist/a"))).toBe(true);
});
