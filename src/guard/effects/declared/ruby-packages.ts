// bundle: installs that bring what the Gemfile names, where that is read line by line and says nothing else.
import { baseName, joinPath, parentPath } from "#base/path.ts";
import type { LookedAt } from "./looked-at.ts";
import { type Grammar, NUMBER, PATH, PLAIN, readWords, valuesOf } from "./words.ts";

const GROUPS = /^[\w :,-]+$/;
const GRAMMAR: Grammar = {
  flags:
    /^--(?:quiet|verbose|no-color|local|prefer-local|deployment|frozen|full-index|redownload|force|clean|no-cache|no-prune|standalone|all|bundler|conservative|patch|minor|major|strict|pre|ruby|update|add-checksums|print|all-platforms|no-install|normalize-platforms)$/,
  letters: "V",
  valued: {
    "--jobs": NUMBER,
    "-j": NUMBER,
    "--retry": NUMBER,
    "--path": PATH,
    "--gemfile": PATH,
    "--without": GROUPS,
    "--with": GROUPS,
    "--group": PLAIN,
    "-g": PLAIN,
    "--add-platform": PLAIN,
    "--remove-platform": PLAIN,
    "--update": /^[\w-]+$/,
    "--bundler": /^[\d.]+$/,
  },
};

/** Files by which bundler is told what to bring, in any directory. */
export const RUBY_FILES =
  /(?:^|\/)(?:gems\.(?:rb|locked)|[^/]*gemspec|[^/]*gemfile(?:\.lock)?|\.bundle\/config)$/i;
/** Its settings, which may name another Gemfile or another place of a gem. */
const SETTINGS = ".bundle/config";

/** Lines that name nothing. */
const PLAIN_LINE =
  /^(?:end|gemspec|ruby\s*\(?\s*(?:file:\s*)?["'][\w.~<>= -]+["']\s*\)?|source\s*\(?\s*["']https:\/\/rubygems\.org\/?["']\s*\)?|(?:group|platforms?)\b[\s:\w,(]*\)?\s*do|git_source\(:github\) \{ \|repo\| ["']https:\/\/github\.com\/#\{repo\}(?:\.git)?["'] \})$/;
const GEM = /^gem\b\s*\(?\s*["']([\w.-]+)["']/;
/** What a line may depend on: a variable, or which ruby it is. */
const CONDITION =
  /^(?:!?ENV\[["']\w+["']\]|Gem\.win_platform\?|RUBY_(?:VERSION|PLATFORM|ENGINE)\s*[<>=~!]+\s*["'/][\w.|-]+["'/])$/;
/** Versions in quotes, and options that say when and how it is loaded. */
const ARGUMENT =
  /^(?:["'][\w\s.<>=~!-]+["']|(?::?(?:require|groups?|platforms?|install_if|force_ruby_platform)\s*(?:=>|:)|(?:require|groups?|platforms?)=)\s*(?:["'][\w./-]*["']|:\w+|false|true|nil|\[[\w\s:,"'./-]*\]|%[iw]\[[\w\s./-]*\])|:?path\s*(?:=>|:)\s*["'][\w./-]+["'])$/;
const LINES_MAX = 2_000;

/** What a Gemfile names; undefined where a line may mean anything else. */
function readGemfile(text: string):
  | {
      readonly names: ReadonlySet<string>;
      readonly paths: readonly string[];
      readonly isOpen: boolean;
    }
  | undefined {
  const names = new Set<string>();
  const paths: string[] = [];
  let isOpen = false;
  const lines = text.replaceAll(/,[ \t]*(?:#[^\n]*)?\n/g, ", ").split("\n");
  if (lines.length > LINES_MAX) return undefined;
  for (const whole of lines) {
    const line = whole.replace(/(?:^|\s)#.*$/, "").trim();
    if (line === "gemspec") isOpen = true;
    if (line.length > 2_000) return undefined;
    if (line === "" || PLAIN_LINE.test(line)) continue;
    const found = GEM.exec(line);
    const [said = "", condition] = line.slice(found?.[0].length ?? 0).split(/\s(?:if|unless)\s/);
    const isCalled = /^gem\s*\(/.test(line);
    const parts = argumentsOf(isCalled ? said.trim().replace(/\)$/, "") : said);
    if (found === null || !parts.every((part) => ARGUMENT.test(part))) return undefined;
    if (condition !== undefined && !CONDITION.test(condition.trim())) return undefined;
    const [, name = ""] = found;
    names.add(name);
    for (const part of parts) {
      const path = /^:?path\s*(?:=>|:)\s*["']([\w./-]+)["']$/.exec(part)?.[1];
      if (path !== undefined) paths.push(path);
    }
  }
  return { names, paths, isOpen };
}

/** What stands between commas that are not within brackets. */
function argumentsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const letter of text) {
    if (letter === "[") depth += 1;
    if (letter === "]") depth -= 1;
    if (letter === "," && depth === 0) {
      parts.push(part.trim());
      part = "";
    } else part += letter;
  }
  return [...parts, part.trim()].filter((one) => one !== "");
}

/** Whether all that a call of bundler brings is named by a Gemfile of the project. */
export function declaredByBundler(
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const told = readWords(words, GRAMMAR);
  if (told === undefined) return false;
  const [verb = "install", ...names] = told.operands;
  if (!/^(?:install|update|lock|cache|package)$/.test(verb)) return false;
  const [named, ...others] = valuesOf(told, "--gemfile");
  const folders = looked.upwards(directory);
  const paths =
    named === undefined
      ? folders.flatMap((one) => ["gems.rb", "Gemfile"].map((name) => joinPath(one, name)))
      : [looked.ownFile(directory, named) ?? ""];
  const seen = paths.map((path) => (path === "" ? undefined : looked.read(path)));
  const settings = folders.map((one) => looked.read(joinPath(one, SETTINGS)));
  const at = seen.findIndex((one) => one !== "missing");
  const file = seen[at];
  const isSettled = settings.every(
    (one) => one === "missing" || (one !== undefined && !/GEMFILE|LOCAL|MIRROR/.test(one.text)),
  );
  if (file === undefined || file === "missing" || !isSettled || others.length > 0) return false;
  const path = paths[at] ?? "";
  const folder = parentPath(path);
  const lock = baseName(path) === "gems.rb" ? "gems.locked" : `${baseName(path)}.lock`;
  const found = readGemfile(file.text);
  if (!looked.areUntouched([folder], [lock]) || found === undefined) return false;
  if (found.paths.some((one) => looked.inProject(folder, one) === undefined)) return false;
  const isDeep = found.isOpen || found.paths.length > 0;
  if (looked.mayHaveWritten(RUBY_FILES, isDeep ? looked.root : folder, isDeep)) return false;
  const places = valuesOf(told, "--path").map((one) => looked.inProject(directory, one));
  if (places.includes(undefined)) return false;
  return names.length === 0 || (verb === "update" && names.every((one) => found.names.has(one)));
}
