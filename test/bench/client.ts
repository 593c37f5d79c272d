// What a hook costs the real client, as the client states it, beside the same client with an echo in our place.
import { HTTPS_ECHO, HTTPS_OURS, measureHookCosts, type Row } from "../client/hook-costs.ts";
import { whyMissing } from "../client/machine.ts";
import { atMost, type Figure, type Suite } from "./figures.ts";

const ROUNDS = 3;
const CALLS = 40;

/** Sessions with the echo and with the daemon in turns; no figures where the client cannot run. */
export async function measureClient(): Promise<Suite> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) return { method: `Not measured: ${reason}.`, figures: [] };
  const rows = await measureHookCosts(CALLS, ROUNDS, [HTTPS_ECHO, HTTPS_OURS]);
  const [echo, ours] = [HTTPS_ECHO, HTTPS_OURS].map((name) => p50Of(rows, name));
  if (echo === undefined || ours === undefined) throw new Error("a kind of hook was not measured");
  return {
    method:
      `${ROUNDS} sessions of ${CALLS} Bash calls for each, in turns; the time is the client's own for its PreToolUse hook, in whole ` +
      "milliseconds; the floor answers the same request with fixed words over HTTPS.",
    figures: [...figures("echo", echo), ...figures("sallyport", ours), ratio(echo, ours)],
  };
}

type Times = { readonly p50: number; readonly p95: number; readonly turn: number };

function p50Of(rows: readonly Row[], name: string): Times | undefined {
  const row = rows.find((one) => one.name === name);
  return row?.hook && { p50: row.hook.p50, p95: row.hook.p95, turn: row.turn.p50 };
}

function figures(name: string, { p50, p95, turn }: Times): readonly Figure[] {
  return [
    { name: `${name}, p50`, value: p50, unit: "ms" },
    { name: `${name}, p95`, value: p95, unit: "ms" },
    { name: `${name}, whole turn, p50`, value: turn, unit: "ms" },
  ];
}

function ratio(echo: Times, ours: Times): Figure {
  return atMost("sallyport beside the echo, p50", ours.p50 / echo.p50, "x", 1.5);
}
