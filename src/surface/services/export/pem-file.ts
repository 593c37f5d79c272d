// Certificates and keys that settings name by their files.
import { readFileSync } from "node:fs";
import { Failure } from "#base/failure.ts";

/** The text of a file; undefined where none is named. A Failure `exports-file` when it cannot be read. */
export function readPem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Failure("exports-file", `cannot read \`${path}\`: name a PEM file`, { cause });
  }
}
