// Files of the project that say which packages it needs, as far as neither the session nor the call may have changed them.
import { isWithin, parentPath } from "#base/path.ts";
import type { Facts } from "../../facts/facts.ts";
import { PACKAGES, wasWritten } from "../paths/written-places.ts";
import type { ProjectFiles } from "../model/command-model.ts";
import type { Ask } from "../paths/targets.ts";
import type { ChangedFiles } from "./changed-files.ts";

/** Files that a session wrote which are read for one install. */
const TEXTS_MAX = 32;

/** What one call may be told of them. */
export function projectFiles(facts: Facts, files: ChangedFiles, ask: Ask): ProjectFiles {
  const { writtenPaths, session } = facts;
  // WHY folded: where case says nothing, `REQS.txt` is `reqs.txt`.
  let folded: ReadonlySet<string> | undefined;
  const isOfSession = (path: string): boolean => {
    folded ??= new Set([...writtenPaths].map((one) => one.toLowerCase()));
    return wasWritten(folded, path.toLowerCase());
  };
  const mayBeWritten = (path: string): boolean => isOfSession(path) || files.mayBeGiven(path);
  const place = (path: string): "file" | "missing" | undefined => {
    const answer = ask({ kind: "path", path });
    if (mayBeWritten(path)) return undefined;
    // WHY no further name: whoever writes to that changes this file too.
    if (answer?.kind !== "path" || answer.real !== path || answer.links > 1) return undefined;
    return answer.type === "file" || answer.type === "missing" ? answer.type : undefined;
  };
  const mayWriteNow = (isMeant: (path: string, isTree: boolean) => boolean): boolean =>
    files.isForeignChanged ||
    [...files.paths()].some((path) => isMeant(path, false)) ||
    files.movedRoots().some((root) => isMeant(root, true));
  return {
    root: session.projectRoot,
    place,
    mayBeWritten,
    read: (path) => {
      const type = place(path);
      const answer = ask({ kind: "text", path });
      if (type !== "file") return type;
      return answer?.kind === "text" && answer.complete && answer.text !== undefined
        ? { text: answer.text }
        : undefined;
    },
    matching: (pattern) => {
      const answer = ask({ kind: "glob", pattern, dotfiles: false, ignoreCase: false });
      return answer?.kind === "glob" && answer.complete ? answer.paths : undefined;
    },
    mayHaveWritten: (name, place, isDeep) => {
      const directory = place.toLowerCase();
      const isMeant = (written: string, isTree: boolean): boolean => {
        const path = written.toLowerCase();
        const folder = isTree ? path : parentPath(path);
        if (!isTree && !name.test(path)) return false;
        if (isWithin(folder, directory)) return true;
        return isDeep && isWithin(directory, folder) && !(isTree && PACKAGES.test(folder));
      };
      for (const one of writtenPaths) {
        const isTree = one.endsWith("/");
        if (isMeant(isTree ? one.slice(0, -1) || "/" : one, isTree)) return true;
      }
      return mayWriteNow(isMeant);
    },
    textsWritten: (name, directory) => {
      const place = directory.toLowerCase();
      const isMeant = (written: string, isTree: boolean): boolean => {
        const path = written.toLowerCase();
        if (isTree && isWithin(path, place)) return true;
        return (isTree || name.test(path)) && isWithin(place, path);
      };
      if (mayWriteNow(isMeant)) return undefined;
      const trees = [...writtenPaths].filter((one) => one.endsWith("/"));
      if (trees.some((one) => isMeant(one.slice(0, -1) || "/", true))) return undefined;
      const paths = [...writtenPaths].filter((one) => !one.endsWith("/") && isMeant(one, false));
      if (paths.length > TEXTS_MAX) return undefined;
      // WHY all before any is looked at: what is not known yet is asked for at once.
      const found = paths.map((path) => ({
        path,
        at: ask({ kind: "path", path }),
        text: ask({ kind: "text", path }),
      }));
      const texts: string[] = [];
      for (const { path, at, text } of found) {
        if (at?.kind !== "path" || at.real !== path) return undefined;
        if (at.type === "missing") continue;
        if (text?.kind !== "text" || !text.complete || text.text === undefined) return undefined;
        texts.push(text.text);
      }
      return texts;
    },
  };
}
