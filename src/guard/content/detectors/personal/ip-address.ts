// personal/ip-address: an address of the Internet that may be one person's; a network's own and those of documentation are not.
import type { Detector, Span } from "../../detection/detector.ts";
import { isPersonalIpv4, isPersonalIpv6 } from "../../validators/ip-address.ts";

const FOUR = /[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/g;
/** Global unicast begins with 2 or 3 and has four digits in its first group. */
const SIX = /[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{4,36}/g;
/** What stands before the version of something. */
const VERSION =
  /(?:\bv|version|release|chrome|safari|edge?|firefox|gecko|webkit|build|\boid)["'\s:=/@^~>(-]*$/i;
const REACH = 24;

export const ipAddress: Detector = {
  id: "personal/ip-address",
  title: "an address of the Internet",
  family: "personal",
  tier: "low",
  bulk: { count: 50, tier: "medium" },
  *find(window) {
    const spans = [...foursIn(window), ...sixesIn(window)];
    yield* spans.sort((one, other) => one.start - other.start);
  },
};

function* foursIn(text: string): Generator<Span> {
  for (const { 0: found, index } of text.matchAll(FOUR)) {
    const end = index + found.length;
    if (/[\w.+-]/.test(text.charAt(index - 1)) && !/[a-z][=-]$/i.test(text.slice(index - 2, index)))
      continue;
    if (/^(?:[\w+]|[.-][\w])/.test(text.slice(end, end + 2)) || !isPersonalIpv4(found)) continue;
    if (!VERSION.test(text.slice(Math.max(0, index - REACH), index))) yield { start: index, end };
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
