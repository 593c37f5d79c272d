// A permission rule of the client taken apart: the tool it names and what it says about the call. The one reader of rules.
import { ownValue } from "#base/own-value.ts";

/** `subject` is what stands in brackets, escapes taken out; undefined where there are none. */
export type RuleParts = { readonly tool: string; readonly subject: string | undefined };
/** A rule, or why the client drops the text. */
export type RuleText =
  | ({ readonly kind: "rule" } & RuleParts)
  | { readonly kind: "malformed"; readonly why: string; readonly fix: string };

/** Names that the client takes for another tool's in rules. */
const RENAMED: Readonly<Record<string, string>> = { Task: "Agent" };

/**
 * Takes a rule apart as the client (2.1.328) does: the first bracket opens, the last one must end the text, a backslash
 * before a bracket makes it literal. Measured: brackets inside need none, and blanks belong to what they stand in.
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
  return { kind: "rule", tool, subject: unescaped(subject) };
}

/** The name that a tool has today. */
export function currentName(tool: string): string {
  return ownValue(RENAMED, tool) ?? tool;
}

/** Whether a rule without a subject names the tool: by its name, by one with stars, or by the server of an MCP tool. */
export function namesTool(rule: RuleParts, tool: string): boolean {
  if (rule.tool === tool) return true;
  if (rule.tool.includes("*")) return starsMatch(rule.tool, tool);
  if (!rule.tool.startsWith("mcp__")) return false;
  return rule.tool.split("__").length === 2 && tool.startsWith(`${rule.tool}__`);
}

/** Whether a text with stars for any characters is another text. Linear in the text for a given number of stars. */
export function starsMatch(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
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
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes += 1;
  return slashes % 2 === 0;
}
