// What every step of the egress proxy shares: its options and bounds, what it tells of each connection, and how it refuses one.
import type { Socket } from "node:net";
import type { EgressRules } from "#govern/network/egress-rules.ts";
import type { ProxyChoice } from "../gateway/proxy-choice.ts";
import type { Network } from "../hold/hosts/way-out.ts";
import type { TunnelAsked } from "./asked.ts";
import type { Inspection } from "./inspection.ts";
import { type EgressRefusal, refusalLine, statusOf } from "./refusals.ts";
import type { SessionCredentials } from "./session-credentials.ts";

/** Bounds, so that tests need not wait for them. Times in milliseconds. */
export type EgressLimits = {
  /** Until a connection has said what it wants, and again until it has named itself inside of a tunnel. */
  readonly headMs: number;
  readonly idleMs: number;
  /** The same once one side has said all that it says. */
  readonly halfClosedMs: number;
  /** Until a company's proxy has opened a way. */
  readonly proxyMs: number;
  readonly connections: number;
  /** Of one session, or of all that name none. */
  readonly perSession: number;
};
/** What they are otherwise. */
export const LIMITS: EgressLimits = {
  headMs: 15_000,
  idleMs: 15 * 60_000,
  halfClosedMs: 60_000,
  proxyMs: 15_000,
  connections: 16_384,
  perSession: 12_000,
};

/** What came of one connection or request. Bytes of payload, as far as they are known. */
export type EgressOutcome = {
  readonly why: EgressRefusal | undefined;
  readonly via: "connect" | "plain" | "socks";
  readonly place: TunnelAsked | undefined;
  readonly of: string;
  readonly session: string | undefined;
  readonly sent: number;
  readonly received: number;
  /** Of a request in a tunnel that is inspected. The path is without what follows a question mark. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
};

export type EgressOptions = {
  /** Those in force now; undefined where they cannot be read: then nothing passes. */
  readonly rules: () => EgressRules | undefined;
  readonly credentials: SessionCredentials;
  readonly network?: Network;
  /** Where TLS is ended; nowhere unless given. */
  readonly inspection?: Inspection | undefined;
  /** The company's proxy before a host; none unless given. */
  readonly company?: ProxyChoice;
  readonly limits?: Partial<EgressLimits>;
  readonly outcome?: (outcome: EgressOutcome) => void;
};

/** What all steps share. */
export type Shared = Required<Omit<EgressOptions, "limits" | "inspection">> & {
  readonly inspection: Inspection | undefined;
  readonly limits: EgressLimits;
  /** Connections by session. */
  readonly counts: Map<string, number>;
};

/** Whether one more connection of a session fits. */
export function takePlace(
  socket: Socket,
  session: string | undefined,
  { counts, limits }: Shared,
): boolean {
  const key = session ?? "";
  const count = counts.get(key) ?? 0;
  if (count >= limits.perSession) return false;
  counts.set(key, count + 1);
  socket.once("close", () => {
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  });
  return true;
}

/** `host:port` as people write it. */
export function placeText({ form, port }: TunnelAsked): string {
  return `${form.host.includes(":") ? `[${form.host}]` : form.host}:${port}`;
}

const ANSWERED_MS_MAX = 2_000;

/** Answers where no request was made of what came, or one for a tunnel. The reason is in the first line: programs show that. */
export function sendRefusal(
  socket: Socket,
  why: EgressRefusal,
  asked: TunnelAsked | undefined,
  by?: string,
): void {
  const line = refusalLine(why, asked === undefined ? undefined : placeText(asked), by);
  const head = [
    `HTTP/1.1 ${statusOf(why)} ${line}`,
    ...(why === "nobody" ? ['Proxy-Authenticate: Basic realm="sallyport"'] : []),
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(line) + 1}`,
    "Connection: close",
  ];
  if (socket.writable) socket.end(`${head.join("\r\n")}\r\n\r\n${line}\n`);
  endSoon(socket);
}

/** An answer that is under way is heard first; what else comes is thrown away. */
export function endSoon(socket: Socket): void {
  socket.on("data", () => undefined);
  socket.resume();
  setTimeout(() => socket.destroy(), ANSWERED_MS_MAX).unref();
}
