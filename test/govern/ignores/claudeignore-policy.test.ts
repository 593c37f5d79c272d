// A `.claudeignore` as rules: the same paths as git ignores by the same lines, and calls that are judged by them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileGlob } from "#base/glob.ts";
import { claudeIgnorePolicy } from "#govern/ignores/claudeignore-policy.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

const FILE = "/p/.claudeignore";
let repository = "";
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "sallyport-claudeignore-"));
  execFileSync("git", ["init", "-q", repository]);
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

/** Whether a rule about reading takes a file, by its globs alone. */
function isTaken(text: string, path: string): boolean {
  const test = (globs: readonly string[] | undefined): boolean =>
    (globs ?? []).some((glob) => compileGlob(glob.replace("<project>", "/p"))(`/p/${path}`));
  return claudeIgnorePolicy(text, FILE).rules.some(
    ({ when, verdict }) => verdict === "deny" && test(when.paths) && !test(when.exceptPaths),
  );
}

/** The same by git, for files that need not be there. */
function ignoredByGit(text: string, paths: readonly string[]): ReadonlySet<string> {
  writeFileSync(join(repository, ".gitignore"), text);
  try {
    const output = execFileSync("git", ["check-ignore", "--no-index", "--stdin"], {
      // A list that a person has for all repositories leaves out more than this one does.
      env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      cwd: repository,
      input: paths.join("\n"),
      encoding: "utf8",
    });
    return new Set(output.split("\n"));
  } catch {
    return new Set();
  }
}

const PATHS: readonly string[] = [
  ...[".env", "a/.env", ".env.local", ".env.example", "a/b/.env.example", "envfile"],
  ...[
    "secrets/k.txt",
    "secrets/public.txt",
    "secrets/deep/k.txt",
    "a/secrets/k.txt",
    "my-secrets/k",
  ],
  ...["config/production.yml", "a/config/production.yml", "config/test.yml", "production.yml"],
  ...["data/users/1.json", "data/users/x/1.json", "x/data/users/1.json", "data/users.json"],
  ...["a.log", "keep.log", "a/keep.log", "a/b/c.log", "logs/a/debug.txt", "logs/debug.txt"],
  ...[
    "#note",
    "!bang",
    "with space",
    "trailing ",
    "a1.key",
    "ab.key",
    "ac.key",
    "foo*bar",
    "fooXbar",
  ],
];

describe("the rules take what git ignores by the same lines", () => {
  it.each([
    [".env\n.env.*\nsecrets/\n*.pem\n*.key\n"],
    [".env\n.env.*\n!.env.example\n"],
    ["!.env.example\n.env*\n"],
    ["secrets/*\n!secrets/public.txt\n"],
    ["secrets/\n!secrets/public.txt\n"],
    ["secrets/*\n!secrets/deep/\n"],
    ["/secrets\nconfig/production.yml\n/production.yml\n"],
    ["**/production.yml\ndata/users/\n"],
    ["data/**\n!data/users.json\n"],
    ["logs/**/debug.txt\n"],
    ["*.log\n!keep.log\na/keep.log\n"],
    ["*.log\n!*.log\n"],
    ["\\#note\n\\!bang\n# comment\n\n   \n"],
    ["with space\ntrailing\\ \n"],
    ["a[0-9].key\na[!b].key\n"],
    ["foo\\*bar\n"],
    ["a**b.key\nsec**ts/\n"],
    ["*\n!secrets/\n!.env.example\n"],
    ["\uFEFF.env\r\nsecrets/\r\n"],
  ])("%j", (text) => {
    // WHY without a mark of byte order and \\r: git takes the first off, and the second for a part of the name.
    const plain = text.replace(/^\uFEFF/, "").replaceAll("\r", "");
    const ignored = ignoredByGit(plain, PATHS);
    const taken = PATHS.filter((path) => isTaken(text, path));
    expect(taken).toEqual(PATHS.filter((path) => ignored.has(path)));
  });
});

describe("a hostile file", () => {
  it.each([
    ["of too many entries", Array.from({ length: 501 }, (_, index) => `f${index}`).join("\n")],
    ["of one endless line", "a".repeat(2_000)],
    ["of stars and brackets", "*a".repeat(200)],
    ["of endless lines", "#\n".repeat(6_000)],
  ])("%s is refused whole, and named", (_, text) => {
    expect(() => claudeIgnorePolicy(text, FILE)).toThrow(
      /`\/p\/\.claudeignore` has more or longer/,
    );
  });
});

it("a repository's file only restricts: nothing in it allows, and the rules of the policy above and below stay", () => {
  const own = claudeIgnorePolicy("!.env\n!*\nnotes/\n", FILE);
  expect(own.rules.map(({ verdict }) => verdict)).toEqual(["deny", "ask"]);
  const team = loadPack("team");
  const stacked = stackPolicies([own, team]);
  expect(stacked.rules.filter(({ verdict }) => verdict !== "allow")).toHaveLength(
    team.rules.filter(({ verdict }) => verdict !== "allow").length + 2,
  );
  expect(stacked.automaticApproval).toBe(team.automaticApproval);
});
