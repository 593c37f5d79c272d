// Measures what a hook costs the real client, per kind of hook, side by side; run it with `npx tsx -C source`.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { measureHookCosts, type Row, type Spread } from "./hook-costs.ts";
import { whyMissing } from "./machine.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      calls: { type: "string", default: "30" },
      rounds: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
    },
  });
  const calls = positive(values.calls, "--calls");
  const rounds = positive(values.rounds, "--rounds");
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) throw new Error(`cannot measure: ${reason}`);
  const loads = [loadavg()[0] ?? 0];
  const rows = await measureHookCosts(calls, rounds);
  loads.push(loadavg()[0] ?? 0);
  const machine = `${cpus().length} cores, ${process.platform} ${process.arch}, node ${process.versions.node}`;
  const load = loads.map((value) => value.toFixed(1)).join(" before, ");
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ machine, loads, calls, rounds, rows })}\n`
      : `${rounds} sessions of ${calls} calls for each kind, taken in turns; ${machine}; load ${load} after\n\n${table(rows)}`,
  );
}

/** Ratios are to plain HTTP: of the hook's median, and of what a turn takes beyond one without a hook. */
function table(rows: readonly Row[]): string {
  const base = rows.find((row) => row.name === "HTTP, echo")?.hook?.p50 ?? Number.NaN;
  const bare = rows.find((row) => row.name === "no hook")?.turn.p50 ?? Number.NaN;
  const whole = (spread: Spread | undefined): string =>
    spread === undefined
      ? "- | - | -"
      : [spread.p50, spread.p95, spread.max].map((ms) => ms.toFixed(0)).join(" | ");
  const lines = rows.map(
    (row) =>
      `| ${row.name} | ${row.calls} | ${whole(row.hook)} | ${row.firstHookMs?.toFixed(0) ?? "-"} | ${
        row.hook === undefined ? "-" : (row.hook.p50 / base).toFixed(1)
      } | ${row.turn.p50.toFixed(1)} | ${(row.turn.p50 - bare).toFixed(1)} | ${row.connections ?? "-"} |`,
  );
  return `| hook | calls | p50 ms | p95 | max | first call p50 | p50 to plain HTTP | turn p50 ms | more than no hook | connections |
|---|---|---|---|---|---|---|---|---|---|
${lines.join("\n")}
`;
}

function positive(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} wants a whole number`);
  return value;
}

await main();
