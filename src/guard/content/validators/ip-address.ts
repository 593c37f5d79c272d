// Addresses of the Internet: whether one is somebody's, and not a network's own, kept for documentation or everybody's.

type Network = readonly [address: number, bits: number];

/** Four numbers as one. */
const address = (...octets: readonly number[]) =>
  octets.reduce((all, octet) => all * 256 + octet, 0);

/** IANA IPv4 Special-Purpose Address Registry, and multicast. */
const SPECIAL: readonly Network[] = [
  [address(0, 0, 0, 0), 8],
  [address(10, 0, 0, 0), 8],
  [address(100, 64, 0, 0), 10],
  [address(127, 0, 0, 0), 8],
  [address(169, 254, 0, 0), 16],
  [address(172, 16, 0, 0), 12],
  [address(192, 0, 0, 0), 24],
  [address(192, 0, 2, 0), 24],
  [address(192, 88, 99, 0), 24],
  [address(192, 168, 0, 0), 16],
  [address(198, 18, 0, 0), 15],
  [address(198, 51, 100, 0), 24],
  [address(203, 0, 113, 0), 24],
  [address(224, 0, 0, 0), 3],
];
/** Resolvers and clocks that the public is told to use, and addresses that stand for any. */
const EVERYBODYS: ReadonlySet<string> = new Set([
  ...[
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "149.112.112.112",
    "1.2.3.4",
    "4.4.4.4",
  ],
  ...[
    "208.67.222.222",
    "208.67.220.220",
    "9.9.9.10",
    "162.159.200.1",
    "162.159.200.123",
    "114.114.114.114",
    "114.114.115.115",
    "223.5.5.5",
    "223.6.6.6",
    "119.29.29.29",
    "4.2.2.1",
    "4.2.2.2",
    "64.6.64.6",
    "94.140.14.14",
    "5.6.7.8",
  ],
]);
/** A number whose four parts are all small is the version of something. */
const VERSION_PART_MAX = 30;

/** Whether a text is an IPv4 address, in decimal, without leading zeros or with all of three digits, that may be of one person's connection. */
export function isPersonalIpv4(text: string): boolean {
  const parts = text.split(".");
  // WHY not any zeros: programs read `010` as eight, and only logs with columns pad all four.
  const isPlain = parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part));
  const isPadded = parts.every((part) => /^[0-9]{3}$/.test(part));
  if (parts.length !== 4 || (!isPlain && !isPadded)) return false;
  const octets = parts.map(Number);
  if (octets.some((octet) => octet > 255) || octets.every((octet) => octet <= VERSION_PART_MAX))
    return false;
  const value = address(...octets);
  return !EVERYBODYS.has(text) && !SPECIAL.some(([of, bits]) => sharesBits(value, of, bits));
}

function sharesBits(one: number, other: number, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(one / size) === Math.floor(other / size);
}

/**
 * Whether a text is an IPv6 address of global unicast (RFC 4291, 2000::/3), none of the documentation (RFC 3849, RFC 9637) and none of
 * a protocol's own (2001::/23).
 */
export function isPersonalIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (halves.length === 2 ? count > 7 : count !== 8) return false;
  if (!groups.flat().every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const [first = 0, second = 0] = (groups[0] ?? []).map((group) => Number.parseInt(group, 16));
  if (first < 0x2000 || first > 0x3fff || count < 3) return false;
  if (first === 0x2001 && (second === 0xdb8 || second < 0x200)) return false;
  return !(first === 0x3fff && second < 0x1000) && !PUBLIC_RESOLVERS.test(text);
}

const PUBLIC_RESOLVERS =
  /^(?:2001:4860:4860::(?:8888|8844)|2606:4700:4700::(?:1111|1001)|2620:fe::(?:fe|9))$/i;
