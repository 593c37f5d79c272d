// One search of a detection: fields of an event compared with values, all of them, or one map of a list of maps.
import { Failure, type SourcePlace } from "#base/failure.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { FIELDS, type Scalar, valuesOf } from "./fields.ts";

/** Whether an event's clear metadata is what a search looks for. */
export type Search = (metadata: JsonObject) => boolean;
/** Where a part of the search stands, by its path of keys inside it. */
export type PlaceIn = (path: readonly (string | number)[]) => SourcePlace;

const FIELDS_MAX = 32;
const VALUES_MAX = 256;
const VALUE_CHARS_MAX = 200;

const comparisons: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  contains: (value, wanted) => value.includes(wanted),
  startswith: (value, wanted) => value.startsWith(wanted),
  endswith: (value, wanted) => value.endsWith(wanted),
};

const orders: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
};
const MODIFIERS = [...Object.keys(comparisons), ...Object.keys(orders)];

/**
 * Compiles a search: `field: value`, `field: [values]` (one of them), `field|contains`, `|startswith`, `|endswith`,
 * `field|gt`, `|gte`, `|lt`, `|lte` with a number, and `field: null` for an event without the field. Texts are compared without case, as Sigma does. Throws a Failure
 * `search-invalid` at what it does not know.
 */
export function compileSearch(source: unknown, place: PlaceIn): Search {
  if (!Array.isArray(source)) return compileMap(source, place);
  const parts: readonly unknown[] = source;
  if (parts.length === 0 || parts.length > FIELDS_MAX) {
    throw fault(`a list of maps has 1 to ${FIELDS_MAX} of them`, place([]));
  }
  const maps = parts.map((part, index) => compileMap(part, (path) => place([index, ...path])));
  return (metadata) => maps.some((map) => map(metadata));
}

function compileMap(source: unknown, place: PlaceIn): Search {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw fault("a search is a map of fields, or a list of such maps", place([]));
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(source);
  if (entries.length === 0 || entries.length > FIELDS_MAX) {
    throw fault(`a search has 1 to ${FIELDS_MAX} fields`, place([]));
  }
  const tests = entries.map(([key, value]) => compileField(key, value, place([key])));
  return (metadata) => tests.every((test) => test(metadata));
}

function compileField(key: string, source: unknown, at: SourcePlace): Search {
  const [field = "", ...modifiers] = key.split("|");
  if (!FIELDS.includes(field)) {
    throw fault(`\`${field.slice(0, 60)}\` is no field of an event: ${FIELDS.join(", ")}`, at);
  }
  const wanted: readonly unknown[] = Array.isArray(source) ? source : [source];
  if (wanted.length === 0 || wanted.length > VALUES_MAX) {
    throw fault(`\`${field}\` has 1 to ${VALUES_MAX} values`, at);
  }
  const [modifier, ...further] = modifiers;
  if (modifier === undefined) {
    const values = wanted.map((value) => (value === null ? null : scalar(value, field, at)));
    const known = new Set(values.map(folded));
    return (metadata) => {
      const found = valuesOf(metadata, field);
      return found.length === 0 ? known.has(null) : found.some((value) => known.has(folded(value)));
    };
  }
  const unknown = [modifier, ...further].find((word) => !MODIFIERS.includes(word)) ?? further[0];
  if (unknown !== undefined) {
    throw fault(
      `the modifier \`${unknown.slice(0, 60)}\` is not known here: use one of ${MODIFIERS.join(", ")}`,
      at,
    );
  }
  return Object.hasOwn(orders, modifier)
    ? compileOrder({ field, modifier, wanted, at })
    : compileParts({ field, modifier, wanted, at });
}

type Comparison = {
  readonly field: string;
  readonly modifier: string;
  readonly wanted: readonly unknown[];
  readonly at: SourcePlace;
};

function compileOrder({ field, modifier, wanted, at }: Comparison): Search {
  const [bound] = wanted;
  const isInOrder = orders[modifier];
  if (typeof bound !== "number" || wanted.length > 1 || isInOrder === undefined) {
    throw fault(`\`${field}|${modifier}\` compares with one number`, at);
  }
  return (metadata) =>
    valuesOf(metadata, field).some((value) => typeof value === "number" && isInOrder(value, bound));
}

function compileParts({ field, modifier, wanted, at }: Comparison): Search {
  const compare = comparisons[modifier];
  const texts = wanted.map((value) => {
    const text = scalar(value, field, at);
    if (typeof text === "string" && text !== "") return text.toLowerCase();
    throw fault(`\`${field}|${modifier}\` compares texts: give it one that is not empty`, at);
  });
  return (metadata) =>
    valuesOf(metadata, field).some(
      (value) =>
        typeof value === "string" &&
        texts.some((text) => compare?.(value.toLowerCase(), text) === true),
    );
}

/** WHY no wildcards: a star that is taken for itself would make a detection silent; the modifiers say the same. */
function scalar(value: unknown, field: string, at: SourcePlace): Scalar {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "string" || value.length > VALUE_CHARS_MAX) {
    throw fault(`\`${field}\` is compared with texts of up to ${VALUE_CHARS_MAX} characters`, at);
  }
  if (/[*?\\]/.test(value)) {
    throw fault(
      `a value of \`${field}\` has a wildcard or a backslash: use \`|contains\`, \`|startswith\` or \`|endswith\``,
      at,
    );
  }
  return value;
}

function folded(value: Scalar | null): Scalar | null {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function fault(message: string, at: SourcePlace): Failure {
  return new Failure("search-invalid", message, { at });
}
