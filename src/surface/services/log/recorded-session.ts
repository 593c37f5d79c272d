// One session of the record: its events in the order of the log, opened as far as their keys are here.
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { type SessionGraph, startGraph } from "#detect/session/graph.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import type { Found, Question, QuestionAnswer } from "#record/index/question.ts";
import type { LogView } from "#record/store/log-view.ts";
import { allPlaces, bundlesAt } from "./opened-places.ts";

/** Events of one session that are read: the newest. */
export const SESSION_EVENTS_MAX = 60_000;

/** Asks the log; rejects with a Failure. */
export type AskSearch = (question: Extract<Question, { ask: "search" }>) => Promise<QuestionAnswer>;

/** `expired`: events whose texts are over their time. `isCut`: there are more than are read, and the oldest are missing. */
export type RecordedSession = {
  readonly events: readonly StoryEvent[];
  readonly expired: number;
  readonly isCut: boolean;
};

/**
 * Reads the session that the client's id or a pseudonym names. `times` is a further part of a filter, such as `time:-7d`. Rejects
 * with a Failure `usage` for what is no id. Nothing on record of it is no event.
 */
export async function readSession(id: string, asked: AskedSession): Promise<RecordedSession> {
  const events: StoryEvent[] = [];
  const { expired, isCut } = await eachOfSession(id, asked, (event) => events.push(event));
  return { events, expired, isCut };
}

type AskedSession = {
  readonly ask: AskSearch;
  readonly view: LogView;
  readonly times?: string;
  readonly nowMs: number;
};

/** The same without keeping what was read: `take` hears of each event in the order of the log. */
export async function eachOfSession(
  id: string,
  { ask, view, times = "", nowMs }: AskedSession,
  take: (event: StoryEvent) => void,
): Promise<Omit<RecordedSession, "events">> {
  if (!/^[\w.:-]{1,128}$/.test(id))
    throw new Failure("usage", `\`${printable(id)}\` is no id of a session`);
  const filter = times === "" ? `session:"${id}"` : `(session:"${id}") ${times}`;
  const { places, isCut } = await allPlaces(
    async (page) => (await found(ask, { filter, nowMs, ...page })).places,
    SESSION_EVENTS_MAX,
  );
  let expired = 0;
  for await (const bundle of bundlesAt(view, places))
    for (const { index, leaf, sealed, text, isForged } of bundle) {
      if (text.kind === "expired") expired += 1;
      if (leaf.kind === "leaf")
        take({ index, timeMs: leaf.timeMs, metadata: leaf.metadata, sealed, isForged });
    }
  return { expired, isCut };
}

/** The newest session of the log, as its events name it. Rejects with a Failure `usage` where there is none. */
export async function newestSessionId(
  ask: AskSearch,
  view: LogView,
  nowMs: number,
): Promise<string> {
  const { places } = await found(ask, { filter: "session:*", nowMs, limit: 1, before: null });
  const [place] = places;
  if (place === undefined) throw new Failure("usage", "this log holds no session yet");
  for await (const { leaf } of view.leaves(place, place + 1))
    if (leaf.kind === "leaf" && typeof leaf.metadata["session"] === "string")
      return leaf.metadata["session"];
  throw new Failure("log-damaged", "the newest session cannot be read: run `sallyport log verify`");
}

/** The action graph of a session's events; `nodesMax` of them are kept. */
export function sessionGraph(events: Iterable<StoryEvent>, nodesMax?: number): SessionGraph {
  const graph = startGraph(nodesMax === undefined ? {} : { nodesMax });
  for (const event of events) {
    const act = actOf(event);
    if (act !== undefined) graph.add(act);
  }
  return graph.result();
}

async function found(
  ask: AskSearch,
  page: Pick<Extract<Question, { ask: "search" }>, "filter" | "nowMs" | "limit" | "before">,
): Promise<Found> {
  const answer = await ask({ ask: "search", byRank: false, ...page });
  if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
  return answer;
}
