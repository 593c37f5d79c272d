// A directory that a person names on a command line.
import { realpathSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";

/** Where it really lies. Throws a Failure `usage` where there is none. */
export function namedDirectory(directory: string): string {
  try {
    return realpathSync(directory);
  } catch (cause) {
    const there = `there is no folder \`${printable(directory)}\`: name a project that exists`;
    throw new Failure("usage", there, { cause });
  }
}
