// A model of the Messages API that says what a case's script says, over a socket in a file that the jail of cases leads to.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallResult } from "#govern/deploy/canary.ts";
import { listenOver, webServer } from "../../foundation/network/listening.ts";
import {
  answerWithoutModel,
  isLoopRequest,
  type MessageBlock,
  readMessageRequest,
  sendError,
  sendMessage,
} from "../canary/messages-api.ts";
import { callResults } from "../canary/stand-in.ts";

/** What is said turn by turn. `before` is awaited before a turn is said, the one after the last too. */
export type ModelScript = {
  readonly turns: readonly (readonly MessageBlock[])[];
  before(turn: number): Promise<void>;
};

/** A script that is played. `results` grows while a client talks to it. */
export type Played = {
  readonly results: ReadonlyMap<string, CallResult>;
  /** How often the client asked for a turn. */
  asked(): number;
};

export type ScriptedModel = {
  /** Begins another script; requests of the session before have ended by then. */
  play(script: ModelScript): Played;
  close(): Promise<void>;
};

const DONE: MessageBlock = { type: "text", text: "done" };
const BOUNDS = { headMs: 30_000, requestMs: 300_000, restMs: 60_000, headBytes: 64 * 1024 };
const CONNECTIONS_MAX = 64;

/** Listens on `socket`. */
export async function openScriptedModel(socket: string): Promise<ScriptedModel> {
  type Now = {
    readonly script: ModelScript;
    readonly results: Map<string, CallResult>;
    turn: number;
  };
  let now: Now | undefined;
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const played = now;
    const read = await readMessageRequest(request);
    for (const [id, result] of callResults(read.body?.["messages"]))
      played?.results.set(id, result);
    if (answerWithoutModel(request, read, response)) return;
    if (played === undefined || !isLoopRequest(read)) {
      sendMessage(response, read.body ?? {}, [DONE]);
      return;
    }
    const turn = played.turn++;
    await played.script.before(turn);
    sendMessage(response, read.body ?? {}, played.script.turns[turn] ?? [DONE]);
  }
  const server = webServer(BOUNDS, (request, response) => {
    answer(request, response).catch(() => sendError(response, 500, "not answered"));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", resolve);
    listenOver(server, { path: socket }, { connections: CONNECTIONS_MAX });
  });
  return {
    play(script) {
      const started: Now = { script, results: new Map(), turn: 0 };
      now = started;
      return { results: started.results, asked: () => started.turn };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
