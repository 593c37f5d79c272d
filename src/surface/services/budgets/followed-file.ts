// How far a transcript was read, and what its rows told of spending.
import type { Told } from "#assure/past/transcript-row.ts";

/** How far a file was read. `lastMs`: when its last row was made. */
export type Followed = {
  offset: number;
  lastMs: number;
  /** Within a row that is too long: its rest is passed over. */
  isWithin: boolean;
  /** Rows that were too long to be read. */
  unread: number;
};

/** The beginning of a file. */
export function unfollowed(): Followed {
  return { offset: 0, lastMs: 0, isWithin: false, unread: 0 };
}

/** What a row tells of spending. */
export type SpentRow = {
  readonly agent: string;
  readonly timeMs: number | undefined;
  readonly session: string | undefined;
  readonly told: Extract<Told, { kind: "usage" | "cost" }>;
};
