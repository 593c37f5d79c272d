// Sums of what was spent and asked: requests of the model and calls in, one row out.

/** Sums of one session, person, repository or day (UTC). Money is in millionths of a US dollar, as the client tells it. */
export type SpendingRow = {
  /** The session's pseudonym, a name, or `2026-11-20`; undefined where it could not be opened. */
  readonly key: string | undefined;
  readonly sessions: number;
  /** Sessions of which the client told nothing: their cost is not known. */
  readonly silent: number;
  /** Events of the client that never came: sums are too low by what they said. */
  readonly missing: number;
  /** Judged calls, each once. */
  readonly calls: number;
  readonly requests: number;
  /** Requests that came without a price. */
  readonly unpriced: number;
  readonly tokens: Tokens;
  readonly costUsdMicros: number;
  /** Runs of failures of one command. What was spent in several at once counts once. */
  readonly loops: number;
  readonly loopTokens: number;
  readonly loopCostUsdMicros: number;
  readonly questions: Questions;
};

export type Tokens = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheCreation: number;
};

/** Calls that a person was asked about. `nobody`: neither ran nor was refused. Times are milliseconds; undefined where none is known. */
export type Questions = {
  readonly asked: number;
  readonly allowed: number;
  readonly refused: number;
  readonly nobody: number;
  /** Answers whose time is known. */
  readonly timed: number;
  readonly medianMs: number | undefined;
  readonly slowestMs: number | undefined;
};

/** One request of the model, as the client told of it. `timeMs` is Unix milliseconds. */
export type Request = {
  readonly timeMs: number;
  readonly tokens: Tokens;
  readonly costUsdMicros: number | undefined;
};
/** A call as far as it is known: judged, answered, ended. */
export type Call = {
  judgedMs?: number;
  isAsked?: boolean;
  tool?: string;
  command?: string;
  endedMs?: number;
  durationMs?: number;
  outcome?: string;
  answer?: { readonly isYes: boolean; readonly timeMs: number };
};
/** Sums that grow, and that are added to one another. `told`: sessions of which the client told something. */
export type Sums = {
  sessions: number;
  told: number;
  missing: number;
  calls: number;
  requests: number;
  unpriced: number;
  readonly tokens: { input: number; output: number; cacheRead: number; cacheCreation: number };
  costUsdMicros: number;
  loops: number;
  loopTokens: number;
  loopCostUsdMicros: number;
  asked: number;
  allowed: number;
  refused: number;
  readonly answersMs: number[];
};

/** Nothing yet. */
export function newSums(): Sums {
  return {
    sessions: 0,
    told: 0,
    missing: 0,
    calls: 0,
    requests: 0,
    unpriced: 0,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 },
    costUsdMicros: 0,
    loops: 0,
    loopTokens: 0,
    loopCostUsdMicros: 0,
    asked: 0,
    allowed: 0,
    refused: 0,
    answersMs: [],
  };
}

/** Adds sums to others: what is in several of them must be in neither. Sessions are counted by whoever knows them. */
export function addSums(sums: Sums, more: Omit<Sums, "sessions" | "told">): void {
  sums.missing += more.missing;
  sums.calls += more.calls;
  sums.requests += more.requests;
  sums.unpriced += more.unpriced;
  sums.tokens.input += more.tokens.input;
  sums.tokens.output += more.tokens.output;
  sums.tokens.cacheRead += more.tokens.cacheRead;
  sums.tokens.cacheCreation += more.tokens.cacheCreation;
  sums.costUsdMicros += more.costUsdMicros;
  sums.loops += more.loops;
  sums.loopTokens += more.loopTokens;
  sums.loopCostUsdMicros += more.loopCostUsdMicros;
  sums.asked += more.asked;
  sums.allowed += more.allowed;
  sums.refused += more.refused;
  for (const ms of more.answersMs) sums.answersMs.push(ms);
}

