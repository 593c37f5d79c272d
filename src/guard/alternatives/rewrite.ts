// A rewrite of one simple command: edits of its text, with what must be true of the disk for them to make sense.
import type { Edit } from "./simple-commands.ts";

/** What a refusal was about: the effect's kind, and the existing path that made the rule match, where there is one. */
export type Cause = { readonly kind: string; readonly path: string | undefined };

/** A proposal: edits of the text, and what must be true for it to make sense. */
export type Rewrite = {
  readonly edits: readonly Edit[];
  /** A path that must exist, as written in the command. */
  readonly needs?: string;
  /** A path that it makes, as written: nothing may lie there yet. */
  readonly makes?: string;
  /** It says what would happen and does nothing of it. */
  readonly onlySays?: true;
};
