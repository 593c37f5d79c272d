// Which addresses a channel may lead to: none of this machine or its network, unless the settings name or allow it.
import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { addressKind } from "../../hold/hosts/addresses.ts";

/** The code of the error for a name that leads where it may not. */
export const PRIVATE_ADDRESS = "PRIVATE_ADDRESS";
/** What that means, to a person. */
export const PRIVATE_ADDRESS_WORDS =
  "its name leads to a private address: say `internal: true` in its settings if that is meant";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1", "[::1]"];

/** Whether a host is this machine by its name. */
export function isLoopbackName(host: string): boolean {
  return LOOPBACK_NAMES.includes(host.toLowerCase());
}

/** Whether a host may have this address. Loopback is for who names it; links and services of a cloud's machine for nobody. */
export function mayReach(host: string, address: string, isInternal: boolean): boolean {
  if (isLoopbackName(host)) return address === "::1" || address.startsWith("127.");
  if (address === "::1" || address.startsWith("127.")) return false;
  switch (addressKind(address)) {
    case "public":
      return true;
    case "private":
    case "own":
      return isInternal;
    default:
      return false;
  }
}

/** Whether a host that is written as an address may be reached; a name is judged when it is looked up. */
export function mayName(host: string, isInternal: boolean): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 || mayReach(bare, bare, isInternal);
}

/** Looks names up as the system does, and refuses what leads where it may not. */
export function guardedLookup(isInternal: boolean): LookupFunction {
  return (host, options, callback) => {
    systemLookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const refused = found.some(({ address }) => !mayReach(host, address, isInternal));
      const [first] = found;
      if (refused || first === undefined)
        return callback(Object.assign(new Error("refused"), { code: PRIVATE_ADDRESS }), "", 0);
      return options.all === true
        ? callback(null, found)
        : callback(null, first.address, first.family);
    });
  };
}
