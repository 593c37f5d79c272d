// Requests to a provider: over TLS or on this machine, never redirected, and answers of a bounded size.
import type { CustomFetch } from "openid-client";
import { isSafeAddress } from "../../services/secrets/bounded-request.ts";
import { LoginRefused } from "./refusal.ts";

/** Descriptions, keys and tokens are a few kilobytes; a person in thousands of groups takes more. */
const ANSWER_BYTES_MAX = 512 * 1024;

/** Throws LoginRefused for an address that a token must not go to. */
function refuseUnsafe(url: URL): void {
  if (!isSafeAddress(url)) throw new LoginRefused("invalid", "an address without TLS");
}

const send: CustomFetch = async (url, { body, headers, method, signal }) => {
  refuseUnsafe(new URL(url));
  const response = await fetch(url, {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined || body === null ? {} : { body: body as string | URLSearchParams }),
    ...(signal === undefined ? {} : { signal }),
  });
  const bytes = await readBounded(response);
  const hasBody = bytes.length > 0;
  return new Response(hasBody ? bytes : null, {
    status: response.status,
    headers: response.headers,
  });
};

export const boundedFetch = Object.assign(send, { refuseUnsafe });

async function readBounded({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null)
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) throw new LoginRefused("invalid", "an answer is too large");
      chunks.push(chunk);
    }
  return new Uint8Array(Buffer.concat(chunks));
}
