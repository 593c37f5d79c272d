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
