// All permission rules of a settings file with their places.
import { readRule, type RuleText } from "#guard/native/rule.ts";
import { type JsonNode, memberOf } from "../json-text.ts";
import { type LintDocument, textOf } from "./document.ts";

/** The list that a rule stands in. */
export type RuleList = "deny" | "ask" | "allow";
/** A rule where it stands. */
export type PlacedRule = {
  readonly document: LintDocument;
  readonly list: RuleList;
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly text: string;
  readonly start: number;
  readonly rule: RuleText;
};
/** An entry of a list of rules that is no text. */
export type OddEntry = { readonly document: LintDocument; readonly start: number };

/** The lists, the one that wins first. */
export const RULE_LISTS = ["deny", "ask", "allow"] as const satisfies readonly RuleList[];

/** All rules of a file, and the entries that are none. */
export function rulesOf(document: LintDocument): {
  readonly rules: readonly PlacedRule[];
  readonly odd: readonly OddEntry[];
} {
  const permissions = memberOf(document.root, "permissions");
  const entries = RULE_LISTS.flatMap((list) =>
    elementsOf(memberOf(permissions, list)).map((node, index) => ({
      list,
      index,
      node,
      text: textOf(node),
    })),
  );
  return {
    rules: entries.flatMap(({ list, index, node, text }) =>
      text === undefined
        ? []
        : [{ document, list, index, text, start: node.start, rule: asEvery(readRule(text)) }],
    ),
    odd: entries.flatMap(({ node, text }) =>
      text === undefined ? [{ document, start: node.start }] : [],
    ),
  };
}

/** WHY: a lone star is every call of the tool, and so said as a rule without brackets. */
function asEvery(rule: RuleText): RuleText {
  return rule.kind === "rule" && rule.subject === "*" ? { ...rule, subject: undefined } : rule;
}

function elementsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === "array" ? node.elements : [];
}
