// What ripgrep would look at, told from ignore files, beside what the real one lists.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { gatherFacts } from "#surface/services/facts/gather.ts";
import { queryKey } from "#guard/facts/facts.ts";
import { type Leaf, makeTree } from "../tree.ts";

const TREE: Readonly<Record<string, Leaf>> = {
  "p/.env": "x",
  "p/plain.txt": "x",
  "p/sub/.env": "x",
  "p/sub/deep/.env": "x",
  "p/.config/key.pem": "x",
  "p/.config/.env": "x",
  "p/secrets/k.txt": "x",
  "p/sub/secrets/k.txt": "x",
  "p/certs/a.pem": "x",
  "p/alias": { link: ".env" },
  "p/other/.env": "x",
  "home/none": null,
};
const KEPT = ["p/plain.txt", "p/secrets/k.txt", "p/sub/secrets/k.txt", "p/certs/a.pem"];
const WITHOUT_SECRETS = ["p/plain.txt", "p/certs/a.pem"];

const RIPGREP = "rg";

type Row = {
  readonly name: string;
  readonly files?: Readonly<Record<string, Leaf>>;
  readonly git?: readonly string[];
  readonly root?: string;
  readonly hiddenOnly?: true;
  /** What is looked at; undefined: only that it holds what ripgrep lists. */
  readonly found?: readonly string[];
};

const ROWS: readonly Row[] = [
  { name: "hidden entries are left out", found: KEPT },
  {
    name: "a directory ignored by git outside a repository",
    files: { "p/.gitignore": "secrets/\n" },
    found: KEPT,
  },
  {
    name: "a directory ignored by git",
    git: ["p"],
    files: { "p/.gitignore": "# x\nsecrets/\n" },
    found: WITHOUT_SECRETS,
  },
  {
    name: "only hidden ones are left out",
    git: ["p"],
    hiddenOnly: true,
    files: { "p/.gitignore": "secrets/\n" },
    found: KEPT,
  },
  {
    name: "an anchored name",
    files: { "p/.ignore": "/secrets\n" },
    found: ["p/plain.txt", "p/sub/secrets/k.txt", "p/certs/a.pem"],
  },
  { name: "an ending", files: { "p/.rgignore": "*.pem\r\n" }, found: KEPT.slice(0, 3) },
  {
    name: "what stands above a repository",
    git: ["p", "p/sub"],
    files: { "p/.gitignore": "secrets\n" },
    found: ["p/plain.txt", "p/sub/secrets/k.txt", "p/certs/a.pem"],
  },
  { name: "a line above the tree", files: { ".ignore": "secrets\n" }, found: WITHOUT_SECRETS },
  {
    name: "a line of the parent lets it in",
    root: "p/sub",
    files: { "p/.ignore": "!.env\n" },
    found: ["p/sub/.env", "p/sub/deep/.env", "p/sub/secrets/k.txt"],
  },
  {
    name: "a line lets in",
    files: { "p/.ignore": "!.env\n" },
    found: ["p/.env", "p/sub/.env", "p/sub/deep/.env", "p/other/.env", ...KEPT],
  },
  {
    name: "a line lets in one below a folder",
    files: { "p/.ignore": "!/other/.env\n" },
    found: ["p/other/.env", ...KEPT],
  },
  {
    name: "a line lets in other names",
    files: { "p/.gitignore": "*.log\n!keep.log\n!.github/\n" },
    found: KEPT,
  },
  { name: "a byte order mark", files: { "p/.ignore": "\ufeff!.env\n" } },
  { name: "a class", files: { "p/.ignore": "!.[e]nv\n" } },
  { name: "braces", files: { "p/.ignore": "!{.env,x}\n" } },
  { name: "a question mark", files: { "p/.ignore": "!?env\n" } },
  { name: "an escape", files: { "p/.ignore": "!\\.env\n" } },
  { name: "any depth", files: { "p/.ignore": "!sub/**\n" } },
  { name: "everything", files: { "p/.ignore": "!*\n" } },
  { name: "a hidden folder", files: { "p/.ignore": "!.config\n" } },
  { name: "a hidden folder and all in it", files: { "p/.ignore": "!.config\n!.config/**\n" } },
  { name: "another case", files: { "p/.ignore": "!.ENV\n" } },
  { name: "git's own list", git: ["p"], files: { "p/.git/info/exclude": "!.env\n" } },
  {
    name: "git's own list of a linked tree",
    files: {
      "p/.git": "gitdir: ../g/worktrees/w\n",
      "g/worktrees/w/commondir": "../..\n",
      "g/worktrees/w/HEAD": "ref: refs/heads/x\n",
      "g/info/exclude": "!.env\n",
    },
  },
  { name: "the user's list", git: ["p"], files: { "home/.config/git/ignore": "!.env\n" } },
  {
    name: "a list that the user's configuration names",
    git: ["p"],
    files: { "home/.gitconfig": "[core]\n\texcludesFile = ~/mine\n", "home/mine": "!.env\n" },
  },
  {
    name: "the folder named comes back and its names stay out",
    files: { "p/.ignore": "secrets\n!secrets\n" },
  },
  { name: "deeper lines win", files: { "p/.ignore": "secrets\n", "p/sub/.ignore": "!secrets\n" } },
  { name: "a list behind a link", files: { "p/.ignore": { link: "list" }, "p/list": "!.env\n" } },
  { name: "a list that is no text", files: { "p/.ignore": "!.env\n\0\n" } },
  {
    name: "a long list",
    files: { "p/.ignore": `${"a-name-that-is-not-there\n".repeat(4000)}!.env\n` },
  },
];

