// Operations on the value of a parameter: defaults, removal, replacement, slices, letters, transformations.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import { numbersOf } from "./arithmetic.ts";
import { runSubstitutions } from "../values/embedded-code.ts";
import { type Io, callSiteOf, type Shell } from "../values/host.ts";
import type { Expanders, Presence } from "./expansion.ts";
import { patternSource, withoutAffix, withReplaced } from "../values/patterns.ts";
import { decodeAnsi, quotedForShell } from "./printf.ts";
import type { Scope } from "../values/scope.ts";
import type { ParameterExpansionPart, ParameterOperation, Word } from "../syntax/syntax.ts";
import {
  EMPTY,
  hole,
  known,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  textsOf,
} from "../values/text.ts";
import { mapKnown, quoted, unmarked } from "../values/text-changes.ts";
import { union } from "../values/text-sets.ts";

/** An operation on one value. */
export type Operated = {
  readonly part: ParameterExpansionPart;
  readonly operation: ParameterOperation;
  readonly texts: TextSet;
  /** Whether the parameter is set. */
  readonly isSet: Presence;
  readonly scope: Scope;
  readonly io: Io;
  readonly shell: Shell;
  readonly expanders: Expanders;
};

/** The texts that an operation makes of those of a parameter. */
export function operate(operated: Operated): TextSet {
  const { operation, texts, scope, io, shell, expanders } = operated;
  const expand = expanders.pattern;
  const options = { isExtended: scope.options.has("extglob") };
  switch (operation.type) {
    case "Default":
      return withDefault(operated, operation);
    case "Remove": {
      const patterns = expand(operation.operand, scope, io);
      const stems = stemsOf(texts, patterns, operation.operator);
      if (stems !== undefined) return stems;
      return eachPattern(operated, patterns, (value, pattern) => {
        const source = patternSource(pattern, options);
        return source === undefined ? undefined : withoutAffix(value, source, operation.operator);
      });
    }
    case "Replace":
      return replaced(operated, operation);
    case "Slice":
      return sliced(operated, operation);
    case "CaseModification": {
      const { operand, operator } = operation;
      if (operand === undefined || operand.text === "")
        return mapKnown(texts, (value) => changeCase(value, operator, () => true), "unmodelled");
      return eachPattern(operated, expand(operand, scope, io), (value, pattern) => {
        const source = patternSource(pattern, options);
        if (source === undefined || value.length > TEXT_CHARS_MAX) return undefined;
        const whole = new RegExp(`^(?:${source})$`, "u");
        return changeCase(value, operator, (character) => whole.test(character));
      });
    }
    case "Transform":
      return transformed(operated, operation.operand.text);
    case "Names":
    case "Unknown":
      shell.host.spend();
      return lost(texts);
    default:
      return operation satisfies never;
  }
}

/** Names of which all are known to have an ending (`src/*.js`), without it; undefined for anything else. */
function stemsOf(texts: TextSet, patterns: TextSet, operator: string): TextSet | undefined {
  const [pattern = [], ...others] = patterns;
  const ending = textOf(pattern);
  if (texts.every((text) => textOf(text) !== undefined)) return undefined;
  const isEnding = others.length === 0 && ending !== undefined && /^\.[\w.-]+$/.test(ending);
  if (!isEnding || !/^%%?$/.test(operator)) return undefined;
  const stems = texts.map((text): Text | undefined => {
    const value = textOf(text);
    if (value !== undefined)
      return literal(value.endsWith(ending) ? value.slice(0, -ending.length) : value);
    const [only, ...more] = text;
    if (more.length > 0 || only?.kind !== "hole" || only.like?.endsWith(ending) !== true)
      return undefined;
    const stem = only.like.slice(0, -ending.length);
    // An escaped or bracketed character before it may not end there.
    return /[\w*]$/.test(stem)
      ? [hole("unmodelled", { splits: only.splits, stem, sources: only.sources })]
      : undefined;
  });
  const known = stems.filter((stem) => stem !== undefined);
  return known.length === stems.length ? union(known) : undefined;
}

