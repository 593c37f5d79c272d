// Runs the properties of the guard at the size of a night, in several processes, and prints seeds, cases and what they cost.
// Usage: npm run properties -- [cases] [processes] [seed]
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PROPERTIES } from "./properties.ts";

/** Cases after which a part is reported and the next seed begins. */
const PART = 2_000;

const [cases = "1000000", processes = "2", seed = String(Date.now() % 1_000_000_000), worker] =
  process.argv.slice(2);
if (worker === undefined) await runAll(Number(cases), Number(processes), Number(seed));
else runShare(Number(cases), Number(seed));

async function runAll(all: number, count: number, first: number): Promise<void> {
  const started = performance.now();
  const file = fileURLToPath(import.meta.url);
  const workers = Array.from({ length: count }, (_, at) => {
    const args = [
      "-C",
      "source",
      file,
      String(Math.ceil(all / count)),
      "1",
      String(first + at * 1_000_000),
      "worker",
    ];
    const child = spawn(
      process.execPath,
      ["--conditions=source", "--import", "tsx", ...args.slice(2)],
      {
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    return new Promise<number>((end) => child.on("exit", (code) => end(code ?? 1)));
  });
  const codes = await Promise.all(workers);
  const seconds = Math.round((performance.now() - started) / 1_000);
  const failed = codes.filter((code) => code !== 0).length;
  console.log(`${count} processes, ${seconds} s, ${failed} with a counterexample`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** One process's part: every property in turn, each part from a seed of its own. */
function runShare(all: number, first: number): void {
  let failures = 0;
  for (const [name, { share, run }] of Object.entries(PROPERTIES)) {
    const wanted = Math.ceil(all * share);
    const started = performance.now();
    let done = 0;
    let failed = 0;
    for (let part = 0; done < wanted; part += 1) {
      const numRuns = Math.min(PART, wanted - done);
      try {
        run({ numRuns, seed: first + part });
      } catch (cause) {
        failed += 1;
        if (failed <= 3)
          console.log(`${name}: seed ${first + part}: ${String(cause).slice(0, 600)}`);
      }
      done += numRuns;
    }
    const seconds = Math.round((performance.now() - started) / 1_000);
    console.log(
      `${name}: ${done} cases, seeds ${first} to ${first + Math.ceil(done / PART) - 1}, ${seconds} s, ${failed} parts with a counterexample`,
    );
    failures += failed;
  }
  process.exitCode = failures === 0 ? 0 : 1;
}
