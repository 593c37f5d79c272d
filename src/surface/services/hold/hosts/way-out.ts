// The way from the proxy to a host of a call: the name is looked up here, and connected to at the address that was checked.
import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import type { ReachedHost } from "#guard/hold/reached-hosts.ts";
import { connectThrough } from "../../gateway/upstream.ts";
import { mayHave } from "./addresses.ts";
import { type Grant, noteRefused } from "./grants.ts";

/** Why a host is not reached. */
export type NoWay =
  | "host"
  /** Its name leads to this machine or to a neighbour. */
  | "address"
  | "unknown-name"
  | "unreachable"
  /** The person's own proxy is of a kind that nobody here speaks. */
  | "proxy-kind";

/** What of the network is used, so that tests can stand in for it. */
export type Network = {
  /** Addresses of a name; rejects where it has none. */
  resolve(host: string): Promise<readonly string[]>;
  /** Connects to one of these addresses. */
  connect(addresses: readonly string[], port: number): Socket;
};

const CONNECT_MS_MAX = 15_000;
const RESOLVE_MS_MAX = 10_000;

/** The network of this machine. */
export const machineNetwork: Network = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  connect: (addresses, port) =>
    connect({
      host: "checked.invalid",
      port,
      allowHalfOpen: true,
      autoSelectFamily: true,
      // WHY: what was checked is what is connected to, whatever the name leads to by then.
      lookup: (_host, _options, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: isIP(address) })),
        ),
    }),
};

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

async function addressesOf(host: string, network: Network): Promise<readonly string[] | undefined> {
  let late: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      network.resolve(host),
      new Promise<undefined>((resolve) => {
        late = setTimeout(() => resolve(undefined), RESOLVE_MS_MAX);
      }),
    ]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(late);
  }
}

/** Resolves when it is connected, or cannot be. */
export function connected(socket: Socket): Promise<Socket | NoWay> {
  return new Promise((resolve) => {
    const fail = (): void => {
      socket.destroy();
      resolve("unreachable");
    };
    const late = setTimeout(fail, CONNECT_MS_MAX);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(late);
      socket.off("error", fail);
      resolve(socket);
    });
    socket.once("close", () => clearTimeout(late));
  });
}
