// What must hold of the guard whatever the command: wrapping changes nothing, more never loosens, nothing makes it fail.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts } from "#guard/facts/facts.ts";
import { decide } from "#guard/guard.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { fragment } from "./commands.ts";
import { WRAPPERS } from "./forms.ts";
import { callOf, factsFor, isStricterOrEqual, policy, verdictOf } from "./judged.ts";
import { PROPERTIES } from "./properties.ts";

/** Where the suite's own samples start. */
const SUITE_SEED = 20_261_120;
const SUITE_RUNS = 2_000;

describe(`properties, seed ${SUITE_SEED}`, () => {
  it.each(Object.entries(PROPERTIES))("%s", (_name, { share, run }) => {
    expect(() => {
      run({ numRuns: Math.ceil(SUITE_RUNS * share), seed: SUITE_SEED });
    }).not.toThrow();
  });
});

describe("wrapping", () => {
  for (const name of Object.keys(WRAPPERS)) {
    it(`keeps a refusal: ${name}`, () => {
      const text = WRAPPERS[name]?.("cat .env") ?? "";
      expect(verdictOf(text)).toBe("deny");
    });
  }
});

describe("policy", () => {
  it("a further deny rule never loosens", () => {
    fc.assert(
      fc.property(
        fragment,
        fc.constantFrom("read", "write", "delete", "execute", "egress"),
        (command, kind) => {
          const harder: Policy = {
            ...policy,
            rules: [
              ...policy.rules,
              {
                id: "x/more",
                verdict: "deny",
                when: { effects: [kind] },
                reason: "more",
                instead: undefined,
              },
            ],
          };
          expect(isStricterOrEqual(verdictOf(command, harder), verdictOf(command))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("allows nothing that it does not know", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const decision = decide(callOf(text), policy, factsFor(text));
        const unknown = decision.effects.some(
          (effect) =>
            effect.kind === "unknown" ||
            (effect.kind === "execute" && effect.reach === "unbounded"),
        );
        if (unknown) expect(decision.verdict).not.toBe("allow");
      }),
      { numRuns: 500 },
    );
  });
});

describe("any text at all", () => {
  const hostile: Record<string, string> = {
    "a megabyte": "x".repeat(1024 * 1024),
    "many words": "a ".repeat(32 * 1024),
    "many commands": "a;".repeat(30 * 1024),
    "deep substitutions": '"$('.repeat(5_000),
    "deep closed substitutions": `${"$(echo ".repeat(60)}x${")".repeat(60)}`,
    "deep subshells": "(".repeat(10_000),
    "many braces": "{a,b}".repeat(30),
    "a wide sequence": "echo {1..1000000000}",
    "many pipes": `a${"|a".repeat(20_000)}`,
    "doubling variables": Array.from({ length: 40 }, (_, at) => `v${at + 1}="$v${at}$v${at}"`).join(
      ";",
    ),
    "a function that calls itself": "f(){ f; f; }; f",
    "an endless alias": "alias a='a a'\na",
    "eval in eval": 'x=\'eval "$x"\'; eval "$x"',
    "nested loops": `${"for i in 1 2 3; do ".repeat(12)}:${"; done".repeat(12)}`,
    "an unfinished quote": "cat '.env",
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`${name} ends soon and is not allowed`, () => {
      const facts = factsFor("true");
      const decision = decide(callOf(text), policy, facts);
      expect(decision.steps).toBeLessThan(25_000);
      if (
        name !== "deep closed substitutions" &&
        name !== "nested loops" &&
        name !== "doubling variables" &&
        name !== "many braces" &&
        name !== "a wide sequence"
      ) {
        expect(decision.verdict).not.toBe("allow");
      }
    });
  }
});

describe("a session without anybody to ask", () => {
  it("refuses what would have been asked, and says so", () => {
    const facts = factsFor("git push");
    const decision = decide(callOf("git push"), policy, {
      ...facts,
      session: { ...facts.session, interactive: false },
    });
    expect(decision.verdict).toBe("deny");
    expect(decision.reasons[0]?.rule).toBe("guard/nobody-to-ask");
  });
});

describe("a quarantined session", () => {
  it("may look and nothing else", () => {
    const facts = factsFor("cat a.txt");
    const held: Facts = { ...facts, holds: { quarantined: true, reason: "incident" } };
    expect(decide(callOf("cat a.txt"), policy, held).verdict).toBe("allow");
    expect(decide(callOf("touch a.txt"), policy, held).verdict).toBe("deny");
  });
  it("may not even look by a command where commands are held, but by the client's own tools", () => {
    const facts = factsFor("cat a.txt");
    const holds = { quarantined: true, reason: "a variable", withoutCommands: true };
    const held: Facts = { ...facts, holds };
    for (const command of ["cat a.txt", "echo hi", ":"]) {
      expect(decide(callOf(command), policy, held).verdict).toBe("deny");
    }
    const read = {
      ...callOf(""),
      tool: "Read",
      input: { kind: "read", path: "/p/a.txt" },
    } as const;
    const lookedAt = { ...held, holds: { ...holds, withoutCommands: false } };
    expect(decide(read, policy, held)).toEqual(decide(read, policy, lookedAt));
  });
});
