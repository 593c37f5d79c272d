// A corpus of commands for a backtest: texts in a file of the user's own, each with the verdict that is expected of it.
import * as v from "valibot";
import { stringify } from "yaml";
import { readDeclaration } from "#base/declaration.ts";
import { CORPUS_FILE_CHARS_MAX } from "#base/limits.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";

/**
 * What is expected of a command. `contained`: it runs code of the project or of others, so it is asked about, and runs where
 * a sandbox is proven to hold it.
 */
export type Expectation = Verdict | "contained";

const EXPECTATIONS = [
  "allow",
  "contained",
  "abstain",
  "ask",
  "deny",
] as const satisfies readonly Expectation[];

/** One command of a corpus. */
export type CorpusCase = {
  /** `FILE:LINE`. */
  readonly at: string;
  readonly command: string;
  /** Undefined for a command that only tells what changes. */
  readonly expected: Expectation | undefined;
  /** Ends of rule names of which one has to stand among the reasons; empty for any. */
  readonly reasons: readonly string[];
  /** Only counted, never shown: what a policy was tuned on cannot measure it. */
  readonly isSealed: boolean;
};

const command = v.pipe(v.string(), v.minLength(1, "a command is a text"));
const reasons = v.pipe(v.array(v.string()), v.minLength(1, "name a rule, or leave `reasons` out"));
const one = v.pipe(
  v.strictObject({
    ...v.entriesFromList([...EXPECTATIONS, "command"], v.optional(command)),
    reasons: v.optional(reasons),
  }),
  v.check(
    (given) => Object.keys(given).filter((key) => key !== "reasons").length === 1,
    `a case is one command under one of \`${[...EXPECTATIONS, "command"].join("`, `")}\``,
  ),
);
const schema = v.strictObject({
  about: v.optional(v.string()),
  reasons: v.optional(reasons),
  sealed: v.optional(v.boolean(), false),
  cases: v.pipe(v.array(one), v.minLength(1, "a corpus has a case")),
});

/** The cases of a file's text, in order. Throws a Failure `corpus-syntax` or `corpus-invalid` with line and column. */
export function readCorpus(text: string, file: string): readonly CorpusCase[] {
  const options = { file, kind: "corpus", schema, charsMax: CORPUS_FILE_CHARS_MAX };
  const { value, place } = readDeclaration(text, options);
  return value.cases.map(({ reasons: own, command: open, ...texts }, index) => {
    const [expected] = EXPECTATIONS.filter((name) => texts[name] !== undefined);
    return {
      at: `${file}:${place(["cases", index]).line ?? 0}`,
      command: (expected === undefined ? open : texts[expected]) ?? "",
      expected,
      reasons: own ?? value.reasons ?? [],
      isSealed: value.sealed,
    };
  });
}

/** Whether a decision is what a case expects; true where it expects nothing. */
export function isAsExpected(
  { expected, reasons: wanted }: CorpusCase,
  { verdict, reasons: found }: Pick<Decision, "verdict" | "reasons">,
): boolean {
  if (expected === undefined) return true;
  const isVerdict =
    expected === "contained" ? verdict === "ask" || verdict === "allow" : verdict === expected;
  if (!isVerdict || wanted.length === 0 || verdict === "allow") return isVerdict;
  return found.some(({ rule }) =>
    wanted.some((name) => rule === name || rule.endsWith(`/${name}`)),
  );
}

/** The text of a corpus in which each command expects the verdict that it got. */
export function corpusText(about: string, got: readonly (readonly [string, Verdict])[]): string {
  return stringify(
    { about, cases: got.map(([text, verdict]) => ({ [verdict]: text })) },
    { lineWidth: 0 },
  );
}
