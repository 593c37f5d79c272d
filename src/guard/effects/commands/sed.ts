// sed: edits text by a script, which may read and write files and run commands.
import {
  append,
  baseOf,
  EMPTY,
  hole,
  listedIn,
  literal,
  type Text,
  type TextSet,
  textOf,
  textsOf,
} from "../../shell/values/text.ts";
import { mapKnown } from "../../shell/values/text-changes.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  optional,
  valued,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, codeFrom, inputsOf, isFile, madeOf, runsInShell } from "../model/filter.ts";
import { readSedScript } from "../languages/filters/sed.ts";
import { editBySed, type SedResult } from "../languages/filters/sed-edits.ts";
import { ABOUT, flags } from "../model/option-list.ts";

const UNREADABLE = cannotTell("dynamic-code", "a script of sed that cannot be read");

export const sed: CommandModel = command({
  names: ["sed", "gsed"],
  options: {
    expression: valued("-e", "--expression"),
    file: valued("-f", "--file"),
    inPlace: optional("-i", "--in-place"),
    length: valued("-l", "--line-length"),
    follow: flag("--follow-symlinks"),
    style: flags(
      "-n --quiet --silent --debug --posix -s --separate --sandbox -u --unbuffered -z --null-data --zero-terminated --binary -b",
    ),
    extended: flags("-E -r --regexp-extended"),
    about: ABOUT,
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const given = has("expression") || has("file");
    const files = given ? operands : operands.slice(1);
    const { opened, texts } = inputsOf(files, stdin, context);
    const pieces = [
      ...(given ? values("expression") : operands.slice(0, 1)),
      ...values("file").flatMap((path) => codeFrom(path, stdin, context)),
    ];
    const script = pieces.map(textOf).join("\n");
    const isPlain =
      !has("style") && files.length < 2 && pieces.every((piece) => textOf(piece) !== undefined);
    const edited = (text: string): SedResult | undefined =>
      isPlain ? editBySed(script, text, has("extended")) : undefined;
    const { found, added } = actsOf(pieces, texts, edited, (path) =>
      codeFrom(path, stdin, context),
    );
    const output = added.length === 0 ? editedTexts(texts, edited) : madeOf([...texts, ...added]);
    const inPlace = has("inPlace")
      ? files.flatMap((path) =>
          changed(
            has("follow") ? literalOr(path, context.realOf(path)) : path,
            { suffixes: values("inPlace"), replaces: !has("follow") },
            output,
            context.contentOf(path),
          ),
        )
      : [];
    return [
      ...values("file")
        .filter(isFile)
        .map((path) => reads(path)),
      ...opened,
      ...found,
      ...inPlace,
      prints(has("inPlace") ? EMPTY : output),
    ];
  },
});

/** What numbers are made of, and what stands between them in a date or a version; none of it means anything to sed. */
const NUMBERS = /^(?:\[0-9(?:a-f)?\]|[\w:.-])+$/;

/** The piece with noughts for what is known to be numbers: whichever they are, they do nothing by themselves. */
function withNumbers(piece: Text): Text {
  return piece.flatMap((part) =>
    part.kind === "hole" && part.like !== undefined && NUMBERS.test(part.like)
      ? literal(part.like.replace(/\[0-9(?:a-f)?\]/g, "0"))
      : [part],
  );
}

/** What the script prints, where its edits are followed. */
function editedTexts(texts: TextSet, edited: (text: string) => SedResult | undefined): TextSet {
  const change = (text: string): string | undefined => {
    const result = edited(text);
    return result?.kind === "prints" ? result.text : undefined;
  };
  return mapKnown(texts, change, "unmodelled");
}

/** What the pieces of a script do, and what they add to the output. */
function actsOf(
  pieces: readonly Text[],
  input: TextSet,
  edited: (text: string) => SedResult | undefined,
  contentOf: (path: Text) => TextSet,
): { found: readonly Consequence[]; added: TextSet } {
  const isInserted = pieces.some((piece) => textOf(piece) === undefined);
  const known = pieces.map((piece) => textOf(withNumbers(piece)));
  const scripts = known.filter((piece) => piece !== undefined);
  // WHY: whether the text of `a\` goes on in the next piece differs between versions.
  const torn = scripts.length > 1 && scripts.some((script) => script.endsWith("\\"));
  const acts =
    scripts.length < known.length || torn ? undefined : readSedScript(scripts.join("\n"));
  // A number that is not known may be a part of what is read, written or run.
  if (acts === undefined || (isInserted && acts.length > 0))
    return { found: [UNREADABLE], added: [] };
  const added: Text[] = [];
  const found = acts.flatMap((act): readonly Consequence[] => {
    switch (act.kind) {
      case "reads":
        added.push(...contentOf(literal(act.path)));
        return isFile(literal(act.path)) ? [reads(literal(act.path))] : [];
      case "writes":
        return [writes(literal(act.path), "create", { content: madeOf(input) })];
      case "runs":
        return [runsInShell(literal(act.command))];
      case "runs-data": {
        const results = input.map((text) => edited(textOf(text) ?? ""));
        const isKnown = textsOf(input) !== undefined;
        const lines = results.flatMap((one) => (one?.kind === "runs" ? [one.lines] : []));
        if (isKnown && lines.length === results.length)
          return lines.flat().map((line) => runsInShell(literal(line)));
        return [
          // The script is nothing but the command: each line of the input runs as it stands.
          ...(isKnown && /^\s*(?:\d+)?e\s*$/.test(scripts.join("\n"))
            ? input.map((text) => runsInShell(text))
            : []),
          ...(act.likely === undefined ? [] : [runsInShell(literal(act.likely))]),
          ...madeOf(input).map((text) => runsInShell(text)),
        ];
      }
      default:
        return act satisfies never;
    }
  });
  return { found, added };
}

/** The file behind a link, where it is known. */
function literalOr(path: Text, real: string | undefined): Text {
  return real === undefined ? path : literal(real);
}

/** A file that is changed in place, and its backup: a suffix, or a pattern of a name with `*` for the old one. */
function changed(
  path: Text,
  { suffixes, replaces }: { readonly suffixes: readonly Text[]; readonly replaces: boolean },
  output: TextSet,
  before: TextSet,
): readonly Consequence[] {
  const [suffix] = suffixes;
  const result = writes(path, "change", {
    content: output,
    ...(replaces ? { replaces: true } : {}),
  });
  if (suffix === undefined) return [result];
  const pattern = textOf(suffix);
  // Beside a file of a list lies its copy: in the same folder, and under a name that is not hidden unless that is.
  if (replaces && listedIn(path) !== undefined && /^[\w.~-]+$/.test(pattern ?? ""))
    return [result, writes(path, "change", { content: before, replaces: true })];
  const place =
    pattern === undefined
      ? [hole("dynamic-path")]
      : pattern.includes("*")
        ? besides(path, pattern)
        : append(path, suffix);
  return [result, writes(place, "create", { content: before })];
}

function besides(path: Text, pattern: string): Text {
  const name = textOf(baseOf(path)) ?? "*";
  const backup = pattern.replaceAll("*", () => name);
  const value = textOf(path);
  if (value === undefined) return [hole("dynamic-path")];
  return literal(backup.includes("/") ? backup : value.replace(/[^/]*$/, () => backup));
}
