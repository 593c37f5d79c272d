// Builtins that fill variables from their input or their arguments: `read`, `mapfile`, `getopts`.
import { EITHER } from "../values/results.ts";
import { ALTERNATIVES_MAX, FIELDS_MAX } from "#base/limits.ts";
import { looseElements } from "../values/arrays.ts";
import { assignSomeElement, assignText } from "./assignments.ts";
import type { BuiltinCall } from "../expansion/builtin-call.ts";
import { runBeside } from "../values/embedded-code.ts";
import { callSiteOf, type Result } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import {
  append,
  EMPTY,
  hole,
  known,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../values/text.ts";
import { withoutValues } from "../values/text-changes.ts";
import { union } from "../values/text-sets.ts";
import { lines } from "../values/several-lines.ts";
import { brokenUp, separatorsOf } from "../values/field-splitting.ts";

/** What the words of a `read` ask for. */
type Asked = {
  readonly names: readonly string[];
  readonly array: string | undefined;
  /** Whether the array was asked for as zsh alone is asked. */
  readonly isZshArray: boolean;
  readonly descriptor: number;
  readonly isRaw: boolean;
  /** What ends a line; a newline unless told otherwise. */
  readonly delimiter: string | undefined;
  /** Options that cut or keep the line in a way that is not worked out. */
  readonly isStrange: boolean;
};

function askedOf(args: readonly Text[], isZsh: boolean): Asked {
  const names: string[] = [];
  let array: string | undefined;
  let takesArray = false;
  let descriptor = 0;
  let isRaw = false;
  let isStrange = false;
  let delimiter: string | undefined = "\n";
  for (let at = 0; at < args.length; at += 1) {
    const value = textOf(args[at] ?? []);
    if (value === undefined) {
      isStrange = true;
      continue;
    }
    if (!value.startsWith("-") || names.length > 0) {
      // `read "name?prompt"` in zsh.
      names.push(isZsh ? value.replace(/\?[\s\S]*$/, "") : value);
      continue;
    }
    for (let letter = 1; letter < value.length; letter += 1) {
      const option = value[letter] ?? "";
      if (option === "r") isRaw = true;
      else if (option === "A") takesArray = true;
      else if (/[adnNiptuk]/.test(option) && !(isZsh && /[aipn]/.test(option))) {
        const glued = value.slice(letter + 1);
        // In zsh the numbers behind `-k` and `-t` must be glued to them.
        const isNext = glued === "" && !(isZsh && /[kt]/.test(option));
        const operand = isNext ? textOf(args[at + 1] ?? []) : glued;
        if (isNext) at += 1;
        if (option === "a") array = operand;
        if (option === "u") descriptor = Number(operand ?? 0);
        if (option === "d") delimiter = operand === undefined ? undefined : operand.slice(0, 1);
        if (/[nNki]/.test(option)) isStrange = true;
        letter = value.length;
      } else if (!/[s-]/.test(option)) isStrange = true;
    }
  }
  if (takesArray) array = names.shift() ?? "reply";
  return { names, array, isZshArray: takesArray, descriptor, isRaw, delimiter, isStrange };
}

/** `read`: a line of its input into variables. */
export function read({ args, scope, io, shell }: BuiltinCall): Result {
  const asked = askedOf(args, shell.dialects.includes("zsh") && !shell.dialects.includes("bash"));
  // bash knows no such option, and reads nothing.
  if (asked.isZshArray && !shell.dialects.includes("zsh")) return EITHER;
  const before = scope.fork();
  const content =
    asked.descriptor > 2
      ? (scope.descriptors.get(asked.descriptor) ?? [[hole("missing-fact")]])
      : (io.stdin ?? EMPTY);
  const isPlain = asked.delimiter === "\n" && !asked.isStrange;
  // Without -r a backslash joins lines.
  const isJoined = !asked.isRaw && content.some((text) => /\\\n/.test(textOf(text) ?? ""));
  const values =
    !isPlain || isJoined
      ? piecesOf(content, isJoined ? undefined : asked.delimiter, asked.isStrange)
      : lines(content);
  if (asked.array !== undefined) {
    const [value, ...others] = values;
    const fields =
      value === undefined || others.length > 0
        ? undefined
        : fieldsOf(value, undefined, asked, scope);
    const listed = fields === undefined || fields.length > FIELDS_MAX ? undefined : fields;
    const elements = listed?.map((field, at) => ({
      key: String(at),
      values: known(field),
    }));
    scope.setElements(asked.array, elements ?? looseElements(content));
    if (asked.isZshArray && shell.dialects.includes("bash")) scope.join(before);
    return EITHER;
  }
  const { names } = asked;
  // REPLY gets the line as it is.
  if (names.length === 0) {
    const whole = asked.isRaw ? values : withoutEscapes(values);
    scope.set("REPLY", union(EMPTY, whole));
    return EITHER;
  }
  const found: TextSet[] = names.map(() => []);
  for (const value of values)
    for (const dialect of shell.dialects) {
      const fields = fieldsOf(value, { count: names.length, dialect }, asked, scope);
      names.forEach((_, at) => {
        const piece =
          fields === undefined ? pieceOf(value, names.length) : literal(fields[at] ?? "");
        // Of a setting the first of several is its name.
        const isName = at === 0 && names.length > 1 && separatorsOf(scope)?.includes("=") === true;
        const field = isName ? withoutValues([piece]) : [piece];
        found[at] = union(found[at] ?? [], field);
      });
    }
  // At the end of its input there is no line.
  const filled = found.map((texts) => union(EMPTY, texts));
  names.forEach((name, at) => {
    const target = /^[A-Za-z_][A-Za-z0-9_]*(?=\[)/.exec(name);
    if (target !== null) assignSomeElement(target[0], filled[at] ?? EMPTY, scope);
    else assignText(name, filled[at] ?? EMPTY, scope, shell);
  });
  return { ...EITHER, successValues: valuesOfLines(names, found, scope) };
}

/** What plain variables hold where a line was read. */
function valuesOfLines(
  names: readonly string[],
  found: readonly TextSet[],
  scope: Scope,
): ReadonlyMap<string, TextSet> {
  const values = new Map<string, TextSet>();
  names.forEach((name, at) => {
    const texts = found[at] ?? [];
    const variable = scope.variables.get(name);
    const isPlain = variable?.elements === undefined && variable?.refersTo === undefined;
    if (
      /^[A-Za-z_]\w*$/.test(name) &&
      isPlain &&
      texts.length > 0 &&
      (variable?.traits?.size ?? 0) === 0
    )
      values.set(name, texts);
  });
  return values;
}

/** Lines that another character ends; something unknown where the line is cut otherwise. */
function piecesOf(content: TextSet, delimiter: string | undefined, isStrange: boolean): TextSet {
  const lost: TextSet = [[hole("dynamic-code", { sources: sourcesOf(content) })]];
  if (delimiter === undefined || isStrange) return lost;
  const result: Text[] = [];
  for (const text of content) {
    const value = textOf(text);
    // A NUL does not stand in texts; what a program prints with some is not known.
    if (value === undefined || delimiter === "") return lost;
    result.push(...value.split(delimiter).map(literal));
    if (result.length > ALTERNATIVES_MAX) return lost;
  }
  return result.length === 0 ? EMPTY : union(result);
}

/** Something of a line that is not known: the line, without its end where that is seen. */
function pieceOf(text: Text, count: number): Text {
  const [only, ...others] = text;
  const isWhole = count === 1 && others.length === 0 && only?.kind === "hole";
  return isWhole ? text : [hole("dynamic-code", { sources: sourcesOf([text]) })];
}

function withoutEscapes(values: TextSet): TextSet {
  return union(
    values.map((text): Text => {
      const value = textOf(text);
      return value === undefined ? text : literal(value.replace(/\\([\s\S])/g, "$1"));
    }),
  );
}

/** One character of a line, and whether a backslash protected it. */
type Character = { readonly text: string; readonly isPlain: boolean };

/**
 * What each of `count` variables gets of a line, the last one the rest; every field where nothing is asked. Undefined
 * where the line or IFS is not known.
 */
function fieldsOf(
  text: Text,
  wanted: { readonly count: number; readonly dialect: "bash" | "zsh" } | undefined,
  { isRaw }: Asked,
  scope: Scope,
): readonly string[] | undefined {
  const line = textOf(text);
  const separators = separatorsOf(scope);
  if (line === undefined || separators === undefined) return undefined;
  const characters: Character[] = [];
  let isEscaped = false;
  for (const character of line) {
    if (character === "\\" && !isRaw && !isEscaped) isEscaped = true;
    else {
      characters.push({ text: character, isPlain: !isEscaped });
      isEscaped = false;
    }
  }
  const isSeparator = (one: Character | undefined): boolean =>
    one !== undefined && one.isPlain && separators.includes(one.text);
  const isBlank = (one: Character | undefined): boolean =>
    isSeparator(one) && " \t\n".includes(one?.text ?? "x");
  const count = wanted?.count;
  const fields: string[] = [];
  let at = 0;
  const skipBlanks = (): void => {
    while (isBlank(characters[at])) at += 1;
  };
  skipBlanks();
  while (at < characters.length && (count === undefined || fields.length < count - 1)) {
    let field = "";
    while (at < characters.length && !isSeparator(characters[at])) {
      field += characters[at]?.text ?? "";
      at += 1;
    }
    fields.push(field);
    skipBlanks();
    if (isSeparator(characters[at])) {
      at += 1;
      skipBlanks();
    }
  }
  if (wanted === undefined) return fields;
  const isDropped = (one: Character | undefined): boolean =>
    wanted.dialect === "bash" && isSeparator(one);
  fields.push(lastField(characters.slice(at), isDropped, isBlank));
  return Array.from({ length: wanted.count }, (_, index) => fields[index] ?? "");
}

/** The rest of a line: without blanks at its end, and in bash without a lone separator there. */
function lastField(
  characters: readonly Character[],
  isSeparator: (one: Character | undefined) => boolean,
  isBlank: (one: Character | undefined) => boolean,
): string {
  let end = characters.length;
  while (end > 0 && isBlank(characters[end - 1])) end -= 1;
  const first = characters.findIndex((one) => isSeparator(one));
  if (first >= 0 && !isBlank(characters[first]) && first === end - 1) end = first;
  return characters
    .slice(0, end)
    .map((one) => one.text)
    .join("");
}

/** `mapfile` and `readarray`: lines of the input into an array. */
export function mapfile({ args, scope, io, shell }: BuiltinCall): Result {
  const values = args.map((text) => textOf(text));
  const callback = values.findIndex((value) => value?.startsWith("-C"));
  if (callback >= 0) {
    shell.host.unknown("dynamic-code", "a callback of mapfile", callSiteOf(scope, io));
    const glued = values[callback]?.slice("-C".length);
    const code = glued === "" ? args[callback + 1] : literal(glued ?? "");
    // It is given the place of a line and the line.
    if (code !== undefined) runBeside(append(code, literal(" 0 ''")), scope, io, shell);
  }
  const last = values[values.length - 1];
  const name = last !== undefined && /^[A-Za-z_]/.test(last) ? last : "MAPFILE";
  const [only, ...others] = io.stdin ?? EMPTY;
  const content = others.length > 0 || only === undefined ? undefined : textOf(only);
  const isPlain = args.every((text) => /^(?:-t|[A-Za-z_]\w*)$/.test(textOf(text) ?? ""));
  const isTrimmed = values.includes("-t");
  const isCut = values.some((value) => value === undefined || /^-\w*d/.test(value));
  const list = isPlain && content !== undefined ? linesOf(content, isTrimmed) : undefined;
  scope.setElements(
    name,
    list === undefined || list.length > FIELDS_MAX
      ? // Another delimiter takes names apart.
        looseElements(
          isCut ? (io.stdin ?? EMPTY).map((text) => brokenUp(text, "?")) : (io.stdin ?? EMPTY),
        )
      : list.map((line, at) => ({ key: String(at), values: known(line) })),
  );
  return EITHER;
}

function linesOf(content: string, isTrimmed: boolean): readonly string[] {
  const list = content.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return isTrimmed ? list.map((line) => line.replace(/\n$/, "")) : list;
}

/** `getopts`: the next option and its argument, of the words given or the parameters of the function. */
export function getopts({ args, scope }: BuiltinCall): Result {
  const [, variable, ...words] = args;
  const name = variable === undefined ? undefined : textOf(variable);
  if (name !== undefined) scope.set(name, [[hole("missing-fact", { splits: false, like: "?" })]]);
  const given: readonly TextSet[] | undefined =
    words.length > 0 ? words.map((word): TextSet => [word]) : scope.positional;
  const target = scope.targetOf("OPTARG");
  scope.variables.set(target, {
    values: union(EMPTY, ...(given ?? [[[hole("missing-fact")]]]).map(optionArguments)),
    exported: false,
    absent: "maybe",
  });
  scope.set("OPTIND", [[hole("missing-fact", { splits: false, like: "[0-9]*" })]]);
  return EITHER;
}

/** What of a word may be the argument of an option: all of it, the rest behind the option, or one letter that is none. */
function optionArguments(texts: TextSet): TextSet {
  return union(
    ...texts.map((text): TextSet => {
      const value = textOf(text);
      if (value === undefined) return [[hole("missing-fact", { sources: sourcesOf([text]) })]];
      if (!value.startsWith("-")) return known(value);
      if (value.length > ALTERNATIVES_MAX / 2) return [[hole("budget")]];
      const letters = [...value.slice(1)];
      return union(
        known(value),
        ...letters.map(known),
        ...letters.map((_, at) => known(value.slice(at + 1))),
      );
    }),
  );
}