for (const row of ROWS) {
  test(`${row.name}: all that ripgrep lists is looked at`, async (ctx) => {
    const tree = await makeTree({ ...TREE });
    try {
      for (const one of row.git ?? []) execFileSync("git", ["init", "-q", join(tree.root, one)]);
      for (const [name, leaf] of Object.entries(row.files ?? {})) await put(tree.root, name, leaf);
      const root = join(tree.root, row.root ?? "p");
      const query = {
        kind: "find",
        root,
        patterns: ["/**/*.txt", "/**/.env", "/**/*.pem"],
        skips: row.hiddenOnly ? "hidden" : "hidden-and-ignored",
      } as const;
      const home = join(tree.root, "home");
      const answer = (await gatherFacts([query], { home })).get(queryKey(query));
      if (answer?.kind !== "find") throw new Error("no answer");
      const told = answer.paths.map((path) => path.slice(tree.root.length + 1));
      expect(answer.complete).toBe(true);
      if (row.found !== undefined) expect(told).toEqual([...row.found].sort());
      const options = row.hiddenOnly ? ["--no-ignore"] : [];
      const run = spawnSync(RIPGREP, [...options, "-l", "x", root], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: home },
      });
      if (run.error !== undefined) return ctx.skip("rg is not installed");
      const listed = run.stdout.split("\n").filter((path) => /\.(?:txt|env|pem)$/.test(path));
      const missed = listed.filter((path) => !told.includes(path.slice(tree.root.length + 1)));
      expect(missed).toEqual([]);
      if (row.name.startsWith("a line lets in one")) expect(listed).toContain(`${root}/other/.env`);
    } finally {
      await tree.remove();
    }
    return undefined;
  });
}

test("options that a file of the user's may hold keep everything in sight", async () => {
  const tree = await makeTree({ ...TREE, "home/.ripgreprc": "--hidden\n" });
  try {
    const query = {
      kind: "find",
      root: join(tree.root, "p"),
      patterns: ["/**/.env"],
      skips: "hidden",
    } as const;
    const answers = await gatherFacts([query], { home: join(tree.root, "home") });
    const answer = answers.get(queryKey(query));
    expect(answer?.kind === "find" ? answer.paths.length : 0).toBe(6);
  } finally {
    await tree.remove();
  }
});

async function put(root: string, name: string, leaf: Leaf): Promise<void> {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  if (typeof leaf === "string") return writeFileSync(path, leaf);
  const made = await makeTree({ link: leaf }, root);
  execFileSync("mv", [join(made.root, "link"), path]);
}
