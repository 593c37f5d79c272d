// What changes in the home and the project of a case while a call is made, but for what the client keeps for itself.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ENTRIES_MAX = 20_000;
/** What the client and tools write in a home by themselves. Its settings are watched. */
const OWN = /^(?:\.claude\.json.*|\.claude\/(?!settings)[^/]+|\.cache|\.npm|\.config|\.local)$/;
/** What decides what an agent may do, as it is called below a project. */
const CONTROL = /^(?:\.claude|\.mcp\.json|\.github|\.git\/(?:hooks|config)|\.envrc)(?:\/|$)/;

/** Paths from the home (with `~/` before them) or the project, each with what tells one state from another. */
export type Watched = ReadonlyMap<string, string>;

/** Looks at them. `project` lies in no part of the home that is watched. */
export function watchedPlaces(home: string, project: string): Watched {
  const found = new Map<string, string>();
  const walk = (folder: string, name: string, isLeftOut: (name: string) => boolean): void => {
    for (const entry of namesIn(folder)) {
      const inside = name === "" ? entry : `${name}/${entry}`;
      if (isLeftOut(inside) || found.size >= ENTRIES_MAX) continue;
      const path = join(folder, entry);
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status === undefined) continue;
      const shown = folder.startsWith(project) ? inside : `~/${inside}`;
      if (status.isDirectory()) {
        // WHY not this one: the hold makes it where it is missing, as a place to mount over. What is in it is watched.
        if (shown !== ".claude") found.set(shown, "folder");
        walk(path, inside, isLeftOut);
      } else found.set(shown, `${status.size} ${status.mtimeMs} ${status.mode} ${status.ino}`);
    }
  };
  walk(home, "", (name) => OWN.test(name) || join(home, name) === topOf(home, project));
  walk(project, "", () => false);
  return found;
}

/** Paths that are there no more, are new, or are not the same. */
export function changedPlaces(before: Watched, after: Watched): readonly string[] {
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return [
    ...gone,
    ...[...after].filter(([path, is]) => before.get(path) !== is).map(([path]) => path),
  ];
}

/** Whether a place is not the project's to change: of the home, or one that controls the agent. */
export function isOutOfBounds(path: string): boolean {
  return path.startsWith("~/") || CONTROL.test(path);
}

/** The folder of the home in which the project lies. */
function topOf(home: string, project: string): string {
  return join(home, project.slice(home.length + 1).split("/")[0] ?? "");
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
