// head and tail: print a part of files.
import { binaryOf, textOfBinary } from "../../shell/values/bytes.ts";
import { concat, union } from "../../shell/values/text-sets.ts";
import {
  EMPTY,
  hole,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  command,
  type ModelContext,
  flag,
  optional,
  valued,
} from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { madeInAnyWay } from "../model/filter.ts";

const DIGITS = "0123456789".split("").map((digit) => `-${digit}`);

export const head: CommandModel = command({
  names: ["head", "tail"],
  options: {
    count: valued("-n", "-s", "--lines", "--pid", "--sleep-interval", "--max-unchanged-stats"),
    bytes: valued("-c", "--bytes"),
    style: flag(
      "-q",
      "-v",
      "-z",
      "-f",
      "-F",
      "-r",
      "--quiet",
      "--silent",
      "--verbose",
      "--zero-terminated",
      "--retry",
      ...DIGITS,
    ),
    follow: optional("--follow"),
    about: flag("--help", "--version"),
  },
  hasPlainOptions: true,
  effects: ({ name, operands, stdin, has, values, uncertain }, context) => {
    const many = /^\d{1,6}$/.exec(textOf(values("bytes").at(-1) ?? []) ?? "")?.[0];
    const bytes =
      many === undefined || operands.length > 1
        ? []
        : cutBytes(partOf(operands, stdin, context, true), Number(many), name);
    const part = [...partOf(operands, stdin, context, has("bytes") || uncertain), ...bytes];
    return [
      ...operands.filter(isFile).map((path) => reads(path)),
      prints(uncertain && stdin !== undefined ? madeInAnyWay(part, stdin) : part),
    ];
  },
});

/** So many of the first or last bytes of known texts. */
function cutBytes(texts: TextSet, many: number, name: string): TextSet {
  return texts.flatMap((text): TextSet => {
    const binary = binaryOf(text);
    if (binary === undefined || many >= binary.length || many === 0) return [];
    return [
      textOfBinary(name === "tail" ? binary.slice(-many) : binary.slice(0, many), "unmodelled"),
    ];
  });
}

function isFile(path: Text): boolean {
  return textOf(path) !== "-";
}

/** Some part of what was given: all of it, or something unknown from the same sources. */
function partOf(
  operands: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
  // A line that is cut off looks like none of them.
  isCut: boolean,
): TextSet {
  const all =
    operands.length === 0
      ? (stdin ?? EMPTY)
      : operands.reduce<TextSet>((sum, path) => concat(sum, context.contentOf(path)), EMPTY);
  // Of many lines that all look alike, every part looks so too.
  return union(
    all.flatMap((text) => {
      const [only, ...more] = text;
      const isAlike =
        !isCut &&
        only?.kind === "hole" &&
        (only.like ?? only.listed ?? only.table ?? only.leads) !== undefined &&
        more.length === 0;
      return isAlike || text.length === 0
        ? [text]
        : [text, [hole("unmodelled", { sources: sourcesOf([text]) })]];
    }),
  );
}
