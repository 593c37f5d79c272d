// Words: from the raw word to the fields a command may get, over all values the word can have.
import { escapeGlob, hasMagic, unescapeGlob } from "#base/glob.ts";
import {
  ALTERNATIVES_MAX,
  ARGUMENT_VECTORS_MAX,
  FIELDS_MAX,
  PIECES_PER_STEP,
} from "#base/limits.ts";
import { arithmeticValue } from "./arithmetic.ts";
import { expandBraces } from "./braces.ts";
import type { Io, Shell } from "./host.ts";
import { placeOf, readLater } from "./host.ts";
import { directoryText } from "./some-directory.ts";
import type { Expanded } from "./expansion.ts";
import { expandParameter, flat, parameterValue } from "./parameters.ts";
import { livePattern, patternSource } from "./patterns.ts";
import { PLAIN_SH, type Scope } from "./scope.ts";
import { type HereDoc, parseCommand, type Script, type Word, type WordPart } from "./syntax.ts";
import {
  append,
  concat,
  dropKnown,
  EMPTY,
  hole,
  known,
  likeOf,
  literal,
  markQuoted,
  quoted,
  sourcesOf,
  type Piece,
  type Text,
  type TextSet,
  textOf,
  tidy,
  union,
  unmarked,
  weightOf,
  wordLike,
  withSplits,
} from "./text.ts";
import { runApart } from "./traps.ts";
import { withoutBytes } from "./bytes.ts";
import { linesOf, withMixedLines } from "./several-lines.ts";

/** One possible list of fields. */
export type Fields = readonly Text[];

