// Whether the record is complete: every call of every class paired with its end, and everything that speaks against it, counted.
import { stringOrEmpty } from "#base/json.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { COMPLETENESS_CALLS_MAX } from "#base/limits.ts";

/** What a call was, in the record; a call is counted in each class that it belongs to. */
export const CALL_CLASSES = [
  "allowed",
  "left to the client",
  "asked",
  "approved",
  "asked and not run",
  "denied",
  "not enforced",
  "failed",
  "background",
  "sub-agent",
  "mcp",
  "unknown tool",
  "rewritten",
] as const;
export type CallClass = (typeof CALL_CLASSES)[number];

/** What speaks against the record being complete. Each is counted, and some of its places are named. */
export const FINDING_KINDS = [
  "result without a decision",
  "denied and run",
  "decided twice",
  "ended twice",
  "never judged",
  "submitted without a session",
  "replayed with another input",
  "from another project",
  "ended without an orderly stop",
  "events refused by the disk",
  "damaged spool",
  "refused submitters",
  "flood of submitters",
  "cannot be read",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What is open and may still end well. */
export const OPEN_KINDS = [
  "calls without an end",
  "sessions without an end",
  "sessions without a start",
] as const;
export type OpenKind = (typeof OPEN_KINDS)[number];

export type Found = { readonly count: number; readonly entries: readonly number[] };

type MutableFound = { count: number; entries: number[] };

/** Time in which no daemon ran, between an orderly stop and the next start; command hooks judge meanwhile. */
export type Pause = { readonly fromMs: number; readonly untilMs: number };

export type Completeness = {
  readonly entries: number;
  readonly calls: number;
  readonly paired: number;
  readonly classes: Readonly<Partial<Record<CallClass, number>>>;
  readonly sessions: number;
  readonly findings: Readonly<Partial<Record<FindingKind, Found>>>;
  readonly open: Readonly<Partial<Record<OpenKind, number>>>;
  /** Events by who handed them in. */
  readonly submitters: Readonly<
    Record<string, { readonly events: number; readonly doubted: number }>
  >;
  readonly pauses: readonly Pause[];
  /** False when more calls lacked their end at once than can be followed: what is said of pairs then holds for the newest. */
  readonly isWhole: boolean;
};

/** One entry; `metadata` is undefined for one that this version cannot read. */
export type CompletenessEntry = {
  readonly index: number;
  readonly timeMs: number;
  readonly metadata: JsonObject | undefined;
  /** Whether it lies in the period and the session asked about; what lies outside only pairs with it. */
  readonly isMeant: boolean;
};

type Call = {
  index: number;
  verdict: string;
  isEnforced: boolean;
  isMeant: boolean;
  /** None for an end without a decision. */
  decisions: number;
};

type Session = { hasStart: boolean; hasEnd: boolean; isMeant: boolean };

const PLACES_MAX = 10;
const PAUSES_MAX = 1_000;
const SESSIONS_MAX = COMPLETENESS_CALLS_MAX;
/**
 * Calls that are over and remembered at least; twice as many at most. WHY not all: a second decision or end comes soon, and one
 * that comes later is found all the same, as a call without an end or an end without a decision.
 */
const OVER_MAX = 250_000;
/** Of what is too much so large a part is forgotten at once. WHY: a map whose first items are gone looks through all of their places for the next one. */
const FORGOTTEN_SHARE = 1 / 16;

/** Begins the count. `isCut`: older entries were removed on record, so the first calls may lack their beginning. */
export function startCompleteness({ isCut }: { readonly isCut: boolean }): {
  add(entry: CompletenessEntry): void;
  result(): Completeness;
} {
  return new CompletenessCount(isCut);
}

/** What was counted so far. */
class CompletenessCount {
  readonly #isCut: boolean;
  /** Calls that lack their end, or their decision. */
  readonly #calls = new Map<string, Call>();
  /** Calls that are over, by the newest and those before: what is said of one again is noticed. */
  #over = new Set<string>();
  #overBefore = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  readonly #classes: Partial<Record<CallClass, number>> = {};
  readonly #findings: Partial<Record<FindingKind, MutableFound>> = {};
  readonly #submitters: Record<string, { events: number; doubted: number }> = {};
  readonly #pauses: Pause[] = [];
  readonly #sums = { entries: 0, calls: 0, paired: 0 };
  #stoppedMs: number | undefined;
  #isUp = false;
  #isWhole = true;

  constructor(isCut: boolean) {
    this.#isCut = isCut;
  }

  add(entry: CompletenessEntry): void {
    const { metadata, isMeant } = entry;
    if (isMeant) this.#sums.entries += 1;
    if (metadata === undefined) return this.#find("cannot be read", entry);
    if (metadata["canary"] === true) return undefined;
    const kind = stringOrEmpty(metadata["kind"]);
    this.#noteSession(entry, metadata);
    this.#noteSubmitter(entry, metadata);
    switch (kind) {
      case "decision":
        return this.#decided(entry, metadata);
      case "result":
        return this.#ended(entry, metadata);
      case "batch":
        return this.#find(
          "never judged",
          entry,
          metadata["certain"] === true ? numberOf(metadata["unjudgedCount"]) : 0,
        );
      case "daemon":
        return this.#daemon(entry, stringOrEmpty(metadata["phase"]));
      case "recovery":
        if (metadata["cause"] === "spool-damage") this.#find("damaged spool", entry);
        return this.#find("events refused by the disk", entry, numberOf(metadata["refused"]));
      case "rejected":
        return this.#find(
          metadata["cause"] === "flood" ? "flood of submitters" : "refused submitters",
          entry,
          numberOf(metadata["count"]),
        );
      default:
        return undefined;
    }
  }

  result(): Completeness {
    const unended = [...this.#calls.values()].filter(
      ({ isMeant, decisions }) => isMeant && decisions > 0,
    );
    const notRun = unended.filter(({ verdict, isEnforced }) => verdict === "ask" && isEnforced);
    const waiting = unended.filter(
      ({ verdict, isEnforced }) => !isEnforced || (verdict !== "ask" && verdict !== "deny"),
    );
    const seen = [...this.#sessions.values()].filter(({ isMeant }) => isMeant);
    const open: Record<OpenKind, number> = {
      "calls without an end": waiting.length,
      "sessions without an end": seen.filter(({ hasEnd }) => !hasEnd).length,
      "sessions without a start": seen.filter(({ hasStart }) => !hasStart).length,
    };
    return {
      ...this.#sums,
      classes: {
        ...this.#classes,
        ...(notRun.length === 0 ? {} : { "asked and not run": notRun.length }),
      },
      sessions: seen.length,
      findings: this.#findings,
      submitters: this.#submitters,
      pauses: this.#pauses,
      isWhole: this.#isWhole,
      open: Object.fromEntries(Object.entries(open).filter(([, count]) => count > 0)),
    };
  }

  /** Whether the session of an entry was seen to begin and to end. */
  #noteSession({ isMeant }: CompletenessEntry, metadata: JsonObject): void {
    const { kind, session } = metadata;
    if (typeof session !== "string") return;
    let known = this.#sessions.get(session);
    if (known === undefined) {
      known = { hasStart: false, hasEnd: false, isMeant };
      this.#sessions.set(session, known);
    }
    known.isMeant ||= isMeant;
    if (kind === "session") {
      known.hasStart = true;
      // A session that is resumed has no end again.
      known.hasEnd = false;
    } else if (kind === "hook" && metadata["event"] === "SessionEnd") known.hasEnd = true;
    this.#drop(this.#sessions, SESSIONS_MAX);
  }

  #noteSubmitter(entry: CompletenessEntry, metadata: JsonObject): void {
    const doubts = Array.isArray(metadata["doubts"]) ? metadata["doubts"] : [];
    if (entry.isMeant) {
      const sum = (this.#submitters[stringOrEmpty(metadata["submitter"]) || "unknown"] ??= {
        events: 0,
        doubted: 0,
      });
      sum.events += 1;
      if (doubts.length > 0) sum.doubted += 1;
    }
    if (doubts.includes("unproven")) this.#find("submitted without a session", entry);
    if (doubts.includes("replayed")) this.#find("replayed with another input", entry);
    if (doubts.includes("other-project")) this.#find("from another project", entry);
  }

  #find(kind: FindingKind, { index, isMeant }: CompletenessEntry, count = 1): void {
    if (!isMeant || count === 0) return;
    const found = (this.#findings[kind] ??= { count: 0, entries: [] });
    found.count += count;
    if (found.entries.length < PLACES_MAX) found.entries.push(index);
  }

  #tally(name: CallClass): void {
    this.#classes[name] = (this.#classes[name] ?? 0) + 1;
  }

  #drop(items: Map<string, unknown>, max: number): void {
    if (items.size <= max) return;
    this.#isWhole = false;
    dropOldest(items, Math.floor(max * (1 - FORGOTTEN_SHARE)));
  }

  #isOver(key: string): boolean {
    return this.#over.has(key) || this.#overBefore.has(key);
  }

  #setOver(key: string): void {
    this.#calls.delete(key);
    this.#over.add(key);
    if (this.#over.size < OVER_MAX) return;
    this.#overBefore = this.#over;
    this.#over = new Set();
  }

  #decided(entry: CompletenessEntry, metadata: JsonObject): void {
    const key = keyOf(metadata);
    if (this.#isOver(key)) {
      this.#find("decided twice", entry);
      return;
    }
    const known = this.#calls.get(key);
    const verdict = stringOrEmpty(metadata["verdict"]);
    if (known !== undefined && known.decisions > 0) {
      known.decisions += 1;
      // Beside code in the client that rewrites calls, one is judged as it was and as it became; the last answer counts.
      if (metadata["rewritten"] === true) {
        known.verdict = verdict;
        known.isEnforced = metadata["enforced"] !== false;
        if (known.isMeant && known.decisions === 2) this.#tally("rewritten");
      } else this.#find("decided twice", entry);
      return;
    }
    const { index, isMeant } = entry;
    const isEnforced = metadata["enforced"] !== false;
    if (known === undefined) {
      this.#calls.set(key, { index, verdict, isEnforced, isMeant, decisions: 1 });
      this.#drop(this.#calls, COMPLETENESS_CALLS_MAX);
    } else this.#setOver(key);
    if (!isMeant) return;
    this.#sums.calls += 1;
    if (!isEnforced) this.#tally("not enforced");
    else if (verdict === "deny") this.#tally("denied");
    else if (verdict === "ask") this.#tally("asked");
    else if (verdict === "allow") this.#tally("allowed");
    else this.#tally("left to the client");
    if (metadata["agent"] !== undefined) this.#tally("sub-agent");
    if (metadata["tool"] === "mcp") this.#tally("mcp");
    if (metadata["tool"] === "other") this.#tally("unknown tool");
  }

  #ended(entry: CompletenessEntry, metadata: JsonObject): void {
    const key = keyOf(metadata);
    const call = this.#calls.get(key);
    if (this.#isOver(key) || call?.decisions === 0) {
      this.#find("ended twice", entry);
      return;
    }
    if (call === undefined) {
      // Of a session that began before the first entry that is left, the decision may have been removed on record.
      const isFromBefore =
        this.#isCut && this.#sessions.get(stringOrEmpty(metadata["session"]))?.hasStart !== true;
      if (!isFromBefore) this.#find("result without a decision", entry);
      const { index, isMeant } = entry;
      this.#calls.set(key, { index, verdict: "", isEnforced: true, isMeant, decisions: 0 });
      this.#drop(this.#calls, COMPLETENESS_CALLS_MAX);
      return;
    }
    this.#setOver(key);
    if (call.verdict === "deny" && call.isEnforced) this.#find("denied and run", entry);
    if (!call.isMeant) return;
    this.#sums.paired += 1;
    if (call.verdict === "ask" && call.isEnforced) this.#tally("approved");
    if (metadata["outcome"] === "failure") this.#tally("failed");
    if (metadata["background"] === true) this.#tally("background");
  }

  #daemon({ timeMs, ...entry }: CompletenessEntry, phase: string): void {
    if (phase === "start") {
      if (this.#isUp) this.#find("ended without an orderly stop", { timeMs, ...entry });
      if (this.#stoppedMs !== undefined && entry.isMeant && this.#pauses.length < PAUSES_MAX)
        this.#pauses.push({ fromMs: this.#stoppedMs, untilMs: timeMs });
      this.#stoppedMs = undefined;
      this.#isUp = true;
    } else if (phase === "stop") {
      this.#stoppedMs = timeMs;
      this.#isUp = false;
    }
  }
}

function keyOf(metadata: JsonObject): string {
  return `${stringOrEmpty(metadata["session"])} ${stringOrEmpty(metadata["call"])}`;
}

function numberOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
