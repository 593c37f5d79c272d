// go: modules that come because the module's own file, or an import of its sources, names them.
import { joinPath } from "#base/path.ts";
import type { LookedAt } from "./looked-at.ts";
import { type Grammar, PATH, readWords, valuesOf } from "./words.ts";

const GRAMMAR: Grammar = {
  flags: /^--?(?:x|v|e|diff|json|u|u=patch|t|d|(?:go|compat)=[\d.]+)$/,
  valued: {
    "-C": PATH,
    "-o": PATH,
    "-p": /^\d{1,3}$/,
    "-go": /^[\d.]+$/,
    "-compat": /^[\d.]+$/,
  },
};

/** Files by which go is told what to bring, in any directory. */
export const GO_FILES = /(?:^|\/)go\.(?:mod|sum|work|work\.sum|env)$/i;
/** What is imported there is brought by `go mod tidy`. */
const SOURCES = /\.go$/;
const MODULE = /^[A-Za-z0-9][\w.~/-]*$/;
const VERSION = /^v[\w.+-]+$/;
/** Directives that name nothing to bring but a toolchain, which go checks against its own list. */
const PLAIN_DIRECTIVE = /^(?:module|go|toolchain|godebug|exclude|retract|ignore)$/;

/** https://go.dev/ref/mod#go-mod-file */
type Module = {
  readonly names: ReadonlySet<string>;
  readonly isPlain: boolean;
  readonly own: string;
};

/** Lines of a block have the block's word in front. */
function directivesOf(text: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  let block: string | undefined;
  for (const line of text.split("\n")) {
    const words = line
      .replace(/\/\/.*$/, "")
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    const [first = "", second] = words;
    if (words.length === 0) continue;
    if (block !== undefined && first === ")") block = undefined;
    else if (block !== undefined) found.push([block, ...words]);
    else if (second === "(" && words.length === 2) block = first;
    else found.push(words);
  }
  return found;
}

function readModule(text: string, directory: string, looked: LookedAt): Module {
  const names = new Set<string>();
  let own = "";
  const isNamed = ([word = "", ...rest]: readonly string[]): boolean => {
    const [name = "", ...more] = rest;
    if (word === "module") own = name;
    if (PLAIN_DIRECTIVE.test(word)) return true;
    if (!MODULE.test(name)) return false;
    if (word === "tool") return more.length === 0;
    if (word === "require") {
      names.add(name);
      return more.length === 1 && VERSION.test(more[0] ?? "");
    }
    if (word !== "replace") return false;
    const [target = "", ...version] = more.slice(more.indexOf("=>") + 1);
    if (!more.includes("=>")) return false;
    if (version.length === 1) return MODULE.test(target) && VERSION.test(version[0] ?? "");
    return version.length === 0 && looked.inProject(directory, target) !== undefined;
  };
  return { isPlain: directivesOf(text).every(isNamed), names, own };
}

/** Whether all that a call of go brings is named by files of the module. */
export function declaredByGo(
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const told = readWords(words, GRAMMAR);
  if (told === undefined) return false;
  const [elsewhere = ".", ...others] = valuesOf(told, "-C");
  const place = looked.inProject(directory, elsewhere);
  if (place === undefined || others.length > 0) return false;
  if (valuesOf(told, "-o").some((one) => looked.inProject(place, one) === undefined)) return false;
  const folders = looked.upwards(place);
  const seen = folders.map((one) => looked.read(joinPath(one, "go.mod")));
  const rest = ["go.sum", "go.work", "go.work.sum"];
  const isSettled = looked.areUntouched(folders, rest);
  // WHY none: its modules lie side by side, each with needs of its own. `go mod tidy` looks at its module alone, in a workspace too.
  const hasWork =
    told.operands.join(" ") !== "mod tidy" &&
    folders.some((one) => looked.place(joinPath(one, "go.work")) === "file");
  const at = seen.findIndex((one) => one !== "missing");
  const nearest = seen[at];
  if (!isSettled || hasWork || nearest === undefined || nearest === "missing") return false;
  const root = folders[at] ?? place;
  const { isPlain, names, own } = readModule(nearest.text, root, looked);
  if (!isPlain || looked.mayHaveWritten(GO_FILES, root, true)) return false;
  const areNew = (): boolean =>
    looked.mayHaveWritten(SOURCES, root, true) &&
    looked
      .textsWritten(SOURCES, root)
      ?.every((text) => importsOnly(text, MODULE.test(own) ? [own, ...names] : [...names])) !==
      true;
  return isNamed(told.operands, names, areNew);
}

/** What stands between quotes of any kind and may be the path of a package. */
const QUOTED = /(?<=["`])[^"`\s]+(?=["`])/g;
/** Escapes with which a string may be a path that does not stand there. */
const ESCAPED = /\\(?:[xuU]|[0-7]{3})/;

/**
 * Whether a source imports nothing but packages of the language and of these modules. WHY all that is quoted, wherever it stands: no
 * comment and no string can then hide an import. Only a path with a dot in its first part is looked for elsewhere.
 */
function importsOnly(text: string, modules: readonly string[]): boolean {
  if (ESCAPED.test(text)) return false;
  return [...text.matchAll(QUOTED)].every(
    ([path]) =>
      !/^[^/]*\./.test(path) ||
      !/^[\w.~/+-]+$/.test(path) ||
      modules.some((one) => path === one || path.startsWith(`${one}/`)),
  );
}

function isNamed(
  [verb = "", ...operands]: readonly string[],
  names: ReadonlySet<string>,
  areSourcesNew: () => boolean,
): boolean {
  const [name = "", ...more] = operands;
  const areKnown = (list: readonly string[]): boolean =>
    list.every((one) => names.has(one.replace(/@(?:latest|upgrade|patch|v[\w.+-]+)$/, "")));
  if (verb === "get") return operands.length > 0 && areKnown(operands);
  if (verb !== "mod") return false;
  if (name === "download") return areKnown(more);
  return /^(?:tidy|vendor)$/.test(name) && more.length === 0 && !areSourcesNew();
}
