// What ripgrep or git would look at: nothing hidden and nothing ignored, as far as that is certain from ignore files.
//
// Only two things are told from an ignore file: lines that certainly leave a name out, and lines (`!`) that may let one
// in again. What is not certain is looked at, so the answer holds all that the real program opens, and often more.
import { lstat } from "node:fs/promises";
import { FACT_TEXT_BYTES_MAX } from "#base/limits.ts";
import { baseName, joinPath, parentPath } from "#base/path.ts";
import type { Skips } from "#guard/vocabulary/effect.ts";
import { errorCode, type PathResolver } from "./real-path.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import type { Entry, KeepEntries } from "./walk.ts";

/** Ignore files read for one tree; past it everything is looked at. */
const FILES_MAX = 512;
/** Lines of one kind in force in one directory. */
const LINES_MAX = 256;
/** Directories above the tree. */
const ANCESTORS_MAX = 256;
/** Where people keep ripgrep's own options, which a variable that cannot be seen from here may name. */
const CONFIG_FILES = [".ripgreprc", ".rgrc", ".config/ripgrep", ".config/ripgreprc"];
const USER_GIT_CONFIG = [".gitconfig", ".config/git/config"];

/** A line that leaves out a name: all of it, or what stands around one `*`. */
type Ignoring = {
  readonly before: string;
  readonly after: string | undefined;
  readonly directoriesOnly: boolean;
  /** The one directory in which the line counts; undefined: at any depth. */
  readonly only: string | undefined;
};

/** What is in force in a directory. `back` is undefined when anything may have been let in again. */
type Rules = {
  readonly back: readonly string[] | undefined;
  /** Lines of ripgrep's own files, and those of git's, which count only inside a repository. */
  readonly ignoring: readonly Ignoring[];
  readonly gitIgnoring: readonly Ignoring[];
  /** Those of the repository's own list, which programs other than git may pass over. */
  readonly excluding: readonly Ignoring[];
  readonly isRepository: boolean;
};

const NO_RULES: Rules = {
  back: [],
  ignoring: [],
  gitIgnoring: [],
  excluding: [],
  isRepository: false,
};
const NO_SKIPPING: Rules = { ...NO_RULES, back: undefined };

type Surroundings = { readonly home: string; readonly resolve: PathResolver };

/** What of a tree at `root` is searched, where a program leaves out what `skips` says. */
export async function keepSearched(
  root: string,
  skips: Skips,
  { home, resolve }: Surroundings,
): Promise<KeepEntries> {
  const reader = new IgnoreFiles();
  const known = new Map<string, Rules>();
  const real = (await resolve(root))?.real;
  let above = await rulesOfUser(home, reader);
  if (real === undefined) above = NO_SKIPPING;
  // WHY both: ripgrep looks upwards from where the tree really is; some versions from the name they were given.
  const truly = ancestors(real ?? root);
  for (const directory of ancestors(root).filter((one) => !truly.includes(one))) {
    const { back } = await rulesIn(directory, IGNORE_FILES, above, reader);
    above = { ...above, back };
  }
  for (const directory of truly) above = await rulesIn(directory, IGNORE_FILES, above, reader);
  return async (directory, entries) => {
    const inherited =
      directory === root ? above : (known.get(parentPath(directory)) ?? NO_SKIPPING);
    const names = entries.map((entry) => entry.name);
    const rules = await rulesIn(directory, names, inherited, reader);
    known.set(directory, rules);
    if (rules.back === undefined) return entries;
    return entries.filter((entry) => {
      if (entry.kind === "link") return false;
      const path = joinPath(directory, entry.name);
      if (rules.back?.some((line) => mayName(line, path)) !== false) return true;
      if (entry.name.startsWith(".") && skips !== "ignored") return false;
      if (skips === "hidden") return true;
      // Git does not know ripgrep's own lists.
      const ignoring = skips === "ignored" ? rules.excluding : rules.ignoring;
      return !isIgnored(entry, directory, { ...rules, ignoring });
    });
  };
}

/** Directories above a path, the root of the file system first. */
function ancestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = path; at !== "/" && found.length < ANCESTORS_MAX; ) {
    at = parentPath(at);
    found.unshift(at);
  }
  return found;
}

const IGNORE_FILES = [".git", ".ignore", ".rgignore", ".gitignore"];

