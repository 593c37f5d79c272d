// A sample of the kills of `npm run crash`: nothing acknowledged is lost, and every log goes on without repair.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { judge, runCrashes } from "../crash/campaign.ts";
import { placesIn } from "../crash/scenarios.ts";
import { random } from "../oracle/cases.ts";

const KILLS = 24;

it("kills while appending, changing keys, archiving, pruning, packing, indexing and erasing lose nothing", {
  timeout: 180_000,
}, async () => {
  const root = await mkdtemp(join(tmpdir(), "sallyport-crash-"));
  try {
    const { tallies, misses } = await runCrashes(root, KILLS, random(7));
    expect(misses).toEqual([]);
    const sum = (
      name: "enumerated" | "torn" | "random" | "ended" | "lost" | "acknowledged",
    ): number => tallies.reduce((total, tally) => total + tally[name], 0);
    expect(sum("enumerated") + sum("torn") + sum("random") + sum("ended")).toBe(KILLS);
    expect([sum("lost"), sum("enumerated") > 5, sum("torn") > 0, sum("random") > 2]).toEqual([
      0,
      true,
      true,
      true,
    ]);
    expect(sum("acknowledged")).toBeGreaterThan(10_000);
    // The judge sees what is planted: an event that nobody took, and a log that does not verify.
    const places = placesIn(join(root, "append", "work"));
    expect(await judge(places, "append", new Map([[3, "other"]]))).toMatchObject({ lost: 1 });
    const bundle = join(places.log, "tile/entries/000");
    const bytes = await readFile(bundle);
    bytes[900] = (bytes[900] ?? 0) ^ 1;
    await writeFile(bundle, bytes);
    expect((await judge(places, "append", new Map())).why[0]).toContain("before: ");
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
