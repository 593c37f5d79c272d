// Which of the files with labels lie below which folder, so that reading a folder costs what lies in it, and not all that a session has touched.

/** Files of one folder that are looked at, the newest: as many as outlive the process. */
const BELOW_MAX = 256;
/** Folders above a file that are remembered. */
const DEPTH_MAX = 64;

export type Folders = {
  /** A file is there, as the newest of its folders. */
  add(file: string): void;
  remove(file: string): void;
  /** Whether any file lies below a folder. */
  has(folder: string): boolean;
  /** The newest files below a folder, the newest last; empty stands for all. */
  below(folder: string): readonly string[];
};

/** Begins with these files, the newest last. */
export function createFolders(known: Iterable<string>): Folders {
  const byFolder = new Map<string, Set<string>>();
  const folders: Folders = {
    add(file) {
      for (const folder of above(file)) {
        const files = byFolder.get(folder) ?? new Set();
        files.delete(file);
        byFolder.set(folder, files.add(file));
      }
    },
    remove(file) {
      for (const folder of above(file)) {
        const files = byFolder.get(folder);
        files?.delete(file);
        if (files?.size === 0) byFolder.delete(folder);
      }
    },
    has: (folder) => byFolder.has(folder),
    below(folder) {
      const files = byFolder.get(folder);
      if (files === undefined) return [];
      return [...files].slice(-BELOW_MAX);
    },
  };
  for (const file of known) folders.add(file);
  return folders;
}

/** The folders that a file lies in, from the top: `a/b/c` lies in all, in `a` and in `a/b`. */
function above(file: string): readonly string[] {
  const found = [""];
  for (let at = file.indexOf("/", 1); at > 0; at = file.indexOf("/", at + 1)) {
    if (found.length > DEPTH_MAX) break;
    found.push(file.slice(0, at));
  }
  return found;
}
