// What find tests before it does something: for each action of an expression, what every path fulfils that it may see.
import { type Text, textOf } from "../../shell/values/text.ts";

/** What every found path fulfils. */
export type Narrowing = {
  /** The glob that its name matches. */
  readonly name: string;
  /** Whether it is no directory. */
  readonly isNoDirectory: boolean;
  /** Whether it lies below the root. */
  readonly isBelow: boolean;
  /** Whether it is a directory with nothing in it, as far as that was tested. */
  readonly isDirectory?: true;
  readonly isEmpty?: true;
};

/** One of these holds of each path. */
export type Conditions = readonly Narrowing[];

const ANYTHING: Narrowing = { name: "*", isNoDirectory: false, isBelow: false };
/** So many ways to fulfil an expression are told apart. */
const WAYS_MAX = 24;
const NESTING_MAX = 16;

/** A part of an expression: how many words it has, and whether it acts on what is found. */
export type Part = { readonly words: number; readonly isAction: boolean };

export type WalkConditions = {
  /** By where an action stands in the expression. */
  readonly actions: ReadonlyMap<number, Conditions>;
  /** What is printed where no action says what is done. */
  readonly whole: Conditions;
};

/**
 * What holds where each action is reached: what stands before it in its own `and`, and in those around it. That what stands
 * before an `or` does not hold, or what is negated, only narrows further. A word that is not known ends it: anything may be.
 */
export function walkConditions(
  expression: readonly Text[],
  partAt: (at: number) => Part,
): WalkConditions {
  const actions = new Map<number, Conditions>();
  let at = 0;

  const word = (): string | undefined => textOf(expression[at] ?? []);
  const isOver = (): boolean => at >= expression.length || word() === ")";

  /** Alternatives between commas and `-o`; what holds where all of it is true. */
  function alternatives(around: Conditions, nesting: number): Conditions {
    const ways: Narrowing[] = [];
    let isList = false;
    while (!isOver()) {
      ways.push(...allOf(around, nesting));
      const by = word();
      if (by === ",") isList = true;
      if (by === "," || by === "-o" || by === "-or") at += 1;
    }
    return isList ? around : bounded(ways, around);
  }

  /** Tests and actions one after the other, up to an `-o`, a comma or the end. */
  function allOf(around: Conditions, nesting: number): Conditions {
    let held = around;
    let isNegated = false;
    while (!isOver() && !/^(?:,|-o|-or)$/.test(word() ?? "")) {
      const test = word();
      if (test === "!" || test === "-not") {
        isNegated = !isNegated;
        at += 1;
        continue;
      }
      if (test === "-a" || test === "-and") {
        at += 1;
        continue;
      }
      const next = oneOf(held, nesting);
      if (!isNegated) held = next;
      isNegated = false;
    }
    return held;
  }

  function oneOf(held: Conditions, nesting: number): Conditions {
    const test = word();
    if (test === "(" && nesting < NESTING_MAX) {
      at += 1;
      const inside = alternatives(held, nesting + 1);
      at += 1;
      return inside;
    }
    const { words, isAction } = partAt(at);
    if (isAction) actions.set(at, held);
    const value = textOf(expression[at + 1] ?? []);
    at += words;
    return isAction || test === undefined ? held : narrowedBy(held, test, value);
  }

  if (!isPlain(expression, partAt)) return { actions, whole: [ANYTHING] };
  const first: Conditions = [{ ...ANYTHING, isBelow: isBelowRoots(expression, partAt) }];
  let whole = first;
  while (at < expression.length) {
    whole = alternatives(first, 0);
    // A bracket that closes nothing.
    if (at < expression.length) {
      at += 1;
      whole = first;
    }
  }
  return { actions, whole };
}

/** Whether it is known where each part begins, so that no word of a variable may be an `-o`. */
function isPlain(expression: readonly Text[], partAt: (at: number) => Part): boolean {
  for (let at = 0; at < expression.length; ) {
    const { words, isAction } = partAt(at);
    const part = expression.slice(at, at + (isAction ? 1 : words));
    if (textOf(part[0] ?? []) === undefined) return false;
    if (part.some((text) => text.some((piece) => piece.kind === "hole" && piece.splits)))
      return false;
    at += words;
  }
  return true;
}

/** Whether `-mindepth` keeps the roots out. It holds for the whole walk, wherever it stands, and the last one counts. */
function isBelowRoots(expression: readonly Text[], partAt: (at: number) => Part): boolean {
  let isBelow = false;
  for (let at = 0; at < expression.length; at += partAt(at).words)
    if (textOf(expression[at] ?? []) === "-mindepth")
      isBelow = /^0*[1-9]/.test(textOf(expression[at + 1] ?? []) ?? "");
  return isBelow;
}

function bounded(ways: readonly Narrowing[], around: Conditions): Conditions {
  const told = new Map(ways.map((way) => [JSON.stringify(way), way]));
  return told.size === 0 || told.size > WAYS_MAX ? around : [...told.values()];
}

function narrowedBy(held: Conditions, test: string, value: string | undefined): Conditions {
  if (test === "-empty") return held.map((way) => ({ ...way, isEmpty: true }));
  if (value === undefined) return held;
  if (test === "-type" && value === "d") return held.map((way) => ({ ...way, isDirectory: true }));
  const name = nameGlob(test, value);
  if (name !== undefined) return held.map((way) => (way.name === "*" ? { ...way, name } : way));
  if (test === "-type" && /^[bcpfs](?:,[bcpfs])*$/.test(value))
    return held.map((way) => ({ ...way, isNoDirectory: true }));
  return held;
}

/** The glob that names match, where this test is one of the name alone. */
function nameGlob(test: string, value: string): string | undefined {
  if (value.includes("/")) return undefined;
  if (test === "-name") return value;
  if (test !== "-iname" || /[[\]\\]|[^\0-\x7f]/.test(value)) return undefined;
  return value.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}
