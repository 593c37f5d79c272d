// `npm run tamper -- [COUNT SEED --write]`: tampers with logs at random and says what the verifiers find; the page of it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { random } from "../oracle/cases.ts";
import { type CampaignResult, runCampaign } from "./campaign.ts";
import { runAttacks } from "./own-key-attacks.ts";
import { changedLog, packedLog, plainLog } from "./reference-logs.ts";
import { tamperPage } from "./tamper-page.ts";
import { scriptArguments, wrongArguments } from "../../scripts/script-arguments.ts";

/** Changes of one part; each has a seed of its own and may run beside another. */
const PART = 2_500;
const ATTACKS = 200;
const PAGE = fileURLToPath(new URL("../../docs/reference/tamper.md", import.meta.url));

const { values, positionals } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const [count = 1_000, seed = Date.now() % 1_000_000_000] = positionals.map(Number);
if (![count, seed].every((one) => Number.isSafeInteger(one) && one > 0))
  wrongArguments(import.meta.url, "a count, a size or a seed is a whole number");

const root = await mkdtemp(join(tmpdir(), "sallyport-tamper-"));
const startedMs = performance.now();
try {
  const seeds = Array.from({ length: Math.ceil(count / PART) }, (_, part) => seed + part);
  const results: CampaignResult[] = [];
  for (const [part, own] of seeds.entries()) {
    const home = join(root, String(own));
    const logs = [await plainLog(home), await changedLog(home), await packedLog(home)];
    const share = Math.min(PART, count - part * PART);
    results.push(await runCampaign(logs, share, random(own)));
  }
  const tallies = (results[0]?.tallies ?? []).map(({ kind }) => {
    const parts = results.flatMap((result) => result.tallies.filter((one) => one.kind === kind));
    const sum = (
      name: "tried" | "inPacked" | "found" | "byWitness" | "placed" | "named" | "agreed",
    ): number => parts.reduce((total, one) => total + one[name], 0);
    return {
      kind,
      tried: sum("tried"),
      inPacked: sum("inPacked"),
      found: sum("found"),
      byWitness: sum("byWitness"),
      placed: sum("placed"),
      named: sum("named"),
      agreed: sum("agreed"),
    };
  });
  const misses = results.flatMap((result) => result.misses);
  const attacks = await runAttacks(join(root, "attacks"), ATTACKS, random(seed));
  console.table(tallies);
  console.table(attacks);
  for (const miss of misses) console.log(miss);
  console.log(
    `${Math.round((performance.now() - startedMs) / 1_000)} s, seeds ${seeds.join(", ")}`,
  );
  const date = new Date().toISOString().slice(0, 10);
  if (values.write) await writeFile(PAGE, tamperPage({ tallies, misses, attacks, seeds, date }));
  if (misses.length > 0) process.exitCode = 1;
} finally {
  await rm(root, { recursive: true });
}
