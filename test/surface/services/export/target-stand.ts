// A stand-in for a system that events are delivered to: keeps every request, and answers as a test says, badly too.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** An answer; `cut` breaks the connection off, before or in the middle of the answer. */
export type Play =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | "cut"
  | "cut-answer";

export type TargetStand = {
  readonly url: string;
  readonly seen: SeenRequest[];
  play: (request: SeenRequest, count: number) => Play | Promise<Play>;
  close(): Promise<void>;
};

/** Starts one on a free port of this machine. */
export async function openTargetStand(play: TargetStand["play"]): Promise<TargetStand> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const request = {
        method: incoming.method ?? "",
        path: incoming.url ?? "",
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      };
      seen.push(request);
      void Promise.resolve(stand.play(request, seen.length)).then((told) => {
        if (told === "cut") return void incoming.socket.destroy();
        if (told === "cut-answer") {
          outgoing.writeHead(200, { "content-length": "100" });
          return void outgoing.write("{", () => incoming.socket.destroy());
        }
        const { status, body = "", headers = {} } = told;
        outgoing.writeHead(status, headers);
        outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stand: TargetStand = {
    url: `http://127.0.0.1:${port}`,
    seen,
    play,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return stand;
}
