// What a call said, for those who hold the key: its text without secrets and personal data, and the names of what it is about.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import { UNSCANNED } from "#guard/content/finding-class.ts";
import { looksGenerated } from "#guard/content/detection/generated-value.ts";
import { placeholderText } from "#guard/content/detection/withheld.ts";
import { redactJson, type RedactOptions, redactText } from "#guard/content/redact.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Json, ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { JsonObject } from "../log/leaf.ts";
import { cutText } from "./bounded.ts";
import { effectNames, relativePath } from "./effect-names.ts";
import type { EventSession, EventStamp } from "./event.ts";
import { NAME_KINDS, type NameKind } from "./readable-part.ts";
import { withoutTold } from "./told-secrets.ts";

/** Characters of the text of a call or a prompt that are kept: the beginning and the end. */
export const TEXT_CHARS_MAX = 2_000;
const HEAD_CHARS = 1_300;
const TAIL_CHARS = 640;
/** Names of each kind, and characters of one. */
const NAMES_MAX = 24;
const NAME_CHARS_MAX = 240;
/** Texts within the input of a tool of a server; a longer one is told by its length. */
const MEMBER_CHARS_MAX = 4_096;
/** A run that may be a key of which no form is known: the record leaves it out, although nothing is refused because of it. */
const UNCLEAR = /[A-Za-z0-9_+=-]{20,512}/g;
/** Characters of an input that are looked through at all. */
const LOOKED_CHARS_MAX = 256 * 1024;

/** The readable part of a call: `text`, and lists of names under `NAME_KINDS`. Nothing in it is a value that a detector found. */
export function readableCall(
  stamp: Pick<EventStamp, "mark">,
  call: ToolCall,
  effects: readonly Effect[],
  { facts }: EventSession,
): JsonObject {
  const options = optionsOf(stamp, facts);
  const text = textOfInput(call.input, facts, options);
  return { ...(text === undefined ? {} : { text }), ...namesOf(call, effects, facts, options) };
}

/** The readable form of a text that a person wrote. */
export function readableText(
  stamp: Pick<EventStamp, "mark">,
  text: string,
  { facts }: EventSession,
): string {
  return readable(text, facts, optionsOf(stamp, facts));
}

function optionsOf({ mark }: Pick<EventStamp, "mark">, facts: SessionFacts): RedactOptions {
  return { isWithheld: ({ detector }) => detector !== UNSCANNED, mark: mark(facts.sessionId) };
}

function textOfInput(
  input: ToolInput,
  facts: SessionFacts,
  options: RedactOptions,
): string | undefined {
  const plain = (text: string): string => readable(text, facts, options);
  switch (input.kind) {
    case "bash":
      return plain(input.command);
    case "read":
      return plain(relativePath(input.path, facts));
    // What is written is not repeated: the change itself has an event, and the file has its history.
    case "edit":
      return `${plain(relativePath(input.path, facts))} (${counted(input.newText.length, "character")} written)`;
    case "write":
      return `${plain(relativePath(input.path, facts))} (${counted(input.content.length, "character")} written)`;
    case "search":
      return plain(
        [input.pattern ?? "", ...input.filters, relativePath(input.root, facts)].join(" "),
      );
    case "fetch":
      return plain(input.url);
    case "web-search":
      return plain(input.query);
    case "message":
      return plain(`${input.to}: ${input.text}`);
    case "agent":
    case "schedule":
      return plain(input.prompt);
    case "skill":
      return plain(`${input.name} ${input.args}`);
    case "worktree":
      return plain(`${input.action} ${input.name ?? ""}`);
    case "workflow":
      return plain(input.name ?? input.path ?? input.script ?? "");
    case "mcp":
      return `${plain(input.tool)} ${readableJson(input.input, facts, options)}`;
    case "other":
      return readableJson(input.input, facts, options);
    case "bookkeeping":
      return undefined;
    default:
      return input satisfies never;
  }
}

