// How a server that a file names stands to what people approved, and to what it said of itself when it was pinned.
import { type Contract, isAsPinned } from "#govern/mcp/contract.ts";
import { identityDigest } from "#govern/mcp/identity.ts";
import type { Catalog, CatalogEntry } from "./catalog.ts";
import type { ConfiguredServer } from "./configured-servers.ts";

/** Each is what people read. */
export type ServerState =
  | "approved"
  | "not approved"
  | "has the name of an approved one"
  | "approval over"
  | "changed since it was pinned";

/** The state, the approval of this very server, and what it said last. */
export type StandingServer = {
  readonly state: ServerState;
  readonly found: CatalogEntry | undefined;
  readonly seen: ReturnType<Catalog["seen"]>;
};

/** Of one server, by who it is: a name is nobody's. */
export function serverState(
  { identity, name }: Pick<ConfiguredServer, "identity" | "name">,
  entries: readonly CatalogEntry[],
  catalog: Pick<Catalog, "seen">,
): StandingServer {
  const digest = identityDigest(identity);
  const found = entries.find((one) => one.identity === digest);
  const seen = catalog.seen(identity);
  const stands = (state: ServerState): StandingServer => ({ state, found, seen });
  if (found === undefined)
    return stands(
      entries.some(({ entry }) => entry.name === name)
        ? "has the name of an approved one"
        : "not approved",
    );
  if (!found.isInForce) return stands("approval over");
  const { pin } = found.entry;
  const isChanged =
    pin !== null && seen !== undefined && (seen === "unreadable" || !isAsPinned(pin, seen.digests));
  return stands(isChanged ? "changed since it was pinned" : "approved");
}

/** What was kept of what it said of itself last; undefined where nobody looked at it. */
export function lastContract(
  { seen }: Pick<StandingServer, "seen">,
  catalog: Pick<Catalog, "contract">,
): Contract | undefined {
  return seen === undefined || seen === "unreadable"
    ? undefined
    : catalog.contract(seen.digests.whole);
}
