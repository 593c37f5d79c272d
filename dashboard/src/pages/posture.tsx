// The posture: how safely the client is set up in a project, checked now, and its score over time.
import { useMemo } from "preact/hooks";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useSending } from "../core/sending.ts";
import { mayAs } from "../core/session.ts";
import { Badge } from "../parts/badge.tsx";
import { Chart } from "../parts/chart.tsx";
import { Command } from "../parts/command.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Diff } from "../parts/diff.tsx";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Fault, Loaded, Progress } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import { Attest } from "./attest.tsx";
import { Checklists } from "./posture-checklists.tsx";
import { ProjectChoice } from "./project-choice.tsx";

type Point = {
  readonly atMs: number;
  readonly score: number;
  readonly fail: number;
  readonly checks: number;
};
type Trend = { readonly command: string; readonly points: readonly Point[] };
type Finding = {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  /** Points that the score has more with this one mended. */
  readonly gain: number;
  readonly why: string;
  readonly fix: string;
  readonly faults: readonly { readonly message: string; readonly evidence?: string }[];
};
type Report = {
  readonly score: { readonly value: number | null; readonly formula: string };
  readonly counts: {
    readonly checks: number;
    readonly pass: number;
    readonly fail: number;
    readonly waived: number;
    readonly unseen: number;
    readonly attest: number;
    readonly notApplicable: number;
  };
  readonly findings: readonly Finding[];
  readonly attest: readonly {
    readonly id: string;
    readonly title: string;
    readonly severity: string;
    readonly fix: string;
  }[];
};

export function Page() {
  return (
    <PageFrame
      title="Posture"
      about="How safely the client is set up: settings, hooks, servers, memory, pipelines and the machine."
    >
      <ProjectChoice>
        {(project) => (
          <Tabs
            label="Parts of the posture"
            tabs={[
              {
                key: "findings",
                title: "Findings",
                body: () => <Posture key={project} project={project} />,
              },
              {
                key: "checklists",
                title: "Checklists",
                body: () => <Checklists project={project} />,
              },
            ]}
          />
        )}
      </ProjectChoice>
    </PageFrame>
  );
}

