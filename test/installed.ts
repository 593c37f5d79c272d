// Whether programs are there that a test runs: a test of which one is missing is skipped, and says which.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Which of the programs is in no folder of PATH, in words for `context.skip`; undefined where all of them are. */
export function whyNotInstalled(...programs: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const missing = programs.find(
    (program) => !folders.some((folder) => folder !== "" && existsSync(join(folder, program))),
  );
  return missing === undefined ? undefined : `${missing} is not installed`;
}
