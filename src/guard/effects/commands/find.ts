// find: walks trees; -exec runs programs on what it finds, -delete deletes it, -fprint writes files.
import { compileGlob } from "#base/glob.ts";
import { baseName } from "#base/path.ts";
import { append, hole, likeOf, literal, replaceIn, type Text, textOf } from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
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

type Walk = { readonly roots: readonly Text[]; readonly expression: readonly Text[] };

export const find: CommandModel = command({
  names: ["find"],
  optionsEnd: "expression",
  options: {},
  effects: ({ operands }) => {
    const { roots, expression } = split(operands);
    const narrowed = nameFilter(expression);
    const found: Consequence[] = [];
    for (let at = 0; at < expression.length; ) {
      const word = textOf(expression[at] ?? []);
      if (word !== undefined && /^-(exec|execdir|ok|okdir)$/.test(word)) {
        const end = expression.findIndex(
          (text, index) => index > at && /^[;+]$/.test(textOf(text) ?? ""),
        );
        const argv = expression.slice(at + 1, end < 0 ? expression.length : end);
        found.push(...roots.flatMap((root) => runsFor(root, narrowed, argv)));
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
      if (word === "-delete") found.push(...roots.flatMap((root) => deletions(root, narrowed)));
      if (word?.startsWith("-fprint") === true || word === "-fls")
        found.push(writes(next, "create"));
      if (word === "-files0-from")
        found.push(reads(next), {
          kind: "unknown",
          reason: "dynamic-path",
          detail: "roots read from a file",
        });
      at += count + 1;
    }
    found.push(
      prints(
        roots.map((root): Text => [hole("dynamic-path", { like: likeBelow(root, narrowed) })]),
      ),
    );
    return found;
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

/** The glob that every found name must match; `*` unless one plain `-name` narrows the whole walk. */
function nameFilter(expression: readonly Text[]): string {
  const words = expression.map((text) => textOf(text));
  if (words.some((word) => word !== undefined && /^(-o|-or|!|-not|\(|,)$/.test(word))) return "*";
  const at = words.indexOf("-name");
  const value = at < 0 ? undefined : words[at + 1];
  return value === undefined || value.includes("/") ? "*" : value;
}

function likeBelow(root: Text, name: string): string {
  return `${likeOf(root).replace(/\/+$/, "")}/**/${name}`;
}

/** The found paths: the root itself, if its name may fit, and what lies below. */
function foundPaths(root: Text, name: string): Text[] {
  const text = textOf(root);
  const below: Text = [hole("dynamic-path", { splits: false, like: likeBelow(root, name) })];
  const fits = text === undefined || compileGlob(name)(baseName(text.replace(/\/+$/, "")));
  return fits ? [root, below] : [below];
}

function runsFor(root: Text, name: string, argv: readonly Text[]): Consequence[] {
  return foundPaths(root, name).map((path) => ({
    kind: "run",
    argv: argv.map((word) => replaceIn(word, "{}", path)),
    stdin: undefined,
  }));
}

function deletions(root: Text, name: string): Consequence[] {
  if (name === "*") return [deletes(root, "tree")];
  return [
    deletes(root, "tree", name),
    ...(foundPaths(root, name).length > 1 ? [deletes(append(root, []), "entry")] : []),
  ];
}
