// What sessions cost: tokens and money as the client told them, commands that failed again and again, questions and how they were answered.
import { filledString, finiteNumber, isObject } from "#base/json.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { type Ended, loopsOf } from "./failing-loops.ts";
import {
  type SessionSpending,
  type Spending,
  type SpendingKey,
  startSpendingGroups,
} from "./spending-groups.ts";
import {
  addCall,
  addRequest,
  allTokens,
  type Call,
  newSums,
  type Request,
  type Sums,
} from "./spending-sums.ts";

/** An event of the log, with what could be opened of it. `timeMs` is Unix milliseconds of its recording. */
export type SpendingEvent = {
  readonly timeMs: number;
  readonly metadata: JsonObject;
  readonly user: string | undefined;
  readonly repository: string | undefined;
  /** The command in normal form, which holds no literal. */
  readonly command: string | undefined;
};

export type SpendingTally = {
  /** Whether it belongs to a session and to the period, and was counted. An event may be given again when more of it could be opened. */
  add(event: SpendingEvent): boolean;
  /** May be asked at any time. `failuresMin`: failures in a row that make a loop. */
  result(by: SpendingKey, failuresMin: number): Spending;
  /** The same session by session. */
  sessions(failuresMin: number): readonly SessionSpending[];
  /** Ids of calls that failed. */
  failing(): ReadonlySet<string>;
  /** Events beyond what is remembered at once. */
  omitted(): number;
};

export type SpendingOptions = {
  /** From and before when, by when it happened; a late report of the client counts when it was about. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Sessions, calls and requests that are remembered at once. */
  readonly sessionsMax?: number;
  readonly itemsMax?: number;
};

const SESSIONS_MAX = 20_000;
const ITEMS_MAX = 2_000_000;
/** How much later than its recording the client's clock may say that something was. */
const AHEAD_MS = 60_000;
/** Reports are sent again for hours; what claims to be older is dated by when it came. */
const LATE_MS = 7 * 86_400_000;

/** Kinds of event that show that a session was there. */
const OF_SESSIONS: ReadonlySet<string> = new Set([
  ...["decision", "result", "telemetry", "session", "discrepancy", "hook"],
]);

type Session = {
  readonly id: string;
  user: string | undefined;
  repository: string | undefined;
  /** Days on which something of it was recorded, and those on which the client told of it. */
  readonly days: Set<string>;
  readonly toldDays: Set<string>;
  readonly calls: Map<string, Call>;
  readonly requests: Request[];
  readonly told: Set<string>;
  readonly missing: Map<string, number>;
  firstMs: number;
  lastMs: number;
  repeated: number;
};

/** Begins to count. Events may come in any order. Probes of the guard itself are no calls of anybody. */
export function startSpendingTally(options: SpendingOptions = {}): SpendingTally {
  const { sinceMs = 0, untilMs = Infinity } = options;
  const { sessionsMax = SESSIONS_MAX, itemsMax = ITEMS_MAX } = options;
  const sessions = new Map<string, Session>();
  const counts = { omitted: 0, items: 0 };

  const sessionOf = (event: SpendingEvent): Session | undefined => {
    const id = filledString(event.metadata["session"]);
    if (id === undefined) return undefined;
    let session = sessions.get(id);
    if (session === undefined) {
      if (sessions.size >= sessionsMax) {
        counts.omitted += 1;
        return undefined;
      }
      session = {
        id,
        user: undefined,
        repository: undefined,
        days: new Set(),
        toldDays: new Set(),
        calls: new Map(),
        requests: [],
        told: new Set(),
        missing: new Map(),
        firstMs: Infinity,
        lastMs: -Infinity,
        repeated: 0,
      };
      sessions.set(id, session);
    }
    session.user ??= event.user;
    session.repository ??= event.repository;
    return session;
  };
  const isRoom = (): boolean => {
    if (counts.items < itemsMax) {
      counts.items += 1;
      return true;
    }
    counts.omitted += 1;
    return false;
  };
  const callOf = (session: Session, metadata: JsonObject): Call | undefined => {
    const id = filledString(metadata["call"]);
    if (id === undefined) return undefined;
    const known = session.calls.get(id);
    if (known !== undefined) return known;
    if (!isRoom()) return undefined;
    const call: Call = {};
    session.calls.set(id, call);
    return call;
  };
  const addTelemetry = (session: Session, metadata: JsonObject, timeMs: number): void => {
    const { claimedMs, sequence, event } = metadata;
    const key = JSON.stringify([claimedMs, sequence, event]);
    if (session.told.has(key)) {
      session.repeated += 1;
      return;
    }
    if (!isRoom()) return;
    session.told.add(key);
    session.toldDays.add(dayOf(timeMs));
    if (event === "api_request") session.requests.push(requestOf(metadata, timeMs));
    if (event !== "tool_decision") return;
    const call = callOf(session, metadata);
    const { outcome } = metadata;
    if (call !== undefined && (outcome === "accept" || outcome === "reject"))
      call.answer = { isYes: outcome === "accept", timeMs };
  };

  return {
    add(event) {
      const { metadata } = event;
      const timeMs = momentOf(event);
      if (timeMs < sinceMs || timeMs >= untilMs || metadata["canary"] === true) return false;
      const { kind } = metadata;
      if (typeof kind !== "string" || !OF_SESSIONS.has(kind)) return false;
      const session = sessionOf(event);
      if (session === undefined) return false;
      session.days.add(dayOf(timeMs));
      session.firstMs = Math.min(session.firstMs, timeMs);
      session.lastMs = Math.max(session.lastMs, timeMs);
      switch (kind) {
        case "telemetry":
          addTelemetry(session, metadata, timeMs);
          break;
        case "discrepancy":
          if (metadata["what"] === "sequence-gap") {
            const day = dayOf(timeMs);
            const count = finiteNumber(metadata["count"]) ?? 1;
            session.missing.set(day, (session.missing.get(day) ?? 0) + count);
          }
          break;
        case "decision": {
          const call = callOf(session, metadata);
          if (call === undefined) break;
          // WHY the first: a call that the client asks about is judged again, and is one call.
          call.judgedMs = Math.min(call.judgedMs ?? Infinity, timeMs);
          if (metadata["verdict"] === "ask" && metadata["enforced"] !== false) call.isAsked = true;
          call.tool ??= filledString(metadata["tool"]) ?? "";
          if (event.command !== undefined) call.command ??= event.command;
          break;
        }
        case "result": {
          const call = callOf(session, metadata);
          if (call === undefined) break;
          call.endedMs = timeMs;
          call.outcome = filledString(metadata["outcome"]) ?? "";
          const durationMs = finiteNumber(metadata["durationMs"]);
          if (durationMs !== undefined) call.durationMs = durationMs;
          break;
        }
        default:
          break;
      }
      return true;
    },
    sessions: (failuresMin) => [...sessions.values()].map((one) => spentBy(one, failuresMin)),
    failing: () =>
      new Set(
        [...sessions.values()].flatMap(({ calls }) =>
          [...calls].flatMap(([id, { outcome }]) => (outcome === "failure" ? [id] : [])),
        ),
      ),
    omitted: () => counts.omitted,
    result(by, failuresMin) {
      const groups = startSpendingGroups(by);
      for (const session of sessions.values()) groups.add(spentBy(session, failuresMin));
      return groups.result(counts.omitted);
    },
  };
}

