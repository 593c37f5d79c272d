// Sessions of the record, the newest first: who worked where, and what came of it.
import { useEffect, useMemo, useState } from "preact/hooks";
import { useApp } from "../core/app.ts";
import { segment } from "../core/api.ts";
import { usePages } from "../core/pages-of.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { PageFrame } from "../parts/panel.tsx";
import { Bar } from "../parts/stat.tsx";
import { Empty, Fault, Progress } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { dollars, durationText, formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";
import { NarrowProject, TimeChoice } from "./narrow-choices.tsx";

export type IncidentLink = {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly state: string;
};
/** One row of `GET /sessions`. */
export type SessionRow = {
  readonly id: string;
  readonly user: string | null;
  readonly place: string | null;
  readonly project: string | null;
  /** Whose log of a team it stands in. */
  readonly machine?: string | null;
  readonly title: string | null;
  readonly model: string | null;
  readonly costUsdMicros: number | null;
  readonly isLive: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly events: number;
  readonly calls: number;
  readonly verdicts: {
    readonly allow: number;
    readonly ask: number;
    readonly deny: number;
    readonly abstain: number;
  };
  readonly failed: number;
  readonly chains: number;
  readonly incidents: readonly IncidentLink[];
};

const VERDICTS = [
  { value: "", label: "Any" },
  { value: "deny", label: "With refusals" },
  { value: "ask", label: "With questions" },
  { value: "allow", label: "With allowed calls" },
] as const;
const PAGE = 50;

export function Page({ query }: PageProps) {
  const { router, live } = useApp();
  const chosen = useMemo(
    () => ({
      verdict: query.get("verdict") ?? "",
      since: query.get("since") ?? "",
      until: query.get("until") ?? "",
      person: query.get("person") ?? "",
      project: query.get("project") ?? "",
    }),
    [query.toString()],
  );
  const list = usePages<SessionRow>("/sessions", chosen, PAGE);
  const [person, setPerson] = useState(chosen.person);
  useEffect(() => setPerson(chosen.person), [chosen.person]);
  const [fresh, setFresh] = useState(0);
  useEffect(() => {
    setFresh(0);
    return live.on("decision", () => setFresh((count) => count + 1));
  }, [list.items]);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value === "") next.delete(name);
    else next.set(name, value);
    const text = next.toString();
    router.go(`/sessions${text === "" ? "" : `?${text}`}`, { isReplaced: true });
  };
  const isNarrowed = Object.values(chosen).some((value) => value !== "");
  const { items, fault } = list;
  return (
    <PageFrame
      title="Sessions"
      about="Who worked where, and what was let through, asked about and refused."
      command={list.command}
    >
      <form
        class="narrow"
        role="search"
        aria-label="Which sessions"
        onSubmit={(event) => {
          event.preventDefault();
          set("person", person.trim());
        }}
      >
        <Choice
          label="Calls"
          value={VERDICTS.find(({ value }) => value === chosen.verdict)?.value ?? ""}
          options={VERDICTS}
          onChoose={(value) => set("verdict", value)}
        />
        <TimeChoice value={chosen.since} onChoose={(value) => set("since", value)} />
        <NarrowProject value={chosen.project} onChoose={(value) => set("project", value)} />
        <Field label="Person" value={person} onInput={setPerson} charsMax={128} />
        <button type="submit" class="button">
          Search
        </button>
        {isNarrowed && (
          <a class="button" href="/sessions">
            All sessions
          </a>
        )}
      </form>
      {fault !== undefined && fault.code !== "aborted" && (
        <Fault fault={fault} onRetry={list.reload} />
      )}
      {fresh > 0 && (
        <p class="list-state">
          <button type="button" class="text-more" onClick={list.reload}>
            {`${formatCount(fresh)} new decisions: read again`}
          </button>
        </p>
      )}
      {items.length === 0 && list.isLoading && <Progress label="Reading the sessions" />}
      {(items.length > 0 || list.isWhole) && <SessionTable items={items} isNarrowed={isNarrowed} />}
      {items.length > 0 && !list.isWhole && (
        <p>
          <button type="button" class="button" disabled={list.isLoading} onClick={list.more}>
            {list.isLoading ? "Reading on" : "Older sessions"}
          </button>
        </p>
      )}
    </PageFrame>
  );
}

