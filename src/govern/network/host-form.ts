// What a host in a request is: a name in one spelling, or an address, however it is written.
import { BlockList, isIPv4, isIPv6 } from "node:net";

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
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
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

/** Whether an address lies in a network. */
export function isInNetwork(address: string, { address: base, bits }: NamedNetwork): boolean {
  const family = isIPv4(base) ? "ipv4" : "ipv6";
  if ((isIPv4(address) ? "ipv4" : "ipv6") !== family) return false;
  const list = new BlockList();
  list.addSubnet(base, bits, family);
  return list.check(address, family);
}
