// Every event of the log, the newest first: searched with the filter language, read on as the reader scrolls.
import { useEffect, useMemo, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useApp, useMe, useRouter } from "../core/app.ts";
import { usePages } from "../core/pages-of.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Filter } from "../parts/filter.tsx";
import { PageFrame } from "../parts/panel.tsx";
import { Rows } from "../parts/rows.tsx";
import { Empty, Fault, Loaded, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { type EventAnswer, EventBody } from "./event-body.tsx";
import type { PageProps } from "./index.ts";
import { LogFacets, SavedSearches } from "./log-facets.tsx";
import { LOG_FIELDS } from "./log-fields.ts";
import { ofSessions, withoutOwn } from "./log-filter.ts";
import type { EventRow } from "./log-row.ts";
import { LogChart, LogExport } from "./log-tools.tsx";

const EXAMPLES = ["verdict:deny,ask", "tool:Bash time:24h", "kind:session", "effect:egress/other"];

/** Sessions whose events stand for a project: the newest, which a filter can name. */
const SESSIONS_OF_PROJECT = 40;

export function Page({ query }: PageProps) {
  const { router, live } = useApp();
  const filter = query.get("filter") ?? "";
  const project = query.get("project") ?? "";
  const hasOwn = query.get("own") === "1";
  const open = /^\d{1,16}$/.exec(query.get("open") ?? "")?.[0];
  const wanted = useProject(hasOwn ? filter : withoutOwn(filter), project);
  const list = usePages<EventRow>(wanted === undefined ? null : "/events", { filter: wanted });
  const [fresh, setFresh] = useState(0);
  useEffect(() => {
    setFresh(0);
    return live.on("decision", () => setFresh((count) => count + 1));
  }, [wanted]);
  const isBeside = useIsWide();
  const at = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes))
      if (value === "") next.delete(name);
      else next.set(name, value);
    return next.size === 0 ? "/log" : `/log?${next}`;
  };
  const search = (text: string) => router.go(at({ filter: text, open: "" }));
  const cells = useMemo(
    () => (place: number) => {
      const row = list.items[place];
      return row === undefined ? [] : cellsOf(row);
    },
    [list.items],
  );
  const { items, fault } = list;
  const isTeam = (useMe().team ?? null) !== null;
  const saved = new URLSearchParams(query);
  saved.delete("open");
  return (
    <PageFrame
      title="Log"
      about={
        isTeam
          ? "What machines of the team handed in. Names and commands are sealed: they are read where their keys are."
          : "Everything that was recorded. Nobody can rewrite it without being found out."
      }
      command={list.command}
      actions={items.length > 0 && <LogExport filter={wanted ?? ""} />}
    >
      <Filter
        label="Filter of the log"
        placeholder="verdict:deny tool:Bash time:24h"
        value={filter}
        words={LOG_FIELDS}
        onSearch={search}
        problem={fault?.code === "input" ? fault.message : undefined}
      />
      <LogFacets
        filter={filter}
        project={project}
        onFilter={search}
        onProject={(value) => router.go(at({ project: value, open: "" }))}
      />
      <SavedSearches query={saved.toString()} />
      {wanted !== undefined && <LogChart filter={wanted} />}
      <p class="list-state">
        <span>{countText(items.length, list.total, list.isWhole)}</span>
        {project !== "" && <span>of the newest {SESSIONS_OF_PROJECT} sessions of the project</span>}
        <a href={at({ own: hasOwn ? "" : "1" })}>
          {hasOwn ? "Hide our own events" : "Show our own events too"}
        </a>
        {fresh > 0 && (
          <button
            type="button"
            class="text-more"
            onClick={() => {
              setFresh(0);
              list.reload();
            }}
          >
            {`${formatCount(fresh)} new: show`}
          </button>
        )}
      </p>
      {fault !== undefined && fault.code !== "input" && (
        <Fault fault={fault} onRetry={list.reload} />
      )}
      {items.length === 0 && list.isLoading && <Progress label="Searching the log" />}
      {items.length === 0 && list.isWhole && (
        <NothingFound filter={`${project}${filter}`} href={at({ own: "1" })} hasOwn={hasOwn} />
      )}
      <div class={open === undefined ? "" : "log-split"}>
        {items.length > 0 && (
          <Rows
            class={`rows-log${open === undefined ? "" : " rows-log-split"}`}
            label="Events, the newest first"
            heads={["Time", "Verdict", "Person", isTeam ? "Machine" : "Project", "What happened"]}
            count={items.length}
            total={list.isWhole ? items.length : list.total}
            cells={cells}
            href={(place) => {
              const row = items[place];
              if (row === undefined) return undefined;
              return isBeside ? at({ open: String(row.index) }) : `/log/${row.index}`;
            }}
            onNearEnd={list.more}
          />
        )}
        {open !== undefined && <EventBeside index={Number(open)} closeHref={at({ open: "" })} />}
      </div>
      {items.length > 0 && list.isLoading && <Progress label="Reading on" />}
    </PageFrame>
  );
}

