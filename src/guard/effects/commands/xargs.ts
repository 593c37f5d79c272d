// xargs: runs a program with words of its input as arguments.
import { hasMagic } from "#base/glob.ts";
import {
  EMPTY,
  hole,
  listedIn,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
  wordLike,
} from "../../shell/values/text.ts";
import { replaceIn } from "../../shell/values/text-changes.ts";
import { widened } from "../../shell/values/text-sets.ts";
import { linesOf } from "../../shell/values/several-lines.ts";
import { binaryOf, stringOfBinary } from "../../shell/values/bytes.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  optional,
  valued,
} from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";

/** Runs that are followed one by one; more are taken as one with unknown arguments. */
const RUNS_MAX = 32;
/** So many kinds of words are tried with each of them last, where some programs expect what they write to. */
const ORDERS_MAX = 6;

export const xargs: CommandModel = command({
  names: ["xargs"],
  optionsEnd: "first-operand",
  options: {
    file: valued("-a", "--arg-file"),
    delimiter: valued("-d", "--delimiter"),
    replace: valued("-I"),
    replaceOptional: optional("-i", "--replace"),
    perRun: valued("-n", "-L", "--max-args"),
    limits: valued("-P", "-s", "-E", "--max-procs", "--max-chars", "--process-slot-var"),
    optionalLimits: optional("-e", "-l", "--eof", "--max-lines"),
    nul: flag("-0", "--null"),
    notOnEmpty: flag("-r", "--no-run-if-empty"),
    style: flag(
      "-t",
      "-p",
      "-x",
      "-o",
      "--verbose",
      "--interactive",
      "--exit",
      "--open-tty",
      "--show-limits",
      "--help",
      "--version",
    ),
  },
  effects: ({ operands, has, values, stdin }, context) => {
    const argv = operands.length === 0 ? [literal("echo")] : operands;
    const [file] = values("file");
    const input = file === undefined ? (stdin ?? EMPTY) : context.contentOf(file);
    const found: Consequence[] = file === undefined ? [] : [reads(file)];
    const placeholder = has("replace")
      ? (textOf(values("replace")[0] ?? []) ?? undefined)
      : has("replaceOptional")
        ? "{}"
        : undefined;
    const [delimiter] = values("delimiter");
    const items = has("nul")
      ? knownFields(input, "\0")
      : delimiter !== undefined
        ? knownFields(input, textOf(delimiter)?.replace("\\n", "\n").replace("\\0", "\0"))
        : knownItems(input, placeholder !== undefined);
    if (items !== undefined && items.length <= RUNS_MAX) {
      const single = placeholder !== undefined || has("perRun");
      // Without input the program runs once all the same, unless told otherwise.
      const empty = items.length === 0 && placeholder === undefined && !has("notOnEmpty");
      const groups = empty ? [[]] : single ? items.map((item) => [item]) : [items];
      for (const group of groups) {
        if (group.length === 0 && !empty) continue;
        found.push({ kind: "run", argv: place(argv, group, placeholder), stdin: undefined });
      }
      return found;
    }
    const isSingle = values("perRun").every((count) => textOf(count) === "1") && has("perRun");
    const given = input.filter((text) => text.length > 0);
    // Without any input the program runs once all the same, with no further words.
    if (given.length < input.length && placeholder === undefined && !has("notOnEmpty"))
      found.push({ kind: "run", argv, stdin: undefined });
    const said = {
      sources: sourcesOf(input),
      ...(given.every(areJobs) ? { job: true as const } : {}),
    };
    const isEach = placeholder !== undefined || isSingle;
    // Any delimiter but the one between lines takes names apart.
    const isByLine = delimiter === undefined || /^(?:\\n|\n)$/.test(textOf(delimiter) ?? "");
    const listed = given.length === 1 && isByLine ? listedIn(given[0] ?? []) : undefined;
    const runs =
      listed === undefined
        ? runsOf(likesOf(given), said, isEach)
        : [[[hole("dynamic-code", { ...said, splits: !isEach, listed })]]];
    for (const words of runs)
      found.push({ kind: "run", argv: place(argv, words, placeholder), stdin: undefined });
    return found;
  },
});

