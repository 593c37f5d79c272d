// `npm run simulator [-- --sample N] [--seed N] [--write]`: holds the simulator of the client's decision against the client over generated pairs.
// Usage: npm run simulator -- [--sample N] [--seed N] [--write]
import { writeFileSync } from "node:fs";
import { pinnedClient } from "../client-binary.ts";
import { whyMissing } from "../machine.ts";
import { compareMany, differing, lineOf, milder } from "./agreement.ts";
import { simulatorPage } from "./simulator-page.ts";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";

const PAIRS = 3_200;
const SHOWN = 60;

const { values } = scriptArguments(import.meta.url, {
  options: {
    sample: { type: "string", default: String(PAIRS) },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const count = Number(values.sample);
const seed = Number(values.seed);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
  wrongArguments(import.meta.url, "a count, a size or a seed is a whole number");
const missing = await whyMissing(["client"]);
if (missing !== undefined) throw new Error(missing);
const means = { managed: (await whyMissing(["managed"])) === undefined };
const started = performance.now();
const agreement = await compareMany({
  pairs: count,
  seed,
  means,
  onSession: ({ pairs, sessions }) => {
    if (sessions % 20 === 0)
      process.stderr.write(`${pairs.length} pairs, ${differing(pairs).length} differ\n`);
  },
});
const seconds = Math.round((performance.now() - started) / 1000);
const { pairs, sessions, undecided, failures } = agreement;
const differences = differing(pairs);
const faults = milder(pairs);
for (const pair of [...faults, ...differences.filter((one) => !faults.includes(one))].slice(
  0,
  SHOWN,
))
  console.log(lineOf(pair));
for (const failure of failures) console.log(`a session failed: ${failure}`);
const share = ((100 * (pairs.length - differences.length)) / pairs.length).toFixed(2);
console.log(
  `client ${pinnedClient.version}, seed ${seed}: ${pairs.length} pairs in ${sessions} sessions, ${seconds} s; ` +
    `${share} % agree, ${differences.length - faults.length} stricter, ${faults.length} milder, ${undecided} calls came to no decision`,
);
if (values.write) {
  const file = new URL("../../../docs/reference/simulator.md", import.meta.url);
  writeFileSync(file, simulatorPage({ agreement, seed, seconds, means }));
}
process.exitCode = faults.length === 0 && failures.length === 0 ? 0 : 1;
