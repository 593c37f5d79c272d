// Events of the egress proxy: what passed and what was refused, summed over a while.
import { cutText, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";
import { createShaper } from "./place-shape.ts";

const HOST_CHARS_MAX = 253;

/**
 * Connections and requests of one session to one place, within a minute. `class` is what the place is for, `why` is missing
 * where they passed. The host stands in the shape of other hosts, and as it is sealed; a path in its shape alone. Counts are of bytes.
 */
export function egressEvent(
  stamp: EventStamp,
  input: {
    readonly why: string | undefined;
    readonly via: "connect" | "plain" | "socks";
    readonly class: string;
    readonly host: string;
    readonly port: number;
    readonly session: string | undefined;
    readonly times: number;
    readonly sent: number;
    readonly received: number;
    /** Of requests in an inspected tunnel. */
    readonly method?: string | undefined;
    readonly path?: string | undefined;
    readonly user: string;
  },
): AuditEvent {
  const { why, via, host, port, session, times, sent, received, method, path } = input;
  const shaper = createShaper(stamp.digest);
  const shape = path === undefined ? undefined : shaper.path(path);
  const user = cutText(input.user, ID_CHARS_MAX);
  const metadata = {
    ...baseMetadata(stamp, "egress"),
    what: why === undefined ? "allowed" : "refused",
    via,
    ...(why === undefined ? {} : { why: plainName(why) ?? "other" }),
    class: plainName(input.class) ?? "other",
    port: wholeNumber(port),
    ...(host === "" ? {} : { host: shaper.host(host) }),
    ...(method === undefined ? {} : { method: plainName(method.toLowerCase()) ?? "other" }),
    ...(shape === undefined ? {} : { path: shape }),
    ...(session === undefined
      ? {}
      : { session: stamp.pseudonym("session", cutText(session, ID_CHARS_MAX), user) }),
    times: wholeNumber(times),
    sent: wholeNumber(sent),
    received: wholeNumber(received),
  };
  return { id: stamp.id, metadata, sealed: { user, host: cutText(host, HOST_CHARS_MAX) } };
}
