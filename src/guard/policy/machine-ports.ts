// Ports of this machine that a policy lets held code reach: how they are written, which ones none can name, how layers join.
import { whyPowerful } from "../effects/network/service-ports.ts";
import type { Policy } from "./policy.ts";

/** A port of the machine's loopback. `address` is undefined where the port is meant at each of the usual ones. */
export type MachinePort = { readonly address: string | undefined; readonly port: number };

/** Ports that one policy names. */
export const MACHINE_PORTS_MAX = 32;

const PORT_MAX = 65_535;

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
