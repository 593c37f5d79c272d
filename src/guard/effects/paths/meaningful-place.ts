// A place whose change is more than a change, as the lists of them say it.

/** What a write to a place amounts to. `globs` are absolute; `~` and `<project>` stand for the session's. */
export type MeaningfulPlace = {
  readonly kind: "persist" | "privilege" | "tamper";
  readonly means: string;
  readonly globs: readonly string[];
  /** Deleting one of them starts nothing. */
  readonly unlessDeleted?: true;
  /** A name that nobody can know before: what is written to the directory as a whole does not aim at it. */
  readonly madeUp?: true;
};
