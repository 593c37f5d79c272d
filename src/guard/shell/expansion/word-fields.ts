// From the parts of a word to its fields in one dialect, before pathname expansion.
import { ALTERNATIVES_MAX, FIELDS_MAX, PIECES_PER_STEP } from "#base/limits.ts";
import type { Expanded } from "./expansion.ts";
import {
  brokenUp,
  type Fields,
  isOneWord,
  mayBeEmpty,
  type PartialFields,
  separatorsOf,
  splitFields,
  splitting,
} from "../values/field-splitting.ts";
import type { Io, Shell } from "../values/host.ts";
import { mayBeOn } from "./pathnames.ts";
import { PLAIN_SH, type Scope } from "../values/scope.ts";
import type { Word, WordPart } from "../syntax/syntax.ts";
import {
  append,
  EMPTY,
  hole,
  known,
  literal,
  type Piece,
  sourcesOf,
  type Text,
  type TextSet,
  tidy,
  weightOf,
} from "../values/text.ts";
import { quoted, unmarked, withSplits } from "../values/text-changes.ts";
import { union } from "../values/text-sets.ts";
import { expandAssignedTildes, expandTilde, isLikeAssignment } from "./tildes.ts";
import { ansiText, expanded, extendedPiece, joined, partText } from "./word-texts.ts";

