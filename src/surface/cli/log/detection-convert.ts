// What `log detect --convert` prints: detections in the language of another system, and which of them it cannot say.
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  type Converted,
  convertRule,
  type Target,
  TARGETS,
} from "#detect/conversion/conversion.ts";
import type { Rule } from "#detect/correlation/rule-file.ts";
import type { RuleMeta } from "#detect/detection/detection.ts";
import { placeText } from "../../foundation/terminal/report-error.ts";

/** The targets, in words. */
export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);

/** One detection for a target: its text, or why there is none. */
export type ConvertedText =
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "impossible"; readonly failure: Failure; readonly text: string };

/** Reads the name of a target. Throws Failure `usage` for another. */
export function readTarget(text: string): Target {
  const found = Object.keys(TARGETS).find((name): name is Target => name === text);
  if (found !== undefined) return found;
  throw new Failure(
    "usage",
    `\`${printable(text)}\` is nothing to convert for: use ${TARGET_NAMES.join(", ")}`,
  );
}

/** A rule as text for a person or a file, or as a line of JSON. */
export function convertedText(
  rule: Rule,
  rules: readonly Rule[],
  { target, asJson }: { readonly target: Target; readonly asJson: boolean },
): ConvertedText {
  const { id, name, title, level } = rule.meta;
  try {
    const converted = convertRule(rule, rules, target);
    const { language, queries } = converted;
    const text = asJson
      ? printableJson({ rule: id, name, title, level, target, language, queries: [...queries] })
      : plainText(rule.meta, converted);
    return { kind: "said", text };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const text = asJson
      ? printableJson({ rule: id, name, target, error: failure.message, at: { ...failure.at } })
      : printable(`${placeText(failure)}${failure.message}`);
    return { kind: "impossible", failure, text };
  }
}

/** A comment that says which detection it is, and its queries. INVARIANT: they hold nothing that steers a terminal. */
function plainText({ name, title, level, id }: RuleMeta, { language, queries }: Converted): string {
  const about = printable(`${title} [${name}], ${level}, ${id}`).replaceAll("`", "'");
  const comment =
    language === "SPL" ? `\`\`\` ${about} \`\`\`` : `${language === "SQL" ? "--" : "//"} ${about}`;
  const end = language === "SQL" ? ";" : "";
  // WHY each with the comment: of several queries every one is a rule of its own there.
  return `${queries.map((query) => `${comment}\n${query}${end}`).join("\n\n")}\n`;
}
