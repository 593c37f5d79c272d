// Whether a URI is one that a template of a server describes (RFC 6570), never in doubt for the server's benefit.
import { URI_CHARS_MAX } from "./contract.ts";

const PARTS_MAX = 64;

/**
 * True for a URI of the template. The template itself is one as well: what completes its variables names it so.
 * A simple variable is not empty and has no `/`, `?` and `#`; every other expression stands for any text.
 */
export function matchesTemplate(uri: string, template: unknown): boolean {
  if (typeof template !== "string" || template.length > URI_CHARS_MAX) return false;
  if (uri === template) return true;
  const parts = template.split(/(\{[^{}]*\})/);
  if (uri.length > URI_CHARS_MAX || parts.length > PARTS_MAX) return false;
  let ends = new Set([0]);
  for (const part of parts) {
    ends = part.startsWith("{") ? afterExpression(uri, part, ends) : afterText(uri, part, ends);
    if (ends.size === 0) return false;
  }
  return ends.has(uri.length);
}

function afterText(uri: string, text: string, ends: ReadonlySet<number>): Set<number> {
  return new Set([...ends].filter((at) => uri.startsWith(text, at)).map((at) => at + text.length));
}

/** WHY one pass: what can end at a place depends on the nearest start before it alone. */
function afterExpression(uri: string, part: string, ends: ReadonlySet<number>): Set<number> {
  const isSimple = /^\{[A-Za-z0-9_]/.test(part);
  const found = new Set<number>();
  let isInside = false;
  for (let at = 0; at <= uri.length; at += 1) {
    if (isInside && isSimple && "/?#".includes(uri[at - 1] ?? "")) isInside = false;
    if (isInside || (!isSimple && ends.has(at))) found.add(at);
    if (ends.has(at)) isInside = true;
  }
  return found;
}
