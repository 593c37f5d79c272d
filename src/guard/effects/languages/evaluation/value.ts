// What an expression of a program in another language is worth, as far as its text alone tells.
import { concat, union } from "../../../shell/values/text-sets.ts";
import {
  EMPTY,
  hole,
  known,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../../shell/values/text.ts";

/**
 * A value. `text`: one of these texts; a path or bytes are texts too. `list`: exactly these items. `many`: any number of
 * such items. `number`: a whole number. `name`: a function or module, by its dotted name.
 */
export type Value =
  | { readonly kind: "text"; readonly texts: TextSet }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "many"; readonly item: Value }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "name"; readonly path: string };

/** What is known of the world where values are worked out. */
export type ValueContext = {
  /** The home directory, absolute. */
  readonly home: string;
  /** A variable of the environment; undefined when it cannot be told. */
  variable(name: string): TextSet | undefined;
  /** The words that the program is given. */
  readonly operands: readonly Text[];
};

/** What a function or method makes of values; an argument is undefined where its value is not known. */
export type ValueFunction = (
  args: readonly (Value | undefined)[],
  context: ValueContext,
) => Value | undefined;

/** A known text. */
export function textValue(text: string): Value {
  return { kind: "text", texts: known(text) };
}

/** Any text that matches a glob, as one word. */
export function likeValue(like: string): Value {
  return { kind: "text", texts: [[hole("dynamic-path", { like, splits: false })]] };
}

/** A list of known texts. */
export function listValue(texts: readonly string[]): Value {
  return { kind: "list", items: texts.map(textValue) };
}

/** The texts of a value. */
export function textsOfValue(value: Value | undefined): TextSet | undefined {
  return value?.kind === "text" ? value.texts : undefined;
}

/** The one text that a value certainly is. */
export function oneText(value: Value | undefined): string | undefined {
  const [text, ...others] = textsOfValue(value) ?? [];
  return text === undefined || others.length > 0 ? undefined : textOf(text);
}

/** The one number that a value certainly is. */
export function oneNumber(value: Value | undefined): number | undefined {
  return value?.kind === "number" ? value.number : undefined;
}

/** Every text that a value or its items may be; undefined when one of them is no text. */
export function allTexts(value: Value | undefined): TextSet | undefined {
  switch (value?.kind) {
    case "text":
      return value.texts;
    case "many":
      return allTexts(value.item);
    case "list": {
      const sets = value.items.map(allTexts);
      return sets.some((set) => set === undefined) || sets.length === 0
        ? undefined
        : union(...sets.flatMap((set) => (set === undefined ? [] : [set])));
    }
    default:
      return undefined;
  }
}

/** What one item of a list may be; undefined when that is not known. */
export function itemOf(value: Value | undefined): Value | undefined {
  if (value?.kind === "many") return value.item;
  return value?.kind === "list" ? eitherOf(value.items) : undefined;
}

/** Any one of several values; undefined when they have no form in common. */
export function eitherOf(values: readonly (Value | undefined)[]): Value | undefined {
  const [first, ...rest] = values;
  if (first === undefined || rest.length === 0) return first;
  if (values.every((value) => value?.kind === "text")) {
    return {
      kind: "text",
      texts: union(...values.map((value) => textsOfValue(value) ?? EMPTY)),
    };
  }
  if (values.every((value) => value?.kind === "list" || value?.kind === "many")) {
    // Lists of one length stay lists, item by item: what a loop takes apart.
    const lists = values.flatMap((value) => (value?.kind === "list" ? [value.items] : []));
    const [{ length } = []] = lists;
    if (lists.length === values.length && lists.every((items) => items.length === length)) {
      const items = lists[0]?.map((_, at) => eitherOf(lists.map((list) => list[at]))) ?? [];
      if (items.every((item) => item !== undefined)) return { kind: "list", items };
    }
    const item = eitherOf(values.map(itemOf));
    return item === undefined ? undefined : { kind: "many", item };
  }
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first))
    ? first
    : undefined;
}

