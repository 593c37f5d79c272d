// An exporter: how one entry of the log reads in the form of another program, from its clear metadata alone.
import type { JsonObject } from "../../log/leaf.ts";

/**
 * Keys by which events of different systems are joined: who, on which machine, in which repository, at which commit, in
 * which job. Each is there only where the event tells and the target may know; a pseudonym begins with `u:`, `h:`, ...
 */
export type JoinKeys = {
  readonly user?: string;
  readonly host?: string;
  readonly repository?: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly job?: string;
  /** The first file that a call changed or, where it changed none, read: a path as the record's readable part names it. */
  readonly file?: string;
};

/** The names of the keys, in the order in which they are told. */
export const JOIN_KEYS = ["user", "host", "repository", "branch", "commit", "job", "file"] as const;

/**
 * What an exporter sees of an entry. INVARIANT: nothing sealed is in here but the join keys that a person let leave, so
 * that no exporter can give anything else away. A `fault` is an entry that this version cannot read; it is exported as
 * one, for a gap would look like a shorter log.
 */
export type ExportEntry =
  | {
      readonly kind: "event";
      readonly index: number;
      readonly id: string;
      /** Unix milliseconds, from the id: what the clock of the machine said. */
      readonly timeMs: number;
      readonly metadata: JsonObject;
      readonly join?: JoinKeys;
    }
  | {
      readonly kind: "fault";
      readonly index: number;
      readonly reason: string;
      readonly join?: JoinKeys;
    };

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
