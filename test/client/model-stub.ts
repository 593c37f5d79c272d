// A loopback stub of the Messages API: answers scripted turns as server-sent events and keeps every request body.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  answerWithoutModel,
  firstMessage,
  isLoopRequest,
  type MessageBlock,
  type MessageRequest,
  readMessageRequest,
  sendError,
  sendMessage,
} from "#surface/services/canary/messages-api.ts";

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

type StubState = {
  readonly script: StubScript;
  readonly requests: StubRequest[];
  readonly turnsTaken: Map<string, number>;
};

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
  const read = await readMessageRequest(request);
  const loop = loopOf(state.script, read);
  keep(state, { path: read.path, loop, body: read.text, headers: plainHeaders(request) });
  if (answerWithoutModel(request, read, response)) return;
  sendMessage(response, read.body ?? {}, await nextTurn(state, loop));
}

function loopOf(script: StubScript, request: MessageRequest): string {
  if (!isLoopRequest(request)) return "side";
  const first = firstMessage(request);
  for (const marker of script.subAgents?.keys() ?? []) {
    if (first.includes(marker)) {
      return marker;
    }
  }
  return "main";
}

async function nextTurn(state: StubState, loop: string): Promise<readonly MessageBlock[]> {
  if (loop === "side") {
    return [{ type: "text", text: "ok" }];
  }
  const turn = state.turnsTaken.get(loop) ?? 0;
  state.turnsTaken.set(loop, turn + 1);
  if (loop === "main") {
    await state.script.beforeTurn?.(turn);
  }
  const turns = loop === "main" ? state.script.turns : (state.script.subAgents?.get(loop) ?? []);
  const scripted = turns[turn] ?? "done";
  if (typeof scripted === "string") {
    return [{ type: "text", text: scripted }];
  }
  return scripted.map((use, index) => ({
    type: "tool_use",
    id: toolUseId(turn, index, loop === "main" ? state.script.idPrefix : loop),
    name: use.name,
    input: use.input,
  }));
}

function keep(state: StubState, request: StubRequest): void {
  const kept = state.requests.reduce((sum, earlier) => sum + earlier.body.length, 0);
  if (kept + request.body.length > keptBytesMax) {
    throw new Error("the stub keeps no more request bodies: split the session");
  }
  state.requests.push(request);
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}
