// What a file of `data/detectors` may say, strictly: its schema, from which the types of its rows follow.
import * as v from "valibot";
import { TOKEN_CHECKS } from "../../src/guard/content/declaration/token-checks.ts";
import { VALUE_CHECKS } from "../../src/guard/content/declaration/value-checks.ts";
import { WRITTEN_FORMS } from "../../src/guard/content/declaration/written-forms.ts";

const TEXT_MAX = 200;
const FORM_MAX = 1_000;
const LIST_MAX = 500;
const ROWS_MAX = 200;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(TEXT_MAX));
const pattern = v.pipe(v.string(), v.minLength(1), v.maxLength(FORM_MAX));
const words = v.pipe(v.array(text), v.minLength(1), v.maxLength(LIST_MAX));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000));
const yes = v.literal(true, "is `true` or left out");
const flags = v.literal("i", "may be `i` and nothing else");
const rank = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99));
const tier = v.picklist(["high", "medium", "low"]);
const family = v.picklist(["secret", "personal", "health"]);
const tokenId = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/));
const valueId = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:[-/][a-z0-9]+)*$/));

const token = {
  id: tokenId,
  title: text,
  issuer: text,
  source: v.pipe(text, v.regex(/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}\//, "is no https address")),
  tier: v.optional(tier),
  rank: v.optional(rank),
  keywords: words,
  form: pattern,
  flags: v.optional(flags),
  longest: count,
  anyBody: v.optional(yes),
  keepsPlaceholders: v.optional(yes),
};
const value = {
  id: valueId,
  title: text,
  rank: v.optional(rank),
  labels: words,
  keywords: v.optional(words),
  alone: v.optional(words),
  form: v.optional(pattern),
  flags: v.optional(flags),
  digits: v.optional(count),
  written: v.optional(nameOf(WRITTEN_FORMS, "written-forms")),
};

/** One row, told by its kind. */
const Row = v.variant("kind", [
  v.strictObject({
    kind: v.literal("issued"),
    ...token,
    reach: v.optional(count),
    isInside: v.optional(yes),
    check: v.optional(nameOf(TOKEN_CHECKS, "token-checks")),
  }),
  v.strictObject({ kind: v.literal("named"), ...token }),
  v.strictObject({
    kind: v.literal("labelled"),
    ...value,
    family,
    tier,
    check: v.optional(nameOf(VALUE_CHECKS, "value-checks")),
    nearness: v.optional(v.picklist(["tight", "loose"])),
    context: v.optional(pattern),
    isNamedBehind: v.optional(yes),
    mayBeGlued: v.optional(yes),
    isListed: v.optional(yes),
  }),
  v.strictObject({
    kind: v.literal("national-id"),
    ...value,
    family: v.optional(family),
    check: nameOf(VALUE_CHECKS, "value-checks"),
  }),
]);

/** A file: rows about one subject. */
export const DetectorFileSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)?$/)),
  title: text,
  detectors: v.pipe(v.array(Row), v.minLength(1), v.maxLength(ROWS_MAX)),
});
export type DetectorFile = v.InferOutput<typeof DetectorFileSchema>;
export type DetectorRowData = DetectorFile["detectors"][number];

/** The name of something that code has. */
function nameOf<Named extends object>(named: Named, file: string) {
  const names = Object.keys(named) as (keyof Named & string)[];
  return v.picklist(
    names,
    ({ received }) => `${received} is no name of src/guard/content/declaration/${file}.ts`,
  );
}
