// One row of the client's transcript as what it tells: calls, answers, texts for the model, what was used. Total over any JSON.
import { filledString, finiteNumber, isObject, memberOf, stringOrEmpty } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Usage } from "./prices.ts";

/** Blocks of one message, and characters of one identifier, that are read. */
const BLOCKS_MAX = 1_024;
const ID_CHARS_MAX = 256;
/** Levels of an attachment that are looked through. */
const ATTACHED_DEPTH_MAX = 6;

/** What the client said about how a call came to run or not; `unknown` where this version wrote nothing about it. */
export type Passage = "ran" | "rejected" | "unknown";
/** Whether a person was asked by the client: `yes` and `no` are answers; `never` is no question, `unknown` an older client. */
export type Asked = "yes" | "no" | "never" | "unknown";

/** What a row tells. */
export type Told =
  | { readonly kind: "call"; readonly id: string; readonly tool: string; readonly input: Json }
  | {
      readonly kind: "result";
      readonly id: string;
      readonly passage: Passage;
      readonly asked: Asked;
      readonly texts: readonly string[];
      readonly agent: string | undefined;
    }
  /** What else the model was given: a prompt, or what the client put beside it. */
  | { readonly kind: "text"; readonly from: "prompt" | "attachment"; readonly text: string }
  | { readonly kind: "usage"; readonly id: string; readonly usage: Usage }
  | { readonly kind: "shell"; readonly shell: string }
  /** What the client itself counted for the session so far. */
  | { readonly kind: "cost"; readonly usd: number };

/** A row: where and when it was, and what it tells. `timeMs` is undefined where the row has no readable time. */
export type TranscriptRow = {
  readonly session: string | undefined;
  readonly cwd: string | undefined;
  readonly mode: string | undefined;
  readonly version: string | undefined;
  readonly timeMs: number | undefined;
  readonly agent: string;
  readonly told: readonly Told[];
};

/** Attachments that are the client's own words in every session, and no data of the person. */
const CLIENTS_OWN: ReadonlySet<string> = new Set([
  ...["prompt_snapshot", "skill_listing", "agent_listing_delta", "deferred_tools_delta", "model"],
  ...["environment", "date", "session_context", "remote_session_change", "silent_turn_reminder"],
]);

/** Reads a row; undefined for JSON that is no row that we know, such as one of a later client. */
export function readRow(value: unknown): TranscriptRow | undefined {
  if (!isObject(value)) return undefined;
  const told = toldBy(value);
  if (told === undefined) return undefined;
  const timeMs = Date.parse(stringOrEmpty(value["timestamp"]));
  return {
    session: identifier(value["sessionId"]),
    cwd: filledString(value["cwd"]),
    mode: filledString(value["permissionMode"]),
    version: identifier(value["version"]),
    timeMs: Number.isFinite(timeMs) ? timeMs : undefined,
    agent: identifier(value["agentId"]) ?? "",
    told,
  };
}

type Row = Readonly<Record<string, unknown>>;

function toldBy(row: Row): readonly Told[] | undefined {
  switch (row["type"]) {
    case "assistant":
      return saidByModel(row);
    case "user":
      return givenToModel(row);
    case "attachment":
      return attached(row["attachment"]);
    case "cost-state": {
      const usd = finiteNumber(row["totalCostUSD"]);
      return usd === undefined || usd < 0 ? [] : [{ kind: "cost", usd }];
    }
    default:
      return undefined;
  }
}

function saidByModel(row: Row): readonly Told[] {
  const message = row["message"];
  const calls = blocksOf(message).flatMap((block): readonly Told[] => {
    const tool = identifier(block["name"]);
    if (block["type"] !== "tool_use" || tool === undefined) return [];
    // WHY the cast: it came out of JSON.
    const input = (block["input"] ?? {}) as Json;
    return [{ kind: "call", id: identifier(block["id"]) ?? "", tool, input }];
  });
  const usage = usageOf(message);
  // One message is written in several rows, each with the same usage.
  const id = identifier(memberOf(message, "id")) ?? identifier(row["requestId"]) ?? "";
  return usage === undefined ? calls : [...calls, { kind: "usage", id, usage }];
}

