// Pinned paths: the input that goes back names the judged path and keeps every other field.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { judgedPath, pinnedInput } from "#guard/protocol/pinned-path.ts";
import { normalizeInput } from "#guard/events/normalize.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

const call = (tool: string, input: Json) => ({
  id: "t",
  tool,
  cwd: "/p",
  input: normalizeInput({ tool, input, cwd: "/p" }),
});

function decision(...targets: readonly Target[]): Decision {
  const effects = targets.map(
    (target): Effect => ({ kind: "read", target, via: [], at: undefined }),
  );
  return {
    verdict: "allow",
    reasons: [],
    effects,
    findings: [],
    programs: [],
    factsUsed: [],
    steps: 0,
  };
}

const link: Target = { kind: "path", path: "/p/link", real: "/p/real", reach: "entry" };

test.each<[string, Json, Json | undefined]>([
  [
    "Read",
    { file_path: "/p/link", offset: 3, extra: { a: [1] } },
    { file_path: "/p/real", offset: 3, extra: { a: [1] } },
  ],
  ["Read", { file_path: "/p/real" }, undefined],
  ["Read", { file_path: "link" }, { file_path: "/p/real" }],
  [
    "Edit",
    { file_path: "/p/link", old_string: "a", new_string: "b", replace_all: true },
    { file_path: "/p/real", old_string: "a", new_string: "b", replace_all: true },
  ],
  ["Write", { file_path: "/p/link", content: "x" }, { file_path: "/p/real", content: "x" }],
  [
    "NotebookEdit",
    { notebook_path: "/p/link", new_source: "x", cell_id: "c" },
    { notebook_path: "/p/real", new_source: "x", cell_id: "c" },
  ],
  ["Grep", { pattern: "x", path: "/p/link" }, undefined],
  ["Bash", { command: "cat /p/link" }, undefined],
  ["mcp__files__Read", { file_path: "/p/link" }, undefined],
])("%s %j becomes %j", (tool, input, expected) => {
  const one = call(tool, input);
  expect(pinnedInput(one, input, judgedPath(one, decision(link)))).toEqual(expected);
});

test("nothing is pinned where no single path was judged", () => {
  const input = { file_path: "/p/link" };
  const one = call("Read", input);
  const wide: Target = { kind: "unresolved", within: undefined, reach: "entry" };
  expect(pinnedInput(one, input, judgedPath(one, decision()))).toBeUndefined();
  expect(pinnedInput(one, input, judgedPath(one, decision(wide)))).toBeUndefined();
});

test("every other field of any input stays as it was, hostile keys included", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
      const input = JSON.parse(
        `{"__proto__":{"file_path":"/etc/shadow"},${JSON.stringify({ ...fields, file_path: "/p/link" }).slice(1)}`,
      );
      const one = call("Read", input);
      const pinned = pinnedInput(one, input, judgedPath(one, decision(link)));
      const { file_path: path, ...others } = { ...pinned };
      const { file_path: _, ...before } = { ...input };
      expect(path).toBe("/p/real");
      expect(JSON.stringify(others)).toBe(JSON.stringify(before));
    }),
  );
});
