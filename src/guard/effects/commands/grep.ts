// grep: reads files, whole trees with -r; prints lines of them.
import {
  EMPTY,
  hole,
  likeOf,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { picksDevelopmentServers } from "../projects/development-servers.ts";
import { excludePatterns } from "../arguments/exclude-patterns.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  flag,
  type Invocation,
  type ModelContext,
  optional,
  valued,
} from "../model/command-model.ts";
import { prints, reads, readsTree } from "../model/consequences.ts";
import type { ExcludePatterns } from "../../vocabulary/effect.ts";
import { linesEnding, partOf } from "../model/filter.ts";
import { asksOnlyForSpace, requiredWords } from "../arguments/required-words.ts";

const SWITCHES = "abHIoTUuVZ0123456789".split("").map((letter) => `-${letter}`);

/** Programs that look `grep` up among the programs, and know nothing of what a shell calls by that name. */
const PROGRAMS_THAT_START = /^(?:find|xargs|fd|fdfind|parallel|env|nice|timeout|time|sh|dash)$/;

/** What the kernel tells of one process, each a file. */
const FILE_OF_PROCESS =
  /^\/proc\/(?:self|\d+|\[0-9\]\*)\/(?:cgroup|cmdline|comm|io|limits|maps|mountinfo|mounts|oom_score|sched|smaps|stat|statm|status|wchan)$/;

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
    around: valued("-A", "-B", "-C", "--after-context", "--before-context", "--context"),
    number: valued("-m", "-D", "--max-count", "--devices"),
    named: valued("--label", "--binary-files", "--group-separator"),
    color: optional("--color", "--colour"),
    inverted: flag("-v", "--invert-match"),
    nul: flag("-z", "--null-data"),
    names: flag("-l", "--files-with-matches"),
    otherNames: flag("-L", "--files-without-match"),
    extended: flag("-E", "--extended-regexp", "-P", "--perl-regexp"),
    caseless: flag("-i", "--ignore-case", "-y"),
    fixed: flag("-F", "--fixed-strings"),
    count: flag("-c", "--count"),
    numbered: flag("-n", "--line-number"),
    choice: flag(
      ...[
        "-G",
        "--basic-regexp",
        "-w",
        "--word-regexp",
        "-x",
        "--line-regexp",
        "-h",
        "--no-filename",
      ],
      ...[
        "-q",
        "--quiet",
        "--silent",
        "-s",
        "--no-messages",
        "--line-buffered",
        "--no-ignore-case",
      ],
    ),
    switches: flag(
      ...SWITCHES,
      ...["--only-matching", "--byte-offset", "--with-filename"],
      ...["--initial-tab", "--null", "--text", "--binary", "--unix-byte-offsets"],
      ...["--no-group-separator", "--version", "--help"],
    ),
  },
  effects: (invocation, context) => {
    const { name, operands, has, values, stdin, uncertain } = invocation;
    const files = has("pattern") || has("patternFile") ? operands : operands.slice(1);
    const recursive =
      has("recursive") ||
      values("directories").some((value) => textOf(value) !== "skip" && textOf(value) !== "read");
    // WHY: `grep` in the client's shell is its own program, which takes a directory without being told to recurse.
    const isDeep =
      recursive ||
      uncertain ||
      !PROGRAMS_THAT_START.test(context.startedBy ?? "") ||
      name === "zgrep";
    const found: Consequence[] = [...values("patternFile"), ...values("excludeFile")].map((path) =>
      reads(path),
    );
    const includes = values("include").map((value) => textOf(value));
    const only = namesIn(invocation);
    // Of contradicting options the last one wins, so names that are let in make those of files uncertain.
    const leaves = excludePatterns(
      includes.length === 0 ? values("exclude") : [],
      values("excludeDirectory"),
    );
    const words = wordsOf(invocation);
    // A digit among the switches is a number of lines around.
    const isPicked = name !== "zgrep" && !uncertain && !has("around") && !has("switches");
    const targets = files.length === 0 && recursive ? [literal(".")] : files;
    for (const path of targets) {
      if (textOf(path) === "-") continue;
      const reach = isDeep && !FILE_OF_PROCESS.test(likeOf(path)) ? "tree" : "entry";
      if (only === undefined) found.push(readsTree(path, { leaves, words, isPicked, reach }));
      else for (const filter of only) found.push(reads(path, "tree", filter));
    }
    const isOne =
      targets.length === 0 || (targets.length === 1 && context.isFile(targets[0] ?? []));
    if (has("count") && isOne && ![...OTHER_FORM, "numbered"].some((one) => has(one)))
      return [...found, prints([[], [hole("unmodelled", { like: "[0-9]*" })]])];
    const isNaming = has("names") || has("otherNames");
    const listed = isNaming
      ? (namesAmong(targets, { includes: only ?? [], isDeep }, context) ??
        namesHere(targets, { leaves, words: has("otherNames") ? undefined : words }, context))
      : undefined;
    const passed =
      targets.length === 0 ? withTables(linesPassed(invocation), invocation) : undefined;
    const sources = [
      ...sourcesOf(targets.flatMap((path) => context.contentOf(path))),
      ...sourcesOf(targets.length === 0 ? (stdin ?? EMPTY) : EMPTY),
    ];
    // Each line of one file begins with its number, where none stands around those that were found.
    const isNumbered =
      has("numbered") && targets.length === 1 && isOne && !OTHER_FORM.some((one) => has(one));
    const leads = isNumbered && !has("number") && !has("around") ? { leads: NUMBER_OF_LINE } : {};
    found.push(
      prints([[], ...(listed ?? passed ?? [[hole("unmodelled", { sources, ...leads })]])]),
    );
    return found;
  },
});

