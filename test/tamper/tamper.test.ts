// A sample of the tamper campaign: every change is found and named, by our verifier and the one in Python alike.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../oracle/cases.ts";
import { runCampaign } from "./campaign.ts";
import { runAttacks } from "./own-key-attacks.ts";
import { hasPython } from "./python-verifier.ts";
import { changedLog, packedLog, plainLog } from "./reference-logs.ts";

const CHANGES = 60;
const ATTACKS = 6;
const SEED = 5;

describe("tampering", () => {
  let root = "";
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "sallyport-tamper-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("random-changes.are-found-and-named-by-both-verifiers", { timeout: 120_000 }, async (ctx) => {
    if (!hasPython()) ctx.skip("python3 is not here");
    const logs = [await plainLog(root), await changedLog(root), await packedLog(root)];
    const { tallies, misses } = await runCampaign(logs, CHANGES, random(SEED));
    expect(misses).toEqual([]);
    const sum = (count: (tally: (typeof tallies)[number]) => number) =>
      tallies.reduce((total, tally) => total + count(tally), 0);
    expect([sum((one) => one.tried), sum((one) => one.found), sum((one) => one.agreed)]).toEqual([
      CHANGES,
      CHANGES,
      CHANGES,
    ]);
  });

  it("own-key.is-found-by-nobody-here-and-always-against-the-witness", async (ctx) => {
    if (!hasPython()) ctx.skip("python3 is not here");
    const tallies = await runAttacks(join(root, "attacks"), ATTACKS, random(SEED));
    for (const { tried, foundHere, foundByWitness, refused, agreed } of tallies)
      expect([foundHere, foundByWitness, refused, agreed]).toEqual([0, tried, tried, tried]);
  });

  it("page.says-that-nothing-was-missed", async () => {
    const file = join(import.meta.dirname, "../../docs/reference/tamper.md");
    const page = await readFile(file, "utf8");
    expect(page).toContain("Nothing was missed, misnamed or judged differently.");
    const all = /\| \*\*all\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\*/.exec(page);
    expect(Number(all?.[1])).toBeGreaterThanOrEqual(10_000);
    expect(all?.[2]).toBe(all?.[1]);
  });
});