/** What is known of a session by itself, summed by day. */
function spentBy(session: Session, failuresMin: number): SessionSpending {
  const days = new Map<string, Sums>();
  const on = (day: string): Sums => {
    const sums = days.get(day) ?? newSums();
    days.set(day, sums);
    return sums;
  };
  const ended = endedIn(session);
  const loops = loopsOf(ended, failuresMin).map((loop) => {
    const spent = session.requests.filter((one) => isIn(loop, one.timeMs));
    const isSilent = session.told.size === 0;
    const tokens = spent.reduce((sum, one) => sum + allTokens(one.tokens), 0);
    const cost = spent.reduce((sum, one) => sum + (one.costUsdMicros ?? 0), 0);
    return {
      session: session.id,
      user: session.user,
      repository: session.repository,
      ...loop,
      tokens: isSilent ? undefined : tokens,
      costUsdMicros: isSilent ? undefined : cost,
    };
  });
  for (const loop of loops) on(dayOf(loop.fromMs)).loops += 1;
  for (const day of session.days) {
    const sums = on(day);
    sums.sessions = 1;
    sums.told = session.toldDays.has(day) ? 1 : 0;
    sums.missing += session.missing.get(day) ?? 0;
  }
  for (const request of session.requests) {
    const isWasted = loops.some((loop) => isIn(loop, request.timeMs));
    addRequest(on(dayOf(request.timeMs)), request, isWasted);
  }
  for (const call of session.calls.values())
    if (call.judgedMs !== undefined) addCall(on(dayOf(call.judgedMs)), call, call.judgedMs);
  return {
    id: session.id,
    user: session.user,
    repository: session.repository,
    days,
    loops,
    firstMs: session.firstMs,
    lastMs: session.lastMs,
    repeated: session.repeated,
    unopened: ended.filter(isUnopened).length,
  };
}

/** When it happened: the client's own time for what it tells of itself, unless that cannot be. */
function momentOf({ timeMs, metadata }: SpendingEvent): number {
  if (metadata["kind"] !== "telemetry") return timeMs;
  const claimedMs = finiteNumber(metadata["claimedMs"]) ?? 0;
  return claimedMs >= timeMs - LATE_MS && claimedMs <= timeMs + AHEAD_MS ? claimedMs : timeMs;
}

function requestOf(metadata: JsonObject, timeMs: number): Request {
  const sizes = isObject(metadata["sizes"]) ? metadata["sizes"] : {};
  const size = (name: string): number => Math.max(0, finiteNumber(sizes[name]) ?? 0);
  const cost = finiteNumber(sizes["costUsdMicros"]);
  return {
    timeMs,
    tokens: {
      input: size("inputTokens"),
      output: size("outputTokens"),
      cacheRead: size("cacheReadTokens"),
      cacheCreation: size("cacheCreationTokens"),
    },
    costUsdMicros: cost === undefined || cost < 0 ? undefined : cost,
  };
}

function endedIn(session: Session): readonly Ended[] {
  return [...session.calls.values()]
    .flatMap(({ endedMs, outcome, tool = "", command }) =>
      endedMs === undefined
        ? []
        : [{ timeMs: endedMs, tool, command, isFailure: outcome === "failure" }],
    )
    .toSorted((one, other) => one.timeMs - other.timeMs);
}

/** Only shells have commands. */
function isUnopened({ tool, command, isFailure }: Ended): boolean {
  return isFailure && command === undefined && (tool === "Bash" || tool === "PowerShell");
}

/** What is asked of the model between the first failure and the last. */
function isIn({ fromMs, untilMs }: { fromMs: number; untilMs: number }, timeMs: number): boolean {
  return timeMs > fromMs && timeMs <= untilMs;
}

function dayOf(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? "no day" : time.toISOString().slice(0, 10);
}
