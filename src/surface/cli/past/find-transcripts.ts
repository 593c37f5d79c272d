// The files of transcripts below a directory: plain files in the order of their paths, and what could not be looked at.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";

/** Files that are read of one directory, and levels that are looked through. */
const FILES_MAX = 100_000;
const DEPTH_MAX = 8;

/** A transcript on disk. */
export type TranscriptFile = { readonly path: string; readonly bytes: number };

/** What is there, and directories that could not be read. `isCut`: there is more than is read. */
export type Transcripts = {
  readonly files: readonly TranscriptFile[];
  readonly unreadable: readonly string[];
  readonly isCut: boolean;
};

/**
 * Finds them. Links are not followed: what lies elsewhere was not named. Throws a Failure where the place itself is not there or cannot
 * be read.
 */
export function findTranscripts(from: string): Transcripts {
  const status = lstatSync(from, { throwIfNoEntry: false });
  if (status === undefined)
    throw new Failure(
      "transcripts-missing",
      "there are no transcripts of Claude Code: name their directory with `--from`",
      { at: { file: from } },
    );
  if (status.isFile())
    return { files: [{ path: from, bytes: status.size }], unreadable: [], isCut: false };
  const files: TranscriptFile[] = [];
  const unreadable: string[] = [];
  let isCut = false;
  const look = (directory: string, depth: number): void => {
    const entries = listed(directory);
    if (entries === undefined) return void unreadable.push(directory);
    for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (depth < DEPTH_MAX) look(path, depth + 1);
        else isCut = true;
      } else if (entry.isFile() && entry.name.endsWith(".jsonl")) {
        if (files.length >= FILES_MAX) isCut = true;
        else files.push({ path, bytes: lstatSync(path, { throwIfNoEntry: false })?.size ?? 0 });
      }
    }
  };
  // A link that was named is the place that it leads to: it was named.
  look(status.isSymbolicLink() ? join(from, ".") : from, 0);
  if (unreadable.includes(from))
    throw new Failure("transcripts-unreadable", "the transcripts cannot be read", {
      at: { file: from },
    });
  return { files, unreadable, isCut };
}

function listed(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return undefined;
  }
}
