// A red-team case as data: calls in order as an incident made them, without secrets, and what has to be said to each from now on.
import * as v from "valibot";
import { stringify } from "yaml";
import { readDeclaration } from "#base/declaration.ts";
import { VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";

const CHARS_MAX = 1024 * 1024;
/** Calls of one case. */
export const CASE_CALLS_MAX = 200;
const text = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));

/** What a call is given, by its tool. Only tools whose input the record keeps whole. */
const inputSchema = v.union([
  v.strictObject({ tool: v.literal("Bash"), command: text(4_096) }),
  v.strictObject({ tool: v.literal("Read"), path: text(4_096) }),
  v.strictObject({ tool: v.literal("WebFetch"), url: text(4_096) }),
]);

const caseSchema = v.strictObject({
  /** The version of this form. */
  case: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes")),
  title: text(300),
  from: v.strictObject({ incident: text(64), drill: v.boolean() }),
  setting: v.strictObject({
    mode: v.nullable(text(64)),
    policy: v.nullable(text(300)),
  }),
  calls: v.pipe(
    v.array(
      v.strictObject({
        call: inputSchema,
        /** What was said then, and what came of it. */
        was: text(64),
        how: text(64),
        /** The verdict that it has to get; `step`: it only leads to the others. */
        expect: v.picklist([...VERDICTS_BY_STRICTNESS, "step"]),
      }),
    ),
    v.maxLength(CASE_CALLS_MAX),
  ),
  /** Calls that could not be turned, and why. */
  left: v.pipe(
    v.array(v.strictObject({ event: v.nullable(v.number()), tool: text(64), why: text(300) })),
    v.maxLength(2_000),
  ),
});

/** A red-team case. */
export type RedTeamCase = v.InferOutput<typeof caseSchema>;
export type CaseInput = v.InferOutput<typeof inputSchema>;

/** Reads a case. Throws Failure `case-syntax` or `case-invalid` with the place of the fault. */
export function parseCase(yaml: string, file: string): RedTeamCase {
  const options = { file, kind: "case", schema: caseSchema, charsMax: CHARS_MAX };
  return readDeclaration(yaml, options).value;
}

/** The text of a case. */
export function caseText(one: RedTeamCase): string {
  return stringify(one, { lineWidth: 0, aliasDuplicateObjects: false });
}
