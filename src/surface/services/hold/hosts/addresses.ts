// Which addresses a host of a call may have: a name that leads to this machine or to its neighbours is refused.
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { isOwnNetwork } from "#guard/effects/network/destination.ts";
import type { ReachedHost } from "#guard/hold/reached-hosts.ts";
import { ownAddresses } from "#platform/own-addresses.ts";

/** `own`: this machine. `near`: its own link, services of its cloud, and what is no single host. `private`: the network around it. */
export type AddressKind = "own" | "near" | "private" | "public";

type Block = readonly [address: string, bits: number];

// IANA's registries of special-purpose addresses (RFC 6890); what clouds answer their machines at stands among `near`.
const OWN: readonly Block[] = [
  ["127.0.0.0", 8],
  ["0.0.0.0", 8],
  ["::1", 128],
  ["::", 128],
];
const NEAR: readonly Block[] = [
  ["169.254.0.0", 16],
  ["168.63.129.16", 32],
  ["100.100.100.200", 32],
  ["192.0.0.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
  ["fd00:ec2::", 32],
  ["2001::", 32],
];
const PRIVATE: readonly Block[] = [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["198.18.0.0", 15],
  ["fc00::", 7],
];

function listOf(blocks: readonly Block[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of blocks)
    list.addSubnet(address, bits, isIPv4(address) ? "ipv4" : "ipv6");
  return list;
}

const KINDS = [
  ["own", listOf(OWN)],
  ["near", listOf(NEAR)],
  ["private", listOf(PRIVATE)],
] as const;

/** What kind of address it is. An IPv4 address inside of an IPv6 one counts as itself. Total: no address is `near`. */
export function addressKind(
  address: string,
  own: ReadonlySet<string> = ownAddresses(),
): AddressKind {
  const plain = address.replace(/%.*$/, "").toLowerCase();
  if (isIP(plain) === 0) return "near";
  const inner = innerAddress(plain) ?? plain;
  if (own.has(inner)) return "own";
  const family = isIPv4(inner) ? "ipv4" : "ipv6";
  return KINDS.find(([, list]) => list.check(inner, family))?.[0] ?? "public";
}

/** The IPv4 address that an IPv6 one stands for: mapped, compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056). */
function innerAddress(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  const words = wordsOf(address);
  const at = (from: number): string =>
    [words[from] ?? 0, words[from + 1] ?? 0].flatMap((word) => [word >> 8, word & 0xff]).join(".");
  const isZero = (from: number, to: number): boolean =>
    words.slice(from, to).every((word) => word === 0);
  if (isZero(0, 5) && words[5] === 0xffff) return at(6);
  if (isZero(0, 6) && !(isZero(6, 7) && (words[7] ?? 0) <= 1)) return at(6);
  if (words[0] === 0x64 && words[1] === 0xff9b && isZero(2, 6)) return at(6);
  return words[0] === 0x2002 ? at(1) : undefined;
}

/** The eight words of an IPv6 address. */
function wordsOf(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, head = "", a = 0, b = 0, c = 0, d = 0] = dotted ?? [];
  const pair = (one: unknown, other: unknown): string =>
    (Number(one) * 256 + Number(other)).toString(16);
  const text = dotted === null ? address : `${head}${pair(a, b)}:${pair(c, d)}`;
  const [before = "", after] = text.split("::");
  const words = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16));
  const [left, right] = [words(before), words(after ?? "")];
  const missing = after === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

/**
 * Whether a host of a call may have this address. An address that the call itself named was judged as such. WHY a private one
 * behind a public name by https alone: there a certificate proves the name, so that nobody leads it to a neighbour.
 */
export function mayHave(host: ReachedHost, address: string): boolean {
  if (isIP(host.host) !== 0) return host.isNamed && host.host === address.toLowerCase();
  switch (addressKind(address)) {
    case "public":
      return true;
    case "private":
      return host.isConfigured || (host.isNamed && (!host.isPlain || isOwnNetwork(host.host)));
    case "near":
      // Nobody elsewhere can give out such a name (`metadata.google.internal`).
      return host.isNamed && host.host.endsWith(".internal");
    default:
      return false;
  }
}