/** The filter of one project's events: the log names no projects, so its newest sessions stand for it. Undefined while they are asked for. */
function useProject(filter: string, project: string): string | undefined {
  const { value } = useResource<{ readonly items: readonly { readonly id: string }[] }>(
    project === "" ? null : "/sessions",
    { project, limit: SESSIONS_OF_PROJECT },
  );
  if (project === "") return filter;
  if (value === undefined) return undefined;
  const ids = value.items.map(({ id }) => id);
  return ofSessions(filter, ids);
}

const WIDE = "(min-width: 1100px)";

/** Whether there is room for an event beside the list. */
function useIsWide(): boolean {
  const [isWide, setWide] = useState(matchMedia(WIDE).matches);
  useEffect(() => {
    const list = matchMedia(WIDE);
    const take = () => setWide(list.matches);
    list.addEventListener("change", take);
    return () => list.removeEventListener("change", take);
  }, []);
  return isWide;
}

function EventBeside({ index, closeHref }: { readonly index: number; readonly closeHref: string }) {
  const router = useRouter();
  const resource = useResource<EventAnswer>(`/events/${segment(index)}`);
  return (
    <aside
      class="log-beside"
      aria-label={`Event ${index}`}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) router.go(closeHref);
      }}
    >
      <p class="log-beside-head">
        <strong>Event {index}</strong>
        <a class="button" href={`/log/${index}`}>
          Open its page
        </a>
        <a class="button" href={closeHref}>
          Close
        </a>
      </p>
      <Loaded resource={resource} label="Reading the event">
        {(value) => <EventBody key={index} {...value} />}
      </Loaded>
    </aside>
  );
}

function cellsOf(row: EventRow) {
  const { index, timeMs, verdict, kind, user = null, place = null, machine = null } = row;
  const where = machine ?? (place === null ? null : place.slice(place.lastIndexOf("/") + 1));
  return [
    <a key="time" class="quiet" href={`/log/${index}`} tabIndex={-1}>
      <Time ms={timeMs} />
    </a>,
    verdict === null ? <span class="quiet">{kind}</span> : <Badge word={verdict} />,
    user === null ? "" : <Text value={user} limit={40} isBrief />,
    where === null ? "" : <Text value={where} limit={40} isBrief />,
    <>
      {row.forged && <Badge word="forged" tone="bad" />}
      {row.erased && <Badge word="erased" tone="quiet" />}
      {verdict !== null && row.tool !== null && (
        <span class="quiet">
          <Text value={row.tool} limit={40} isBrief />{" "}
        </span>
      )}
      <Text value={row.line} limit={300} isBrief />
    </>,
  ];
}

function countText(shown: number, total: number | null, isWhole: boolean): string {
  if (shown === 0) return "";
  if (isWhole) return `${formatCount(shown)} events`;
  return total === null
    ? `${formatCount(shown)} events read, there are more`
    : `${formatCount(shown)} of ${formatCount(total)} events read`;
}

function NothingFound(props: {
  readonly filter: string;
  readonly href: string;
  readonly hasOwn: boolean;
}) {
  const { filter, href, hasOwn } = props;
  if (filter === "")
    return (
      <Empty title="The log is empty." command="sallyport start --guard .">
        <p>Guard a project: from then on each call, session and change is recorded here.</p>
      </Empty>
    );
  return (
    <Empty title="No event meets this filter.">
      <p>
        Take a word away, or try one of these, or read <a href="/log">all of it</a>
        {!hasOwn && (
          <>
            , or search <a href={href}>our own events too</a>
          </>
        )}
        :
      </p>
      <ul class="lines">
        {EXAMPLES.map((example) => (
          <li key={example}>
            <a href={`/log?${new URLSearchParams({ filter: example })}`}>
              <code>{example}</code>
            </a>
          </li>
        ))}
      </ul>
    </Empty>
  );
}
