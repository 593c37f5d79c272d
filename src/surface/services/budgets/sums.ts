// What was spent, as sums: money, requests without a known price, tokens, calls and time.

/** Sums of one session, agent, project or day. INVARIANT: none is negative. */
export type Sums = {
  usd: number;
  /** Requests whose price is not known: their money is no part of `usd`. */
  unpriced: number;
  tokens: number;
  calls: number;
  ms: number;
};

/** Nothing spent yet. */
export function noSums(): Sums {
  return { usd: 0, unpriced: 0, tokens: 0, calls: 0, ms: 0 };
}

/** Adds to sums. */
export function addSums(sums: Sums, more: Partial<Sums>): void {
  sums.usd += more.usd ?? 0;
  // WHY never below zero: telemetry may price later what the transcript could not.
  sums.unpriced = Math.max(0, sums.unpriced + (more.unpriced ?? 0));
  sums.tokens += more.tokens ?? 0;
  sums.calls += more.calls ?? 0;
  sums.ms += more.ms ?? 0;
}

/** The sum of several. */
export function allOf(sums: Iterable<Sums>): Sums {
  const all = noSums();
  for (const one of sums) addSums(all, one);
  return all;
}

/**
 * The value of a name that others chose, made where there is none. WHY not by an index alone: `constructor` and `__proto__` are in
 * every object.
 */
export function valueOf<Of>(record: Record<string, Of>, name: string, make: () => Of): Of {
  const key = name === "__proto__" ? "others" : name;
  const known = Object.hasOwn(record, key) ? record[key] : undefined;
  if (known !== undefined) return known;
  const made = make();
  record[key] = made;
  return made;
}
