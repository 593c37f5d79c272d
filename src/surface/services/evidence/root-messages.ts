// What the reader of a log and the thread that hashes it say to each other.

/** Entries one after the other, and where each ends; or that there are no more. */
export type ToRoot =
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly ends: readonly number[] }
  | { readonly isEnd: true };

/** That one lot is hashed; or the outcome. */
export type FromRoot =
  | { readonly isTaken: true }
  | { readonly size: number; readonly root: Uint8Array };
