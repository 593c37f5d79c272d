// Which addresses a host of a call may have: a name that leads to this machine or to its neighbours is refused.
import { isIP } from "node:net";
import { isOwnNetwork } from "#guard/effects/network/destination.ts";
import type { ReachedHost } from "#guard/hold/reached-hosts.ts";
import { addressKind } from "../../network/address-kind.ts";

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
