// What the chains of a call would make of it: one threshold in one place, until rules of the policy say it.
import { type Chain, SCORE_LEAST } from "#detect/session/chains.ts";

/** A chain that is shown is asked about. */
const ASK_FROM = SCORE_LEAST;
/** Twice as telling as what is shown at all. */
const DENY_FROM = 2 * SCORE_LEAST;

/** What is done about a call that ends these chains; undefined: nothing. */
export function prevented(
  chains: readonly Pick<Chain, "kind" | "score">[],
): "ask" | "deny" | undefined {
  const worst = Math.max(0, ...chains.map(({ score }) => score));
  if (worst >= DENY_FROM) return "deny";
  return worst >= ASK_FROM ? "ask" : undefined;
}
