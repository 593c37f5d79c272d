// Rules looked up by command and by place: none is left out that would speak, and decisions are those of going through all.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RanCommand } from "#guard/effects/model/ran-command.ts";
import { keysOfCommand, keysOfPattern, mayRun } from "#guard/policy/commands.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import { PlaceIndex } from "#guard/policy/place-index.ts";
import type { CommandPattern, Rule } from "#guard/policy/policy.ts";
import { indexOf } from "#guard/policy/rule-index.ts";

const words = fc.constantFrom(
  ...["git", "/usr/bin/git", "python3", "python3.11", "python", "node", "nodejs", "bash", "./x.sh"],
  ...["x.sh", "sh", "pip", "pip3", "mkfs.ext4", "mkfs", "-c", "-rf", "push", "*", "nc"],
);
const patterns = fc
  .array(words, { minLength: 1, maxLength: 3 })
  .map((list): CommandPattern => ({ words: list, exact: false }));
const commands = fc
  .array(fc.option(words, { nil: undefined, freq: 8 }), { minLength: 1, maxLength: 4 })
  .map((list): RanCommand => ({ words: list, via: [], at: undefined }));

describe("an index of rules about command lines", () => {
  it("finds each pattern that a command may be", () => {
    fc.assert(
      fc.property(patterns, commands, (pattern, command) => {
        if (!mayRun(pattern, command)) return;
        const keys = keysOfCommand(command);
        expect(keysOfPattern(pattern).filter((key) => keys.includes(key))).not.toEqual([]);
      }),
      { numRuns: 20_000 },
    );
  });
});

const names = fc.constantFrom(
  ...["a", "A", "b.key", "*.key", "[ab]", "\\*", "**", "*", ".env", "É", "é", "é"],
);
const globs = fc
  .tuple(
    fc.constantFrom("/", "~/", "<project>/", ""),
    fc.array(names, { minLength: 1, maxLength: 4 }),
  )
  .map(([start, parts]) => `${start}${parts.join("/")}`);
const rules = fc
  .record({
    paths: fc.option(fc.array(globs, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    exceptPaths: fc.option(fc.array(globs, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  })
  .map(({ paths, exceptPaths }): Rule => {
    const places = { ...(paths && { paths }), ...(exceptPaths && { exceptPaths }) };
    const when = { effects: ["read" as const], ...places };
    return { id: "r/r", verdict: "deny", when, reason: "x", instead: undefined };
  });
const paths = fc
  .array(fc.constantFrom("a", "A", "b.key", "B.KEY", ".env", "É", "é", "home", "p"), {
    maxLength: 4,
  })
  .map((parts) => `/${parts.join("/")}`);

describe("an index of rules by place", () => {
  it("finds each rule that a path, or what it leads to, may be meant by", () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 5 }), paths, paths, (all, path, real) => {
        const places = new PlaceTests({ projectRoot: "/home/p", home: "/home" });
        const given = new PlaceIndex(all, places).at(path, real);
        const speaking = all.filter(({ when }) => {
          if (when.paths === undefined && when.exceptPaths === undefined) return true;
          const place = places.of(when);
          return place.test(path) || place.test(real) || place.isHolder(path);
        });
        expect(given).toEqual(all.filter((rule) => given.includes(rule)));
        for (const rule of speaking) expect(given).toContain(rule);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives rules in the policy's order, few of many", () => {
    const many = Array.from({ length: 200 }, (_, index): Rule => {
      const when = { effects: ["read" as const], paths: [`n${index}.key`] };
      return { id: `r/${index}`, verdict: "ask", when, reason: "x", instead: undefined };
    });
    const policy = {
      id: "p",
      layer: "user",
      version: "1",
      digest: "d",
      automaticApproval: true,
    } as const;
    const target = {
      kind: "path",
      path: "/p/n7.key/n3.key",
      real: "/p/n5.key",
      reach: "entry",
    } as const;
    const effect = { kind: "read", target, via: [], at: undefined } as const;
    const places = new PlaceTests({ projectRoot: "/p", home: "/home" });
    const found = indexOf({ ...policy, rules: many }).ofEffect(effect, places);
    expect(found.map(({ id }) => id)).toEqual(["r/3", "r/5", "r/7"]);
  });
});
