// Older logs in eight shapes: what each claims, what a broken record still says, and what nobody can read.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LegacyRecord } from "#record/legacy/legacy-line.ts";
import { LEGACY_FORMS } from "#record/legacy/legacy-line.ts";
import { type LegacyEntry, legacyEntries } from "#record/legacy/legacy-records.ts";

async function read(text: string): Promise<LegacyEntry[]> {
  const entries: LegacyEntry[] = [];
  for await (const entry of legacyEntries(text.split("\n"))) entries.push(entry);
  return entries;
}

const timeMs = Date.parse("2026-03-01T08:00:00Z");
const time = "2026-03-01T08:00:00Z";
const object = (value: unknown): string => JSON.stringify(value);

const SHAPES: readonly (readonly [string, string, Partial<LegacyRecord>])[] = [
  [
    "an object over lines, whose success means nothing",
    `{\n"timestamp": "${time}",\n"user": "ada",\n"tool": "Bash",\n"input_summary": "{}",\n"output_length": 12,\n"status": "success"\n}`,
    { form: "audit-trail", user: "ada", tool: "Bash", outcome: "claimed", phase: "post" },
  ],
  [
    "a changed file of the same hook",
    `{\n"timestamp": "${time}",\n"user": "unknown",\n"action": "file_modified",\n"file": "/p/a.ts",\n"tool": "Edit"\n}`,
    { form: "file-changes", user: undefined, tool: "Edit", path: "/p/a.ts" },
  ],
  [
    "the hook's own fields on a line",
    object({
      ts: time,
      session_id: "s1",
      cwd: "/p",
      permission_mode: "default",
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      command: "ls -l",
      path: null,
    }),
    { form: "tool-events", session: "s1", tool: "Bash", command: "ls -l", phase: "pre" },
  ],
  [
    "a line of a day's file",
    object({
      timestamp: time,
      phase: "pre",
      tool: "Read",
      user: "ada",
      session: "unknown",
      data: "/p/x",
    }),
    { form: "daily", phase: "pre", tool: "Read", session: undefined, command: "/p/x" },
  ],
  [
    "nested objects",
    object({
      timestamp: time,
      event_type: "tool_use",
      phase: "pre",
      tool: { name: "Write", input: { file: "./src/app.ts", content_hash: "sha256:ab" } },
      user: { id: "user@company.example", session_id: "sess_1" },
      context: { project: "app", branch: "feature/x", commit: "abc1234" },
      outcome: "permitted",
      rule_matched: "allow: Write(./src/**)",
    }),
    {
      form: "structured",
      tool: "Write",
      user: "user@company.example",
      session: "sess_1",
      outcome: "allowed",
      path: "./src/app.ts",
      branch: "feature/x",
      commit: "abc1234",
    },
  ],
  [
    "text with a tool in brackets",
    `2026-03-01 08:00:00 [Bash] {"command":"git push","description":"x"}`,
    { form: "bracketed-text", tool: "Bash", command: "git push" },
  ],
  [
    "text of a repository's own log",
    `${time} TOOL_USE: {"command":"npm test"}`,
    { form: "tool-use-text", command: "npm test", timeMs },
  ],
  [
    "a line with timestamp and input",
    object({
      timestamp: "2026-03-01T08:00:00",
      user: "ada",
      tool: "Bash",
      input: '{"command": "ls',
    }),
    { form: "input-lines", user: "ada", command: "ls" },
  ],
  [
    "a line with ts and input",
    object({ ts: time, user: "?", tool: "unknown", input: "" }),
    { form: "input-lines", user: undefined, tool: undefined, timeMs },
  ],
];

describe("a record of an older log", () => {
  it.each(SHAPES)("%s", async (_name, text, expected) => {
    const [entry, ...others] = await read(text);
    expect(others).toEqual([]);
    expect(entry?.record).toMatchObject({ ...expected, isDamaged: false });
    expect(entry?.record?.timeMs).toBeTypeOf("number");
  });

  it("of each shape is among these", () => {
    expect(new Set(SHAPES.map(([, , { form }]) => form))).toEqual(new Set(LEGACY_FORMS));
  });

  it("that a quote broke says what can be found, and is marked", async () => {
    const [entry] = await read(
      `{"timestamp":"${time}","phase":"pre","tool":"Bash","user":"ada","session":"s","data":"{"command":"echo "hi""}"}`,
    );
    expect(entry?.record).toMatchObject({
      form: "daily",
      tool: "Bash",
      user: "ada",
      isDamaged: true,
    });
    const [trail] = await read(
      `{\n"timestamp": "${time}",\n"user": "ada",\n"tool": "Bash",\n"input_summary": "{"command":"a\n"b"}",\n"output_length": 3,\n"status": "success"\n}`,
    );
    expect(trail?.record).toMatchObject({ form: "audit-trail", user: "ada", isDamaged: true });
  });

  it("of several shapes in one file is told apart, with its line", async () => {
    const all = SHAPES.map(([, text]) => text);
    const entries = await read(all.join("\n"));
    expect(entries.map(({ record }) => record?.form)).toEqual(SHAPES.map(([, , { form }]) => form));
    const lines = all.map(
      (_text, at) => all.slice(0, at).join("\n").split("\n").length + (at > 0 ? 1 : 0),
    );
    expect(entries.map(({ line }) => line)).toEqual(lines);
  });

  it("in text goes on over lines that begin nothing", async () => {
    const entries = await read(`${time} TOOL_USE: cat <<E\nsecond\nthird\n${time} TOOL_USE: ls`);
    expect(entries.map(({ record }) => record?.command)).toEqual(["cat <<E\nsecond\nthird", "ls"]);
  });

  it("of no known shape is given back unread, and bounded", async () => {
    const entries = await read(`hello\nthere\n{"a":1}\n${"x".repeat(200_000)}`);
    expect(entries.every(({ record }) => record === undefined)).toBe(true);
    expect(Math.max(...entries.map(({ text }) => text.length))).toBeLessThanOrEqual(65_536 + 64);
  });

  it("never throws, whatever the bytes, and comes to an end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("{", "}", '{"tool":"', '"tool":"a" "'))),
        async (lines) => {
          expect((await read(lines.join("\n"))).length).toBeLessThanOrEqual(lines.length + 1);
        },
      ),
    );
    for (const long of [
      `{"timestamp":"${'"tool":"'.repeat(8_000)}`,
      `{"phase":"${'a" '.repeat(20_000)}`,
    ])
      expect((await read(long)).length).toBeGreaterThan(0);
  });
});
