// `npm run crash -- [COUNT SEED --write --only SCENARIO]`: kills processes that work on a log and says what is left; the page of it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { random } from "../oracle/cases.ts";
import { runCrashes } from "./campaign.ts";
import { SCENARIOS } from "./scenarios.ts";
import { crashPage } from "./crash-page.ts";
import { scriptArguments, wrongArguments } from "../../scripts/script-arguments.ts";

const PAGE = fileURLToPath(new URL("../../docs/reference/crashes.md", import.meta.url));

const { values, positionals } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: { write: { type: "boolean", default: false }, only: { type: "string" } },
});
const [count = 60, seed = Date.now() % 1_000_000_000] = positionals.map(Number);
if (![count, seed].every((one) => Number.isSafeInteger(one) && one > 0))
  wrongArguments(import.meta.url, "a count, a size or a seed is a whole number");

const scenarios = SCENARIOS.filter((one) => values.only === undefined || one === values.only);
if (scenarios.length === 0 || (values.write && values.only !== undefined))
  wrongArguments(
    import.meta.url,
    `--only is one of ${SCENARIOS.join(", ")}, and goes without --write`,
  );

const root = await mkdtemp(join(tmpdir(), "sallyport-crash-"));
const startedMs = performance.now();
try {
  const campaign = await runCrashes(root, count, random(seed), scenarios);
  const page = crashPage(campaign, { count, seed });
  console.log(page);
  for (const miss of campaign.misses.slice(0, 50)) console.log(miss);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  console.log(`seed ${seed}, ${seconds} s, ${campaign.misses.length} not whole`);
  if (values.write) await writeFile(PAGE, page);
  if (campaign.misses.length > 0) process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}