function withDefault(
  { part, texts, isSet, scope, io, expanders }: Operated,
  operation: Extract<ParameterOperation, { type: "Default" }>,
): TextSet {
  const { operator } = operation;
  const isStrict = operator.startsWith(":");
  // Unset counts as empty; without a colon only unset counts.
  const mayBeMissing = isStrict
    ? isSet !== "yes" || texts.some((text) => text.every((piece) => piece.kind === "hole"))
    : isSet !== "yes";
  const mayBeThere = isStrict
    ? isSet !== "no" && texts.some((text) => text.length > 0)
    : isSet !== "no";
  // What a word changes (`${x:-$((i++))}`) it changes only where it counts.
  const expandedWhere = (isCertain: boolean, word: Word): TextSet => {
    if (isCertain || !/[$`]/.test(word.text)) return expanders.operand(word, scope, io);
    const state = scope.fork();
    const operand = expanders.operand(word, state, io);
    scope.join(state);
    return operand;
  };
  switch (operator) {
    case "-":
    case ":-":
    case "=":
    case ":=": {
      if (!mayBeMissing) return texts;
      const operand = expandedWhere(!mayBeThere, operation.operand);
      const filled = mayBeThere ? texts.filter((text) => !isStrict || text.length > 0) : [];
      // What is assigned has lost its quotes, and so has the value of the expansion.
      const isAssigned = operator.endsWith("=");
      const given = isAssigned ? operand.map((text) => unmarked(quoted(text))) : operand;
      const result = filled.length === 0 ? given : union(filled, given);
      if (isAssigned && part.index === undefined) scope.set(part.parameter, result);
      return result;
    }
    case "+":
    case ":+": {
      if (!mayBeThere) return EMPTY;
      const operand = expandedWhere(!mayBeMissing, operation.operand);
      return mayBeMissing ? union(EMPTY, operand) : operand;
    }
    case "?":
    case ":?":
      expanders.operand(operation.operand, scope, io);
      return texts;
    default:
      return operator satisfies never;
  }
}

function eachPattern(
  { texts, shell }: Operated,
  patterns: TextSet,
  change: (value: string, pattern: Text) => string | undefined,
): TextSet {
  return union(
    ...patterns.map((pattern) => {
      shell.host.spend(texts.length);
      return mapKnown(texts, (value) => change(value, pattern), "unmodelled");
    }),
  );
}

function replaced(
  operated: Operated,
  operation: Extract<ParameterOperation, { type: "Replace" }>,
): TextSet {
  const { texts, scope, io, shell, expanders } = operated;
  const patterns = expanders.pattern(operation.pattern, scope, io);
  const replacements = textsOf(expanders.text(operation.replacement, scope, io));
  // Quotes and backslashes in these words mean something else in zsh, by where they stand.
  const isStrange =
    shell.dialects.includes("zsh") &&
    (operation.pattern.text === "" ||
      /^\/|["'\\]/.test(`${operation.pattern.text}${operation.replacement.text}`));
  // Under `nocasematch` letters are alike here.
  if (replacements === undefined || isStrange || scope.options.has("nocasematch"))
    return lost(texts);
  const options = { isExtended: scope.options.has("extglob") };
  const change = (replacement: string, isPlain: boolean): TextSet =>
    eachPattern(operated, patterns, (value, pattern) => {
      const source = patternSource(pattern, options);
      if (source === undefined) return undefined;
      const wanted = { source, literal: textOf(pattern) };
      const result = withReplaced(value, wanted, operation.operator, (match) =>
        isPlain ? replacement : replacement.replaceAll("&", () => match),
      );
      return result === undefined || result.length > TEXT_CHARS_MAX ? undefined : result;
    });
  return union(
    ...replacements.flatMap((replacement) => {
      if (!replacement.includes("&")) return [change(replacement, true)];
      // `&` is the matched text in newer shells where it is not quoted, and a plain character else.
      const mixed = (replacement.match(/&/g)?.length ?? 0) > 1 || replacement.includes("\\");
      shell.host.spend();
      return mixed ? [lost(texts)] : [change(replacement, true), change(replacement, false)];
    }),
  );
}

function sliced(
  { texts, scope, io, shell, expanders }: Operated,
  operation: Extract<ParameterOperation, { type: "Slice" }>,
): TextSet {
  const number = (word: Word): string | undefined => {
    const [found, ...others] = numbersOf(expanders.text(word, scope, io), scope, io, shell) ?? [];
    return others.length > 0 ? undefined : found;
  };
  const offset = number(operation.offset);
  const length = operation.length === undefined ? undefined : number(operation.length);
  // `${x:t}` names a modifier in zsh.
  if (shell.dialects.includes("zsh") && /^[A-Za-z&]/.test(operation.offset.text))
    return lost(texts);
  if (offset === undefined || (operation.length !== undefined && length === undefined))
    return lost(texts);
  const { dialects } = shell;
  return mapKnown(texts, (value) => slice(value, Number(offset), length, dialects), "unmodelled");
}

function slice(
  value: string,
  offset: number,
  length: string | undefined,
  dialects: Shell["dialects"],
): string | undefined {
  const characters = [...value];
  const isBefore = offset < 0 && characters.length + offset < 0;
  // Before the beginning bash gives nothing, and zsh begins at the beginning.
  if (isBefore && dialects.includes("bash")) return dialects.includes("zsh") ? undefined : "";
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  if (length === undefined) return characters.slice(start).join("");
  const end = Number(length) < 0 ? characters.length + Number(length) : start + Number(length);
  return characters.slice(start, Math.max(start, end)).join("");
}

function changeCase(
  value: string,
  operator: "^" | "^^" | "," | ",,",
  isMeant: (character: string) => boolean,
): string {
  const upper = operator.startsWith("^");
  const change = (character: string): string => {
    const changed = upper ? character.toUpperCase() : character.toLowerCase();
    return isMeant(character) && changed.length === character.length ? changed : character;
  };
  const characters = [...value];
  if (operator.length === 2) return characters.map(change).join("");
  return characters.map((character, at) => (at === 0 ? change(character) : character)).join("");
}

/** `${x@Q}` and its relatives. */
function transformed({ texts, scope, io, shell }: Operated, operator: string): TextSet {
  switch (operator) {
    case "U":
      return mapKnown(texts, (value) => value.toUpperCase(), "unmodelled");
    case "L":
      return mapKnown(texts, (value) => value.toLowerCase(), "unmodelled");
    case "u":
      return mapKnown(texts, (value) => changeCase(value, "^", () => true), "unmodelled");
    case "Q":
      return mapKnown(texts, quotedForShell, "unmodelled");
    case "E":
      return mapKnown(texts, decodeAnsi, "unmodelled");
    case "P":
      // A prompt may hold substitutions, which run.
      if (texts.some((text) => /\$\(|`|\$\{/.test(textOf(text) ?? "`"))) {
        shell.host.unknown(
          "dynamic-code",
          "a prompt that may hold a command",
          callSiteOf(scope, io),
        );
        for (const text of texts) runSubstitutions(text, scope, io, shell);
      }
      return lost(texts);
    default:
      return lost(texts);
  }
}

function lost(texts: TextSet): TextSet {
  const sources = sourcesOf(texts);
  return texts.length === 1 && texts[0]?.length === 0
    ? union(known(""), made(sources))
    : made(sources);
}

function made(sources: ReturnType<typeof sourcesOf>): TextSet {
  return [[hole("unmodelled", { sources })]];
}
