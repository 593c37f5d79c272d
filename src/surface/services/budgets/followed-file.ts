// How far a transcript was read.

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
