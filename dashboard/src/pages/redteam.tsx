// The red team: known attacks judged by the policy in force, what got through, the runs so far, and why another is due.
import { useMemo, useState } from "preact/hooks";
import { useProgress } from "../core/following.ts";
import { useResource } from "../core/resource.ts";
import { useSending } from "../core/sending.ts";
import { Badge } from "../parts/badge.tsx";
import { Chart } from "../parts/chart.tsx";
import { Command } from "../parts/command.tsx";
import { Choice } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Fault, Loaded, Progress } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { ProjectChoice } from "./project-choice.tsx";

type Run = {
  readonly atMs: number;
  readonly isWhole: boolean;
  readonly cases: number;
  readonly tried: number;
  readonly missed: number;
  readonly product: string;
  readonly policy: string;
};
type Family = {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly fix: string;
  readonly isAttack: boolean;
  readonly cases: readonly {
    readonly id: string;
    readonly title: string;
    readonly sinceMs: number | null;
  }[];
};
type Answer = {
  readonly command: string;
  readonly due: readonly string[];
  readonly runs: readonly Run[];
  readonly moreRuns: number;
  readonly families: readonly Family[];
};
type Missed = {
  readonly family: string;
  readonly id: string;
  readonly title: string;
  readonly retest: string;
  readonly owner: string;
  readonly fix: string;
  readonly calls: readonly {
    readonly call: string;
    readonly wrapping: string | null;
    readonly expected: string;
    readonly verdict: string;
    readonly rule: string | null;
  }[];
  readonly moreCalls: number;
};
type Result = {
  readonly command: string;
  readonly policy: string;
  readonly cases: number;
  readonly tried: number;
  readonly missed: readonly Missed[];
  readonly moreMissed: number;
  readonly mended: readonly string[];
};

const EXPECTED: Readonly<Record<string, string>> = {
  denied: "it is refused",
  stopped: "it is refused, or a person is asked",
  runs: "it runs unasked",
};

export function Page() {
  return (
    <PageFrame
      title="Red team"
      about="Known attacks, and honest work, judged by the policy in force with its exceptions. The guard alone judges: nothing runs, and what the hold would stop does not count."
    >
      <ProjectChoice>{(project) => <RedTeam key={project} project={project} />}</ProjectChoice>
    </PageFrame>
  );
}

