// Which files of secrets lie open in git's objects: tracked and unchanged, or changed in nothing that a view would hide.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryKey } from "#guard/facts/facts.ts";
import { gatherFacts } from "#surface/services/facts/gather.ts";
import { runGit } from "../run-git.ts";
import { makeTree } from "../tree.ts";

const COMMITTED = "PORT=1\nTOKEN=of-everybody-4711\n";
let root = "";
let remove = async (): Promise<void> => undefined;
const git = (...args: string[]): string => runGit(root, "r", args);
const put = (name: string, text: string): void => writeFileSync(`${root}/${name}`, text);

beforeAll(async () => {
  const tree = await makeTree({
    "home/x": "",
    "r/.gitignore": ".env\n",
    "r/.env": "TOKEN=mine-4711\n",
    "r/.env.shared": COMMITTED,
    "r/dev.pem": "a key",
  });
  root = tree.root;
  remove = tree.remove;
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "start");
  git("worktree", "add", "-q", "../w", "-b", "other");
});
afterAll(() => remove());

async function isOpen(name: string): Promise<boolean | undefined> {
  const query = { kind: "open", path: `${root}/${name}` } as const;
  const answers = await gatherFacts([query], { home: `${root}/home` });
  const answer = answers.get(queryKey(query));
  return answer?.kind === "open" ? answer.isOpen : undefined;
}

test("what git tracks and nobody changed, in a worktree too", async () => {
  expect(await isOpen("r/.env.shared")).toBe(true);
  expect(await isOpen("r/dev.pem")).toBe(true);
  expect(await isOpen("w/.env.shared")).toBe(true);
});

test("not what is ignored, new, gone, a link, or outside of every repository", async () => {
  put("r/.env.new", "TOKEN=x\n");
  symlinkSync(".env", `${root}/r/.env.link`);
  for (const name of ["r/.env", "r/.env.new", "r/.env.gone", "r/.env.link", "home/x"])
    expect([name, await isOpen(name)]).toEqual([name, false]);
  rmSync(`${root}/r/.env.new`);
  rmSync(`${root}/r/.env.link`);
});

test.each([
  ["a switch", `${COMMITTED}FEATURE_CART=true\n`, true],
  ["a line less", "PORT=1\n", true],
  ["lines in another order", "TOKEN=of-everybody-4711\nPORT=1\n", true],
  ["a secret more", `${COMMITTED}OTHER=mine-4711\n`, false],
  ["another secret", "PORT=1\nTOKEN=mine-4711\n", false],
  ["no lines that are understood", `${COMMITTED}free words\n`, false],
])("a change of it: %s", async (_, text, wanted) => {
  put("r/.env.shared", text);
  expect(await isOpen("r/.env.shared")).toBe(wanted);
  put("r/.env.shared", COMMITTED);
});

test("a change of a key does not", async () => {
  put("r/dev.pem", "another key");
  expect(await isOpen("r/dev.pem")).toBe(false);
  put("r/dev.pem", "a key");
});

test("a list of what a secret may be tells nothing", async () => {
  const guesses = Array.from({ length: 100 }, (_, at) => `PIN=00${String(at).padStart(2, "0")}\n`);
  put("r/.env.pin", `PORT=1\n${guesses.join("")}`);
  git("add", "-f", ".env.pin");
  put("r/.env.pin", "PORT=1\nPIN=0042\n");
  expect(await isOpen("r/.env.pin")).toBe(false);
});

test("a repository whose files are pipes is none, and nobody waits for it", async () => {
  git("init", "-q", "piped");
  put("r/piped/.env.shared", COMMITTED);
  execFileSync("mkfifo", [`${root}/r/piped/.git/commondir`]);
  expect(await isOpen("r/piped/.env.shared")).toBe(false);
  mkdirSync(`${root}/r/pointed`);
  put("r/pointed/.env.shared", COMMITTED);
  execFileSync("mkfifo", [`${root}/r/pointed/.git`]);
  expect(await isOpen("r/pointed/.env.shared")).toBe(false);
});

test("what stands for a secret in the index opens nothing", async () => {
  put("r/.env.view", "TOKEN=view-0000\n");
  git("add", "-f", ".env.view");
  put("r/.env.view", "TOKEN=mine-4711\n");
  expect(await isOpen("r/.env.view")).toBe(false);
});
