// What is certain of paths while a call is evaluated: facts, as far as the call itself did not change what they show.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import type { CallSite } from "../../shell/values/host.ts";
import type { Text } from "../../shell/values/text.ts";
import type { Ask } from "../paths/targets.ts";
import type { CallTargets } from "./call-targets.ts";
import type { ChangedFiles } from "./changed-files.ts";

type Parts = {
  readonly ask: Ask;
  readonly files: ChangedFiles;
  readonly targets: CallTargets;
};

/** Answers what models ask about paths. */
export class KnownPaths {
  readonly #ask: Ask;
  readonly #files: ChangedFiles;
  readonly #targets: CallTargets;

  constructor(parts: Parts) {
    this.#ask = parts.ask;
    this.#files = parts.files;
    this.#targets = parts.targets;
  }

  placeOf(text: Text, place: CallSite): string | undefined {
    const [target, ...others] = this.#targets.of(text, "entry", place);
    return target?.kind === "path" && others.length === 0 ? target.real : undefined;
  }

  realOf(text: Text, place: CallSite): string | undefined {
    const [target, ...others] = this.#targets.of(text, "entry", place);
    if (target?.kind !== "path" || others.length > 0) return undefined;
    if (this.#files.mayBeReplaced(target.path) || this.#files.has(target.path)) return undefined;
    const answer = this.#ask({ kind: "path", path: target.path });
    return answer?.kind === "path" ? target.real : undefined;
  }

  isFile(text: Text, place: CallSite): boolean {
    const targets = this.#targets.of(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every((target) => {
        if (target.kind !== "path" || this.#files.has(target.path)) return false;
        const answer = this.#ask({ kind: "path", path: target.path });
        return answer?.kind === "path" && answer.type === "file";
      })
    );
  }

  isDirectory(text: Text, place: CallSite): boolean {
    const targets = this.#targets.of(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every((target) => {
        if (target.kind !== "path" || this.#files.has(target.path)) return false;
        if (this.#files.mayBeReplaced(target.path)) return false;
        const answer = this.#ask({ kind: "path", path: target.path });
        return answer?.kind === "path" && answer.type === "directory";
      })
    );
  }

  isCertainlyMissing(text: Text, place: CallSite): boolean {
    const targets = this.#targets.of(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every(
        (target) =>
          target.kind === "path" &&
          !this.#files.has(target.path) &&
          !this.#files.mayBeReplaced(target.path) &&
          wasMissing(target.path, this.#ask),
      )
    );
  }

  /** Whether no directory is at a path: a plain file, nothing, or what the call itself wrote there as a file. */
  isNoDirectory(text: Text, place: CallSite): boolean {
    const targets = this.#targets.of(text, "entry", place);
    return (
      targets.length > 0 &&
      targets.every((target) => {
        if (target.kind !== "path" || this.#files.mayBeReplaced(target.path)) return false;
        if (this.#files.has(target.path) && !this.#files.isOnlyFile(target.path)) return false;
        const answer = this.#ask({ kind: "path", path: target.path });
        return answer?.kind === "path" && (answer.type === "file" || answer.type === "missing");
      })
    );
  }

  mayMove(text: Text, place: CallSite): boolean {
    const moved = this.#files.movedRoots();
    return this.#targets
      .of(text, "entry", place)
      .some(
        (target) =>
          target.kind !== "path" ||
          moved.some((root) => isWithin(root, target.real) || isWithin(target.real, root)),
      );
  }

  /** Paths below the working directory, those that the call itself wrote included. */
  matches(glob: string, place: CallSite): readonly string[] | undefined {
    const [directory] = place.directories;
    if (
      place.directories.length !== 1 ||
      directory === undefined ||
      this.#files.mayBeReplaced(directory)
    )
      return undefined;
    if ([...this.#files.treeRoots()].some((root) => isWithin(directory, root))) return undefined;
    const prefix = directory === "/" ? "/" : `${directory}/`;
    const pattern = `${escapeGlob(prefix)}${glob}`;
    const answer = this.#ask({ kind: "glob", pattern, dotfiles: false, ignoreCase: false });
    if (answer?.kind !== "glob" || !answer.complete) return undefined;
    const test = compileGlob(pattern);
    const written = [...this.#files.paths()].filter((path) => test(path));
    return [...answer.paths, ...written]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length));
  }

  /** What of a working tree git neither follows nor ignores, or does not follow at all: then a directory stands for all in it. */
  unkept(root: string, skips: "kept" | "followed"): readonly string[] | undefined {
    if (this.#files.isAnythingChanged) return undefined;
    const patterns = [`${escapeGlob(root)}/**`];
    const answer = this.#ask({ kind: "find", root, patterns, skips });
    if (answer?.kind !== "find" || !answer.complete) return undefined;
    return [...new Set([...answer.paths, ...answer.links.map(({ path }) => path)])];
  }
}

/** Whether nothing was at the path before the call. */
export function wasMissing(path: string, ask: Ask): boolean {
  const answer = ask({ kind: "path", path });
  return answer?.kind === "path" && answer.type === "missing";
}
