// Sigma's condition: names of searches joined by `and`, `or`, `not`, parentheses, `1 of` and `all of`.
import { Failure, type SourcePlace } from "#base/failure.ts";

/** A condition over the searches that matched. */
export type Condition = (isMatch: (search: string) => boolean) => boolean;

const NESTING_MAX = 16;
const WORDS_MAX = 128;
const KEYWORDS: readonly string[] = ["and", "or", "not", "of", "them", "1", "all"];

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
    return (isMatch) => parts.some((part) => part(isMatch));
  };
  const both = (depth: number): Condition => {
    const parts = [single(depth)];
    while (take("and")) parts.push(single(depth));
    return (isMatch) => parts.every((part) => part(isMatch));
  };
  const single = (depth: number): Condition => {
    if (depth > NESTING_MAX) throw fault(`is nested more than ${NESTING_MAX} deep: split it`);
    if (take("not")) {
      const inner = single(depth + 1);
      return (isMatch) => !inner(isMatch);
    }
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
      const among = matching(words[next]);
      next += 1;
      return word === "1" ? (isMatch) => among.some(isMatch) : (isMatch) => among.every(isMatch);
    }
    if (word === undefined) throw fault("ends where a search is expected");
    if (KEYWORDS.includes(word)) throw fault(`has \`${word}\` where a search is expected`);
    if (!searches.includes(word)) throw fault(`names \`${word}\`, which is no search here`);
    used.add(word);
    return (isMatch) => isMatch(word);
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
