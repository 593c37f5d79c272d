// What holds for every text of a refusal or a question: short, in plain words, and with the rule at its end.
import { FIRST_CHARS_MAX } from "#guard/protocol/reason-text.ts";

/** Columns of the terminal in which the dialogs are counted. */
const COLUMNS = 100;
/** Lines of a text, each as long as it may be. */
const LINES_MAX = 9;
/** Lines of a terminal that a text takes at the most, by verdict. */
const SHOWN_MAX = { ask: 12, deny: 15 } as const;
/** Lines of a terminal that all but a few questions take. */
export const USUAL_MAX = 8;

/** Words of our own, which nobody knows who meets them in a dialog. */
const JARGON =
  /\b(?:effects?|holes?|reach|unbounded|contained|abstain|quarantined|modelled|unmodelled|unproven|(?:gives?|gave) way|dynamic-\w+|missing-fact|undefined|null|NaN)\b|\[object/;

/** Lines that a text takes in the terminal. */
export function shownLines(text: string): number {
  return text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / COLUMNS)), 0);
}

/** What is wrong with a text; empty for a good one. `rule`: the one that made the verdict. */
export function faultsOf(text: string, verdict: "ask" | "deny", rule: string): readonly string[] {
  const lines = text.split("\n");
  const [first = ""] = lines;
  const last = lines.at(-1) ?? "";
  // What stands in backticks is the user's.
  const jargon = JARGON.exec(text.replace(/`[^`]*`/g, "").replace(/\[[^\]]*\]$/, ""))?.[0];
  return [
    ...(first.startsWith("sallyport: ") ? [] : ["does not say who speaks"]),
    ...(verdict === "ask" || first.startsWith("sallyport: refused. ") ? [] : ["is no refusal"]),
    ...(first.length <= FIRST_CHARS_MAX ? [] : [`first line of ${first.length} characters`]),
    ...(first.split("`").length % 2 === 1 ? [] : ["a backtick without its other half"]),
    ...(lines[1]?.startsWith("Why: ") === true ? [] : ["no reason"]),
    ...(lines.length <= LINES_MAX ? [] : [`${lines.length} lines`]),
    ...(shownLines(text) <= SHOWN_MAX[verdict] ? [] : [`${shownLines(text)} lines of a terminal`]),
    ...(last.startsWith(`More: sallyport explain --last [${rule}`) && last.endsWith("]")
      ? []
      : ["does not end with its rule"]),
    ...(jargon === undefined ? [] : [`a word of ours: ${jargon}`]),
  ];
}