/** Options with which a line or a count is printed in another form. */
const OTHER_FORM = ["names", "otherNames", "switches", "color", "named", "nul"] as const;
const NUMBER_OF_LINE = { like: "[0-9]*", by: ":" } as const;

/** Options that let files out: where the first is one of these, a file that none of all speaks of is searched. */
const LETS_OUT = /^--exclude(?:-from)?(?:=|$)/;
/** Names that are told apart. */
const FILTERS_MAX = 8;

/** The names that files below a directory must have, where only such are let in; undefined where others are searched too. */
function namesIn({ args, values }: Invocation): readonly string[] | undefined {
  const includes = values("include").flatMap((value) => textOf(value) ?? []);
  const isPlain = includes.length === values("include").length && includes.length <= FILTERS_MAX;
  if (includes.length === 0 || !isPlain) return undefined;
  const words = args.map((word) => textOf(word) ?? "--exclude");
  const [first] = words.filter((word) => LETS_OUT.test(word) || word.startsWith("--inc"));
  return first === undefined || LETS_OUT.test(first) ? undefined : includes;
}

/** Words without which nothing of a file is shown; compressed text is not looked into. */
function wordsOf({ name, operands, has, values }: Invocation): readonly string[] | undefined {
  if (has("inverted") || has("nul") || has("patternFile") || name === "zgrep") return undefined;
  const patterns = has("pattern") ? values("pattern") : operands.slice(0, 1);
  // Where only names or numbers are printed, space that is looked for shows nothing of a file.
  if (
    (has("names") || has("otherNames") || has("count")) &&
    !has("fixed") &&
    asksOnlyForSpace(patterns)
  )
    return [];
  return requiredWords(patterns, has("fixed") || name === "fgrep");
}

/** Names of files of which more kinds are not told apart. */
const KINDS_MAX = 16;

