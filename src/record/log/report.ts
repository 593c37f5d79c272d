// What a verification reads and what it says: the files of a log, its faults, the report.
import type { Checkpoint } from "./checkpoint.ts";

/** Read access to the files of a log, by the paths of layout.ts. */
export type LogFiles = {
  /** The bytes of a file; undefined when it does not exist. Rejects when it exists and cannot be read. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Paths of all files below `tile/`. */
  list(): AsyncIterable<string>;
};

/** Something that is not as the log promises. `index` counts entries from 0. */
export type LogFault =
  | { readonly kind: "checkpoint-missing" | "checkpoint-malformed" | "checkpoint-signature" }
  | { readonly kind: "wrong-key"; readonly expected: string }
  | { readonly kind: "entry-altered"; readonly index: number; readonly eventId: string | undefined }
  /** Entry and tile disagree and nothing that is left can tell which of the two is right. */
  | {
      readonly kind: "entry-or-tile-altered";
      readonly index: number;
      readonly eventId: string | undefined;
    }
  /** Entries of this range were replaced together with their hashes; `end` is the first one after it. */
  | { readonly kind: "entries-rewritten"; readonly index: number; readonly end: number }
  | {
      readonly kind: "entries-missing";
      readonly index: number;
      readonly end: number;
      readonly path: string;
    }
  | { readonly kind: "bundle-trailing-bytes"; readonly path: string; readonly index: number }
  | { readonly kind: "tile-altered"; readonly path: string; readonly index: number }
  | { readonly kind: "tile-missing"; readonly path: string }
  | { readonly kind: "partial-altered"; readonly path: string; readonly index: number }
  | { readonly kind: "stray-file"; readonly path: string }
  | { readonly kind: "root-mismatch"; readonly size: number }
  | { readonly kind: "trusted-unusable"; readonly why: string }
  | { readonly kind: "rollback"; readonly size: number; readonly trustedSize: number }
  | { readonly kind: "rewritten-since-trusted"; readonly trustedSize: number };

/** What a verification found. The log is whole when there is no fault. */
export type LogReport = {
  readonly checkpoint: Checkpoint | undefined;
  /** Entries that were read and hashed. */
  readonly entries: number;
  readonly faults: readonly LogFault[];
  /** Faults found beyond the ones listed. */
  readonly faultsOmitted: number;
};
