// What a host in a request is: a name in one spelling, or an address, however it is written.

/** `isUsual`: the address stands there as everybody writes it, and not in a spelling that readers take differently. */
export type HostForm =
  | { readonly kind: "name"; readonly host: string }
  | { readonly kind: "address"; readonly host: string; readonly isUsual: boolean };

const NAME_CHARS_MAX = 253;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const NUMERIC = /^(?:\d+|0x[0-9a-f]*)$/;

/**
 * The host that a word names; undefined for what is none. One dot at the end and letters' case mean nothing. WHY numbers by
 * their last label: whatever ends in one is an address for some reader (inet_aton, WHATWG URL), octal and hexadecimal too.
 */
export function hostForm(word: string): HostForm | undefined {
  const lower = word.toLowerCase();
  if (lower.startsWith("[") || lower.includes(":")) return ipv6(lower.replace(/^\[(.*)\]$/, "$1"));
  const host = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  if (host.length === 0 || host.length > NAME_CHARS_MAX) return undefined;
  const labels = host.split(".");
  if (!labels.every((label) => LABEL.test(label))) return undefined;
  if (!NUMERIC.test(labels.at(-1) ?? "")) return { kind: "name", host };
  if (isIPv4(host)) return { kind: "address", host, isUsual: host === lower };
  const url = `http://${host}/`;
  return URL.canParse(url)
    ? { kind: "address", host: new URL(url).hostname, isUsual: false }
    : undefined;
}

function ipv6(text: string): HostForm | undefined {
  const url = `http://[${text}]/`;
  if (!/^[0-9a-f:.]+$/.test(text) || !URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.slice(1, -1);
  // An IPv4 address inside of one: its own spelling is the usual one.
  const isMapped = /^::(?:ffff:)?[0-9a-f]+(?::[0-9a-f]+)?$/.test(host) && host !== "::1";
  return { kind: "address", host, isUsual: !isMapped };
}

/** A network, or one address. */
export type NamedNetwork = { readonly address: string; readonly bits: number };

/** Reads `10.0.0.0/8`, `10.0.0.5` or `fd00::/8`; undefined for anything else. */
export function namedNetwork(word: string): NamedNetwork | undefined {
  const [, text = "", length] =
    /^\[?([0-9a-f.:]+)\]?(?:\/(\d{1,3}))?$/.exec(word.toLowerCase()) ?? [];
  const form = text === "" ? undefined : hostForm(text);
  if (form?.kind !== "address" || !form.isUsual) return undefined;
  const most = isIPv4(form.host) ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  return bits <= most ? { address: form.host, bits } : undefined;
}

const PART = "(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])";
const IPV4 = new RegExp(`^${PART}(?:\\.${PART}){3}$`);

/** Whether it is an IPv4 address as it is usually written. */
export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** Whether an address, as `hostForm` gives it, lies in a network. */
export function isInNetwork(address: string, { address: base, bits }: NamedNetwork): boolean {
  const [own, other] = [bytesOf(address), bytesOf(base)];
  if (own.length !== other.length) return false;
  return other.every((byte, at) => {
    const left = Math.min(8, Math.max(0, bits - at * 8));
    const mask = 0xff & (0xff << (8 - left));
    return ((own[at] ?? 0) & mask) === (byte & mask);
  });
}

/** The four or sixteen bytes of an address. */
function bytesOf(address: string): readonly number[] {
  if (isIPv4(address)) return address.split(".").map(Number);
  const canonical = ipv6(address.replace(/%.*$/, "").toLowerCase())?.host;
  if (canonical === undefined) return [];
  const [before = "", after] = canonical.split("::");
  const words = (text: string | undefined): number[] =>
    text === undefined || text === ""
      ? []
      : text.split(":").map((word) => Number.parseInt(word, 16));
  const [left, right] = [words(before), words(after)];
  const missing = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...missing, ...right].flatMap((word) => [word >> 8, word & 0xff]);
}
