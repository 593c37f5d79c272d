// A permission rule as the client takes it apart, or why it drops it, and all rules of a file with their places.
import { type JsonNode, memberOf } from "../json-text.ts";
import { type LintDocument, textOf } from "./document.ts";

/** The list that a rule stands in. */
export type RuleList = "deny" | "ask" | "allow";
/** `subject` is what stands in brackets, undefined where the rule is about every call of the tool. */
export type RuleText =
  | { readonly kind: "rule"; readonly tool: string; readonly subject: string | undefined }
  | { readonly kind: "malformed"; readonly why: string; readonly fix: string };
/** A rule where it stands. */
export type PlacedRule = {
  readonly document: LintDocument;
  readonly list: RuleList;
  readonly text: string;
  readonly start: number;
  readonly rule: RuleText;
};
/** An entry of a list of rules that is no text. */
export type OddEntry = { readonly document: LintDocument; readonly start: number };

/** The lists, the one that wins first. */
export const RULE_LISTS = ["deny", "ask", "allow"] as const satisfies readonly RuleList[];

/**
 * Takes a rule apart as the client (2.1.328) does: the first bracket opens, the last one must end the text, a backslash
 * before a bracket makes it literal.
 */
export function readRule(text: string): RuleText {
  if (text.trim() === "") return malformed("the rule is empty", "take it out");
  const open = bracketIn(text, "(");
  const close = lastBracketIn(text, ")");
  if (open === -1 && close === -1) return { kind: "rule", tool: text, subject: undefined };
  const tool = text.slice(0, open === -1 ? 0 : open);
  if (open === -1 || close < open || close !== text.length - 1 || /[()]/.test(tool)) {
    return malformed(
      "the brackets do not fit: a rule is `Tool` or `Tool(...)` and ends with its bracket",
      "write it as `Tool(...)`",
    );
  }
  if (tool === "") return malformed("no tool stands before the bracket", "write `Tool(...)`");
  const subject = text.slice(open + 1, close);
  if (subject === "") {
    return malformed(
      "nothing stands in the brackets: the client drops the rule",
      `write \`${tool}\``,
    );
  }
  return { kind: "rule", tool, subject: subject === "*" ? undefined : unescaped(subject) };
}

/** All rules of a file, and the entries that are none. */
export function rulesOf(document: LintDocument): {
  readonly rules: readonly PlacedRule[];
  readonly odd: readonly OddEntry[];
} {
  const permissions = memberOf(document.root, "permissions");
  const entries = RULE_LISTS.flatMap((list) =>
    elementsOf(memberOf(permissions, list)).map((node) => ({ list, node, text: textOf(node) })),
  );
  return {
    rules: entries.flatMap(({ list, node, text }) =>
      text === undefined ? [] : [{ document, list, text, start: node.start, rule: readRule(text) }],
    ),
    odd: entries.flatMap(({ node, text }) =>
      text === undefined ? [{ document, start: node.start }] : [],
    ),
  };
}

function elementsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === "array" ? node.elements : [];
}

function malformed(why: string, fix: string): RuleText {
  return { kind: "malformed", why, fix };
}

function unescaped(subject: string): string {
  return subject.replaceAll("\\(", "(").replaceAll("\\)", ")").replaceAll("\\\\", "\\");
}

function bracketIn(text: string, bracket: string): number {
  for (let at = 0; at < text.length; at += 1) if (isBracket(text, at, bracket)) return at;
  return -1;
}

function lastBracketIn(text: string, bracket: string): number {
  for (let at = text.length - 1; at >= 0; at -= 1) if (isBracket(text, at, bracket)) return at;
  return -1;
}

function isBracket(text: string, at: number, bracket: string): boolean {
  if (text[at] !== bracket) return false;
  const slashes = /\\*$/.exec(text.slice(0, at))?.[0].length ?? 0;
  return slashes % 2 === 0;
}
