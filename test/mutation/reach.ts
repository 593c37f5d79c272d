// Which tests reach which mutants, from one run of all tests with every mutant in the files and none switched on.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { bundleTests, testFiles } from "./bundle.ts";
import { cachePlace, digestOf, type Instrumentation } from "./instrument.ts";
import type { Order, TestRun } from "./run-tests.ts";
import { TestProcess } from "./test-process.ts";

/** A place runs tests for minutes on a busy machine, but none of them for this long. */
const SILENT_MS_MAX = 180_000;
/** Made once and kept: a test that comes later would not be seen to reach what made it. */
const FORGETFUL = new Map([
  ["src/base/lazily.ts", "export const lazily = <Value>(make: () => Value) => make;\n"],
]);

export type Reach = {
  readonly tests: readonly TestRun[];
  /** Whether a test, by its index, passes the place of a mutant, or the file does when it is loaded. */
  readonly reaches: (test: number, mutant: number) => boolean;
  readonly isLoaded: (mutant: number) => boolean;
};

const Kept = v.object({
  digest: v.string(),
  tests: v.array(
    v.object({
      file: v.string(),
      title: v.string(),
      name: v.string(),
      ms: v.number(),
      trouble: v.exactOptional(v.string()),
    }),
  ),
  bits: v.array(v.string()),
  loaded: v.string(),
});

/** Runs the tests, or takes what an earlier run over the same `digest` found. Throws an Error when they cannot run. */
export async function reachOf({ mutants, texts }: Instrumentation, digest: string): Promise<Reach> {
  const file = join(cachePlace, "reach.json");
  const whole = digestOf(digest, ...mutants.map(({ key }) => key));
  if (existsSync(file)) {
    const kept = v.safeParse(Kept, JSON.parse(readFileSync(file, "utf8")));
    if (kept.success && kept.output.digest === whole) return reachFrom(kept.output);
  }
  const tests: TestRun[] = [];
  const bits: string[] = [];
  let loaded = "";
  const program = await bundleTests("reach", new Map([...texts, ...FORGETFUL]));
  const order: Order = { kind: "reach", files: [...testFiles()], mutants: mutants.length };
  const running = new TestProcess(program, SILENT_MS_MAX);
  const ending = await running.run(order, (said) => {
    if (said.kind === "loaded") loaded = said.bits;
    if (said.kind !== "reached") return;
    tests.push(said.test);
    bits.push(said.bits);
  });
  await running.close();
  if (ending !== "ended" || loaded === "")
    throw new Error(`the tests could not be run without a mutant: ${ending}`);
  writeFileSync(file, JSON.stringify({ digest: whole, tests, bits, loaded }));
  return reachFrom({ tests, bits, loaded });
}

function reachFrom(
  kept: Omit<v.InferOutput<typeof Kept>, "digest" | "tests"> & Pick<Reach, "tests">,
): Reach {
  const bits = kept.bits.map((text) => Buffer.from(text, "base64"));
  const loaded = Buffer.from(kept.loaded, "base64");
  const has = (bytes: Buffer | undefined, id: number): boolean =>
    (((bytes?.[id >> 3] ?? 0) >> (id & 7)) & 1) === 1;
  return {
    tests: kept.tests,
    reaches: (test, mutant) => has(bits[test], mutant),
    isLoaded: (mutant) => has(loaded, mutant),
  };
}
