// `npm run bench`: figures beside their floor in the same run. Nothing here gates a test; machines differ.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureDecisions } from "./decisions.ts";
import { type Figure, lineOf } from "./figures.ts";
import { measureLog } from "./log.ts";

const BENCHES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  decisions: measureDecisions,
  log: measureLog,
};

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => BENCHES[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `no bench is called ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? "",
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
  const results: Record<string, readonly Figure[]> = {};
  if (!values.json)
    process.stdout.write(
      `${machine.cores} cores, ${machine.model}, node ${machine.node}, load ${machine.load.toFixed(1)}\n`,
    );
  for (const [name, measure] of Object.entries(BENCHES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const figures = await measure();
    results[name] = figures;
    if (!values.json) process.stdout.write(`${name}\n${figures.map(lineOf).join("\n")}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, results })}\n`);
}
