// The boundary report: what holds each rule of the policy here now, what the client's settings would hold alone, and what stays open.
import { useMemo } from "preact/hooks";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { useStore } from "../core/store.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Choice } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";

type Hold = {
  readonly boundary: string;
  readonly extent: "whole" | "part" | "none";
  readonly how: string;
};
type RuleHolds = {
  readonly rule: string;
  readonly from: string;
  readonly verdict: string;
  readonly reason: string;
  readonly here: readonly Hold[];
  readonly settings: readonly Hold[];
  readonly open: readonly string[];
};
type Layer = {
  readonly boundary: string;
  readonly works: boolean;
  readonly why: string | null;
  readonly repair: string | null;
};
type Report = {
  readonly command: string;
  readonly compileCommand: string;
  readonly policy: string;
  readonly from: string;
  readonly layers: readonly Layer[];
  readonly uncompiled: string | null;
  readonly rules: readonly RuleHolds[];
};

const GUARD = "evaluator";
const SERVICE = "service";
const TITLES: Readonly<Record<string, string>> = {
  [GUARD]: "guard",
  kernel: "sandbox of a call",
  sandbox: "client's sandbox",
  gateway: "registry gateway",
  rules: "client's rules",
  network: "client's proxy",
  [SERVICE]: "host, registry or CI",
};
const titleOf = (boundary: string) => TITLES[boundary] ?? boundary;
const EXTENTS = { whole: "all of it", part: "in part", none: "nothing" } as const;

const CHOICES = [
  { value: "all", label: "All rules that deny or ask" },
  { value: "alone", label: "Held by the guard alone" },
  { value: "open", label: "With something that stays open" },
] as const;

/** What holds some of it, without what has to be set at a service that is not ours. */
const holding = (holds: readonly Hold[]) =>
  holds.filter(({ extent, boundary }) => extent !== "none" && boundary !== SERVICE);
const isAlone = ({ here, settings }: RuleHolds) =>
  holding(settings).length === 0 && holding(here).every(({ boundary }) => boundary === GUARD);

export function Boundaries({ project }: { readonly project: string }) {
  const params = useMemo(() => ({ project }), [project]);
  const resource = useResource<Report>("/policy/boundaries", params);
  const router = useRouter();
  const { path, query } = useStore(router.place);
  const shown = CHOICES.find(({ value }) => value === query.get("held"))?.value ?? "all";
  const choose = (value: string) => {
    const next = new URLSearchParams(query);
    next.set("held", value);
    router.go(`${path}?${next}`, { isReplaced: true });
  };
  return (
    <Loaded resource={resource} label="Asking each boundary what it holds">
      {(report) => (
        <>
          <Counts report={report} />
          <LayerPanel report={report} />
          <Choice label="Show" value={shown} options={CHOICES} onChoose={choose} />
          <RuleTable report={report} shown={shown} />
          <Command line={report.command} label="What holds it here" />
          <Command line={report.compileCommand} label="What settings of the client hold" />
        </>
      )}
    </Loaded>
  );
}

const restricting = ({ rules }: Report) => rules.filter(({ verdict }) => verdict !== "allow");

function Counts({ report }: { readonly report: Report }) {
  const rules = restricting(report);
  const further = rules.filter(({ here }) => holding(here).some((one) => one.boundary !== GUARD));
  const without = rules.filter(({ settings }) => holding(settings).length > 0);
  const alone = rules.filter(isAlone);
  return (
    <Stats>
      <Stat
        name="Rules that deny or ask"
        value={formatCount(rules.length)}
        note={<Text value={report.policy} limit={60} />}
      />
      <Stat name="Held here by more than the guard" value={formatCount(further.length)} />
      <Stat
        name="Held by settings alone"
        value={report.uncompiled === null ? formatCount(without.length) : "-"}
        note="in part at least, with the guard gone"
      />
      <Stat
        name="Held by the guard alone"
        tone={alone.length > 0 ? "warn" : "good"}
        value={report.uncompiled === null ? formatCount(alone.length) : "-"}
      />
    </Stats>
  );
}

