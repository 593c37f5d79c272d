// Annotations in a comment that let a finding stay: `sallyport:allow <detector> owner=NAME until=YYYY-MM-DD reason=WHY`.
import type { Acceptance } from "./scan-finding.ts";

/** What an annotation says of a finding. `faulty`: it lacks something and lets nothing stay. */
export type Allowance =
  | { readonly kind: "given"; readonly acceptance: Acceptance }
  | { readonly kind: "ended"; readonly owner: string; readonly until: string }
  | { readonly kind: "faulty"; readonly fault: string };

/** Characters of a line that are looked at, before and after a finding. */
export const LINE_CHARS_MAX = 2_000;
const ANNOTATION = /sallyport:allow[ \t]+([a-z0-9*][a-z0-9*-]{0,80})([^\n]{0,600})/g;
/** What begins a comment in the languages that have them; the annotation may be anywhere behind it. */
const COMMENT = /\/\/|\/\*|#|--|<!--|;|%|^\s*\*|^\s*'|\brem\b/i;
const WORD = /\b(owner|until|reason)=("[^"\n]{1,300}"|[^\s"]{1,200})/g;

/**
 * What the line of a finding, or a line of comment alone above it, allows. `today` is `YYYY-MM-DD`. An annotation counts only in
 * a comment, for its own detector, with an owner and a day that is not over.
 */
export function allowanceFor(
  rule: string,
  lines: { readonly line: string; readonly above: string | undefined },
  today: string,
): Allowance | undefined {
  const own = annotationIn(lines.line, rule, today);
  if (own !== undefined) return own;
  const above = lines.above?.trim() ?? "";
  return COMMENT.exec(above)?.index === 0 ? annotationIn(above, rule, today) : undefined;
}

function annotationIn(line: string, rule: string, today: string): Allowance | undefined {
  for (const match of line.matchAll(ANNOTATION)) {
    if (match[1] !== rule || !COMMENT.test(line.slice(0, match.index))) continue;
    return read(match[2] ?? "", today);
  }
  return undefined;
}

function read(text: string, today: string): Allowance {
  const words = new Map<string, string>();
  for (const [, key = "", value = ""] of text.matchAll(WORD)) {
    if (key !== "reason") words.set(key, value.replaceAll('"', ""));
  }
  const reason = /\breason=(?:"([^"]{1,300})"|([^\n]{1,300}))/.exec(text);
  const owner = words.get("owner");
  const until = words.get("until");
  if (owner === undefined) return { kind: "faulty", fault: "it names no `owner=`" };
  if (until === undefined) return { kind: "faulty", fault: "it has no end: `until=YYYY-MM-DD`" };
  if (!isDay(until)) return { kind: "faulty", fault: "its `until=` is no day `YYYY-MM-DD`" };
  if (until < today) return { kind: "ended", owner, until };
  const why = (reason?.[1] ?? reason?.[2] ?? "").replace(/\s*(?:\*\/|-->).*$/, "").trim();
  return { kind: "given", acceptance: { by: "annotation", owner, until, reason: why } };
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
