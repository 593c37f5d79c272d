// The way from the egress proxy to a place that the rules let through: looked up once, every address checked, connected to what was checked.
import type { Socket } from "node:net";
import { type EgressRules, isNamedAddress } from "#govern/network/egress-rules.ts";
import { addressKind } from "../hold/hosts/addresses.ts";
import { connected, type Network } from "../hold/hosts/way-out.ts";
import type { TunnelAsked } from "./asked.ts";
import type { EgressRefusal } from "./refusals.ts";

const RESOLVE_MS_MAX = 10_000;
/** Look-ups at once: they share four threads with everything that reads files. */
const RESOLVING_MAX = 256;
let resolving = 0;

/** Connects, or says why not. WHY refused where any address is inside: a name that leads to both is made to be tried twice. */
export async function wayTo(
  { form, port }: TunnelAsked,
  rules: EgressRules,
  network: Network,
): Promise<Socket | EgressRefusal> {
  const found = form.kind === "address" ? [form.host] : await addressesOf(form.host, network);
  if (typeof found === "string") return found;
  const isOpen = (address: string): boolean =>
    isNamedAddress(address, port, rules) || addressKind(address) === "public";
  if (!found.every(isOpen)) return "address";
  const way = await connected(network.connect(found, port));
  return typeof way === "string" ? "unreachable" : way;
}

async function addressesOf(
  host: string,
  network: Network,
): Promise<readonly string[] | EgressRefusal> {
  if (resolving >= RESOLVING_MAX) return "busy";
  resolving += 1;
  let late: NodeJS.Timeout | undefined;
  try {
    const found = await Promise.race([
      network.resolve(host),
      new Promise<readonly string[]>((resolve) => {
        late = setTimeout(() => resolve([]), RESOLVE_MS_MAX);
      }),
    ]);
    return found.length === 0 ? "unknown-name" : found;
  } catch {
    return "unknown-name";
  } finally {
    clearTimeout(late);
    resolving -= 1;
  }
}
