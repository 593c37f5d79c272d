// Regular expressions that were found to be fast before: what the steps of one are depends on it and on the counting alone.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { repositoryRoot } from "../scripts/checks/repository-files.ts";
import { type Expression, slowExpressions } from "../scripts/checks/slow-expressions.ts";
import { isWhole, sampled } from "./sampled.ts";

const FOLDER = join(repositoryRoot, "node_modules/.cache/sallyport");
const FILE = join(FOLDER, "fast-expressions.json");
/** What counts: with any change of it nothing is known. */
const COUNTING = ["slow-expressions", "hostile-texts", "expression-steps", "expression-parts"];

/** From so many on that nobody has tried, as in a fresh clone, an ordinary run tries a part: what a change brings is fewer. */
const UNTRIED_MAX = 300;
const UNTRIED_STEP = 9;

type Known = { readonly by: string; readonly tried: Readonly<Record<string, number>> };

/**
 * As `slowExpressions`, but one that was fast in an earlier run is not tried again: its texts are counted as they were then.
 * In a fresh clone nothing is known before.
 */
export function slowOf(expressions: readonly Expression[]): ReturnType<typeof slowExpressions> {
  const by = digestOf(
    ...COUNTING.map((name) => readFileSync(join(repositoryRoot, `scripts/checks/${name}.ts`))),
    process.version,
  );
  const known = isWhole ? {} : knownBy(by);
  const tried: Record<string, number> = {};
  const keyed = expressions.map((one) => [one, digestOf(`${one.flags}/${one.source}`)] as const);
  const untried = keyed.filter(([, key]) => known[key] === undefined);
  const chosen = new Set(untried.length > UNTRIED_MAX ? sampled(untried, UNTRIED_STEP) : untried);
  const slow = keyed.flatMap((pair) => {
    const [one, key] = pair;
    const before = known[key];
    if (before === undefined && !chosen.has(pair)) return [];
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
