// Calls as a responder reads them: what was asked for and what came of it, joined from the events of a log.
import { filledString, finiteNumber } from "#base/json.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { type NameKind, namesIn, saidIn } from "#record/event/readable-part.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** What came of a call, in the words of every answer. `no end on record`: it was let through, and nobody told how it ended. */
export type Came =
  | "ran"
  | "ran and failed"
  | "asked, then ran"
  | "asked, then ran and failed"
  | "asked, did not run"
  | "refused"
  | "no end on record";

/** One judged call. Names are those that the key opens; a call whose key is gone has none, and `isSealed`. */
export type ToldCall = {
  readonly index: number;
  readonly timeMs: number;
  readonly user: string;
  readonly session: string;
  readonly place: string;
  readonly tool: string;
  readonly said: string;
  /** The first rule that spoke. */
  readonly rule: string;
  readonly came: Came;
  /** Whether a person was asked first. */
  readonly isAsked: boolean;
  /** Between the question and the start of the call, milliseconds; undefined where it did not run or its length is not on record. */
  readonly waitedMs: number | undefined;
  readonly isHeld: boolean;
  readonly isSealed: boolean;
  /** What the sandbox refused the call. */
  readonly refusedByHold: readonly string[];
  readonly metadata: JsonObject;
  names(kind: NameKind): readonly string[];
};

/** Stands for what was sealed under a key that is not here. */
export const SEALED = "(sealed)";

/** A verb as it is true of a call: of one that did not run what it would have done. */
export function verbOf(call: ToldCall, [done, wanted]: Verb): string {
  return mayHaveRun(call) ? done : `would ${wanted}`;
}

/** What a call did, and the same after `would`. */
export type Verb = readonly [string, string];

/** Whether a call may have done what it said: it ran, or nobody told that it did not. */
export function mayHaveRun({ came }: ToldCall): boolean {
  return came !== "refused" && came !== "asked, did not run";
}

/** The calls among events in the order of the log; our own probes are left out. */
export function toldCalls(events: readonly StoryEvent[]): readonly ToldCall[] {
  const results = new Map<string, StoryEvent>();
  const refused = new Map<string, string[]>();
  for (const event of events) {
    const { metadata } = event;
    const id = filledString(metadata["call"]);
    if (id === undefined) continue;
    // WHY the first: a call ends once, and what comes later under its id is somebody else's claim.
    if (metadata["kind"] === "result" && !results.has(id)) results.set(id, event);
    if (metadata["kind"] === "held")
      refused.set(id, [...(refused.get(id) ?? []), filledString(metadata["what"]) ?? "other"]);
  }
  return events.flatMap((event) => {
    const { metadata } = event;
    if (metadata["kind"] !== "decision" || metadata["canary"] === true) return [];
    const id = filledString(metadata["call"]) ?? "";
    return [toldCall(event, results.get(id), refused.get(id) ?? [])];
  });
}

function toldCall(
  { index, timeMs, metadata, sealed }: StoryEvent,
  result: StoryEvent | undefined,
  refusedByHold: readonly string[],
): ToldCall {
  const verdict = metadata["enforced"] === false ? "allow" : filledString(metadata["verdict"]);
  const ended = result === undefined || result.index < index ? undefined : result;
  const durationMs = finiteNumber(ended?.metadata["durationMs"]);
  const { rules } = metadata;
  return {
    index,
    timeMs,
    metadata,
    refusedByHold,
    ...personOf(sealed),
    place: filledString(sealed?.["cwd"]) ?? SEALED,
    tool: filledString(metadata["tool"]) ?? "other",
    said: saidOf(metadata, sealed),
    rule: Array.isArray(rules) ? (filledString(rules[0]) ?? "") : "",
    came: cameOf(verdict, ended),
    isAsked: verdict === "ask",
    waitedMs:
      verdict !== "ask" || ended === undefined || durationMs === undefined
        ? undefined
        : Math.max(0, ended.timeMs - durationMs - timeMs),
    isHeld: metadata["held"] === true,
    isSealed: sealed === undefined,
    names: (kind) => namesIn(sealed, kind),
  };
}

function cameOf(verdict: string | undefined, ended: StoryEvent | undefined): Came {
  if (verdict === "deny") return "refused";
  const hasFailed = ended?.metadata["outcome"] === "failure";
  if (verdict === "ask") {
    if (ended === undefined) return "asked, did not run";
    return hasFailed ? "asked, then ran and failed" : "asked, then ran";
  }
  if (ended === undefined) return "no end on record";
  return hasFailed ? "ran and failed" : "ran";
}

/** Whose event it is, and of which session, as far as the key opens it. */
export function personOf(sealed: JsonObject | undefined): {
  readonly user: string;
  readonly session: string;
} {
  return {
    user: filledString(sealed?.["user"]) ?? SEALED,
    session: filledString(sealed?.["sessionId"]) ?? SEALED,
  };
}

function saidOf(metadata: JsonObject, sealed: JsonObject | undefined): string {
  const tool = filledString(metadata["tool"]) ?? "call";
  const text = saidIn(sealed) ?? filledString(sealed?.["command"]);
  if (text === undefined) return `${tool} ${SEALED}`;
  return tool === "Bash" ? text : `${tool} ${text}`;
}
