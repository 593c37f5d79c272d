// Server-sent events: what just happened, for a page that is open.
import type { ServerResponse } from "node:http";
import type { LoginSession } from "../access/logins.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault } from "./endpoint.ts";

/** Bytes that a page may lag behind before it is dropped; it connects again. */
const LAG_BYTES_MAX = 1024 * 1024;
const BEAT_MS = 15_000;

/** Writes to the page until it is gone or its session is over. */
export function streamTo(
  response: ServerResponse,
  { live, logins, clock }: DashboardParts,
  session: LoginSession | undefined,
): void {
  const isAlive = () => logins.isAlive(session?.id ?? "");
  const ending = logins.ending(session?.id ?? "");
  const leave = () => response.end();
  ending.addEventListener("abort", leave, { once: true });
  const isProvided = session?.providerLogin !== undefined;
  const stop = live.subscribe((item) => {
    // WHY each time: what a provider vouches for ends with its minute.
    if (isProvided && !isAlive()) response.end();
    else if (response.writableLength > LAG_BYTES_MAX) response.destroy();
    else response.write(`event: ${item.event}\ndata: ${JSON.stringify(item.data)}\n\n`);
  });
  if (stop === undefined) throw new ApiFault("too-many", "too many pages are open");
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(`event: daemon\ndata: ${JSON.stringify({ isThere: live.isThere() })}\n\n`);
  const beat = setInterval(() => {
    if (isAlive()) response.write(`: ${clock.nowMs()}\n\n`);
    else response.end();
  }, BEAT_MS);
  beat.unref();
  response.once("close", () => {
    clearInterval(beat);
    ending.removeEventListener("abort", leave);
    stop();
  });
}