function LayerPanel({ report: { layers, uncompiled } }: { readonly report: Report }) {
  return (
    <Panel title="Boundaries here" isWide>
      <ul class="lines">
        {layers.map(({ boundary, works, why, repair }) => (
          <li key={boundary}>
            <Badge word={works ? "works" : "does not work"} tone={works ? "good" : "quiet"} />{" "}
            <Text value={titleOf(boundary)} limit={80} isBrief />
            {why !== null && (
              <span class="under">
                <Text value={why} limit={300} />
              </span>
            )}
            {repair !== null && repair !== "" && (
              <span class="under">
                To repair it: <Text value={repair} limit={300} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {uncompiled !== null && (
        <p role="alert">
          What settings of the client would hold cannot be told:{" "}
          <Text value={uncompiled} limit={400} />
        </p>
      )}
    </Panel>
  );
}

function RuleTable(props: { readonly report: Report; readonly shown: string }) {
  const { report, shown } = props;
  const rules = restricting(report).filter((one) =>
    shown === "alone" ? isAlone(one) : shown === "open" ? one.open.length > 0 : true,
  );
  return (
    <Table<RuleHolds>
      caption="Rules with what holds them"
      rows={rules}
      rowKey={({ rule, from }) => `${from} ${rule}`}
      columns={[
        {
          key: "verdict",
          head: "Verdict",
          cell: ({ verdict }) => <Badge word={verdict} />,
          sort: ({ verdict }) => verdict,
        },
        {
          key: "rule",
          head: "Rule",
          isWide: true,
          cell: (one) => <RuleCell one={one} />,
          sort: ({ rule }) => rule,
        },
        {
          key: "here",
          head: "Held here by",
          cell: ({ here }) => <Held holds={here} />,
          sort: ({ here }) => holding(here).length,
        },
        {
          key: "settings",
          head: "By settings alone",
          cell: ({ settings }) => <Held holds={settings} />,
          sort: ({ settings }) => holding(settings).length,
        },
      ]}
      empty={
        <Empty title="No rule is like that.">
          <p>Choose all rules to see what holds each of them.</p>
        </Empty>
      }
    />
  );
}

function RuleCell({ one: { rule, from, reason, here, settings, open } }: { one: RuleHolds }) {
  return (
    <>
      <Text value={rule} isCode limit={120} />
      <span class="under">
        <Text value={reason} limit={240} /> (<Text value={from} limit={80} />)
      </span>
      <details>
        <summary>How, and what stays open with the guard gone</summary>
        <ul class="lines">
          {here.map((hold) => (
            <HowLine key={hold.boundary} hold={hold} where="here" />
          ))}
          {settings.map((hold) => (
            <HowLine key={hold.boundary} hold={hold} where="by settings" />
          ))}
          {open.map((gap) => (
            <li key={gap}>
              <Badge word="open" /> <Text value={gap} limit={300} />
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function HowLine({ hold, where }: { readonly hold: Hold; readonly where: string }) {
  const { boundary, extent, how } = hold;
  return (
    <li>
      <Text value={`${titleOf(boundary)} ${where}: ${EXTENTS[extent]}`} limit={200} isBrief />
      {how !== "" && (
        <span class="under">
          <Text value={how} limit={400} />
        </span>
      )}
    </li>
  );
}

function Held({ holds }: { readonly holds: readonly Hold[] }) {
  const some = holds.filter(({ extent }) => extent !== "none");
  if (some.length === 0) return <span class="quiet">nothing</span>;
  return (
    <ul class="lines">
      {some.map(({ boundary, extent }) => (
        <li key={boundary}>
          <Badge
            word={`${titleOf(boundary)}: ${extent === "whole" ? "all" : "part"}`}
            tone={extent === "whole" ? "good" : "warn"}
          />
        </li>
      ))}
    </ul>
  );
}
