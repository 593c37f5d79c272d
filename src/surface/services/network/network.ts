// The network as a proxy uses it: a name is looked up once, and connected to at the addresses that were checked.
import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";

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
      ...{ host: "checked.invalid", port, allowHalfOpen: true, autoSelectFamily: true },
      // WHY: what was checked is what is connected to, whatever the name leads to by then.
      lookup: (_host, _options, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: isIP(address) })),
        ),
    }),
};

/** Addresses of a name; undefined where it has none in time. */
export async function addressesOf(
  host: string,
  network: Network,
): Promise<readonly string[] | undefined> {
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

/** Waits until a connection stands, for a bounded time. */
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
