// Writes the files of a plan: new ones only, all of them or none.
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { PlannedFile } from "#govern/sandbox/isolation-plan.ts";

/** Writes below `out`, which is made where it is missing. Throws a Failure where a file is there already, and takes back what it wrote. */
export function writePlan(out: string, files: readonly PlannedFile[]): readonly string[] {
  const written: string[] = [];
  try {
    mkdirSync(out, { recursive: true });
    const root = realpathSync(out);
    const there = files.find(({ name }) => existsSync(join(root, name)));
    if (there !== undefined)
      throw new Failure(
        "sandbox-plan",
        `\`${printable(join(out, there.name))}\` is there already, and nothing is written over: name an empty folder`,
      );
    for (const { name, text, bytes, mode } of files) {
      const path = join(root, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes ?? text, { mode, flag: "wx" });
      written.push(path);
    }
    return written;
  } catch (cause) {
    for (const path of written) rmSync(path, { force: true });
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "sandbox-plan",
      `nothing can be written to \`${printable(out)}\`: name a directory of yours`,
      { cause },
    );
  }
}
