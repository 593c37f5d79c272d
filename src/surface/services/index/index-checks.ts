// Checks of the index against the log: the one that a person asked for, and what somebody edited in the index's file.
import type { IndexFinding } from "#record/store/index/index-check.ts";
import type { FromIndex } from "./index-messages.ts";

/** Findings that a check tells one by one; the rest is counted. */
const FINDINGS_MAX = 64;

/** What was found in the index that is not of the log. It was made anew before it answered. */
export type IndexEdit = {
  /** Findings: ranges, counts, tables. */
  readonly findings: number;
  /** The events of the first finding, from `first` to before `end`; both 0 where it concerns the whole file. */
  readonly first: number;
  readonly end: number;
  /** Events that were otherwise than the log says; null where the whole index was thrown away. */
  readonly altered: number | null;
};

/** A check of the whole index against the log, as far as it is. */
export type IndexCheck = {
  readonly kind: "check";
  readonly run: number;
  readonly isDone: boolean;
  readonly events: number;
  readonly size: number;
  readonly findings: readonly IndexFinding[];
  readonly findingsOmitted: number;
  /** Why it cannot be done. */
  readonly problem: string | null;
};

export type IndexChecksOptions = {
  /** Entries of the log now. */
  readonly size: () => number;
  readonly say: (line: string) => void;
  /** Hears what somebody edited in the index's file. */
  readonly edited?: (edit: IndexEdit) => void;
};

/** What checks found. */
export class IndexChecks {
  readonly #options: IndexChecksOptions;
  #edited: IndexEdit | undefined;
  #run: IndexCheck | undefined;

  constructor(options: IndexChecksOptions) {
    this.#options = options;
  }

  get edited(): IndexEdit | undefined {
    return this.#edited;
  }

  /** Begins a check of everything by `work`, or says how far the one of this number is. */
  check(run: number | null, work: () => Promise<unknown>): IndexCheck {
    const known = this.#run;
    if (known !== undefined && (run === known.run || !known.isDone)) return known;
    const begun: IndexCheck = {
      kind: "check",
      run: (known?.run ?? 0) + 1,
      isDone: false,
      events: 0,
      size: this.#options.size(),
      findings: [],
      findingsOmitted: 0,
      problem: null,
    };
    this.#run = begun;
    work().then(
      // What was checked was told before; without that there is no key that seals the index.
      () => this.#endRun(begun.run, null),
      (cause: unknown) =>
        this.#endRun(begun.run, cause instanceof Error ? cause.message : "unknown"),
    );
    return begun;
  }

  #endRun(run: number, problem: string | null): void {
    if (this.#run?.run === run && !this.#run.isDone)
      this.#run = { ...this.#run, isDone: true, problem };
  }

  /** Takes what the thread tells of a check. */
  take(message: Extract<FromIndex, { kind: "checked" }>): void {
    const { findings, isDone, events } = message;
    const [found] = findings;
    if (found !== undefined && isDone) {
      const { first, end } = found;
      const altered = message.altered ?? null;
      this.#edited = { findings: findings.length, first, end, altered };
      this.#options.say(
        `somebody edited the index (${found.what}, from event ${first}): it was made anew of the log`,
      );
      this.#options.edited?.(this.#edited);
    }
    // What is found on the way to a check that a person asked for is part of it.
    if (this.#run === undefined || this.#run.isDone) return;
    const all = [...this.#run.findings, ...findings];
    const kept = all.slice(0, FINDINGS_MAX);
    const findingsOmitted = this.#run.findingsOmitted + all.length - kept.length;
    this.#run = { ...this.#run, events, findings: kept, findingsOmitted };
  }
}