/** The words that one run may get: one that looks like this where each comes alone, else any of them in any order. */
function runsOf(
  likes: readonly (string | undefined)[],
  said: { readonly sources: readonly DataSource[]; readonly job?: true },
  isSingle: boolean,
): readonly (readonly Text[])[] {
  const wordOf = (like: string | undefined, splits: boolean): Text =>
    like === undefined
      ? [hole("dynamic-code", { ...said, splits })]
      : wordLike(like, hole("dynamic-code", { ...said, splits, like }));
  if (isSingle) return likes.map((like) => [wordOf(like, false)]);
  if (likes.length <= ORDERS_MAX)
    return likes.map((_, last) =>
      [...likes.slice(last + 1), ...likes.slice(0, last + 1)].map((like) => wordOf(like, true)),
    );
  const known = likes.flatMap((like) => like ?? []);
  const like = hasMagic(known.join("")) ? undefined : widened(known.map(literal)).like;
  return [[[hole("dynamic-code", { ...said, ...(like === undefined ? {} : { like }) })]]];
}

/** Whether a text is nothing but numbers of processes that the person's own work started. */
function areJobs([only, ...others]: Text): boolean {
  return others.length === 0 && only?.kind === "hole" && only.job === true;
}

function place(
  argv: readonly Text[],
  items: readonly Text[],
  placeholder: string | undefined,
): readonly Text[] {
  if (placeholder === undefined) return [...argv, ...items];
  return argv.map((word, at) => (at === 0 ? word : replaceIn(word, placeholder, items[0] ?? [])));
}

/** Words with quotes, which hold no newline, and backslashes; undefined where some quote has no end. */
function quotedItems(text: string): Text[] | undefined {
  const word = /\s*((?:[^\s"'\\]|\\[\s\S]|"[^"\n]*"|'[^'\n]*')+)|\s+$/y;
  const items: Text[] = [];
  while (word.lastIndex < text.length) {
    const found = word.exec(text);
    if (found === null) return undefined;
    if (found[1] !== undefined)
      items.push(
        literal(
          found[1].replace(
            /\\([\s\S])|"([^"]*)"|'([^']*)'/g,
            (_, escaped?: string, double?: string, single?: string) =>
              escaped ?? double ?? single ?? "",
          ),
        ),
      );
  }
  return items;
}

/** The words of the input, when all of it is known; lines only when nothing in them is quoted. */
function knownItems(input: TextSet, lines: boolean): Text[] | undefined {
  if (input.length !== 1) return undefined;
  const text = textOf(input[0] ?? []);
  if (text === undefined) return undefined;
  if (/["'\\]/.test(text)) return lines ? undefined : quotedItems(text);
  return text
    .split(lines ? /\n+/ : /\s+/)
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map((item) => literal(item));
}

/** The fields of the input between single characters, when all of it is known. */
function knownFields(input: TextSet, separator: string | undefined): Text[] | undefined {
  if (input.length !== 1 || separator === undefined || !/^[\0-\x7f]$/.test(separator))
    return undefined;
  const binary = binaryOf(input[0] ?? []);
  if (binary === undefined) return undefined;
  const fields = binary.split(separator).map(stringOfBinary);
  if (fields.at(-1) === "") fields.pop();
  return fields.some((field) => field === undefined)
    ? undefined
    : fields.map((field) => literal(field ?? ""));
}

/** What each word of the input looks like, where its texts tell; undefined stands for anything. */
function likesOf(input: TextSet): readonly (string | undefined)[] {
  const likes = new Set(
    input.flatMap(linesOf).map((line) => {
      const [only] = line;
      return line.length === 1 && only?.kind === "hole" ? only.like : undefined;
    }),
  );
  return likes.size === 0 || likes.has(undefined) || likes.size > RUNS_MAX
    ? [undefined]
    : [...likes];
}
