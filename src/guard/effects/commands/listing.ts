// Programs that look at names and sizes, or make empty places: ls, mkdir, touch, wc, head, tail.
import { concat, EMPTY, hole, type Text, type TextSet, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type ModelContext,
  optional,
  prints,
  reads,
  valued,
  writes,
} from "../command-model.ts";

const ABOUT = flag("--help", "--version");

export const ls: CommandModel = command({
  names: ["ls"],
  options: {
    style: flag(
      ..."abBcCdDfFgGhHiklLmnNopqQrRsStuUvxXZ1A".split("").map((letter) => `-${letter}`),
      ...[
        "--all",
        "--almost-all",
        "--directory",
        "--human-readable",
        "--inode",
        "--recursive",
        "--reverse",
        "--size",
        "--group-directories-first",
        "--no-group",
        "--si",
        "--numeric-uid-gid",
        "--dereference",
        "--full-time",
        "--file-type",
        "--escape",
        "--literal",
        "--quote-name",
        "--zero",
        "--author",
        "--context",
        "--kibibytes",
        "--ignore-backups",
        "--show-control-chars",
        "--hide-control-chars",
        "--dired",
      ],
    ),
    choice: optional("--color", "--classify", "--hyperlink"),
    valued: valued(
      "-I",
      "-w",
      "-T",
      "--ignore",
      "--hide",
      "--width",
      "--tabsize",
      "--sort",
      "--time",
      "--time-style",
      "--format",
      "--indicator-style",
      "--quoting-style",
      "--block-size",
    ),
    about: ABOUT,
  },
  // Names and metadata are not content: policy has no opinion on them.
  effects: () => [prints([[hole("unmodelled")]])],
});

export const mkdir: CommandModel = command({
  names: ["mkdir"],
  options: {
    mode: valued("-m", "--mode"),
    style: flag("-p", "-v", "-Z", "--parents", "--verbose"),
    context: optional("--context"),
    about: ABOUT,
  },
  effects: ({ operands }) => operands.map((path) => writes(path, "create", EMPTY)),
});

export const touch: CommandModel = command({
  names: ["touch"],
  options: {
    style: flag("-a", "-c", "-f", "-h", "-m", "--no-create", "--no-dereference"),
    valued: valued("-d", "-t", "-r", "--date", "--reference", "--time"),
    about: ABOUT,
  },
  effects: ({ operands }) =>
    operands.map((path) => writes(path, "change", [...EMPTY, [hole("missing-fact")]])),
});

export const wc: CommandModel = command({
  names: ["wc"],
  options: {
    style: flag(
      "-c",
      "-l",
      "-L",
      "-m",
      "-w",
      "--bytes",
      "--chars",
      "--lines",
      "--words",
      "--max-line-length",
    ),
    files: valued("--files0-from"),
    total: valued("--total"),
    about: ABOUT,
  },
  effects: ({ operands, values }) => [
    ...[...operands, ...values("files")].filter(isFile).map((path) => reads(path)),
    ...values("files").map(
      (): Consequence => ({
        kind: "unknown",
        reason: "dynamic-path",
        detail: "file names read from a file",
      }),
    ),
    prints([[hole("unmodelled", { splits: true, like: "*" })]]),
  ],
});

const DIGITS = "0123456789".split("").map((digit) => `-${digit}`);

export const head: CommandModel = command({
  names: ["head", "tail"],
  options: {
    count: valued(
      "-n",
      "-c",
      "-s",
      "--lines",
      "--bytes",
      "--pid",
      "--sleep-interval",
      "--max-unchanged-stats",
    ),
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
    about: ABOUT,
  },
  effects: ({ operands, stdin }, context) => [
    ...operands.filter(isFile).map((path) => reads(path)),
    prints(partOf(operands, stdin, context)),
  ],
});

function isFile(path: Text): boolean {
  return textOf(path) !== "-";
}

/** Some part of what was given: all of it, or something unknown from the same sources. */
function partOf(
  operands: readonly Text[],
  stdin: TextSet | undefined,
  context: ModelContext,
): TextSet {
  const all =
    operands.length === 0
      ? (stdin ?? EMPTY)
      : operands.reduce<TextSet>((sum, path) => concat(sum, context.contentOf(path)), EMPTY);
  const sources = all.flatMap((text) =>
    text.flatMap((piece) => (piece.kind === "hole" ? piece.sources : [])),
  );
  const like =
    all.length === 1 && all[0]?.length === 1 && all[0][0]?.kind === "hole"
      ? all[0][0].like
      : undefined;
  return [
    ...all.slice(0, 8),
    [hole("unmodelled", { sources, ...(like === undefined ? {} : { like }) })],
  ];
}
