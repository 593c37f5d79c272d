// Every event of the log, the newest first: searched with the filter language, read on as the reader scrolls.
import { useEffect, useMemo, useState } from "preact/hooks";
import { useApp, useMe } from "../core/app.ts";
import { usePages } from "../core/pages-of.ts";
import { Badge } from "../parts/badge.tsx";
import { Filter } from "../parts/filter.tsx";
import { PageFrame } from "../parts/panel.tsx";
import { Rows } from "../parts/rows.tsx";
import { Empty, Fault, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";
import { LOG_FIELDS } from "./log-fields.ts";
import { LogChart, LogExport } from "./log-tools.tsx";

/** One row of `GET /events`. */
export type EventRow = {
  readonly index: number;
  readonly timeMs: number | null;
  readonly kind: string;
  /** What happened, in one line. */
  readonly line: string;
  readonly verdict: string | null;
  readonly tool: string | null;
  readonly session: string | null;
  readonly rule: string | null;
  readonly class: string | null;
  /** Whose log of a team it stands in. */
  readonly machine?: string | null;
  readonly erased: boolean;
  readonly forged: boolean;
};

const EXAMPLES = ["verdict:deny,ask", "tool:Bash time:24h", "kind:session", "effect:egress/other"];

export function Page({ query }: PageProps) {
  const { router, live } = useApp();
  const filter = query.get("filter") ?? "";
  const list = usePages<EventRow>("/events", { filter });
  const [fresh, setFresh] = useState(0);
  useEffect(() => {
    setFresh(0);
    return live.on("decision", () => setFresh((count) => count + 1));
  }, [filter]);
  const search = (text: string) =>
    router.go(text === "" ? "/log" : `/log?${new URLSearchParams({ filter: text })}`);
  const cells = useMemo(
    () => (place: number) => {
      const row = list.items[place];
      return row === undefined ? [] : cellsOf(row);
    },
    [list.items],
  );
  const { items, fault } = list;
  const isTeam = (useMe().team ?? null) !== null;
  return (
    <PageFrame
      title="Log"
      about={
        isTeam
          ? "What machines of the team handed in. Names and commands are sealed: they are read where their keys are."
          : "Everything that was recorded. Nobody can rewrite it without being found out."
      }
      command={list.command}
      actions={items.length > 0 && <LogExport filter={filter} />}
    >
      <Filter
        label="Filter of the log"
        placeholder="verdict:deny tool:Bash time:24h"
        value={filter}
        words={LOG_FIELDS}
        onSearch={search}
        problem={fault?.code === "input" ? fault.message : undefined}
      />
      <LogChart filter={filter} />
      <p class="list-state">
        <span>{countText(items.length, list.total, list.isWhole)}</span>
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
      {items.length === 0 && list.isWhole && <NothingFound filter={filter} />}
      {items.length > 0 && (
        <Rows
          class="rows-log"
          label="Events, the newest first"
          heads={[isTeam ? "Machine" : "Event", "Time", "Verdict", "What happened"]}
          count={items.length}
          total={list.isWhole ? items.length : list.total}
          cells={cells}
          href={(place) => {
            const row = items[place];
            return row === undefined ? undefined : `/log/${row.index}`;
          }}
          onNearEnd={list.more}
        />
      )}
      {items.length > 0 && list.isLoading && <Progress label="Reading on" />}
    </PageFrame>
  );
}

function cellsOf(row: EventRow) {
  return [
    <a class="quiet" href={`/log/${row.index}`} tabIndex={-1}>
      {row.machine === undefined || row.machine === null ? (
        row.index
      ) : (
        <Text value={row.machine} limit={40} isBrief />
      )}
    </a>,
    <Time ms={row.timeMs} />,
    row.verdict === null ? <span class="quiet">{row.kind}</span> : <Badge word={row.verdict} />,
    <>
      {row.forged && <Badge word="forged" tone="bad" />}
      {row.erased && <Badge word="erased" tone="quiet" />}
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

function NothingFound({ filter }: { readonly filter: string }) {
  if (filter === "")
    return (
      <Empty title="The log is empty." command="sallyport start --guard .">
        <p>Guard a project: from then on each call, session and change is recorded here.</p>
      </Empty>
    );
  return (
    <Empty title="No event meets this filter.">
      <p>
        Take a word away, or try one of these, or read <a href="/log">all of it</a>:
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
