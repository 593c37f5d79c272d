// A stand-in for the model on loopback: it has a client make a few harmless calls, and keeps what the client answered to each.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallResult } from "#govern/deploy/canary.ts";
import { ownUserOnly } from "../../foundation/network/door.ts";
import { cannotListen, listenAt, webServer } from "../../foundation/network/listening.ts";
import {
  answerWithoutModel,
  firstMessage,
  isLoopRequest,
  type MessageBlock,
  type MessageRequest,
  readMessageRequest,
  sendError,
  sendMessage,
} from "./messages-api.ts";

/** Messages of the main loop in their order, and those of an agent, which is known by a word in its prompt. */
export type StandInScript = {
  readonly main: readonly (readonly MessageBlock[])[];
  readonly agent: readonly (readonly MessageBlock[])[];
  readonly agentWord: string;
};

/** A stand-in that listens. `results` grows while a client talks to it. */
export type StandIn = {
  readonly url: string;
  readonly results: ReadonlyMap<string, CallResult>;
  /** How often a client asked for a turn of the model. */
  asked(): number;
  close(): Promise<void>;
};

const DONE: MessageBlock = { type: "text", text: "done" };
/** WHY nobody else: what another user said here would pass for what the client made of its calls. */
const SHARES = ownUserOnly(64);
const BOUNDS = { headMs: 30_000, requestMs: 300_000, restMs: 60_000, headBytes: 64 * 1024 };
const PLACE = { host: "127.0.0.1", port: 0 };

/** Starts it on a free port of loopback. */
export async function startStandIn(script: StandInScript): Promise<StandIn> {
  const results = new Map<string, CallResult>();
  const turns = { main: 0, agent: 0 };
  let asked = 0;
  const server = webServer(BOUNDS, (request, response) => {
    answer(request, response).catch(() => sendError(response, 500, "not answered"));
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = await readMessageRequest(request);
    for (const [id, result] of resultsIn(read)) results.set(id, result);
    if (answerWithoutModel(request, read, response)) return;
    if (isLoopRequest(read)) asked += 1;
    const loop = firstMessage(read).includes(script.agentWord) ? "agent" : "main";
    const blocks = isLoopRequest(read) ? script[loop][turns[loop]++] : undefined;
    sendMessage(response, read.body ?? {}, blocks ?? [DONE]);
  }
  const { port } = await listenAt(server, {
    ...PLACE,
    shares: SHARES,
    failure: cannotListen("canary", PLACE, "no port of this machine is free"),
  });
  return {
    url: `http://127.0.0.1:${port}`,
    results,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function resultsIn({ body }: MessageRequest): readonly (readonly [string, CallResult])[] {
  return callResults(body?.["messages"]);
}

/** What the client says became of calls: blocks `tool_result` of messages. */
export function callResults(messages: unknown): readonly (readonly [string, CallResult])[] {
  return objects(messages).flatMap((message) =>
    objects(message["content"]).flatMap((block) => {
      const id = block["tool_use_id"];
      if (block["type"] !== "tool_result" || typeof id !== "string") return [];
      const result = { text: contentText(block["content"]), isError: block["is_error"] === true };
      return [[id, result] as const];
    }),
  );
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return objects(content)
    .map((part) => (typeof part["text"] === "string" ? part["text"] : ""))
    .join("\n");
}

function objects(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "object" && item !== null)
    : [];
}
