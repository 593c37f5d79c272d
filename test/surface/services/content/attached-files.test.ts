// Which files go along with a prompt or because of a call, and that one with a certain secret keeps both from happening.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Requirement } from "#guard/policy/policy.ts";
import { heldCall, heldFiles, heldPrompt } from "#surface/services/content/content-answers.ts";
import {
  broughtFiles,
  instructionFiles,
  instructionsBeside,
  namedFiles,
  sentTexts,
  type SentFile,
} from "#surface/services/content/attached-files.ts";

const ID = "AKIAFAKE0NOT1A2REAL3";
const TEAM: readonly Requirement[] = ["prompts-without-secrets"];
let folder = "";
const place = () => ({
  cwd: join(folder, "shop"),
  root: join(folder, "shop"),
  transcriptPath: join(folder, "home/.claude/projects/-shop/s.jsonl"),
});
const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};
const names = (files: readonly SentFile[]): readonly string[] =>
  files.flatMap(({ path }) => (read(path) === undefined ? [] : [path.slice(folder.length + 1)]));

const put = (path: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  return path;
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-sent-")));
  const files = {
    "CLAUDE.md": "above",
    "shop/CLAUDE.md": "see @docs/a.md, and @docs/b.md.",
    "shop/CLAUDE.local.md": "mine",
    "shop/.claude/CLAUDE.md": "too",
    "shop/.claude/rules/web/css.md": "rules",
    "shop/docs/a.md": "a, then @deep/c.md",
    "shop/docs/b.md": "b, then @a.md",
    "shop/docs/deep/c.md": "c",
    "shop/docs/with space.md": "d",
    "shop/api/CLAUDE.md": `key ${ID}`,
    "shop/api/v1/x.ts": "x",
    "shop/.claude/commands/ops/ship.md": "ships with @notes.txt",
    "shop/.claude/skills/deploy/SKILL.md": "deploys",
    "shop/.claude/agents/any.md": "---\nname: reviewer\n---\nreviews",
    "shop/notes.txt": "n",
    "shop/.claude/skills/tool/.claude-plugin/plugin.json": '{ "name": "tool" }',
    "shop/.claude/skills/tool/commands/go.md": "goes",
    "home/.claude/plugins/cache/shelf/p/1.0.0/.claude-plugin/plugin.json": '{ "name": "p" }',
    "home/.claude/plugins/cache/shelf/p/1.0.0/skills/s/SKILL.md": "of a plugin, with @notes.txt",
    "home/.claude/plugins/cache/shelf/p/1.0.0/odd/place/x.md": "named by a manifest",
    "home/.claude/plugins/cache/shelf/p/1.0.0/skills/t/SKILL.md": "---\nname: other\n---\nt",
    "home/.claude/plugins/cache/shelf/q/1.0.0/.claude-plugin/plugin.json": '{ "name": "q" }',
    "home/.claude/plugins/cache/shelf/q/1.0.0/skills/s/SKILL.md": "of another",
    "home/.claude/CLAUDE.md": "of the person",
    "home/.claude/projects/-shop/memory/MEMORY.md": "- remembered",
    "home/.claude/projects/-shop/memory/other.md": "not sent by itself",
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("with a prompt go", () => {
  it("instructions of the directories above, of the person, of the memory, and what they import", () => {
    expect([...names(instructionFiles(place(), sentTexts(read)))].sort()).toEqual([
      ...["CLAUDE.md", "home/.claude/CLAUDE.md", "home/.claude/projects/-shop/memory/MEMORY.md"],
      ...["shop/.claude/CLAUDE.md", "shop/.claude/rules/web/css.md", "shop/CLAUDE.local.md"],
      ...["shop/CLAUDE.md", "shop/docs/a.md", "shop/docs/b.md", "shop/docs/deep/c.md"],
    ]);
  });
  it.each([
    ["look at @notes.txt.", ["shop/notes.txt"]],
    ['look at @"docs/with space.md" now', ["shop/docs/with space.md"]],
    ["look at @docs/a.md#L1-3, or @./notes.txt", ["shop/docs/a.md", "shop/notes.txt"]],
    ["look at @docs/with\\ space.md now", ["shop/docs/with space.md"]],
    ["write to ada@notes.txt", []],
    ["/ops:ship now", ["shop/.claude/commands/ops/ship.md", "shop/notes.txt"]],
    ["/ship", ["shop/.claude/commands/ops/ship.md", "shop/notes.txt"]],
    ["/deploy", ["shop/.claude/skills/deploy/SKILL.md"]],
    ["/../../etc/passwd", []],
    ["/p:s", ["home/.claude/plugins/cache/shelf/p/1.0.0/skills/s/SKILL.md", "shop/notes.txt"]],
    ["/p:x", ["home/.claude/plugins/cache/shelf/p/1.0.0/odd/place/x.md"]],
    ["/p:other", ["home/.claude/plugins/cache/shelf/p/1.0.0/skills/t/SKILL.md"]],
    ["/r:s", []],
    ["/tool:go", ["shop/.claude/skills/tool/commands/go.md"]],
    ["say /deploy", []],
  ])("%j: what it names", (prompt, expected) => {
    expect(names(namedFiles(prompt, place(), sentTexts(read)))).toEqual(expected);
  });
  it("instructions that import one another in a circle are each taken once", () => {
    writeFileSync(join(folder, "shop/docs/deep/c.md"), "c, then @../a.md");
    const found = instructionFiles(place(), sentTexts(read));
    expect(new Set(found.map(({ path }) => path)).size).toBe(found.length);
  });
  it("AGENTS.md goes along where there is no CLAUDE.md, and not beside one", () => {
    for (const name of ["agents-only/AGENTS.md", "shop/AGENTS.md"])
      writeFileSync(put(join(folder, name)), "@notes.txt");
    const of = (cwd: string) => names(instructionFiles({ ...place(), cwd }, sentTexts(read)));
    expect(of(join(folder, "agents-only"))).toContain("agents-only/AGENTS.md");
    expect(of(join(folder, "shop"))).not.toContain("shop/AGENTS.md");
  });
  it.each([
    ["in a fence", "```\n@notes.txt\n```\n", false],
    ["in a span", "see `@notes.txt` there, or ` @notes.txt `", false],
    ["behind a fence", "```\ncode\n```\n@notes.txt\n", true],
    ["behind what only looks like a fence", "```js code```\n@notes.txt\n", true],
    ["behind a fence of a list", "- a\n  ```\n@notes.txt\n", true],
    ["behind an escaped backtick", "\\` @notes.txt `", true],
    ["behind a bracket", "(@notes.txt)", false],
  ])("an import %s", (_what, text, isFollowed) => {
    const cwd = join(folder, "imports");
    writeFileSync(put(join(cwd, "CLAUDE.md")), text);
    writeFileSync(join(cwd, "notes.txt"), "n");
    const found = names(instructionFiles({ ...place(), cwd }, sentTexts(read)));
    expect(found.includes("imports/notes.txt")).toBe(isFollowed);
  });
  it("a file is told with the line that names it", () => {
    const cwd = join(folder, "lines");
    writeFileSync(put(join(cwd, "CLAUDE.md")), "one\ntwo @notes.txt\n");
    writeFileSync(join(cwd, "notes.txt"), "n");
    const found = instructionFiles({ ...place(), cwd }, sentTexts(read));
    expect(found).toContainEqual({
      path: join(cwd, "notes.txt"),
      by: `${join(cwd, "CLAUDE.md")}:2`,
    });
  });
});

describe("because of a call go", () => {
  const brought = (input: object, more: { worked?: readonly string[]; given?: object } = {}) =>
    names(
      broughtFiles(
        { call: { input: input as never }, given: more.given, worked: more.worked ?? [] },
        place(),
        sentTexts(read),
      ),
    );
  it("a skill's text and an agent's, by its name", () => {
    expect(brought({ kind: "skill", name: "deploy", args: "" })).toEqual([
      "shop/.claude/skills/deploy/SKILL.md",
    ]);
    const given = { subagent_type: "reviewer" };
    expect(brought({ kind: "agent" }, { given })).toEqual(["shop/.claude/agents/any.md"]);
  });
  it("what an agent remembers, where its definition says that it does", () => {
    writeFileSync(
      put(join(folder, "shop/.claude/agents/keeper.md")),
      "---\nname: keeper\nmemory: project\n---\nKeep.\n",
    );
    writeFileSync(put(join(folder, "shop/.claude/agent-memory/keeper/MEMORY.md")), "kept");
    expect(brought({ kind: "agent" }, { given: { subagent_type: "keeper" } })).toEqual([
      "shop/.claude/agents/keeper.md",
      "shop/.claude/agent-memory/keeper/MEMORY.md",
    ]);
  });
  it("instructions beside a file that a prompt names", () => {
    writeFileSync(put(join(folder, "shop/below/CLAUDE.md")), "see @../docs/b.md");
    writeFileSync(join(folder, "shop/below/x.ts"), "x");
    const texts = sentTexts(read);
    const beside = instructionsBeside([join(folder, "shop/below/x.ts")], place(), texts);
    expect(names(beside)).toContain("shop/below/CLAUDE.md");
    expect(names(beside)).toContain("shop/docs/b.md");
    rmSync(join(folder, "shop/below"), { recursive: true });
  });
  it("instructions of directories between a file and the project, and of no other", () => {
    const of = (path: string) => brought({ kind: "bash" }, { worked: [join(folder, path)] });
    expect(of("shop/api/v1/x.ts")).toContain("shop/api/CLAUDE.md");
    expect(of("shop/docs/a.md")).not.toContain("shop/api/CLAUDE.md");
    expect(of("elsewhere/x")).toEqual([]);
  });
});

describe("what holds a certain secret", () => {
  it("is named with kind and line, never with the value", () => {
    const held = heldFiles([join(folder, "shop/api/CLAUDE.md")], read, TEAM);
    expect(held).toHaveLength(1);
    for (const words of [heldPrompt(held), heldCall(held)]) {
      expect(words).toContain("api/CLAUDE.md` holds the id of an AWS access key (line 1)");
      expect(words).not.toContain("FAKE");
    }
  });
  it("passes where the policy does not keep secrets out of prompts", () => {
    const paths = [join(folder, "shop/api/CLAUDE.md")];
    expect(heldFiles(paths, read, ["outputs-without-secrets"])).toEqual([]);
  });
});
