// A permission rule of the client taken apart: the tool it names and what it says about the call.

/** `subject` is what stands in brackets; undefined where there are none. */
export type RuleParts = { readonly tool: string; readonly subject: string | undefined };

/** Names that the client takes for another tool's in rules. */
const RENAMED: Readonly<Record<string, string>> = { Task: "Agent" };

/** Takes a rule apart; undefined for text that the client drops as no rule. */
export function parseRule(text: string): RuleParts | undefined {
  const found = /^([A-Za-z_*][\w*.-]*)(?:\(([\s\S]*)\))?$/.exec(text);
  if (found === null) return undefined;
  const [, name = "", subject] = found;
  // WHY: nothing in the brackets is a mistake to the client, and it drops the rule.
  return subject === "" ? undefined : { tool: RENAMED[name] ?? name, subject };
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
