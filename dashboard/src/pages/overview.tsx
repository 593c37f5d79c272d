// The first page: whether the guard is in force, what it decided lately, and what waits for somebody.
import { useMemo } from "preact/hooks";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Chart, type Series } from "../parts/chart.tsx";
import { Panel, Panels, PageFrame } from "../parts/panel.tsx";
import { Bar, Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";

type VerdictRow = {
  readonly timeMs: number;
  readonly allow: number;
  readonly ask: number;
  readonly deny: number;
  readonly held: number;
  readonly abstain: number;
};
type Project = {
  readonly root: string;
  readonly mode: string;
  readonly inForce: boolean;
  readonly why: string | null;
};
type Reason = {
  readonly rule: string;
  readonly text: string;
  readonly count: number;
  readonly verdict: string;
};
/** The answer of `GET /overview`. */
type Overview = {
  readonly command: string;
  readonly guard: {
    readonly inForce: boolean;
    readonly daemon: unknown;
    readonly projects: readonly Project[];
    readonly hold: unknown;
    readonly canaryMs: number | null;
  };
  readonly verdicts: { readonly rows: readonly VerdictRow[] };
  readonly prompts: { readonly asked: number; readonly spared: number; readonly per100: number };
  readonly reasons: readonly Reason[];
  readonly incidents: { readonly open: number; readonly byLevel: Readonly<Record<string, number>> };
  readonly approvals: { readonly open: number };
  readonly posture: { readonly score: number; readonly checkedMs: number } | null;
  readonly drift: readonly { readonly what: string; readonly timeMs: number }[];
  readonly log: {
    readonly events: number;
    readonly checkpointMs: number | null;
    readonly intact: boolean | null;
    readonly problem: string | null;
  };
};

export function Page() {
  const resource = useResource<Overview>(
    "/overview",
    {},
    { live: ["decision", "changed", "daemon"], everyMs: 60_000 },
  );
  return (
    <PageFrame
      title="Overview"
      about="What the guard does right now, and what waits for somebody."
      command={resource.value?.command}
    >
      <Loaded resource={resource} label="Reading the overview">
        {(value) => <Body {...value} />}
      </Loaded>
    </PageFrame>
  );
}

function Body(overview: Overview) {
  const { guard, incidents, approvals, posture, prompts, log } = overview;
  const levels = Object.entries(incidents.byLevel ?? {}).filter(([, count]) => count > 0);
  return (
    <>
      <Stats>
        <Stat
          name="Guard"
          tone={guard.inForce ? "good" : "bad"}
          value={guard.inForce ? "In force" : "Not in force"}
          note={
            guard.canaryMs === null ? (
              "never probed"
            ) : (
              <>
                probed <Time ms={guard.canaryMs} as="ago" />
              </>
            )
          }
        />
        <Stat
          name="Approvals waiting"
          tone={approvals.open > 0 ? "warn" : "plain"}
          value={formatCount(approvals.open)}
          note={approvals.open > 0 ? "somebody waits" : "nobody waits"}
          href="/approvals"
        />
        <Stat
          name="Open incidents"
          tone={incidents.open > 0 ? "bad" : "plain"}
          value={formatCount(incidents.open)}
          note={
            levels.length === 0
              ? "none open"
              : levels.map(([level, count]) => `${formatCount(count)} ${level}`).join(", ")
          }
          href="/incidents"
        />
        <Stat
          name="Posture"
          value={posture === null ? "-" : `${Math.round(posture.score)} of 100`}
          note={
            posture === null ? (
              "not checked yet"
            ) : (
              <>
                checked <Time ms={posture.checkedMs} as="ago" />
              </>
            )
          }
          href="/posture"
        />
        <Stat
          name="Questions per 100 calls"
          value={prompts.per100.toFixed(1)}
          note={`${formatCount(prompts.asked)} asked, ${formatCount(prompts.spared)} spared`}
        />
        <Stat
          name="Log"
          tone={log.intact === false ? "bad" : "plain"}
          value={formatCount(log.events)}
          note={
            log.problem === null || log.problem === undefined ? (
              <>
                {log.intact === null ? "not checked, " : "intact, "}
                {log.checkpointMs === null ? (
                  "no checkpoint yet"
                ) : (
                  <>
                    checkpoint <Time ms={log.checkpointMs} as="ago" />
                  </>
                )}
              </>
            ) : (
              <Text value={log.problem} limit={120} />
            )
          }
          href="/log"
        />
      </Stats>
      <Panels>
        <Verdicts rows={overview.verdicts.rows} />
        <Reasons reasons={overview.reasons} />
        <Projects projects={guard.projects} />
        <Drift drift={overview.drift} />
      </Panels>
    </>
  );
}

function Verdicts({ rows }: { readonly rows: readonly VerdictRow[] }) {
  const timesMs = useMemo(() => rows.map(({ timeMs }) => timeMs), [rows]);
  const series = useMemo<readonly Series[]>(
    () => [
      { name: "allowed", colour: "good", values: rows.map(({ allow }) => allow) },
      { name: "asked", colour: "warn", values: rows.map(({ ask }) => ask) },
      { name: "denied", colour: "bad", values: rows.map(({ deny }) => deny) },
      { name: "held", colour: "held", values: rows.map(({ held }) => held) },
      { name: "left to the client", colour: "quiet", values: rows.map(({ abstain }) => abstain) },
    ],
    [rows],
  );
  const total = series.reduce(
    (sum, { values }) => sum + values.reduce<number>((part, value) => part + (value ?? 0), 0),
    0,
  );
  return (
    <Panel
      title="Verdicts"
      isWide
      actions={<a href="/log?filter=kind%3Adecision">All decisions</a>}
    >
      {total === 0 ? (
        <Empty title="Nothing was decided yet." command="sallyport start --guard .">
          <p>Guard a project and let the client work in it; each call's verdict is counted here.</p>
        </Empty>
      ) : (
        <Chart label="Verdicts over time" timesMs={timesMs} series={series} isStacked />
      )}
    </Panel>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return (
    <Panel title="Most frequent reasons">
      <Table<Reason>
        caption="Rules that spoke most often"
        rows={reasons}
        rowKey={({ rule, verdict }) => `${verdict} ${rule}`}
        rowHref={({ rule }) => `/log?${new URLSearchParams({ filter: `rule:"${rule}"` })}`}
        columns={[
          { key: "verdict", head: "Verdict", cell: ({ verdict }) => <Badge word={verdict} /> },
          {
            ...{ key: "reason", head: "Reason", isWide: true },
            cell: ({ rule, text, count, verdict }) => (
              <>
                <Text value={text} limit={160} />
                <span class="under">
                  <Text value={rule} limit={120} isCode />
                </span>
                <Bar
                  parts={[
                    { tone: verdict === "deny" ? "bad" : "warn", count },
                    { tone: "plain", count: most - count },
                  ]}
                />
              </>
            ),
          },
          {
            ...{ key: "count", head: "Calls", isNumber: true },
            ...{ cell: ({ count }) => formatCount(count), sort: ({ count }) => count },
          },
        ]}
        empty={
          <Empty title="No rule asked or denied.">
            <p>When one does, its reason is here with how often.</p>
          </Empty>
        }
      />
    </Panel>
  );
}

function Projects({ projects }: { readonly projects: readonly Project[] }) {
  return (
    <Panel title="Projects">
      <Table<Project>
        caption="Guarded projects"
        rows={projects}
        rowKey={({ root }) => root}
        columns={[
          {
            ...{ key: "root", head: "Folder", isWide: true },
            cell: ({ root, why }) => (
              <>
                <Text value={root} limit={160} isCode />
                {why !== null && why !== undefined && why !== "" && (
                  <span class="under">
                    <Text value={why} limit={200} />
                  </span>
                )}
              </>
            ),
            sort: ({ root }) => root,
          },
          { key: "mode", head: "Mode", cell: ({ mode }) => <Text value={mode} limit={40} /> },
          {
            ...{ key: "inForce", head: "State" },
            cell: ({ inForce }) => <Badge word={inForce ? "in force" : "not in force"} />,
            sort: ({ inForce }) => (inForce ? 1 : 0),
          },
        ]}
        empty={
          <Empty title="No project is guarded." command="sallyport start --guard .">
            <p>Run this in the folder of a project.</p>
          </Empty>
        }
      />
    </Panel>
  );
}

function Drift({ drift }: { readonly drift: Overview["drift"] }) {
  return (
    <Panel title="Changes of settings">
      {drift.length === 0 ? (
        <Empty title="Nothing drifted.">
          <p>Settings, hooks and policies are as they were recorded.</p>
        </Empty>
      ) : (
        <ul class="lines">
          {drift.map(({ what, timeMs }) => (
            <li key={`${timeMs} ${what}`}>
              <Text value={what} limit={240} />
              <span class="under">
                <Time ms={timeMs} as="both" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
