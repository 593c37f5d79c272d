// What a call that the policy allows may do again: read the same file, and nothing that writes, deletes or runs.
import { expect, test } from "vitest";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { isAnswerable, permissionAnswer } from "#guard/protocol/permission-answer.ts";
import { normalizeInput } from "#guard/events/normalize.ts";

const at = (path: string, more: object = {}) =>
  ({ kind: "path", path, real: path, reach: "entry", ...more }) as const;
const effect = (kind: "read" | "write" | "delete", target: Target): Effect =>
  Object({ kind, target, via: [], at: undefined });
const decisionOf = (effects: readonly Effect[]): Decision => ({
  verdict: "allow",
  reasons: [],
  effects,
  findings: [],
  programs: [],
  factsUsed: [],
  steps: 1,
});
const rulesFor = (...effects: readonly Effect[]) =>
  permissionAnswer(decisionOf(effects)).hookSpecificOutput.decision.updatedPermissions;

test("a file that was read may be read again in the session, that file alone", () => {
  const rules = [{ toolName: "Read", ruleContent: "//etc/hosts" }];
  expect(rulesFor(effect("read", at("/etc/hosts")))).toEqual([
    { type: "addRules", behavior: "allow", destination: "session", rules },
  ]);
});
test.each([
  ["a write", effect("write", at("/p/a"))],
  ["a delete", effect("delete", at("/p/a"))],
  ["a tree", effect("read", at("/p", { reach: "tree" }))],
  ["a link", effect("read", at("/p/a", { real: "/p/b" }))],
  ["a pattern", effect("read", { kind: "pattern", path: "/p/*", reach: "entry" })],
  ["what is not known", effect("read", { kind: "unresolved", within: undefined, reach: "entry" })],
  ["a name that is a pattern", effect("read", at("/p/a*"))],
  ["a name that ends a rule", effect("read", at("/p/a)"))],
])("%s is answered this once", (_, only) => {
  expect(rulesFor(only)).toEqual([]);
});
test("a read beside anything else is answered this once", () => {
  expect(rulesFor(effect("read", at("/p/a")), effect("write", at("/p/b")))).toEqual([]);
});
test.each([
  ["Bash", { command: "ls" }, true],
  ["Bash", { command: "ls", dangerouslyDisableSandbox: true }, false],
  ["Read", { file_path: "/p/a" }, true],
  ["Write", { file_path: "/p/a", content: "" }, true],
  ["WebFetch", { url: "https://example.com", prompt: "x" }, false],
  ["ExitPlanMode", { plan: "x" }, false],
  ["mcp__a__b", {}, false],
])("%s %j may be answered: %s", (tool, input, expected) => {
  const call = { id: "t", tool, cwd: "/p", input: normalizeInput({ tool, cwd: "/p", input }) };
  expect(isAnswerable(call)).toBe(expected);
});
