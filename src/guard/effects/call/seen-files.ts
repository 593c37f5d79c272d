// Which files a call only works with: what it reads of them is counted, compared, named or handed on, and shown to nobody.
import type { Target } from "../../vocabulary/effect.ts";
import { sourcesOf, type TextSet } from "../../shell/values/text.ts";

/** Files that are told apart; of a call that reads more, each counts as seen. */
const FILES_MAX = 1_024;

/**
 * Programs of which the model says what they print of their input and of the files that they name, and which hand nothing of it on
 * otherwise.
 */
const FOLLOWED: ReadonlySet<string> = new Set([
  ...["cat", "tac", "head", "tail", "nl", "cut", "tr", "sort", "uniq", "comm", "column", "rev"],
  ...["grep", "egrep", "fgrep", "rg", "sed", "awk", "gawk", "mawk", "nawk", "wc", "file", "fold"],
  ...["diff", "cmp", "jq", "yq", "tee", "xargs", "paste", "join"],
]);

/** Whether what a program of this name, which has a model, reads is followed. */
export function isFollowed(program: string): boolean {
  return FOLLOWED.has(program);
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
