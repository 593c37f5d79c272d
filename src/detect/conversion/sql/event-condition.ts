// The test of one event as a condition of SQL over `entry e`.
import type { SourcePlace } from "#base/failure.ts";
import { lazily } from "#base/lazily.ts";
import type { NamedList } from "../../detection/lists.ts";
import type { TestTree, ValueTest } from "../../detection/tree.ts";
import { type EventPlan, unsayable } from "../plan/plan.ts";
import type { Dialect, ValueCells } from "./dialect.ts";

/** Whether `e` is what a rule over single events looks for. Never NULL. */
export function eventCondition({ tree, kinds }: EventPlan, dialect: Dialect): string {
  const own = condition(tree, dialect);
  if (kinds === undefined) return own;
  const isKind = dialect.some(
    "kind",
    ({ text }) => `${text} IN (${kinds.map(dialect.text).join(", ")})`,
  );
  return `${isKind}\n  AND ${own}`;
}

function condition(tree: TestTree, dialect: Dialect): string {
  switch (tree.kind) {
    case "some":
      return dialect.some(tree.field, (cells) => {
        const met = valueCondition(tree.test, { cells, dialect, at: tree.at });
        return tree.isNegated ? `CASE WHEN ${met} THEN 1 ELSE 0 END = 0` : `(${met})`;
      });
    case "not":
      return `NOT (${condition(tree.inner, dialect)})`;
    case "and":
    case "or": {
      const parts = tree.parts.map((part) => condition(part, dialect));
      const [only] = parts;
      if (only === undefined) return tree.kind === "and" ? "1 = 1" : "1 = 0";
      return parts.length === 1
        ? only
        : `(${parts.join(tree.kind === "and" ? "\n  AND " : "\n  OR ")})`;
    }
    default:
      return tree satisfies never;
  }
}

type Where = { readonly cells: ValueCells; readonly dialect: Dialect; readonly at: SourcePlace };

/** Comparisons, by the names that Sigma gives them. */
export const COMPARISONS = { gt: ">", gte: ">=", lt: "<", lte: "<=", eq: "=" } as const;

function valueCondition(test: ValueTest, { cells, dialect, at }: Where): string {
  switch (test.kind) {
    case "any":
      return "1 = 1";
    case "equal": {
      const texts = test.values.filter((value) => typeof value === "string");
      const numbers = test.values.filter((value) => typeof value === "number");
      const booleans = test.values.filter((value) => typeof value === "boolean");
      return anyOf([
        ...oneOf(folded(cells.text, texts, { dialect, at }), texts.map(dialect.text)),
        ...oneOf(cells.number, numbers.map(String)),
        ...oneOf(
          cells.boolean,
          booleans.map((value) => `'${value}'`),
        ),
      ]);
    }
    case "contains":
    case "startswith":
    case "endswith": {
      const text = folded(cells.text, test.texts, { dialect, at });
      return anyOf(
        test.texts.map((wanted) => {
          const literal = dialect.text(wanted);
          const chars = [...wanted].length;
          if (test.kind === "contains") return dialect.contains(text, literal);
          return test.kind === "startswith"
            ? dialect.startsWith(text, literal, chars)
            : dialect.endsWith(text, literal, chars);
        }),
      );
    }
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return `${cells.number} ${COMPARISONS[test.kind]} ${test.bound}`;
    case "listed":
      return anyOf(test.lists.flatMap((list) => listConditions(list, { cells, dialect, at })));
    default:
      return test satisfies never;
  }
}

function listConditions({ form, values }: NamedList, where: Where): readonly string[] {
  const { cells, dialect, at } = where;
  if (form === "path")
    return values.flatMap((value) => [
      `${cells.any} = ${checked(value, dialect, at)}`,
      dialect.startsWith(cells.any, checked(`${value}/`, dialect, at), [...value].length + 1),
    ]);
  const wanted = values.map((value) => value.toLowerCase());
  const text = folded(cells.any, wanted, { dialect, at });
  const same = oneOf(text, wanted.map(dialect.text));
  if (form === "name") return same;
  const below = wanted.map((host) =>
    dialect.endsWith(text, dialect.text(`.${host}`), [...host].length + 1),
  );
  return [...same, ...below];
}

function checked(value: string, dialect: Dialect, at: SourcePlace): string {
  refuseUnwritable(value, at);
  return dialect.text(value);
}

function refuseUnwritable(value: string, at: SourcePlace): void {
  if (/\0|\p{Surrogate}/u.test(value))
    throw unsayable("a value holds a NUL or half a character, which no text of SQL can hold", at);
}

/** A text in lower case, as far as the wanted texts can tell. */
function folded(
  text: string,
  wanted: readonly string[],
  { dialect, at }: Omit<Where, "cells">,
): string {
  for (const one of wanted) {
    refuseUnwritable(one, at);
    if (isOfContext(one))
      throw unsayable("a value holds a sigma, whose case depends on what stands around it", at);
  }
  return lettersFor(wanted).reduce(
    (sql, [from, to]) => dialect.replace(sql, dialect.text(from), dialect.text(to)),
    dialect.lower(text),
  );
}

function oneOf(value: string, wanted: readonly string[]): readonly string[] {
  return wanted.length === 0 ? [] : [`${value} IN (${wanted.join(", ")})`];
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "1 = 0" : conditions.join(" OR ");
}

const FIRST = 0x80;
/** Behind the last block whose letters have a case. */
const BEHIND = 0x1_f000;

/** Letters outside ASCII with their lower case. */
const lowerings = lazily((): readonly (readonly [string, string])[] => {
  const found: (readonly [string, string])[] = [];
  for (let point = FIRST; point < BEHIND; point += 1) {
    const letter = String.fromCodePoint(point);
    const lower = letter.toLowerCase();
    if (lower !== letter) found.push([letter, lower]);
  }
  return found;
});

/** What has to be replaced in a text before it is compared with one of these, which are lower case. */
function lettersFor(wanted: readonly string[]): readonly (readonly [string, string])[] {
  const own = new Set(wanted.flatMap((text) => [...text]).filter((letter) => letter > "\u007f"));
  if (own.size === 0) return [];
  return lowerings().filter(([, lower]) => [...lower].some((letter) => own.has(letter)));
}

/** A letter whose lower case depends on what stands around it. */
function isOfContext(wanted: string): boolean {
  return /[\u03c3\u03c2]/.test(wanted);
}
