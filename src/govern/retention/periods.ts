// How long records are kept, as data: a class of records, its period, and that of each framework with its source.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";

/** Frameworks that a period can come from. */
export const FRAMEWORKS = ["soc2", "hipaa", "gdpr"] as const;
export type Framework = (typeof FRAMEWORKS)[number];

const CHARS_MAX = 64 * 1024;
const words = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));
const days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(36_500));

const classSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, "lower case letters, digits, dashes")),
  title: words(200),
  description: words(2_000),
  is: v.picklist(["evidence", "personal"]),
  kinds: v.pipe(v.array(words(64)), v.maxLength(64)),
  days,
  reason: words(400),
  frameworks: v.record(
    v.picklist(FRAMEWORKS),
    v.strictObject({ days, reason: words(400), source: words(200) }),
  ),
});

/** A class of records and its periods. */
export type RecordClass = v.InferOutput<typeof classSchema>;

/** A class with the period that counts, and whose it is. */
export type KeptClass = {
  readonly id: string;
  readonly title: string;
  readonly is: RecordClass["is"];
  readonly kinds: readonly string[];
  readonly days: number;
  /** The framework that sets the period; `default` where none of the chosen ones says anything. */
  readonly by: Framework | "default";
  readonly reason: string;
  readonly source: string | undefined;
};

/** Reads the class called `name`. Throws Failure `retention-syntax` or `retention-invalid` with the place of the fault. */
export function parseRecordClass(text: string, file: string, name: string): RecordClass {
  const { value, place } = readDeclaration(text, {
    file,
    kind: "retention",
    schema: classSchema,
    charsMax: CHARS_MAX,
  });
  if (value.id === name) return value;
  throw new Failure("retention-invalid", `the id is not the file's name, \`${name}\``, {
    at: place(["id"]),
  });
}

/**
 * The periods under some frameworks: the longest for evidence, the shortest for personal content. WHY not one rule: what
 * proves something must outlast every audit, what is about a person must go as soon as any of them says so.
 */
export function periodsUnder(
  classes: readonly RecordClass[],
  frameworks: readonly Framework[],
): readonly KeptClass[] {
  return classes.map((one) => {
    const named = frameworks.flatMap((by) => {
      const given = one.frameworks[by];
      return given === undefined ? [] : [{ by, ...given }];
    });
    const sign = one.is === "evidence" ? -1 : 1;
    const [first] = named.toSorted((left, right) => sign * (left.days - right.days));
    const { id, title, is, kinds } = one;
    return {
      id,
      title,
      is,
      kinds,
      days: first?.days ?? one.days,
      by: first?.by ?? "default",
      reason: first?.reason ?? one.reason,
      source: first?.source,
    };
  });
}
