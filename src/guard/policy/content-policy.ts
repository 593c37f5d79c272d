// What a policy wants done with what stands in prompts and in the answers of tools: told, held back, or replaced.
import { type Finding, isAtLeast } from "../content/detection/finding.ts";
import type { Requirement } from "./policy.ts";

/** Whether a policy says that a prompt with this finding is not sent. Secrets have to be certain; health data need not. */
export function isPromptBlocked(finding: Finding, requires: readonly Requirement[]): boolean {
  const { family, tier } = finding;
  if (family === "secret") return requires.includes("prompts-without-secrets") && tier === "high";
  if (!requires.includes("prompts-without-personal")) return false;
  return isAtLeast(tier, family === "health" ? "medium" : "high");
}

/** Whether a prompt with this finding is worth a word to the person who wrote it. */
export function isPromptTold({ family, tier }: Finding): boolean {
  return isAtLeast(tier, family === "secret" ? "medium" : "high");
}

/** Whether a policy says that this finding in the answer of a tool is replaced. */
export function isOutputWithheld(finding: Finding, requires: readonly Requirement[]): boolean {
  const { family, tier } = finding;
  const wanted = family === "secret" ? "outputs-without-secrets" : "outputs-without-personal";
  return requires.includes(wanted) && isAtLeast(tier, "medium");
}

/**
 * What the record holds of the words of a call or a prompt: `sealed` is its readable text under the person's key, `words` stand-ins,
 * `none` not even these. Of several policies the one that keeps least decides.
 */
export type KeptText = "sealed" | "words" | "none";

/** What of a text is recorded under these requirements. */
export function keptText(requires: readonly Requirement[]): KeptText {
  if (requires.includes("record-effects")) return "none";
  return requires.includes("record-words") ? "words" : "sealed";
}
