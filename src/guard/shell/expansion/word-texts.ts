// The text of a word or of one of its parts, without splitting and pathname expansion.
import { DEPTH_MAX } from "#base/limits.ts";
import { arithmeticValue } from "./arithmetic.ts";
import { withoutBytes } from "../values/bytes.ts";
import type { Expanded } from "./expansion.ts";
import type { Fields } from "../values/field-splitting.ts";
import { type Io, callSiteOf, readLater, type Shell } from "../values/host.ts";
import { expandParameter } from "./parameters.ts";
import { flat, parameterValue } from "./special-parameters.ts";
import { livePattern } from "../values/patterns.ts";
import type { Scope } from "../values/scope.ts";
import { withMixedLines } from "../values/several-lines.ts";
import type { Script, Word, WordPart } from "../syntax/syntax.ts";
import { concat, union } from "../values/text-sets.ts";
import {
  dropKnown,
  EMPTY,
  hole,
  known,
  literal,
  type Piece,
  sourcesOf,
  type TextSet,
  tidy,
  weightOf,
} from "../values/text.ts";
import { markQuoted, quoted, unmarked } from "../values/text-changes.ts";
import { expandAssignedTildes, expandTilde } from "./tildes.ts";
import { runApart } from "../values/traps.ts";
import { isFileMap, readFiles } from "./zsh-modules.ts";
import { allValuesOf, flaggedNames, orInZsh } from "./zsh-names.ts";

/** What stands before a part of a word, with the part behind it. WHY steps: all of it is gone through again for each part. */
export function joined(before: TextSet, value: TextSet, shell: Shell): TextSet {
  if (shell.host.spend(weightOf(before))) return concat(before, value);
  return [[hole("budget", { sources: sourcesOf([...before, ...value]) })]];
}

/** The value of an assignment: one string, with tildes behind colons too. */
export function expandAssigned(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  if (!word.text.includes(":~")) return expandToText(word, scope, io, shell);
  if (word.parts === undefined) {
    const first = word.text.startsWith("~") ? `=${word.value}` : word.value;
    const texts = expandAssignedTildes(first, first, word.text.startsWith("~"), scope);
    if (word.text !== word.value) return expandToText(word, scope, io, shell);
    return word.text.startsWith("~") ? texts.map((text) => dropKnown(text, 1)) : texts;
  }
  let texts = EMPTY;
  word.parts.forEach((part, at) => {
    const value =
      part.type === "Literal" && part.text.includes("~")
        ? at === 0 && part.text.startsWith("~")
          ? expandAssignedTildes(`=${part.value}`, `=${part.text}`, true, scope).map((text) =>
              dropKnown(text, 1),
            )
          : expandAssignedTildes(part.value, part.text, false, scope)
        : partText(part, scope, io, shell);
    texts = joined(texts, value, shell);
  });
  shell.host.spend(weightOf(texts));
  return texts.map(unmarked);
}

/** The word as one string, without splitting or pathname expansion: here-strings, `case` words. */
export function expandToText(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  if (!shell.host.spend()) return [[hole("budget")]];
  if (word.parts === undefined) {
    const plain = expandTilde(literal(word.value), word.text, scope, shell.dialects);
    return orInZsh(plain, word.text, scope, shell);
  }
  let texts = EMPTY;
  const { parts } = word;
  if (shell.dialects.includes("zsh") && readsDifferentlyInZsh(parts)) {
    return otherwiseInZsh(parts, scope, io, shell).flat();
  }
  parts.forEach((part, at) => {
    let value = partText(part, scope, io, shell);
    if (at === 0 && part.type === "Literal")
      value = value.flatMap((text) => expandTilde(text, word.text, scope, shell.dialects));
    // Behind an expansion that is empty it is a tilde all the same, in zsh.
    else if (part.text.startsWith("~") && shell.dialects.includes("zsh"))
      value = union(value, [[hole("dialect", { splits: false })]]);
    texts = joined(texts, value, shell);
  });
  shell.host.spend(weightOf(texts));
  return texts.map(unmarked);
}

