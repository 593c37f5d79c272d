// The files that one install rests on: read where nobody in the session may have changed them, and remembered.
import { escapeGlob } from "#base/glob.ts";
import { DIRECTORIES_ABOVE_MAX } from "#base/limits.ts";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { ModelContext, ProjectFiles } from "../model/command-model.ts";

/** Files read for one install. WHY few: each is a question to the disk, and there are few rounds of asking. */
const FILES_MAX = 64;

/** Directories in which managers put what they bring. */
const BROUGHT =
  /\/(?:node_modules|bower_components|site-packages|vendor|\.?venv|\.tox|\.nox|\.bundle|\.git)(?:\/|$)/i;

/** What a file says, that there is none, or that neither can be told. */
export type Seen = ReturnType<ProjectFiles["read"]>;

/** Files of the project that were looked at for one install. */
export class LookedAt {
  readonly #project: ProjectFiles;
  readonly #paths = new Set<string>();

  constructor({ projectFiles }: Pick<ModelContext, "projectFiles">) {
    this.#project = projectFiles;
  }

  get root(): string {
    return this.#project.root;
  }

  get paths(): readonly string[] {
    return [...this.#paths];
  }

  read(path: string): Seen {
    return this.#mayLook(path) ? this.#project.read(path) : undefined;
  }

  /** Whether a file lies there, where it may be long: lock files, programs that build. */
  place(path: string): ReturnType<ProjectFiles["place"]> {
    return this.#mayLook(path) ? this.#project.place(path) : undefined;
  }

  /** Whether files of these names are, in each directory, as they were before the session, if they are there at all. */
  areUntouched(directories: readonly string[], names: readonly string[]): boolean {
    // WHY all before any is looked at: what is not known yet is asked for at once.
    return directories
      .flatMap((directory) => names.map((name) => this.place(joinPath(directory, name))))
      .every((one) => one !== undefined);
  }

  /** Files below a directory by a pattern of names between slashes. */
  matching(directory: string, pattern: string): readonly string[] | undefined {
    return this.#project.matching(`${escapeGlob(directory)}/${pattern}`);
  }

  mayHaveWritten(name: RegExp, directory: string, isDeep: boolean): boolean {
    return this.#project.mayHaveWritten(name, directory, isDeep);
  }

  /** Texts of the files of these names that the session wrote at or below a directory; undefined where they cannot be told. */
  textsWritten(name: RegExp, directory: string): readonly string[] | undefined {
    return this.#project.textsWritten(name, directory);
  }

  /** A directory and those around it up to the project's own, the nearest first; none where it lies elsewhere, or is another's. */
  upwards(directory: string): readonly string[] {
    const found: string[] = [];
    for (let at = directory; isWithin(this.root, at); at = parentPath(at)) {
      found.push(at);
      if (at === this.root || at === "/") return this.#areOwn(found) ? found : [];
      if (found.length > DIRECTORIES_ABOVE_MAX) break;
    }
    return [];
  }

  /**
   * WHY not among packages: what lies there was brought, and names what its authors need. WHY no further working tree, nor a
   * repository within this one: they hold what was committed elsewhere or later, and nobody notes that as written.
   */
  #areOwn(folders: readonly string[]): boolean {
    const { root } = this;
    return folders
      .filter((one) => one !== root)
      .every((one) => {
        const books = joinPath(one, ".git");
        return (
          !BROUGHT.test(one.slice(root.length)) &&
          !this.#project.mayBeWritten(books) &&
          this.#project.place(books) !== "file"
        );
      });
  }

  /** A file that a word of the call names, where it is the project's own. */
  ownFile(directory: string, word: string): string | undefined {
    const path = this.inProject(directory, word);
    return path !== undefined && this.upwards(parentPath(path)).length > 0 ? path : undefined;
  }

  /** A path of a word, where that lies in the project. */
  inProject(directory: string, word: string): string | undefined {
    const path = joinPath(directory, word);
    return word.startsWith("~") || !isWithin(this.root, path) ? undefined : path;
  }

  #mayLook(path: string): boolean {
    if (!isWithin(this.#project.root, path)) return false;
    if (this.#paths.size >= FILES_MAX && !this.#paths.has(path)) return false;
    this.#paths.add(path);
    return true;
  }
}
