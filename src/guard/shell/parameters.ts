// Parameter expansion: `$x`, `${x:-y}`, `${x%.ts}` and their relatives, over abstract text.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import { type Io, placeOf, type Shell } from "./host.ts";
import type { Scope } from "./scope.ts";
import { directoryText } from "./some-directory.ts";
import type { ParameterExpansionPart, ParameterOperation, Word } from "./syntax.ts";
import {
  concat,
  EMPTY,
  hole,
  known,
  mapKnown,
  quoted,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
  union,
  unmarked,
} from "./text.ts";

/** The value of an expansion: one string of several (`texts`), or a list of fields (`"$@"`, `"${a[@]}"`). */
export type Expanded =
  | { readonly kind: "text"; readonly texts: TextSet }
  | { readonly kind: "list"; readonly items: readonly TextSet[] | undefined };

/** Expands a word inside an operation; given by the caller because words and parameters need one another. */
export type WordExpander = (word: Word, scope: Scope, io: Io) => TextSet;

/** Expands the pattern of `${x#...}`, and the operand of `${x:-...}`, whose quoted parts keep their mark. */
export type Expanders = { readonly pattern: WordExpander; readonly operand: WordExpander };

const NUMBER = hole("missing-fact", { splits: false, like: "[0-9]*" });

/** The value of `$name` for a name or special parameter. */
export function parameterValue(name: string, scope: Scope, dialects: Shell["dialects"]): Expanded {
  if (name === "@" || name === "*") return { kind: "list", items: scope.positional };
  if (/^[0-9]+$/.test(name)) {
    if (name === "0") return { kind: "text", texts: known(scope.name) };
    if (scope.positional === undefined) return unknownText();
    return { kind: "text", texts: scope.positional[Number(name) - 1] ?? EMPTY };
  }
  switch (name) {
    case "#":
      return {
        kind: "text",
        texts: scope.positional === undefined ? [[NUMBER]] : known(String(scope.positional.length)),
      };
    case "$":
    case "?":
      return { kind: "text", texts: [[NUMBER]] };
    case "!":
      return {
        kind: "text",
        texts: [[hole("missing-fact", { splits: false, like: "[0-9]*", job: true })]],
      };
    case "-":
      return { kind: "text", texts: [[hole("missing-fact", { splits: false, like: "*" })]] };
    case "PWD":
      return { kind: "text", texts: directoryTexts(scope) };
    case "RANDOM":
    case "SECONDS":
    case "BASHPID":
    case "PPID":
    case "UID":
    case "EUID":
    case "LINENO":
    case "EPOCHSECONDS":
      return { kind: "text", texts: scope.value(name) ?? [[NUMBER]] };
    default:
  }
  const variable = scope.variables.get(name);
  if (variable === undefined) return { kind: "text", texts: scope.unset(name) };
  if (variable.elements !== undefined) {
    const first = variable.elements[0] ?? EMPTY;
    if (!dialects.includes("zsh")) return { kind: "text", texts: first };
    if (!dialects.includes("bash")) return { kind: "list", items: variable.elements };
    // WHY: bash takes the first element, zsh all of them; with both possible any element may show up.
    return { kind: "list", items: [union(first, ...variable.elements)] };
  }
  return { kind: "text", texts: variable.values };
}

/** The value of `${...}`. */
export function expandParameter(
  part: ParameterExpansionPart,
  scope: Scope,
  io: Io,
  shell: Shell,
  expanders: Expanders,
): Expanded {
  const expand = expanders.pattern;
  if (part.text.startsWith("${(")) {
    // Flags of zsh: some of them evaluate the value as code.
    shell.host.unknown("dialect", "an expansion with flags of zsh", placeOf(scope, io));
    return unknownText();
  }
  let value = base(part, scope, io, shell, expand);
  if (part.prefix === "#") return { kind: "text", texts: lengthOf(value) };
  if (part.prefix === "!") {
    if (part.operation?.type === "Names") return unknownText("[A-Za-z_]*");
    value = indirect(value, scope, shell);
  }
  const operation = part.operation;
  if (operation === undefined) return value;
  if (value.kind === "list") {
    if (operation.type === "Default") {
      const empty = value.items?.length === 0;
      if (value.items !== undefined && !empty && !operation.operator.includes("+")) return value;
      return {
        kind: "text",
        texts: union(flat(value, scope), expanders.operand(operation.operand, scope, io)),
      };
    }
    if (operation.type === "Slice") return value;
    return {
      kind: "list",
      items: value.items?.map((texts) => operate(part, operation, texts, scope, io, expanders)),
    };
  }
  return { kind: "text", texts: operate(part, operation, value.texts, scope, io, expanders) };
}

