// grep: reads files, whole trees with -r; prints lines of them.
import { EMPTY, hole, literal, sourcesOf, textOf } from "../../shell/text.ts";
import { leftOut } from "../left-out.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type Invocation,
  optional,
  prints,
  reads,
  valued,
  readsTree,
} from "../command-model.ts";
import { requiredWords } from "../required-words.ts";

const SWITCHES = "abcEGhHiIlLnoPqsTUVwxyZu0123456789".split("").map((letter) => `-${letter}`);

export const grep: CommandModel = command({
  names: ["grep", "egrep", "fgrep", "zgrep"],
  options: {
    pattern: valued("-e", "--regexp"),
    patternFile: valued("-f", "--file"),
    recursive: flag("-r", "-R", "--recursive", "--dereference-recursive"),
    directories: valued("-d", "--directories"),
    include: valued("--include"),
    exclude: valued("--exclude"),
    excludeDirectory: valued("--exclude-dir"),
    excludeFile: valued("--exclude-from"),
    number: valued(
      "-A",
      "-B",
      "-C",
      "-m",
      "-D",
      "--after-context",
      "--before-context",
      "--context",
      "--max-count",
      "--devices",
    ),
    named: valued("--label", "--binary-files", "--group-separator"),
    color: optional("--color", "--colour"),
    inverted: flag("-v", "--invert-match", "-z", "--null-data"),
    fixed: flag("-F", "--fixed-strings"),
    switches: flag(
      ...SWITCHES,
      ...[
        "--extended-regexp",
        "--basic-regexp",
        "--perl-regexp",
        "--ignore-case",
        "--no-ignore-case",
      ],
      ...[
        "--word-regexp",
        "--line-regexp",
        "--count",
        "--files-without-match",
        "--files-with-matches",
      ],
      ...[
        "--only-matching",
        "--quiet",
        "--silent",
        "--no-messages",
        "--byte-offset",
        "--with-filename",
        "--no-filename",
      ],
      ...[
        "--line-number",
        "--initial-tab",
        "--null",
        "--text",
        "--binary",
        "--line-buffered",
        "--unix-byte-offsets",
      ],
      ...["--no-group-separator", "--version", "--help"],
    ),
  },
  effects: (invocation, context) => {
    const { operands, has, values, stdin } = invocation;
    const files = has("pattern") || has("patternFile") ? operands : operands.slice(1);
    const recursive =
      has("recursive") ||
      values("directories").some((value) => textOf(value) !== "skip" && textOf(value) !== "read");
    const found: Consequence[] = [...values("patternFile"), ...values("excludeFile")].map((path) =>
      reads(path),
    );
    const includes = values("include").map((value) => textOf(value));
    const only = includes.length === 1 ? includes[0] : undefined;
    // Of contradicting options the last one wins, so names that are let in make the others uncertain.
    const leaves =
      includes.length === 0 ? leftOut(values("exclude"), values("excludeDirectory")) : undefined;
    const words = wordsOf(invocation);
    const targets = files.length === 0 && recursive ? [literal(".")] : files;
    for (const path of targets) {
      // WHY: `grep` in the client's shell is its own program, which takes a directory without being told to recurse.
      if (textOf(path) !== "-")
        found.push(
          only === undefined ? readsTree(path, { leaves, words }) : reads(path, "tree", only),
        );
    }
    const sources = [
      ...sourcesOf(targets.flatMap((path) => context.contentOf(path))),
      ...sourcesOf(targets.length === 0 ? (stdin ?? EMPTY) : EMPTY),
    ];
    found.push(prints([[], [hole("unmodelled", { sources })]]));
    return found;
  },
});

/** Words without which nothing of a file is shown; compressed text is not looked into. */
function wordsOf({ name, operands, has, values }: Invocation): readonly string[] | undefined {
  if (has("inverted") || has("patternFile") || name === "zgrep") return undefined;
  const patterns = has("pattern") ? values("pattern") : operands.slice(0, 1);
  return requiredWords(patterns, has("fixed") || name === "fgrep");
}
