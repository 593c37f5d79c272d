// The vendor's Messages API as far as the client needs it: a request read within a bound, a message answered as events.
import type { IncomingMessage, ServerResponse } from "node:http";
import { monotonicMs } from "#platform/monotonic.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** A text, or a call of a tool, of a message that a model says. */
export type MessageBlock =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
    };

/** A request as it arrived; `body` is undefined where it is no object. */
export type MessageRequest = {
  readonly path: string;
  readonly text: string;
  readonly body: JsonObject | undefined;
};

const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Reads a request whole. Throws past 64 MiB. */
export async function readMessageRequest(request: IncomingMessage): Promise<MessageRequest> {
  const path = (request.url ?? "").split("?")[0] ?? "";
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("request body over the bound of the stand-in");
    chunks.push(part);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return { path, text, body: parseObject(text) };
}

/** Answers what needs no model: anything else than a message, and counting tokens. Says whether it did. */
export function answerWithoutModel(
  { method }: IncomingMessage,
  { path, body }: MessageRequest,
  response: ServerResponse,
): boolean {
  if (method !== "POST" || !path.startsWith("/v1/messages") || body === undefined) {
    sendError(response, 404, "not found");
    return true;
  }
  if (!path.startsWith("/v1/messages/count_tokens")) return false;
  sendJson(response, 200, { input_tokens: 10 });
  return true;
}

/** Whether a request is of the main loop or an agent's, and no side job such as a title. */
export function isLoopRequest({ path, body }: MessageRequest): boolean {
  const tools = body?.["tools"];
  return path === "/v1/messages" && Array.isArray(tools) && tools.length > 0;
}

/** The first message of a request as JSON text: of an agent it holds the prompt that it was started with. */
export function firstMessage({ body }: MessageRequest): string {
  const messages = body?.["messages"];
  return JSON.stringify(Array.isArray(messages) ? (messages[0] ?? "") : "");
}

/** Sends a message, as events where the request asks for them. */
export function sendMessage(
  response: ServerResponse,
  body: JsonObject,
  blocks: readonly MessageBlock[],
): void {
  const stopReason = blocks.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn";
  const message = {
    id: `msg_${Math.trunc(monotonicMs() * 1000)}`,
    type: "message",
    role: "assistant",
    model: typeof body["model"] === "string" ? body["model"] : "stub",
    stop_sequence: null,
  };
  const usage = { input_tokens: 10, output_tokens: 10 };
  if (body["stream"] !== true) {
    sendJson(response, 200, { ...message, content: blocks, stop_reason: stopReason, usage });
    return;
  }
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "request-id": message.id.replace("msg", "req"),
  });
  const frame = (event: JsonObject): void => {
    response.write(`event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  frame({ type: "message_start", message: { ...message, content: [], stop_reason: null, usage } });
  for (const [index, block] of blocks.entries()) sendBlock(frame, index, block);
  frame({ type: "message_delta", delta: { stop_reason: stopReason, stop_sequence: null }, usage });
  frame({ type: "message_stop" });
  response.end();
}

/** Sends an error of ours; ends the connection where an answer was begun. */
export function sendError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, status, { type: "error", error: { type: "stub_error", message } });
}

function sendBlock(frame: (event: JsonObject) => void, index: number, block: MessageBlock): void {
  const isText = block.type === "text";
  frame({
    type: "content_block_start",
    index,
    content_block: isText ? { type: "text", text: "" } : { ...block, input: {} },
  });
  frame({
    type: "content_block_delta",
    index,
    delta: isText
      ? { type: "text_delta", text: block.text }
      : { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
  });
  frame({ type: "content_block_stop", index });
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