function RedTeam({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Answer>("/redteam", params, {
    live: ["changed"],
    what: ["redteam"],
  });
  const {
    value: result,
    fault,
    isBusy,
    send,
  } = useSending<Result, { readonly project: string; readonly family?: string }>("/redteam/run");
  const [family, setFamily] = useState("");
  const families = resource.value?.families ?? [];
  return (
    <>
      <div class="form-actions">
        <Choice
          label="Cases"
          value={family}
          options={[
            { value: "", label: "All" },
            ...families.map(({ id, title }) => ({ value: id, label: plainLine(title, 80) })),
          ]}
          onChoose={setFamily}
        />
        <button
          type="button"
          class="button button-first"
          disabled={isBusy}
          onClick={() => send({ project, ...(family === "" ? {} : { family }) })}
        >
          {family === "" ? "Run all cases now" : "Run these cases now"}
        </button>
      </div>
      {isBusy && <Running />}
      {fault !== undefined && <Fault fault={fault} />}
      {result !== undefined && <ResultPanel result={result} />}
      <Loaded resource={resource} label="Reading the cases and the runs">
        {(answer) => (
          <>
            <Figures {...answer} />
            <Due due={answer.due} command={answer.command} hasRun={answer.runs.length > 0} />
            {answer.runs.length > 0 && (
              <ThroughPanel families={answer.families} command={answer.command} />
            )}
            <RunsPanel runs={answer.runs} more={answer.moreRuns} command={answer.command} />
            <CasesPanel families={answer.families} hasRun={answer.runs.length > 0} />
            <Command line={answer.command} label="In the terminal" />
          </>
        )}
      </Loaded>
    </>
  );
}

/** How far the run is. It is judged here alone: who leaves the page ends it. */
function Running() {
  const far = useProgress("redteam");
  return (
    <>
      <Progress
        label={
          far.of === 0
            ? "Looking at the project"
            : `Case ${formatCount(far.done)} of ${formatCount(far.of)}, each in more than a hundred forms`
        }
        {...(far.of === 0 ? {} : far)}
      />
      <p class="quiet">All cases take some minutes. Leaving this page ends the run.</p>
    </>
  );
}

const missedIn = (families: readonly Family[]) =>
  families.flatMap((family) =>
    family.cases.flatMap((one) =>
      one.sinceMs === null ? [] : [{ family, ...one, sinceMs: one.sinceMs }],
    ),
  );

function Figures({ families, runs, due }: Answer) {
  const [last] = runs;
  const missed = missedIn(families);
  const through = missed.filter(({ family }) => family.isAttack).length;
  const stopped = missed.length - through;
  const total = families.reduce((sum, { cases }) => sum + cases.length, 0);
  return (
    <Stats>
      <Stat
        name="Got through"
        tone={through > 0 ? "bad" : last === undefined ? "plain" : "good"}
        value={last === undefined ? "-" : formatCount(through)}
        note={`of ${formatCount(total)} cases in ${formatCount(families.length)} families`}
      />
      <Stat
        name="Honest work that was stopped"
        tone={stopped > 0 ? "warn" : "plain"}
        value={last === undefined ? "-" : formatCount(stopped)}
      />
      <Stat
        name="Calls judged in the last run"
        value={last === undefined ? "-" : formatCount(last.tried)}
      />
      <Stat
        name="Last run"
        tone={due.length > 0 ? "warn" : "plain"}
        value={last === undefined ? "never" : <Time ms={last.atMs} as="ago" />}
        note={due.length > 0 ? "another is due" : "nothing changed since"}
      />
    </Stats>
  );
}

function Due(props: {
  readonly due: readonly string[];
  readonly command: string;
  readonly hasRun: boolean;
}) {
  if (props.due.length === 0 || !props.hasRun) return null;
  return (
    <Panel title="Another run is due" isWide>
      <ul class="lines">
        {props.due.map((why) => (
          <li key={why}>
            <Text value={why} limit={200} />
          </li>
        ))}
      </ul>
      <Command line={props.command} />
    </Panel>
  );
}

type Through = ReturnType<typeof missedIn>[number];

function ThroughPanel(props: { readonly families: readonly Family[]; readonly command: string }) {
  return (
    <Panel title="Not as expected in the last run" isWide>
      <Table<Through>
        caption="Cases that were not as expected"
        rows={missedIn(props.families)}
        rowKey={({ family, id }) => `${family.id}/${id}`}
        columns={[
          {
            key: "what",
            head: "What became of it",
            cell: ({ family }) =>
              family.isAttack ? (
                <Badge word="got through" tone="bad" />
              ) : (
                <Badge word="was stopped" tone="warn" />
              ),
          },
          {
            key: "case",
            head: "Case",
            isWide: true,
            cell: ({ family, id, title }) => (
              <>
                <Text value={title} limit={200} />
                <span class="under">
                  <Text value={`${family.id}/${id}`} isCode limit={140} />
                </span>
                <span class="under">
                  What to do: <Text value={family.fix} limit={300} />
                </span>
                <Command line={`${props.command} --family ${family.id}`} label="Its calls" />
              </>
            ),
          },
          {
            key: "since",
            head: "Since",
            cell: ({ sinceMs }) => <Time ms={sinceMs} as="ago" />,
            sort: ({ sinceMs }) => sinceMs,
          },
          {
            key: "owner",
            head: "Owner",
            cell: ({ family }) => <Text value={family.owner} limit={60} />,
          },
        ]}
        empty={
          <Empty title="All was as expected." command="sallyport redteam search --budget 20000">
            <p>A search tries forms that nobody listed.</p>
          </Empty>
        }
      />
    </Panel>
  );
}

function RunsPanel(props: {
  readonly runs: readonly Run[];
  readonly more: number;
  readonly command: string;
}) {
  const { runs, more, command } = props;
  const whole = useMemo(() => runs.filter(({ isWhole }) => isWhole).toReversed(), [runs]);
  const timesMs = useMemo(() => whole.map(({ atMs }) => atMs), [whole]);
  const series = useMemo(
    () => [
      {
        name: "not as expected",
        colour: "bad" as const,
        values: whole.map(({ missed }) => missed),
      },
    ],
    [whole],
  );
  return (
    <Panel title="Runs" isWide>
      {whole.length > 1 && (
        <Chart
          label="Cases not as expected in runs of all cases"
          timesMs={timesMs}
          series={series}
        />
      )}
      <Table<Run>
        caption="Runs in this project"
        rows={runs}
        rowKey={({ atMs, tried }) => `${atMs} ${tried}`}
        columns={[
          {
            key: "at",
            head: "When",
            isWide: true,
            cell: ({ atMs, isWhole }) => (
              <>
                <Time ms={atMs} as="both" />
                {!isWhole && <span class="under">a part of the cases</span>}
              </>
            ),
            sort: ({ atMs }) => atMs,
          },
          {
            key: "cases",
            head: "Cases",
            isNumber: true,
            cell: ({ cases }) => formatCount(cases),
          },
          {
            key: "tried",
            head: "Calls judged",
            isNumber: true,
            cell: ({ tried }) => formatCount(tried),
          },
          {
            key: "missed",
            head: "Not as expected",
            isNumber: true,
            cell: ({ missed }) => formatCount(missed),
            sort: ({ missed }) => missed,
          },
          {
            key: "policy",
            head: "Policy",
            cell: ({ policy, product }) => (
              <>
                <Text value={policy.slice(0, 12)} isCode isBrief />
                <span class="under">
                  <Text value={`sallyport ${product}`} limit={40} />
                </span>
              </>
            ),
          },
        ]}
        empty={
          <Empty title="No run yet." command={command}>
            <p>Run all cases: each is judged, and none is executed.</p>
          </Empty>
        }
      />
      {more > 0 && <p>and {formatCount(more)} earlier runs</p>}
    </Panel>
  );
}

function CasesPanel(props: { readonly families: readonly Family[]; readonly hasRun: boolean }) {
  return (
    <Panel title="Cases" isWide>
      <Table<Family>
        caption="Families of cases"
        rows={props.families}
        rowKey={({ id }) => id}
        columns={[
          {
            key: "state",
            head: "Last run",
            cell: ({ cases, isAttack }) => {
              const missed = cases.filter(({ sinceMs }) => sinceMs !== null).length;
              if (!props.hasRun) return <Badge word="not run" tone="quiet" />;
              if (missed > 0) return <Badge word={`not met: ${missed}`} tone="bad" />;
              return <Badge word={isAttack ? "stopped" : "runs"} tone="good" />;
            },
          },
          {
            key: "family",
            head: "Family",
            isWide: true,
            cell: ({ id, title, cases }) => (
              <>
                <Text value={title} limit={200} /> (<Text value={id} isCode limit={80} />)
                <details>
                  <summary>Cases: {formatCount(cases.length)}</summary>
                  {cases.map((one) => (
                    <span class="under" key={one.id}>
                      {one.sinceMs !== null && <Badge word="not met" tone="bad" />}{" "}
                      <Text value={one.title} limit={200} />
                    </span>
                  ))}
                </details>
              </>
            ),
            sort: ({ title }) => title,
          },
          {
            key: "owner",
            head: "Owner",
            cell: ({ owner }) => <Text value={owner} limit={60} />,
            sort: ({ owner }) => owner,
          },
        ]}
        empty={
          <Empty title="No case is known." command="sallyport redteam list">
            <p>Install sallyport again: its cases are missing.</p>
          </Empty>
        }
      />
    </Panel>
  );
}

function ResultPanel({ result }: { readonly result: Result }) {
  const { cases, tried, policy, missed, moreMissed, mended } = result;
  const count = missed.length + moreMissed;
  return (
    <Panel title="This run" isWide>
      <p>
        {formatCount(cases)} cases, {formatCount(tried)} calls judged by the policy{" "}
        <Text value={policy} isCode limit={80} />:{" "}
        {count === 0 ? "all as expected." : `${formatCount(count)} not as expected.`}
      </p>
      {mended.length > 0 && (
        <p>
          Mended since the last run: <Text value={mended.join(", ")} isCode limit={400} />
        </p>
      )}
      {missed.length > 0 && (
        <Table<Missed>
          caption="Calls that were not judged as expected"
          rows={missed}
          rowKey={({ family, id }) => `${family}/${id}`}
          columns={[
            {
              key: "retest",
              head: "Standing",
              cell: ({ retest }) => <Badge word={retest} tone="bad" />,
            },
            {
              key: "case",
              head: "Case and calls",
              isWide: true,
              cell: (one) => <MissedLines missed={one} />,
            },
            {
              key: "owner",
              head: "Owner",
              cell: ({ owner }) => <Text value={owner} limit={60} />,
            },
          ]}
        />
      )}
      {moreMissed > 0 && <p>and {formatCount(moreMissed)} more cases</p>}
    </Panel>
  );
}

function MissedLines({ missed }: { readonly missed: Missed }) {
  const { family, id, title, fix, calls, moreCalls } = missed;
  return (
    <>
      <Text value={title} limit={200} /> (<Text value={`${family}/${id}`} isCode limit={140} />)
      {calls.map(({ call, wrapping, expected, verdict, rule }) => (
        <span class="under" key={`${wrapping ?? ""} ${call}`}>
          <Badge word={verdict} /> <Text value={call} isCode limit={240} />
          <span class="under">
            expected: {EXPECTED[expected] ?? <Text value={expected} limit={40} />}
            {rule !== null && (
              <>
                ; said by <Text value={rule} isCode limit={120} />
              </>
            )}
            {wrapping !== null && (
              <>
                ; written as <Text value={wrapping} isCode limit={60} />
              </>
            )}
          </span>
        </span>
      ))}
      {moreCalls > 0 && <span class="under">and {formatCount(moreCalls)} more calls</span>}
      <span class="under">
        What to do: <Text value={fix} limit={300} />
      </span>
    </>
  );
}
