// Made-up events in an index, without a log: for tests and measurements of questions alone.
import { createHmac } from "node:crypto";
import { markUnder } from "#record/event/value-mark.ts";
import type { EventStamp } from "#record/event/event.ts";
import type { IndexedEvent } from "#record/index/indexed-event.ts";
import { createLeafEncoder, makeEventId } from "#record/log/leaf.ts";
import { createSubject, type Subject } from "#record/log/subject.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { createRowMaker } from "#record/store/index/index-follow.ts";
import { generatedEvents, type GeneratedTeam } from "./generated-events.ts";

/** 2026-03-01, UTC. */
export const GENERATED_START_MS = 1_772_323_200_000;
const WEEK_MS = 7 * 86_400_000;

/** The subject of all made-up events. */
export const generatedSubject: Subject = createSubject(new Uint8Array(32).fill(7));

/** Stamps of a made-up installation. */
export function generatedStamps(): (timeMs: number) => EventStamp {
  let made = 0;
  return (timeMs) => {
    const random = Buffer.alloc(10);
    random.writeUInt32BE(made++, 4);
    return {
      id: makeEventId(timeMs, random),
      timeMs,
      product: "0.1.0",
      submitter: "hook",
      pseudonym: generatedSubject.pseudonym,
      digest: (domain, text) =>
        createHmac("sha256", "d").update(`${domain}\0${text}`).digest("hex").toUpperCase(),
      mark: markUnder(generatedSubject),
    };
  };
}

/** The bytes of made-up events, sealed. */
export function* generatedLeaves(
  team: Pick<GeneratedTeam, "seed" | "count" | "users">,
): Generator<Uint8Array> {
  const whole = { ...team, startMs: GENERATED_START_MS, endMs: GENERATED_START_MS + WEEK_MS };
  const encode = createLeafEncoder(() => new Uint8Array(12));
  for (const { id, metadata, sealed } of generatedEvents(whole, generatedStamps())) {
    const sections = sealed === undefined ? [] : [{ subject: generatedSubject, content: sealed }];
    yield encode({ id, metadata, sections });
  }
}

/** Fills an empty index with made-up events of a week, and gives them as the index sees them. */
export function generatedIndex(
  index: IndexFile,
  team: Pick<GeneratedTeam, "seed" | "count" | "users">,
): readonly IndexedEvent[] {
  const rowOf = createRowMaker({
    subjects: () => generatedSubject,
    texts: undefined,
    standIn: undefined,
  });
  let place = 0;
  const rows = [];
  for (const bytes of generatedLeaves(team)) rows.push(rowOf(place++, bytes));
  index.append(rows, { indexed: rows.length, first: 0, origin: "generated", lastHash: "" });
  return rows.map(({ event }) => event);
}
