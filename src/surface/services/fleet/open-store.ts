// Opens the store that a collector's settings name, for all logs or for those of one shard.
import { openClickhouseStore, type Shard } from "./clickhouse-store.ts";
import type { CollectorSettings, StorePlace } from "./collector-settings.ts";
import type { FleetStore } from "./fleet-store.ts";
import { openFolderHosts } from "./folder-host-store.ts";
import type { HostStore } from "./host-store.ts";
import { openPostgresHosts } from "./postgres-host-store.ts";
import { openPostgresStore } from "./postgres-store.ts";

/** Nothing is connected before the first batch or question, where the store's library allows that. */
export async function openStore(store: StorePlace, shard?: Shard): Promise<FleetStore> {
  return store.kind === "postgres"
    ? openPostgresStore(store.place)
    : openClickhouseStore(store.place, shard);
}

/** Opens where reports of machines are kept; undefined where the settings name no place for them. */
export async function openHosts(
  { fleet, store }: Pick<CollectorSettings, "fleet" | "store">,
  options: { readonly nowMs: () => number; readonly report: (line: string) => void },
): Promise<HostStore | undefined> {
  if (fleet !== undefined) return openFolderHosts(fleet, options);
  return store.kind === "postgres" ? openPostgresHosts(store.place, options) : undefined;
}
