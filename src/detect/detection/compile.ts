// Detections from text: one Sigma rule in YAML becomes a test of one event. Text in, detection out; no disk (decision 0038).
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { EVENT_KINDS } from "#record/event/event.ts";
import { canHold, compileCondition, conditionTree, parseCondition } from "./condition.ts";
import { type Detection, type EventTest, LEVELS, type RuleMeta, STATUSES } from "./detection.ts";
import type { Lists } from "./lists.ts";
import { readSearch } from "./search.ts";
import type { TestTree } from "./tree.ts";

/** Characters of one detection; a larger file is refused unread. */
export const DETECTION_CHARS_MAX = 64 * 1024;
const SEARCHES_MAX = 32;
/** Fields of a decision that say what becomes of the call. */
const OUTCOME_FIELDS: ReadonlySet<string> = new Set(["verdict", "enforced"]);

const text = (charsMax: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax, `at most ${charsMax} characters`));
const texts = v.array(text(500));

/** What every detection says of itself, over one event or over several. */
export const META_ENTRIES = {
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
  falsepositives: v.pipe(texts, v.minLength(1)),
  level: v.picklist(LEVELS),
  runbook: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^docs\/runbooks\/[a-z-]+\.md#[a-z0-9-]+$/,
        "a page and its heading such as `docs/runbooks/impact.md#lockdown-begun`",
      ),
    ),
  ),
  requires: v.optional(v.literal("key")),
  blocked: v.optional(v.literal("same")),
};

/** Which events are looked at, and the searches. */
export const BODY_ENTRIES = {
  logsource: v.strictObject({
    product: v.literal("sallyport"),
    category: v.optional(v.picklist(EVENT_KINDS)),
  }),
  detection: v.looseObject({ condition: text(1_000) }),
};

export const DetectionSchema = v.strictObject({ ...META_ENTRIES, ...BODY_ENTRIES });
type MetaValue = Omit<v.InferOutput<typeof DetectionSchema>, keyof typeof BODY_ENTRIES>;
type BodyValue = Pick<v.InferOutput<typeof DetectionSchema>, keyof typeof BODY_ENTRIES>;

/** Where a part of a document stands, by its path of keys. */
export type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;

/** The test of one event, and the lists that it asks. */
export type ReadBody = EventTest & { readonly lists: readonly string[] };

/**
 * Compiles the detection called `name` (`<tactic>/<file>`). Throws Failure `detection-syntax`, `detection-invalid` or `search-invalid` with
 * the line and column of the fault: what is not understood is never left out.
 */
export function parseDetection(
  source: string,
  file: string,
  name: string,
  lists?: Lists,
): Detection {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "detection",
    schema: DetectionSchema,
    charsMax: DETECTION_CHARS_MAX,
  });
  const body = readBody(value, place, lists);
  const { kinds, matches, tree } = body;
  return { ...metaOf(value, { name, ...body }, place), kinds, matches, tree };
}

/** What a detection says of itself; `requires: key` has to stand exactly where a sealed field is asked. */
export function metaOf(
  value: MetaValue,
  found: {
    readonly name: string;
    readonly requiresKey: boolean;
    readonly lists: readonly string[];
    /** Missing of a correlation: what several events are together, no single outcome makes milder. */
    readonly tree?: TestTree;
  },
  place: PlaceOf,
): RuleMeta {
  const { name, requiresKey, lists, tree } = found;
  if ((value.requires === "key") !== requiresKey)
    throw new Failure(
      "detection-invalid",
      requiresKey
        ? "a sealed field is asked: add `requires: key`"
        : "no sealed field is asked: leave out `requires: key`",
      { at: place(["requires"]) },
    );
  return {
    id: value.id,
    name,
    title: value.title,
    description: value.description,
    level: value.level,
    isSameBlocked: value.blocked === "same" || tree === undefined || asksOutcome(tree),
    status: value.status,
    tags: value.tags,
    falsePositives: value.falsepositives,
    runbook: value.runbook,
    requiresKey,
    lists: [...new Set(lists)],
  };
}

/** Whether a test is about how a call was judged. */
function asksOutcome(tree: TestTree): boolean {
  switch (tree.kind) {
    case "some":
      return OUTCOME_FIELDS.has(tree.field);
    case "not":
      return asksOutcome(tree.inner);
    case "and":
    case "or":
      return tree.parts.some(asksOutcome);
    default:
      return tree satisfies never;
  }
}

/** Compiles `logsource` and `detection` of a document. Throws as `parseDetection` does. */
export function readBody(value: BodyValue, place: PlaceOf, lists: Lists | undefined): ReadBody {
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
      return [search, readSearch(bodies[search], inside, lists)];
    }),
  );
  const parsed = parseCondition(condition, names, place(["detection", "condition"]));
  const { category } = value.logsource;
  const kinds = EVENT_KINDS.filter(
    (kind) =>
      (category === undefined || category === kind) &&
      canHold(parsed, (search) => searches.get(search)?.kinds?.has(kind) ?? true),
  );
  if (kinds.length === 0)
    throw new Failure("detection-invalid", "the condition can hold for no kind of event", {
      at: place(["detection", "condition"]),
    });
  const isMet = compileCondition(
    parsed,
    new Map([...searches].map(([search, { matches }]) => [search, matches])),
  );
  const known = [...searches.values()];
  return {
    kinds,
    requiresKey: known.some(({ requiresKey }) => requiresKey),
    lists: known.flatMap((one) => one.lists),
    tree: conditionTree(parsed, new Map([...searches].map(([search, { tree }]) => [search, tree]))),
    matches: category === undefined ? isMet : (event) => event["kind"] === category && isMet(event),
  };
}