/** Lines of the user's own, in force everywhere. */
async function rulesOfUser(home: string, reader: IgnoreFiles): Promise<Rules> {
  for (const name of CONFIG_FILES)
    if (await reader.isThere(joinPath(home, name))) return NO_SKIPPING;
  const files = [joinPath(home, ".config/git/ignore")];
  for (const name of USER_GIT_CONFIG) {
    const text = await reader.read(joinPath(home, name));
    if (text === undefined) return NO_SKIPPING;
    for (const line of text.split("\n")) {
      if (!/excludesfile/i.test(line)) continue;
      const value = /excludesfile\s*=\s*"?([^"\s]+)"?\s*$/i.exec(line)?.[1];
      if (value === undefined) return NO_SKIPPING;
      files.push(joinPath(home, value.replace(/^~\//, "")));
    }
  }
  let back: readonly string[] | undefined = [];
  for (const file of files) back = joined(back, linesBack(await reader.read(file)));
  return { ...NO_RULES, back };
}

/** What is in force in a directory with these entries. */
async function rulesIn(
  directory: string,
  names: readonly string[],
  inherited: Rules,
  reader: IgnoreFiles,
): Promise<Rules> {
  let { back, ignoring, gitIgnoring, excluding, isRepository } = inherited;
  if (back === undefined) return inherited;
  const at = (name: string): string => joinPath(directory, name);
  if (names.includes(".git") && (await reader.isThere(at(".git")))) {
    // What stands above a repository is nothing to it.
    isRepository = true;
    gitIgnoring = [];
    excluding = [];
    for (const file of await reader.excludes(at(".git"))) {
      const text = await reader.read(file);
      back = joined(back, linesBack(text));
      excluding = [...excluding, ...ignoringLines(text ?? "", directory)].slice(0, LINES_MAX);
    }
  }
  for (const name of [".ignore", ".rgignore", ".gitignore"]) {
    if (!names.includes(name)) continue;
    const text = await reader.read(at(name));
    back = joined(back, linesBack(text));
    const lines = ignoringLines(text ?? "", directory);
    if (name !== ".gitignore") ignoring = [...ignoring, ...lines].slice(0, LINES_MAX);
    else if (isRepository) gitIgnoring = [...gitIgnoring, ...lines].slice(0, LINES_MAX);
  }
  return { back, ignoring, gitIgnoring, excluding, isRepository };
}

function joined(
  first: readonly string[] | undefined,
  second: readonly string[] | undefined,
): readonly string[] | undefined {
  if (first === undefined || second === undefined) return undefined;
  return first.length + second.length > LINES_MAX ? undefined : [...first, ...second];
}

/** Lines that let names in again, without their `!`. */
function linesBack(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split("\n")
    .map((line) => line.replace(/^[\ufeff\s]+/, "").trimEnd())
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
}

/** Lines that certainly leave names out: one name, with one `*` at most, in any directory or in one that it names as well. */
function ignoringLines(text: string, directory: string): readonly Ignoring[] {
  return text.split("\n").flatMap((line): Ignoring[] => {
    const parts = /^(\/?)((?:[\w.@+~-]+\/(?=\S))*)([\w.@+~-]*)(\*?)([\w.@+~-]*)(\/?)\s*$/.exec(
      line,
    );
    const [, anchor, above = "", before = "", star, after = "", slash] = parts ?? [];
    if (parts === null || before + after === "") return [];
    return [
      {
        before,
        after: star === "" ? undefined : after,
        directoriesOnly: slash === "/",
        only: anchor + above === "" ? undefined : joinPath(directory, above).replace(/\/$/, ""),
      },
    ];
  });
}

function isIgnored(entry: Entry, directory: string, rules: Rules): boolean {
  return [...rules.ignoring, ...rules.gitIgnoring].some(
    ({ before, after, directoriesOnly, only }) => {
      if (directoriesOnly && entry.kind !== "directory") return false;
      if (only !== undefined && only !== directory) return false;
      if (after === undefined) return entry.name === before;
      return (
        entry.name.length >= before.length + after.length &&
        entry.name.startsWith(before) &&
        entry.name.endsWith(after)
      );
    },
  );
}

/** Whether a line may speak of a path: by its last two parts, whatever stands before them. */
function mayName(line: string, path: string): boolean {
  const parts = line.split("/").filter((part) => part !== "");
  const last = parts.at(-1);
  if (last === undefined || last.includes("**")) return true;
  if (!mayMatch(last, baseName(path))) return false;
  const before = parts.at(-2);
  return before === undefined || mayMatch(before, baseName(parentPath(path)));
}

/** Whether a part of a line may match a name, without regard to case. Only `*` is understood. */
function mayMatch(part: string, name: string): boolean {
  if (part.includes("**") || /[[\]{}?\\]/.test(part)) return true;
  const [first = "", ...rest] = part.toLowerCase().split("*");
  const text = name.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at + last.length <= text.length;
}

/** Reads ignore files within a bound. */
class IgnoreFiles {
  #count = 0;

  /** The text of a file, empty when there is none; undefined when it cannot be known. */
  async read(path: string): Promise<string | undefined> {
    if (!(await this.isThere(path))) return "";
    this.#count += 1;
    if (this.#count > FILES_MAX) return undefined;
    const file = await readRegularFile(path, FACT_TEXT_BYTES_MAX);
    if (file === undefined || !file.complete) return undefined;
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.bytes);
    return text.includes("\ufffd") ? undefined : text;
  }

  /** Whether something has this name, or may have. */
  async isThere(path: string): Promise<boolean> {
    try {
      await lstat(path);
      return true;
    } catch (error) {
      const code = errorCode(error);
      return code !== "ENOENT" && code !== "ENOTDIR";
    }
  }

  /** Where a repository keeps its own list: below `.git`, or where a file of that name points. */
  async excludes(dotGit: string): Promise<readonly string[]> {
    const pointer = await readRegularFile(dotGit, FACT_TEXT_BYTES_MAX);
    if (pointer === undefined) return [joinPath(dotGit, "info/exclude")];
    const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).trimEnd();
    const target = /^gitdir: ([^\n]+)/.exec(decode(pointer.bytes))?.[1];
    if (target === undefined) return [dotGit];
    const directory = joinPath(parentPath(dotGit), target);
    const common = await readRegularFile(joinPath(directory, "commondir"), FACT_TEXT_BYTES_MAX);
    const shared = common === undefined ? directory : joinPath(directory, decode(common.bytes));
    return [directory, shared].map((one) => joinPath(one, "info/exclude"));
  }
}
