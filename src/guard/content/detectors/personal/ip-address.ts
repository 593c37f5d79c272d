// personal/ip-address: an address of the Internet that may be one person's; a network's own and those of documentation are not.
import type { Detector, Span } from "../../detection/detector.ts";
import { isPersonalIpv4, isPersonalIpv6 } from "../../validators/ip-address.ts";

const FOUR = /[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/g;
/** Global unicast begins with 2 or 3 and has four digits in its first group. */
const SIX = /[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{4,36}/g;
/** An IPv4 address within an IPv6 one, in hexadecimal digits: mapped (RFC 4291) or translated (RFC 6052). */
const MAPPED = /(?:::ffff:|64:ff9b::)([0-9A-Fa-f]{1,4}):([0-9A-Fa-f]{1,4})/gi;
/** An IPv4 address in the name of a host, as providers give to their customers, behind a word of it or before a domain. */
const DASHED = /[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}/g;
const OF_HOST_BEFORE =
  /(?:^|[^\w.-])(?:ip|host|dsl|pool|static|dynamic|dyn|cpe|ec2|user|client)-$/i;
/** The name that tells who has an address has its numbers from behind (RFC 1035, 3.5). */
const REVERSED = ".in-addr.arpa";
/** What stands before the version of something. */
const VERSION =
  /(?:\bv|version|release|chrome|safari|edge?|firefox|gecko|webkit|build|\boid|[\w\]](?:==|~=|>=|<=))["'\s:=/@^~>(-]*$/i;
/** The path of a drawing: a fraction before it, and more numbers behind. */
const FRACTION_BEFORE = /(?:^|[^0-9.])[0-9]*\.[0-9]+[ ,]$/;
const NUMBER_BEHIND = /^[ ,-][0-9.-]/;
/** A prefix that makes a network of it, which is many people's. */
const NETWORK = /^\/(?:[0-9]|[12][0-9]|3[01])(?![0-9.])/;
const REACH = 24;

export const ipAddress: Detector = {
  id: "personal/ip-address",
  title: "an address of the Internet",
  family: "personal",
  tier: "low",
  bulk: { count: 50, tier: "medium" },
  *find(window) {
    const spans = [
      ...foursIn(window),
      ...dashedIn(window),
      ...sixesIn(window),
      ...mappedIn(window),
    ];
    yield* spans.sort((one, other) => one.start - other.start);
  },
};

function* foursIn(text: string): Generator<Span> {
  for (const { 0: found, index } of text.matchAll(FOUR)) {
    const end = index + found.length;
    if (/[\w.+-]/.test(text.charAt(index - 1)) && !/[a-z][=-]$/i.test(text.slice(index - 2, index)))
      continue;
    const isReversed = text.startsWith(REVERSED, end);
    if (!isReversed && /^(?:[\w+]|[.-][\w])/.test(text.slice(end, end + 2))) continue;
    if (!isPersonalIpv4(isReversed ? found.split(".").reverse().join(".") : found)) continue;
    const before = text.slice(Math.max(0, index - REACH), index);
    const after = text.slice(end, end + REACH);
    if (FRACTION_BEFORE.test(before) && NUMBER_BEHIND.test(after)) continue;
    if (VERSION.test(before) || (found.endsWith(".0") && NETWORK.test(after))) continue;
    yield { start: index, end };
  }
}

function* dashedIn(text: string): Generator<Span> {
  for (const { 0: found, index } of text.matchAll(DASHED)) {
    const end = index + found.length;
    if (!OF_HOST_BEFORE.test(text.slice(Math.max(0, index - REACH), index))) continue;
    if (!/^[.-][A-Za-z]/.test(text.slice(end, end + 2))) continue;
    if (isPersonalIpv4(found.replaceAll("-", "."))) yield { start: index, end };
  }
}

function* mappedIn(text: string): Generator<Span> {
  for (const { 0: found, 1: high = "", 2: low = "", index } of text.matchAll(MAPPED)) {
    const end = index + found.length;
    if (/[\w:.]/.test(text.charAt(index - 1)) || /[\w:.]/.test(text.charAt(end))) continue;
    const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
    const four = [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join(".");
    if (isPersonalIpv4(four)) yield { start: index, end };
  }
}

function* sixesIn(text: string): Generator<Span> {
  for (const { 0: found, index } of text.matchAll(SIX)) {
    if (/[\w:.]/.test(text.charAt(index - 1))) continue;
    const written = found.replace(/:$/, found.endsWith("::") ? "::" : "");
    const value = found.endsWith("::") ? found : written;
    const end = index + value.length;
    if (!/\w/.test(text.charAt(end)) && isPersonalIpv6(value)) yield { start: index, end };
  }
}
