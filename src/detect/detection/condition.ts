// Sigma's condition: names of searches joined by `and`, `or`, `not`, parentheses, `1 of` and `all of`.
import { Failure, type SourcePlace } from "#base/failure.ts";
import type { TestTree } from "./tree.ts";

/** A condition over the searches of a detection. */
export type Condition =
  | { readonly kind: "search"; readonly name: string }
  | { readonly kind: "not"; readonly inner: Condition }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] };

const NESTING_MAX = 16;
const WORDS_MAX = 128;
const KEYWORDS: readonly string[] = ["and", "or", "not", "of", "them", "1", "all"];

/** A condition as a test of one event, given the test of each search. */
export function compileCondition<Event>(
  condition: Condition,
  searches: ReadonlyMap<string, (event: Event) => boolean>,
): (event: Event) => boolean {
  switch (condition.kind) {
    case "search":
      return searches.get(condition.name) ?? (() => false);
    case "not": {
      const inner = compileCondition(condition.inner, searches);
      return (event) => !inner(event);
    }
    case "and":
    case "or": {
      const parts = condition.parts.map((part) => compileCondition(part, searches));
      const [only] = parts;
      if (parts.length === 1 && only !== undefined) return only;
      return condition.kind === "and"
        ? (event) => parts.every((part) => part(event))
        : (event) => parts.some((part) => part(event));
    }
    default:
      return condition satisfies never;
  }
}

/** A condition as a tree, given the tree of each search. */
export function conditionTree(
  condition: Condition,
  searches: ReadonlyMap<string, TestTree>,
): TestTree {
  switch (condition.kind) {
    case "search":
      return searches.get(condition.name) ?? { kind: "or", parts: [] };
    case "not":
      return { kind: "not", inner: conditionTree(condition.inner, searches) };
    case "and":
    case "or": {
      const { kind } = condition;
      return { kind, parts: condition.parts.map((part) => conditionTree(part, searches)) };
    }
    default:
      return condition satisfies never;
  }
}

/** Whether a condition could hold, where of each search it is known only whether it could match. */
export function canHold(condition: Condition, canMatch: (search: string) => boolean): boolean {
  return outlook(condition, canMatch).holds;
}

type Outlook = { readonly holds: boolean; readonly fails: boolean };

function outlook(condition: Condition, canMatch: (search: string) => boolean): Outlook {
  switch (condition.kind) {
    case "search":
      return { holds: canMatch(condition.name), fails: true };
    case "not": {
      const { holds, fails } = outlook(condition.inner, canMatch);
      return { holds: fails, fails: holds };
    }
    case "and":
    case "or": {
      const parts = condition.parts.map((part) => outlook(part, canMatch));
      const areAll = condition.kind === "and";
      return {
        holds: areAll ? parts.every(({ holds }) => holds) : parts.some(({ holds }) => holds),
        fails: areAll ? parts.some(({ fails }) => fails) : parts.every(({ fails }) => fails),
      };
    }
    default:
      return condition satisfies never;
  }
}

/**
 * Reads a condition over the named searches. `not` binds tighter than `and`, that tighter than `or`. Throws a Failure
 * `detection-invalid` for anything else, and for a search that the condition never asks for.
 */
export function parseCondition(
  text: string,
  searches: readonly string[],
  at: SourcePlace,
): Condition {
  const words: readonly string[] = text.match(/[()]|[^\s()]+/g) ?? [];
  const used = new Set<string>();
  let next = 0;

  const fault = (why: string): Failure =>
    new Failure("detection-invalid", `the condition ${why}`, { at });
  const take = (word: string): boolean => {
    if (words[next] !== word) return false;
    next += 1;
    return true;
  };
  const either = (depth: number): Condition => {
    const parts = [both(depth)];
    while (take("or")) parts.push(both(depth));
    return { kind: "or", parts };
  };
  const both = (depth: number): Condition => {
    const parts = [single(depth)];
    while (take("and")) parts.push(single(depth));
    return { kind: "and", parts };
  };
  const single = (depth: number): Condition => {
    if (depth > NESTING_MAX) throw fault(`is nested more than ${NESTING_MAX} deep: split it`);
    if (take("not")) return { kind: "not", inner: single(depth + 1) };
    if (take("(")) {
      const inner = either(depth + 1);
      if (!take(")")) throw fault("lacks a `)`");
      return inner;
    }
    return named();
  };
  const named = (): Condition => {
    const word = words[next];
    next += 1;
    if ((word === "1" || word === "all") && take("of")) {
      const parts = matching(words[next]).map((name) => ({ kind: "search", name }) as const);
      next += 1;
      return { kind: word === "1" ? "or" : "and", parts };
    }
    if (word === undefined) throw fault("ends where a search is expected");
    if (KEYWORDS.includes(word)) throw fault(`has \`${word}\` where a search is expected`);
    if (!searches.includes(word)) throw fault(`names \`${word}\`, which is no search here`);
    used.add(word);
    return { kind: "search", name: word };
  };
  const matching = (pattern: string | undefined): readonly string[] => {
    const found = searches.filter((search) => {
      if (pattern === "them") return !search.startsWith("_");
      return pattern?.endsWith("*") === true
        ? search.startsWith(pattern.slice(0, -1))
        : search === pattern;
    });
    if (found.length === 0)
      throw fault(`asks for searches like \`${pattern ?? ""}\`; there are none`);
    for (const search of found) used.add(search);
    return found;
  };

  if (words.length > WORDS_MAX)
    throw fault(`has more than ${WORDS_MAX} words: split the detection`);
  const condition = either(0);
  const rest = words[next];
  if (rest !== undefined)
    throw fault(`goes on with \`${rest}\` where \`and\` or \`or\` is expected`);
  const idle = searches.find((search) => !used.has(search));
  if (idle !== undefined) throw fault(`never asks for the search \`${idle}\`: use it or remove it`);
  return condition;
}
