// From a URL-like word to the host that it reaches.
import { knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import type { Destination } from "../../vocabulary/effect.ts";

const UNKNOWN: Destination = { host: undefined, port: undefined, scheme: undefined };
/**
 * A user part that readers of addresses end in different places: for browsers and Node a backslash is a slash (WHATWG URL),
 * so `http://a.example\\@localhost` reaches `a.example`; for curl (RFC 3986) it is a letter, and the host is `localhost`. The
 * former leave out tabs and line ends as well.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const TWO_HOSTS = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?(?:\/\/)?[^/?#]*[\\\0-\x20][^/?#]*@/;

/** The host of a URL or `host[:port]`. `scheme` is assumed when the word names none. Unknown parts stay undefined. */
export function parseDestination(word: Text, scheme = "http"): Destination {
  const value = textOf(word);
  const whole = value ?? knownPrefix(word);
  // What ssh and git take for `ssh://[user@]host/path`: a colon before any slash, and no port behind it.
  const remote =
    scheme === "ssh"
      ? /^((?:[^/?#@:]*@)?(?:\[[0-9a-fA-F:.]+\]|[^/?#:@\\[]+)):(?!\/\/)/.exec(whole)
      : null;
  const prefix = remote?.[1] === undefined ? whole : `${remote[1]}/`;
  const found =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/)?(?:[^/?#@]*@)?(\[[0-9a-fA-F:.]+\]|[^/?#:@\\]+)(?::(\d{1,5}))?(?=([/?#\\]|$))/.exec(
      prefix,
    );
  if (found === null || TWO_HOSTS.test(prefix)) return UNKNOWN;
  // Without all of the word known, the host is only certain once something after it is.
  if (value === undefined && found[4] === "") return UNKNOWN;
  const hasScheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(prefix);
  if (!hasScheme) {
    const plain = /^(?:[^/?#@]*@)?(\[[0-9a-fA-F:.]+\]|[^/?#:@\\]+)(?::(\d{1,5}))?/.exec(prefix);
    return { host: cleanHost(plain?.[1]), port: portOf(plain?.[2]), scheme };
  }
  return {
    host: cleanHost(found[2]),
    port: portOf(found[3]),
    scheme: (found[1] ?? scheme).toLowerCase(),
  };
}

function portOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Lower case, without brackets and a final dot; undefined for text that is no host name. */
function cleanHost(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const host = text
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  return /^[a-z0-9._:-]+$|^[\u0080-\uffff\w.-]+$/.test(host) ? host : undefined;
}

/** Whether a host is this machine. Numeric forms that a resolver accepts (`127.1`, `0x7f000001`) count. */
export function isLoopback(host: string): boolean {
  if (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "::1" ||
    host === "0:0:0:0:0:0:0:1"
  )
    return true;
  // The last part of a short form may be larger, and none of a full one.
  return /^127(?:\.\d{1,8})?$|^127(?:\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])){2,3}$/.test(host);
}

/** Endings of names that only a network of one's own resolves (RFC 6762, RFC 8375, and what is customary). */
const OWN_ENDINGS =
  /(?:^|\.)(?:local|internal|intranet|corp|lan|home|private|home\.arpa|test|svc)$/;
/** Private and link-local addresses (RFC 1918, RFC 3927, RFC 6598, RFC 4193, RFC 4291), and none, which is this machine. */
const OWN_IPV4 =
  /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|0)(?:\.\d{1,3}){1,3}$/;
const OWN_IPV6 = /^(?:::$|::ffff:|f[cd][\da-f]{0,2}:|fe[89ab][\da-f]?:)/;

/** Whether a host, as `URL` gives it, is this machine or shows by its name or number that it is of the network around it. No name is looked up. */
export function isOwnNetwork(host: string): boolean {
  const name = host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  const hasNoDomain = !name.includes(".") && !name.includes(":");
  return (
    hasNoDomain ||
    isLoopback(name) ||
    [OWN_IPV4, OWN_IPV6, OWN_ENDINGS].some((own) => own.test(name))
  );
}
