// A provider's server as its public API contract has it, with the failures it may play; it checks what it is sent.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as it came. */
export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};
/** What it answers: a status and JSON, or by hand. */
export type Reply =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | ((response: ServerResponse) => void);

export type StandIn = {
  readonly address: string;
  readonly received: Received[];
  /** Answers the next requests in this way before it answers as it should. */
  fail(...replies: readonly Reply[]): void;
  close(): Promise<void>;
};

/** Starts a server on this machine. */
export async function startStandIn(answer: (request: Received) => Reply): Promise<StandIn> {
  const received: Received[] = [];
  const failures: Reply[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body };
      received.push(request);
      const reply = failures.shift() ?? answer(request);
      if (typeof reply === "function") return reply(outgoing);
      outgoing.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
      outgoing.end(reply.body ?? (reply.json === undefined ? "" : JSON.stringify(reply.json)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    received,
    fail: (...replies) => void failures.push(...replies),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
