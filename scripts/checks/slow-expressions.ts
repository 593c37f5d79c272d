// Regular expressions that take long on a short text: more than the square of its length, or twice as long for each character more.
import { type Part, partsOf } from "./expression-parts.ts";
import { expressionSteps } from "./expression-steps.ts";
import { hostileTexts } from "./hostile-texts.ts";

/** A regular expression and where it stands. */
export type Expression = {
  readonly source: string;
  readonly flags: string;
  readonly from: string;
};

/** Characters of a text that each is tried on: the square of that is nothing, the cube takes its time. */
const LENGTH = 700;
/** Steps for each pair of characters: what looks at each of them from each some times is fast, and the cube is far above. */
const STEPS_MAX = 30;
/** A shorter text comes first: what takes so few steps there is no cube, and the long one need not be tried. */
const SHORT_LENGTH = 100;
const SHORT_STEPS_MAX = 3;

/** Those that take long, each with the beginning of a text on which it does. How many texts were tried is told as well. */
export function slowExpressions(expressions: readonly Expression[]): {
  readonly slow: readonly string[];
  readonly tried: number;
} {
  let tried = 0;
  const slow = expressions.flatMap(({ source, flags, from }) => {
    const texts = hostileTexts(source, flags, SHORT_LENGTH);
    tried += texts.length;
    const steps = expressionSteps(source, flags);
    const isBelow = (text: string, most: number): boolean =>
      steps(text, most * text.length * text.length) !== undefined;
    const suspects = texts.flatMap((text, index) =>
      isBelow(text, SHORT_STEPS_MAX) ? [] : [index],
    );
    const long = suspects.length === 0 ? [] : hostileTexts(source, flags, LENGTH);
    const found = suspects
      .flatMap((index) => long[index] ?? [])
      .find((text) => !isBelow(text, STEPS_MAX));
    return found === undefined
      ? []
      : [`${from}: /${source.slice(0, 120)}/${flags} on ${JSON.stringify(found.slice(0, 40))}`];
  });
  return { slow, tried };
}

/**
 * Those that begin at every line (`m`) and go on over line ends from there, such as `^\s*x`: each blank line is then gone through from
 * each before it, and a text of nothing else takes the square of its length. What is meant is `[^\S\n\r]*`, the blanks of a line.
 */
export function overLines(expressions: readonly Expression[]): readonly string[] {
  return expressions
    .filter(({ flags }) => flags.includes("m"))
    .filter(({ source, flags }) => {
      const canBeLineEnd = (part: Part): boolean =>
        new RegExp(
          `^(?:${source.slice(part.start, part.end)})$`,
          flags.replace(/[gmyd]/g, ""),
        ).test("\n");
      /** Whether a part begins by going over any number of line ends, behind a place at a line's beginning. */
      const goesOn = (part: Part): boolean => {
        if (part.kind === "row") return goesOnFrom(part.parts);
        if (part.kind === "ways") return part.parts.some(goesOn);
        if (part.kind === "group") return goesOn(part.inner);
        if (part.kind !== "repeated") return false;
        return (part.max === Infinity && canBeLineEnd(part.inner)) || goesOn(part.inner);
      };
      /** What may be missing hides nothing behind it. */
      const goesOnFrom = ([first, ...rest]: readonly Part[]): boolean =>
        first !== undefined &&
        (goesOn(first) || (first.kind === "repeated" && first.min === 0 && goesOnFrom(rest)));
      const visit = (part: Part): boolean => {
        if (part.kind === "row")
          return part.parts.some((one, at) => {
            const isLine = one.kind === "nothing" && source[one.start] === "^";
            return visit(one) || (isLine && goesOnFrom(part.parts.slice(at + 1)));
          });
        if (part.kind === "ways") return part.parts.some(visit);
        return "inner" in part && visit(part.inner);
      };
      return visit(partsOf(source, flags.includes("v")));
    })
    .map(({ from, source, flags }) => `${from}: /${source.slice(0, 120)}/${flags}`);
}
