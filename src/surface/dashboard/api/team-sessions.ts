// Sessions of a team: their list, the newest first, and one session's events as far as the store has them.
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { storedMetadata } from "#record/fleet/stored-event.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import type { TeamStore } from "../../services/fleet/team-store.ts";
import type { DashboardParts } from "../context/parts.ts";
import { countsOf, momentOf, type SessionChoice, type SessionRow } from "./session-list.ts";
import { cursorOf, cursorText } from "./team-events.ts";

/** Events of one session that are read. */
const EVENTS_MAX = 50_000;

export async function teamSessions(
  { team, clock }: Pick<DashboardParts, "clock"> & { readonly team: TeamStore },
  given: Omit<SessionChoice, "before"> & { readonly before?: string | undefined },
) {
  const { verdict, since, until, person, project: machine, limit } = given;
  const moment = (text: string, name: string) =>
    text === "" ? 0 : momentOf(text, clock.nowMs(), name).fromMs;
  const { sessions: found, beyond } = await team.sessions({
    verdict,
    user: person,
    machine,
    limit: limit + 1,
    before: cursorOf(given.before),
    sinceMs: moment(since, "since"),
    untilMs: moment(until, "until"),
  });
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1)?.cursor : beyond;
  return {
    command: `sallyport collector search ${shellWord("session:*")} --reader reader.url`,
    items: shown.map(({ id, user, machine: of, firstMs, lastMs, counts }): SessionRow => {
      const who = { id, user: user === "" ? null : user, place: null, project: null, machine: of };
      // What was said and spent stays on the machine.
      const told = { title: null, model: null, costUsdMicros: null, isLive: false };
      return { ...who, ...told, ...countsOf([firstMs, lastMs, ...counts]), incidents: [] };
    }),
    next: last === undefined ? null : cursorText(last),
    projects: [...(await team.machines())],
  };
}

/** Events of a session, whose machine handed them in, and the pseudonym of its person. */
export async function teamSession(team: TeamStore, id: string) {
  const rows = await team.session(id, EVENTS_MAX + 1);
  const events = rows.slice(-EVENTS_MAX).map(
    (row): StoryEvent => ({
      index: row.place,
      timeMs: row.timeMs,
      metadata: storedMetadata(row),
      sealed: undefined,
    }),
  );
  const user = rows.findLast(({ word }) => word.user !== "")?.word.user;
  return {
    events,
    expired: 0,
    isCut: rows.length > EVENTS_MAX,
    machine: rows[0]?.machine ?? null,
    pseudonym: user ?? null,
  };
}
