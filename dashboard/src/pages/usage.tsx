// What work costs and how often people are asked: tokens, money, loops, questions and their answers.
import { useMemo } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Chart } from "../parts/chart.tsx";
import { Choice } from "../parts/field.tsx";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Bar, Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { dollars, formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";

type Sums = {
  readonly key?: string;
  readonly sessions: number;
  readonly silent: number;
  readonly calls: number;
  readonly unpriced: number;
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheCreation: number;
  };
  readonly costUsdMicros: number;
  readonly loops: number;
  readonly loopCostUsdMicros: number;
  readonly questions: {
    readonly asked: number;
    readonly allowed: number;
    readonly refused: number;
    readonly nobody: number;
    readonly timed: number;
  };
};
type ModelDay = {
  readonly day: string;
  readonly model: string;
  readonly costUsdMicros: number;
  readonly tokens: number;
};
type Usage = {
  readonly command: string;
  readonly rowsOmitted: number;
  readonly models: readonly ModelDay[];
  readonly usage: {
    readonly all: Sums;
    readonly rows: readonly Sums[];
    readonly notes: readonly string[];
  };
};

const KEYS = [
  { value: "day", label: "Day" },
  { value: "user", label: "Person" },
  { value: "repository", label: "Project" },
  { value: "session", label: "Session" },
] as const;
const SINCE = [
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
] as const;

const tokensOf = ({ tokens }: Sums) =>
  tokens.input + tokens.output + tokens.cacheRead + tokens.cacheCreation;
const per100 = ({ questions, calls }: Sums) =>
  calls === 0 ? "-" : ((100 * questions.asked) / calls).toFixed(1);

export function Page({ query }: PageProps) {
  const router = useRouter();
  const by = KEYS.find(({ value }) => value === query.get("by"))?.value ?? "day";
  const since = SINCE.find(({ value }) => value === query.get("since"))?.value ?? "30d";
  const params = useMemo(() => ({ by, since }), [by, since]);
  const resource = useResource<Usage>("/usage", params);
  const go = (next: object) =>
    router.go(`/usage?${new URLSearchParams({ by, since, ...next })}`, { isReplaced: true });
  return (
    <PageFrame
      title="Cost, usage and friction"
      about="What sessions cost, and how often they stopped to ask."
      command={resource.value?.command}
      actions={
        <>
          <Choice label="By" value={by} options={KEYS} onChoose={(value) => go({ by: value })} />
          <Choice
            label="Of the last"
            value={since}
            options={SINCE}
            onChoose={(value) => go({ since: value })}
          />
        </>
      }
    >
      <Loaded resource={resource} label="Adding it up">
        {({ usage, rowsOmitted, models }) => (
          <Body {...usage} rowsOmitted={rowsOmitted} models={models} by={by} />
        )}
      </Loaded>
    </PageFrame>
  );
}

type BodyProps = Usage["usage"] & Pick<Usage, "rowsOmitted" | "models"> & { readonly by: string };

