// What a tree holds of which git knows: told from the index, beside files that lie there and are not in it.
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryKey } from "#guard/facts/facts.ts";
import { gatherFacts } from "#surface/services/facts/gather.ts";
import { runGit } from "../run-git.ts";
import { makeTree } from "../tree.ts";

let root = "";
let remove = async (): Promise<void> => undefined;
const git = (...args: string[]): string => runGit(root, "r", args);

beforeAll(async () => {
  const tree = await makeTree({
    "home/x": "",
    "r/.gitignore": ".env\n",
    "r/.env": "SECRET=1\n",
    "r/a.txt": "a",
    "r/sub/b.txt": "b",
    "r/sub/.env": "SECRET=2\n",
    "r/new.pem": "not added",
    "r/kept.pem": "added",
  });
  root = tree.root;
  remove = tree.remove;
  git("init", "-q", "-b", "main");
  git("add", ".gitignore", "a.txt", "sub/b.txt", "kept.pem");
});
afterAll(() => remove());

/** What of the secrets is found below a directory, relative to the repository; undefined without an answer. */
async function found(directory = "r"): Promise<readonly string[] | undefined> {
  const query = {
    kind: "find",
    root: `${root}/${directory}`,
    patterns: [".env", "*.pem"],
    skips: "untracked",
  } as const;
  const answers = await gatherFacts([query], { home: `${root}/home` });
  const answer = answers.get(queryKey(query));
  if (answer?.kind !== "find" || !answer.complete) return undefined;
  return answer.paths.map((path) => path.slice(`${root}/r/`.length));
}

test("only files of the index are found, from the top and from below", async () => {
  expect(await found()).toEqual(["kept.pem"]);
  expect(await found("r/sub")).toEqual([]);
});

test("a file of the index that became a link to a secret is found, and so is a folder that became one", async () => {
  rmSync(`${root}/r/a.txt`);
  symlinkSync(".env", `${root}/r/a.txt`);
  expect(await found()).toEqual(["a.txt", "kept.pem"]);
  rmSync(`${root}/r/a.txt`);
  writeFileSync(`${root}/r/a.txt`, "a");
});

test("there is no answer where a name of the index may be taken apart, or for an option, or is another repository", async () => {
  for (const name of ["x .env", "-f", "quote'd"]) {
    writeFileSync(`${root}/r/${name}`, "");
    git("add", "--", name);
    expect(await found()).toBeUndefined();
    git("rm", "-qf", "--", name);
  }
  git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
  expect(await found()).toBeUndefined();
  git("update-index", "--force-remove", "module");
  expect(await found()).toEqual(["kept.pem"]);
});

test("what git neither follows nor ignores is found: by lists with folders, its own list, and not in other repositories", async () => {
  const tree = await makeTree({
    "home/x": "",
    "u/.gitignore": "build/\n.claude/worktrees/\n/deep/er/a.log\n",
    "u/.claude/settings.json": "{}",
    "u/.claude/settings.local.json": "{}",
    "u/.claude/worktrees/w/a.txt": "a",
    "u/build/out": "x",
    "u/deep/er/a.log": "x",
    "u/deep/er/b.log": "x",
    "u/other/c.txt": "c",
    "u/scratch.txt": "x",
    "u/sub/d.txt": "d",
  });
  const run = (...args: string[]): string => runGit(tree.root, "u", args);
  run("init", "-q", "-b", "main");
  runGit(tree.root, "u/other", ["init", "-q"]);
  writeFileSync(`${tree.root}/u/.git/info/exclude`, "/.claude/settings.local.json\n");
  run("add", ".gitignore", ".claude/settings.json", "sub/d.txt");
  symlinkSync("sub", `${tree.root}/u/link`);
  const query = {
    kind: "find" as const,
    root: `${tree.root}/u`,
    skips: "kept" as const,
    patterns: [`${tree.root}/u/**`],
  };
  const unkept = async (): Promise<unknown> => {
    const answers = await gatherFacts([query], { home: `${tree.root}/home` });
    const answer = answers.get(queryKey(query));
    return answer?.kind === "find" && answer.complete
      ? answer.paths.map((path) => path.slice(`${tree.root}/u/`.length)).toSorted()
      : answer;
  };
  expect(await unkept()).toEqual(["deep/er/b.log", "link", "scratch.txt"]);
  expect(run("clean", "-fdn")).not.toMatch(/claude|build|a\.log|sub\//);
  // With what is ignored it is word for word what git says, a directory as one.
  const everything = { ...query, skips: "followed" as const };
  const answer = (await gatherFacts([everything], { home: `${tree.root}/home` })).get(
    queryKey(everything),
  );
  const named =
    answer?.kind === "find" ? [...answer.paths, ...answer.links.map(({ path }) => path)] : [];
  const said = run("clean", "-fdxn").matchAll(/^Would remove (.*?)\/?$/gm);
  expect(
    [...new Set(named)].map((path) => path.slice(`${tree.root}/u/`.length)).toSorted(),
  ).toEqual([...said].map(([, path = ""]) => path).toSorted());
  // What a line lets in again is told, whatever else ignores it.
  writeFileSync(`${tree.root}/u/.claude/.gitignore`, "!settings.local.json\n");
  expect(await unkept()).toContain(".claude/settings.local.json");
  await tree.remove();
});
