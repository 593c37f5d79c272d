// What a verification reads and what it says: the files of a log, its faults, the report.
import type { Checkpoint } from "./checkpoint.ts";

/** What is wanted of a file, for who can read a part of one; others give all of it. */
export type ReadPart = {
  /** The bytes may lie here: who reads into the same room again has lost them. */
  readonly room: Uint8Array;
  /** Whether the first bytes of the file are all that is wanted. */
  readonly isEnough: (bytes: Uint8Array) => boolean;
};

/** Read access to the files of a log, by the paths of layout.ts. */
export type LogFiles = {
  /** The bytes of a file; undefined when it does not exist. Rejects when it exists and cannot be read. */
  read(path: string, part?: ReadPart): Promise<Uint8Array | undefined>;
  /** Files are read one after the other: reading ahead gains nothing. */
  readonly isOneByOne?: boolean;
  /** Paths of all files below `tile/`. */
  list(): AsyncIterable<string>;
};

/** Something that is not as the log promises. `index` counts entries from 0. */
export type LogFault =
  | { readonly kind: "checkpoint-missing" | "checkpoint-malformed" | "checkpoint-signature" }
  | { readonly kind: "wrong-key"; readonly expected: string }
  /** Lines of others stand on the checkpoint that the log writes. */
  | { readonly kind: "checkpoint-foreign-line" }
  | { readonly kind: "key-statement"; readonly path: string; readonly why: string }
  | { readonly kind: "pruned-record" }
  /** The stored cosigned checkpoint is none of this log. */
  | { readonly kind: "witnessed-unusable"; readonly why: string }
  | { readonly kind: "cosignature-invalid"; readonly witness: string }
  | { readonly kind: "too-few-witnesses"; readonly cosigned: number; readonly demanded: number }
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
  /** `by` is what stated the earlier tree: a checkpoint that was kept, the witnesses, a key statement, the pruning record. */
  | {
      readonly kind: "rewritten-since-trusted";
      readonly trustedSize: number;
      readonly by?: PinnedBy;
    }
  /** The key store's last signed head is gone, altered, or older than the log. */
  | { readonly kind: "head-unusable"; readonly why: string }
  | { readonly kind: "journal-damaged"; readonly path: string; readonly bytes: number };

/** What stated an earlier tree of the log. */
export type PinnedBy = "trusted" | "witnesses" | "key-statement" | "pruned-record" | "head";

/** What a verification found. The log is whole when there is no fault. */
export type LogReport = {
  readonly checkpoint: Checkpoint | undefined;
  /** Entries that were read and hashed. */
  readonly entries: number;
  readonly faults: readonly LogFault[];
  /** Faults found beyond the ones listed. */
  readonly faultsOmitted: number;
  /** Entries from the first on that were removed on record: their hashes are checked, what they said is not there. */
  readonly pruned: number;
  /** The newest checkpoint with cosignatures that is stored beside the log, and whose hold; undefined when there is none. */
  readonly witnessed:
    | {
        readonly size: number;
        readonly cosigned: readonly { readonly name: string; readonly timeS: number }[];
      }
    | undefined;
  /** How often the log changed its keys. */
  readonly keyStatements: number;
  /** What waits behind the checkpoint in a directory whose writer lives or was killed: whole entries, and bytes of one that was not finished. */
  readonly waiting?: { readonly entries: number; readonly unfinishedBytes: number };
};
