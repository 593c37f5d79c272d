// What became of a batch that was sent to a target, as far as its answer tells.

/** An entry of the log that a target will not take, and why in its own word. */
export type DeadEntry = { readonly index: number; readonly reason: string };

/**
 * `delivered`: all of it. `partial`: `again` are indices to be sent once more, `dead` what will never be taken; the rest
 * is delivered. `again`: nothing certain arrived, try later; `afterMs` is what the target asked for. `too-large`: send
 * fewer at once. `refused`: the batch is not taken as it is; fewer at once tell which entry is at fault. `closed`: the
 * target does not let us in (a token, an address): a person has to act, nothing is lost meanwhile.
 */
export type Outcome =
  | { readonly kind: "delivered" }
  | {
      readonly kind: "partial";
      readonly again: readonly number[];
      readonly dead: readonly DeadEntry[];
      readonly reason: string;
      readonly afterMs?: number | undefined;
    }
  | { readonly kind: "again"; readonly reason: string; readonly afterMs?: number | undefined }
  | { readonly kind: "too-large"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "closed"; readonly reason: string };
