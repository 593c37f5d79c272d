// Files that the client takes for memory and instructions in a project: found, dated, and read with what must not be seen replaced.
import { createHmac, randomBytes } from "node:crypto";
import { lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { redactText } from "#guard/content/redact.ts";
import { homeDirectory } from "#platform/user.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { configDirectoryIn } from "../../foundation/process/detached-environment.ts";

/** A memory file. Times are milliseconds. */
export type MemoryFile = {
  readonly path: string;
  readonly of: "project" | "person" | "client";
  readonly bytes: number;
  readonly changedMs: number;
};

const FILES_MAX = 200;
const BYTES_MAX = 256 * 1024;
const DEPTH_MAX = 4;
const NOTHING = { bytes: Buffer.alloc(0), complete: false };
/** WHY of this process: a short number could be guessed from its mark, and what is exported is to match nothing elsewhere. */
const MARK_KEY = randomBytes(32);

/** The files, the one that changed last first. */
export function memoryTimeline(directory: string): readonly MemoryFile[] {
  const home = homeDirectory();
  const config = configDirectoryIn(process.env, home);
  const found: MemoryFile[] = [];
  const add = (path: string, of: MemoryFile["of"]): void => {
    const status = statusOf(path);
    if (status?.isFile() !== true || found.length >= FILES_MAX) return;
    if (found.some((one) => one.path === path)) return;
    found.push({ path, of, bytes: status.size, changedMs: Math.round(status.mtimeMs) });
  };
  const addAll = (folder: string, of: MemoryFile["of"], depth = 0): void => {
    if (depth > DEPTH_MAX) return;
    for (const entry of entriesOf(folder))
      if (entry.isDirectory()) addAll(join(folder, entry.name), of, depth + 1);
      else if (entry.name.endsWith(".md")) add(join(folder, entry.name), of);
  };
  for (let at = directory; ; at = dirname(at)) {
    for (const name of ["CLAUDE.md", "CLAUDE.local.md", ".claude/CLAUDE.md"])
      add(join(at, name), "project");
    if (at === home || at === dirname(at)) break;
  }
  addAll(join(directory, ".claude", "rules"), "project");
  add(join(config, "CLAUDE.md"), "person");
  addAll(join(config, "rules"), "person");
  // The client names a project's folder by its path with every other character replaced (measured).
  addAll(join(config, "projects", directory.replace(/[^A-Za-z0-9]/g, "-"), "memory"), "client");
  return found.toSorted((one, other) => other.changedMs - one.changedMs);
}

/** Texts of one file of the timeline, or of all. Throws a Failure where the path is none of them. */
export function exportMemory(
  directory: string,
  path: string | undefined,
): readonly (MemoryFile & {
  readonly text: string;
  readonly replaced: number;
  readonly isCut: boolean;
})[] {
  const files = memoryTimeline(directory).filter((one) => path === undefined || one.path === path);
  if (path !== undefined && files.length === 0)
    throw new Failure(
      "usage",
      `\`${printable(path)}\` is no memory file here: ask for the timeline`,
    );
  let left = BYTES_MAX;
  return files.map((file) => {
    const { bytes, complete } = readRegularFileNow(file.path, left) ?? NOTHING;
    left -= bytes.length;
    const { value, marks } = redactText(Buffer.from(bytes).toString("utf8"), "file", {
      isWithheld: () => true,
      mark: (secret) => createHmac("sha256", MARK_KEY).update(secret).digest("hex").slice(0, 8),
    });
    return { ...file, text: value, replaced: marks.length, isCut: !complete };
  });
}

function statusOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
