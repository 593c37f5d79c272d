// Ports of this machine that a policy lets held code reach: how they are written, which ones none can name, how layers join.
import type { Policy } from "./policy.ts";

/** A port of the machine's loopback. `address` is undefined where the port is meant at each of the usual ones. */
export type MachinePort = { readonly address: string | undefined; readonly port: number };

/** Ports that one policy names. */
export const MACHINE_PORTS_MAX = 32;

const PORT_MAX = 65_535;

/** What listens there by habit, and why no code of a project may have it. First and last port of each. */
const POWERFUL: readonly (readonly [first: number, last: number, why: string])[] = [
  [22, 22, "ssh opens a shell of this machine"],
  [25, 25, "a mail server there sends to every host"],
  [53, 53, "a resolver there carries data to every host in the names that it is asked for"],
  [1080, 1080, "a proxy there reaches every host"],
  [2375, 2377, "an engine of containers there gives all rights of the administrator"],
  [2379, 2380, "the store of a cluster there gives all rights in the cluster"],
  [3128, 3128, "a proxy there reaches every host"],
  [3389, 3389, "a desktop there does what the person can do"],
  [4243, 4243, "an engine of containers there gives all rights of the administrator"],
  [5037, 5037, "a debugger there runs code in other programs and devices"],
  [5900, 5909, "a desktop there does what the person can do"],
  [6000, 6063, "a display there sees and types in every window of the person"],
  [8118, 8118, "a proxy there reaches every host"],
  [9050, 9051, "a proxy there reaches every host"],
  [9150, 9151, "a proxy there reaches every host"],
  [9222, 9222, "a debugger there works in the person's browser"],
  [9229, 9230, "a debugger there runs code in other programs"],
  [10_250, 10_250, "the node of a cluster there runs commands in every container"],
  [10_255, 10_255, "the node of a cluster there tells of every container"],
];

/** Why no policy can name a port; undefined where one can. */
export function whyPowerful(port: number): string | undefined {
  return POWERFUL.find(([first, last]) => port >= first && port <= last)?.[2];
}

/** What is wrong with an entry of `machinePorts`, in words; undefined where nothing is. */
export function machinePortFault(written: string | number): string | undefined {
  const { address, port } = partsOf(String(written));
  if (address !== undefined && !isOfMachine(address))
    return `\`${address}\` is no address of this machine's loopback: name a port alone, or \`127.0.0.1:PORT\`; hosts elsewhere, and the service of a cloud, are what rules with \`hosts\` are for`;
  if (port === undefined)
    return "name a port from 1 to 65535, or an address with one, such as `127.0.0.1:6379` or `[::1]:6379`";
  const why = whyPowerful(port);
  return why === undefined
    ? undefined
    : `port ${port} can be named by no policy: ${why}; whoever needs it runs a command of their own that names it, and is asked`;
}

/** The one spelling of an entry that has no fault. */
export function canonicalPort(written: string | number): string {
  const { address, port } = partsOf(String(written));
  if (address === undefined || address === "localhost") return String(port);
  return address === "::1" ? `[::1]:${port}` : `${address}:${port}`;
}

/** What an entry in that spelling means. */
export function machinePort(canonical: string): MachinePort {
  const { address, port = 0 } = partsOf(canonical);
  return { address, port };
}

/** Whether one entry lets everything be reached that another does. */
function includes(one: string, other: string): boolean {
  const [wide, narrow] = [machinePort(one), machinePort(other)];
  return wide.port === narrow.port && (wide.address === undefined || one === other);
}

/** The entries of a list that another does not let be reached. */
export function portsBeyond(list: readonly string[], other: readonly string[]): readonly string[] {
  return list.filter((one) => !other.some((its) => includes(its, one)));
}

/** What both lists let be reached. */
export function portsOfBoth(one: readonly string[], other: readonly string[]): readonly string[] {
  const beyond = new Set([...portsBeyond(one, other), ...portsBeyond(other, one)]);
  return [...new Set([...one, ...other])].filter((entry) => !beyond.has(entry)).toSorted();
}

/**
 * The ports of policies in layers, the highest first; undefined where none says anything. The highest that says something
 * counts, and each below it can only take ports away. WHY a repository adds none: whoever wrote it would choose what its code
 * reaches. `mayAllow`: whether layers above let this one allow anything.
 */
export function portsOfLayers(
  layers: readonly {
    readonly policy: Pick<Policy, "layer" | "machinePorts">;
    readonly mayAllow: boolean;
  }[],
): readonly string[] | undefined {
  const said = layers.filter(({ policy }) => policy.machinePorts !== undefined);
  if (said.length === 0) return undefined;
  const adds = said.some(({ policy, mayAllow }) => mayAllow && policy.layer !== "project");
  const [first = [], ...lower] = said.map(({ policy }) => policy.machinePorts ?? []);
  // INVARIANT: what a layer may not add, none below it adds either: `mayAllow` never becomes true again.
  return adds ? lower.reduce(portsOfBoth, first) : [];
}

/** Address and port of a text; undefined for what stands in it and is none. */
function partsOf(text: string): { readonly address: string | undefined; readonly port?: number } {
  const at = text.lastIndexOf(":");
  const digits = text.slice(at + 1);
  const address =
    at < 0
      ? undefined
      : text
          .slice(0, at)
          .replace(/^\[(.*)\]$/, "$1")
          .toLowerCase();
  const port = /^[1-9]\d{0,4}$/.test(digits) ? Number(digits) : PORT_MAX + 1;
  return port > PORT_MAX ? { address } : { address, port };
}

function isOfMachine(address: string): boolean {
  const parts = address.split(".");
  const isIn127 =
    parts.length === 4 &&
    parts[0] === "127" &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isIn127 || address === "::1" || address === "localhost";
}