/** All lists of fields that a word may expand to. INVARIANT: never empty. */
export function expandWord(word: Word, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  if (!shell.host.spend()) return [[[hole("budget")]]];
  const parts = word.parts;
  if (shell.dialects.includes("zsh") && isZshPattern(word, scope)) {
    const others = shell.dialects.filter((dialect) => dialect !== "zsh");
    const made = [[[hole("dialect", { sources: sourcesOf(namedIn(word, scope)) })]]];
    return others.length === 0 ? made : [...made, ...expandWord(word, scope, io, shell.as(others))];
  }
  if (parts === undefined) return expandPlain(word, scope, shell).map((text) => [text]);
  if (hasBraces(parts)) {
    const lists = union2([
      ...shell.dialects.map((dialect) => expandBraceWord(word, scope, io, shell.as([dialect]))),
      // A plain `sh` may not know them.
      ...(scope.options.has(PLAIN_SH) ? collectEach(parts, word, scope, io, shell) : []),
    ]);
    // zsh expands braces after everything else: with an expansion beside them the order of fields is its own.
    const isMixed = shell.dialects.includes("zsh") && /[$`]/.test(word.text);
    return isMixed ? [[[hole("dialect", { sources: sourcesOf(lists.flat()) })]]] : lists;
  }
  const lists = union2(
    shell.dialects.map((dialect) =>
      dialect === "zsh" && readsDifferentlyInZsh(parts)
        ? otherwiseInZsh(parts, scope, io, shell)
        : collect(parts, word, scope, io, shell, dialect),
    ),
  );
  return lists.flatMap((fields) => pathnames(fields, scope, io, shell));
}

/** Flags of zsh behind a dollar (`$~x` is a pattern), and the characters that `extendedglob` makes patterns of. */
function isZshPattern({ text }: Word, scope: Scope): boolean {
  if (/\$[~=^+]+[A-Za-z_{(@*]/.test(text) && !/^'[^']*'$/.test(text)) return true;
  return (
    mayBeOn("extendedglob", scope) && /[#^]|[^/]~/.test(text) && !/^(["'])[^"']*\1$/.test(text)
  );
}

/** The values of the variables that a word names. */
function namedIn({ text }: Word, scope: Scope): readonly Text[] {
  const names = text.matchAll(/[A-Za-z_]\w*/g);
  return [...names].flatMap(([name]) => scope.variables.get(name)?.values ?? []);
}

/** A word without quotes, expansions or wildcards. */
function expandPlain(word: Word, scope: Scope, shell: Shell): TextSet {
  const plain = expandTilde(literal(word.value), word.text, scope, shell.dialects);
  if (!shell.dialects.includes("bash") || !isLikeAssignment(word)) return plain;
  const assigned = expandAssignedTildes(word.value, word.text, true, scope);
  return shell.dialects.includes("zsh") ? union(plain, assigned) : assigned;
}

/** Words that look like an assignment have their tildes expanded in bash, whatever command they belong to. */
function isLikeAssignment(word: Word): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(word.text) && word.text.includes("~");
}

/** Tildes behind the first `=`, if the text has one to offer, and behind each colon. */
function expandAssignedTildes(value: string, raw: string, isName: boolean, scope: Scope): TextSet {
  if (value !== raw || !value.includes("~")) return known(value);
  const start = isName ? value.indexOf("=") + 1 : 0;
  let texts = known(value.slice(0, start));
  value
    .slice(start)
    .split(":")
    .forEach((part, at) => {
      const isMeant = part.startsWith("~") && (at > 0 || isName);
      const expanded = isMeant ? expandTilde(literal(part), part, scope, ["bash"]) : known(part);
      texts = concat(concat(texts, known(at === 0 ? "" : ":")), expanded);
    });
  return texts;
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
    texts = concat(texts, value);
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
    texts = concat(texts, value);
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
  if (word.parts === undefined) {
    const plain = expandTilde(literal(word.value), word.text, scope, shell.dialects);
    return orInZsh(plain, word.text, scope, shell);
  }
  let texts = EMPTY;
  word.parts.forEach((part, at) => {
    texts = concat(texts, patternPart(part, at === 0 ? word.text : "", scope, io, shell));
  });
  return texts;
}

function patternPart(part: WordPart, raw: string, scope: Scope, io: Io, shell: Shell): TextSet {
  switch (part.type) {
    case "Glob":
      return [[{ kind: "glob", glob: part.text }]];
    case "ExtendedGlob":
      return [[{ kind: "glob", glob: "*", extended: part.text }]];
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
    texts = concat(texts, value);
  });
  return texts;
}

/** The text of a here-document. */
export function expandHereDoc(node: HereDoc, scope: Scope, io: Io, shell: Shell): TextSet {
  const parts = node.body.parts;
  const isIndented = node.operator === "<<-";
  if (node.delimiter?.quoted === true || parts === undefined) {
    const { text } = node.body;
    const plain = known(isIndented ? text.replace(/^\t+/gm, "") : text);
    return node.delimiter?.quoted === true ? plain : orInZsh(plain, text, scope, shell);
  }
  let isLineStart = true;
  return parts.reduce<TextSet>((texts, part) => {
    if (part.type !== "Literal" || !isIndented) {
      isLineStart = false;
      const value = partText(part, scope, io, shell);
      // In zsh quotes are plain characters here; in bash single ones are, which inside a substitution are read as quotes.
      const plain = shell.dialects.includes("zsh") ? /["'\\]/ : /'/;
      const isOdd = part.type === "ParameterExpansion" && plain.test(part.text);
      const odd: TextSet = [[hole("dialect", { sources: sourcesOf(value) })]];
      return concat(texts, isOdd ? union(value, odd) : value);
    }
    const inner = part.value.replace(/\n\t+/g, "\n");
    const value = isLineStart ? inner.replace(/^\t+/, "") : inner;
    isLineStart = part.value.endsWith("\n");
    return concat(texts, orInZsh(known(value), part.text, scope, shell));
  }, EMPTY);
}

/** Argument vectors: every combination of the fields of several words. Too many are joined into one with holes. */
export function expandWords(
  words: readonly Word[],
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Fields[] {
  let vectors: Text[][] = [[]];
  for (const word of words) {
    const longest = vectors.reduce((most, vector) => Math.max(most, vector.length), 0);
    if (longest > FIELDS_MAX || !shell.host.spend()) {
      shell.host.unknown("budget", "more arguments than are looked at", placeOf(scope, io));
      for (const vector of vectors) vector.push([hole("budget")]);
      break;
    }
    const alternatives = expandWord(word, scope, io, shell);
    const [only] = alternatives;
    shell.host.spend(alternatives.reduce((sum, fields) => sum + weightOf(fields), 0));
    if (alternatives.length === 1 && only !== undefined) {
      for (const vector of vectors) vector.push(...only);
    } else if (vectors.length * alternatives.length <= ARGUMENT_VECTORS_MAX) {
      vectors = vectors.flatMap((vector) => alternatives.map((fields) => [...vector, ...fields]));
    } else {
      const joined = hole("budget", { sources: sourcesOf(alternatives.flat()) });
      for (const vector of vectors) vector.push([joined]);
    }
  }
  return vectors;
}

function collectEach(
  parts: readonly WordPart[],
  word: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly (readonly Fields[])[] {
  return shell.dialects.map((dialect) => collect(parts, word, scope, io, shell, dialect));
}

/** `$x[2]` is a subscript in zsh and a pattern in bash; `${x+{a}}` ends at another brace. */
function readsDifferentlyInZsh(parts: readonly WordPart[]): boolean {
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

/** Names behind `$~`, `$=`, `$^` and `$+`: plain characters in bash, and in zsh what it makes of these variables. */
function flaggedNames(text: string): readonly string[] {
  const found = text.matchAll(/(?<!\\)\$[~=^+]+([A-Za-z_]\w*|[0-9@*#?$!-])/g);
  return [...found].map(([, name]) => name ?? "");
}

/** Plain text, and what zsh may make of it where it names variables in a way of its own. */
function orInZsh(plain: TextSet, raw: string, scope: Scope, shell: Shell): TextSet {
  const names = shell.dialects.includes("zsh") ? flaggedNames(raw) : [];
  if (names.length === 0) return plain;
  const sources = sourcesOf(names.flatMap((name) => allValuesOf(name, scope)));
  const made: TextSet = [[hole("dialect", { sources })]];
  return shell.dialects.includes("bash") ? union(plain, made) : made;
}

function allValuesOf(name: string, scope: Scope): TextSet {
  const variable = scope.get(name) ?? scope.missing(name);
  return [...variable.values, ...(variable.elements ?? []).flatMap((element) => element.values)];
}

/** A word that zsh reads in a way of its own: something, made of what stands in it. Substitutions run all the same. */
function otherwiseInZsh(
  parts: readonly WordPart[],
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Fields[] {
  const texts = parts.flatMap((part) => [
    ...partText(part, scope, io, shell),
    ...flaggedNames(part.text).flatMap((name) => allValuesOf(name, scope)),
  ]);
  for (const part of parts) {
    const name = /^\$\{([A-Za-z_]\w*):?:?=/.exec(part.text)?.[1];
    if (name !== undefined) scope.set(name, [[hole("dialect", { sources: sourcesOf(texts) })]]);
  }
  return [[[hole("dialect", { sources: sourcesOf(texts) })]]];
}

function hasBraces(parts: readonly WordPart[]): boolean {
  return parts.some((part) => part.type === "BraceExpansion");
}

function expandBraceWord(word: Word, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  const raws = expandBraces(word.text, shell.dialects[0]);
  if (raws === undefined) return [[[hole("budget")]]];
  let lists: readonly Fields[] = [[]];
  for (const raw of raws) {
    // `{a,}`: nothing at all is no field in bash, and an empty one in zsh.
    if (raw === "") {
      if (shell.dialects.includes("zsh")) lists = lists.map((list) => [...list, []]);
      continue;
    }
    const again = rawWord(raw);
    const alternatives: readonly Fields[] =
      again === undefined || (again.parts !== undefined && hasBraces(again.parts))
        ? [[[hole("unmodelled")]]]
        : expandWord(
            again,
            scope,
            { ...io, at: io.at ?? { start: word.pos, end: word.end } },
            shell,
          );
    if (lists.length * alternatives.length > ARGUMENT_VECTORS_MAX) return [[[hole("budget")]]];
    lists = lists.flatMap((list) => alternatives.map((fields) => [...list, ...fields]));
  }
  return lists;
}

/** Parses a raw word that came out of brace expansion. */
function rawWord(raw: string): Word | undefined {
  if (raw === "") return undefined;
  const command = parseCommand(`: ${raw}`).script?.commands[0]?.command;
  if (command?.type !== "Command" || command.suffix.length !== 1) return undefined;
  const only = command.suffix[0];
  return only?.type === "Word" ? only : undefined;
}

type Partial = {
  readonly done: readonly Text[];
  readonly current: Text;
  readonly present: boolean;
  /** An empty quoted part of an expansion stands here: it may make an empty field or none. */
  readonly nulled?: boolean;
};

/** Parts to field lists, in one dialect. */
function collect(
  parts: readonly WordPart[],
  word: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
  dialect: "bash" | "zsh",
): readonly Fields[] {
  let partials: readonly Partial[] = [{ done: [], current: [], present: false }];
  parts.forEach((part, at) => {
    // WHY a step for each part: what stands before it is gone through again.
    const isWithin = shell.host.spend(partialsWeight(partials));
    const values = isWithin ? valuesOf(part, scope, io, shell) : [];
    const around: Around = { at, word, values, scope, shell, dialect };
    const next = isWithin
      ? partials.flatMap((one) => addPart(part, one, around))
      : [{ done: [], current: [hole("budget")], present: true }];
    partials = bounded(next, parts);
  });
  // What follows a tilde inside a word may belong to it in zsh.
  const isLate =
    dialect === "zsh" &&
    parts.some(
      (part, at) =>
        part.type === "Literal" &&
        part.text.startsWith("~") &&
        (at > 0 || (parts.length > 1 && !part.text.includes("/"))),
    );
  if (isLate) {
    const sources = sourcesOf(partials.flatMap(({ done, current }) => [...done, current]));
    partials = [...partials, { done: [], current: [hole("dialect", { sources })], present: true }];
  }
  return partials.flatMap(({ done, current, present, nulled }): readonly Fields[] => {
    // In zsh a value that is not known and turns out empty leaves no field.
    if (!present && current.length > 0 && current.every(mayBeEmpty))
      return [[...done, unmarked(tidy(current))], [...done]];
    if (present || current.length > 0) return [[...done, unmarked(tidy(current))]];
    return nulled === true ? [[...done, []], [...done]] : [[...done]];
  });
}

function mayBeEmpty(piece: Piece): boolean {
  return piece.kind === "hole" && !piece.splits && !isOneWord(piece);
}

/** Whether what is not known is a number or a made-up name: never empty, and never several words. */
function isOneWord(piece: Extract<Piece, { kind: "hole" }>): boolean {
  return piece.job === true || piece.made === true || /^\[-?0-9/.test(piece.like ?? "");
}

/** A value that was one word as it was stored may be several where it is not quoted. */
function splitting(text: Text): Text {
  return text.map((piece) =>
    piece.kind === "hole" && !piece.splits && !isOneWord(piece)
      ? { ...piece, splits: true }
      : piece,
  );
}

function partialsWeight(partials: readonly Partial[]): number {
  return partials.reduce(
    (sum, { done, current }) =>
      sum + Math.floor(done.length / PIECES_PER_STEP) + weightOf([current]),
    0,
  );
}

function bounded(partials: readonly Partial[], parts: readonly WordPart[]): readonly Partial[] {
  if (partials.length <= ALTERNATIVES_MAX) return partials;
  const sources = sourcesOf(partials.flatMap((partial) => [...partial.done, partial.current]));
  return [{ done: [], current: [hole("budget", { sources })], present: parts.length > 0 }];
}

/** What the expansions of a part give, one value each. INVARIANT: evaluated once, as a shell does, whatever stands before. */
function valuesOf(part: WordPart, scope: Scope, io: Io, shell: Shell): readonly Expanded[] {
  const textOfPart = (one: WordPart): Expanded => ({
    kind: "text",
    texts: partText(one, scope, io, shell),
  });
  switch (part.type) {
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.map((child) => quotedList(child, scope, io, shell) ?? textOfPart(child));
    case "ProcessSubstitution":
      return [textOfPart(part)];
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion":
      return [expanded(part, scope, io, shell)];
    default:
      return [];
  }
}

/** Where a part stands that is added to what comes before it, and what its expansions give. */
type Around = {
  readonly at: number;
  readonly word: Word;
  readonly values: readonly Expanded[];
  readonly scope: Scope;
  readonly shell: Shell;
  readonly dialect: "bash" | "zsh";
};

function addPart(part: WordPart, partial: Partial, around: Around): readonly Partial[] {
  const { at, word, values, scope, shell, dialect } = around;
  const glue = (texts: TextSet, present = true): Partial[] =>
    texts.map((text) => ({
      ...partial,
      current: append(partial.current, text),
      present: partial.present || present,
    }));
  switch (part.type) {
    case "Literal": {
      if (dialect === "bash" && isLikeAssignment(word))
        return glue(expandAssignedTildes(part.value, part.text, at === 0, scope));
      if (at === 0) return glue(expandTilde(literal(part.value), word.text, scope, shell.dialects));
      // In zsh nothing but an empty text before it does not hide a tilde, and what follows may belong to it.
      const isFirst = partial.current.every((piece) => piece.kind === "hole");
      const late = dialect === "zsh" && isFirst && part.text.startsWith("~");
      return glue(late ? union(known(part.value), [[hole("dialect")]]) : known(part.value));
    }
    case "Glob":
      return glue([[{ kind: "glob", glob: part.text }]]);
    case "ExtendedGlob":
      return glue([[{ kind: "glob", glob: "*", extended: part.text }]]);
    case "AnsiCQuoted":
      return glue(
        scope.options.has(PLAIN_SH)
          ? union(known(part.value), [[hole("dialect", { splits: false })]])
          : known(part.value),
      );
    case "SingleQuoted":
      return glue(known(part.value));
    case "DoubleQuoted":
    case "LocaleString":
      return addQuoted(part, partial, around);
    case "ProcessSubstitution":
      return glue(values.flatMap((value) => (value.kind === "text" ? value.texts : [])));
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion": {
      const [value] = values;
      if (value === undefined) return [partial];
      if (value.kind === "list") {
        if (value.items === undefined) return glue([[hole("missing-fact")]], false);
        return addList({ kind: "list", items: value.items }, partial, scope, dialect);
      }
      const splits = part.type === "CommandExpansion";
      return value.texts.flatMap((text) => addUnquoted(text, partial, scope, dialect, splits));
    }
    case "BraceExpansion":
      return glue(scope.options.has(PLAIN_SH) ? known(part.text) : [[hole("unmodelled")]]);
    default:
      return part satisfies never;
  }
}

/** What stands in double quotes: one field, or several where a list stands in it (`"x$@y"`). */
function addQuoted(
  part: Extract<WordPart, { type: "DoubleQuoted" | "LocaleString" }>,
  partial: Partial,
  { values, shell, dialect }: Around,
): readonly Partial[] {
  // `$"..."` is translated in bash; in zsh the dollar stands for itself.
  const start = part.type === "LocaleString" && dialect === "zsh" ? literal("$") : [];
  const isPresent = part.parts.length === 0 || start.length > 0;
  let partials: readonly Partial[] = [
    { ...partial, current: append(partial.current, start), present: partial.present || isPresent },
  ];
  let run = EMPTY;
  const glue = (): void => {
    partials = partials.flatMap((one) =>
      withSplits(run, false).map((text) => ({
        ...one,
        current: append(one.current, text),
        present: true,
      })),
    );
    run = EMPTY;
  };
  let isRunning = false;
  for (const value of values) {
    if (value.kind === "text") {
      run = concat(run, value.texts);
      isRunning = true;
      continue;
    }
    if (isRunning) glue();
    isRunning = false;
    const { items } = value;
    if (items !== undefined && !shell.host.spend(weightOf(items.flat()) + items.length))
      return [{ ...partial, current: [hole("budget", { sources: sourcesOf(items.flat()) })] }];
    partials = partials.flatMap((one) => addList(value, one));
    if (partials.length > ALTERNATIVES_MAX) partials = bounded(partials, [part]);
  }
  if (isRunning) glue();
  return partials;
}

/** `"$@"` and `"${a[@]}"`, which give fields although quoted. */
function quotedList(
  part: WordPart | undefined,
  scope: Scope,
  io: Io,
  shell: Shell,
): Expanded | undefined {
  if (part === undefined) return undefined;
  const isAll =
    (part.type === "SimpleExpansion" && part.text === "$@") ||
    (part.type === "ParameterExpansion" &&
      (part.parameter === "@" ||
        part.index?.text === "@" ||
        part.prefix === "!" ||
        /^\$\{(?:\(|[^A-Za-z0-9_#?$!*-])/.test(part.text)));
  if (!isAll) return undefined;
  const value = expanded(part, scope, io, shell);
  return value.kind === "list" ? value : undefined;
}

/** Adds the fields of a list; split further when unquoted (a dialect is given). */
function addList(
  value: Expanded,
  partial: Partial,
  scope?: Scope,
  dialect?: "bash" | "zsh",
): readonly Partial[] {
  const items = value.kind === "list" ? value.items : [value.texts];
  if (items === undefined) {
    return [{ ...partial, current: append(partial.current, [hole("missing-fact")]) }];
  }
  // Where IFS is no blank, empty pieces of items that are not quoted make fields, or none, by rules of their own.
  const isOdd = scope !== undefined && !/^[ \t\n]*$/.test(separatorsOf(scope) ?? "?");
  if (isOdd && items.length > 0) {
    const some = hole("unmodelled", { sources: sourcesOf(items.flat()) });
    return [{ ...partial, current: append(partial.current, [some]) }];
  }
  let partials: readonly Partial[] = [partial];
  items.forEach((texts, at) => {
    partials = partials.flatMap((one) => {
      // An empty item that is not quoted leaves no field.
      const isField = one.present || one.current.length > 0;
      const done = isField ? [...one.done, one.current] : one.done;
      const base: Partial = at === 0 ? one : { done, current: [], present: false };
      return texts.flatMap((text) =>
        scope === undefined || dialect === undefined
          ? [{ ...base, current: append(base.current, quoted(text)), present: true }]
          : addUnquoted(text, base, scope, dialect),
      );
    });
    if (partials.length > ALTERNATIVES_MAX) {
      partials = [{ ...partial, current: [hole("budget", { sources: sourcesOf(items.flat()) })] }];
    }
  });
  return partials;
}

/**
 * An unquoted value: split into fields at IFS and open to pathname expansion in bash. zsh splits only the output of
 * commands (`splits`) and leaves the rest whole.
 */
function addUnquoted(
  text: Text,
  partial: Partial,
  scope: Scope,
  dialect: "bash" | "zsh",
  splits = false,
): readonly Partial[] {
  const quotes = text.some((piece) => piece.kind === "text" && piece.quoted === true);
  if (dialect === "zsh" && !splits) {
    return [
      {
        ...partial,
        current: append(partial.current, unmarked(text)),
        present: partial.present || quotes,
      },
    ];
  }
  const separators = separatorsOf(scope);
  if (separators === undefined) {
    const all = hole("missing-fact", { sources: sourcesOf([text]) });
    return [
      { ...partial, current: text.length === 0 ? partial.current : append(partial.current, [all]) },
    ];
  }
  const isBash = dialect === "bash";
  const broken = brokenUp(isBash ? splitting(text) : text, separators);
  const split = splitFields(broken, separators, partial, isBash);
  if (split.done.length > FIELDS_MAX)
    return [{ done: [], current: [hole("budget")], present: true }];
  return [split];
}

/** What lines or names look like says nothing of their parts where lines stay together or other characters than blanks separate fields. */
function brokenUp(text: Text, separators: string): Text {
  if (/^[ \t\n]*$/.test(separators) && separators.includes("\n")) return text;
  return text.map((piece) =>
    piece.kind === "hole" && piece.splits && piece.like !== undefined && !isOneWord(piece)
      ? { ...piece, like: undefined }
      : piece,
  );
}

/**
 * Splits as the shell does: white space among the separators ends a field and is otherwise nothing; any other separator
 * ends a field even if that is empty, together with the white space around it.
 */
function splitFields(text: Text, separators: string, partial: Partial, globs: boolean): Partial {
  const done = [...partial.done];
  let { current, present } = partial;
  let nulled = partial.nulled === true;
  let afterBlank = false;
  const end = (): void => {
    done.push(current);
    current = [];
    present = false;
    nulled = false;
  };
  for (const piece of text) {
    if (piece.kind !== "text" || piece.quoted === true) {
      current = append(current, unmarked([piece]));
      if (piece.kind === "text" && piece.text === "") nulled = true;
      else present ||= piece.kind === "text";
      afterBlank = false;
      continue;
    }
    let run = "";
    for (const character of piece.text) {
      if (!separators.includes(character)) {
        run += character;
        afterBlank = false;
        continue;
      }
      current = append(current, globs ? globbed(literal(run)) : literal(run));
      run = "";
      const holds = present || nulled || current.length > 0;
      if (" \t\n".includes(character)) {
        if (holds) end();
        afterBlank ||= holds;
      } else {
        if (holds || !afterBlank) end();
        afterBlank = false;
      }
    }
    current = append(current, globs ? globbed(literal(run)) : literal(run));
  }
  return { done, current, present, nulled };
}

/** The characters of IFS; undefined when they are not known. */
export function separatorsOf(scope: Scope): string | undefined {
  const ifs = scope.get("IFS");
  if (ifs === undefined || ifs.absent === "yes") return " \t\n";
  if (ifs.absent === "maybe") return undefined;
  return ifs.values.length === 1 ? textOf(ifs.values[0] ?? []) : undefined;
}

/** Wildcards in the result of an expansion are live in bash. */
function globbed(text: Text): Text {
  return text.flatMap((piece): Text => {
    if (piece.kind !== "text" || !/[*?[\\]/.test(piece.text)) return [piece];
    // A backslash escapes what follows in a pattern; where nothing matches, the value stays as it is.
    if (piece.text.includes("\\"))
      return [{ kind: "glob", glob: piece.text, extended: piece.text }];
    return hasMagic(piece.text) ? [{ kind: "glob", glob: piece.text }] : [piece];
  });
}

/** The value of one part as text, as inside double quotes. */
export function partText(part: WordPart, scope: Scope, io: Io, shell: Shell): TextSet {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return known(part.value);
    case "Glob":
      return known(part.text);
    case "ExtendedGlob":
    case "BraceExpansion":
      return known(part.text);
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.reduce<TextSet>(
        (sum, child) => concat(sum, partText(child, scope, io, shell)),
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
        return known(shell.host.pipePath([[hole("dynamic-code")]]));
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

function expanded(part: ExpansionPart, scope: Scope, io: Io, shell: Shell): Expanded {
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
    shell.host.unknown("syntax", "a substitution that could not be read", placeOf(scope, io));
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

/** What a lone tilde stands for: HOME, and without it the home that the system knows for the user. */
function homesOf(scope: Scope): TextSet {
  const variable = scope.get("HOME");
  const known = variable?.values ?? [];
  const isSet = variable !== undefined && variable.absent === undefined;
  return isSet ? known : union(known, [[hole("missing-fact", { splits: false })]]);
}

/** The tilde that a word begins with; `raw` is how the word is written. */
export function expandTilde(
  text: Text,
  raw: string,
  scope: Scope,
  dialects: Shell["dialects"],
): TextSet {
  const first = text[0];
  if (!raw.startsWith("~") || first?.kind !== "text") return [text];
  // A prefix that goes on in quotes or an expansion (`~$x`) is no tilde prefix in bash. zsh looks at what comes out:
  // a user, a number of the directory stack, or nothing.
  const goesOn = !first.text.includes("/") && raw !== first.text;
  if (goesOn && !dialects.includes("zsh")) return [text];
  if (goesOn) return union([text], [[hole("dialect")]]);
  const found = /^~([^/]*)([\s\S]*)$/.exec(first.text);
  if (found === null) return [text];
  const rest = [...literal(found[2] ?? ""), ...text.slice(1)];
  switch (found[1]) {
    case "":
      return homesOf(scope).map((home) => append(home, rest));
    case "+":
      return scope.directories.map((directory) =>
        append(directory === undefined ? [hole("dynamic-path")] : directoryText(directory), rest),
      );
    case "-":
      return [append([hole("missing-fact", { splits: false })], rest)];
    default:
      // Another user's home: somewhere unknown, or the text itself when there is no such user.
      return [append([hole("missing-fact", { splits: false })], rest), text];
  }
}

/** Pathname expansion of every field that holds a live wildcard; several lists where the options are not certain. */
function pathnames(fields: Fields, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  if (!fields.some((text) => text.some((piece) => piece.kind === "glob"))) return [fields];
  const isPattern = (text: Text): boolean =>
    text.some((piece) => piece.kind === "glob" && (hasMagic(piece.glob) || piece.glob === "*"));
  if (!fields.some(isPattern)) return [fields.map(quoted)];
  const literals = fields.map(quoted);
  if (isOn("noglob", scope)) return [literals];
  const lists = globSettings(scope).map((settings) => matched(fields, settings, scope, io, shell));
  return mayBeOn("noglob", scope) ? [...lists, literals] : lists;
}

/** What the options say of one pathname expansion. */
type GlobSettings = {
  readonly dotfiles: boolean;
  readonly ignoreCase: boolean;
  readonly isNull: boolean;
};

function isOn(option: string, scope: Scope): boolean {
  return scope.options.has(option) && !scope.unsureOptions.has(option);
}

function mayBeOn(option: string, scope: Scope): boolean {
  return scope.options.has(option);
}

/** Every combination that the path taken so far may have left. */
function globSettings(scope: Scope): readonly GlobSettings[] {
  const states = (...options: readonly string[]): readonly boolean[] => {
    if (options.some((option) => isOn(option, scope))) return [true];
    return options.some((option) => mayBeOn(option, scope)) ? [true, false] : [false];
  };
  return states("dotglob", "globdots").flatMap((dotfiles) =>
    states("nocaseglob").flatMap((ignoreCase) =>
      states("nullglob").map((isNull) => ({ dotfiles, ignoreCase, isNull })),
    ),
  );
}

function matched(
  fields: Fields,
  settings: GlobSettings,
  scope: Scope,
  io: Io,
  shell: Shell,
): Fields {
  const result: Text[] = [];
  for (const text of fields) {
    if (!text.some((piece) => piece.kind === "glob")) result.push(text);
    else if (!hasMagic(likeOf(text))) result.push(quoted(text));
    else result.push(...pathname(text, settings, scope, io, shell));
    if (result.length > FIELDS_MAX)
      return [...result.slice(0, FIELDS_MAX), [hole("budget", { like: likeOf(text) })]];
  }
  return result;
}

function pathname(
  text: Text,
  settings: GlobSettings,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Text[] {
  const glob = likeOf(text);
  const unexpanded = [text];
  // Where nothing matches, zsh ends the command and the list that it stands in.
  if (shell.dialects.includes("zsh")) io.ends?.add();
  if (text.some((piece) => piece.kind === "hole")) return unexpanded;
  const [directory] = scope.directories;
  if (scope.directories.length !== 1 || directory === undefined) return unexpanded;
  const spelled = shellStars(glob, shell, scope);
  const pattern = absoluteGlob(directory, spelled);
  if (pattern === undefined || shell.host.filesChanged(pattern)) return unexpanded;
  const answer = shell.host.ask({
    kind: "glob",
    pattern,
    dotfiles: settings.dotfiles,
    ignoreCase: settings.ignoreCase,
  });
  if (answer?.kind !== "glob" || !answer.complete || answer.paths.length > FIELDS_MAX)
    return unexpanded;
  // What GLOBIGNORE leaves out is not worked out.
  const ignored = scope.get("GLOBIGNORE");
  if (ignored !== undefined && ignored.absent !== "yes") return unexpanded;
  const found = meant(answer.paths, text, directory, settings);
  const paths = found === undefined || !glob.endsWith("/") ? found : directoriesOf(found, shell);
  if (paths === undefined) return unexpanded;
  if (paths.length === 0) {
    // Dot files are where settings lie: what matches nothing now may match when the command runs.
    const later = /(?:^|\/)\.[^/]*[*?[][^/]*\/?$/.test(glob) ? [text] : [];
    return settings.isNull ? later : [quoted(text), ...later];
  }
  const names = asWritten(paths, spelled, directory);
  if (names === undefined) return unexpanded;
  // Under `globstar` two stars behind a directory match the directory too.
  if (spelled.endsWith("/**") && mayBeOn("globstar", scope)) return unexpanded;
  return names.map(literal);
}

/** Those of the paths that an extended pattern means; the question was asked with a wider one. */
function meant(
  paths: readonly string[],
  text: Text,
  directory: string,
  settings: GlobSettings,
): readonly string[] | undefined {
  if (!text.some((piece) => piece.kind === "glob" && piece.extended !== undefined)) return paths;
  if (likeOf(text).includes("/") || settings.ignoreCase) return undefined;
  const source = patternSource(text, { isExtended: true });
  if (source === undefined) return undefined;
  const whole = new RegExp(`^(?:${source})$`, "u");
  const prefix = directory === "/" ? "/" : `${directory}/`;
  return paths.filter((path) => path.startsWith(prefix) && whole.test(path.slice(prefix.length)));
}

/** Those of the paths that are directories: what a pattern with a slash at its end means. Undefined when that is not known. */
function directoriesOf(paths: readonly string[], shell: Shell): readonly string[] | undefined {
  if (paths.length > ALTERNATIVES_MAX) return undefined;
  const types = paths.map((path) => {
    const fact = shell.host.ask({ kind: "path", path });
    return fact?.kind === "path" ? fact.type : undefined;
  });
  if (types.includes(undefined)) return undefined;
  return paths.filter((_, at) => types[at] === "directory");
}

/**
 * The paths as the shell writes them: what stands before the first wildcard stays as it is, and so does a slash at the end.
 * Undefined where more of the pattern is spelled in a way of its own.
 */
function asWritten(
  paths: readonly string[],
  glob: string,
  directory: string,
): readonly string[] | undefined {
  const parts = glob.split("/");
  const first = parts.findIndex((part) => hasMagic(part));
  const end = glob.endsWith("/") ? "/" : "";
  const rest = parts.slice(first, end === "" ? undefined : -1);
  if (first < 0 || rest.some((part) => part === "" || part === "." || part === ".."))
    return undefined;
  const written = parts
    .slice(0, first)
    .map((part) => `${unescapeGlob(part)}/`)
    .join("");
  const base = absoluteGlob(
    directory,
    parts.slice(0, first).join("/") || (glob.startsWith("/") ? "/" : "."),
  );
  if (base === undefined) return undefined;
  const plain = unescapeGlob(base);
  const prefix = plain === "/" ? "/" : `${plain}/`;
  if (paths.some((path) => !path.startsWith(prefix))) return undefined;
  return paths.map((path) => `${written}${path.slice(prefix.length)}${end}`);
}

// Two stars cross directories only before a slash in zsh, and in bash only under `globstar`; else they are one star.
function shellStars(glob: string, shell: Shell, scope: Scope): string {
  if (mayBeOn("globstar", scope)) return glob;
  return glob.replace(/\*{2,}(\/?)/g, (whole, slash: string) =>
    shell.dialects.includes("zsh") && slash !== "" ? whole : `*${slash}`,
  );
}

/** A glob seen from a directory, absolute and clean. Undefined when `..` makes that impossible without the disk. */
export function absoluteGlob(directory: string, glob: string): string | undefined {
  const parts: string[] = [];
  const source = glob.startsWith("/") ? glob : `${escapeGlob(directory)}/${glob}`;
  for (const part of source.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.length > 0 && hasMagic(parts[parts.length - 1] ?? "")) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function union2(lists: readonly (readonly Fields[])[]): readonly Fields[] {
  if (lists.length === 1) return lists[0] ?? [[]];
  const seen = new Map<string, Fields>();
  for (const list of lists) for (const fields of list) seen.set(JSON.stringify(fields), fields);
  return [...seen.values()];
}

/** Lines that are looked at one by one; more of them are not known. */
const LINES_MAX = 2_000;

/** Texts that a command printed, seen as values of a variable that `read` fills: one line each. */
export function lines(texts: TextSet): TextSet {
  const result: Text[] = [];
  for (const text of texts) {
    const value = textOf(text);
    if (value === undefined) {
      for (const line of linesOf(text)) result.push(lineText(line));
    } else for (const line of value.replace(/\n$/, "").split("\n")) result.push(literal(line));
    if (result.length > LINES_MAX) return [[hole("budget", { sources: sourcesOf(texts) })]];
  }
  return union(result);
}

function lineText(text: Text): Text {
  if (textOf(text) !== undefined) return text;
  const line = hole("dynamic-code", { sources: sourcesOf([text]), ...lineLike(text) });
  return line.like === undefined ? [line] : wordLike(line.like, line);
}

function lineLike(text: Text): { like?: string } {
  const only = text.length === 1 ? text[0] : undefined;
  return only?.kind === "hole" && only.like !== undefined ? { like: only.like } : {};
}
