// find: walks trees; -exec runs programs on what it finds, -delete deletes it, -fprint writes files.
import { compileGlob } from "#base/glob.ts";
import { baseName } from "#base/path.ts";
import { hole, likeOf, literal, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import { replaceIn } from "../../shell/values/text-changes.ts";
import { ANY_BELOW } from "../../shell/values/some-directory.ts";
import {
  type CommandModel,
  type Consequence,
  type ModelContext,
  command,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { type Conditions, type Part, walkConditions } from "../arguments/find-predicates.ts";

/** Tests and actions by how many words follow them. */
const WORDS_AFTER: ReadonlyMap<string, number> = new Map([
  ...[
    "-amin",
    "-anewer",
    "-atime",
    "-cmin",
    "-cnewer",
    "-ctime",
    "-fstype",
    "-gid",
    "-group",
    "-ilname",
    "-iname",
    "-inum",
  ].map(one),
  ...[
    "-ipath",
    "-iregex",
    "-iwholename",
    "-links",
    "-lname",
    "-mmin",
    "-mtime",
    "-name",
    "-newer",
    "-path",
    "-perm",
  ].map(one),
  ...[
    "-regex",
    "-samefile",
    "-size",
    "-type",
    "-uid",
    "-used",
    "-user",
    "-wholename",
    "-xtype",
    "-context",
    "-printf",
  ].map(one),
  ...[
    "-maxdepth",
    "-mindepth",
    "-regextype",
    "-fprint",
    "-fprint0",
    "-fls",
    "-files0-from",
    "-newermt",
    "-newerat",
    "-newerct",
  ].map(one),
  ...[
    "-depth",
    "-d",
    "-daystart",
    "-follow",
    "-mount",
    "-noleaf",
    "-xdev",
    "-warn",
    "-nowarn",
    "-empty",
    "-executable",
  ].map(none),
  ...[
    "-false",
    "-true",
    "-nogroup",
    "-nouser",
    "-readable",
    "-writable",
    "-print",
    "-print0",
    "-ls",
    "-prune",
    "-quit",
  ].map(none),
  ...[
    "-delete",
    "-a",
    "-and",
    "-o",
    "-or",
    "-not",
    "!",
    "(",
    ")",
    ",",
    "-ignore_readdir_race",
    "-H",
    "-L",
    "-P",
  ].map(none),
  ["-fprintf", 2] as const,
]);

function one(name: string): readonly [string, number] {
  return [name, 1];
}

function none(name: string): readonly [string, number] {
  return [name, 0];
}

/** A root, whether it is found itself, and what may be found below it. */
type Found = { readonly root: Text; readonly isFound: boolean; readonly below: readonly Text[] };

type Walk = { readonly roots: readonly Text[]; readonly expression: readonly Text[] };

export const find: CommandModel = command({
  names: ["find"],
  optionsEnd: "expression",
  options: {},
  effects: ({ operands }, context) => {
    const { roots, expression } = split(operands);
    const { actions, whole } = walkConditions(expression, (at) => partAt(expression, at));
    const isShallow = isFlat(expression);
    const walksOf = (conditions: Conditions): readonly Found[] =>
      roots.map((root) => ({ root, ...foundPaths(root, { conditions, isShallow }, context) }));
    const found: Consequence[] = [];
    for (let at = 0; at < expression.length; at += partAt(expression, at).words) {
      const word = textOf(expression[at] ?? []);
      const conditions = actions.get(at) ?? whole;
      if (word !== undefined && EXECUTES.test(word)) {
        const end = endOfRun(expression, at);
        const argv = expression.slice(at + 1, end);
        const where = word.endsWith("dir") ? "beside" : "here";
        const isAtOnce = textOf(expression[end] ?? []) === "+";
        const walks = walksOf(conditions);
        found.push(...walks.flatMap((walk) => runsFor(walk, argv, { where, isAtOnce })));
        continue;
      }
      if (word === undefined || !WORDS_AFTER.has(word)) {
        found.push({
          kind: "unknown",
          reason: "unknown-option",
          detail: `a part of find that sallyport does not know: \`${word ?? "?"}\``,
        });
        continue;
      }
      const next = expression[at + 1] ?? [];
      if (word === "-delete")
        found.push(...walksOf(conditions).flatMap((walk) => deletions(walk, conditions, context)));
      if (word.startsWith("-fprint") || word === "-fls") found.push(writes(next, "create"));
      // It is kept open, so that no other file takes its place meanwhile.
      if (word === "-samefile") found.push(reads(next));
      if (word === "-files0-from")
        found.push(reads(next), {
          kind: "unknown",
          reason: "dynamic-path",
          detail: "roots read from a file",
        });
    }
    const shown = [...actions].filter(([at]) => PRINTS.test(textOf(expression[at] ?? []) ?? ""));
    const walks = (shown.length > 0 ? shown.map(([, held]) => held) : [whole]).flatMap(walksOf);
    return [...found, prints(printed(walks, expression))];
  },
});

const EXECUTES = /^-(?:exec|execdir|ok|okdir)$/;
const PRINTS = /^-(?:print|print0|printf|ls)$/;
const ACTS =
  /^-(?:exec|execdir|ok|okdir|delete|print|print0|printf|fprint|fprint0|fprintf|fls|ls)$/;

/** A plus ends a command only right behind what stands for the found paths; anywhere else it is a word of it. */
function endOfRun(expression: readonly Text[], at: number): number {
  const end = expression.findIndex((text, index) => {
    const word = textOf(text);
    const isOfMany = word === "+" && textOf(expression[index - 1] ?? []) === "{}";
    return index > at && (word === ";" || isOfMany);
  });
  return end < 0 ? expression.length : end;
}

function partAt(expression: readonly Text[], at: number): Part {
  const word = textOf(expression[at] ?? []);
  if (word === undefined) return { words: 1, isAction: false };
  if (EXECUTES.test(word)) return { words: endOfRun(expression, at) + 1 - at, isAction: true };
  return { words: 1 + (WORDS_AFTER.get(word) ?? 0), isAction: ACTS.test(word) };
}

function split(words: readonly Text[]): Walk {
  let start = 0;
  while (start < words.length && /^-([HLP]|D|O\d?)$/.test(textOf(words[start] ?? []) ?? "")) {
    start += textOf(words[start] ?? []) === "-D" ? 2 : 1;
  }
  let end = start;
  while (end < words.length && !/^[-(!,]/.test(textOf(words[end] ?? []) ?? "x")) end += 1;
  const roots = words.slice(start, end);
  return { roots: roots.length === 0 ? [literal(".")] : roots, expression: words.slice(end) };
}

/** `-maxdepth 1` holds for the whole walk, wherever it stands; where it is the value of something else, nothing is told. */
function isFlat(expression: readonly Text[]): boolean {
  const words = expression.map((word) => textOf(word));
  const at = words.indexOf("-maxdepth");
  const before = words.slice(0, Math.max(at, 0));
  const isOption = before.every(
    (word, index) =>
      word !== undefined &&
      !/^-(?:exec|ok|fprintf)/.test(word) &&
      (index < at - 1 ||
        WORDS_AFTER.get(word) !== 1 ||
        WORDS_AFTER.get(before[index - 1] ?? "") === 1),
  );
  return at >= 0 && words.lastIndexOf("-maxdepth") === at && words[at + 1] === "1" && isOption;
}

/** The found paths: the root itself, if it may be one of them, and what lies below. */
function foundPaths(
  root: Text,
  { conditions, isShallow }: { readonly conditions: Conditions; readonly isShallow: boolean },
  context: ModelContext,
): Omit<Found, "root"> {
  const text = textOf(root);
  const from = `${likeOf(root).replace(/\/+$/, "")}/${isShallow ? "" : "**/"}`;
  const names = [...new Set(conditions.map(({ name }) => name))];
  return {
    isFound: conditions.some(
      ({ name, isNoDirectory, isBelow }) =>
        !isBelow &&
        !(isNoDirectory && context.isDirectory(root)) &&
        (text === undefined || compileGlob(name)(baseName(text.replace(/\/+$/, "")))),
    ),
    below: (names.includes("*") ? ["*"] : names).map((name) => [
      hole("dynamic-path", { splits: false, like: `${from}${name}` }),
    ]),
  };
}

function pathsOf({ root, isFound, below }: Found): readonly Text[] {
  return isFound ? [root, ...below] : below;
}

/** A format that prints paths as they are, and nothing else. */
const PATHS_ALONE = /^(?:%p(?:\\[n0t]|\s)+)+$/;

/** What is printed: the found paths, and where something else of them is asked for, whatever that is. */
function printed(walks: readonly Found[], expression: readonly Text[]): TextSet {
  const paths = walks.flatMap(pathsOf);
  const lines = paths.map((path): Text => [hole("dynamic-path", { like: likeOf(path) })]);
  const isOther = expression.some((text, at) => {
    const word = textOf(text);
    const format = textOf(expression[at + 1] ?? []) ?? "";
    return word === "-ls" || (word === "-printf" && !PATHS_ALONE.test(format));
  });
  // A format that asks for nothing is printed as it is, for each path.
  const plain = expression.flatMap((text, at) => {
    const format = textOf(expression[at + 1] ?? []);
    const isPlain = textOf(text) === "-printf" && format !== undefined && !/%|\\[^n]/.test(format);
    return isPlain ? [literal(format.replaceAll("\\n", "\n"))] : [];
  });
  return isOther ? [...lines, [hole("unmodelled")], ...plain] : lines;
}

/** So many kinds of paths are tried with each of them last. */
const ORDERS_MAX = 6;
/** What these do is said of a project as a whole, wherever in it they are started. */
const OF_PROJECTS =
  /^(?:git|npm|npx|pnpm|yarn|bun|make|cargo|go|mvn|gradle|bundle|composer|pip3?|poetry|uv|terraform)$/;

/** What runs for the found paths: one by one, or with any number of them at once. `beside`: in the directory of what is found, so that words without its name mean places there. */
function runsFor(
  walk: Found,
  argv: readonly Text[],
  { where, isAtOnce }: { readonly where: "here" | "beside"; readonly isAtOnce: boolean },
): Consequence[] {
  const isElsewhere =
    where === "beside" &&
    !OF_PROJECTS.test(textOf(argv[0] ?? []) ?? "") &&
    argv.slice(1).some((word) => !/^-|\{\}/.test(textOf(word) ?? "a word that is not known"));
  const below = hole("dynamic-path", { splits: false, like: ANY_BELOW });
  const directory = [...walk.root, ...literal("/"), below];
  const lists = isAtOnce ? listsOf(walk) : pathsOf(walk).map((path) => [path]);
  return lists.map((list) => ({
    kind: "run",
    argv: argv.flatMap((word) =>
      textOf(word) === "{}" ? list : [replaceIn(word, "{}", list.at(-1) ?? [])],
    ),
    stdin: undefined,
    ...(isElsewhere ? { directory } : {}),
  }));
}

/** The lists of all that is found, with and without the root and each of them last, where some programs expect what they write to. */
function listsOf(walk: Found): readonly (readonly Text[])[] {
  const some = walk.below.map(inAnyNumber);
  if (some.length > ORDERS_MAX)
    return [pathsOf({ ...walk, below: [widest(walk)] }).map(inAnyNumber)];
  const orders = (all: readonly Text[]): readonly (readonly Text[])[] =>
    all.map((_, first) => [...all.slice(first), ...all.slice(0, first)]);
  return [...(walk.isFound ? orders([walk.root, ...some]) : []), ...orders(some)];
}

/** Anything below the root. */
function widest({ root }: Found): Text {
  const like = `${likeOf(root).replace(/\/+$/, "")}/**/*`;
  return [hole("dynamic-path", { splits: false, like })];
}

/** A path that is not known as any number of them. */
function inAnyNumber(path: Text): Text {
  return path.map((piece) => (piece.kind === "hole" ? { ...piece, splits: true } : piece));
}

/**
 * Where only directories with nothing in them go, and the root is the working directory of a repository with commits and
 * branches: all that lies there but git's own directory, of which nothing is lost with its empty directories.
 * WHY a branch of its own file: git takes a directory without `refs` for no repository, and that goes where it is empty.
 */
function emptyDirectories(
  { root }: Found,
  conditions: Conditions,
  context: ModelContext,
): readonly Consequence[] | undefined {
  const isSo = conditions.every(({ isDirectory, isEmpty }) => isDirectory && isEmpty);
  if (!isSo || !/^\.\/?$/.test(textOf(root) ?? "")) return undefined;
  const branches = context.matches(".git/refs/heads/*");
  if (branches === undefined || !branches.some((path) => context.isFile(literal(path))))
    return undefined;
  const entries = ["*", ".[!.]*"].map((pattern) => context.matches(pattern));
  if (entries.includes(undefined)) return undefined;
  return entries
    .flatMap((paths) => paths ?? [])
    .filter((path) => !/^\.(?:git|claude)$/.test(path) && context.isDirectory(literal(path)))
    .map((path) => deletes(literal(path), "entry"));
}

function deletions(walk: Found, conditions: Conditions, context: ModelContext): Consequence[] {
  const emptied = emptyDirectories(walk, conditions, context);
  if (emptied !== undefined) return [...emptied];
  if (conditions.some(({ name }) => name === "*")) return [deletes(walk.root, "tree")];
  return pathsOf(walk).map((path) => deletes(path, "entry"));
}
