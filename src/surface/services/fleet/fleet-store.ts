// What a store for many machines does, whichever database it is.
import type { FleetErased, FleetErasure } from "#record/fleet/fleet-erasure.ts";
import type { Appended, FleetBatch, TreeState } from "#record/fleet/fleet-row.ts";

/** Where batches go. */
export type FleetStore = {
  /** Adds what is new of a batch, all of it or nothing; `writer` is the machine that hands it in. */
  append(tenant: string, writer: string, batch: FleetBatch): Promise<Appended>;
  /** How far a log is; undefined for one that is not known. */
  tree(tenant: string, tree: string): Promise<TreeState | undefined>;
  /** Takes people out of the events of a log that `writer` hands in; twice is the same as once. */
  erase(tenant: string, writer: string, erasure: FleetErasure): Promise<FleetErased>;
  /** What is stored, by tenant. */
  tenants(): Promise<readonly StoredTenant[]>;
  /** What its owner has to do before all of this works, in words; empty when nothing. */
  needs(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** `missed` entries were removed on record before they came. */
export type StoredTenant = {
  readonly name: string;
  readonly logs: number;
  readonly entries: number;
  readonly missed: number;
};