/** All fields of a list as possible texts of one, joined by a space or by the first character of IFS. */
export function flat(value: Expanded, scope: Scope): TextSet {
  if (value.kind === "text") return value.texts;
  const { items } = value;
  if (items === undefined) return [[hole("missing-fact")]];
  const separators = items.length < 2 ? known(" ") : joiners(scope);
  return items.reduce<TextSet>(
    (sum, item, at) => (at === 0 ? item : concat(concat(sum, separators), item)),
    EMPTY,
  );
}

function joiners(scope: Scope): TextSet {
  const values = scope.value("IFS");
  if (values === undefined) return known(" ");
  const firsts = textsOf(values);
  if (firsts === undefined) return [[hole("missing-fact", { splits: false })]];
  return union(known(" "), ...firsts.map((text) => known([...text][0] ?? "")));
}

function base(
  part: ParameterExpansionPart,
  scope: Scope,
  io: Io,
  shell: Shell,
  expand: WordExpander,
): Expanded {
  if (part.index === undefined) return parameterValue(part.parameter, scope, shell.dialects);
  const variable = scope.variables.get(part.parameter);
  const index = part.index.text;
  const elements = variable?.elements ?? (variable === undefined ? undefined : [variable.values]);
  if (index === "@" || index === "*") {
    if (elements === undefined) return { kind: "list", items: [scope.unset(part.parameter)] };
    return { kind: "list", items: elements };
  }
  // Indexing may run a substitution: expand it for its effects, then take any element.
  expand(part.index, scope, io);
  if (elements === undefined) return unknownText();
  return { kind: "text", texts: union(EMPTY, ...elements) };
}

function indirect(value: Expanded, scope: Scope, shell: Shell): Expanded {
  const names = value.kind === "text" ? textsOf(value.texts) : undefined;
  if (names === undefined || names.some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$|^[0-9]+$/.test(name)))
    return unknownText();
  return {
    kind: "text",
    texts: union(...names.map((name) => flat(parameterValue(name, scope, shell.dialects), scope))),
  };
}

function lengthOf(value: Expanded): TextSet {
  if (value.kind === "list")
    return value.items === undefined ? [[NUMBER]] : known(String(value.items.length));
  return union(
    value.texts.map((text) => {
      const string = textOf(text);
      return string === undefined ? [NUMBER] : [{ kind: "text", text: String([...string].length) }];
    }),
  );
}

function operate(
  part: ParameterExpansionPart,
  operation: ParameterOperation,
  texts: TextSet,
  scope: Scope,
  io: Io,
  expanders: Expanders,
): TextSet {
  const expand = expanders.pattern;
  switch (operation.type) {
    case "Default":
      return withDefault(part, operation, texts, scope, io, expanders.operand);
    case "Remove": {
      const patterns = expand(operation.operand, scope, io);
      return eachPattern(texts, patterns, (value, pattern) =>
        remove(value, pattern, operation.operator),
      );
    }
    case "Replace": {
      const patterns = expand(operation.pattern, scope, io);
      const replacements = textsOf(expand(operation.replacement, scope, io));
      if (replacements === undefined) return lost(texts);
      return union(
        ...replacements.map((replacement) =>
          eachPattern(texts, patterns, (value, pattern) =>
            replace(value, pattern, replacement, operation.operator),
          ),
        ),
      );
    }
    case "Slice": {
      const offset = textsOf(expand(operation.offset, scope, io));
      const length =
        operation.length === undefined ? undefined : textsOf(expand(operation.length, scope, io));
      if (offset?.length !== 1 || (operation.length !== undefined && length?.length !== 1))
        return lost(texts);
      return mapKnown(texts, (value) => slice(value, offset[0] ?? "", length?.[0]), "unmodelled");
    }
    case "CaseModification":
      if (operation.operand !== undefined && operation.operand.text !== "") return lost(texts);
      return mapKnown(texts, (value) => changeCase(value, operation.operator), "unmodelled");
    case "Transform":
      switch (operation.operand.text) {
        case "U":
          return mapKnown(texts, (value) => value.toUpperCase(), "unmodelled");
        case "L":
          return mapKnown(texts, (value) => value.toLowerCase(), "unmodelled");
        default:
          return lost(texts);
      }
    case "Names":
    case "Unknown":
      return lost(texts);
    default:
      return operation satisfies never;
  }
}

