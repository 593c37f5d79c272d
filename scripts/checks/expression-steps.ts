// How many steps a regular expression takes on a text: a matcher that goes back as the engine does, and counts instead of hurrying.
import { type Part, partsOf } from "./expression-parts.ts";

/** Matches from a place on, and then what comes behind; says whether all of it fits. */
type Matcher = (at: number, then: (at: number) => boolean) => boolean;

const WORD = /^\w$/;
const NEWLINE = /^[\n\r\u2028\u2029]$/;

class TooManySteps extends Error {}

/**
 * Steps until the first match is found or none is: looks at a character, a place or a group. Undefined: more than `most`.
 * It begins at `from`, and a sticky expression looks there alone. The same on every machine, which the time it takes is not.
 */
export function expressionSteps(
  source: string,
  flags: string,
): (text: string, most: number, from?: number) => number | undefined {
  const tree = partsOf(source, flags.includes("v"));
  const plain = flags.replace(/[gyd]/g, "");
  const isMultiline = flags.includes("m");
  const hasPoints = /[uv]/.test(flags);
  const groups = groupsOf(tree, source);
  const captured: (readonly [start: number, end: number] | undefined)[] = [];
  let text = "";
  let steps = 0;
  let most = 0;

  const step = (): void => {
    steps += 1;
    if (steps > most) throw new TooManySteps();
  };
  const textOf = ({ start, end }: Part): string => source.slice(start, end);

  /** Where one character that fits ends; -1 where none does. */
  function characterOf(part: Part, back: boolean): (at: number) => number {
    const whole = new RegExp(`^(?:${textOf(part)})$`, plain);
    const known = new Map<string, boolean>();
    return (at) => {
      step();
      if (back ? at <= 0 : at >= text.length) return -1;
      let one = text[back ? at - 1 : at] ?? "";
      if (hasPoints && !back) one = String.fromCodePoint(text.codePointAt(at) ?? 0);
      let fits = known.get(one);
      if (fits === undefined) known.set(one, (fits = whole.test(one)));
      if (!fits) return -1;
      return back ? at - one.length : at + one.length;
    };
  }

  function placeOf(part: Part, back: boolean): Matcher {
    const sign = textOf(part);
    const isWord = (at: number): boolean => WORD.test(text[at] ?? "");
    const isBorder = (at: number): boolean => isWord(at - 1) !== isWord(at);
    const isLine = (at: number): boolean => isMultiline && NEWLINE.test(text[at] ?? "");
    const placed = (holds: (at: number) => boolean): Matcher => {
      return (at, then) => {
        step();
        return holds(at) && then(at);
      };
    };
    if (sign === "^") return placed((at) => at === 0 || isLine(at - 1));
    if (sign === "$") return placed((at) => at === text.length || isLine(at));
    if (sign === "\\b") return placed(isBorder);
    if (sign === "\\B") return placed((at) => !isBorder(at));
    const name = /^\\k<(.+)>$/.exec(sign)?.[1];
    const number = name === undefined ? Number(sign.slice(1)) : (groups.names.get(name) ?? 0);
    return (at, then) => {
      step();
      const [start, end] = captured[number] ?? [0, 0];
      const again = text.slice(start, end);
      const from = back ? at - again.length : at;
      if (from < 0 || !text.startsWith(again, from)) return false;
      steps += again.length;
      return then(back ? from : at + again.length);
    };
  }

  function repeatedOf(part: Extract<Part, { kind: "repeated" }>, back: boolean): Matcher {
    const sign = source.slice(part.inner.end, part.end);
    const isLazy = sign.length > 1 && sign.endsWith("?");
    const { min, max } = part;
    if (part.inner.kind === "character" && !isLazy) {
      const next = characterOf(part.inner, back);
      // WHY not turn by turn: a turn inside of a turn for each character would need a deep stack.
      return (at, then) => {
        const ends = [at];
        let end = at;
        while (ends.length <= max) {
          end = next(end);
          if (end < 0) break;
          ends.push(end);
        }
        for (let turns = ends.length - 1; turns >= min; turns -= 1)
          if (then(ends[turns] ?? at)) return true;
        return false;
      };
    }
    const inner = matcherOf(part.inner, back);
    const turn = (at: number, turns: number, then: (at: number) => boolean): boolean => {
      step();
      const more = (): boolean =>
        turns < max &&
        inner(at, (end) => (end !== at || turns < min) && turn(end, turns + 1, then));
      if (turns < min) return more();
      return isLazy ? then(at) || more() : more() || then(at);
    };
    return (at, then) => turn(at, 0, then);
  }

  function matcherOf(part: Part, back: boolean): Matcher {
    switch (part.kind) {
      case "character": {
        const next = characterOf(part, back);
        return (at, then) => {
          const end = next(at);
          return end >= 0 && then(end);
        };
      }
      case "nothing":
        return placeOf(part, back);
      case "row": {
        const parts = part.parts.map((one) => matcherOf(one, back));
        if (back) parts.reverse();
        const from = (index: number, at: number, then: (at: number) => boolean): boolean => {
          const one = parts[index];
          return one === undefined ? then(at) : one(at, (end) => from(index + 1, end, then));
        };
        return (at, then) => from(0, at, then);
      }
      case "ways": {
        const parts = part.parts.map((one) => matcherOf(one, back));
        return (at, then) => parts.some((one) => one(at, then));
      }
      case "group": {
        const inner = matcherOf(part.inner, back);
        const number = groups.numbers.get(part.start);
        if (number === undefined) return inner;
        return (at, then) => {
          const before = captured[number];
          const isDone = inner(at, (end) => {
            captured[number] = back ? [end, at] : [at, end];
            return then(end);
          });
          if (!isDone) captured[number] = before;
          return isDone;
        };
      }
      case "look": {
        const sign = textOf(part);
        const inner = matcherOf(part.inner, sign.startsWith("(?<"));
        const isWanted = !/^\(\?<?!/.test(sign);
        return (at, then) => {
          step();
          return inner(at, () => true) === isWanted && then(at);
        };
      }
      case "repeated":
        return repeatedOf(part, back);
      default:
        return part satisfies never;
    }
  }

  const whole = matcherOf(tree, false);
  const isSticky = flags.includes("y");
  return (given, limit, from = 0) => {
    text = given;
    most = limit;
    steps = 0;
    try {
      for (let at = from; at <= text.length; at += 1) {
        captured.length = 0;
        if (whole(at, () => true) || isSticky) break;
      }
      return steps;
    } catch (error) {
      if (error instanceof TooManySteps) return undefined;
      throw error;
    }
  };
}

/** Numbers of the groups that capture, by where they start, and by their names. */
function groupsOf(tree: Part, source: string) {
  const numbers = new Map<number, number>();
  const names = new Map<string, number>();
  const visit = (part: Part): void => {
    if (part.kind === "group") {
      const name = /^\(\?<([^>]+)>/.exec(source.slice(part.start, part.end))?.[1];
      if (name !== undefined || source[part.start + 1] !== "?") {
        numbers.set(part.start, numbers.size + 1);
        if (name !== undefined) names.set(name, numbers.size);
      }
    }
    if (part.kind === "row" || part.kind === "ways") part.parts.forEach(visit);
    else if (part.kind === "group" || part.kind === "look" || part.kind === "repeated")
      visit(part.inner);
  };
  visit(tree);
  return { numbers, names };
}
