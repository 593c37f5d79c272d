// One JSON-RPC message as it passes the gateway: told apart by its members, and refused where it is none.
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

/** An object of JSON. */
export type Members = { readonly [key: string]: Json };
export type MessageId = string | number;

/** A message by what it is; `whole` is what is sent on. */
export type Message =
  | {
      readonly kind: "request";
      readonly id: MessageId;
      readonly method: string;
      readonly params: Members;
      readonly whole: Members;
    }
  | {
      readonly kind: "notification";
      readonly method: string;
      readonly params: Members;
      readonly whole: Members;
    }
  | { readonly kind: "answer"; readonly id: MessageId | null; readonly whole: Members };

/** What JSON-RPC 2.0 calls its errors, and ours: the range from -32099 to -32000 is the implementation's. */
export const ERRORS = {
  parse: -32_700,
  request: -32_600,
  params: -32_602,
  failed: -32_000,
  refused: -32_010,
} as const;

/** Nesting of a message; tools and their answers need about ten levels. */
const DEPTH_MAX = 128;
const ID_CHARS_MAX = 256;
const METHOD_CHARS_MAX = 256;

/** Reads a parsed value; undefined for a batch, and for everything else that is no single message. */
export function readMessage(value: unknown): Message | undefined {
  if (!isMembers(value) || value["jsonrpc"] !== "2.0" || !isShallow(value, 0)) return undefined;
  const { id, method } = value;
  if (method === undefined) {
    const isOne = "result" in value !== "error" in value;
    return isOne && (id === null || isId(id)) ? { kind: "answer", id, whole: value } : undefined;
  }
  if (typeof method !== "string" || method.length > METHOD_CHARS_MAX) return undefined;
  if ("result" in value || "error" in value) return undefined;
  const params = value["params"] ?? {};
  if (!isMembers(params)) return undefined;
  if (id === undefined) return { kind: "notification", method, params, whole: value };
  return isId(id) ? { kind: "request", id, method, params, whole: value } : undefined;
}

/** The answer to a request that is refused here. `data` is for programs. */
export function errorAnswer(
  id: MessageId | null,
  code: number,
  { message, data }: { readonly message: string; readonly data?: Members },
): Members {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

export function isMembers(value: unknown): value is Members {
  return isObject(value);
}

export function isId(value: unknown): value is MessageId {
  return typeof value === "string" ? value.length <= ID_CHARS_MAX : Number.isFinite(value);
}

function isShallow(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth > DEPTH_MAX) return false;
  for (const one of Object.values(value)) if (!isShallow(one as Json, depth + 1)) return false;
  return true;
}
