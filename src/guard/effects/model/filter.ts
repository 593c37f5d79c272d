// Filters: programs that read their operands, or their input when there are none, and print something made of it.
import { escapeGlob } from "#base/glob.ts";
import { PIECES_MAX } from "#base/limits.ts";
import { concat } from "../../shell/values/text-sets.ts";
import {
  EMPTY,
  type Hole,
  hole,
  literal,
  mayStartWithDash,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { mapKnown } from "../../shell/values/text-changes.ts";
import { linesOf } from "../../shell/values/several-lines.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
  type OptionSpec,
} from "./command-model.ts";
import { prints, reads, writes } from "./consequences.ts";
import { ABOUT } from "./option-list.ts";

type Options = Readonly<Record<string, OptionSpec>>;

/** What a program takes in: the files it opens, and all their content one after the other. */
export type Inputs = { readonly opened: readonly Consequence[]; readonly texts: TextSet };

/** The inputs of a program whose operands are files, `-` its input, and no operand its input too. */
export function inputsOf(
  operands: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
): Inputs {
  const files = operands.filter(isFile);
  const contents = operands.map((path) =>
    isFile(path) ? context.contentOf(path) : (stdin ?? EMPTY),
  );
  return {
    opened: files.map((path) => reads(path)),
    texts: operands.length === 0 ? (stdin ?? EMPTY) : oneAfterTheOther(contents),
  };
}

/** WHY not joined one by one where they are many: the sources of all before would be gone through for each. */
function oneAfterTheOther(contents: readonly TextSet[]): TextSet {
  return contents.length > PIECES_MAX ? madeOf(contents.flat()) : contents.reduce(concat, EMPTY);
}

/** The content of a program or script that a path names: the input, for `-` and its names in /dev. */
export function codeFrom(path: Text, stdin: TextSet | undefined, context: ModelContext): TextSet {
  return isFile(path) ? context.contentOf(path) : (stdin ?? EMPTY);
}

/** Whether an operand is a file and not the input: `-`, and its names among the devices. */
export function isFile(path: Text): boolean {
  return !/^(?:-|\/dev\/stdin|\/dev\/fd\/0|\/proc\/self\/fd\/0)$/.test(textOf(path) ?? "");
}

/** Consequence for words that are not known and may be options: for models that read their words themselves. */
export function possibleOptions(name: string, words: readonly Text[]): readonly Consequence[] {
  return words.some((word) => textOf(word) === undefined && mayStartWithDash(word))
    ? [
        cannotTell(
          "unknown-option",
          `an argument of \`${name}\` that is not known may be an option`,
        ),
      ]
    : [];
}

/** Something unknown that was made of these texts; all of it matches `like`, if given. */
export function madeOf(texts: TextSet, like?: string): TextSet {
  const sources = sourcesOf(texts);
  return [[hole("unmodelled", like === undefined ? { sources } : { sources, like })]];
}

/** What is printed of these texts where a word may be an option: in any way, and of the input where no file is named. */
export function madeInAnyWay(texts: TextSet, stdin: TextSet | undefined): TextSet {
  return madeOf(stdin === undefined ? texts : [...texts, ...stdin]);
}

/** Files that are each rewritten with something made of these texts. */
export function rewrites(paths: readonly Text[], texts: TextSet): readonly Consequence[] {
  // Made once for all: going through what many files hold takes its time.
  const content = madeOf(texts);
  return paths.map((path) => writes(path, "change", { content }));
}

/** The end of a glob that a name with an ending may have: a name of any length, or one that does not begin with a dot. */
const OPEN_END = /(?:\/|\*|\[!-?\.-?\])\*$/;

/** Some fields or lines of these texts, in some order: what is known of each piece stays known of the result. */
export function partOf(texts: TextSet): TextSet {
  const some = texts.filter((text) => text.length > 0);
  if (some.length === 0) return EMPTY;
  const single = onlyHole(some);
  if (single === undefined) return madeOf(texts);
  const { like, within, listed, table, leads } = single;
  return [
    ...(some.length < texts.length ? EMPTY : []),
    [
      hole("unmodelled", {
        sources: sourcesOf(texts),
        ...(like === undefined ? {} : { like }),
        ...(within === undefined ? {} : { within }),
        ...(listed === undefined ? {} : { listed }),
        ...(table === undefined ? {} : { table }),
        ...(leads === undefined ? {} : { leads }),
      }),
    ],
  ];
}

function onlyHole(texts: TextSet): Hole | undefined {
  const [only] = texts;
  const single = texts.length === 1 && only?.length === 1 ? only[0] : undefined;
  return single?.kind === "hole" ? single : undefined;
}

/** Those lines of a text that end in one of these, which hold no slash: names of a kind. */
export function linesEnding(text: Text, endings: readonly string[]): TextSet {
  const single = onlyHole([text]);
  const place = single?.like ?? single?.within;
  if (single === undefined || place === undefined || !OPEN_END.test(place)) return partOf([text]);
  return endings.map((ending) => [
    hole("unmodelled", { sources: single.sources, like: `${place}${escapeGlob(ending)}` }),
  ]);
}

