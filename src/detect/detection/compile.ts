// Detections from text: one Sigma rule in YAML becomes a test of one event. Text in, detection out; no disk (decision 0038).
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { EVENT_KINDS } from "#record/event/event.ts";
import { parseCondition } from "./condition.ts";
import { type Detection, LEVELS, STATUSES } from "./detection.ts";
import { compileSearch } from "./search.ts";

/** Characters of one detection; a larger file is refused unread. */
export const DETECTION_CHARS_MAX = 64 * 1024;
const SEARCHES_MAX = 32;

const text = (charsMax: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax, `at most ${charsMax} characters`));
const texts = v.array(text(500));

const DetectionSchema = v.strictObject({
  title: text(256),
  id: v.pipe(v.string(), v.uuid("a UUID of its own")),
  status: v.picklist(STATUSES),
  description: text(4_000),
  references: v.optional(texts),
  author: v.optional(text(200)),
  date: v.pipe(v.string(), v.isoDate("a date such as 2026-03-01")),
  modified: v.optional(v.pipe(v.string(), v.isoDate("a date such as 2026-03-01"))),
  tags: v.array(
    v.pipe(v.string(), v.regex(/^[a-z0-9_-]+\.[a-z0-9._-]+$/, "a tag of the form `attack.t1562`")),
  ),
  logsource: v.strictObject({
    product: v.literal("sallyport"),
    category: v.optional(v.picklist(EVENT_KINDS)),
  }),
  detection: v.looseObject({ condition: text(1_000) }),
  falsepositives: v.pipe(texts, v.minLength(1)),
  level: v.picklist(LEVELS),
});

/** Names of the fields of a detection: the published JSON schema has the same. */
export const DETECTION_FIELDS = Object.keys(DetectionSchema.entries);

/**
 * Compiles the detection called `name` (`<tactic>/<file>`). Throws Failure `detection-syntax`, `detection-invalid` or `search-invalid` with
 * the line and column of the fault: what is not understood is never left out.
 */
export function parseDetection(source: string, file: string, name: string): Detection {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "detection",
    schema: DetectionSchema,
    charsMax: DETECTION_CHARS_MAX,
  });
  const { condition, ...bodies } = value.detection;
  const names = Object.keys(bodies);
  const odd = names.find((search) => !/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(search));
  if (names.length === 0 || names.length > SEARCHES_MAX || odd !== undefined) {
    throw new Failure(
      "detection-invalid",
      `\`detection\` has 1 to ${SEARCHES_MAX} searches, named by letters, digits, \`_\` and \`-\``,
      { at: place(odd === undefined ? ["detection"] : ["detection", odd]) },
    );
  }
  const searches = new Map(
    names.map((search) => {
      const inside = (path: readonly (string | number)[]) => place(["detection", search, ...path]);
      return [search, compileSearch(bodies[search], inside)];
    }),
  );
  const isMet = parseCondition(condition, names, place(["detection", "condition"]));
  const { category } = value.logsource;
  return {
    id: value.id,
    name,
    title: value.title,
    description: value.description,
    level: value.level,
    status: value.status,
    tags: value.tags,
    falsePositives: value.falsepositives,
    matches: (metadata) =>
      (category === undefined || metadata["kind"] === category) &&
      isMet((search) => searches.get(search)?.(metadata) === true),
  };
}
