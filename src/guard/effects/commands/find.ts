// find: walks trees; -exec runs programs on what it finds, -delete deletes it, -fprint writes files.
import { compileGlob } from "#base/glob.ts";
import { baseName } from "#base/path.ts";
import {
  hole,
  likeOf,
  literal,
  replaceIn,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/text.ts";
import { ANY_BELOW } from "../../shell/some-directory.ts";
import {
  type CommandModel,
  type Consequence,
  type ModelContext,
  command,
  deletes,
  prints,
  reads,
  writes,
} from "../command-model.ts";

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

/** A root, and what may be found from there. */
type Found = { readonly root: Text; readonly paths: readonly Text[] };

type Walk = { readonly roots: readonly Text[]; readonly expression: readonly Text[] };

export const find: CommandModel = command({
  names: ["find"],
  optionsEnd: "expression",
  options: {},
  effects: ({ operands }, context) => {
    const { roots, expression } = split(operands);
    const narrowed = { ...narrowing(expression), isFlat: isFlat(expression) };
    const found: Consequence[] = [];
    const walks = roots.map((root) => ({ root, paths: foundPaths(root, narrowed, context) }));
    for (let at = 0; at < expression.length; ) {
      const word = textOf(expression[at] ?? []);
      if (word !== undefined && /^-(exec|execdir|ok|okdir)$/.test(word)) {
        const end = expression.findIndex(
          (text, index) => index > at && /^[;+]$/.test(textOf(text) ?? ""),
        );
        const argv = expression.slice(at + 1, end < 0 ? expression.length : end);
        const where = word.endsWith("dir") ? "beside" : "here";
        const isAtOnce = textOf(expression[end] ?? []) === "+";
        found.push(...walks.flatMap((walk) => runsFor(walk, argv, { where, isAtOnce })));
        at = end < 0 ? expression.length : end + 1;
        continue;
      }
      const count = word === undefined ? undefined : WORDS_AFTER.get(word);
      if (count === undefined) {
        found.push({
          kind: "unknown",
          reason: "unknown-option",
          detail: `a part of find that is not modelled: \`${word ?? "?"}\``,
        });
        at += 1;
        continue;
      }
      const next = expression[at + 1] ?? [];
      if (word === "-delete") found.push(...walks.flatMap((walk) => deletions(walk, narrowed)));
      if (word?.startsWith("-fprint") === true || word === "-fls")
        found.push(writes(next, "create"));
      // It is kept open, so that no other file takes its place meanwhile.
      if (word === "-samefile") found.push(reads(next));
      if (word === "-files0-from")
        found.push(reads(next), {
          kind: "unknown",
          reason: "dynamic-path",
          detail: "roots read from a file",
        });
      at += count + 1;
    }
    return [...found, prints(printed(walks, expression))];
  },
});

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

/** What every found path fulfils. */
type Narrowing = {
  /** The glob that its name matches. */
  readonly name: string;
  /** Whether it is no directory. */
  readonly isNoDirectory: boolean;
  /** Whether it lies below the root. */
  readonly isBelow: boolean;
  /** Whether nothing in a directory below the root is looked at. */
  readonly isFlat: boolean;
};
const ANYTHING: Narrowing = { name: "*", isNoDirectory: false, isBelow: false, isFlat: false };

/**
 * What one plain `-name`, `-type` or `-mindepth` makes of the whole walk before anything is done with what is found. What is
 * negated only narrows further.
 */
function narrowing(expression: readonly Text[]): Narrowing {
  let narrowed = ANYTHING;
  let depth = 0;
  for (let at = 0; at < expression.length; at += 1) {
    const word = textOf(expression[at] ?? []);
    if (word === undefined || word === "," || (depth === 0 && /^-(o|or)$/.test(word)))
      return ANYTHING;
    if (word === "(") depth += 1;
    else if (word === ")") depth -= 1;
    else if (word === "!" || word === "-not") {
      // A negated group is looked at no further.
      const next = textOf(expression[at + 1] ?? []);
      if (next === undefined || !NEGATABLE.test(next)) return ANYTHING;
      at += 1 + (WORDS_AFTER.get(next) ?? 0);
    } else if (ACTION.test(word)) return acted(expression.slice(at)) ? narrowed : ANYTHING;
    else {
      if (depth === 0) narrowed = narrowedBy(narrowed, word, textOf(expression[at + 1] ?? []));
      at += WORDS_AFTER.get(word) ?? 0;
    }
  }
  return narrowed;
}

function narrowedBy(narrowed: Narrowing, test: string, value: string | undefined): Narrowing {
  if (value === undefined) return narrowed;
  if (test === "-name" && narrowed.name === "*" && !value.includes("/"))
    return { ...narrowed, name: value };
  if (test === "-type" && /^[bcpfs]$/.test(value)) return { ...narrowed, isNoDirectory: true };
  if (test === "-mindepth" && /^[1-9]/.test(value)) return { ...narrowed, isBelow: true };
  return narrowed;
}

const NEGATABLE =
  /^-(i?path|i?wholename|i?name|i?regex|type|newer|size|empty|user|mtime|mmin|perm)$/;
const ACTION =
  /^-(exec|execdir|ok|okdir|delete|print|print0|printf|fprint|fprint0|fprintf|fls|ls)$/;

/** Whether only actions follow, so that all of them see what passed the tests before. */
function acted(expression: readonly Text[]): boolean {
  return !expression.some((text) => /^(-o|-or|,|\(|\))$/.test(textOf(text) ?? ""));
}

function likeBelow(root: Text, { name, isFlat }: Narrowing): string {
  return `${likeOf(root).replace(/\/+$/, "")}/${isFlat ? "" : "**/"}${name}`;
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
function foundPaths(root: Text, narrowed: Narrowing, context: ModelContext): readonly Text[] {
  const { name, isNoDirectory, isBelow } = narrowed;
  const text = textOf(root);
  const below: Text = [hole("dynamic-path", { splits: false, like: likeBelow(root, narrowed) })];
  const fits = text === undefined || compileGlob(name)(baseName(text.replace(/\/+$/, "")));
  const isLeftOut = isBelow || (isNoDirectory && context.isDirectory(root));
  return fits && !isLeftOut ? [root, below] : [below];
}

/** A format that prints paths as they are, and nothing else. */
const PATHS_ALONE = /^(?:%p(?:\\[n0t]|\s)+)+$/;

/** What is printed: the found paths, and where something else of them is asked for, whatever that is. */
function printed(walks: readonly Found[], expression: readonly Text[]): TextSet {
  const paths = walks.flatMap((walk) => walk.paths);
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

/** What these do is said of a project as a whole, wherever in it they are started. */
const OF_PROJECTS =
  /^(?:git|npm|npx|pnpm|yarn|bun|make|cargo|go|mvn|gradle|bundle|composer|pip3?|poetry|uv|terraform)$/;

/** What runs for the found paths: one by one, or with any number of them at once. `beside`: in the directory of what is found, so that words without its name mean places there. */
function runsFor(
  { root, paths }: Found,
  argv: readonly Text[],
  { where, isAtOnce }: { readonly where: "here" | "beside"; readonly isAtOnce: boolean },
): Consequence[] {
  const isElsewhere =
    where === "beside" &&
    !OF_PROJECTS.test(textOf(argv[0] ?? []) ?? "") &&
    argv.slice(1).some((word) => !/^-|\{\}/.test(textOf(word) ?? "a word that is not known"));
  const below = hole("dynamic-path", { splits: false, like: ANY_BELOW });
  const directory = [...root, ...literal("/"), below];
  const atOnce = paths.map(inAnyNumber);
  // Whether the root itself is among them is not told apart.
  const atOnceLists = paths.length === 1 ? [atOnce] : [atOnce, atOnce.slice(-1)];
  const lists = isAtOnce ? atOnceLists : paths.map((path) => [path]);
  return lists.map((list) => ({
    kind: "run",
    argv: argv.flatMap((word) =>
      textOf(word) === "{}" ? list : [replaceIn(word, "{}", list.at(-1) ?? [])],
    ),
    stdin: undefined,
    ...(isElsewhere ? { directory } : {}),
  }));
}

/** A path that is not known as any number of them. */
function inAnyNumber(path: Text): Text {
  return path.map((piece) => (piece.kind === "hole" ? { ...piece, splits: true } : piece));
}

function deletions({ root, paths }: Found, { name }: Narrowing): Consequence[] {
  if (name === "*") return [deletes(root, "tree")];
  return paths.map((path) => deletes(path, "entry"));
}
