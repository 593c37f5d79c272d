// Files that are settings by an include of git's or a link of the client's: found whatever conditions say, and judged as settings where a call changes one.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classifyChange } from "#guard/effects/paths/places.ts";
import type { Target } from "#guard/vocabulary/effect.ts";
import { sessionFactsWithoutDisk } from "#surface/services/facts/session.ts";
import { linkedSettings } from "#surface/services/facts/linked-settings.ts";
import { includedFiles, includedSettings } from "#surface/services/facts/git/included-settings.ts";

let root: string;
const at = (path: string): string => join(root, path);
function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "included-")));
  for (const name of ["objects", "refs"]) mkdirSync(at(`p/.git/${name}`), { recursive: true });
  write("p/.git/HEAD", "ref: refs/heads/main\n");
  write(
    "p/.git/config",
    '[include]\n\tpath = ../gitconfig\n[includeIf "onbranch:other"]\n\tpath = ../later\n[include]\n\tpath = ~/mine\n\tpath = link\n',
  );
  write("p/gitconfig", "[include]\n\tpath = deep/more\n\tpath = gitconfig\n");
  write("p/linked", "[core]\n");
  symlinkSync("../linked", at("p/.git/link"));
  write("home/.gitconfig", '[includeIf "gitdir:~/w/"]\n\tpath = w.inc\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("found", () => {
  test("in each other, through links, under any condition, and where nothing lies yet", async () => {
    expect((await includedSettings(at("p"), at("home"))).toSorted()).toEqual(
      ["home/mine", "home/w.inc", "p/deep/more", "p/gitconfig", "p/later", "p/linked"].map(at),
    );
  });
  test("hooks in the folder that settings of the repository name", async () => {
    for (const name of ["objects", "refs"]) mkdirSync(at(`q/.git/${name}`), { recursive: true });
    write("q/.git/HEAD", "ref: refs/heads/main\n");
    write("q/.git/config", "[core]\n\thooksPath = tools/hooks\n");
    const found = await includedSettings(at("q"), at("home"));
    expect(found).toContain(at("q/tools/hooks/pre-commit"));
    expect(found).not.toContain(at("q/tools/hooks/run"));
  });
  test("without a home those that are in none", () => {
    const found = includedFiles([at("p/.git/config")]);
    expect(found).toContain(at("p/gitconfig"));
    expect(found).not.toContain(at("home/mine"));
  });
  test("nothing in what cannot be read as settings, and no endless row of files", () => {
    write("broken", "[include\n\tpath = x\n");
    expect(includedFiles([at("broken"), at("missing"), root])).toEqual([]);
    for (let count = 0; count < 200; count++)
      write(`row/${count}`, `[include]\n\tpath = ${count + 1}\n`);
    expect(includedFiles([at("row/0")])).toHaveLength(64);
  });
});

test("links of the client's settings, and where they lead", () => {
  write("p/conf/claude.json", "{}\n");
  mkdirSync(at("p/.claude"));
  symlinkSync("../conf/claude.json", at("p/.claude/settings.json"));
  symlinkSync("../later.json", at("p/.claude/settings.local.json"));
  write("home/.claude/settings.json", "{}\n");
  expect(linkedSettings([at("p/.claude"), at("home/.claude"), at("missing")])).toEqual(
    ["p/conf/claude.json", "p/later.json"].map(at),
  );
});

describe("a change of one", () => {
  const meaningsOf = (target: Target, change: "write" | "delete" = "write") => {
    const { sessionId, mode } = { sessionId: "s", mode: "default" as const };
    const facts = sessionFactsWithoutDisk({
      sessionId,
      mode,
      cwd: "/p",
      home: "/h",
      ownPaths: [],
    });
    const session = {
      ...facts,
      includedSettings: ["/p/gitconfig"],
      linkedSettings: ["/p/conf/claude.json"],
    };
    return classifyChange(target, session, change).map(({ means }) => means);
  };
  const file = (path: string, real = path): Target => ({
    kind: "path",
    path,
    real,
    reach: "entry",
  });
  test("is one of what git runs", () => {
    expect(meaningsOf(file("/p/gitconfig"))).toEqual(["git-execution"]);
    expect(meaningsOf(file("/p/link", "/p/gitconfig"))).toEqual(["git-execution"]);
    expect(meaningsOf({ kind: "pattern", path: "/p/git*", reach: "entry" })).toEqual([
      "git-execution",
    ]);
  });
  test("is one of the client's settings where a link of those leads there", () => {
    expect(meaningsOf(file("/p/conf/claude.json"))).toEqual(["client-settings"]);
    expect(meaningsOf(file("/p/conf/claude.json"), "delete")).toEqual(["client-settings"]);
    expect(meaningsOf(file("/p/conf/other.json"))).toEqual([]);
  });
  test("is none where another file changes, it is deleted, or a whole tree is written", () => {
    expect(meaningsOf(file("/p/gitconfig2"))).toEqual([]);
    expect(meaningsOf(file("/p/gitconfig"), "delete")).toEqual([]);
    expect(meaningsOf({ kind: "path", path: "/p", real: "/p", reach: "tree" })).toEqual([]);
    expect(meaningsOf({ kind: "pattern", path: "/p/**", reach: "tree" })).toEqual([]);
  });
});