function Body({ all, rows, notes, rowsOmitted, models, by }: BodyProps) {
  const { questions } = all;
  return (
    <>
      <Stats>
        <Stat name="Sessions" value={formatCount(all.sessions)} />
        <Stat
          name="Cost"
          value={dollars(all.costUsdMicros)}
          note={
            all.silent > 0
              ? `${formatCount(all.silent)} sessions told nothing of theirs`
              : `${formatCount(tokensOf(all))} tokens`
          }
        />
        <Stat
          name="Spent in loops"
          tone={all.loops > 0 ? "warn" : "plain"}
          value={dollars(all.loopCostUsdMicros)}
          note={`${formatCount(all.loops)} commands failed again and again`}
        />
        <Stat
          name="Questions per 100 calls"
          value={per100(all)}
          note={`${formatCount(questions.asked)} asked of ${formatCount(all.calls)} calls`}
        />
        <Stat
          name="Answers"
          value={formatCount(questions.allowed + questions.refused)}
          note={`${formatCount(questions.allowed)} yes, ${formatCount(questions.refused)} no, ${formatCount(questions.nobody)} by nobody`}
        />
      </Stats>
      {notes.map((note) => (
        <p key={note}>
          <Text value={note} limit={300} />
        </p>
      ))}
      {by === "day" &&
        (models.length > 0 ? <CostOfModels models={models} /> : <CostOfDays rows={rows} />)}
      <Panel title="In detail" isWide>
        <Table<Sums>
          caption="Cost and friction"
          rows={rows}
          rowKey={({ key }) => key ?? "unknown"}
          columns={[
            {
              key: "key",
              head: "What",
              isWide: true,
              cell: ({ key }) =>
                key === undefined ? (
                  "not known: its key is not here"
                ) : (
                  <Text value={key} limit={120} />
                ),
              sort: ({ key }) => key ?? "",
            },
            number("sessions", "Sessions", ({ sessions }) => sessions),
            number("calls", "Calls", ({ calls }) => calls),
            number("tokens", "Tokens", tokensOf),
            {
              key: "cost",
              head: "Cost",
              isNumber: true,
              cell: ({ costUsdMicros }) => dollars(costUsdMicros),
              sort: ({ costUsdMicros }) => costUsdMicros,
            },
            {
              key: "share",
              head: "Share of cost",
              cell: ({ costUsdMicros }) => (
                <Bar
                  parts={[
                    { tone: "held", count: costUsdMicros },
                    { tone: "quiet", count: all.costUsdMicros - costUsdMicros },
                  ]}
                />
              ),
            },
            number("loops", "Loops", ({ loops }) => loops),
            number("asked", "Asked", ({ questions: { asked } }) => asked),
            { key: "per100", head: "Per 100 calls", isNumber: true, cell: per100 },
          ]}
          empty={
            <Empty title="Nothing was counted." command="sallyport telemetry --help">
              <p>Cost comes from the client's telemetry; questions are counted without it.</p>
            </Empty>
          }
        />
        {rowsOmitted > 0 && <p>And {formatCount(rowsOmitted)} more rows: the command has all.</p>}
      </Panel>
    </>
  );
}

const COLOURS = ["accent", "good", "warn", "held", "bad"] as const;
const REST = "other models";

/** Models that cost most have a colour each; the others are one. */
function CostOfModels({ models }: { readonly models: readonly ModelDay[] }) {
  const { timesMs, series } = useMemo(() => {
    const days = [...new Set(models.map(({ day }) => day))];
    const cost = new Map<string, number>();
    for (const { model, costUsdMicros } of models)
      cost.set(model, (cost.get(model) ?? 0) + costUsdMicros);
    const ranked = [...cost].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
    const named = ranked.slice(0, COLOURS.length);
    const on = (day: string, isMeant: (model: string) => boolean) =>
      models
        .filter((one) => one.day === day && isMeant(one.model))
        .reduce((sum, { costUsdMicros }) => sum + Math.round(costUsdMicros / 10_000) / 100, 0);
    const rest = ranked.length > named.length ? [{ name: REST, colour: "quiet" as const }] : [];
    const drawn = [
      ...named.map((name, at) => ({ name, colour: COLOURS[at] ?? ("quiet" as const) })),
      ...rest,
    ];
    return {
      timesMs: days.map((day) => Date.parse(day)),
      series: drawn.map(({ name, colour }) => ({
        name,
        colour,
        values: days.map((day) =>
          on(day, (model) => (name === REST ? !named.includes(model) : model === name)),
        ),
      })),
    };
  }, [models]);
  if (timesMs.length < 2) return null;
  return (
    <Panel title="Cost by day and model" isWide>
      <Chart
        label="Cost by day and model, in US dollars"
        timesMs={timesMs}
        series={series}
        isStacked
      />
    </Panel>
  );
}

/** Days on which nothing was told are left out: the axis has those that have figures. */
function CostOfDays({ rows }: { readonly rows: readonly Sums[] }) {
  const days = useMemo(() => {
    const known = rows.flatMap((row) => {
      const ms = Date.parse(row.key ?? "");
      return Number.isNaN(ms) ? [] : [{ ms, row }];
    });
    return known.toSorted((one, other) => one.ms - other.ms);
  }, [rows]);
  const timesMs = useMemo(() => days.map(({ ms }) => ms), [days]);
  const series = useMemo(
    () => [
      {
        name: "Cost in US dollars",
        colour: "accent" as const,
        values: days.map(({ row }) => Math.round(row.costUsdMicros / 10_000) / 100),
      },
    ],
    [days],
  );
  if (days.length < 2) return null;
  return (
    <Panel title="Cost by day" isWide>
      <Chart label="Cost by day, in US dollars" timesMs={timesMs} series={series} isStacked />
    </Panel>
  );
}

function number(key: string, head: string, of: (row: Sums) => number) {
  return {
    key,
    head,
    isNumber: true,
    cell: (row: Sums) => formatCount(of(row)),
    sort: of,
  };
}