function Posture({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const trend = useResource<Trend>("/posture", params, { live: ["changed"], what: ["posture"] });
  const {
    value: audited,
    fault,
    isBusy,
    send,
  } = useSending<
    { readonly command: string; readonly report: Report },
    { readonly project: string }
  >("/posture/audit");
  return (
    <>
      <div class="form-actions">
        <button
          type="button"
          class="button button-first"
          disabled={isBusy}
          onClick={() => send({ project })}
        >
          Check it now
        </button>
      </div>
      {isBusy && <Progress label="Checking some 400 things; nothing is changed" />}
      {fault !== undefined && <Fault fault={fault} />}
      <Loaded resource={trend} label="Reading earlier scores">
        {({ points, command }) => (
          <Panel title="Score over time" isWide>
            {points.length < 2 ? (
              <Empty title="Two checks make a line." command={command}>
                <p>
                  {points.length === 0
                    ? "This project was not checked yet."
                    : `Its score was ${Math.round(points[0]?.score ?? 0)} of 100.`}
                </p>
              </Empty>
            ) : (
              <ScoreChart points={points} />
            )}
          </Panel>
        )}
      </Loaded>
      {audited !== undefined && (
        <ReportPanels
          report={audited.report}
          project={project}
          onRepaired={() => send({ project })}
        />
      )}
    </>
  );
}

function ScoreChart({ points }: { readonly points: readonly Point[] }) {
  const timesMs = useMemo(() => points.map(({ atMs }) => atMs), [points]);
  const series = useMemo(
    () => [{ name: "score", colour: "good" as const, values: points.map(({ score }) => score) }],
    [points],
  );
  return <Chart label="Score of the posture" timesMs={timesMs} series={series} />;
}

const SEVERITIES = ["info", "low", "medium", "high", "critical"];

type Planned = {
  readonly command: string;
  readonly isNothing: boolean;
  readonly diff: string;
  readonly digest: string;
};

/** Safe repairs: shown as a diff first, then made as they were shown. */
function Repairs({ project, onDone }: { readonly project: string; readonly onDone: () => void }) {
  const api = useApi();
  const { role } = useMe();
  const {
    value: planned,
    fault,
    isBusy,
    send,
  } = useSending<Planned, { readonly project: string }>("/posture/repairs");
  return (
    <>
      <p class="form-actions">
        <button type="button" class="button" disabled={isBusy} onClick={() => send({ project })}>
          Show the safe repairs
        </button>
        {planned !== undefined && !planned.isNothing && mayAs(role, "administrator") && (
          <Confirm<{ readonly said: string }>
            title="Repair"
            command={() => planned.command.replace("--dry-run", "--yes")}
            act={() => api.post("/posture/repair", { project, digest: planned.digest })}
            onDone={onDone}
          >
            <p>
              What you saw is written, if it is still the same. `sallyport uninstall` takes all of
              it back.
            </p>
          </Confirm>
        )}
      </p>
      {isBusy && <Progress label="Planning the repairs; nothing is changed" />}
      {fault !== undefined && <Fault fault={fault} />}
      {planned !== undefined && planned.isNothing && (
        <p role="status">Nothing here can be repaired safely by itself.</p>
      )}
      {planned !== undefined && !planned.isNothing && (
        <Diff text={planned.diff} label="What the safe repairs change" />
      )}
      {planned !== undefined && <Command line={planned.command} label="In the terminal" />}
    </>
  );
}

function ReportPanels(props: {
  readonly report: Report;
  readonly project: string;
  readonly onRepaired: () => void;
}) {
  const { report, project, onRepaired } = props;
  const { score, counts, findings, attest } = report;
  return (
    <>
      <Stats>
        <Stat
          name="Score"
          value={score.value === null ? "-" : `${Math.round(score.value)} of 100`}
          note={<Text value={score.formula} limit={90} />}
        />
        <Stat
          name="Failed"
          tone={counts.fail > 0 ? "bad" : "good"}
          value={formatCount(counts.fail)}
          note={`of ${formatCount(counts.checks)} checks`}
        />
        <Stat name="Passed" value={formatCount(counts.pass)} />
        <Stat
          name="Not seen"
          tone={counts.unseen > 0 ? "warn" : "plain"}
          value={formatCount(counts.unseen)}
          note="never counted as passed"
        />
        <Stat
          name="For a person to attest"
          value={formatCount(counts.attest)}
          note="no machine can see it"
        />
      </Stats>
      <Panel title="Findings" isWide>
        <Table<Finding>
          caption="What was found, the worst first"
          rows={findings}
          rowKey={({ id }) => id}
          columns={[
            {
              key: "severity",
              head: "Severity",
              cell: ({ severity }) => <Badge word={severity} />,
              sort: ({ severity }) => SEVERITIES.indexOf(severity),
            },
            {
              key: "title",
              head: "What",
              isWide: true,
              cell: ({ id, title, why, fix, faults }) => (
                <>
                  <Text value={title} limit={200} />
                  <span class="under">
                    <Text value={why} limit={300} />
                  </span>
                  {faults.slice(0, 5).map(({ message, evidence }) => (
                    <span class="under" key={`${message} ${evidence ?? ""}`}>
                      <Text value={message} limit={200} />
                      {evidence !== undefined && evidence !== "" && (
                        <>
                          : <Text value={evidence} isCode limit={160} />
                        </>
                      )}
                    </span>
                  ))}
                  <span class="under">
                    What to do: <Text value={fix} limit={240} />
                  </span>
                  <span class="under">
                    <Text value={id} isCode limit={80} />
                  </span>
                </>
              ),
              sort: ({ title }) => title,
            },
            {
              key: "gain",
              head: "Repair adds",
              isNumber: true,
              cell: ({ gain }) => (gain > 0 ? `+${gain}` : <span class="quiet">under 1</span>),
              sort: ({ gain }) => gain,
            },
          ]}
          empty={
            <Empty title="Nothing failed.">
              <p>What could not be seen is counted above, and is not passed.</p>
            </Empty>
          }
        />
        <Repairs project={project} onDone={onRepaired} />
      </Panel>
      {attest.length > 0 && (
        <Panel title="For a person to attest" isWide>
          <ul class="lines">
            {attest.map(({ id, title, severity, fix }) => (
              <li key={id}>
                <Badge word={severity} /> <Text value={title} limit={200} />
                <span class="under">
                  <Text value={fix} limit={240} />
                </span>
                <Attest about={id} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
