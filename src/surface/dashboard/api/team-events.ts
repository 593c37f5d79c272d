// Events of a team: rows of its store as a list and a page show them, and counts from whichever place this dashboard reads.
import { eventSubject } from "#record/event/describe.ts";
import { indexInLog, storedMetadata, type StoredRow } from "#record/fleet/stored-event.ts";
import type { GroupField, Table } from "#record/index/question.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import type { TeamCursor } from "../../services/fleet/team-search.ts";
import { teamFilter, type TeamStore } from "../../services/fleet/team-store.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault } from "./endpoint.ts";
import type { EventRow } from "./event-row.ts";

/** Counts events of the log, or of the team's store where there is one. */
export async function askTable(
  { team, ask, clock }: Pick<DashboardParts, "team" | "ask" | "clock">,
  asked: {
    readonly filter: string;
    readonly by: readonly GroupField[];
    readonly limit: number;
    readonly inOrder: boolean;
  },
): Promise<Table> {
  const nowMs = clock.nowMs();
  if (team !== undefined) return team.count({ ...asked, filter: teamFilter(asked.filter, nowMs) });
  const answer = await ask({ ask: "group", ...asked, nowMs });
  if (answer.kind !== "table") throw new ApiFault("fault", "the answer makes no sense");
  return answer;
}

/** A page of the newest events of all machines. */
export async function teamEvents(
  { team, clock }: Pick<DashboardParts, "clock"> & { readonly team: TeamStore },
  asked: {
    readonly filter: string;
    readonly before: string | undefined;
    readonly limit: number;
  },
) {
  const { filter, limit } = asked;
  const before = cursorOf(asked.before);
  const asking = { limit: limit + 1, before };
  const { rows, beyond } = await team.events(teamFilter(filter, clock.nowMs()), asking);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : beyond;
  return {
    command: `sallyport collector search ${shellWord(filter)} --reader reader.url --limit ${limit}`,
    items: items.map(teamRow),
    next: last === undefined ? null : cursorText(last),
  };
}

/** One event of the store. Its proof and what is sealed are where its log is. */
export async function teamEvent(team: TeamStore, place: number) {
  const row = await team.event(place);
  if (row === undefined) throw new ApiFault("not-found", `the store has no event ${place}`);
  const { id, timeMs, word } = row;
  return {
    command: `sallyport log show ${indexInLog(row)}`,
    event: teamRow(row),
    entry: { id, timeMs, metadata: { ...storedMetadata(row), user: word.user } },
    proof: null,
  };
}

const orNull = (text: string): string | null => (text === "" ? null : text);

function teamRow(row: StoredRow): EventRow {
  const { place, id, timeMs, machine, word, marks } = row;
  const metadata = storedMetadata(row);
  return {
    index: place,
    timeMs,
    machine,
    kind: word.kind,
    line: eventSubject({ kind: "leaf", id, timeMs, metadata, sections: [] }, undefined),
    verdict: orNull(word.verdict),
    tool: orNull(word.tool),
    session: orNull(word.session),
    user: orNull(word.user),
    place: null,
    class: orNull(word.class),
    rule: marks.find(([field]) => field === "rule")?.[1] ?? null,
    erased: false,
    forged: false,
  };
}

export const cursorText = ({ timeMs, place }: TeamCursor): string => `${timeMs}-${place}`;

/** Where a page of a team ended. Throws an ApiFault for what no page ended with. */
export function cursorOf(text: string | undefined): TeamCursor | undefined {
  if (text === undefined) return undefined;
  const [timeMs, place] = text.split("-").map(Number);
  if (Number.isSafeInteger(timeMs) && Number.isSafeInteger(place))
    return { timeMs: timeMs ?? 0, place: place ?? 0 };
  throw new ApiFault("input", "before: give what `next` was");
}