/** The first words of all lines, where each is known to look like something and `by` stands behind it. */
export function firstWords(texts: TextSet, by: string): TextSet | undefined {
  const given = texts.filter((text) => text.length > 0);
  const words = given.map((text) => {
    const leads = onlyHole([text])?.leads;
    return leads?.by === by
      ? hole("unmodelled", { like: leads.like, sources: sourcesOf([text]) })
      : undefined;
  });
  const known = words.filter((word) => word !== undefined);
  if (known.length === 0 || known.length < words.length) return undefined;
  return [...(given.length < texts.length ? EMPTY : []), ...known.map((word) => [word])];
}

/** The consequence that something cannot be told. */
export function cannotTell(
  reason: Extract<Consequence, { kind: "unknown" }>["reason"],
  detail: string,
): Consequence {
  return { kind: "unknown", reason, detail };
}

/** Files are read, and which cannot be told. */
export function readsUnknown(detail: string): readonly Consequence[] {
  return [reads([hole("dynamic-path")]), cannotTell("dynamic-path", detail)];
}

/** Files are written, and which cannot be told. */
export function writesUnknown(detail: string): readonly Consequence[] {
  return [writes([hole("dynamic-path")], "create"), cannotTell("dynamic-path", detail)];
}

/** A shell runs one string, as `system` and `popen` of many programs do. */
export function runsInShell(text: Text, stdin?: TextSet): Consequence {
  return { kind: "run", argv: [literal("sh"), literal("-c"), text], stdin };
}

/** Names of files that come out of a list; unknown ones when the list is not known. */
export function listedFiles(
  list: Text,
  separator: string | RegExp,
  invocation: Pick<Invocation, "stdin">,
  context: ModelContext,
): { readonly names: readonly Text[]; readonly consequences: readonly Consequence[] } {
  const texts = isFile(list) ? context.contentOf(list) : (invocation.stdin ?? EMPTY);
  const opened = isFile(list) ? [reads(list)] : [];
  const names: Text[] = [];
  for (const text of texts) {
    const known = textOf(text);
    const [only, ...others] = text;
    if (known !== undefined)
      names.push(...known.split(separator).flatMap((name) => (name === "" ? [] : [literal(name)])));
    // Every line that comes from such a piece looks like it: what `find` prints.
    else if (only?.kind === "hole" && only.like !== undefined && only.splits && others.length === 0)
      names.push([{ ...only, splits: false }]);
    else {
      const detail = "file names that come from a list";
      return { names: [], consequences: [...opened, ...readsUnknown(detail)] };
    }
  }
  return { names, consequences: opened };
}

/**
 * A filter. `change` computes the output where the input is known, and gives undefined where it cannot; without it
 * the output is unknown, but known to be made of the input.
 */
export function filter(
  names: readonly string[],
  options: Options,
  change?: (text: string, invocation: Invocation) => string | undefined,
): CommandModel {
  return printing(names, options, (texts, invocation) =>
    change === undefined
      ? madeOf(texts)
      : mapKnown(texts, (text) => change(text, invocation), "unmodelled"),
  );
}

/** A filter that prints lines of its input, changed only in order and number. */
export function selection(
  names: readonly string[],
  options: Options,
  change: (text: string, invocation: Invocation) => readonly string[] | undefined,
): CommandModel {
  return printing(names, options, (texts, invocation) =>
    selectionOf(texts, (text) => change(text, invocation)),
  );
}

/** A program that prints what it makes of its inputs; with an option that is not declared, that may be anything. */
function printing(
  names: readonly string[],
  options: Options,
  outputOf: (texts: TextSet, invocation: Invocation) => TextSet,
): CommandModel {
  return command({
    names,
    options: { ...options, about: ABOUT },
    hasPlainOptions: true,
    effects: (invocation, context) => {
      const { opened, texts } = inputsOf(invocation.operands, invocation.stdin, context);
      const output = invocation.uncertain
        ? madeInAnyWay(texts, invocation.stdin)
        : outputOf(texts, invocation);
      return [...opened, prints(output)];
    },
  });
}

/** The possible outputs of a program that prints lines of `texts`. */
export function selectionOf(
  texts: TextSet,
  change: (text: string) => readonly string[] | undefined,
): TextSet {
  return texts.flatMap((text): TextSet => {
    const value = textOf(text);
    const changed = value === undefined ? undefined : change(value);
    return changed === undefined
      ? linesOf(text).flatMap((line) => partOf([line]))
      : changed.map((one) => literal(one));
  });
}

/** A program that reads no file of anybody and only prints something about the machine. */
export function reporter(names: readonly string[], options: Options, like?: string): CommandModel {
  return command({
    names,
    options: { ...options, about: ABOUT },
    effects: () => [prints(madeOf(EMPTY, like))],
  });
}
