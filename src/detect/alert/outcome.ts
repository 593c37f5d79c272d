// What became of a call that an alert is about, as its event tells: the word that stands first in the alert's title, and its level.
import type { JsonObject } from "#record/log/leaf.ts";
import { type Level, LEVELS, type RuleMeta } from "../detection/detection.ts";

/** `left`: to the client's own rules and questions. */
export type CallOutcome = "blocked" | "asked" | "left" | "ran" | "ran-held";

/** Outcomes in words, as they begin a title. */
const OUTCOME_WORDS: Readonly<Record<CallOutcome, string>> = {
  blocked: "Blocked",
  asked: "Asked",
  left: "Left to the client",
  ran: "Ran",
  "ran-held": "Ran in the sandbox",
};
/** The level of an alert about a call that was blocked, at most: nothing was done, and no incident opens by it alone. */
const BLOCKED_AT_MOST: Level = "medium";

/** What became of the call of an event; undefined where it is no decision about one. */
export function outcomeOf(metadata: JsonObject): CallOutcome | undefined {
  if (metadata["kind"] !== "decision") return undefined;
  const { verdict } = metadata;
  // What was judged in time off, or of a project that is observed only, went on as if nobody had.
  if (metadata["enforced"] === false) return "left";
  if (verdict === "deny") return "blocked";
  if (verdict === "ask") return "asked";
  if (verdict === "allow") return metadata["held"] === true ? "ran-held" : "ran";
  return verdict === "abstain" ? "left" : undefined;
}

/** The level of an alert of one event with this outcome. */
export function levelAfter(
  { level, isSameBlocked }: Pick<RuleMeta, "level" | "isSameBlocked">,
  outcome: CallOutcome | undefined,
): Level {
  if (outcome !== "blocked" || isSameBlocked) return level;
  return LEVELS[Math.min(LEVELS.indexOf(level), LEVELS.indexOf(BLOCKED_AT_MOST))] ?? level;
}

/** A title of a detection with what became of the call in front. */
export function titleWith(title: string, outcome: CallOutcome | undefined): string {
  if (outcome === undefined) return title;
  return `${OUTCOME_WORDS[outcome]}: ${title.replace(/^(?:A|An|The|Somebody|Text|Code) /, (word) => word.toLowerCase())}`;
}