function usageOf(message: unknown): Usage | undefined {
  const usage = memberOf(message, "usage");
  const model = identifier(memberOf(message, "model"));
  // A message of the client itself, such as one about an error, was no request.
  if (!isObject(usage) || model === undefined || model === "<synthetic>") return undefined;
  const written = tokens(usage["cache_creation_input_tokens"]);
  const detail = usage["cache_creation"];
  const oneHour = Math.min(written, tokens(memberOf(detail, "ephemeral_1h_input_tokens")));
  return {
    model,
    input: tokens(usage["input_tokens"]),
    output: tokens(usage["output_tokens"]),
    cacheWrite5m: written - oneHour,
    cacheWrite1h: oneHour,
    cacheRead: tokens(usage["cache_read_input_tokens"]),
    webSearches: tokens(memberOf(usage["server_tool_use"], "web_search_requests")),
    speed: filledString(usage["speed"]),
  };
}

/** A count as a transcript may hold it; what is none counts nothing. */
function tokens(value: unknown): number {
  const count = finiteNumber(value) ?? 0;
  return count > 0 && count <= 1e12 ? Math.floor(count) : 0;
}

function givenToModel(row: Row): readonly Told[] {
  const content = memberOf(row["message"], "content");
  if (typeof content === "string") return [{ kind: "text", from: "prompt", text: content }];
  return blocksOf(row["message"]).flatMap((block): readonly Told[] => {
    if (block["type"] === "text" && typeof block["text"] === "string")
      return [{ kind: "text", from: "prompt", text: block["text"] }];
    const id = identifier(block["tool_use_id"]);
    if (block["type"] !== "tool_result" || id === undefined) return [];
    const texts = textsIn(block["content"]);
    return [
      {
        kind: "result",
        id,
        texts,
        ...passageOf(row, block, texts[0] ?? ""),
        agent: identifier(memberOf(row["toolUseResult"], "agentId")),
      },
    ];
  });
}

/** How clients that do not say it apart word a call that did not run. */
const REJECTED =
  /^(?:The user doesn't want to (?:proceed|take this action)|Permission to use |Claude requested permissions to |\[Request interrupted by user|PreToolUse:\w+ hook |Hook PreToolUse)/;

function passageOf(row: Row, block: Row, text: string): { passage: Passage; asked: Asked } {
  const said = row["permissionDecision"];
  const decision = memberOf(said, "decision");
  const source = stringOrEmpty(memberOf(said, "source"));
  if (decision === "accept" || decision === "reject") {
    const isYes = decision === "accept";
    const byPerson = source.startsWith("user_");
    return {
      passage: isYes ? "ran" : "rejected",
      asked: byPerson ? (isYes ? "yes" : "no") : "never",
    };
  }
  const isRejected =
    row["toolDenialKind"] !== undefined || (block["is_error"] === true && REJECTED.test(text));
  return { passage: isRejected ? "rejected" : "ran", asked: "unknown" };
}

function attached(attachment: unknown): readonly Told[] {
  const type = stringOrEmpty(memberOf(attachment, "type"));
  if (type === "environment") {
    const shell = filledString(memberOf(memberOf(attachment, "snapshot"), "shell"));
    return shell === undefined ? [] : [{ kind: "shell", shell }];
  }
  if (CLIENTS_OWN.has(type)) return [];
  const texts: string[] = [];
  collect(attachment, texts, 0);
  return texts.length === 0 ? [] : [{ kind: "text", from: "attachment", text: texts.join("\n") }];
}

/** Every text in a value, wherever this version keeps it. */
function collect(value: unknown, texts: string[], depth: number): void {
  if (texts.length >= BLOCKS_MAX || depth > ATTACHED_DEPTH_MAX) return;
  if (typeof value === "string") texts.push(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, texts, depth + 1);
  else if (isObject(value))
    for (const [name, item] of Object.entries(value))
      if (name !== "type") collect(item, texts, depth + 1);
}

/** The texts of an answer: one, or blocks of which some have one. */
function textsIn(content: unknown): readonly string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content
    .slice(0, BLOCKS_MAX)
    .flatMap((block) => filledString(memberOf(block, "text")) ?? []);
}

function blocksOf(message: unknown): readonly Row[] {
  const content = memberOf(message, "content");
  return Array.isArray(content) ? content.slice(0, BLOCKS_MAX).filter(isObject) : [];
}

function identifier(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= ID_CHARS_MAX
    ? value
    : undefined;
}
