// Work on texts of others stays in step with their length: counted in steps, which no busy machine changes.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { FROM_SOURCE } from "../program.ts";
import { WORKLOADS } from "./workloads.ts";

/** A text is eight times as long: in step is eight times the steps, in pairs of characters 64 times. */
const GROWTH_MAX = 12;
/** Each rule of settings is held against each other one, which is what a person asked for. */
const PAIRS_GROWTH_MAX = 40;

let counted: Readonly<Record<string, readonly [small: number, large: number]>>;
beforeAll(async () => {
  const program = fileURLToPath(new URL("./count-steps.ts", import.meta.url));
  const words = ["--stack-size=3900", ...FROM_SOURCE, program];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  counted = JSON.parse(stdout) as typeof counted;
}, 300_000);

it.each(WORKLOADS.map(({ name }) => name))("%s", (name) => {
  const [small, large] = counted[name] ?? [0, 0];
  expect(small).toBeGreaterThan(10);
  const most = name === "rules of settings" ? PAIRS_GROWTH_MAX : GROWTH_MAX;
  expect(large / small).toBeLessThan(most);
});

it("is told from work that is not: a planted one in pairs", () => {
  const [small, large] = counted["planted: every pair of characters"] ?? [1, 1];
  expect(large / small).toBeGreaterThan(50);
});
