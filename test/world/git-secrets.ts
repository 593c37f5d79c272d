// git-secrets as the distribution ships it, with the rules of its provider for AWS: which lines of texts it finds.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
/** A file and a line, as it writes them to standard error; what stands in the line goes no further. */
const FOUND = /^\.\/(\d+):(\d+):/;

/**
 * For each text the lines, from 1, in which it finds something; undefined where it is not installed. Throws where it ends otherwise
 * than with a finding or without one. WHY numbers for names: its rules go by the text alone, and a path may hold a colon.
 */
export function askGitSecrets(
  texts: readonly string[],
): readonly (readonly number[])[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "git-secrets-"));
  try {
    const tree = join(folder, "tree");
    mkdirSync(tree);
    const run = (...args: readonly string[]) =>
      spawnSync("git", args, {
        cwd: tree,
        env: { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C.UTF-8" },
        encoding: "utf8",
        maxBuffer: OUTPUT_BYTES_MAX,
      });
    run("init", "-q");
    if (run("secrets", "--register-aws").status !== 0) return undefined;
    for (const [at, text] of texts.entries()) writeFileSync(join(tree, String(at)), text);
    const { status, stdout, stderr } = run("secrets", "--scan", "-r", ".");
    // WHY nothing of what it says: the lines that it shows have secrets in them.
    if (status !== 0 && !(status === 1 && stderr.includes("[ERROR] Matched")))
      throw new Error(`git-secrets ended with ${status}: run it by hand in a folder of its own`);
    const lines = texts.map((): number[] => []);
    for (const row of `${stdout}\n${stderr}`.split("\n")) {
      const [, at, line] = FOUND.exec(row) ?? [];
      if (at !== undefined) lines[Number(at)]?.push(Number(line));
    }
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
