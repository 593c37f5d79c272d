// What answers about calls share: how a row says what came of a call and why, and what those words mean.
import { counted } from "#base/counted.ts";
import { filledString } from "#base/json.ts";
import type { AnswerCell, AnswerWord, Asked } from "./named-question.ts";
import type { ToldCall } from "./told-calls.ts";

/** Stands for a name that the command did not say. */
export const NOT_NAMED = "(not named)";
export const NEWEST_FIRST = "Newest first.";

/** Under a row about a call: `why`, `session` and `place` of `belowOf`. */
export const BELOW = { why: "why", session: "session", place: "folder" } as const;

/** What the sandbox refused, after "the sandbox refused it". */
const REFUSED: Readonly<Record<string, string>> = {
  host: "access to a host that the call does not name",
  port: "access to a port of this machine",
  network: "access to the network",
  outside: "a write outside of its folders",
  kept: "a change of a protected file",
  hidden: "access to a file that is hidden from it",
  rights: "rights of the machine",
  later: "leaving something to run after it",
  restart: "its hosts, after a restart of the daemon",
};

const WORDS: readonly AnswerWord[] = [
  { word: "ran", means: "the call ran, and reported no error" },
  { word: "ran and failed", means: "the call ran, and ended with an error" },
  {
    word: "asked, then ran",
    means: "a person was asked first; it ran after that and reported no error",
  },
  {
    word: "asked, then ran and failed",
    means: "a person was asked first; it ran after that and ended with an error",
  },
  {
    word: "asked, did not run",
    means:
      "a person was asked, and nothing ran: the answer was no, or none came (the record does not say)",
  },
  { word: "refused", means: "a rule refused the call before it started; nothing ran" },
  {
    word: "no end on record",
    means: "nothing stopped the call, and the record does not say how it ended",
  },
  {
    word: "sandbox",
    means:
      "what sallyport runs a command in; it lets it reach only the files and hosts that its call may reach",
    where: "within",
  },
  {
    word: "would",
    means: "the call did not run; this is what it was about to do",
    where: "begin",
  },
  {
    word: "rule",
    means:
      "one rule of the policy that sallyport applies, with its reason as it stands there now; `sallyport policy show` prints them all",
    where: "within",
  },
  {
    word: NOT_NAMED,
    means: "the command does not name it: the program chooses it by itself",
  },
];

/** The words of outcomes and reasons, with those of the answer itself. */
export function callWords(...own: readonly AnswerWord[]): readonly AnswerWord[] {
  return [...WORDS, ...own];
}

/** Cells under a row: why it came so, in which session and in which folder. */
export function belowOf(call: ToldCall, asked: Asked): readonly AnswerCell[] {
  return [whyOf(call, asked), call.session, call.place];
}

/** Why a call came about as it did: who or what decided, and the rule in its own words. */
export function whyOf(call: ToldCall, { ruleWords }: Pick<Asked, "ruleWords">): string {
  const decided = decidedBy(call, ruleWords(call.rule));
  return call.refusedByHold.length === 0 ? decided : `${sandboxRefusal(call)}; ${decided}`;
}

/** What the sandbox refused a call, once each. */
export function sandboxRefusal({ refusedByHold }: ToldCall): string {
  const what = [...new Set(refusedByHold)].map((one) => REFUSED[one] ?? one);
  return `the sandbox refused it ${what.join(", and ")}`;
}

function decidedBy({ came, isAsked, rule, metadata }: ToldCall, words: string | undefined): string {
  const because = words === undefined ? "" : `: ${words}`;
  if (rule === "") return "no rule is on record";
  if (came === "refused") return `rule ${rule} refuses it${because}`;
  if (isAsked) return `rule ${rule} asks a person first${because}`;
  if (metadata["observed"] === true) return "the project is only observed, and no rule holds there";
  if (metadata["enforced"] === false) return "sallyport was switched off";
  if (metadata["verdict"] === "abstain")
    return `no rule refuses it, allows it or asks: left to Claude Code and its own permissions (mode ${filledString(metadata["mode"]) ?? "unknown"})`;
  return `rule ${rule} allows it${because}`;
}

/** How many calls, `which` of them, and how many came to each outcome. */
export function outcomeCounts(calls: readonly ToldCall[], which = ""): string {
  const counts = new Map<string, number>();
  for (const { came } of calls) counts.set(came, (counts.get(came) ?? 0) + 1);
  const each = [...counts].map(([came, count]) => `${came}: ${count}`);
  return `${counted(calls.length, "call")}${which}${each.length === 0 ? "" : ` (${each.join("; ")})`}`;
}

/** The text of a call for a person: a stand-in for a secret shows its kind alone. */
export function plainSaid(said: string): string {
  return said.replaceAll(/\[\[SP:([a-z0-9/-]{1,64}):[A-Z2-7]{8}\]\]/g, "<secret: $1>");
}

/** Rows about calls with the newest call first; the rows of one call keep their order. */
export function newestFirst<Row extends { readonly index: number }>(
  rows: readonly Row[],
): readonly Row[] {
  return rows.toSorted((one, other) => other.index - one.index);
}
