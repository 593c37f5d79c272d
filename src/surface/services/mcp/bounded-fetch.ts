// Requests to an MCP server over HTTP: no redirect is followed, and an answer has an end.
import { Failure } from "#base/failure.ts";

/**
 * Fetches like the platform, but refuses redirects, and breaks off an answer of more bytes. With `perEvent` a stream of events may go on,
 * and each of them has as many.
 */
export function boundedFetch(
  bytesMax: number,
  { perEvent = false }: { readonly perEvent?: boolean } = {},
): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    if (response.status >= 300 && response.status < 400)
      throw new Failure(
        "mcp-redirect",
        "the server redirects to another address: approve that one, if it is meant",
      );
    if (response.body === null) return response;
    const isStream =
      perEvent && /^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "");
    let left = bytesMax;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          left -= chunk.byteLength;
          if (left < 0)
            controller.error(
              new Failure("mcp-too-large", `the answer has more than ${bytesMax} bytes`),
            );
          else controller.enqueue(chunk);
          if (isStream && endsEvent(chunk)) left = bytesMax;
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(counted, { status, statusText, headers });
  };
}

/** Whether a piece of a stream ends where an event does; servers write event by event. */
function endsEvent(chunk: Uint8Array): boolean {
  return /(?:\r\n|\n|\r){2}$/.test(Buffer.from(chunk.subarray(-4)).toString("latin1"));
}
