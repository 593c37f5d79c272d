// What a client asks of the egress proxy in its first bytes: a tunnel by CONNECT, read strictly, or one by SOCKS5 (RFC 1928, RFC 1929).
import { isIPv6 } from "node:net";
import { type HostForm, hostForm } from "#govern/network/host-form.ts";

/** Where a tunnel is to lead. */
export type TunnelAsked = { readonly form: HostForm; readonly port: number };

export const HEAD_BYTES_MAX = 16 * 1024;
const HEADERS_MAX = 100;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00-\x08\x0a-\x1f\x7f]*)$/;

/** A host and a port as both stand in a request. */
export function hostAndPort(target: string, usual?: number): TunnelAsked | undefined {
  const [, name = "", port] =
    /^(\[[0-9a-fA-F:.]+\]|[\w.-]{1,254})(?::(\d{1,5}))?$/.exec(target) ?? [];
  const form = name === "" ? undefined : hostForm(name);
  const number = port === undefined ? usual : Number(port);
  if (form === undefined || number === undefined || number < 1 || number > 65_535) return undefined;
  return { form, port: number };
}

/** A head of CONNECT. `rest`: bytes that came after it. */
export type ConnectHead =
  | { readonly kind: "more" | "malformed" | "host-header" }
  | {
      readonly kind: "connect";
      readonly asked: TunnelAsked;
      readonly authorization: string | undefined;
      readonly rest: Buffer;
    };

/** Reads it. WHY by ourselves: a parser that repairs what it reads would agree with some other reader, and not with the next one. */
export function readConnect(bytes: Buffer): ConnectHead {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return { kind: bytes.length > HEAD_BYTES_MAX ? "malformed" : "more" };
  if (end > HEAD_BYTES_MAX) return { kind: "malformed" };
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const target = /^CONNECT (\S+) HTTP\/1\.[01]$/.exec(first)?.[1];
  const asked = target === undefined ? undefined : hostAndPort(target);
  if (asked === undefined || lines.length > HEADERS_MAX) return { kind: "malformed" };
  const seen = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", written = ""] = HEADER.exec(line) ?? [];
    const key = name.toLowerCase();
    // WHY not trim(): it takes more than space and tab (RFC 9110, 5.5).
    const value = written.replace(/^[ \t]+/, "").replace(/[ \t]+$/, "");
    if (key === "" || (ONCE.has(key) && seen.has(key))) return { kind: "malformed" };
    seen.set(key, value);
  }
  if (seen.has("transfer-encoding") || (seen.get("content-length") ?? "0") !== "0")
    return { kind: "malformed" };
  const host = seen.get("host");
  if (host !== undefined && !agrees(hostAndPort(host, asked.port), asked))
    return { kind: "host-header" };
  const authorization = seen.get("proxy-authorization");
  return { kind: "connect", asked, authorization, rest: bytes.subarray(end + 4) };
}

const ONCE = new Set(["host", "proxy-authorization", "content-length", "transfer-encoding"]);

/** Whether two ways to name a place name the same. */
export function agrees(one: TunnelAsked | undefined, other: TunnelAsked): boolean {
  return one !== undefined && one.form.host === other.form.host && one.port === other.port;
}

export const SOCKS = 5;
const USER_PASSWORD = 2;
const NONE_OF_THEM = 0xff;
/** Replies of RFC 1928, section 6. */
export const SOCKS_REPLY = {
  granted: 0,
  failed: 1,
  refused: 2,
  unreachable: 4,
  command: 7,
  address: 8,
} as const;

/** A step of SOCKS5: what is answered now, and what is known. */
export type SocksStep =
  | { readonly kind: "more" }
  | { readonly kind: "malformed" }
  | {
      readonly kind: "answer";
      readonly answer: Buffer;
      readonly used: number;
      readonly next: SocksState;
    }
  | { readonly kind: "over"; readonly answer: Buffer }
  | { readonly kind: "connect"; readonly asked: TunnelAsked; readonly used: number };
export type SocksState =
  | { readonly at: "greeting" | "login" }
  | {
      readonly at: "request";
      readonly login?: { readonly user: string; readonly password: string };
    };

/** The reply to a request; the address is of no use to anybody, and zero. */
export function socksReply(code: number): Buffer {
  return Buffer.from([SOCKS, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

/** Reads the next message of a client. Total. */
export function readSocks(bytes: Buffer, state: SocksState): SocksStep {
  if (bytes.length < 2) return { kind: "more" };
  const version = bytes[0];
  const size = bytes[1] ?? 0;
  switch (state.at) {
    case "greeting": {
      if (version !== SOCKS || size === 0) return { kind: "malformed" };
      if (bytes.length < 2 + size) return { kind: "more" };
      const methods = bytes.subarray(2, 2 + size);
      const used = 2 + size;
      if (methods.includes(USER_PASSWORD))
        return {
          kind: "answer",
          answer: Buffer.from([SOCKS, USER_PASSWORD]),
          used,
          next: { at: "login" },
        };
      if (methods.includes(0))
        return { kind: "answer", answer: Buffer.from([SOCKS, 0]), used, next: { at: "request" } };
      return { kind: "over", answer: Buffer.from([SOCKS, NONE_OF_THEM]) };
    }
    case "login": {
      if (version !== 1) return { kind: "malformed" };
      const passwordAt = 2 + size;
      const length = bytes[passwordAt];
      if (length === undefined || bytes.length < passwordAt + 1 + length) return { kind: "more" };
      const login = {
        user: bytes.toString("latin1", 2, passwordAt),
        password: bytes.toString("latin1", passwordAt + 1, passwordAt + 1 + length),
      };
      // Whether it is anybody's is said by the reply to the request, which names the reason.
      return {
        kind: "answer",
        answer: Buffer.from([1, 0]),
        used: passwordAt + 1 + length,
        next: { at: "request", login },
      };
    }
    default:
      return readSocksRequest(bytes);
  }
}

function readSocksRequest(bytes: Buffer): SocksStep {
  if (bytes.length < 5) return { kind: "more" };
  const [version, command, reserved, type, first = 0] = bytes;
  if (version !== SOCKS || reserved !== 0) return { kind: "malformed" };
  const size = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? 1 + first : 0;
  if (size === 0) return { kind: "over", answer: socksReply(SOCKS_REPLY.address) };
  const used = 4 + size + 2;
  if (bytes.length < used) return { kind: "more" };
  // Neither listening (BIND) nor UDP: nobody could say where those lead.
  if (command !== 1) return { kind: "over", answer: socksReply(SOCKS_REPLY.command) };
  const place = bytes.subarray(4, 4 + size);
  const host = type === 3 ? place.toString("latin1", 1) : addressIn(place);
  const form = type === 3 && isIPv6(host) ? hostForm(`[${host}]`) : hostForm(host);
  const port = bytes.readUInt16BE(4 + size);
  if (form === undefined || port === 0)
    return { kind: "over", answer: socksReply(SOCKS_REPLY.refused) };
  return { kind: "connect", asked: { form, port }, used };
}

function addressIn(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return `[${words.join(":")}]`;
}
