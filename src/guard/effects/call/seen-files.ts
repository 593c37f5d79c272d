// Which files a call only works with: what it reads of them is counted, compared, named or handed on, and shown to nobody.
import type { Target } from "../../vocabulary/effect.ts";
import { FIELDS_MAX } from "#base/limits.ts";
import { sourcesOf, type Text, textOf, type TextSet } from "../../shell/values/text.ts";

/** Files that are told apart; of a call that reads more, each counts as seen. */
const FILES_MAX = 1_024;

/**
 * Programs of which the model says what they print of their input and of the files that they name, and which hand nothing of it on
 * otherwise.
 */
const FOLLOWED: ReadonlySet<string> = new Set([
  ...["cat", "tac", "head", "tail", "nl", "cut", "tr", "sort", "uniq", "comm", "column", "rev"],
  ...["grep", "egrep", "fgrep", "rg", "sed", "awk", "gawk", "mawk", "nawk", "wc", "file", "fold"],
  ...["diff", "cmp", "jq", "yq", "tee", "xargs", "paste", "join", "cp", "mv", "install"],
]);

/** Programs that pack files, and print their names at most; what `-O` and its like unpack to the output was packed before. */
const PACKS = /^(?:bsd|g)?tar$|^zip$|^7z[az]?$/;
const UNPACKS = /^-{0,2}[A-Za-z]*[xpO]|^--(?:extract|get|to-stdout)|^-so$|^-$/;

/** Interpreters, with the option that gives them code. */
const INTERPRETS = /^(?:python(?:3(?:\.\d+)?)?|node|nodejs|deno|bun|perl|ruby|php)$/;
const GIVES_CODE = /^-[A-Za-z0-9]*[ceE]$|^--eval$|^-$/;
/** Words without which code says nothing: functions and places of output, errors that tell a value, and other programs. */
const SAYS =
  /print|puts|\bpp?\b|\bsay\b|echo|stdout|stderr|console|dump|inspect|warn|\bdie\b|raise|throw|assert|\blog|exit\(|system|exec|spawn|popen|subprocess|`|socket|http|fetch|eval/i;
/** In place perl prints into the file. */
const SAYS_IN_PLACE = /STD(?:OUT|ERR)|\bwarn\b|\bdie\b|system|exec|open|`|socket|eval/i;
const IN_PLACE = /^-[A-Za-z0-9]*i/;
/** Prints by an option what code leaves of each line, or comes to. */
const PRINTS = /^-[A-Za-z0-9]*p|^--print$/;

/** Whether what a program of this name, which has a model, reads is followed: what it shows of it is what the model says it prints. */
export function isFollowed(program: string): boolean {
  return FOLLOWED.has(program);
}

/** Whether a program with these words shows nothing of what it reads, and only works with it or puts it into files. */
export function isSilent(program: string, args: readonly Text[], stdin?: TextSet): boolean {
  const words = args.slice(0, FIELDS_MAX).map(textOf);
  if (words.length < args.length) return false;
  if (PACKS.test(program))
    return words.every((word) => word !== undefined && !UNPACKS.test(word.split("=")[0] ?? ""));
  if (!INTERPRETS.test(program)) return false;
  const [first = ""] = words;
  const isGiven = words.some((word) => word !== undefined && GIVES_CODE.test(word));
  const input = stdin?.map(textOf) ?? [];
  if (!isGiven && (first !== "" || stdin === undefined)) return false;
  const isInPlace = program === "perl" && words.some((word) => IN_PLACE.test(word ?? ""));
  if (!isInPlace && words.some((word) => PRINTS.test(word ?? ""))) return false;
  const says = isInPlace ? SAYS_IN_PLACE : SAYS;
  return [...words, ...(isGiven ? [] : input)].every(
    (word) => word !== undefined && !says.test(word),
  );
}

/**
 * Notes which files are read, and of which something is seen. WHY no more than a rule of thumb: a view stands in the place of what is
 * not seen by this, so that what is seen all the same is worth nothing.
 */
export class SeenFiles {
  readonly #read = new Set<string>();
  readonly #seen = new Set<string>();

  /** A file is read: where that is followed, it is seen only with what it gives. */
  reads(target: Target, isFollowed: boolean): void {
    if (target.kind === "path") this.#note(isFollowed ? this.#read : this.#seen, target.real);
  }

  /** What is made of these texts is printed, kept in a file, or given to a program that may show it. */
  shows(texts: TextSet): void {
    for (const source of sourcesOf(texts))
      if (source.kind === "file" && source.isUnshown !== true && source.target.kind === "path")
        this.#note(this.#seen, source.target.real);
  }

  /** Files, real paths, that are read and of which nothing is seen. */
  unseen(): ReadonlySet<string> {
    if (this.#seen.size >= FILES_MAX) return new Set();
    return new Set([...this.#read].filter((path) => !this.#seen.has(path)));
  }

  #note(paths: Set<string>, path: string): void {
    if (paths.size < FILES_MAX) paths.add(path);
  }
}
