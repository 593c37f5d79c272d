// Files that the call itself made or changed, as far as they are known: what facts gathered before it do not show.
import { compileGlob, globBase, hasMagic, unescapeGlob } from "#base/glob.ts";
import { baseName, isWithin } from "#base/path.ts";
import { EMPTY, sourcesOf, type TextSet } from "../../shell/values/text.ts";
import type { DataSource } from "../../vocabulary/effect.ts";

/** Collects what the call does to files. */
export class ChangedFiles {
  /** Content of files that the call itself wrote, and of pipes it made, by path. */
  readonly #written = new Map<string, TextSet>();
  /** Directories below which the call itself wrote files whose names are not known. */
  readonly #trees = new Map<string, readonly DataSource[]>();
  /** Directories below which version control put files of its history in this call. */
  readonly #tracked = new Set<string>();
  /** Written paths at which a directory may be afterwards. */
  readonly #open = new Set<string>();
  #pipes = 0;
  /** Whether something ran in this call that may have changed any file. */
  #anythingChanged = false;
  /** The same, where that was not the project's own code; and what it was when the program began that runs now. */
  #foreignChanged = false;
  #foreignBefore = false;

  get(path: string): TextSet | undefined {
    return this.#written.get(path);
  }

  has(path: string): boolean {
    return this.#written.has(path);
  }

  /** `isFile`: what is written there is a file, if nothing else was there before. */
  set(path: string, content: TextSet, isFile: boolean): void {
    this.#written.set(path, content);
    if (!isFile) this.#open.add(path);
  }

  /** Whether all that the call wrote to a path was a file. */
  isOnlyFile(path: string): boolean {
    return this.#written.has(path) && !this.#open.has(path);
  }

  get size(): number {
    return this.#written.size;
  }

  /** The paths that the call wrote to, in their order. */
  paths(): Iterable<string> {
    return this.#written.keys();
  }

  /** The paths that the call wrote to, with what they hold. */
  entries(): Iterable<readonly [string, TextSet]> {
    return this.#written;
  }

  /** Keeps the content of a pipe under a new path. */
  addPipe(content: TextSet): string {
    this.#pipes += 1;
    const path = `/dev/fd/${1000 + this.#pipes}`;
    this.#written.set(path, content);
    return path;
  }

  /** Something ran that may have changed any file; `isOwn`: code of the project, which was not given any for its words. */
  changeAnything(isOwn = false): void {
    this.#anythingChanged = true;
    if (!isOwn) this.#foreignChanged = true;
  }

  /** The next program of the call begins: what runs in it was not there before. */
  beginProgram(): void {
    this.#foreignBefore = this.#foreignChanged;
  }

  /** Whether code that is not the project's own may have changed any file before the program that runs now. */
  get isForeignChanged(): boolean {
    return this.#foreignBefore;
  }

  get isAnythingChanged(): boolean {
    return this.#anythingChanged;
  }

  /** Whether code that is not the project's own may have changed any file by now. */
  get isChangedByOthers(): boolean {
    return this.#foreignChanged;
  }

  /** Version control may put files of its history below a directory. */
  track(root: string): void {
    this.#tracked.add(root);
  }

  /** Files whose names are not known are written below a directory, with data of these sources. */
  addTree(root: string, sources: readonly DataSource[]): void {
    const earlier = this.#trees.get(root) ?? [];
    const known = new Set(earlier.map((source) => JSON.stringify(source)));
    const added = sources.filter((source) => !known.has(JSON.stringify(source)));
    this.#trees.set(root, [...earlier, ...added]);
  }

  get hasTrees(): boolean {
    return this.#trees.size > 0;
  }

  /** Directories below which the call wrote files whose names are not known. */
  treeRoots(): Iterable<string> {
    return this.#trees.keys();
  }

  /** The same, and directories below which version control put files. */
  movedRoots(): readonly string[] {
    return [...this.#tracked, ...this.#trees.keys()];
  }

  /** What the call itself brought to a path, or to the tree that it lies in. */
  broughtTo(path: string): readonly DataSource[] {
    const written = sourcesOf(this.#written.get(path) ?? EMPTY);
    const trees = [...this.#trees].filter(([root]) => isWithin(root, path));
    return [...written, ...trees.flatMap(([, sources]) => sources)];
  }

  /** Whether the call itself may have replaced the file at a path by something that facts do not show. */
  mayBeReplaced(path: string): boolean {
    return (
      this.#anythingChanged ||
      [...this.#trees.keys(), ...this.#tracked].some((root) => isWithin(root, path))
    );
  }

  /** Whether the call itself wrote a file, or may have: to its path, or anywhere around it. */
  mayHaveChanged(path: string): boolean {
    return this.#written.has(path) || this.mayBeReplaced(path);
  }

  /** The same by what it names to be written, whatever code does besides that may do anything. */
  isWritten(path: string): boolean {
    return (
      this.#written.has(path) ||
      [...this.#trees.keys(), ...this.#tracked].some((root) => isWithin(root, path))
    );
  }

  /** The same before the program that runs now, where code that may do anything counts unless it is the project's own. */
  mayBeGiven(path: string): boolean {
    return this.#foreignBefore || this.isWritten(path);
  }

  /** Whether the call itself wrote a file of this name below a directory, or may have, by what it names to be written. */
  mayHaveWritten(name: string, directory: string): boolean {
    for (const path of this.#written.keys())
      if (baseName(path) === name && isWithin(directory, path)) return true;
    return this.movedRoots().some((root) => isWithin(root, directory) || isWithin(directory, root));
  }

  /** Whether what a glob matches may have changed in the call. */
  mayMatch(pattern: string): boolean {
    const base = globBase(pattern);
    const roots = [...this.#trees.keys()];
    if (roots.some((root) => isWithin(root, base) || isWithin(base, root))) return true;
    const test = hasMagic(pattern)
      ? compileGlob(pattern)
      : (path: string) => path === unescapeGlob(pattern) || path === pattern;
    return [...this.#written.keys()].some((path) => test(path) || isWithin(pattern, path));
  }
}
