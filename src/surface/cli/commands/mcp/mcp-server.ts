// `sallyport mcp-server`: what sallyport knows, for an agent to ask over MCP: by standard input, or by HTTP on loopback.
import type { IncomingMessage, ServerResponse } from "node:http";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { ownUserOnly } from "../../../foundation/network/door.ts";
import {
  cannotListen,
  listenAt,
  minutely,
  readBody,
  refusedText,
  webServer,
} from "../../../foundation/network/listening.ts";
import { isStranger, loopbackPlace } from "../../../foundation/network/strangers.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { knowledgeServer } from "../../knowledge/server.ts";

const BODY_BYTES_MAX = 256 * 1024;
const BOUNDS = { headMs: 10_000, requestMs: 30_000, restMs: 5_000, headBytes: 16 * 1024 };
/** WHY nobody else: it has no login, and tells of the person's policy, settings and record. */
const SHARES = ownUserOnly(64);

/** `sallyport mcp-server`. */
export const mcpServerCommand = defineCommand({
  meta: {
    name: "mcp-server",
    description: `An MCP server for agents: settings of the client, checklists, hook recipes, what a call would do, the policy, the audit, the record in numbers.
It only reads. Both eras of the protocol are served (2026-07-28, and 2025 with its handshake).

  claude mcp add sallyport -- sallyport mcp-server
  sallyport mcp-server --project ~/shop
  sallyport mcp-server --listen 8765        by HTTP on http://127.0.0.1:8765/mcp, until you end it`,
  },
  args: {
    project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
    listen: { type: "string", valueHint: "PORT", description: "serve by HTTP on loopback" },
    ...dataOption,
  },
  async run({ args }) {
    const place = { directory: realPath(args.project ?? "."), data: args.data };
    const library = await import("@modelcontextprotocol/server");
    const made = () => knowledgeServer(library, place);
    if (args.listen === undefined) {
      const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
      serveStdio(made);
      return;
    }
    const port = Number(args.listen);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Failure("usage", "`--listen` takes a port from 0 to 65535; 0 takes a free one");
    const handler = library.createMcpHandler(made);
    await listen(port, (request) => handler.fetch(request));
  },
});

/** Serves on loopback until the process ends. Rejects with a Failure where the port is taken. */
async function listen(
  port: number,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const server = webServer(BOUNDS, (request, response) => {
    serve(request, response, answer).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on("clientError", (_cause, socket) => socket.destroy());
  const at = { host: "127.0.0.1", port };
  const say = (line: string) => void process.stderr.write(`sallyport: ${line}\n`);
  const listening = await listenAt(server, {
    ...at,
    shares: SHARES,
    refused: minutely((count) => say(refusedText(count))).note,
    failure: cannotListen("port", at, "name another port, or 0"),
  });
  say(`serving MCP on http://127.0.0.1:${listening.port}/mcp`);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const place = { ...loopbackPlace(request.socket.localPort ?? 0), mayNavigate: false };
  if (isStranger(request, place))
    return void response.writeHead(403).end("not for other origins\n");
  if (request.url !== "/mcp") return void response.writeHead(404).end("ask /mcp\n");
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) return void response.writeHead(413).end("too long\n");
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === "string") headers.set(name, value);
  const said = await answer(
    new Request("http://127.0.0.1/mcp", {
      method: request.method ?? "POST",
      headers,
      ...(body.length === 0 ? {} : { body }),
    }),
  );
  response.writeHead(said.status, Object.fromEntries(said.headers));
  if (said.body !== null)
    for await (const chunk of said.body as unknown as AsyncIterable<Uint8Array>)
      response.write(chunk);
  response.end();
}
