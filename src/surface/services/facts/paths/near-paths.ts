// Paths that may be looked at without a thread: seen before, on the disk of our own files, so that no other disk can hold up the daemon.
import { lstatSync, readlinkSync, type Stats, statSync } from "node:fs";
import { pictureOfCall } from "../../../foundation/files/picture.ts";

/** Paths remembered; past it they are all forgotten, which costs one wait for each. */
const PATHS_MAX = 4_096;
/** Longest path that is remembered. */
const PATH_CHARS_MAX = 256;

export type Found = { readonly kind: "file" | "directory" | "other"; readonly links: number };
/** What is at a path, links not followed. */
export type Entry =
  | Found
  | { readonly kind: "link"; readonly to: string }
  | { readonly kind: "missing" };

export type NearPaths = {
  /** What is there now; undefined where that cannot be known, `far` where looking might wait for another disk. */
  look(path: string): Entry | undefined | "far";
  /** A look through a thread found this path on a device. */
  note(path: string, device: number): void;
};

/**
 * Near is the disk of each of `directories`, which cannot hang without stopping the daemon anyway. A path is far until a
 * look through a thread has found it there: it may be the place where another disk is mounted.
 */
export function createNearPaths(directories: readonly string[]): NearPaths {
  const devices = new Set(
    directories.flatMap((path) => statSync(path, { throwIfNoEntry: false })?.dev ?? []),
  );
  const near = new Set<string>();
  return {
    look(path) {
      if (!near.has(path)) return "far";
      try {
        const status = pictureOfCall()?.seen(path) ?? lstatSync(path);
        if (!devices.has(status.dev)) near.delete(path);
        return entryOf(status, status.isSymbolicLink() ? readlinkSync(path) : "");
      } catch (error) {
        near.delete(path);
        return failedEntry(error instanceof Error && "code" in error ? error.code : undefined);
      }
    },
    note(path, device) {
      if (!devices.has(device) || path.length > PATH_CHARS_MAX) return;
      if (near.size >= PATHS_MAX) near.clear();
      near.add(path);
    },
  };
}

/** `target` is where a symlink leads. */
export function entryOf(status: Stats, target: string): Entry {
  if (status.isSymbolicLink()) return { kind: "link", to: target };
  if (status.isDirectory()) return { kind: "directory", links: 1 };
  return { kind: status.isFile() ? "file" : "other", links: status.nlink };
}

/** What the system's code of a failed look says: nothing is there, or it cannot be known. */
export function failedEntry(code: unknown): Entry | undefined {
  return code === "ENOENT" || code === "ENOTDIR" ? { kind: "missing" } : undefined;
}
