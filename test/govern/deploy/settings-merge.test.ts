// Compiled settings put among those of others, and taken out again.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { mergeSettings } from "#govern/deploy/settings-merge.ts";

const json = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
const merge = (text: string | undefined, compiled: Json, earlier?: [string | undefined, string]) =>
  mergeSettings(text, json(compiled), {
    file: "settings.json",
    ...(earlier === undefined ? {} : { earlier: { before: earlier[0], after: earlier[1] } }),
  });
const RULES = { permissions: { deny: ["Read(.env)", "Bash(rm:*)"], allow: [], mode: "x" } };

describe("settings of others", () => {
  test("keep every character that is not ours", () => {
    const text = '{\n    "model": "opus",   "permissions": {"deny": ["Read(.env)"]},\n  "x": 1}\n';
    const merged = merge(text, RULES);
    expect(merged).toContain('    "model": "opus",   "permissions"');
    expect(merged).toContain('\n  "x": 1}');
    expect(JSON.parse(merged)).toEqual({
      model: "opus",
      permissions: { deny: ["Read(.env)", "Bash(rm:*)"], mode: "x" },
      x: 1,
    });
  });
  test.each([
    ["no file", undefined],
    ["a file without a byte", ""],
    ["an empty object", "{}"],
  ])("may be %s", (_, text) => {
    expect(JSON.parse(merge(text, RULES))).toEqual({
      permissions: { deny: ["Read(.env)", "Bash(rm:*)"], mode: "x" },
    });
  });
  test.each([
    ["a trailing comma", '{"model": "opus",}', 1],
    ["a comment", '{\n  // mine\n  "model": "opus"}', 2],
    ["a list", "[]", 1],
    ["half of it", '{"model": ', 1],
    ["a hook that voids the file", '{"hooks": {"PreToolUse": [{"hooks": [{"type": "x"}]}]}}', 1],
  ])("are refused with their place where they are %s", (_, text, line) => {
    expect(() => merge(text, RULES)).toThrow(
      expect.objectContaining({ at: expect.objectContaining({ file: "settings.json", line }) }),
    );
  });
  test("merged twice are the same", () => {
    const once = merge('{"model": "opus"}', RULES);
    expect(merge(once, RULES)).toBe(once);
  });
});

describe("a second deployment", () => {
  const before = '{"model": "opus", "permissions": {"deny": ["Read(mine)"]}}';
  const after = merge(before, RULES);
  const next = { permissions: { deny: ["Bash(rm:*)", "Read(new)"] } };

  test("takes out what the first put in and nothing else", () => {
    const now = merge(after, next, [before, after]);
    expect(JSON.parse(now)).toEqual({
      model: "opus",
      permissions: { deny: ["Read(mine)", "Bash(rm:*)", "Read(new)"] },
    });
  });
  test("leaves what a person changed or added since", () => {
    const edited = after
      .replace('"mode": "x"', '"mode": "mine"')
      .replace('"Read(mine)"', '"Read(a)"');
    const now = JSON.parse(merge(edited, next, [before, after]));
    expect(now.permissions).toEqual({
      deny: ["Read(a)", "Bash(rm:*)", "Read(new)"],
      mode: "mine",
    });
  });
  test("that says nothing leaves what was there at first", () => {
    expect(JSON.parse(merge(after, {}, [before, after]))).toEqual(JSON.parse(before));
    expect(JSON.parse(merge(merge(undefined, RULES), {}, [undefined, after]))).toEqual({});
  });
});

test("property: what one deployment adds, the next takes out, whatever was there", () => {
  const key = fc.constantFrom("a", "b", "permissions", "deny");
  const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>("r", "s", true, 1),
      fc.uniqueArray(fc.constantFrom("r", "s", "t"), { minLength: 1 }),
      fc.dictionary(key, tie("json"), { minKeys: 1, noNullPrototype: true }),
    ),
  })).json;
  const object = fc.dictionary(key, value, { noNullPrototype: true });
  fc.assert(
    fc.property(object, object, (own, compiled) => {
      const text = json(own);
      const after = merge(text, compiled);
      const kinds = (json: Json | undefined): Json =>
        Array.isArray(json) ? "list" : typeof json === "object" ? "object" : "value";
      // WHY: where a deployment replaces a value of another kind, what was there is in its record and not in the file.
      const clashes = (one: Json | undefined, other: Json | undefined): boolean => {
        if (one === undefined || other === undefined) return false;
        if (kinds(one) !== kinds(other)) return true;
        if (kinds(one) === "value") return one !== other;
        if (kinds(one) === "list") return false;
        const [left, right] = [one as Record<string, Json>, other as Record<string, Json>];
        return Object.keys(left).some((name) => clashes(left[name], right[name]));
      };
      fc.pre(!clashes(own, compiled));
      expect(JSON.parse(merge(after, {}, [text, after]))).toEqual(own);
    }),
    { numRuns: 50 },
  );
});
