// Opens the store that a collector's settings name, for all logs or for those of one shard.
import { assert } from "#base/failure.ts";
import { periodsUnder } from "#govern/retention/periods.ts";
import { loadRecordClasses } from "../../foundation/product/shipped-data.ts";
import { openClickhouseHosts } from "./clickhouse-host-store.ts";
import { openClickhouseStore, type Shard } from "./clickhouse-store.ts";
import type { CollectorSettings, StorePlace } from "./collector-settings.ts";
import type { FleetStore } from "./fleet-store.ts";
import { openFolderHosts } from "./folder-host-store.ts";
import type { HostStore, HostStoreOptions } from "./host-store.ts";
import { openPostgresHosts } from "./postgres-host-store.ts";
import { openPostgresStore } from "./postgres-store.ts";

/** Nothing is connected before the first batch or question, where the store's library allows that. */
export async function openStore(store: StorePlace, shard?: Shard): Promise<FleetStore> {
  return store.kind === "postgres"
    ? openPostgresStore(store.place)
    : openClickhouseStore(store.place, shard);
}

/** Opens where reports of machines are kept. */
export async function openHosts(
  { fleet, store, keepDays }: Pick<CollectorSettings, "fleet" | "store" | "keepDays">,
  around: Omit<HostStoreOptions, "keepDays">,
): Promise<HostStore> {
  const options = { ...around, keepDays: keepDays ?? shippedKeepDays() };
  if (fleet !== undefined) return openFolderHosts(fleet, options);
  return store.kind === "postgres"
    ? openPostgresHosts(store.place, options)
    : openClickhouseHosts(store.place, options);
}

/** How long the shipped periods keep machines' days. */
function shippedKeepDays(): number {
  const kept = periodsUnder(loadRecordClasses(), []).find(({ id }) => id === "machines");
  assert(kept !== undefined, "the class of machines' days ships");
  return kept.days;
}
