// Files that the command of a stdio server names, and whether they are still those that were pinned.
import { createHash } from "node:crypto";
import { isAbsolute, resolve } from "node:path";
import type { ServerEntry } from "#govern/mcp/entry.ts";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { keptFiles } from "./kept-texts.ts";

/** Bytes of one file; what is larger, such as an interpreter, is not pinned by its content. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const FILES_MAX = 32;

/** The files that a command names, with their digests: absolute ones, and those below the directory that it is started in. */
export function filesOf(identity: ServerIdentity, directory: string): ServerEntry["files"] {
  if (identity.kind === "url") return [];
  const found = new Map<string, string>();
  for (const word of [identity.command, ...identity.args]) {
    if (!isAbsolute(word) && !/[./]/.test(word)) continue;
    const path = resolve(directory, word);
    const read = readRegularFileNow(path, FILE_BYTES_MAX);
    if (read?.complete === true && found.size < FILES_MAX) found.set(path, sha256(read.bytes));
  }
  return [...found].map(([path, digest]) => ({ path, digest }));
}

/** Builds the question which pinned file is another one now. */
export function createFileCheck(): (files: ServerEntry["files"]) => string | undefined {
  const read = keptFiles(FILE_BYTES_MAX, sha256);
  return (files) => files.find(({ path, digest }) => read(path) !== digest)?.path;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
