// What can be asked of one entry of the log: a flat record, the same for the index, for filters and for commands without a daemon.
import { finiteNumber } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { DecodedLeaf, JsonObject } from "../log/leaf.ts";
import { wordsOf } from "./command-words.ts";

/** Lists of an event: what it did, why, with what, and what was found. */
export const MARK_FIELDS = [
  "effect",
  "rule",
  "program",
  "detector",
  "content",
  "doubt",
  "exception",
  "chain",
  "prompt",
] as const;
export type MarkField = (typeof MARK_FIELDS)[number];

/** One member of a list of an event, and how often it stands there. */
export type Mark = { readonly field: MarkField; readonly value: string; readonly count: number };

/** Fields that are one word or nothing. All but `user` stand in clear in the log. */
export const WORD_FIELDS = [
  "kind",
  "verdict",
  "tool",
  "session",
  "agent",
  "call",
  "user",
  "class",
  "mode",
  "policy",
  "layer",
  "outcome",
  "what",
  "code",
  "submitter",
] as const;
export type WordField = (typeof WORD_FIELDS)[number];

/** Fields that are a number or nothing. Durations in milliseconds, sizes in characters or bytes as the client counts. */
export const NUMBER_FIELDS = ["duration", "size", "findings"] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

/**
 * One event. INVARIANT: nothing sealed is in here in clear: `user` is a pseudonym under the subject's key, and `words`
 * are those of the normalised command, which holds no literal, and keyed stand-ins for those of the readable text.
 */
export type IndexedEvent = {
  readonly index: number;
  readonly id: string;
  readonly timeMs: number;
  readonly word: Readonly<Record<WordField, string | undefined>>;
  readonly number: Readonly<Record<NumberField, number | undefined>>;
  readonly enforced: boolean;
  readonly canary: boolean;
  readonly marks: readonly Mark[];
  readonly words: readonly string[];
};

/** What was sealed in an entry, as the index sees it. */
export type Opened = {
  /** A pseudonym of the user, made by `userPseudonym`. */
  readonly user: string | undefined;
  readonly command: string | undefined;
  /** Stand-ins of its readable text and names. */
  readonly readable?: readonly string[];
};

/** Begins the pseudonym of a user, so that it is told from a name. */
export const USER_PREFIX = "u:";

/** Marks of one event: the event's own bounds are lower, foreign metadata may be larger. */
const MARKS_MAX = 512;
const WORD_CHARS_MAX = 160;

/** Flattens an entry. Total: metadata of other versions gives what is readable of it. */
export function indexedEvent(
  index: number,
  leaf: Pick<DecodedLeaf, "id" | "timeMs" | "metadata">,
  opened: Opened,
): IndexedEvent {
  const { metadata } = leaf;
  const policy = objectOf(metadata["policy"]);
  const text = (name: string): string | undefined => wordOf(metadata[name]);
  return {
    index,
    id: leaf.id,
    timeMs: leaf.timeMs,
    word: {
      kind: text("kind") ?? "unknown",
      verdict: text("verdict"),
      tool: text("tool"),
      session: text("session"),
      agent: text("agent"),
      call: text("call"),
      user: opened.user,
      class: text("class"),
      mode: text("mode"),
      policy: wordOf(policy?.["id"]) ?? text("exception") ?? text("deployment"),
      layer: wordOf(policy?.["layer"]) ?? text("layer"),
      outcome: text("outcome") ?? text("answer"),
      what: whatOf(metadata),
      code: text("code") ?? text("why") ?? text("fault"),
      submitter: text("submitter"),
    },
    number: {
      duration: finiteNumber(metadata["durationMs"]),
      size: finiteNumber(metadata["inputSize"]) ?? finiteNumber(metadata["responseSize"]),
      findings: finiteNumber(metadata["findings"]),
    },
    enforced: metadata["enforced"] !== false,
    canary: metadata["canary"] === true,
    marks: marksOf(metadata),
    words: [
      ...(opened.command === undefined ? [] : wordsOf(opened.command)),
      ...(opened.readable ?? []),
    ],
  };
}

/** The one word that tells events of a kind apart, whatever it is called there. */
function whatOf(metadata: JsonObject): string | undefined {
  for (const name of ["event", "phase", "what", "how", "cause", "source", "went"]) {
    const found = wordOf(metadata[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function marksOf(metadata: JsonObject): readonly Mark[] {
  const marks = [
    ...counted("effect", metadata["effects"]),
    ...listed("rule", metadata["rules"]),
    ...listed("program", metadata["programs"]),
    ...counted("detector", metadata["detectors"]),
    ...counted("content", metadata["content"]),
    ...listed("doubt", metadata["doubts"]),
    ...listed("exception", metadata["exceptions"]),
    ...listed("chain", metadata["chains"]),
    ...listed("prompt", metadata["kind"] === "decision" ? [metadata["prompt"] ?? null] : []),
  ];
  return marks.length <= MARKS_MAX ? marks : marks.slice(0, MARKS_MAX);
}

function listed(field: MarkField, value: Json | undefined): readonly Mark[] {
  if (!Array.isArray(value)) return [];
  const names = new Set(value.flatMap((one) => wordOf(one) ?? []));
  return [...names].map((name) => ({ field, value: name, count: 1 }));
}

function counted(field: MarkField, value: Json | undefined): readonly Mark[] {
  return Object.entries(objectOf(value) ?? {}).flatMap(([name, count]) => {
    const word = wordOf(name);
    return word === undefined || typeof count !== "number" || !(count > 0)
      ? []
      : [{ field, value: word, count: Math.min(Math.floor(count), 1e9) }];
  });
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function wordOf(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  // WHY half a character too: it is written otherwise than it is read back, and the index is held against what was written.
  const cut =
    value.length <= WORD_CHARS_MAX
      ? value
      : value.slice(0, WORD_CHARS_MAX).replaceAll(/\p{Surrogate}/gu, "\ufffd");
  // WHY: a NUL ends a text in SQLite's C functions, and would let two different words look equal.
  return cut.replaceAll("\0", "\ufffd");
}