/** Sums as a list of numbers, without the sessions and the answers: as they are kept and sent. */
export function countsOf(sums: Sums): readonly number[] {
  const { told, missing, calls, requests, unpriced, tokens, costUsdMicros } = sums;
  return [
    ...[told, missing, calls, requests, unpriced],
    ...[tokens.input, tokens.output, tokens.cacheRead, tokens.cacheCreation, costUsdMicros],
    ...[sums.loops, sums.loopTokens, sums.loopCostUsdMicros, sums.asked, sums.allowed],
    sums.refused,
  ];
}

/** The same the other way. */
export function sumsOf(
  sessions: number,
  counts: readonly number[],
  answersMs: readonly number[],
): Sums {
  const [told = 0, missing = 0, calls = 0, requests = 0, unpriced = 0, ...more] = counts;
  const [input = 0, output = 0, cacheRead = 0, cacheCreation = 0, costUsdMicros = 0] = more;
  const [loops = 0, loopTokens = 0, loopCostUsdMicros = 0, ...answers] = more.slice(5);
  const [asked = 0, allowed = 0, refused = 0] = answers;
  return {
    sessions,
    told,
    missing,
    calls,
    requests,
    unpriced,
    tokens: { input, output, cacheRead, cacheCreation },
    costUsdMicros,
    loops,
    loopTokens,
    loopCostUsdMicros,
    asked,
    allowed,
    refused,
    answersMs: [...answersMs],
  };
}

/** Adds a request; `isWasted`: it lay within a loop. */
export function addRequest(
  sums: Sums,
  { tokens, costUsdMicros }: Request,
  isWasted: boolean,
): void {
  sums.requests += 1;
  if (costUsdMicros === undefined) sums.unpriced += 1;
  sums.costUsdMicros += costUsdMicros ?? 0;
  sums.tokens.input += tokens.input;
  sums.tokens.output += tokens.output;
  sums.tokens.cacheRead += tokens.cacheRead;
  sums.tokens.cacheCreation += tokens.cacheCreation;
  if (!isWasted) return;
  sums.loopTokens += allTokens(tokens);
  sums.loopCostUsdMicros += costUsdMicros ?? 0;
}

/** Adds a call that was judged. What ran was allowed, whatever else was said of it. */
export function addCall(sums: Sums, call: Call, judgedMs: number): void {
  sums.calls += 1;
  if (call.isAsked !== true) return;
  sums.asked += 1;
  const { answer, endedMs, durationMs } = call;
  if (endedMs === undefined && answer === undefined) return;
  const isYes = endedMs !== undefined || answer?.isYes === true;
  sums[isYes ? "allowed" : "refused"] += 1;
  const answeredMs =
    answer !== undefined && answer.isYes === isYes
      ? answer.timeMs
      : endedMs !== undefined && durationMs !== undefined
        ? endedMs - durationMs
        : undefined;
  if (answeredMs !== undefined && answeredMs >= judgedMs)
    sums.answersMs.push(answeredMs - judgedMs);
}

/** The sums as they are told. */
export function rowOf(key: string | undefined, sums: Sums): SpendingRow {
  const { sessions, told, asked, allowed, refused, answersMs, ...rest } = sums;
  const sorted = answersMs.toSorted((one, other) => one - other);
  return {
    key,
    sessions,
    silent: sessions - told,
    ...rest,
    tokens: { ...rest.tokens },
    questions: {
      asked,
      allowed,
      refused,
      nobody: asked - allowed - refused,
      timed: sorted.length,
      medianMs: medianOf(sorted),
      slowestMs: sorted.at(-1),
    },
  };
}

/** Of an even number the mean of the middle two. */
function medianOf(sorted: readonly number[]): number | undefined {
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** All tokens of a request, those from the cache too. */
export function allTokens({ input, output, cacheRead, cacheCreation }: Tokens): number {
  return input + output + cacheRead + cacheCreation;
}

/** Most money first, then most tokens. */
export function byCost(one: SpendingRow, other: SpendingRow): number {
  return (
    other.costUsdMicros - one.costUsdMicros ||
    allTokens(other.tokens) - allTokens(one.tokens) ||
    byKey(one, other)
  );
}

/** In the order of their keys. */
export function byKey({ key: one = "" }: SpendingRow, { key: other = "" }: SpendingRow): number {
  return one < other ? -1 : 1;
}