function SessionTable({
  items,
  isNarrowed,
}: {
  readonly items: readonly SessionRow[];
  readonly isNarrowed: boolean;
}) {
  return (
    <Table<SessionRow>
      caption="Sessions, the newest first"
      rows={items}
      rowKey={({ id }) => id}
      rowHref={({ id }) => `/sessions/${segment(id)}`}
      columns={[
        {
          key: "title",
          head: "Session",
          isWide: true,
          cell: ({ id, title, isLive, user, place, model, machine = null }) => (
            <>
              <a href={`/sessions/${segment(id)}`}>
                {title === null ? (
                  "Without a prompt on record"
                ) : (
                  <Text value={title} limit={90} isBrief />
                )}
              </a>
              {isLive && (
                <>
                  {" "}
                  <Badge word="live" tone="good" />
                </>
              )}
              <span class="under">
                {user === null ? "sealed" : <Text value={user} limit={80} />}
                {" in "}
                {machine !== null ? (
                  <Text value={machine} limit={120} />
                ) : place === null ? (
                  "no place on record"
                ) : (
                  <Text value={place} limit={120} isCode />
                )}
                {model !== null && (
                  <>
                    {", "}
                    <Text value={model} limit={60} />
                  </>
                )}
              </span>
            </>
          ),
        },
        {
          key: "last",
          head: "Last event",
          sort: ({ lastMs }: SessionRow) => lastMs,
          cell: ({ lastMs, firstMs }) => (
            <>
              <Time ms={lastMs} />
              <span class="under">{durationText(lastMs - firstMs)}</span>
            </>
          ),
        },
        {
          key: "cost",
          head: "Cost",
          isNumber: true,
          sort: ({ costUsdMicros }) => costUsdMicros ?? -1,
          cell: ({ costUsdMicros }) =>
            costUsdMicros === null ? <span class="quiet">not told</span> : dollars(costUsdMicros),
        },
        {
          key: "calls",
          head: "Calls",
          isNumber: true,
          cell: ({ calls }) => formatCount(calls),
          sort: ({ calls }) => calls,
        },
        {
          key: "deny",
          head: "Refused",
          isNumber: true,
          cell: ({ verdicts }) => <Counted count={verdicts.deny} word="deny" />,
          sort: ({ verdicts }) => verdicts.deny,
        },
        {
          key: "ask",
          head: "Asked",
          isNumber: true,
          cell: ({ verdicts }) => <Counted count={verdicts.ask} word="ask" />,
          sort: ({ verdicts }) => verdicts.ask,
        },
        {
          key: "share",
          head: "Verdicts",
          cell: ({ verdicts: { allow, ask, deny, abstain } }) => (
            <span class="session-bar">
              <Bar
                parts={[
                  { tone: "good", count: allow },
                  { tone: "warn", count: ask },
                  { tone: "bad", count: deny },
                  { tone: "quiet", count: abstain },
                ]}
              />
            </span>
          ),
        },
        {
          key: "found",
          head: "Outcome",
          sort: ({ chains, incidents }) => incidents.length * 1_000 + chains,
          cell: ({ chains, incidents }) =>
            chains === 0 && incidents.length === 0 ? (
              <span class="quiet">nothing found</span>
            ) : (
              <>
                {chains > 0 && (
                  <Badge
                    word={chains === 1 ? "1 chain" : `${formatCount(chains)} chains`}
                    tone="bad"
                  />
                )}{" "}
                <Incidents incidents={incidents} />
              </>
            ),
        },
      ]}
      empty={
        isNarrowed ? (
          <Empty title="No session is like that.">
            <p>
              Take a choice back, or read <a href="/sessions">all sessions</a>.
            </p>
          </Empty>
        ) : (
          <Empty title="No session is on record yet." command="sallyport start --guard .">
            <p>
              Guard a project and start the client in it: its session stands here from its first
              event.
            </p>
          </Empty>
        )
      }
    />
  );
}

function Counted({ count, word }: { readonly count: number; readonly word: string }) {
  if (count === 0) return <span class="quiet">0</span>;
  return <Badge word={formatCount(count)} tone={word === "deny" ? "bad" : "warn"} />;
}

export function Incidents({ incidents }: { readonly incidents: readonly IncidentLink[] }) {
  return (
    <>
      {incidents.map(({ id, title, level, state }) => (
        <a key={id} href={`/incidents/${segment(id)}`} class="session-incident">
          <Badge word={level} /> <Text value={title} limit={60} isBrief />
          {state === "closed" && <span class="quiet"> (closed)</span>}
        </a>
      ))}
    </>
  );
}
