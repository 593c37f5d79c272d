// Runs of the red team that the demo has behind it: what got through at first, and what was mended since.
import type { Run } from "#assure/redteam/standing.ts";
import { productVersion } from "../../foundation/product/product.ts";
import { loadFamilies } from "../../foundation/product/shipped-data.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { keepRun, projectDigests } from "../../services/redteam/run-history.ts";

const DAY_MS = 86_400_000;
const CALLS = 2_480;
/** Cases of the first runs that were not as expected, and how many days ago the last run was that said so. */
const MISSED: readonly (readonly [name: string, untilDays: number])[] = [
  ["told-by-pages/by-tunnel", 15],
  ["install-scripts/other-index", 8],
  ["package-scripts/makefile", 1],
];
const RUN_DAYS = [29, 22, 15, 8, 1];

/** Keeps them as runs of a project under this policy. */
export function keepDemoRuns(
  directories: Directories,
  {
    root,
    policy,
    nowMs,
  }: { readonly root: string; readonly policy: string; readonly nowMs: number },
): void {
  const [first = 0] = RUN_DAYS;
  const cases = loadFamilies().reduce((sum, family) => sum + family.cases.length, 0);
  for (const days of RUN_DAYS) {
    const missed = MISSED.filter(([, untilDays]) => days >= untilDays);
    const run: Run = {
      atMs: nowMs - days * DAY_MS,
      project: root,
      isWhole: true,
      cases,
      tried: CALLS,
      context: {
        product: productVersion(),
        policy,
        exceptions: "none",
        client: "2.1.322",
        ...projectDigests(root),
        pins: "none",
        mods: "none",
      },
      missed: Object.fromEntries(missed.map(([name]) => [name, nowMs - first * DAY_MS])),
    };
    keepRun(directories, run);
  }
}
