// Headers of requests that a proxy passes on: what goes with them, and whether both ends find their end at the same place.
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";

/** Headers that speak of one connection alone (RFC 9110, section 7.6.1), and those that a proxy is told. */
const OF_A_CONNECTION = new Set([
  ...["connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "http2-settings", "host", "expect"],
]);

/** What of a message goes on to the next one: nothing that speaks of this connection, or that a proxy is told. */
export function passedOn({ headersDistinct }: IncomingMessage): OutgoingHttpHeaders {
  const named = new Set(
    (headersDistinct["connection"] ?? []).flatMap((value) =>
      value.split(",").map((word) => word.trim().toLowerCase()),
    ),
  );
  return Object.fromEntries(
    Object.entries(headersDistinct).filter(
      ([name]) => !OF_A_CONNECTION.has(name) && !named.has(name) && !name.startsWith("proxy-"),
    ),
  );
}

/** Every value of a header as it came. WHY not node's own table: it drops what is written twice. */
export function valuesOf({ headersDistinct }: IncomingMessage, name: string): readonly string[] {
  return headersDistinct[name] ?? [];
}

/** Whether both ends find the end of a body at the same place. */
export function isOneBody(request: IncomingMessage): boolean {
  const codings = valuesOf(request, "transfer-encoding");
  const lengths = valuesOf(request, "content-length");
  if (codings.length + lengths.length > 1) return false;
  return codings.every((coding) => coding === "chunked");
}

/** Whether a request says that bytes follow it. */
export function hasBody(request: IncomingMessage): boolean {
  return (
    valuesOf(request, "transfer-encoding").length > 0 ||
    valuesOf(request, "content-length").some((length) => length !== "0")
  );
}
