// Sessions of the record by their newest event: one question to the index, then one entry of each for what is sealed.
import * as v from "valibot";
import { filledString } from "#base/json.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { readMoment } from "#record/index/filter-time.ts";
import { saidIn } from "#record/event/readable-part.ts";
import { isUserPseudonym } from "#record/index/user-name.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";
import { entriesAt } from "../../services/log/opened-places.ts";
import { readProjectRegister } from "../../services/projects/project-register-file.ts";
import { openIncidents } from "../../services/incidents/incident-store.ts";
import type { DashboardParts } from "../context/parts.ts";
import { ApiFault } from "./endpoint.ts";

/** What of a first prompt is shown. */
const TITLE_CHARS = 160;
/** Without an event for so long a session is not shown as one that goes on: clients end without a word too. */
const LIVE_MS = 10 * 60_000;
/** Sessions that are looked at for one page: with a project they are opened one by one. */
const LOOKED_MAX = 400;
/** Pseudonyms of one name: the index has one for each key. They stand in the statement, for more than a question takes as parameters. */
const PEOPLE_MAX = 400;

export const incidentLink = v.object({
  id: v.string(),
  title: v.string(),
  level: v.string(),
  state: v.string(),
});
const word = v.nullable(v.string());
/** One session of the list. `user` and `place` are null where their key is gone. */
export const sessionRow = v.object({
  id: v.string(),
  user: word,
  place: word,
  project: word,
  machine: word,
  /** The first words that the person said; null where they were not kept or their key is gone. */
  title: word,
  /** The model that it asked last, as the client told; and what it cost in millionths of a US dollar. */
  model: word,
  costUsdMicros: v.nullable(v.number()),
  /** It did not end, and something of it came a short while ago. */
  isLive: v.boolean(),
  firstMs: v.number(),
  lastMs: v.number(),
  events: v.number(),
  calls: v.number(),
  verdicts: v.object({
    allow: v.number(),
    ask: v.number(),
    deny: v.number(),
    abstain: v.number(),
  }),
  /** Calls that ended badly, and calls that ended a chain. */
  failed: v.number(),
  chains: v.number(),
  incidents: v.array(incidentLink),
});
export type SessionRow = v.InferOutput<typeof sessionRow>;

/** What sessions are chosen by. Times in the form of a filter. */
export type SessionChoice = {
  readonly verdict: string;
  readonly since: string;
  readonly until: string;
  readonly person: string;
  readonly project: string;
  /** The place of a newest event in the log: sessions whose newest one is older. */
  readonly before: number | undefined;
  readonly limit: number;
};

/** Walks from one session to the next by the index over them, whatever their events are. */
const ALL = `recursive names(session) as (
  select min(session) from event where session > ''
  union all
  select (select min(e.session) from event e where e.session > names.session) from names where names.session is not null
), lasts as (
  select session, (select max(e.idx) from event e where e.session = names.session) as last
  from names where session is not null and :from >= 0
)`;
/** Those whose newest event is one of a stretch of the log. WHY `not indexed`: for the groups' sake all of the index over sessions would be read. */
const OF_STRETCH = `stretch as (
  select session, max(idx) as last from event not indexed where idx >= :from and idx < :before and session > '' group by session
), lasts as (
  select session, last from stretch where not exists (select 1 from event e where e.session = stretch.session and e.idx >= :before)
)`;

/**
 * WHY the tables below the views: the index has the sessions in order, and a view gives each as an expression, which no index
 * orders. Our own probes are told by the first event of their session: what comes after may be an alert about them, which is no
 * probe.
 */
