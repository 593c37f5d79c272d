// A place that a start of a program reads, as the table of places says it: what a change of it amounts to, and which layers know it.

/** Whether a layer knows a place; otherwise why it rightly does not. */
export type Known = true | { readonly not: string };

/** Layers that derive what they protect from the table, beside the evaluator. `test/guard/places.test.ts` holds each to it. */
export type PlaceLayers = {
  /** The client's own rules that a policy is compiled to; a list where only some of the globs are among them. */
  readonly rules: Known | { readonly only: readonly string[]; readonly not: string };
  /** Mounts that keep a place of the project from a held call. */
  readonly mounts: Known;
  /** What is looked for when a call is over. */
  readonly leavings: Known;
  /**
   * Looked for in unpacked packages and in builds too. WHY of few: an editor, an agent or a shell is started where somebody works, and
   * packages come with such files of their own; git is asked wherever an editor, a prompt or another repository leads it.
   */
  readonly inPackages?: true;
};

/** What a write to a place amounts to. `globs` are absolute; `~` and `<project>` stand for the session's. */
export type MeaningfulPlace = PlaceLayers & {
  readonly kind: "persist" | "privilege" | "tamper";
  readonly means: string;
  readonly globs: readonly string[];
  /** Deleting one of them starts nothing. */
  readonly unlessDeleted?: true;
  /** A name that nobody can know before: what is written to the directory as a whole does not aim at it. */
  readonly madeUp?: true;
  /** Known by how its path ends: parts that a program numbers (`part-*`) do not aim at it, nor does a whole tree. */
  readonly byEnding?: true;
};

/** A place that is read, and whose change is judged as any other change. */
export type PlainPlace = PlaceLayers & {
  readonly globs: readonly string[];
  /** Why a change of it is no more than that. */
  readonly plain: string;
};

/** A place of the project that every layer knows. */
export const EVERYWHERE = { rules: true, mounts: true, leavings: true } as const;

const READ_ONLY = "a held call changes nothing outside of its project that it was not judged to";

/** A place outside of projects. */
export const OUTSIDE = {
  rules: { not: "the client asks before it writes outside of its working directories" },
  mounts: { not: READ_ONLY },
  leavings: { not: READ_ONLY },
} as const;

/** Of a long list the places that every machine has: the rules of the client are no more than a first line. */
export const FEW_RULES = {
  not: "a rule for each would make the settings too long to read",
} as const;
