// The heap of a process that made much and kept little: its holes go back to the system, and the engine has the flags that it had.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Fills a heap, drops two of three objects, and tells old space before and after. */
const PROGRAM = `
import { getHeapSpaceStatistics } from "node:v8";
import { tidyHeap } from "#surface/foundation/process/heap.ts";
const old = () => getHeapSpaceStatistics().find((one) => one.space_name === "old_space").space_size;
let kept = Array.from({ length: 400_000 }, (_, at) => ({ at, text: "x" + at, list: [at] }));
kept = kept.filter(({ at }) => at % 3 === 0);
const before = old();
tidyHeap();
console.log(JSON.stringify({ before, after: old(), kept: kept.length, gc: typeof globalThis.gc }));
`;

it("gives back what lies between the objects that live", () => {
  const sources = ["-C", "source", "--import", "./scripts/plain-sources.mjs"];
  const words = [...sources, "--input-type=module", "-e", PROGRAM];
  const said = execFileSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  const { before, after, kept, gc } = JSON.parse(said) as Record<string, unknown>;
  expect([kept, gc]).toEqual([133_334, "undefined"]);
  expect(Number(after)).toBeLessThan(Number(before) * 0.6);
});
