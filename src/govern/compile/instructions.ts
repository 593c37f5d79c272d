// The managed CLAUDE.md: what the policy refuses and asks about, told to the model so that it does not try. Guidance, no boundary.
import type { Policy } from "#guard/policy/policy.ts";
import { conditionInWords } from "#govern/policy/condition-words.ts";
import type { Site } from "./site.ts";

/** Rules that are told; the others are met when a call is refused. */
const RULES_MAX = 60;

/** The text. What it says holds whether anybody reads it or not. */
export function instructionsText(
  { id, rules }: Policy,
  { organization, instructions }: Site,
): string {
  const told = (verdict: "deny" | "ask"): string[] => {
    const found = rules.filter((rule) => rule.verdict === verdict);
    const lines = found.slice(0, RULES_MAX).map(({ when, reason, instead }) => {
      const other = instead === undefined ? "" : ` Instead: ${instead}.`;
      return `- ${oneLine(conditionInWords(when))}: ${oneLine(reason)}.${oneLine(other)}`;
    });
    const more = found.length - lines.length;
    return more > 0 ? [...lines, `- and ${more} more`] : lines;
  };
  return [
    `# Rules of ${oneLine(organization)} for agents`,
    "",
    `The policy \`${id}\` judges every tool call by what it would do, however it is written. Do not look for another way to do what was`,
    "refused: take the alternative that the refusal names, or tell the person.",
    "",
    "## Refused",
    ...told("deny"),
    "",
    "## Asked about first",
    ...told("ask"),
    "",
    ...(instructions === undefined ? [] : [instructions.trim(), ""]),
  ].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