/** The text of a number or text. */
export function asText(value: Value | undefined): Value | undefined {
  return value?.kind === "number" ? textValue(String(value.number)) : textsIn(value);
}

function textsIn(value: Value | undefined): Value | undefined {
  return value?.kind === "text" ? value : undefined;
}

/** Characters of texts that are put together; a longer one is not followed. */
const CHARS_MAX = 4_096;

function lengthOf(text: Text): number {
  return text.reduce((sum, piece) => sum + (piece.kind === "text" ? piece.text.length : 1), 0);
}

/** One value after the other: texts, or lists. */
export function joined(first: Value | undefined, second: Value | undefined): Value | undefined {
  if (first?.kind === "text" && second?.kind === "text") {
    const length = [...first.texts, ...second.texts].reduce((sum, text) => sum + lengthOf(text), 0);
    return length > CHARS_MAX
      ? undefined
      : { kind: "text", texts: concat(first.texts, second.texts) };
  }
  if (first?.kind === "list" && second?.kind === "list")
    return { kind: "list", items: [...first.items, ...second.items] };
  return undefined;
}

/** Parts of a path put together; a part that is absolute replaces those before, unless `keepsRoot`. */
export function pathOf(
  parts: readonly (Value | undefined)[],
  keepsRoot = false,
): Value | undefined {
  let path: TextSet | undefined;
  for (const part of parts) {
    const texts = textsOfValue(asText(part));
    if (texts === undefined) return undefined;
    if (path === undefined) {
      path = texts;
      continue;
    }
    const before: TextSet = path;
    path = union(
      ...before.flatMap((start) =>
        texts.map((text) => (isAbsolute(text) && !keepsRoot ? [text] : below(start, text))),
      ),
    );
  }
  return path === undefined ? undefined : { kind: "text", texts: path };
}

function isAbsolute(text: Text): boolean {
  const [first] = text;
  return first?.kind === "text" && first.text.startsWith("/");
}

function below(start: Text, text: Text): TextSet {
  if (start.length === 0) return [text];
  const [first] = text;
  const glued =
    endsWithSlash(start) || (first?.kind === "text" && first.text.startsWith("/")) ? "" : "/";
  return concat(concat([start], known(glued)), [text]);
}

function endsWithSlash(text: Text): boolean {
  const last = text.at(-1);
  return last?.kind === "text" && last.text.endsWith("/");
}

/** Applies a function to the known texts of a value. */
export function mapText(
  value: Value | undefined,
  change: (text: string) => string | undefined,
): Value | undefined {
  const texts = textsOfValue(value);
  if (texts === undefined) return undefined;
  const changed = texts.map((text) => {
    const whole = textOf(text);
    return whole === undefined ? undefined : change(whole);
  });
  return changed.some((text) => text === undefined)
    ? undefined
    : { kind: "text", texts: union(changed.map((text) => literal(text ?? ""))) };
}

/** `~` and `~/x` where a home directory is meant. */
export function expandHome(value: Value | undefined, { home }: ValueContext): Value | undefined {
  const texts = textsOfValue(value);
  if (texts === undefined) return undefined;
  const expanded = texts.map((text): Text | undefined => {
    const [first, ...rest] = text;
    if (first?.kind !== "text" || !first.text.startsWith("~")) return text;
    return /^~(\/|$)/.test(first.text)
      ? [...literal(`${home}${first.text.slice(1)}`), ...rest]
      : undefined;
  });
  return expanded.some((text) => text === undefined)
    ? undefined
    : { kind: "text", texts: union(expanded.map((text) => text ?? [])) };
}

/** A variable of the environment by its name. */
export function environmentValue(
  name: Value | undefined,
  context: ValueContext,
): Value | undefined {
  const variable = oneText(name);
  if (variable === undefined) return undefined;
  const texts =
    context.variable(variable) ?? (variable === "HOME" ? known(context.home) : undefined);
  return texts?.some((text) => textOf(text) === undefined) === false
    ? { kind: "text", texts }
    : undefined;
}
