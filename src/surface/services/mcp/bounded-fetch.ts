// Requests to an MCP server over HTTP: no redirect is followed, and an answer has an end.
import { Failure } from "#base/failure.ts";

/** Fetches like the platform, but refuses redirects, and breaks off an answer of more bytes. */
export function boundedFetch(bytesMax: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    if (response.status >= 300 && response.status < 400)
      throw new Failure(
        "mcp-redirect",
        "the server redirects to another address: approve that one, if it is meant",
      );
    if (response.body === null) return response;
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
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(counted, { status, statusText, headers });
  };
}