/** Parts to field lists, in one dialect. */
export function collect(
  parts: readonly WordPart[],
  word: Word,
  scope: Scope,
  io: Io,
  shell: Shell,
  dialect: "bash" | "zsh",
): readonly Fields[] {
  let partials: readonly PartialFields[] = [{ done: [], current: [], present: false }];
  parts.forEach((part, at) => {
    // WHY a step for each part: what stands before it is gone through again.
    const isWithin = shell.host.spend(partialsWeight(partials, at));
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
  return partials.flatMap(
    ({ done, current, present, nulled, emptyLists = 0 }): readonly Fields[] => {
      // In zsh two lists without items may take an empty text before them along (`""$@"$@"`, measured with 5.9).
      if (dialect === "zsh" && emptyLists > 1 && present && current.every(mayBeNothing))
        return [[...done, unmarked(tidy(current))], [...done]];
      // In zsh a value that is not known and turns out empty leaves no field.
      if (!present && current.length > 0 && current.every(mayBeEmpty))
        return [[...done, unmarked(tidy(current))], [...done]];
      if (present || current.length > 0)
        return withBroken([...done, current].map((field) => unmarked(tidy(field))));
      return nulled === true ? [[...done, []], [...done]] : [[...done]];
    },
  );
}

/**
 * Fields as they are, and once more with each in two in which something is not known that may hold blanks: `grep -v x$(cat names)` may
 * read a file. Of a variable that nothing in sight sets nobody in the session says what it holds, and it is taken for one word. A field
 * that is nothing but unknown stands for any number of them anyhow.
 */
function withBroken(fields: Fields): readonly Fields[] {
  const places = fields.map((field) => (field.length < 2 ? -1 : field.findIndex(mayHoldBlanks)));
  if (places.every((at) => at === -1)) return [fields];
  const broken = fields.flatMap((field, place) => {
    const at = places[place] ?? -1;
    return at === -1 ? [field] : [field.slice(0, at + 1), field.slice(at)];
  });
  return [fields, broken];
}

function mayHoldBlanks(piece: Piece): boolean {
  if (piece.kind !== "hole" || !piece.splits || isOneWord(piece)) return false;
  return piece.like === undefined && (piece.sources.length > 0 || piece.reason !== "missing-fact");
}

function mayBeNothing(piece: Piece): boolean {
  return piece.kind === "text" ? piece.text === "" : mayBeEmpty(piece);
}

/** What stands before the part at a position; of short parts several are a step. */
function partialsWeight(partials: readonly PartialFields[], at: number): number {
  const parts = at % PIECES_PER_STEP === PIECES_PER_STEP - 1 ? 1 : 0;
  return partials.reduce(
    (sum, { done, current }) =>
      sum + Math.floor(done.length / PIECES_PER_STEP) + weightOf([current]),
    parts + Math.floor(partials.length / PIECES_PER_STEP),
  );
}

function bounded(
  partials: readonly PartialFields[],
  parts: readonly WordPart[],
): readonly PartialFields[] {
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

function addPart(part: WordPart, partial: PartialFields, around: Around): readonly PartialFields[] {
  const { at, word, values, scope, shell, dialect } = around;
  const glue = (texts: TextSet, present = true): PartialFields[] =>
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
      return glue([[extendedPiece(part.text)]]);
    case "AnsiCQuoted":
      return glue(
        scope.options.has(PLAIN_SH)
          ? union(known(part.value), [[hole("dialect", { splits: false })]])
          : ansiText(part, shell),
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
      return value.texts.flatMap((text) => addUnquoted(text, partial, scope, dialect, { splits }));
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
  partial: PartialFields,
  { values, shell, dialect }: Around,
): readonly PartialFields[] {
  // `$"..."` is translated in bash; in zsh the dollar stands for itself.
  const start = part.type === "LocaleString" && dialect === "zsh" ? literal("$") : [];
  const isPresent = part.parts.length === 0 || start.length > 0;
  let partials: readonly PartialFields[] = [
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
      run = joined(run, value.texts, shell);
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
  partial: PartialFields,
  scope?: Scope,
  dialect?: "bash" | "zsh",
): readonly PartialFields[] {
  const items = value.kind === "list" ? value.items : [value.texts];
  if (items === undefined) {
    return [{ ...partial, current: append(partial.current, [hole("missing-fact")]) }];
  }
  // Where IFS is no blank, empty pieces of items that are not quoted make fields, or none, by rules of their own; where it is
  // empty, bash may join the items (`${a[@]%x}`, measured with 5.2).
  const isOdd = scope !== undefined && !/^[ \t\n]+$/.test(separatorsOf(scope) ?? "?");
  if (isOdd && items.length > 0) {
    const some = hole("unmodelled", { sources: sourcesOf(items.flat()) });
    return [{ ...partial, current: append(partial.current, [some]) }];
  }
  if (items.length === 0) return [{ ...partial, emptyLists: (partial.emptyLists ?? 0) + 1 }];
  let partials: readonly PartialFields[] = [partial];
  items.forEach((texts, at) => {
    partials = partials.flatMap((one) => {
      // An empty item that is not quoted leaves no field.
      const isField = one.present || one.current.length > 0;
      const done = isField ? [...one.done, one.current] : one.done;
      const base: PartialFields = at === 0 ? one : { done, current: [], present: false };
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
  partial: PartialFields,
  scope: Scope,
  dialect: "bash" | "zsh",
  { splits = false, globs = dialect === "bash" } = {},
): readonly PartialFields[] {
  const quotes = text.some((piece) => piece.kind === "text" && piece.quoted === true);
  if (dialect === "zsh" && !splits) {
    const whole = (value: Text): PartialFields => ({
      ...partial,
      current: append(partial.current, value),
      present: partial.present || quotes,
    });
    // Options make it do as bash does; on some paths taken they may be off.
    return [
      whole(unmarked(text)),
      ...(["globsubst", "shwordsplit"].some((option) => mayBeOn(option, scope))
        ? addUnquoted(text, partial, scope, dialect, {
            splits: true,
            globs: mayBeOn("globsubst", scope),
          })
        : []),
    ];
  }
  const separators = separatorsOf(scope);
  if (separators === undefined) {
    const all = hole("missing-fact", { sources: sourcesOf([text]) });
    return [
      { ...partial, current: text.length === 0 ? partial.current : append(partial.current, [all]) },
    ];
  }
  const broken = brokenUp(globs ? splitting(text) : text, separators);
  const isExtended = scope.options.has("extglob");
  const isUnsure = dialect === "zsh" || scope.unsureOptions.has("extglob");
  const extended = isExtended ? (isUnsure ? "maybe" : "on") : "off";
  const split = splitFields(broken, separators, partial, { globs, dialect, extended });
  if (split.done.length > FIELDS_MAX)
    return [{ done: [], current: [hole("budget")], present: true }];
  return [split];
}