/** What `-l` may name: the files that are searched, and what lies below those that are directories. */
function namesAmong(
  targets: readonly Text[],
  { includes, isDeep }: { readonly includes: readonly string[]; readonly isDeep: boolean },
  context: ModelContext,
): TextSet | undefined {
  const names = includes.length === 0 ? ["*"] : includes;
  const isTold = (path: Text): boolean =>
    path.every((piece) => piece.kind !== "hole" || piece.like !== undefined) &&
    // Which of all files of a project are named depends on what they hold.
    !(names.includes("*") && /^\.?\/*$/.test(likeOf(path)));
  if (!targets.every(isTold) || names.some((name) => name.includes("/"))) return undefined;
  const likes = targets.flatMap((path) => {
    const below = names.map((name) => `${likeOf(path).replace(/\/+$/, "")}/**/${name}`);
    if (!isDeep || context.isFile(path)) return [likeOf(path)];
    return context.isDirectory(path) ? below : [likeOf(path), ...below];
  });
  if (targets.length === 0 || likes.length > KINDS_MAX) return undefined;
  // Each ends its line, so that names of several runs are not taken for one.
  return likes.map((like) => [hole("dynamic-path", { like }), ...literal("\n")]);
}

/**
 * What `-rl` names of a whole project, where each file that it names holds a word of the search. WHY not what git keeps for
 * itself: nobody means that, and a change of it is none of a file of the project.
 */
function namesHere(
  targets: readonly Text[],
  {
    leaves,
    words,
  }: {
    readonly leaves: ExcludePatterns | undefined;
    readonly words: readonly string[] | undefined;
  },
  context: ModelContext,
): TextSet | undefined {
  const place = context.directory;
  const isHere = targets.length === 1 && /^\.\/?$/.test(textOf(targets[0] ?? []) ?? "");
  if (!isHere || place === undefined || context.mayMove(literal("."))) return undefined;
  if (words === undefined || words.length === 0 || leaves?.directories.includes(".git") !== true)
    return undefined;
  if (context.matches("-*")?.length !== 0) return undefined;
  return [[hole("unmodelled", { within: "./**", listed: { place, leaves, words } })]];
}

/** Parts of names of files that hold secrets. WHY: who picks these out of a list is asked, though none is there now. */
const WANTS_SECRETS = /env|secret|\bkeys?\b|\.key|pem|p12|credential|token|passw|id_(?:rsa|ed)/i;

function withoutNames(text: Text): Text {
  return text.map((piece) => {
    if (piece.kind !== "hole" || piece.listed === undefined) return piece;
    const { listed: _, ...rest } = piece;
    return rest;
  });
}

/** Lines of a list of processes that a search for servers of development lets through are about these. */
function withTables(
  passed: TextSet | undefined,
  { operands, has, values }: Invocation,
): TextSet | undefined {
  const patterns = has("pattern") ? values("pattern") : operands.slice(0, 1);
  const [pattern, ...more] = patterns.map(textOf);
  if (passed === undefined || pattern === undefined || more.length > 0) return passed;
  if (!has("inverted") && WANTS_SECRETS.test(pattern)) return passed.map(withoutNames);
  const isPicked = !has("inverted") && (has("extended") || !pattern.includes("|"));
  if (!isPicked || !picksDevelopmentServers(pattern)) return passed;
  return passed.map((text) =>
    text.map((piece) =>
      piece.kind === "hole" && piece.table !== undefined
        ? { ...piece, table: { ...piece.table, isDevelopment: true } }
        : piece,
    ),
  );
}

/** A pattern of nothing but endings: `\.ts$`, and for both ways of writing groups `\.(js|ts)$`. */
const ENDING = /^\\\.([\w-]+)\$$/;
const ENDINGS = /^\\\.\(([\w|-]+)\)\$$/;

/** What passes of the input, line by line and as it is; undefined where more or something else is printed. */
function linesPassed({ args, stdin, operands, has, values }: Invocation): TextSet | undefined {
  const changes = ["names", "count", "color", "switches", "nul", "number", "named", "patternFile"];
  if (stdin === undefined || ["otherNames", ...changes].some((one) => has(one))) return undefined;
  const patterns = has("pattern") ? values("pattern") : operands.slice(0, 1);
  const pattern = patterns.length === 1 ? textOf(patterns[0] ?? []) : undefined;
  // A plain word and nothing else: of lines that are known, those that hold it.
  if (args.length === 1 && pattern !== undefined && /^[\w -]+$/.test(pattern))
    return stdin.flatMap((text): TextSet => {
      const lines = textOf(text)?.match(/[^\n]+\n?/g);
      if (lines === undefined || lines === null) return partOf([text]);
      return [literal(lines.filter((line) => line.includes(pattern)).join(""))];
    });
  const isPlain = !["inverted", "fixed", "caseless"].some((one) => has(one));
  const [, list] =
    ENDING.exec(pattern ?? "") ?? (has("extended") ? ENDINGS.exec(pattern ?? "") : undefined) ?? [];
  if (!isPlain || list === undefined) return stdin.flatMap((text) => partOf([text]));
  return stdin.flatMap((text) =>
    linesEnding(
      text,
      list.split("|").map((ending) => `.${ending}`),
    ),
  );
}
