// What a store for many machines does, whichever database it is.
import type { Appended, FleetBatch } from "#record/fleet/fleet-row.ts";

/** Where batches go. */
export type FleetStore = {
  /** Adds what is new of a batch, all of it or nothing; `writer` is the machine that hands it in. */
  append(tenant: string, writer: string, batch: FleetBatch): Promise<Appended>;
  /** The place that is wanted next of a log; 0 for one that is not known. */
  next(tenant: string, tree: string): Promise<number>;
  /** What is stored, by tenant. */
  tenants(): Promise<readonly StoredTenant[]>;
  close(): Promise<void>;
};

/** `missed` entries were removed on record before they came. */
export type StoredTenant = {
  readonly name: string;
  readonly logs: number;
  readonly entries: number;
  readonly missed: number;
};
