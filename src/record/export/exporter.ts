// An exporter: how one entry of the log reads in the form of another program, from its clear metadata alone.
import type { JsonObject } from "../log/leaf.ts";

/**
 * What an exporter sees of an entry. INVARIANT: nothing sealed is in here, so that no exporter can give it away. A `fault`
 * is an entry that this version cannot read; it is exported as one, for a gap would look like a shorter log.
 */
export type ExportEntry =
  | {
      readonly kind: "event";
      readonly index: number;
      readonly id: string;
      /** Unix milliseconds, from the id: what the clock of the machine said. */
      readonly timeMs: number;
      readonly metadata: JsonObject;
    }
  | { readonly kind: "fault"; readonly index: number; readonly reason: string };

/**
 * A form of the log. `head` is the first line, where the form has one; `line` is one entry without its end. Pure and total:
 * metadata is foreign text, and whatever it says must stay one entry of one line.
 */
export type Exporter = {
  readonly id: string;
  /** In words for a person who chooses. */
  readonly title: string;
  readonly head: string | undefined;
  readonly line: (entry: ExportEntry) => string;
};
