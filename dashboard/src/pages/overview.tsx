// The first page: whether the guard is in force, what it decided lately, and what waits for somebody.
import { useMemo } from "preact/hooks";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Chart, type Series } from "../parts/chart.tsx";
import { Panel, Panels, PageFrame } from "../parts/panel.tsx";
import { Bar, Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { InboxPanel } from "./inbox.tsx";

type VerdictRow = {
  readonly timeMs: number;
  readonly allow: number;
  readonly ask: number;
  readonly deny: number;
  readonly abstain: number;
};
type Check = { readonly level: string; readonly text: string; readonly repair?: string };
type Project = {
  readonly root: string | null;
  readonly verdict: string;
  readonly checks: readonly Check[];
};
type Reason = {
  readonly rule: string;
  readonly count: number;
  readonly verdict: string;
};
/** The answer of `GET /overview`. */
type Overview = {
  readonly command: string;
  readonly guard: {
    /** Null when nothing is guarded, or the status could not be asked. */
    readonly verdict: string | null;
    readonly daemon: boolean;
    readonly projects: readonly Project[];
    readonly problem: string | null;
  };
  readonly verdicts: readonly VerdictRow[];
  readonly prompts: {
    readonly calls: number;
    readonly asked: number;
    readonly per100: number | null;
    readonly spared: number;
    readonly added: number;
    readonly left: number;
  };
  readonly reasons: readonly Reason[];
  readonly incidents: { readonly open: number; readonly byLevel: Readonly<Record<string, number>> };
  readonly approvals: { readonly open: number } | null;
  /** Null, or missing, where the daemon could not be asked. */
  readonly questions?: { readonly waiting: number; readonly untilMs: number | null } | null;
  readonly posture: { readonly score: number; readonly atMs: number } | null;
  readonly drift: readonly { readonly what: string; readonly count: number }[];
  /** Over the store of a team; null, or missing, on one machine. */
  readonly team?: Readonly<
    Record<"logs" | "machines" | "online" | "unverified" | "drifted" | "alerts", number>
  > | null;
  /** No call was ever judged here. */
  readonly isNew?: boolean;
  readonly log: {
    readonly events: number;
    readonly checkpointMs: number | null;
    readonly problem: string | null;
  };
};

/** What `sallyport status` says, in a word and a tone. */
const STANDING: Readonly<Record<string, { word: string; tone: "good" | "warn" | "bad" }>> = {
  "in-force": { word: "In force", tone: "good" },
  found: { word: "In force, look", tone: "warn" },
  unknown: { word: "Not known", tone: "warn" },
  "not-in-force": { word: "Not in force", tone: "bad" },
};
const isTold = ({ level }: Check) => level === "broken" || level === "found";

export function Page() {
  const resource = useResource<Overview>(
    "/overview",
    {},
    { live: ["decision", "changed", "daemon"], everyMs: 60_000 },
  );
  return (
    <PageFrame
      title="Needs you"
      about="What waits for somebody, what is lost soonest first; below it what the guard does right now."
      command={resource.value?.command}
    >
      <InboxPanel />
      <Loaded resource={resource} label="Reading the overview">
        {(value) => <Body {...value} />}
      </Loaded>
    </PageFrame>
  );
}

function Body(overview: Overview) {
  const { team = null } = overview;
  if (team === null) return <MachineBody {...overview} />;
  const { prompts, log } = overview;
  return (
    <>
      <Stats>
        <Stat
          name="Machines"
          value={formatCount(team.machines)}
          note={`${formatCount(team.online)} were there within a day`}
          href="/fleet"
        />
        <Stat
          name="Not verified"
          tone={team.unverified > 0 ? "warn" : "plain"}
          value={formatCount(team.unverified)}
          note="their probes did not hold, or were not tried"
          href="/fleet"
        />
        <Stat
          name="With drift"
          tone={team.drifted > 0 ? "warn" : "plain"}
          value={formatCount(team.drifted)}
          note="differ from what was deployed"
          href="/fleet"
        />
        <Stat
          name="Alerts"
          tone={team.alerts > 0 ? "bad" : "plain"}
          value={formatCount(team.alerts)}
          note="of the last day"
          href="/alerts"
        />
        <Questions prompts={prompts} />
        <Stat
          name="Stored events"
          value={formatCount(log.events)}
          note={`of ${formatCount(team.logs)} logs`}
          href="/log"
        />
      </Stats>
      <Panels>
        <Verdicts rows={overview.verdicts} />
        <Reasons reasons={overview.reasons} />
        <Drift drift={overview.drift} />
      </Panels>
    </>
  );
}

function Questions({ prompts }: Pick<Overview, "prompts">) {
  return (
    <>
      <Stat
        name="Questions per 100 calls"
        value={prompts.per100 === null ? "-" : prompts.per100.toFixed(1)}
        note={`${formatCount(prompts.asked)} asked of ${formatCount(prompts.calls)} calls, ${formatCount(prompts.left)} more by the client itself`}
      />
      <Stat
        name="Questions spared"
        value={formatCount(prompts.spared)}
        note={`The client alone would have asked. ${formatCount(prompts.added)} were asked where it would not have`}
        href="/log?filter=prompt%3Aspared"
      />
    </>
  );
}

function MachineBody(overview: Overview) {
  const { guard, incidents, posture, prompts, log } = overview;
  const levels = Object.entries(incidents.byLevel ?? {}).filter(([, count]) => count > 0);
  return (
    <>
      {overview.isNew === true && <FirstSession isGuarded={guard.projects.length > 0} />}
      <Stats>
        <Stat
          name="Guard"
          tone={STANDING[guard.verdict ?? ""]?.tone ?? "warn"}
          value={STANDING[guard.verdict ?? ""]?.word ?? "Not known"}
          note={guard.problem ?? (guard.daemon ? "the daemon runs" : "the daemon does not run")}
        />
        <Waiting {...overview} />
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
                checked <Time ms={posture.atMs} as="ago" />
              </>
            )
          }
          href="/posture"
        />
        <Questions prompts={prompts} />
        <Stat
          name="Log"
          tone={log.problem === null ? "plain" : "bad"}
          value={formatCount(log.events)}
          note={
            log.problem === null || log.problem === undefined ? (
              <>
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
        <Verdicts rows={overview.verdicts} />
        <Reasons reasons={overview.reasons} />
        <Projects projects={guard.projects} />
        <Drift drift={overview.drift} />
      </Panels>
    </>
  );
}

/** Questions with seconds to answer them, and calls that wait for a second person. */
function Waiting({ questions = null, approvals }: Pick<Overview, "questions" | "approvals">) {
  const open = approvals?.open ?? 0;
  const asked = questions?.waiting ?? 0;
  const untilMs = questions?.untilMs ?? null;
  const parts = [
    ...(asked === 0 ? [] : [`${formatCount(asked)} ${asked === 1 ? "question" : "questions"}`]),
    ...(open === 0 ? [] : [`${formatCount(open)} ${open === 1 ? "approval" : "approvals"}`]),
  ];
  const note = parts.join(", ");
  return (
    <Stat
      name="Waiting for a person"
      tone={asked > 0 ? "bad" : open > 0 ? "warn" : "plain"}
      value={formatCount(asked + open)}
      note={
        untilMs !== null ? (
          <>
            {note}; the first ends <Time ms={untilMs} as="ago" />
          </>
        ) : note !== "" ? (
          note
        ) : questions === null ? (
          "no approval waits; the daemon does not say whether a question does"
        ) : (
          "nobody waits"
        )
      }
      href="/approvals"
    />
  );
}

/** What to type the first time. It goes by itself when the first call was judged. */
function FirstSession({ isGuarded }: { readonly isGuarded: boolean }) {
  return (
    <Panel title="Your first session" isWide>
      <p>Nothing was judged here yet. Three steps, in another terminal; this page goes along.</p>
      <ol class="first-steps">
        <li>
          <strong>
            {isGuarded ? "Done: a project is guarded." : "Guard a project, in its folder:"}
          </strong>
          {!isGuarded && <Command line="sallyport init" />}
        </li>
        <li>
          <strong>Begin a session of the client there:</strong>
          <Command line="claude" />
        </li>
        <li>
          <strong>Let it make a call that runs and one that is refused. Ask it:</strong>
          <Command line="List the files here, then show me .env" label="Say" />
        </li>
      </ol>
      <p class="quiet" role="status">
        Waiting for the first call. It is shown here within a second.
      </p>
    </Panel>
  );
}

function Verdicts({ rows }: { readonly rows: readonly VerdictRow[] }) {
  const timesMs = useMemo(() => rows.map(({ timeMs }) => timeMs), [rows]);
  const series = useMemo<readonly Series[]>(
    () => [
      { name: "allowed", colour: "good", values: rows.map(({ allow }) => allow) },
      { name: "asked", colour: "warn", values: rows.map(({ ask }) => ask) },
      { name: "denied", colour: "bad", values: rows.map(({ deny }) => deny) },
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
            key: "reason",
            head: "Reason",
            isWide: true,
            cell: ({ rule, count, verdict }) => (
              <>
                <Text value={rule} limit={120} isCode />
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
            key: "count",
            head: "Calls",
            isNumber: true,
            cell: ({ count }) => formatCount(count),
            sort: ({ count }) => count,
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
        rowKey={({ root }) => root ?? "none"}
        columns={[
          {
            key: "root",
            head: "Folder",
            isWide: true,
            cell: ({ root, checks }) => (
              <>
                <Text value={root ?? "no project"} limit={160} isCode />
                {checks.filter(isTold).map(({ text, repair }) => (
                  <span class="under" key={text}>
                    <Text value={text} limit={200} />
                    {repair !== undefined && <Command line={repair} label="Repair" />}
                  </span>
                ))}
              </>
            ),
            sort: ({ root }) => root ?? "",
          },
          {
            key: "state",
            head: "State",
            cell: ({ verdict }) => (
              <Badge
                word={STANDING[verdict]?.word ?? verdict}
                tone={STANDING[verdict]?.tone ?? "warn"}
              />
            ),
            sort: ({ verdict }) => verdict,
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
          {drift.map(({ what, count }) => (
            <li key={what}>
              <a href={`/log?${new URLSearchParams({ filter: `kind:drift what:${what}` })}`}>
                <Text value={what} limit={240} />
              </a>{" "}
              {formatCount(count)}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