function withDefault(
  part: ParameterExpansionPart,
  operation: Extract<ParameterOperation, { type: "Default" }>,
  texts: TextSet,
  scope: Scope,
  io: Io,
  expand: WordExpander,
): TextSet {
  const mayBeEmpty = texts.some((text) => text.every((piece) => piece.kind === "hole"));
  const mayBeSet = texts.some((text) => text.length > 0);
  switch (operation.operator) {
    case "-":
    case ":-":
    case "=":
    case ":=": {
      if (!mayBeEmpty) return texts;
      const operand = expand(operation.operand, scope, io);
      const filled = texts.filter((text) => text.length > 0);
      // What is assigned has lost its quotes, and so has the value of the expansion.
      const given = operation.operator.includes("=")
        ? operand.map((text) => unmarked(quoted(text)))
        : operand;
      const result = filled.length === 0 ? given : union(filled, given);
      // Without a colon an empty value counts as set, and whether it is set is not told apart here.
      const all = operation.operator.startsWith(":") ? result : union(result, texts);
      if (operation.operator.includes("=")) scope.set(part.parameter, all);
      return all;
    }
    case "+":
    case ":+": {
      const operand = expand(operation.operand, scope, io);
      return mayBeSet && !mayBeEmpty ? operand : union(EMPTY, operand);
    }
    case "?":
    case ":?":
      expand(operation.operand, scope, io);
      return texts;
    default:
      return operation.operator satisfies never;
  }
}

function eachPattern(
  texts: TextSet,
  patterns: TextSet,
  change: (value: string, pattern: Text) => string | undefined,
): TextSet {
  return union(
    ...patterns.map((pattern) => mapKnown(texts, (value) => change(value, pattern), "unmodelled")),
  );
}

/** A pattern of `${x#...}` as a regular expression source; `*` crosses slashes here. Undefined when it is not known. */
export function patternSource(pattern: Text): string | undefined {
  let source = "";
  for (const piece of pattern) {
    if (piece.kind === "hole") return undefined;
    if (piece.kind === "text") source += piece.text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    else if (piece.glob === "*") source += "[\\s\\S]*";
    else if (piece.glob === "?") source += "[\\s\\S]";
    else return undefined;
  }
  return source;
}

// WHY: two free stars over a long value make a RegExp quadratic; past this the result is not worth knowing.
const PATTERN_VALUE_CHARS_MAX = 2_000;

function remove(
  value: string,
  pattern: Text,
  operator: "#" | "##" | "%" | "%%",
): string | undefined {
  const source = patternSource(pattern);
  if (source === undefined || value.length > PATTERN_VALUE_CHARS_MAX) return undefined;
  const whole = new RegExp(`^${source}$`);
  const lengths = [...Array(value.length + 1).keys()];
  if (operator === "##" || operator === "%%") lengths.reverse();
  for (const length of lengths) {
    if (operator.startsWith("#")) {
      if (whole.test(value.slice(0, length))) return value.slice(length);
    } else if (whole.test(value.slice(value.length - length)))
      return value.slice(0, value.length - length);
  }
  return value;
}

function replace(
  value: string,
  pattern: Text,
  replacement: string,
  operator: "/" | "//" | "/#" | "/%",
): string | undefined {
  const source = patternSource(pattern);
  if (source === undefined || source === "" || value.length > PATTERN_VALUE_CHARS_MAX)
    return undefined;
  // `&` in a replacement is the matched text in newer shells and a plain character in older ones.
  if (replacement.includes("&")) return undefined;
  const anchored =
    operator === "/#" ? `^(?:${source})` : operator === "/%" ? `(?:${source})$` : source;
  const result = value.replace(
    new RegExp(anchored, operator === "//" ? "g" : ""),
    () => replacement,
  );
  return result.length > TEXT_CHARS_MAX ? undefined : result;
}

function slice(value: string, offset: string, length: string | undefined): string | undefined {
  if (!/^ *-?[0-9]+$/.test(offset) || (length !== undefined && !/^ *-?[0-9]+$/.test(length)))
    return undefined;
  const characters = [...value];
  const start =
    Number(offset) < 0 ? Math.max(0, characters.length + Number(offset)) : Number(offset);
  if (length === undefined) return characters.slice(start).join("");
  const end = Number(length) < 0 ? characters.length + Number(length) : start + Number(length);
  return characters.slice(start, Math.max(start, end)).join("");
}

function changeCase(value: string, operator: "^" | "^^" | "," | ",,"): string {
  switch (operator) {
    case "^^":
      return value.toUpperCase();
    case ",,":
      return value.toLowerCase();
    case "^":
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case ",":
      return value.slice(0, 1).toLowerCase() + value.slice(1);
    default:
      return operator satisfies never;
  }
}

function lost(texts: TextSet): TextSet {
  return [[hole("unmodelled", { sources: sourcesOf(texts) })]];
}

function unknownText(like?: string): Expanded {
  return { kind: "text", texts: [[hole("missing-fact", like === undefined ? {} : { like })]] };
}

function directoryTexts(scope: Scope): TextSet {
  return union(
    scope.directories.map(
      (directory): Text =>
        directory === undefined ? [hole("dynamic-path")] : directoryText(directory),
    ),
  );
}
