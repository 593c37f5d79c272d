// Runs tests with one mutant after another switched on, each until a test fails, or all tests with none and notes what each reaches: a process of its own.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { Block } from "./test-blocks.ts";
import { collect, endTests, runTest, Skipped } from "./test-blocks.ts";

const Order = v.variant("kind", [
  v.object({ kind: v.literal("reach"), files: v.array(v.string()), mutants: v.number() }),
  v.object({
    kind: v.literal("mutant"),
    id: v.number(),
    /** How often the place may be passed before it counts as without end. */
    passesMax: v.number(),
    blocks: v.array(v.object({ file: v.string(), title: v.string(), tests: v.array(v.string()) })),
  }),
]);

/** What the process is told on its standard input, one a line. */
export type Order = v.InferInput<typeof Order>;
/**
 * What it says, one a line. `loaded` ends what it says of reach; of a mutant there is one last word: `spoilt` when the
 * test that failed fails without the mutant as well, so that something of an earlier one was left behind.
 */
export type Said =
  | { readonly kind: "made"; readonly path: string }
  | { readonly kind: "at"; readonly test: string }
  | { readonly kind: "reached"; readonly test: TestRun; readonly bits: string }
  | { readonly kind: "loaded"; readonly bits: string }
  | { readonly kind: "failed"; readonly test: string; readonly message: string }
  | { readonly kind: "endless"; readonly test: string }
  | { readonly kind: "spoilt"; readonly test: string }
  | { readonly kind: "passed" };
export type TestRun = {
  readonly file: string;
  readonly title: string;
  readonly name: string;
  /** Time of the processor: it says the same on a busy machine. */
  readonly ms: number;
  /** Nothing when it passed, else what it said. */
  readonly trouble?: string;
};

/** What instrumented files look for. */
type Switches = {
  activeMutant?: string;
  hitCount?: number;
  hitLimit?: number;
  currentTestId?: string;
  mutantCoverage: { static: Record<string, number>; perTest: Record<string, Passes> };
};
type Passes = Record<string, number>;

const SAY_MS = 500;
const SKIPPED = "skipped";

const switches: Switches = { mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: switches });
tellWhatIsMade();
const opened = new Map<string, readonly Block[]>();
for await (const line of createInterface({ input: process.stdin })) {
  const order = v.parse(Order, JSON.parse(line));
  if (order.kind === "reach") await noteReach(order.files, order.mutants);
  else await runMutant(order);
}
await endTests();
process.exit(0);

function say(said: Said): void {
  fs.writeSync(1, `${JSON.stringify(said)}\n`);
}

/** WHY: a process that is killed leaves its projects, and whoever kills it has to know them. */
function tellWhatIsMade(): void {
  const { mkdtempSync } = fs;
  const telling = (prefix: string): string => {
    const path = mkdtempSync(prefix);
    say({ kind: "made", path });
    return path;
  };
  Object.assign(fs, { mkdtempSync: telling });
  syncBuiltinESMExports();
}

function blocksOf(file: string): Promise<readonly Block[]> {
  const place = new URL(`${file.replace(/\.ts$/, ".js")}`, bundleRoot());
  return collect(() => import(place.href));
}

/** The bundle mirrors the project, and this file lies two folders deep in it. */
function bundleRoot(): URL {
  return new URL("../../", `file://${process.argv[1] ?? ""}`);
}

async function noteReach(files: readonly string[], mutants: number): Promise<void> {
  for (const file of files)
    for (const block of await blocksOf(file))
      for (const test of block.tests()) {
        const key = `${file} ${test.name}`;
        switches.currentTestId = key;
        const before = process.cpuUsage();
        const trouble = await troubleOf(() => runTest(test));
        const { user, system } = process.cpuUsage(before);
        const ms = Math.round((user + system) / 100) / 10;
        delete switches.currentTestId;
        const passes = switches.mutantCoverage.perTest[key] ?? {};
        delete switches.mutantCoverage.perTest[key];
        const run = { file, title: block.title, name: test.name, ms };
        const bits = bitsOf(passes, mutants);
        say({ kind: "reached", test: trouble === undefined ? run : { ...run, trouble }, bits });
      }
  say({ kind: "loaded", bits: bitsOf(switches.mutantCoverage.static, mutants) });
}

async function runMutant(wanted: Extract<v.InferOutput<typeof Order>, { kind: "mutant" }>) {
  switches.activeMutant = String(wanted.id);
  switches.hitCount = 0;
  switches.hitLimit = wanted.passesMax;
  const last = await wordOf(wanted);
  delete switches.activeMutant;
  delete switches.hitLimit;
  say(last);
}

async function wordOf(
  wanted: Extract<v.InferOutput<typeof Order>, { kind: "mutant" }>,
): Promise<Said> {
  let said = 0;
  for (const { file, title, tests } of wanted.blocks) {
    const blocks = opened.get(file) ?? (await blocksOf(file));
    opened.set(file, blocks);
    const chosen = new Set(tests);
    for (const test of blocks.find((block) => block.title === title)?.tests() ?? []) {
      if (!chosen.has(test.name)) continue;
      if (Date.now() - said > SAY_MS) {
        said = Date.now();
        say({ kind: "at", test: test.name });
      }
      const message = await troubleOf(() => runTest(test));
      if ((switches.hitCount ?? 0) > wanted.passesMax) return { kind: "endless", test: test.name };
      if (message === undefined || message === SKIPPED) continue;
      delete switches.activeMutant;
      const isSpoilt = (await troubleOf(() => runTest(test))) !== undefined;
      return isSpoilt
        ? { kind: "spoilt", test: test.name }
        : { kind: "failed", test: test.name, message };
    }
  }
  return { kind: "passed" };
}

/** What a test throws, as text, or that it does not run here; nothing when it passes. */
async function troubleOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof Skipped) return SKIPPED;
    return (error instanceof Error ? error.message : String(error)).slice(0, 300);
  }
}

function bitsOf(passes: Passes, count: number): string {
  const bytes = Buffer.alloc(Math.ceil(count / 8));
  for (const id of Object.keys(passes)) {
    const at = Number(id) >> 3;
    bytes[at] = (bytes[at] ?? 0) | (1 << (Number(id) & 7));
  }
  return bytes.toString("base64");
}