const sqlFor = (lasts: string, people: readonly string[]) => `
with ${lasts}, chosen as (
  select session, last from lasts
  where last < :before
    and (select e.canary from event e where e.session = lasts.session order by e.idx limit 1) = 0
    and (:verdict = '' or exists (select 1 from event e where e.session = lasts.session and e.verdict = :verdict and e.canary = 0))
    and (:since = 0 or (select e.time_ms from event e where e.idx = last) >= :since)
    and (:until = 0 or (select e.time_ms from event e where e.session = lasts.session order by e.idx limit 1) < :until)
    and (:person = '' or (select e.user from event e where e.session = lasts.session and e.user is not null order by e.idx desc limit 1)
      in (${listOf(people)}))
  order by last desc limit :looked
), chained as (
  select distinct mark.idx from word join mark on mark.word = word.number where word.field = 'chain'
)
select chosen.session, chosen.last, coalesce(max(case when e.kind = 'decision' then e.idx end), chosen.last),
  min(case when e.what = 'UserPromptSubmit' then e.idx end), max(case when e.what = 'api_request' then e.idx end),
  max(case when e.what = 'SessionEnd' then e.idx end),
  (select sum(cost) from spent where spent.session = chosen.session having sum(requests) > 0), min(e.time_ms), max(e.time_ms), count(*), sum(e.kind = 'decision'),
  sum(coalesce(e.verdict, '') = 'allow'), sum(coalesce(e.verdict, '') = 'ask'), sum(coalesce(e.verdict, '') = 'deny'),
  sum(coalesce(e.verdict, '') = 'abstain'), sum(e.kind = 'result' and e.outcome = 'failure'),
  sum(e.idx in (select idx from chained))
from chosen join event e on e.session = chosen.session
group by chosen.session, chosen.last order by chosen.last desc`;

const listOf = (people: readonly string[]): string => people.map((name) => `'${name}'`).join(", ");

/** Events of the first stretch, the newest, and how many are gone through before all sessions are walked over. */
const FIRST_EVENTS = 3_000;
const STRETCHED_EVENTS_MAX = 1_500_000;

type Rows = readonly (readonly (string | number | null)[])[];

/**
 * The newest sessions that are chosen. WHY stretch by stretch: a large log has tens of thousands of sessions, and the newest fifty lie at
 * its end. How rare they were in one stretch says how long the next one has to be.
 */
async function newestSessions(
  parts: DashboardParts,
  choice: SessionChoice,
  looked: number,
): Promise<Rows> {
  const isAboutOne = choice.person !== "";
  const people = isAboutOne ? await pseudonymsOf(parts, choice.person) : [];
  const ask = async (sql: string, parameters: Readonly<Record<string, string | number>>) => {
    const answer = await parts.ask({ ask: "select", sql, parameters, limit: looked });
    if (answer.kind !== "table") throw new ApiFault("fault", "the answer makes no sense");
    return answer.rows;
  };
  const known = `select 1 from hourly where user in (${listOf(people)}) limit 1`;
  if (isAboutOne && (await ask(known, {})).length === 0) return [];
  const [[newest] = []] = await ask("select max(idx) from event", {});
  const before = Math.min(choice.before ?? Number.MAX_SAFE_INTEGER, Number(newest ?? -1) + 1);
  const given = { ...parametersOf(parts, choice), before, looked };
  for (let events = FIRST_EVENTS; events < Math.min(before, STRETCHED_EVENTS_MAX); ) {
    const rows = await ask(sqlFor(OF_STRETCH, people), { ...given, from: before - events });
    if (rows.length >= looked) return rows;
    const rarer = (1.5 * looked) / Math.max(1, rows.length);
    events = Math.ceil(events * Math.min(16, Math.max(2, rarer)));
  }
  return ask(sqlFor(ALL, people), { ...given, from: 0 });
}

/** A page of sessions, the newest first; `next` is where the page after begins. */
export async function listSessions(
  parts: DashboardParts,
  choice: SessionChoice,
): Promise<{ readonly items: SessionRow[]; readonly next: number | null }> {
  const { project, limit } = choice;
  const looked = project === "" ? limit + 1 : LOOKED_MAX;
  const rows = await newestSessions(parts, choice, looked);
  const view = await parts.view();
  const roots = readProjectRegister(parts.directories.projectsFile).map(({ root }) => root);
  const incidents = incidentsBySession(parts);
  const nowMs = parts.clock.nowMs();
  const items: SessionRow[] = [];
  let last: number | null = null;
  const calls = await entriesIn(
    view,
    rows.map(([, , call]) => call),
  );
  const chosen: { readonly cells: Rows[number]; readonly place: string | null }[] = [];
  let isFull = rows.length === looked && project !== "";
  for (const cells of rows) {
    if (chosen.length === limit) {
      isFull = true;
      break;
    }
    last = Number(cells[1]);
    const place = filledString(calls.get(Number(cells[2]))?.sealed?.["cwd"]) ?? null;
    if (project === "" || (place !== null && projectOf(roots, place) === project))
      chosen.push({ cells, place });
  }
  const told = await entriesIn(
    view,
    chosen.flatMap(({ cells: [, , , prompt, request] }) => [prompt, request]),
  );
  for (const { cells, place } of chosen) {
    // Calls say where they were made; a session that made none is known by its newest event.
    const [session, newest, call, prompt, request, ended, cost, ...rest] = cells;
    const id = String(session);
    const counts = countsOf(rest);
    items.push({
      id,
      user: filledString(calls.get(Number(call))?.sealed?.["user"]) ?? null,
      place,
      project: place === null ? null : projectOf(roots, place),
      machine: null,
      title: titleOf(told.get(Number(prompt ?? -1))),
      model: modelOf(told.get(Number(request ?? -1))),
      costUsdMicros: typeof cost === "number" ? cost : null,
      isLive: Number(newest) > Number(ended ?? -1) && nowMs - counts.lastMs < LIVE_MS,
      ...counts,
      incidents: incidents.get(id) ?? [],
    });
  }
  return { items, next: isFull ? last : null };
}

