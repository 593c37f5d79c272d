// Opens the store that a collector's settings name, for all logs or for those of one shard.
import { openClickhouseStore, type Shard } from "./clickhouse-store.ts";
import type { StorePlace } from "./collector-settings.ts";
import type { FleetStore } from "./fleet-store.ts";
import { openPostgresStore } from "./postgres-store.ts";

/** Nothing is connected before the first batch or question, where the store's library allows that. */
export async function openStore(store: StorePlace, shard?: Shard): Promise<FleetStore> {
  return store.kind === "postgres"
    ? openPostgresStore(store.place)
    : openClickhouseStore(store.place, shard);
}
