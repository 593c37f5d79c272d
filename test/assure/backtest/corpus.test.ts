// Reading a corpus of commands for a backtest, and what meets its expectations.
import { describe, expect, it } from "vitest";
import { type CorpusCase, corpusText, isAsExpected, readCorpus } from "#assure/backtest/corpus.ts";
import { createExpectationTally } from "#assure/backtest/expectations.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";

const TEXT = `about: what we type
reasons: [secrets/read, code/unbounded]
cases:
  - allow: git status
  - deny: cat .env
    reasons: [secrets/read]
  - contained: npm test
  - command: curl https://example.org
`;

function decided(verdict: Verdict, ...rules: string[]): Pick<Decision, "verdict" | "reasons"> {
  return {
    verdict,
    reasons: rules.map((rule) => ({
      rule,
      verdict,
      effect: undefined,
      text: "said",
      instead: undefined,
    })),
  };
}

describe("a corpus", () => {
  const cases = readCorpus(TEXT, "calls.yaml");

  it("gives each command with its line, what is expected and why", () => {
    expect(cases.map(({ at, command, expected }) => [at, command, expected])).toEqual([
      ["calls.yaml:4", "git status", "allow"],
      ["calls.yaml:5", "cat .env", "deny"],
      ["calls.yaml:7", "npm test", "contained"],
      ["calls.yaml:8", "curl https://example.org", undefined],
    ]);
    expect(cases.map(({ reasons }) => reasons.length)).toEqual([2, 1, 2, 2]);
    expect(cases.every(({ isSealed }) => !isSealed)).toBe(true);
  });

  it.each([
    ["no case", "cases: []", "corpus-invalid", 1],
    ["two commands in a case", "cases:\n  - { allow: ls, deny: pwd }", "corpus-invalid", 2],
    ["a case without a command", "cases:\n  - allow: ls\n  - reasons: [a]", "corpus-invalid", 3],
    ["an unknown verdict", "cases:\n  - allow: ls\n  - permit: ls", "corpus-invalid", 3],
    ["an empty command", 'cases:\n  - allow: ""', "corpus-invalid", 2],
    ["a list only", "- ls", "corpus-invalid", 1],
    ["text that is no YAML", "cases: [", "corpus-syntax", 1],
  ])("refuses %s, with its line", (_name, text, code, line) => {
    expect(() => readCorpus(text, "calls.yaml")).toThrowError(
      expect.objectContaining({ code, at: expect.objectContaining({ file: "calls.yaml", line }) }),
    );
  });

  it.each([
    ["allow", "allow", true],
    ["allow", "abstain", false],
    ["ask", "deny", false],
    ["contained", "ask", true],
    ["contained", "allow", true],
    ["contained", "deny", false],
    [undefined, "deny", true],
  ] as const)("expects %s and gets %s: %s", (expected, got, isMet) => {
    const one: CorpusCase = { at: "a:1", command: "x", expected, reasons: [], isSealed: false };
    expect(isAsExpected(one, decided(got, "team/any/rule"))).toBe(isMet);
  });

  it("wants one of the named rules among the reasons of a refusal", () => {
    const [, deny] = cases;
    if (deny === undefined) throw new Error("the corpus has four cases");
    expect(isAsExpected(deny, decided("deny", "team/secrets/read"))).toBe(true);
    expect(isAsExpected(deny, decided("deny", "team/tamper/own"))).toBe(false);
  });

  it("is written again with what was got, and read as that", () => {
    const written = corpusText("after", [
      ["echo 'a: b' # c", "allow"],
      ["cat <<E\nx\nE", "ask"],
    ]);
    expect(readCorpus(written, "new.yaml")).toMatchObject([
      { command: "echo 'a: b' # c", expected: "allow" },
      { command: "cat <<E\nx\nE", expected: "ask" },
    ]);
  });
});

describe("what became of expectations", () => {
  it("counts sealed cases and shows none of them", () => {
    const tally = createExpectationTally(5);
    const sealed = readCorpus("sealed: true\ncases:\n  - allow: one\n  - allow: two", "s.yaml");
    const open = readCorpus("cases:\n  - allow: three\n  - command: four", "o.yaml");
    for (const one of [...sealed, ...open])
      tally.add(one.command, one, { old: decided("allow"), now: decided("ask") });
    expect(tally.report()).toEqual({
      stated: 3,
      before: 3,
      met: 0,
      otherwise: [{ expected: "allow", got: "ask", count: 3, examples: ["three"] }],
    });
  });
});
