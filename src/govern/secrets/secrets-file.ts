// A file of references by the name of the variable that a program wants: what a project commits in place of its values.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { VARIABLE, parseReference, type SecretReference } from "./reference.ts";
import { ROTATION_DAYS_MAX } from "./rotation.ts";
import { Failure } from "#base/failure.ts";

/** Where a project keeps its references. */
export const SECRETS_PATH = ".sallyport/secrets.yaml";
const FILE_CHARS_MAX = 256 * 1024;
const SECRETS_MAX = 256;

const entrySchema = v.union([
  v.string(),
  v.strictObject({
    from: v.string(),
    rotateDays: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(ROTATION_DAYS_MAX)),
    ),
  }),
]);
const fileSchema = v.strictObject({
  secrets: v.pipe(
    v.record(v.pipe(v.string(), v.regex(VARIABLE, "no name of a variable")), entrySchema),
    v.check(
      (entries) => Object.keys(entries).length <= SECRETS_MAX,
      `at most ${SECRETS_MAX} secrets`,
    ),
  ),
});

/** A variable and where its value is. */
export type NamedReference = {
  readonly variable: string;
  readonly reference: SecretReference;
  readonly rotateDays: number | undefined;
};

/** Reads such a file. Throws a Failure at the line of what is wrong with it. */
export function readSecretsFile(text: string, file: string): readonly NamedReference[] {
  const { value, place } = readDeclaration(text, {
    file,
    kind: "secrets-file",
    schema: fileSchema,
    charsMax: FILE_CHARS_MAX,
  });
  return Object.entries(value.secrets).map(([variable, entry]) => {
    const { from, rotateDays } = typeof entry === "string" ? { from: entry } : entry;
    try {
      return { variable, reference: parseReference(from), rotateDays };
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      const at = place(["secrets", variable]);
      throw new Failure("secrets-file-invalid", `\`${variable}\`: ${cause.message}`, { cause, at });
    }
  });
}
