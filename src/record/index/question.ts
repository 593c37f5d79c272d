// Questions about the log and their answers, the same whether an index answers or the log is read through.
import { MARK_FIELDS, type MarkField, WORD_FIELDS, type WordField } from "./indexed-event.ts";

/** By what events are counted: a word, a member of a list, or the hour or day. */
export type GroupField = WordField | MarkField | "hour" | "day";

export const GROUP_FIELDS: readonly GroupField[] = [...WORD_FIELDS, ...MARK_FIELDS, "hour", "day"];

/** A question. `nowMs` is what `-24h` in the filter goes back from. */
export type Question =
  | {
      readonly ask: "search";
      readonly filter: string;
      readonly nowMs: number;
      readonly limit: number;
      /** Only events before this place in the log: the next page. */
      readonly before: number | null;
      /** Best first, within a range of time; else newest first. */
      readonly byRank: boolean;
    }
  | {
      readonly ask: "group";
      readonly filter: string;
      readonly nowMs: number;
      readonly by: readonly GroupField[];
      readonly limit: number;
      /** In the order of the fields in place of the largest first. */
      readonly inOrder: boolean;
    }
  | {
      readonly ask: "select";
      readonly sql: string;
      readonly parameters: Readonly<Record<string, string | number | null>>;
      readonly limit: number;
    }
  /** What sessions cost: the sums that are kept of them. `untilMs` is null where there is no end. */
  | {
      readonly ask: "spending";
      readonly by: "session" | "user" | "repository" | "day";
      readonly sinceMs: number;
      readonly untilMs: number | null;
      /** Of sessions only so many, those that cost most; null for all. */
      readonly rowsMax: number | null;
    }
  | { readonly ask: "state" }
  /** To hold the whole index against the log; `run` is the number of a check that was begun, null to begin one. */
  | { readonly ask: "check"; readonly run: number | null };

/** A question about events, which an index answers by itself. */
export type EventQuestion = Exclude<Question, { ask: "state" | "check" | "spending" }>;

/** Rows of cells; `isCut` when there were more than asked for. */
export type Table = {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly isCut: boolean;
};

/** Places in the log; `next` is what `before` has to be for the page after this one. */
export type Found = {
  readonly kind: "found";
  readonly places: readonly number[];
  readonly next: number | null;
};

export type QuestionAnswer = Table | Found;

/** The time that a bucket begins with, as its column is named. */
export function columnOf(field: GroupField): string {
  return field === "hour" || field === "day" ? `${field}_ms` : field;
}

/** The beginning of an event's hour or day, UTC. */
export function bucketOf(timeMs: number, field: "hour" | "day"): number {
  const ms = field === "hour" ? 3_600_000 : 86_400_000;
  return Math.floor(timeMs / ms) * ms;
}
