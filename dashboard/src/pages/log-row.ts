// One event of the log as a list shows it.

/** One row of `GET /events`. */
export type EventRow = {
  readonly index: number;
  readonly timeMs: number | null;
  readonly kind: string;
  /** What happened, in one line. */
  readonly line: string;
  readonly verdict: string | null;
  readonly tool: string | null;
  readonly session: string | null;
  /** Whose it is and where, as far as their key is here. */
  readonly user?: string | null;
  readonly place?: string | null;
  readonly rule: string | null;
  readonly class: string | null;
  /** Whose log of a team it stands in. */
  readonly machine?: string | null;
  readonly erased: boolean;
  readonly forged: boolean;
};
