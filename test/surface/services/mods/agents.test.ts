// Definitions of agents as the client finds them: nested, linked, above, of another name than their file; bounded where there are too many.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { findAgents, startedAgents } from "#surface/services/mods/agents.ts";

const top = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-agents-")));
let at = "";
let count = 0;
beforeEach(() => {
  at = join(top, String(count++));
  mkdirSync(join(at, "p/sub"), { recursive: true });
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const put = (name: string, text: string) => {
  mkdirSync(dirname(join(at, name)), { recursive: true });
  writeFileSync(join(at, name), text);
};
const agent = (name: string, more = "") =>
  `---\nname: ${name}\ndescription: d\n${more}\n---\nText.\n`;
const HOOKS = "hooks:\n  Stop: []";
const look = () =>
  findAgents({ directories: [join(at, "p/sub")], config: join(at, "home/.claude") });
const started = (...names: string[]) =>
  startedAgents(look().definitions, names).map(({ place, brings }) =>
    [place.slice(at.length + 1), ...brings].join(" "),
  );

test("of the person, of directories above, in subfolders, by another name than the file's", () => {
  put("home/.claude/agents/a.md", agent("rev", HOOKS));
  put("p/.claude/agents/x/y/b.md", agent("Rev", "mcpServers: []"));
  put("p/.claude/agents/other.md", agent("other"));
  put("p/.claude/agents/no-name.md", "---\ndescription: d\n---\n");
  expect(started("rev").toSorted()).toEqual([
    "home/.claude/agents/a.md hooks",
    "p/.claude/agents/x/y/b.md servers",
  ]);
  expect(started("other")).toEqual(["p/.claude/agents/other.md"]);
});

test("links to files, to folders, and back", () => {
  put("away/a.md", agent("rev", HOOKS));
  mkdirSync(join(at, "p/.claude/agents"), { recursive: true });
  symlinkSync(join(at, "away/a.md"), join(at, "p/.claude/agents/l.md"));
  symlinkSync(join(at, "away"), join(at, "p/.claude/agents/d"));
  symlinkSync(join(at, "p/.claude/agents"), join(at, "p/.claude/agents/back"));
  expect(started("rev")).toEqual(["p/.claude/agents/l.md hooks", "p/.claude/agents/d/a.md hooks"]);
});

test("a head that nobody can tell may be any agent", () => {
  put("p/.claude/agents/a.md", '---\n{"n\\u0061me": rev}\n---\n');
  expect(started("anything")).toEqual(["p/.claude/agents/a.md hooks servers"]);
});

test("agents that are started beside one", () => {
  put("p/.claude/agents/a.md", agent("rev", "observer: watch, look"));
  put("p/.claude/agents/b.md", agent("watch", HOOKS));
  expect(started("rev")).toEqual(["p/.claude/agents/a.md", "p/.claude/agents/b.md hooks"]);
});

test("pipes and devices are no definitions, and nobody waits for them", () => {
  mkdirSync(join(at, "p/.claude/agents"), { recursive: true });
  execFileSync("mkfifo", [join(at, "p/.claude/agents/f.md")]);
  symlinkSync("/dev/zero", join(at, "p/.claude/agents/z.md"));
  expect(look()).toEqual({ definitions: [], tooMany: [] });
});

test("a thousand are looked at; past the bound it says so", () => {
  for (let one = 0; one < 1_000; one += 1) put(`p/.claude/agents/${one}.md`, agent(`a${one}`));
  expect(look().definitions).toHaveLength(1_000);
  expect(look().tooMany).toEqual([]);
  for (let one = 0; one < 1_100; one += 1) put(`p/.claude/agents/more/${one}.md`, "");
  expect(look().tooMany).toEqual([join(at, "p/.claude/agents")]);
});

test("a folder deeper than is looked at says so too", () => {
  put(`p/.claude/agents/${"d/".repeat(40)}a.md`, agent("rev", HOOKS));
  expect(look().tooMany).toEqual([join(at, "p/.claude/agents")]);
});
