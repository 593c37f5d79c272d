// Taking a person out of a text without breaking its form: JSON, lines of JSON, Markdown, plain lines.
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { PersonMatcher } from "./person.ts";

/** The forms that can be rewritten. */
export type TextForm = "json" | "json-lines" | "markdown" | "lines";

/** A text without the person, and how many lines, values or blocks were changed or dropped. `text` is empty where nothing is left. */
export type Rewritten = { readonly text: string; readonly count: number };

/** Rewrites a text; the same text and 0 where it does not speak of the person. Twice is the same as once. */
export function rewrite(text: string, form: TextForm, matcher: PersonMatcher): Rewritten {
  switch (form) {
    case "json":
      return rewriteJson(text, matcher);
    case "json-lines":
      return rewriteJsonLines(text, matcher);
    case "markdown":
      return rewriteMarkdown(text, matcher);
    case "lines":
      return rewriteLines(text, matcher);
    default:
      return form satisfies never;
  }
}

function rewriteJson(text: string, matcher: PersonMatcher): Rewritten {
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch {
    return rewriteLines(text, matcher);
  }
  const { value, count } = withoutPerson(parsed, matcher);
  if (count === 0) return { text, count };
  const indent = /^[[{]\r?\n([ \t]+)/.exec(text)?.[1];
  const end = text.endsWith("\n") ? "\n" : "";
  return { text: `${JSON.stringify(value, null, indent)}${end}`, count };
}

/** Names in JSON become `[erased]`; an object of one of the person's sessions goes as a whole. */
function withoutPerson(
  value: Json,
  matcher: PersonMatcher,
): { readonly value: Json; readonly count: number } {
  let count = 0;
  const visit = (one: Json): Json | undefined => {
    if (typeof one === "string") {
      const text = matcher.without(one);
      if (text !== one) count += 1;
      return text;
    }
    if (typeof one !== "object" || one === null) return one;
    if (Array.isArray(one)) return one.map(visit).filter((item) => item !== undefined);
    if (isOfSession(one as { readonly [key: string]: Json }, matcher)) {
      count += 1;
      return undefined;
    }
    const kept: [string, Json][] = [];
    for (const [key, inside] of Object.entries(one)) {
      const name = matcher.without(key);
      if (name !== key) count += 1;
      const left = visit(inside as Json);
      if (left !== undefined) kept.push([name, left]);
    }
    return Object.fromEntries(kept);
  };
  const left = visit(value);
  return { value: left ?? null, count };
}

const SESSION_FIELDS = ["sessionId", "session_id", "session"];

function isOfSession(object: { readonly [key: string]: Json }, { person }: PersonMatcher): boolean {
  return SESSION_FIELDS.some((name) => {
    const id = object[name];
    return typeof id === "string" && person.sessions.includes(id);
  });
}

function rewriteJsonLines(text: string, matcher: PersonMatcher): Rewritten {
  let count = 0;
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    const { text: left, count: changed } = rewriteJsonLine(line, matcher);
    count += changed;
    if (left !== undefined) kept.push(left);
  }
  return count === 0 ? { text, count } : { text: endedLine(kept.join("\n")), count };
}

function rewriteJsonLine(
  line: string,
  matcher: PersonMatcher,
): { readonly text: string | undefined; readonly count: number } {
  let parsed: Json;
  try {
    parsed = JSON.parse(line) as Json;
  } catch {
    // A line that was cut may hold half of anything.
    return matcher.isIn(line) ? { text: undefined, count: 1 } : { text: line, count: 0 };
  }
  const { value, count } = withoutPerson(parsed, matcher);
  if (count === 0) return { text: line, count };
  return { text: value === null ? undefined : JSON.stringify(value), count: 1 };
}

function rewriteLines(text: string, matcher: PersonMatcher): Rewritten {
  const lines = text.split("\n");
  const kept = lines.filter((line) => !matcher.isIn(line));
  const count = lines.length - kept.length;
  return count === 0 ? { text, count } : { text: endedLine(kept.join("\n")), count };
}

/**
 * Drops blocks that name the person: a paragraph, an item of a list with what is indented below it, a line of the front
 * matter; and under a heading that names the person everything up to the next heading of its rank. WHY whole blocks: "she
 * prefers mornings" is about the person named in the sentence before.
 */
function rewriteMarkdown(text: string, matcher: PersonMatcher): Rewritten {
  const kept: string[] = [];
  let count = 0;
  let droppedRank = 0;
  for (const block of blocksOf(text)) {
    const rank = /^(#{1,6})\s/.exec(block)?.[1]?.length ?? 0;
    if (rank > 0 && (droppedRank === 0 || rank <= droppedRank))
      droppedRank = matcher.isIn(block) ? rank : 0;
    if (droppedRank > 0 || matcher.isIn(block)) count += 1;
    else kept.push(block);
  }
  if (count === 0) return { text, count };
  const rest = kept.join("\n");
  return { text: rest.trim() === "" ? "" : endedLine(rest), count };
}

/** Lines that belong together; an empty line is a block of its own. */
function blocksOf(text: string): readonly string[] {
  const lines = text.split("\n");
  const blocks: string[] = [];
  const end = lines[0] === "---" ? lines.indexOf("---", 1) : -1;
  for (const [place, line] of lines.entries()) {
    const before = blocks.at(-1);
    const startsAnew =
      place <= end ||
      place === end + 1 ||
      before === undefined ||
      line.trim() === "" ||
      before.trim() === "" ||
      /^#{1,6}\s/.test(line) ||
      /^#{1,6}\s/.test(before) ||
      /^\s*(?:[-*+]|\d+[.)])\s/.test(line);
    if (startsAnew) blocks.push(line);
    else blocks[blocks.length - 1] = `${before}\n${line}`;
  }
  return blocks;
}

function endedLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
