// A file of one detection, whatever its form: a rule over single events, or a correlation with the rules that it is made of before it.
import * as v from "valibot";
import { readDeclarations } from "#base/declaration.ts";
import { isObject } from "#base/json.ts";
import {
  BODY_ENTRIES,
  DETECTION_CHARS_MAX,
  DetectionSchema,
  META_ENTRIES,
  metaOf,
  type PlaceOf,
  readBody,
} from "../detection/compile.ts";
import type { Detection, EventTest, RuleMeta } from "../detection/detection.ts";
import { isSealedField } from "../detection/fields.ts";
import type { Lists } from "../detection/lists.ts";
import { type Correlation, CorrelationSchema, invalid, readCorrelation } from "./correlation.ts";

/** Documents of one file: a correlation and the rules that it is made of. */
const DOCUMENTS_MAX = 17;

/** A rule that a correlation of the same file is made of. It is never reported by itself. */
export type Component = { readonly name: string } & (
  | { readonly kind: "events"; readonly test: EventTest }
  | { readonly kind: "correlation"; readonly correlation: Correlation }
);

/** A detection as its file has it, not yet joined with those that it refers to. */
export type Rule =
  | { readonly kind: "detection"; readonly meta: RuleMeta; readonly detection: Detection }
  | {
      readonly kind: "correlation";
      readonly meta: RuleMeta;
      readonly correlation: Correlation;
      readonly components: readonly Component[];
    };

const componentName = v.pipe(
  v.string(),
  v.regex(
    /^[a-z][a-z0-9_]{0,63}$/,
    "a name of a-z, 0-9 and `_`, by which the correlation refers to it",
  ),
);
const ComponentMeta = { name: componentName, title: v.optional(META_ENTRIES.title) };
const ComponentEventsSchema = v.strictObject({ ...ComponentMeta, ...BODY_ENTRIES });
const ComponentCorrelationSchema = v.strictObject({
  ...ComponentMeta,
  correlation: CorrelationSchema,
});
const CorrelationRuleSchema = v.strictObject({ ...META_ENTRIES, correlation: CorrelationSchema });

/** Names of the fields of the documents: the published JSON schema has the same. */
export const RULE_FIELDS = [
  ...new Set(
    [
      DetectionSchema,
      CorrelationRuleSchema,
      ComponentEventsSchema,
      ComponentCorrelationSchema,
    ].flatMap(({ entries }) => Object.keys(entries)),
  ),
];

type Parsed =
  | v.InferOutput<typeof DetectionSchema>
  | v.InferOutput<typeof CorrelationRuleSchema>
  | v.InferOutput<typeof ComponentEventsSchema>
  | v.InferOutput<typeof ComponentCorrelationSchema>;

/**
 * Reads the file of the detection called `name` (`<tactic>/<file>`). The last document is the detection; those before it are rules that a
 * correlation is made of. Throws Failure `detection-syntax`, `detection-invalid`, `search-invalid` or `correlation-invalid` with the line and
 * column of the fault: what is not understood is never left out.
 */
export function parseRule(source: string, file: string, name: string, lists?: Lists): Rule {
  const documents = readDeclarations<Parsed>(source, {
    file,
    kind: "detection",
    charsMax: DETECTION_CHARS_MAX,
    documentsMax: DOCUMENTS_MAX,
    schemaOf: (content, isLast) => {
      const isCorrelation = isObject(content) && Object.hasOwn(content, "correlation");
      if (isLast) return isCorrelation ? CorrelationRuleSchema : DetectionSchema;
      return isCorrelation ? ComponentCorrelationSchema : ComponentEventsSchema;
    },
  });
  const components: Component[] = [];
  const asked: string[] = [];
  for (const { value, place } of documents.slice(0, -1)) {
    if (!("name" in value)) continue;
    if (components.some((one) => one.name === value.name))
      throw invalid(`\`${value.name}\` is there twice: name each once`, place(["name"]));
    if ("correlation" in value) {
      const correlation = readCorrelation(value.correlation, within(place));
      components.push({ name: value.name, kind: "correlation", correlation });
    } else {
      const { lists: ofBody, ...test } = readBody(value, place, lists);
      asked.push(...ofBody);
      components.push({ name: value.name, kind: "events", test });
    }
  }
  const last = documents.at(-1);
  if (last === undefined || "name" in last.value) throw new Error("no document is a detection");
  const { value, place } = last;
  if (!("correlation" in value)) {
    if (components.length > 0)
      throw invalid("the last document is the correlation that the others belong to", place([]));
    const body = readBody(value, place, lists);
    const meta = metaOf(value, { name, ...body }, place);
    return {
      kind: "detection",
      meta,
      detection: { ...meta, kinds: body.kinds, matches: body.matches, tree: body.tree },
    };
  }
  const correlation = readCorrelation(value.correlation, within(place));
  checkUse(components, correlation);
  // A rule of another file is looked at where the rules are joined.
  const names = components.flatMap((one) => (one.kind === "events" ? [] : one.correlation.rules));
  const isAlone = [...correlation.rules, ...names].every((rule) =>
    components.some((one) => one.name === rule),
  );
  const requiresKey =
    (!isAlone && value.requires === "key") ||
    asksSealed(correlation) ||
    components.some((one) =>
      one.kind === "events" ? one.test.requiresKey : asksSealed(one.correlation),
    );
  const meta = metaOf(value, { name, requiresKey, lists: asked }, place);
  return { kind: "correlation", meta, correlation, components };
}

function within(place: PlaceOf): PlaceOf {
  return (path) => place(["correlation", ...path]);
}

function asksSealed({ groupBy, field, aliases }: Correlation): boolean {
  const named = Object.values(aliases).flatMap((fields) => Object.values(fields));
  return [...groupBy, ...named, ...(field === undefined ? [] : [field])].some(isSealedField);
}

/** Every rule before the correlation is asked for, and a correlation among them only asks for what stands before it. */
function checkUse(components: readonly Component[], correlation: Correlation): void {
  const used = new Set(correlation.rules);
  for (const one of components.toReversed()) {
    if (!used.has(one.name))
      throw invalid(
        `no correlation behind it asks for \`${one.name}\`: use it or remove it`,
        correlation.place(["rules"]),
      );
    if (one.kind === "correlation") for (const rule of one.correlation.rules) used.add(rule);
  }
}
