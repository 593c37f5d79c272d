// Safer forms of what would read a secret: the file left out, the walk told to pass over it, or the example beside it read.
import { ownValue } from "#base/own-value.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { findCommand } from "../effects/commands/index.ts";
import { flags, maybeTaking, taking } from "../effects/model/option-list.ts";
import { modelOptions } from "./model-options.ts";
import { type Options, type ReadWord, readWords } from "./read-words.ts";
import type { Cause, Rewrite } from "./rewrite.ts";
import {
  dropped,
  type Edit,
  inserted,
  type SimpleCommand,
  type WrittenWord,
} from "./simple-commands.ts";

/** `grep -r x .` -> `grep --exclude=.env -r x .`; `cat a .env` -> `cat a`; `cat .env` -> `cat .env.example`. */
export function besideTheSecret(
  program: string,
  command: SimpleCommand,
  { kind, path }: Cause,
): readonly Rewrite[] {
  if (kind !== "read" || path === undefined) return [];
  const name = path.replace(/^.*\//, "");
  const named = command.words
    .slice(1)
    .filter(({ value }) => value?.replace(/^.*\//, "") === name && !value.startsWith("-"));
  if (named.length > 0)
    return [...withoutFiles(program, command, named), ...withTwins(program, named)];
  // WHY plain names alone: each program has other signs that mean more than themselves.
  if (!/^[\w.@+][\w.@+-]*$/.test(name)) return [];
  const edit = passingOver(program, command, name);
  return edit === undefined ? [] : [{ edits: [edit] }];
}

/** Programs that do the same with each operand, and those of which the first one is a pattern. */
const READERS: ReadonlySet<string> = new Set(
  "cat head tail wc nl tac bat md5sum sha1sum sha256sum strings file stat ls".split(" "),
);
const SEARCHERS: ReadonlySet<string> = new Set(["grep", "egrep", "fgrep", "rg"]);
/** Options with which a search has its pattern already. */
const GIVES_PATTERN = /^(?:-\w*[ef]|--regexp|--file|--files)(?:=|$)/;

/** The same of the other files. */
function withoutFiles(
  program: string,
  { words }: SimpleCommand,
  named: readonly WrittenWord[],
): readonly Rewrite[] {
  const isSearch = SEARCHERS.has(program);
  const read = readWords(words.slice(1), modelOptions(program) ?? {});
  if (read === undefined || !(isSearch || READERS.has(program))) return [];
  const operands = read.filter(({ kind }) => kind === "operand").map(({ word }) => word);
  const hasPattern = words.some(({ value, begins }) => GIVES_PATTERN.test(value ?? begins));
  const files = operands.slice(isSearch && !hasPattern ? 1 : 0);
  if (!named.every((word) => files.includes(word)) || files.length === named.length) return [];
  return [{ edits: named.map(dropped) }];
}

/** A word in place of another one of its kind. WHY of known programs alone: nobody knows what others make of it. */
function withTwins(program: string, named: readonly WrittenWord[]): readonly Rewrite[] {
  const [first] = named;
  if (first?.value === undefined || findCommand(program) === undefined) return [];
  const twin = harmlessTwin(first.value);
  if (named.some(({ value }) => value !== first.value)) return [];
  return [
    {
      edits: named.map(({ start, end }) => ({ start, end, text: quotedForShell(twin) })),
      needs: twin,
    },
  ];
}

/** The file beside a secret one that is there to be read: `.env.example`, `id_rsa.pub`. */
function harmlessTwin(path: string): string {
  return /(?:^|\/)id_[a-z0-9]+$/.test(path)
    ? `${path}.pub`
    : `${path.replace(/(\.env)\.[^/]*$/, "$1")}.example`;
}

/** What tells a walk to leave a name out, at the place where the program takes it for nothing else. */
function passingOver(program: string, { words }: SimpleCommand, name: string): Edit | undefined {
  const [first, ...rest] = words;
  if (first === undefined) return undefined;
  if (program === "git") return inGit(rest, name);
  if (program === "tar") return inTar(words, name);
  const options = modelOptions(program);
  const read = options === undefined ? undefined : readWords(rest, options);
  const last = words.at(-1);
  if (read === undefined || last === undefined) return undefined;
  switch (program) {
    case "grep":
    case "egrep":
    case "fgrep":
    case "rsync":
      return inserted(first.end, ` --exclude=${name}`);
    case "diff":
      return inserted(first.end, ` -x ${name}`);
    case "rg":
      // Of two globs that match, the later one counts.
      return read.some(isGlob)
        ? undefined
        : inserted(first.end, ` -g ${quotedForShell(`!${name}`)}`);
    case "zip":
      // Behind `--` it would be a name.
      return read.some(({ kind }) => kind === "dashes")
        ? undefined
        : inserted(last.end, ` -x ${quotedForShell(`*${name}`)}`);
    default:
      return undefined;
  }
}

/** A glob that may let something in again; those that such a form itself put there only leave out. */
function isGlob(read: ReadWord): boolean {
  if (read.kind !== "option" || !/^-(?:-i?glob|\w*g)/.test(read.word.value ?? "--glob"))
    return false;
  return read.values.length === 0 || !read.values.every(({ value }) => value?.startsWith("!"));
}

/** Of the old style: making an archive, and letters of which only the archive's takes a word. */
const TAR_LETTERS = /^(?=.*c)[cvzjJhpSa]*f[cvzjJhpSa]*$/;

/** Behind the archive, or in front of all: `-C` and others take the next word for theirs. */
function inTar(words: readonly WrittenWord[], name: string): Edit | undefined {
  const [first, letters, archive, ...rest] = words;
  const options = modelOptions("tar");
  if (first === undefined || letters?.value === undefined || options === undefined) return;
  const exclude = ` --exclude=${name}`;
  if (letters.value.startsWith("-"))
    return readWords(words.slice(1), options) === undefined
      ? undefined
      : inserted(first.end, exclude);
  if (!TAR_LETTERS.test(letters.value) || archive === undefined) return undefined;
  return readWords(rest, options) === undefined ? undefined : inserted(archive.end, exclude);
}

const GIT_FRONT: Options = { directory: taking("-C"), style: flags("-P --no-pager") };
/** Subcommands of git that show files and take pathspecs, with the options among which one more path is only that. */
const SHOWING: Readonly<Record<string, Options>> = {
  grep: {
    style: flags("-n", "-i", "-w", "-v", "-l", "-c", "-h", "-H", "-E", "-F", "-P", "-o"),
    long: flags("--line-number --ignore-case --word-regexp --name-only --count --heading --break"),
    valued: taking("-e", "-A", "-B", "-C", "--max-depth"),
    all: flags("--untracked", "--cached"),
  },
  log: patches(),
  show: patches(),
  diff: patches(),
};

function patches(): Options {
  return {
    style: flags("-p -u --patch", "--stat --numstat --shortstat", "--oneline", "--cached --staged"),
    shown: flags("--name-only", "--name-status", "--graph", "--all", "--reverse", "--no-merges"),
    spaces: flags("-w", "-b", "-1", "-2", "-3", "--follow --no-color"),
    valued: taking("-n --max-count", "-U --unified", "-S", "-G", "--since", "--until", "--author"),
    formats: maybeTaking("--format", "--pretty", "--color", "--word-diff"),
  };
}

/** `git grep x` -> `git grep x ':(top,exclude,glob)**\/.env'`. WHY without `--`: before it git takes every word for a revision. */
function inGit(words: readonly WrittenWord[], name: string): Edit | undefined {
  const front = readWords(words, GIT_FRONT, "first-operand");
  const verb = front?.find(({ kind }) => kind === "operand")?.word;
  const options = ownValue(SHOWING, verb?.value ?? "");
  const last = words.at(-1);
  if (verb === undefined || last === undefined || options === undefined) return undefined;
  const read = readWords(words.slice(words.indexOf(verb) + 1), options);
  if (read === undefined) return undefined;
  // A file of a revision is shown whatever paths are named.
  if (verb.value !== "grep" && read.some(({ word }) => /^[^:]*:[^(]/.test(word.value ?? "?:x")))
    return undefined;
  return inserted(last.end, ` ${quotedForShell(`:(top,exclude,glob)**/${name}`)}`);
}
