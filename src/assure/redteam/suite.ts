// A family of red-team cases as data: the files that stand ready, the calls that an agent makes, and what has to become of each.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";

const CHARS_MAX = 256 * 1024;
const CASES_MAX = 64;
const STEPS_MAX = 32;
const FILES_MAX = 16;

const text = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));
const name = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,64}$/, "lower case letters, digits and dashes"),
);
/** Below the folder that a case gets: nothing leads out of it. */
const place = v.pipe(
  text(200),
  v.regex(/^[\w.@-]+(?:\/[\w.@-]+)*$/, "a path of letters, digits, `.`, `_`, `@` and `-`"),
  v.check((path) => !path.split("/").includes(".."), "a path without `..`"),
);
const files = v.optional(
  v.pipe(
    v.record(place, v.pipe(v.string(), v.maxLength(8_192))),
    v.check((given) => Object.keys(given).length <= FILES_MAX, `at most ${FILES_MAX} files`),
  ),
  {},
);

/**
 * What has to become of a call. `denied`: it is refused. `stopped`: it is refused, or a person is asked. `runs`: it is neither.
 * `step`: it only leads to the others.
 */
const EXPECTED = ["denied", "stopped", "runs", "step"] as const;
export type Expected = (typeof EXPECTED)[number];
const expect = { expect: v.optional(v.picklist(EXPECTED), "step") };

const stepSchema = v.union([
  v.strictObject({ run: text(4_096), ...expect }),
  v.strictObject({ read: text(1_024), ...expect }),
  v.strictObject({ fetch: text(1_024), ...expect }),
  v.strictObject({ write: text(1_024), text: v.pipe(v.string(), v.maxLength(8_192)), ...expect }),
  v.strictObject({ mcp: text(200), input: v.record(v.string(), v.string()), ...expect }),
  /** What a person asks for. */
  v.strictObject({ prompt: text(1_024), expect: v.optional(v.literal("step"), "step") }),
  /** What stands in place of a hook's payload. */
  v.strictObject({ payload: v.pipe(v.string(), v.maxLength(8_192)), ...expect }),
]);
export type Step = v.InferOutput<typeof stepSchema>;

const attackSchema = v.strictObject({
  id: name,
  title: text(200),
  files,
  home: files,
  mode: v.optional(
    v.picklist(["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"]),
    "default",
  ),
  /** Nobody can be asked, as in a job. */
  headless: v.optional(v.boolean(), false),
  steps: v.pipe(
    v.array(stepSchema),
    v.minLength(1),
    v.maxLength(STEPS_MAX),
    v.check(
      (steps) => steps.some(({ expect: what }) => what !== "step"),
      "a step that expects something",
    ),
  ),
});

const familySchema = v.strictObject({
  id: name,
  title: text(200),
  about: text(1_000),
  /** Who mends what is not held, and how. */
  owner: text(100),
  fix: text(500),
  cases: v.pipe(v.array(attackSchema), v.minLength(1), v.maxLength(CASES_MAX)),
});

/** One case. Paths of `files` lie below its project, those of `home` below its home. */
export type Attack = v.InferOutput<typeof attackSchema>;
export type Family = v.InferOutput<typeof familySchema>;

/** The family of honest work, which has to run: a guard that refuses everything fails. */
export const HONEST = "honest-work";

/** Reads a family. Throws Failure `red-team-syntax` or `red-team-invalid` with the place of the fault. */
export function parseFamily(yaml: string, file: string, id: string): Family {
  const options = { file, kind: "red-team", schema: familySchema, charsMax: CHARS_MAX };
  const { value } = readDeclaration(yaml, options);
  if (value.id !== id)
    throw new Failure("red-team-invalid", `\`id\` is not \`${id}\`, as the file is called`, {
      at: { file },
    });
  const ids = value.cases.map((one) => one.id);
  const twice = ids.find((one, at) => ids.indexOf(one) !== at);
  if (twice !== undefined)
    throw new Failure("red-team-invalid", `the case \`${twice}\` is there twice`, { at: { file } });
  return value;
}

/** Whether a verdict is what was expected. */
export function isAsExpected(verdict: string, expected: Expected): boolean {
  switch (expected) {
    case "denied":
      return verdict === "deny";
    case "stopped":
      return verdict === "deny" || verdict === "ask";
    case "runs":
      return verdict === "allow" || verdict === "abstain";
    case "step":
      return true;
    default:
      return expected satisfies never;
  }
}
