// `npm run test:anywhere -- empty|cluttered [filters]`: the suite in a root that has almost nothing, or too much, and what differs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { copyClone } from "./anywhere/clone.ts";
import { type AnywhereRoot, jailArguments } from "./anywhere/jail.ts";
import { clutteredRoot } from "./anywhere/cluttered-root.ts";
import { emptyRoot } from "./anywhere/empty-root.ts";
import {
  compareRuns,
  countRun,
  keepRun,
  keptRun,
  readRun,
  type SuiteRun,
} from "./anywhere/suite-run.ts";
import { scriptArguments } from "./script-arguments.ts";

type RootName = "empty" | "cluttered";

/** Each makes its root below a folder of this run. */
const ROOTS: Readonly<Record<RootName, (folder: string) => AnywhereRoot>> = {
  empty: emptyRoot,
  cluttered: clutteredRoot,
};

const OTHER: Readonly<Record<RootName, RootName>> = { empty: "cluttered", cluttered: "empty" };

const USAGE = "say which root: npm run test:anywhere -- empty|cluttered [filters]";

const print = (text: string) => process.stdout.write(`${text}\n`);

async function runSuite(name: RootName, filters: readonly string[]): Promise<SuiteRun> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-anywhere-"));
  try {
    const clone = join(folder, "clone");
    const results = join(folder, "results");
    mkdirSync(results);
    const digest = copyClone(clone);
    const root = ROOTS[name](folder);
    const words = ["npm", "test", "--", ...filters];
    const startedMs = performance.now();
    const status = await runInside(jailArguments(root, { clone, results, words }));
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    print(`\n${name} root: npm test ended with status ${status} after ${seconds} s`);
    const chosen = filters.filter((word) => !word.startsWith("--"));
    return readRun(results, { digest, status, filters: chosen });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runInside(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn("bwrap", args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => {
      print(`the root needs bubblewrap: ${error.message}`);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Prints what was counted and what differs from the other root; true when nothing failed and nothing differs. */
function report(name: RootName, run: SuiteRun): boolean {
  const { passed, failed, skipped } = countRun(run);
  print(`${name} root: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  const other = keptRun(OTHER[name]);
  if (other === undefined || other.digest !== run.digest) {
    print(`no run of these sources in the ${OTHER[name]} root to compare with`);
    return run.status === 0 && passed > 0;
  }
  const { compared, differences, skips } = compareRuns(run, other);
  for (const line of skips) print(`  skipped in one: ${line}`);
  for (const line of differences) print(`  DIFFERS: ${line}`);
  print(`${compared} tests in both roots, ${differences.length} with another result`);
  return run.status === 0 && passed > 0 && differences.length === 0;
}

async function main([name, ...filters]: readonly string[]) {
  if (name !== "empty" && name !== "cluttered") {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const run = await runSuite(name, filters);
  keepRun(name, run);
  process.exitCode = report(name, run) ? 0 : 1;
}

const { values, positionals } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: { dynamic: { type: "boolean", default: false } },
});
await main([...positionals, ...(values.dynamic ? ["--dynamic"] : [])]);
