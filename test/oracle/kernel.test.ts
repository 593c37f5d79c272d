// The kernel as the judge of effects: whatever a command of the sample opened, wrote, deleted, ran or contacted was predicted.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readCases } from "./cases.ts";
import { chooseCases, isReady } from "./choose.ts";
import { whyNoJail } from "./jail.ts";
import type { Outcome } from "./run-cases.ts";
import { PROFILES } from "./profiles.ts";
import { describeFaults } from "./report.ts";

/** The suite repeats one sample, so that a failure belongs to the change that made it; `npm run oracle` runs all. */
const SEED = 20_261_120;
const SAMPLE = 100;
const GENERATED = 300;

const cases = chooseCases({
  sample: SAMPLE,
  onlyReady: true,
  generated: GENERATED,
  seed: SEED,
});
const outcomes = new Map<string, Outcome>();
const keyOf = (profile: string, command: string): string => JSON.stringify([profile, command]);

/** The run happens in a process of its own, which has no network. */
function runSample(): void {
  const run = spawnSync(
    process.execPath,
    [
      ...["--conditions=source", "--import", "tsx"],
      fileURLToPath(new URL("./oracle.ts", import.meta.url)),
      ...[
        "--json",
        "--ready",
        "--sample",
        `${SAMPLE}`,
        "--generated",
        `${GENERATED}`,
        "--seed",
        `${SEED}`,
      ],
    ],
    { encoding: "utf8", maxBuffer: 512 * 1024 * 1024 },
  );
  for (const line of run.stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const outcome = JSON.parse(line) as Outcome;
    outcomes.set(keyOf(outcome.profile, outcome.case.command), outcome);
  }
  if (outcomes.size === 0) throw new Error(`nothing was run: ${run.stderr.slice(0, 400)}`);
}

it("is brought the programs of nearly all commands", () => {
  const all = readCases();
  expect(all.length).toBeGreaterThan(2_000);
  expect(all.filter(isReady).length / all.length).toBeGreaterThan(0.9);
});

describe("commands that really ran", () => {
  const missing = whyNoJail();
  beforeAll(() => {
    if (missing === undefined) runSample();
  }, 300_000);

  for (const profile of PROFILES) {
    for (const { command, profiles } of cases) {
      if (!profiles.includes(profile)) continue;
      it(`${profile}: ${command.slice(0, 80)}`, (context) => {
        if (missing !== undefined) context.skip(missing);
        const outcome = outcomes.get(keyOf(profile, command));
        if (outcome?.kind === "skipped") context.skip(outcome.reason);
        if (outcome?.kind !== "ran") throw new Error("the oracle gave no outcome for the case");
        expect(
          outcome.comparison.missed,
          describeFaults([outcome], { extra: true, unknown: true }),
        ).toEqual([]);
      });
    }
  }
});
