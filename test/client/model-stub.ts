// A loopback stub of the Messages API: answers scripted turns as server-sent events and keeps every request body.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One tool call that the scripted model makes. */
export type ToolUse = {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** What the model answers once: a text, or one or more tool calls in one message. */
export type Turn = string | readonly ToolUse[];

/** Turn n answers the n-th request of the main loop; a sub-agent's requests are known by a marker word in its prompt. */
export type StubScript = {
  readonly turns: readonly Turn[];
  readonly subAgents?: ReadonlyMap<string, readonly Turn[]>;
  /** Awaited before main-loop turn `turn` (from 0) is answered, also for the "done" after the last one. */
  readonly beforeTurn?: (turn: number) => void | Promise<void>;
  /** In the ids of the main loop's calls instead of `main`. */
  readonly idPrefix?: string;
};

/** One request as it arrived. `loop` says who asked: the main loop, a sub-agent (by marker), or a side job. */
export type StubRequest = {
  readonly path: string;
  readonly loop: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** A running stub. `requests` grows while the client talks to it. */
export type ModelStub = {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  close(): Promise<void>;
};

type JsonObject = Readonly<Record<string, unknown>>;
type StubState = {
  readonly script: StubScript;
  readonly requests: StubRequest[];
  readonly turnsTaken: Map<string, number>;
};

const bodyBytesMax = 64 * 1024 * 1024;
const keptBytesMax = 1024 * 1024 * 1024;

/** The id of a scripted tool call: main-loop turn and place in it, both from 0; of a sub-agent with its marker. */
export function toolUseId(turn: number, index = 0, loop = "main"): string {
  return `toolu_${loop}_${turn}_${index}`;
}

/** Starts the stub on a free loopback port. */
export async function startModelStub(script: StubScript): Promise<ModelStub> {
  const state: StubState = { script, requests: [], turnsTaken: new Map() };
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      sendError(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens always has an address object; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: state.requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  state: StubState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "").split("?")[0] ?? "";
  const text = await readBody(request);
  const body = parseObject(text);
  const loop = loopOf(state.script, path, body);
  keep(state, { path, loop, body: text, headers: plainHeaders(request) });
  if (request.method !== "POST" || !path.startsWith("/v1/messages") || body === undefined) {
    sendError(response, 404, "not found");
  } else if (path.startsWith("/v1/messages/count_tokens")) {
    sendJson(response, 200, { input_tokens: 10 });
  } else {
    await sendTurn(response, body, await nextTurn(state, loop));
  }
}

function loopOf(script: StubScript, path: string, body: JsonObject | undefined): string {
  const tools = body?.["tools"];
  if (path !== "/v1/messages" || !Array.isArray(tools) || tools.length === 0) {
    return "side";
  }
  const messages = body?.["messages"];
  const first = JSON.stringify(Array.isArray(messages) ? messages[0] : "");
  for (const marker of script.subAgents?.keys() ?? []) {
    if (first.includes(marker)) {
      return marker;
    }
  }
  return "main";
}

async function nextTurn(
  state: StubState,
  loop: string,
): Promise<{ blocks: readonly JsonObject[] }> {
  if (loop === "side") {
    return { blocks: [{ type: "text", text: "ok" }] };
  }
  const turn = state.turnsTaken.get(loop) ?? 0;
  state.turnsTaken.set(loop, turn + 1);
  if (loop === "main") {
    await state.script.beforeTurn?.(turn);
  }
  const turns = loop === "main" ? state.script.turns : (state.script.subAgents?.get(loop) ?? []);
  const scripted = turns[turn] ?? "done";
  if (typeof scripted === "string") {
    return { blocks: [{ type: "text", text: scripted }] };
  }
  return {
    blocks: scripted.map((use, index) => ({
      type: "tool_use",
      id: toolUseId(turn, index, loop === "main" ? state.script.idPrefix : loop),
      name: use.name,
      input: use.input,
    })),
  };
}

async function sendTurn(
  response: ServerResponse,
  body: JsonObject,
  { blocks }: { blocks: readonly JsonObject[] },
): Promise<void> {
  const stopReason = blocks.some((block) => block["type"] === "tool_use") ? "tool_use" : "end_turn";
  const message = {
    id: `msg_${Math.trunc(performance.now() * 1000)}`,
    type: "message",
    role: "assistant",
    model: typeof body["model"] === "string" ? body["model"] : "stub",
    stop_sequence: null,
  };
  const usage = { input_tokens: 10, output_tokens: 10 };
  if (body["stream"] !== true) {
    sendJson(response, 200, {
      ...message,
      content: blocks,
      stop_reason: stopReason,
      usage,
    });
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
  frame({
    type: "message_start",
    message: { ...message, content: [], stop_reason: null, usage },
  });
  for (const [index, block] of blocks.entries()) {
    const isText = block["type"] === "text";
    frame({
      type: "content_block_start",
      index,
      content_block: isText ? { type: "text", text: "" } : { ...block, input: {} },
    });
    frame({
      type: "content_block_delta",
      index,
      delta: isText
        ? { type: "text_delta", text: block["text"] }
        : {
            type: "input_json_delta",
            partial_json: JSON.stringify(block["input"]),
          },
    });
    frame({ type: "content_block_stop", index });
  }
  frame({
    type: "message_delta",
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage,
  });
  frame({ type: "message_stop" });
  response.end();
}

function keep(state: StubState, request: StubRequest): void {
  const kept = state.requests.reduce((sum, earlier) => sum + earlier.body.length, 0);
  if (kept + request.body.length > keptBytesMax) {
    throw new Error("the stub keeps no more request bodies: split the session");
  }
  state.requests.push(request);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > bodyBytesMax) {
      throw new Error("request body over the bound of the stub");
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, {
    type: "error",
    error: { type: "stub_error", message },
  });
}