/** As `expandToText`, but unquoted wildcards stay patterns: for `case` and `${x#...}`. */
export function expandToPattern(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  // The parser reads `@(...)` as plain characters inside `${...}`.
  const isPlain = (word.parts ?? []).every(
    (part) => part.type === "Literal" || part.type === "Glob",
  );
  if (isPlain && /[@?*+!]\(/.test(word.text) && !/["'\\$`]/.test(word.text))
    return [[{ kind: "glob", glob: "*", extended: word.text }]];
  const isExtended = scope.options.has("extglob") && /[@?*+!]\(/.test(word.text);
  // What is expanded inside runs all the same.
  if (isExtended)
    return [[hole("unmodelled", { sources: sourcesOf(expandToText(word, scope, io, shell)) })]];
  if (word.parts === undefined) {
    const plain = expandTilde(literal(word.value), word.text, scope, shell.dialects);
    return orInZsh(plain, word.text, scope, shell);
  }
  let texts = EMPTY;
  word.parts.forEach((part, at) => {
    const value = patternPart(part, at === 0 ? word.text : "", scope, io, shell);
    texts = joined(texts, value, shell);
  });
  return texts;
}

function patternPart(part: WordPart, raw: string, scope: Scope, io: Io, shell: Shell): TextSet {
  switch (part.type) {
    case "Glob":
      return [[{ kind: "glob", glob: part.text }]];
    case "ExtendedGlob":
      return [[extendedPiece(part.text)]];
    case "Literal": {
      const plain = expandTilde(literal(part.value), raw, scope, shell.dialects);
      return orInZsh(plain, part.text, scope, shell);
    }
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion": {
      const texts = partText(part, scope, io, shell);
      // What comes out of an expansion is a pattern in bash, and plain text in zsh.
      return union(
        ...shell.dialects.map((dialect) => (dialect === "bash" ? texts.map(livePattern) : texts)),
      );
    }
    default:
      return partText(part, scope, io, shell);
  }
}

/** The operand of `${x:-word}`: quoted parts keep their mark, because the rest of it may split. */
function expandOperand(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  const { parts } = word;
  if (parts === undefined) {
    const text = literal(word.value);
    if (word.text !== word.value) return orInZsh([markQuoted(text)], word.text, scope, shell);
    const tilde = expandTilde(text, word.text, scope, shell.dialects);
    // In double quotes a tilde stays as it is.
    return orInZsh(union([text], tilde), word.text, scope, shell);
  }
  let texts = EMPTY;
  parts.forEach((part, at) => {
    let value: TextSet;
    if (part.type === "Glob") value = [[{ kind: "glob", glob: part.text }]];
    else if (/Quoted$|^LocaleString$/.test(part.type))
      value = partText(part, scope, io, shell).map(markQuoted);
    else if (part.type === "Literal") {
      value = part.text === part.value ? known(part.value) : [markQuoted(literal(part.value))];
      value = orInZsh(value, part.text, scope, shell);
      if (at === 0) {
        const tilde = value.flatMap((text) => expandTilde(text, word.text, scope, shell.dialects));
        value = union(value, tilde);
      }
    } else value = partText(part, scope, io, shell);
    // zsh splits what a command prints, inside an operand too.
    if (part.type === "CommandExpansion" && shell.dialects.includes("zsh"))
      value = union(value, [[hole("dialect", { sources: sourcesOf(value) })]]);
    texts = joined(texts, value, shell);
  });
  return texts;
}

/** `$x[2]` is a subscript in zsh and a pattern in bash; `${x+{a}}` ends at another brace. */
export function readsDifferentlyInZsh(parts: readonly WordPart[]): boolean {
  return parts.some((part, at) => {
    if (part.type === "DoubleQuoted") return readsDifferentlyInZsh(part.parts);
    if (part.type === "Literal" && flaggedNames(part.text).length > 0) return true;
    if (part.type === "ParameterExpansion") return /[^$]\{/.test(part.text.slice(1));
    const next = parts[at + 1];
    // `$x:t` is the last part of a path in zsh.
    if (part.type === "SimpleExpansion" && /^:[A-Za-z&]/.test(next?.text ?? "")) return true;
    // Letters of any language go on a name in zsh.
    if (/^\$[A-Za-z_]/.test(part.text) && /^[^\0-\x7f]/.test(next?.text ?? "")) return true;
    // `$#x` is the length of x in zsh.
    if (part.type === "SimpleExpansion" && part.text === "$#" && next !== undefined) return true;
    // `$12` is the twelfth parameter in zsh, the first and a `2` in bash.
    if (/^\$[0-9]$/.test(part.text) && /^[0-9]/.test(next?.text ?? "")) return true;
    return part.type === "SimpleExpansion" && next?.text.startsWith("[") === true;
  });
}

/** A word that zsh reads in a way of its own: something, made of what stands in it. Substitutions run all the same. */
export function otherwiseInZsh(
  parts: readonly WordPart[],
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Fields[] {
  const texts = parts.flatMap((part, at) => [
    ...partText(part, scope, io, shell),
    ...fileOfMap(part, parts[at + 1], scope, io, shell),
    ...flaggedNames(part.text).flatMap((name) => allValuesOf(name, scope)),
  ]);
  for (const part of parts) {
    const name = /^\$\{([A-Za-z_]\w*):?:?=/.exec(part.text)?.[1];
    if (name !== undefined) scope.set(name, [[hole("dialect", { sources: sourcesOf(texts) })]]);
  }
  return [[[hole("dialect", { sources: sourcesOf(texts) })]]];
}

/** `$mapfile[name]`: what that file holds. */
function fileOfMap(
  part: WordPart,
  next: WordPart | undefined,
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet {
  if (part.type === "DoubleQuoted")
    return part.parts.flatMap((one, at) => fileOfMap(one, part.parts[at + 1], scope, io, shell));
  if (part.type !== "SimpleExpansion" || !isFileMap(part.text.slice(1), shell.dialects)) return [];
  const [, name] = /^\[([^\]"'`$\\]+)\]/.exec(next?.text ?? "") ?? [];
  return readFiles(name === undefined ? undefined : [literal(name)], scope, io, shell);
}

/** Escapes that zsh reads otherwise: those without a meaning lose their backslash, and without digits they are a NUL. */
const ODD_IN_ZSH = /\\(?:[^abeEfnrtvxuU0-7'"?]|[xuU](?![0-9a-fA-F]))/;

/** What `$'...'` stands for. Bytes that are no text by themselves may make one with what stands beside them. */
export function ansiText(
  { value, text }: AnsiPart,
  { dialects }: Pick<Shell, "dialects">,
): TextSet {
  const isOdd = dialects.includes("zsh") && ODD_IN_ZSH.test(text.replaceAll("\\\\", ""));
  return isOdd || value.includes("\ufffd")
    ? union(known(value), [[hole("unmodelled", { splits: false })]])
    : known(value);
}

/** `@(...)` and its relatives; what is quoted or expanded inside is not worked out. */
export function extendedPiece(text: string): Piece {
  return /["'$`\\]/.test(text) ? hole("unmodelled") : { kind: "glob", glob: "*", extended: text };
}

type AnsiPart = Extract<WordPart, { type: "AnsiCQuoted" }>;

/** The value of one part as text, as inside double quotes. */
export function partText(part: WordPart, scope: Scope, io: Io, shell: Shell): TextSet {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
      return known(part.value);
    case "AnsiCQuoted":
      return ansiText(part, shell);
    case "Glob":
      return known(part.text);
    case "ExtendedGlob":
    case "BraceExpansion":
      return known(part.text);
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.reduce<TextSet>(
        (sum, child) => joined(sum, partText(child, scope, io, shell), shell),
        EMPTY,
      );
    case "ProcessSubstitution": {
      if (part.script === undefined) return [[hole("syntax")]];
      if (part.operator === ">") {
        // What the command prints there is made, most likely, of what it reads.
        const printed = hole("dynamic-code", { sources: sourcesOf(io.stdin ?? EMPTY) });
        const given = { ...readLater(io), stdin: [[printed]] };
        const { output } = runApart(part.script, scope.subshell(false), given, shell);
        if (output.some((text) => text.length > 0)) io.asides?.push(output);
        const path = shell.host.pipePath([[hole("dynamic-code")]]);
        const { script } = part;
        const branch = scope.subshell(false);
        scope.readers.set(path, (content) => {
          const reader: Io = { ...readLater(io), stdin: content, isCovered: true };
          if (io.depth < DEPTH_MAX) runApart(script, branch.fork(), reader, shell);
        });
        return known(path);
      }
      const inner = runApart(part.script, scope.subshell(true), readLater(io), shell);
      return known(shell.host.pipePath(inner.output));
    }
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion":
      return flat(expanded(part, scope, io, shell), scope).map(quoted);
    default:
      return part satisfies never;
  }
}

type ExpansionPart = Extract<
  WordPart,
  { type: "SimpleExpansion" | "ParameterExpansion" | "CommandExpansion" | "ArithmeticExpansion" }
>;

/** The value of an expansion, whose lists are still lists. */
export function expanded(part: ExpansionPart, scope: Scope, io: Io, shell: Shell): Expanded {
  switch (part.type) {
    case "SimpleExpansion":
      return parameterValue(part.text.slice(1), scope, shell.dialects);
    case "ParameterExpansion":
      return expandParameter(part, scope, io, shell, {
        pattern: (word, inner, innerIo) => expandToPattern(word, inner, innerIo, shell),
        operand: (word, inner, innerIo) => expandOperand(word, inner, innerIo, shell),
        text: (word, inner, innerIo) => expandToText(word, inner, innerIo, shell),
      });
    case "CommandExpansion":
      return { kind: "text", texts: substitute(part.script, scope, io, shell) };
    case "ArithmeticExpansion":
      return { kind: "text", texts: arithmeticValue(part.expression, scope, io, shell) };
    default:
      return part satisfies never;
  }
}

/** `$(...)`: the output of a script without its last newlines. */
function substitute(script: Script | undefined, scope: Scope, io: Io, shell: Shell): TextSet {
  if (script === undefined) {
    shell.host.unknown("syntax", "a substitution that could not be read", callSiteOf(scope, io));
    return [[hole("syntax")]];
  }
  const { output } = runApart(script, scope.subshell(true), readLater(io), shell);
  // A NUL does not reach the shell.
  const printed = withoutBytes(output).map((text) => {
    const last = text[text.length - 1];
    if (last?.kind !== "text") return text;
    return tidy([...text.slice(0, -1), { kind: "text", text: last.text.replace(/\n+$/, "") }]);
  });
  return withMixedLines(union(printed));
}
