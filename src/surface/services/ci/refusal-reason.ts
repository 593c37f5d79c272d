// Why a call of a run was refused, in words, by the rule that is on record: the policy's own, or one of the guard's.
import { ownValue } from "#base/own-value.ts";

/** Rules of the guard itself that refuse or ask. The event has their names; their words stand in no policy. */
const OF_THE_GUARD: Readonly<Record<string, string>> = {
  "guard/nobody-to-ask": "it would have been asked about, and nobody can answer",
  "guard/unknown-effect": "it does not show what it would do",
  "guard/key": "a key of a hidden file would go to its own host with its true value",
  "guard/quarantine":
    "the session is held and may only read: its settings or hooks are not as they should be",
  "guard/held": "the session is held, and every call of it is refused",
  "guard/lockdown": "every call is refused during a lockdown",
  "guard/timeout": "other large calls were checked before it",
  "guard/failed": "judging it failed",
  "guard/context": "the client would have sent a file with it that the policy keeps back",
  "guard/page": "the page could not be looked through before it reached the model",
  "guard/not-held": "it was to run in a sandbox of its own, and could not",
  "guard/no-rule": "no rule of the run allows it",
  "guard/plan-mode": "the run only plans",
  hold: "it could not be put into its sandbox",
  log: "it could not be put on record, and nothing runs unrecorded",
  client: "no rule of the run allows it",
};
const REASON_CHARS_MAX = 500;

/**
 * The reason in words; never empty. `reasons` are those of the policy by rule. Of a rule that neither knows, it says where its words
 * stand.
 */
export function refusalReason(rule: string, reasons: ReadonlyMap<string, string>): string {
  const known = (reasons.get(rule) ?? "").trim() || ownValue(OF_THE_GUARD, rule);
  if (known !== undefined && known !== "") return known.slice(0, REASON_CHARS_MAX);
  return rule === ""
    ? "the record names no rule: look at its entry in `decisions.jsonl`"
    : "a rule that this policy does not hold any more; its entry is in `decisions.jsonl`";
}