function readable(text: string, facts: SessionFacts, options: RedactOptions): string {
  if (text.length > LOOKED_CHARS_MAX) return `(${text.length} characters)`;
  const { value, isTruncated } = redactText(withoutQueries(text), "input", options);
  // WHY nothing at all: what was not looked through may hold what must not be here.
  if (isTruncated) return `(${text.length} characters, not looked through in full)`;
  return middleCut(homeless(withoutUnclear(value.trim(), options), facts));
}

function readableJson(input: Json, facts: SessionFacts, options: RedactOptions): string {
  if (JSON.stringify(input).length > LOOKED_CHARS_MAX) return "(a large input)";
  const { value, isTruncated } = redactJson(shortened(input), options);
  return isTruncated
    ? "(not looked through in full)"
    : middleCut(homeless(withoutUnclear(withoutQueries(JSON.stringify(value)), options), facts));
}

function shortened(value: Json): Json {
  if (typeof value === "string")
    return value.length > MEMBER_CHARS_MAX ? `(${value.length} characters)` : value;
  if (Array.isArray(value)) return value.map((item: Json) => shortened(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}

/** Addresses without who logs in, without the values of their query and without their fragment: any of these may be a key. */
function withoutQueries(text: string): string {
  if (!text.includes("://")) return text;
  return text.replaceAll(
    /\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s"'`<>|]{1,4000})/gi,
    (_, scheme: string, rest: string) => {
      const shown = rest
        .replace(/^[^/?#@]{1,400}@/, "…@")
        .replace(/#.{1,4000}$/, "#…")
        .replace(/\?.{1,4000}$/, (query) => query.replaceAll(/=[^&;#]{1,4000}/g, "=…"));
      return scheme + shown;
    },
  );
}

function withoutUnclear(text: string, { mark }: RedactOptions): string {
  return withoutTold(text, mark).replaceAll(UNCLEAR, (run) =>
    /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run) && looksGenerated(run)
      ? placeholderText("unclear", mark(run))
      : run,
  );
}

/** The name of the person's home as everybody writes it. */
function homeless(text: string, { home }: SessionFacts): string {
  if (home.length < 2 || !text.includes(home)) return text;
  const parts = text.split(home);
  return parts.reduce((before, part) =>
    /^[\w.-]/.test(part) ? before + home + part : `${before}~${part}`,
  );
}

/** The text, or its beginning and end with how much is missing between them. */
export function middleCut(text: string): string {
  const whole = cutText(text, text.length);
  if (whole.length <= TEXT_CHARS_MAX) return whole;
  const missing = whole.length - HEAD_CHARS - TAIL_CHARS;
  return `${cutText(whole, HEAD_CHARS)} [... ${missing} characters ...] ${whole.slice(-TAIL_CHARS).replaceAll(/\p{Surrogate}/gu, "\ufffd")}`;
}

/** The names that the effects are about, each once, those beyond the bound left out. */
function namesOf(
  call: ToolCall,
  effects: readonly Effect[],
  facts: SessionFacts,
  options: RedactOptions,
): JsonObject {
  const names = effectNames(call, effects, facts);
  const listed = NAME_KINDS.flatMap((kind) =>
    [...names[kind]].slice(0, NAMES_MAX).map((name) => ({ kind, name: oneLine(name) })),
  );
  if (listed.length === 0) return {};
  const lines = listed.map(({ name }) => name).join("\n");
  const { value, isTruncated } = redactText(lines, "names", options);
  const shown = withoutUnclear(value, options).split("\n");
  // A value over several names is no name of any of them.
  if (isTruncated || shown.length !== listed.length) return {};
  const kept: Partial<Record<NameKind, string[]>> = {};
  for (const [place, { kind }] of listed.entries()) (kept[kind] ??= []).push(shown[place] ?? "");
  return kept;
}

function oneLine(name: string): string {
  return cutText(printable(withoutQueries(name)), NAME_CHARS_MAX);
}
