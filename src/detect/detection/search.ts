// One search of a detection: fields of an event compared with values, all of them, or one map of a list of maps.
import { Failure, type SourcePlace } from "#base/failure.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import {
  type FieldReader,
  FIELDS,
  isSealedField,
  readerOf,
  type Scalar,
  SEALED_FIELDS,
} from "./fields.ts";
import { type Lists, listTest, type NamedList } from "./lists.ts";
import type { TestTree, ValueTest } from "./tree.ts";

/** Whether an event is what a search looks for. */
export type Search = (metadata: JsonObject) => boolean;
/** Where a part of the search stands, by its path of keys inside it. */
export type PlaceIn = (path: readonly (string | number)[]) => SourcePlace;

/** A search, compiled. `kinds`: the only kinds of event that it could match, undefined for all. */
export type ReadSearch = {
  readonly matches: Search;
  readonly tree: TestTree;
  readonly kinds: ReadonlySet<string> | undefined;
  readonly requiresKey: boolean;
  readonly lists: readonly string[];
};

const FIELDS_MAX = 32;
const VALUES_MAX = 256;
const VALUE_CHARS_MAX = 200;

const comparisons = {
  contains: (value, wanted) => value.includes(wanted),
  startswith: (value, wanted) => value.startsWith(wanted),
  endswith: (value, wanted) => value.endsWith(wanted),
} as const satisfies Readonly<Record<string, (value: string, wanted: string) => boolean>>;

const orders = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
} as const satisfies Readonly<Record<string, (value: number, bound: number) => boolean>>;
type OrderName = keyof typeof orders;
/** Modifiers that go along with another. */
const JOINING: readonly string[] = ["all", "neq", "expand"];
const MODIFIERS = [...Object.keys(comparisons), ...Object.keys(orders), "exists", ...JOINING];

/**
 * Compiles a search over clear metadata alone: `field: value`, `field: [values]` (one of them), `field|contains`, `|startswith`, `|endswith`,
 * `|all` (each of the values), `|neq` (some value of the field is none of them), `field|gt`, `|gte`, `|lt`, `|lte` with a number,
 * `|exists` with a truth value, and `field: null` for an event without the field. Texts are compared without case, as Sigma does. Throws a Failure
 * `search-invalid` at what it does not know.
 */
export function compileSearch(source: unknown, place: PlaceIn): Search {
  const { matches, requiresKey } = readSearch(source, place, undefined);
  if (requiresKey) throw fault("sealed fields are not looked at here", place([]));
  return matches;
}

/** Compiles a search that may ask sealed fields, and `lists` by `|expand`; without lists there are none. Throws as `compileSearch` does. */
export function readSearch(source: unknown, place: PlaceIn, lists: Lists | undefined): ReadSearch {
  if (!Array.isArray(source)) return readMap(source, place, lists);
  const parts: readonly unknown[] = source;
  if (parts.length === 0 || parts.length > FIELDS_MAX) {
    throw fault(`a list of maps has 1 to ${FIELDS_MAX} of them`, place([]));
  }
  const maps = parts.map((part, index) => readMap(part, (path) => place([index, ...path]), lists));
  const kinds = maps.flatMap((map) => (map.kinds === undefined ? [] : [map.kinds]));
  return {
    matches: (metadata) => maps.some(({ matches }) => matches(metadata)),
    tree: { kind: "or", parts: maps.map(({ tree }) => tree) },
    kinds: kinds.length < maps.length ? undefined : new Set(kinds.flatMap((one) => [...one])),
    requiresKey: maps.some(({ requiresKey }) => requiresKey),
    lists: maps.flatMap((map) => map.lists),
  };
}

type FieldTest = {
  readonly test: Search;
  readonly tree: TestTree;
  readonly field: string;
  readonly lists: readonly string[];
  readonly kinds: ReadonlySet<string> | undefined;
};

function readMap(source: unknown, place: PlaceIn, lists: Lists | undefined): ReadSearch {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw fault("a search is a map of fields, or a list of such maps", place([]));
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(source);
  if (entries.length === 0 || entries.length > FIELDS_MAX) {
    throw fault(`a search has 1 to ${FIELDS_MAX} fields`, place([]));
  }
  const fields = entries.map(([key, value]) => readField(key, value, { at: place([key]), lists }));
  const tests = fields.map(({ test }) => test);
  const [only] = tests;
  return {
    matches:
      tests.length === 1 && only !== undefined
        ? only
        : (metadata) => tests.every((test) => test(metadata)),
    tree: { kind: "and", parts: fields.map(({ tree }) => tree) },
    kinds: fields.find(({ kinds }) => kinds !== undefined)?.kinds,
    requiresKey: fields.some(({ field }) => isSealedField(field)),
    lists: fields.flatMap((one) => one.lists),
  };
}

