// Words: from the raw word to the fields a command may get, over all values the word can have.
import { escapeGlob, hasMagic } from "#base/glob.ts";
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
import { type Expanded, expandParameter, flat, parameterValue } from "./parameters.ts";
import type { Scope } from "./scope.ts";
import { type HereDoc, parseCommand, type Script, type Word, type WordPart } from "./syntax.ts";
import {
  append,
  concat,
  EMPTY,
  hole,
  known,
  likeOf,
  literal,
  markQuoted,
  quoted,
  sourcesOf,
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

/** One possible list of fields. */
export type Fields = readonly Text[];

/** All lists of fields that a word may expand to. INVARIANT: never empty. */
export function expandWord(word: Word, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  if (!shell.host.spend()) return [[[hole("budget")]]];
  const parts = word.parts;
  if (parts === undefined)
    return expandTilde(literal(word.value), word.text, scope, shell.dialects).map((text) => [text]);
  if (hasBraces(parts)) {
    // zsh expands braces after everything else: with an expansion beside them the order of fields is its own.
    const mixed =
      shell.dialects.includes("zsh") &&
      parts.some((part) => part.type.endsWith("Expansion") && part.type !== "BraceExpansion");
    const lists = expandBraceWord(word, scope, io, shell);
    return mixed ? [[[hole("dialect", { sources: sourcesOf(lists.flat()) })]]] : lists;
  }
  const lists = union2(
    shell.dialects.map((dialect) =>
      dialect === "zsh" && readsDifferentlyInZsh(parts)
        ? [[[hole("dialect")]]]
        : collect(parts, word, scope, io, shell, dialect),
    ),
  );
  return lists.flatMap((fields) => pathnames(fields, scope, io, shell));
}

/** The word as one string, without splitting or pathname expansion: assignments, here-strings, `case` words. */
export function expandToText(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  if (!shell.host.spend()) return [[hole("budget")]];
  if (word.parts === undefined) {
    return expandTilde(literal(word.value), word.text, scope, shell.dialects);
  }
  let texts = EMPTY;
  const { parts } = word;
  if (shell.dialects.includes("zsh") && readsDifferentlyInZsh(parts)) return [[hole("dialect")]];
  parts.forEach((part, at) => {
    let value = partText(part, scope, io, shell);
    if (at === 0 && part.type === "Literal")
      value = value.flatMap((text) => expandTilde(text, word.text, scope, shell.dialects));
    texts = concat(texts, value);
  });
  shell.host.spend(weightOf(texts));
  return texts.map(unmarked);
}

/** As `expandToText`, but unquoted wildcards stay patterns: for `case` and `${x#...}`. */
export function expandToPattern(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  if (word.parts === undefined) return known(word.value);
  let texts = EMPTY;
  for (const part of word.parts) {
    texts = concat(
      texts,
      part.type === "Glob"
        ? [[{ kind: "glob", glob: part.text }]]
        : partText(part, scope, io, shell),
    );
  }
  return texts;
}

/** The operand of `${x:-word}`: quoted parts keep their mark, because the rest of it may split. */
function expandOperand(word: Word, scope: Scope, io: Io, shell: Shell): TextSet {
  const { parts } = word;
  if (parts === undefined) {
    const text = literal(word.value);
    return word.text === word.value
      ? expandTilde(text, word.text, scope, shell.dialects)
      : [markQuoted(text)];
  }
  let texts = EMPTY;
  parts.forEach((part, at) => {
    let value: TextSet;
    if (part.type === "Glob") value = [[{ kind: "glob", glob: part.text }]];
    else if (/Quoted$|^LocaleString$/.test(part.type))
      value = partText(part, scope, io, shell).map(markQuoted);
    else if (part.type === "Literal") {
      value = part.text === part.value ? known(part.value) : [markQuoted(literal(part.value))];
      if (at === 0)
        value = value.flatMap((text) => expandTilde(text, word.text, scope, shell.dialects));
    } else value = partText(part, scope, io, shell);
    texts = concat(texts, value);
  });
  return texts;
}

/** The text of a here-document. */
export function expandHereDoc(node: HereDoc, scope: Scope, io: Io, shell: Shell): TextSet {
  const parts = node.body.parts;
  if (node.delimiter?.quoted === true || parts === undefined) return known(node.body.text);
  return parts.reduce<TextSet>(
    (texts, part) => concat(texts, partText(part, scope, io, shell)),
    EMPTY,
  );
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

/** `$x[2]` is a subscript in zsh and a pattern in bash; `${x+{a}}` ends at another brace. */
function readsDifferentlyInZsh(parts: readonly WordPart[]): boolean {
  return parts.some((part, at) => {
    if (part.type === "DoubleQuoted") return readsDifferentlyInZsh(part.parts);
    if (part.type === "ParameterExpansion") return /[^$]\{/.test(part.text.slice(1));
    const next = parts[at + 1];
    // `$#x` is the length of x in zsh.
    if (part.type === "SimpleExpansion" && part.text === "$#" && next !== undefined) return true;
    // `$12` is the twelfth parameter in zsh, the first and a `2` in bash.
    if (/^\$[0-9]$/.test(part.text) && /^[0-9]/.test(next?.text ?? "")) return true;
    return part.type === "SimpleExpansion" && next?.text.startsWith("[") === true;
  });
}

function hasBraces(parts: readonly WordPart[]): boolean {
  return parts.some((part) => part.type === "BraceExpansion");
}

function expandBraceWord(word: Word, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  const raws = expandBraces(word.text);
  if (raws === undefined) return [[[hole("budget")]]];
  let lists: readonly Fields[] = [[]];
  for (const raw of raws) {
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
    const next = isWithin
      ? partials.flatMap((one) => addPart(part, at, one, word, scope, io, shell, dialect))
      : [{ done: [], current: [hole("budget")], present: true }];
    partials = bounded(next, parts);
  });
  return partials.flatMap(({ done, current, present, nulled }): readonly Fields[] => {
    if (present || current.length > 0) return [[...done, unmarked(tidy(current))]];
    return nulled === true ? [[...done, []], [...done]] : [[...done]];
  });
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

function addPart(
  part: WordPart,
  at: number,
  partial: Partial,
  word: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
  dialect: "bash" | "zsh",
): readonly Partial[] {
  const glue = (texts: TextSet, present = true): Partial[] =>
    texts.map((text) => ({
      ...partial,
      current: append(partial.current, text),
      present: partial.present || present,
    }));
  switch (part.type) {
    case "Literal": {
      if (at === 0) return glue(expandTilde(literal(part.value), word.text, scope, shell.dialects));
      // In zsh nothing but an empty text before it does not hide a tilde, and what follows may belong to it.
      const late = dialect === "zsh" && partial.current.length === 0 && part.text.startsWith("~");
      return glue(late ? union(known(part.value), [[hole("dialect")]]) : known(part.value));
    }
    case "Glob":
      return glue([[{ kind: "glob", glob: part.text }]]);
    case "ExtendedGlob":
      return glue([[{ kind: "glob", glob: "*" }]]);
    case "SingleQuoted":
    case "AnsiCQuoted":
      return glue(known(part.value));
    case "DoubleQuoted":
    case "LocaleString": {
      const list =
        part.parts.length === 1 ? quotedList(part.parts[0], scope, io, shell) : undefined;
      if (list !== undefined) {
        const items = list.kind === "list" ? list.items : undefined;
        if (items !== undefined && !shell.host.spend(weightOf(items.flat()) + items.length))
          return [{ ...partial, current: [hole("budget", { sources: sourcesOf(items.flat()) })] }];
        return addList(list, partial);
      }
      const texts = part.parts.reduce<TextSet>(
        (sum, child) => concat(sum, partText(child, scope, io, shell)),
        EMPTY,
      );
      return glue(withSplits(texts, false));
    }
    case "ProcessSubstitution":
      return glue(partText(part, scope, io, shell));
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion": {
      const value = expanded(part, scope, io, shell);
      if (value.kind === "list") {
        if (value.items === undefined) return glue([[hole("missing-fact")]], false);
        return addList({ kind: "list", items: value.items }, partial, scope, dialect);
      }
      const splits = part.type === "CommandExpansion";
      return value.texts.flatMap((text) => addUnquoted(text, partial, scope, dialect, splits));
    }
    case "BraceExpansion":
      return glue([[hole("unmodelled")]]);
    default:
      return part satisfies never;
  }
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
    (part.type === "ParameterExpansion" && (part.parameter === "@" || part.index?.text === "@"));
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
  let partials: readonly Partial[] = [partial];
  items.forEach((texts, at) => {
    partials = partials.flatMap((one) => {
      const base: Partial =
        at === 0 ? one : { done: [...one.done, one.current], current: [], present: false };
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
  const split = splitFields(text, separators, partial, dialect === "bash");
  if (split.done.length > FIELDS_MAX)
    return [{ done: [], current: [hole("budget")], present: true }];
  return [split];
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

function separatorsOf(scope: Scope): string | undefined {
  const values = scope.value("IFS");
  if (values === undefined) return " \t\n";
  return values.length === 1 ? textOf(values[0] ?? []) : undefined;
}

/** Wildcards in the result of an expansion are live in bash. */
function globbed(text: Text): Text {
  return text.flatMap((piece): Text => {
    if (piece.kind !== "text" || !/[*?[]/.test(piece.text)) return [piece];
    return hasMagic(piece.text) ? [{ kind: "glob", glob: piece.text }] : [piece];
  });
}

/** The value of one part as text, as inside double quotes. */
function partText(part: WordPart, scope: Scope, io: Io, shell: Shell): TextSet {
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
        shell.run(part.script, scope.fork(), {
          ...readLater(io),
          stdin: [[hole("dynamic-code")]],
        });
        return known(shell.host.pipePath([[hole("dynamic-code")]]));
      }
      const inner = shell.run(part.script, scope.fork(), readLater(io));
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
  const { output } = shell.run(script, scope.fork(), readLater(io));
  return union(
    output.map((text) => {
      const last = text[text.length - 1];
      if (last?.kind !== "text") return text;
      return tidy([...text.slice(0, -1), { kind: "text", text: last.text.replace(/\n+$/, "") }]);
    }),
  );
}

function expandTilde(text: Text, raw: string, scope: Scope, dialects: Shell["dialects"]): TextSet {
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
      return (scope.value("HOME") ?? [[hole("missing-fact", { splits: false })]]).map((home) =>
        append(home, rest),
      );
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

/** Pathname expansion of every field that holds a live wildcard. */
function pathnames(fields: Fields, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  if (!fields.some((text) => text.some((piece) => piece.kind === "glob"))) return [fields];
  const result: Text[] = [];
  for (const text of fields) {
    if (!text.some((piece) => piece.kind === "glob")) result.push(text);
    else result.push(...pathname(text, scope, shell));
    if (result.length > FIELDS_MAX)
      return [[...result.slice(0, FIELDS_MAX), [hole("budget", { like: likeOf(text) })]]];
  }
  return [result];
}

function pathname(text: Text, scope: Scope, shell: Shell): readonly Text[] {
  const glob = likeOf(text);
  const unexpanded = [text];
  if (text.some((piece) => piece.kind === "hole")) return unexpanded;
  const [directory] = scope.directories;
  if (scope.directories.length !== 1 || directory === undefined) return unexpanded;
  const pattern = absoluteGlob(directory, shellStars(glob, shell, scope));
  if (pattern === undefined || shell.host.filesChanged(pattern)) return unexpanded;
  const answer = shell.host.ask({
    kind: "glob",
    pattern,
    dotfiles: scope.options.has("dotglob") || scope.options.has("globdots"),
    ignoreCase: scope.options.has("nocaseglob"),
  });
  if (answer?.kind !== "glob" || !answer.complete || answer.paths.length > FIELDS_MAX)
    return unexpanded;
  if (answer.paths.length === 0) {
    // Dot files are where settings lie: what matches nothing now may match when the command runs.
    const later = /(?:^|\/)\.[^/]*[*?[][^/]*\/?$/.test(glob) ? [text] : [];
    return scope.options.has("nullglob") ? later : [quoted(text), ...later];
  }
  const relative = !glob.startsWith("/");
  const prefix = relative && glob.startsWith("./") ? "./" : "";
  return answer.paths.map((path) =>
    literal(
      relative && path.startsWith(`${directory === "/" ? "" : directory}/`)
        ? `${prefix}${path.slice(directory === "/" ? 1 : directory.length + 1)}`
        : path,
    ),
  );
}

// Two stars cross directories only before a slash in zsh, and in bash only under `globstar`; else they are one star.
function shellStars(glob: string, shell: Shell, scope: Scope): string {
  if (scope.options.has("globstar")) return glob;
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
      const like = lineLike(text);
      const line = hole("dynamic-code", { sources: sourcesOf([text]), ...like });
      result.push(like.like === undefined ? [line] : wordLike(like.like, line));
    } else for (const line of value.replace(/\n$/, "").split("\n")) result.push(literal(line));
    if (result.length > LINES_MAX) return [[hole("budget", { sources: sourcesOf(texts) })]];
  }
  return union(result);
}

function lineLike(text: Text): { like?: string } {
  const only = text.length === 1 ? text[0] : undefined;
  return only?.kind === "hole" && only.like !== undefined ? { like: only.like } : {};
}
