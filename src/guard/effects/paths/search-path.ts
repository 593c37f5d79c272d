// The search path of a command, where it leads into the project: which program a plain name really means.
import { PROGRAM_DIRECTORIES_MAX } from "#base/limits.ts";
import { baseName, joinPath } from "#base/path.ts";
import type { FactAnswer, FactQuery } from "../../facts/facts.ts";
import { originOf, type OriginWorld } from "../variables/inherited.ts";

type World = OriginWorld & {
  /** Whether the call itself wrote a path. */
  readonly isMade: (path: string) => boolean;
  readonly ask: (query: FactQuery) => FactAnswer | undefined;
};

/** A search path as it is seen from a directory: absolute, in order. */
export type SeenPath = {
  readonly directories: readonly string[];
  /** Place of the last directory that lies in the project; -1 without one. */
  readonly lastInProject: number;
};

/** Looks at a search path; relative directories are seen from `directory`. */
export function seePath(path: string, directory: string, world: OriginWorld): SeenPath {
  const directories = path.split(":").map((entry) => joinPath(directory, entry));
  const lastInProject = directories.findLastIndex((one) => originOf(one, world) !== undefined);
  return { directories, lastInProject };
}

/**
 * The path of the program of the project, or of this session, that is found before the one which a plain name stands for.
 * WHY not in what lies elsewhere: that is where the person who started the client keeps programs.
 */
export function shadowOf(
  name: string,
  { directories, lastInProject }: SeenPath,
  world: World,
): string | undefined {
  const lastWritten = directories.findLastIndex((one) => world.isWritten(`${one}/${name}`));
  const last = Math.max(lastInProject, lastWritten);
  if (last < 0) return undefined;
  const searched = [...new Set(directories.slice(0, last + 1))];
  // What the call made itself is found there, whatever was there before.
  const made = searched.find((directory) => world.isMade(`${directory}/${name}`));
  if (made !== undefined) return `${made}/${name}`;
  const answer =
    searched.length > PROGRAM_DIRECTORIES_MAX
      ? undefined
      : world.ask({ kind: "program", name, directories: searched });
  if (answer?.kind !== "program") return `${directories[last] ?? ""}/${name}`;
  if (answer.directory === undefined) return undefined;
  const found = `${answer.directory}/${name}`;
  return isUserControlled(found, name, world) ? undefined : found;
}

/** Whether a program that was found lies where the person keeps programs, under the name that was asked for. */
function isUserControlled(path: string, name: string, world: World): boolean {
  if (originOf(path, world) === undefined) return true;
  const answer = world.ask({ kind: "path", path });
  if (answer?.kind !== "path" || originOf(answer.real, world) !== undefined) return false;
  // A virtual environment has links with and without the version.
  const plain = (one: string): string => one.replace(/[\d.]+$/, "");
  return plain(baseName(answer.real)) === plain(name);
}