type Where = { readonly at: SourcePlace; readonly lists: Lists | undefined };

function readField(key: string, source: unknown, { at, lists }: Where): FieldTest {
  const [field = "", ...modifiers] = key.split("|");
  if (!FIELDS.includes(field) && !SEALED_FIELDS.includes(field)) {
    throw fault(
      `\`${field.slice(0, 60)}\` is no field of an event: ${[...FIELDS, ...SEALED_FIELDS].join(", ")}`,
      at,
    );
  }
  const wanted: readonly unknown[] = Array.isArray(source) ? source : [source];
  if (wanted.length === 0 || wanted.length > VALUES_MAX) {
    throw fault(`\`${field}\` has 1 to ${VALUES_MAX} values`, at);
  }
  const main = mainModifier(modifiers, at);
  const [isAll, isNeq, isExpanded] = JOINING.map((word) => modifiers.includes(word));
  const comparison: Comparison = { field, wanted, at, read: readerOf(field) };
  const test = (matches: Search, tree: TestTree): FieldTest => ({
    test: matches,
    tree,
    field,
    lists: [],
    kinds: undefined,
  });
  const some = (value: ValueTest, isNegated = isNeq === true): TestTree => ({
    kind: "some",
    field,
    test: value,
    isNegated,
    at,
  });
  if (main !== undefined && (isOrder(main) || main === "exists")) {
    if (modifiers.length > 1)
      throw fault(`\`|${main}\` stands alone: leave out \`${modifiers.join("|")}\``, at);
    if (main !== "exists") {
      const { matches, tree } = compileOrder(comparison, main);
      return test(matches, some(tree));
    }
    const isThere = some({ kind: "any" });
    return test(
      compileExists(comparison),
      wanted[0] === true ? isThere : { kind: "not", inner: isThere },
    );
  }
  if (isExpanded === true) {
    if (main !== undefined || isAll === true)
      throw fault("`|expand` goes along with `|neq` alone: leave out the others", at);
    const expanded = expand(comparison, lists);
    return {
      ...test(someValue(comparison.read, expanded.holds, isNeq), some(expanded.tree)),
      lists: expanded.names,
    };
  }
  if (isAll === true) {
    if (wanted.length < 2 || isNeq === true)
      throw fault("`|all` needs two values or more, and no `|neq`", at);
    const each = wanted.map((value) => holderOf({ ...comparison, wanted: [value] }, main));
    return test((metadata) => each.every(({ holds }) => comparison.read(metadata, holds)), {
      kind: "and",
      parts: each.map(({ tree }) => some(tree)),
    });
  }
  if (main === undefined && isNeq !== true) {
    const isPlain = field === "kind" && wanted.every((value) => typeof value === "string");
    const kinds = isPlain ? new Set(wanted.map((value) => String(value).toLowerCase())) : undefined;
    const { matches, values, orAbsent } = compileEquality(comparison);
    const equal = some({ kind: "equal", values });
    const absent: TestTree = { kind: "not", inner: some({ kind: "any" }) };
    return { ...test(matches, orAbsent ? { kind: "or", parts: [equal, absent] } : equal), kinds };
  }
  const { holds, tree } = holderOf(comparison, main);
  return test(someValue(comparison.read, holds, isNeq), some(tree));
}

/** The one modifier that says how values are compared; undefined for equality. */
function mainModifier(modifiers: readonly string[], at: SourcePlace): string | undefined {
  const unknown = modifiers.find((word) => !MODIFIERS.includes(word));
  if (unknown !== undefined) {
    throw fault(
      `the modifier \`${unknown.slice(0, 60)}\` is not known here: use one of ${MODIFIERS.join(", ")}`,
      at,
    );
  }
  const mains = modifiers.filter((word) => !JOINING.includes(word));
  if (mains.length > 1 || new Set(modifiers).size < modifiers.length) {
    throw fault(
      `the modifier \`${modifiers.at(-1) ?? ""}\` does not go along with those before it`,
      at,
    );
  }
  return mains[0];
}

type Comparison = {
  readonly field: string;
  readonly wanted: readonly unknown[];
  readonly at: SourcePlace;
  readonly read: FieldReader;
};

