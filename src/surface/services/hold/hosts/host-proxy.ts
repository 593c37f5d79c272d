// The proxy of a room: its calls reach their own hosts through it, and nobody reaches another (decision 0045).
import type { Server as Listener } from "node:net";
import {
  type EgressProxy,
  type Gate,
  openEgressProxy,
  type ProxyLimits,
} from "../../network/egress-proxy.ts";
import { machineNetwork, type Network } from "../../network/network.ts";
import type { Grant, Grants } from "./grants.ts";
import { wayTo } from "./way-out.ts";

export type HostProxyOptions = {
  readonly listener: Listener;
  readonly room: string;
  readonly grants: Grants;
  readonly network?: Network;
  readonly limits?: Partial<ProxyLimits>;
};

/** A proxy that answers on a listener. */
export type HostProxy = EgressProxy;

/** Answers on a listener until it is closed. */
export function openHostProxy(options: HostProxyOptions): HostProxy {
  const { listener, room, grants, network = machineNetwork, limits } = options;
  const gate: Gate<Grant> = {
    speaker: {
      notAmong: "is not among the hosts of this call",
      nobody: "a call reaches its hosts with the credentials of its proxy variables",
      over: "these credentials are of no call that runs",
    },
    look: "names",
    admit(shown) {
      const asker = grants.find(shown, room);
      return asker.kind === "call" ? asker.grant : asker.kind;
    },
    way: (grant, asking) => wayTo(grant, asking, network),
  };
  return openEgressProxy({ listener, gate, limits });
}
