// Regular expressions that were found to be fast before: what the steps of one are depends on it and on the counting alone.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { repositoryRoot } from "../scripts/checks/repository-files.ts";
import { type Expression, slowExpressions } from "../scripts/checks/slow-expressions.ts";
import { isWhole } from "./sampled.ts";

const FOLDER = join(repositoryRoot, "node_modules/.cache/sallyport");
const FILE = join(FOLDER, "fast-expressions.json");
/** What counts: with any change of it nothing is known. */
const COUNTING = ["slow-expressions", "hostile-texts", "expression-steps", "expression-parts"];

type Known = { readonly by: string; readonly tried: Readonly<Record<string, number>> };

/**
 * As `slowExpressions`, but one that was fast in an earlier run is not tried again: its texts are counted as they were then.
 * In CI nothing is known before.
 */
export function slowOf(expressions: readonly Expression[]): ReturnType<typeof slowExpressions> {
  const by = digestOf(
    ...COUNTING.map((name) => readFileSync(join(repositoryRoot, `scripts/checks/${name}.ts`))),
    process.version,
  );
  const known = isWhole ? {} : knownBy(by);
  const tried: Record<string, number> = {};
  const slow = expressions.flatMap((one) => {
    const key = digestOf(`${one.flags}/${one.source}`);
    const before = known[key];
    const found = before === undefined ? slowExpressions([one]) : { slow: [], tried: before };
    if (found.slow.length === 0) tried[key] = found.tried;
    return found.slow;
  });
  keep({ by, tried });
  return { slow, tried: Object.values(tried).reduce((sum, one) => sum + one, 0) };
}

function knownBy(by: string): Known["tried"] {
  try {
    const known = JSON.parse(readFileSync(FILE, "utf8")) as Known;
    return known.by === by ? known.tried : {};
  } catch {
    return {};
  }
}

function keep(known: Known): void {
  try {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(FILE, JSON.stringify(known));
  } catch {
    // A folder that cannot be written: the next run counts again.
  }
}

function digestOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 32);
}