type Holds = (value: Scalar) => boolean;

function someValue(read: FieldReader, holds: Holds, isNeq: boolean | undefined): Search {
  if (isNeq === true) return (metadata) => read(metadata, (value) => !holds(value));
  return (metadata) => read(metadata, holds);
}

function compileEquality({ field, wanted, at, read }: Comparison): {
  readonly matches: Search;
  readonly values: readonly Scalar[];
  readonly orAbsent: boolean;
} {
  const values = wanted.map((value) => (value === null ? null : scalar(value, field, at)));
  const known = new Set(values.map(folded));
  const holds: Holds = (value) =>
    known.has(value) || (typeof value === "string" && known.has(value.toLowerCase()));
  const orAbsent = known.has(null);
  return {
    matches: orAbsent
      ? (metadata) => read(metadata, holds) || !read(metadata, always)
      : (metadata) => read(metadata, holds),
    values: [...known].filter((value) => value !== null),
    orAbsent,
  };
}

function compileExists({ field, wanted, at, read }: Comparison): Search {
  const [is] = wanted;
  if (typeof is !== "boolean" || wanted.length > 1)
    throw fault(`\`${field}|exists\` is \`true\` or \`false\``, at);
  return (metadata) => read(metadata, always) === is;
}

function compileOrder(
  { field, wanted, at, read }: Comparison,
  modifier: OrderName,
): { readonly matches: Search; readonly tree: ValueTest } {
  const [bound] = wanted;
  const isInOrder = orders[modifier];
  if (typeof bound !== "number" || wanted.length > 1) {
    throw fault(`\`${field}|${modifier}\` compares with one number`, at);
  }
  const holds: Holds = (value) => typeof value === "number" && isInOrder(value, bound);
  return {
    matches: (metadata) => read(metadata, holds),
    tree: { kind: modifier, bound },
  };
}

/** Whether one value is what is wanted, by equality or by a part of a text. */
function holderOf(
  { field, wanted, at }: Comparison,
  modifier: string | undefined,
): { readonly holds: Holds; readonly tree: ValueTest } {
  if (modifier === undefined || !isComparison(modifier)) {
    const known = new Set(wanted.map((value) => folded(scalar(value, field, at))));
    return {
      holds: (value) => known.has(folded(value)),
      tree: { kind: "equal", values: [...known] },
    };
  }
  const compare = comparisons[modifier];
  const texts = wanted.map((value) => {
    const text = scalar(value, field, at);
    if (typeof text === "string" && text !== "") return text.toLowerCase();
    throw fault(`\`${field}|${modifier}\` compares texts: give it one that is not empty`, at);
  });
  return {
    holds: (value) => {
      if (typeof value !== "string") return false;
      const text = value.toLowerCase();
      for (const one of texts) if (compare(text, one)) return true;
      return false;
    },
    tree: { kind: modifier, texts },
  };
}

function isComparison(modifier: string): modifier is keyof typeof comparisons {
  return Object.hasOwn(comparisons, modifier);
}

function isOrder(modifier: string): modifier is OrderName {
  return Object.hasOwn(orders, modifier);
}

/** What the placeholders of a field stand for. */
function expand(
  { field, wanted, at }: Comparison,
  lists: Lists | undefined,
): { readonly holds: Holds; readonly names: readonly string[]; readonly tree: ValueTest } {
  const names: string[] = [];
  const found: NamedList[] = [];
  const tests = wanted.map((value) => {
    const name = typeof value === "string" ? /^%([^%]*)%$/.exec(value)?.[1] : undefined;
    if (name === undefined)
      throw fault(`\`${field}|expand\` takes names of lists such as \`%approved_hosts%\``, at);
    const list = lists?.get(name);
    if (list === undefined) {
      const known = [...(lists?.keys() ?? [])].join(", ");
      throw fault(`there is no list \`${name.slice(0, 60)}\`: there is ${known || "none"}`, at);
    }
    names.push(name);
    found.push(list);
    return listTest(list);
  });
  return {
    holds: (value) => tests.some((test) => test(String(value))),
    names,
    tree: { kind: "listed", lists: found },
  };
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
  if (/^%.*%$/.test(value))
    throw fault(`a value of \`${field}\` is a placeholder: write \`${field}|expand\``, at);
  return value;
}

function always(): boolean {
  return true;
}

function folded<Value extends Scalar | null>(value: Value): Value | string {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function fault(message: string, at: SourcePlace): Failure {
  return new Failure("search-invalid", message, { at });
}