/** Entries by their places. WHY all together: those of one bundle are read once. */
async function entriesIn(
  view: LogView,
  places: readonly (string | number | null | undefined)[],
): Promise<ReadonlyMap<number, ViewedEntry>> {
  const found = new Map<number, ViewedEntry>();
  const wanted = places.filter((place) => typeof place === "number");
  for await (const entry of entriesAt(view, wanted)) found.set(entry.index, entry);
  return found;
}

function titleOf(entry: ViewedEntry | undefined): string | null {
  const said = saidIn(entry?.sealed)?.trim().replaceAll(/\s+/g, " ");
  return said === undefined ? null : said.slice(0, TITLE_CHARS);
}

function modelOf(entry: ViewedEntry | undefined): string | null {
  return entry?.leaf.kind === "leaf" ? (filledString(entry.leaf.metadata["model"]) ?? null) : null;
}

/** First and last time, events, calls, calls by verdict, failed ones, chains. */
export function countsOf(cells: readonly (string | number | null)[]) {
  const [firstMs = 0, lastMs = 0, events = 0, calls = 0, ...rest] = cells.map(Number);
  const [allow = 0, ask = 0, deny = 0, abstain = 0, failed = 0, chains = 0] = rest;
  const verdicts = { allow, ask, deny, abstain };
  return { firstMs, lastMs, events, calls, verdicts, failed, chains };
}

function parametersOf({ clock }: DashboardParts, { verdict, since, until, person }: SessionChoice) {
  const nowMs = clock.nowMs();
  return {
    verdict,
    since: since === "" ? 0 : momentOf(since, nowMs, "since").fromMs,
    until: until === "" ? 0 : momentOf(until, nowMs, "until").fromMs,
    person,
  };
}

export function momentOf(text: string, nowMs: number, name: string) {
  const moment = readMoment(text, nowMs);
  if (moment !== undefined) return moment;
  throw new ApiFault(
    "input",
    `${name}: give a day such as 2026-03-01, a time with its offset, or so long ago such as 24h or 7d`,
  );
}

/** How a person's name stands in the index: one pseudonym for each key that this installation had. */
async function pseudonymsOf(
  { directories }: DashboardParts,
  person: string,
): Promise<readonly string[]> {
  const { names } = await openAskedLog(directories);
  return names.pseudonyms("user", person).filter(isUserPseudonym).slice(0, PEOPLE_MAX);
}

/** The guarded project that holds a place, the innermost one; null where none does. */
export function projectOf(roots: readonly string[], place: string): string | null {
  const holding = roots.filter((root) => place === root || place.startsWith(`${root}/`));
  return holding.toSorted((one, other) => other.length - one.length)[0] ?? null;
}

/** Incidents by the pseudonyms of the sessions that their alerts name. */
export function incidentsBySession({
  directories,
}: Pick<DashboardParts, "directories">): ReadonlyMap<string, v.InferOutput<typeof incidentLink>[]> {
  const found = new Map<string, v.InferOutput<typeof incidentLink>[]>();
  for (const incident of openIncidents(directories).all().incidents)
    for (const id of sessionsIn(incident)) {
      const { id: name, title, level, state } = incident;
      found.set(id, [...(found.get(id) ?? []), { id: name, title, level, state }]);
    }
  return found;
}

function sessionsIn({ alerts, drill }: Incident): ReadonlySet<string> {
  return new Set(drill === true ? [] : alerts.flatMap(({ place }) => place.pseudonym ?? []));
}
