// The way from the egress proxy to a place that the rules let through: looked up once, every address checked, connected to what was checked.
import { connect, type Socket } from "node:net";
import { type EgressRules, isNamedAddress } from "#govern/network/egress-rules.ts";
import { type CompanyProxy, connectThrough, proxyFault } from "../gateway/upstream.ts";
import { addressKind } from "../hold/hosts/addresses.ts";
import { connected, type Network } from "../hold/hosts/way-out.ts";
import type { TunnelAsked } from "./asked.ts";
import type { EgressRefusal } from "./refusals.ts";
import type { Shared } from "./shared.ts";

const RESOLVE_MS_MAX = 10_000;
/** Look-ups at once: they share four threads with everything that reads files. */
const RESOLVING_MAX = 256;
let resolving = 0;

/** What of the proxy is used on the way. */
type WayParts = Pick<Shared, "network" | "company" | "limits">;

/** A connection to a place, or to a proxy that has to be asked for it. */
export type PlainWay = { readonly way: Socket; readonly through: CompanyProxy | undefined };

/** The way for one request of plain HTTP. WHY no tunnel through a company's proxy: most open none but to port 443. */
export async function plainWayTo(
  asked: TunnelAsked,
  rules: EgressRules,
  parts: WayParts,
): Promise<PlainWay | EgressRefusal> {
  const through = parts.company(asked.form.host, asked.port);
  if (typeof through === "string") {
    const way = await wayTo(asked, rules, parts);
    return typeof way === "string" ? way : { way, through: undefined };
  }
  if (!isOpenForm(asked, rules)) return "address";
  const way = await connected(connect({ host: through.host, port: through.port }));
  return typeof way === "string" ? "proxy-silent" : { way, through };
}

/** Connects, or says why not. WHY refused where any address is inside: a name that leads to both is made to be tried twice. */
export async function wayTo(
  { form, port }: TunnelAsked,
  rules: EgressRules,
  { network, company, limits }: WayParts,
): Promise<Socket | EgressRefusal> {
  const through = company(form.host, port);
  if (through === "unknown-kind") return "proxy-kind";
  if (through !== "direct") {
    if (!isOpenForm({ form, port }, rules)) return "address";
    try {
      // WHY no look at addresses of names: the proxy alone looks them up, and its keepers say what it leads to.
      return await connectThrough(through, limits.proxyMs)(form.host, port);
    } catch (cause) {
      return proxyFault(cause) ?? "unreachable";
    }
  }
  const found = form.kind === "address" ? [form.host] : await addressesOf(form.host, network);
  if (typeof found === "string") return found;
  if (!found.every((address) => isOpen(address, port, rules))) return "address";
  const way = await connected(network.connect(found, port));
  return typeof way === "string" ? "unreachable" : way;
}

function isOpen(address: string, port: number, rules: EgressRules): boolean {
  return isNamedAddress(address, port, rules) || addressKind(address) === "public";
}

function isOpenForm({ form, port }: TunnelAsked, rules: EgressRules): boolean {
  return form.kind !== "address" || isOpen(form.host, port, rules);
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
