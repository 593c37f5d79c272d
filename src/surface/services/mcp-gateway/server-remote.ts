// The server behind the gateway at an address: streamable HTTP in both eras, through the transport of the SDK.
import { Failure } from "#base/failure.ts";
import { boundedFetch } from "../mcp/bounded-fetch.ts";
import { MESSAGE_BYTES_MAX } from "./json-lines.ts";
import type { Behind, BehindEvents } from "./server-process.ts";

/** Milliseconds for its farewell. */
const FAREWELL_MS = 2_000;

/** Opens the way to it; the first message connects. Throws a Failure `mcp-gateway` for what is no address. */
export async function startRemote(
  url: string,
  headers: Readonly<Record<string, string>>,
  events: BehindEvents,
): Promise<Behind> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Failure("mcp-gateway", "the address is no `https` or `http` address");
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: boundedFetch(MESSAGE_BYTES_MAX, { perEvent: true }),
    requestInit: { headers: { ...headers } },
  });
  transport.onmessage = (message: unknown) => events.value(message);
  await transport.start();
  return {
    send(message, signal) {
      const failed = (cause?: unknown): void => {
        // WHY only requests: an answer of the client has an id of the server's.
        if ("method" in message) events.failed(message, inWords(cause));
      };
      const more = signal === undefined ? {} : { requestSignal: signal };
      // The message was read as one of JSON-RPC.
      void transport
        .send(message as never, { ...more, onRequestStreamEnd: () => failed() })
        .catch(failed);
    },
    ready: () => undefined,
    speaks: (version) => transport.setProtocolVersion(version),
    async end() {
      const late = new Promise((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
      await Promise.race([transport.terminateSession().catch(() => undefined), late]);
      await transport.close().catch(() => undefined);
    },
  };
}

/** WHY not what the server said: it may be meant for the model. */
function inWords(cause: unknown): string {
  if (cause === undefined) return "the connection to the server ended without an answer";
  for (let at: unknown = cause; at instanceof Error; at = at.cause)
    if (at instanceof Failure) return at.message;
  const status: unknown = cause instanceof Error && "status" in cause ? cause.status : undefined;
  if (status === 401 || status === 403)
    return "the server refuses who asks: the gateway sends the headers of its entry, and cannot log in by itself";
  return typeof status === "number"
    ? `the server answered with status ${status}`
    : "the server cannot be reached, or its answer cannot be read";
}
