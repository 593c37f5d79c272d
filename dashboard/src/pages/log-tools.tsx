// What stands beside the log's list: how many events over time, and the result as a file.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Answer } from "../core/api.ts";
import { useApi } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Chart, type Series } from "../parts/chart.tsx";
import { type Cell, csvText } from "../parts/csv.ts";
import { saveText } from "../parts/download.tsx";
import { Fault, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount, utcText } from "../parts/time-text.ts";
import type { EventRow } from "./log-row.ts";

/** The answer of `GET /events/count` by time and verdict. */
type Counted = {
  readonly command: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly isCut: boolean;
};
type Step = "hour" | "day";

const STEPS_SHOWN = 400;
const SERIES = [
  ["allow", "allowed", "good"],
  ["ask", "asked", "warn"],
  ["deny", "denied", "bad"],
  ["abstain", "left to the client", "held"],
  ["", "no call", "quiet"],
] as const;

/** Hours where a filter speaks of some of them, else days. */
function stepOf(filter: string): Step {
  return /\btime:-?(?:\d+[mh]|[12]d)\b/.test(filter) ? "hour" : "day";
}

export function LogChart({ filter }: { readonly filter: string }) {
  const [chosen, setChosen] = useState<Step | undefined>(undefined);
  const step = chosen ?? stepOf(filter);
  const resource = useResource<Counted>("/events/count", {
    filter,
    by: `${step},verdict`,
    limit: 1_000,
  });
  const { value, fault } = resource;
  const rows = value?.rows;
  const { timesMs, series, total } = useMemo(() => seriesOf(rows ?? [], step), [rows, step]);
  if (fault !== undefined) return fault.code === "input" ? null : <Fault fault={fault} />;
  if (value === undefined) return <Progress label="Counting the events" />;
  if (timesMs.length === 0) return null;
  return (
    <section class="log-chart" aria-label="Events over time">
      <p class="list-state">
        <span>
          {`${total === 1 ? "1 event" : `${formatCount(total)} events`}${value.isCut || timesMs.length === STEPS_SHOWN ? " in what is shown; the time before is left out" : ""}`}
        </span>
        {(["hour", "day"] as const).map((one) => (
          <button
            key={one}
            type="button"
            class="text-more"
            aria-pressed={one === step}
            onClick={() => setChosen(one)}
          >
            {one === "hour" ? "by hour" : "by day"}
          </button>
        ))}
      </p>
      <Chart label="Events over time" timesMs={timesMs} series={series} isStacked heightPx={150} />
    </section>
  );
}

/** Rows of time, verdict and count as one list for each verdict; hours and days without an event are zero. */
function seriesOf(rows: readonly (readonly Cell[])[], step: Step) {
  const stepMs = step === "hour" ? 3_600_000 : 86_400_000;
  const counts = new Map<number, Map<string, number>>();
  for (const [time, verdict, count] of rows) {
    const at = counts.get(Number(time)) ?? new Map<string, number>();
    counts.set(Number(time), at);
    at.set(String(verdict ?? ""), Number(count));
  }
  const seen = [...counts.keys()].filter((ms) => Number.isFinite(ms));
  if (seen.length === 0) return { timesMs: [], series: [], total: 0 };
  const last = seen.reduce((one, other) => Math.max(one, other));
  const first = Math.max(
    seen.reduce((one, other) => Math.min(one, other)),
    last - (STEPS_SHOWN - 1) * stepMs,
  );
  const timesMs = Array.from(
    { length: Math.round((last - first) / stepMs) + 1 },
    (_, place) => first + place * stepMs,
  );
  const series = SERIES.map(
    ([verdict, name, colour]): Series => ({
      name,
      colour,
      values: timesMs.map((ms) => counts.get(ms)?.get(verdict) ?? 0),
    }),
  ).filter(({ values }) => values.some((value) => value !== 0));
  const total = series.reduce(
    (sum, { values }) => sum + values.reduce<number>((part, value) => part + (value ?? 0), 0),
    0,
  );
  return { timesMs, series, total };
}

const EXPORT_MAX = 20_000;
const EXPORT_PAGE = 200;
const COLUMNS = [
  ...([
    "index",
    "time",
    "kind",
    "verdict",
    "tool",
    "class",
    "rule",
    "session",
    "person",
    "place",
  ] as const),
  ...(["line", "erased", "forged"] as const),
];

type EventPage = { readonly items: readonly EventRow[]; readonly next: number | string | null };

/** Reads all that meets the filter, as far as the bound, and saves it. */
export function LogExport({ filter }: { readonly filter: string }) {
  const api = useApi();
  const running = useRef<AbortController | undefined>(undefined);
  const [done, setDone] = useState<number | undefined>(undefined);
  const [said, setSaid] = useState("");
  const save = async (form: "csv" | "json") => {
    const end = new AbortController();
    running.current = end;
    setSaid("");
    const rows: EventRow[] = [];
    let before: number | string | null = null;
    do {
      setDone(rows.length);
      const answer: Answer<EventPage> = await api.get<EventPage>(
        "/events",
        { filter, limit: EXPORT_PAGE, before },
        end.signal,
      );
      if (!answer.ok) {
        setDone(undefined);
        if (answer.fault.code !== "aborted") setSaid(answer.fault.message);
        return;
      }
      rows.push(...answer.value.items);
      before = answer.value.next;
    } while (before !== null && rows.length < EXPORT_MAX);
    setDone(undefined);
    if (before !== null)
      setSaid(
        `The newest ${formatCount(rows.length)} events are in the file. The whole log: sallyport log export --format csv`,
      );
    if (form === "json")
      return saveText("events.json", "application/json", `${JSON.stringify(rows, undefined, 1)}\n`);
    saveText("events.csv", "text/csv", csvText(COLUMNS, rows.map(cellsOf)));
  };
  return (
    <>
      {done === undefined ? (
        <>
          <button type="button" class="button" onClick={() => void save("csv")}>
            Save as CSV
          </button>
          <button type="button" class="button" onClick={() => void save("json")}>
            Save as JSON
          </button>
        </>
      ) : (
        <>
          <Progress label={`Reading for the file: ${formatCount(done)}`} />
          <button type="button" class="button" onClick={() => running.current?.abort()}>
            Stop
          </button>
        </>
      )}
      {said !== "" && (
        <p role="status">
          <Text value={said} limit={300} />
        </p>
      )}
    </>
  );
}

function cellsOf(row: EventRow): readonly Cell[] {
  return [
    ...[row.index, row.timeMs === null ? null : utcText(row.timeMs), row.kind, row.verdict],
    ...[row.tool, row.class, row.rule, row.session, row.user ?? null, row.place ?? null],
    ...[row.line, row.erased, row.forged],
  ];
}
