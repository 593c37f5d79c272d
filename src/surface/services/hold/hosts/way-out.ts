// The way from the proxy to a host of a call: the name is looked up here, and connected to at the address that was checked.
import { isIP, type Socket } from "node:net";
import type { ReachedHost } from "#guard/hold/reached-hosts.ts";
import { connectThrough } from "../../gateway/upstream.ts";
import { addressesOf, connected, type Network, type NoWay } from "../../network/network.ts";
import { mayHave } from "./addresses.ts";
import { type Grant, noteRefused } from "./grants.ts";

/** The host of a call by its name and port; undefined where the call may not reach it. */
export async function hostOfCall(
  grant: Grant,
  host: string,
  port: number,
): Promise<ReachedHost | undefined> {
  const among = (hosts: readonly ReachedHost[]): ReachedHost | undefined =>
    hosts.find((one) => one.host === host && one.ports.includes(port));
  return among(grant.hosts) ?? among(await grant.ofSettings) ?? among((await grant.shell()).hosts);
}

/** Connects a call to a host, through the person's own proxy where their shell names one. */
export async function wayTo(
  grant: Grant,
  { host, port }: { readonly host: string; readonly port: number },
  network: Network,
): Promise<Socket | NoWay> {
  const reached = await hostOfCall(grant, host, port);
  if (reached === undefined) {
    noteRefused(grant, { host, why: "host" });
    return "host";
  }
  const proxy = (await grant.shell()).proxyFor(host, port);
  if (proxy === "unknown-kind") return "proxy-kind";
  if (proxy !== "direct") {
    try {
      // WHY no look at addresses: the proxy alone looks names up, and its keepers say what it leads to.
      return await connectThrough(proxy)(host, port);
    } catch {
      return "unreachable";
    }
  }
  const found = isIP(host) === 0 ? await addressesOf(host, network) : [host];
  if (found === undefined) return "unknown-name";
  const addresses = found.filter((address) => mayHave(reached, address));
  if (addresses.length === 0) {
    noteRefused(grant, { host, why: "address" });
    return "address";
  }
  return await connected(network.connect(addresses, port));
}
