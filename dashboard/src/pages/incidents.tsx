// Incidents, those of one detection, project and person as one row: narrowed, searched, and decided many at once; and what is cut off.
import { useMemo, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useRouter } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { PageFrame } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { BlockPanel } from "./block-panel.tsx";
import { IncidentBulk } from "./incident-bulk.tsx";
import {
  type FacetName,
  FACETS,
  grouped,
  type IncidentGroup,
  levelRank,
  narrowed,
  OUTCOMES,
} from "./incident-groups.ts";
import type { IncidentRow } from "./incident-answer.ts";
import type { PageProps } from "./index.ts";

type Incidents = {
  readonly command: string;
  readonly items: readonly IncidentRow[];
  readonly omitted: number;
  readonly damaged: number;
};

const STATES = [
  { value: "open", label: "Not closed" },
  { value: "closed", label: "Closed" },
  { value: "all", label: "All" },
] as const;
const SHOWN_AS = [
  { value: "groups", label: "Grouped" },
  { value: "each", label: "One by one" },
] as const;
const LABELS: readonly (readonly [name: FacetName, label: string])[] = [
  ["level", "Level"],
  ["rule", "Detection"],
  ["project", "Project"],
  ["person", "Person"],
  ["outcome", "Outcome"],
  ["owner", "Assignee"],
];

export function Page({ query }: PageProps) {
  const router = useRouter();
  const state = STATES.find(({ value }) => value === query.get("state"))?.value ?? "open";
  const params = useMemo(() => ({ state }), [state]);
  const resource = useResource<Incidents>("/incidents", params, {
    live: ["changed"],
    what: ["incidents"],
    everyMs: 15_000,
  });
  const at = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes))
      if (value === "") next.delete(name);
      else next.set(name, value);
    return next.size === 0 ? "/incidents" : `/incidents?${next}`;
  };
  const set = (name: string, value: string) =>
    router.go(at({ [name]: value }), { isReplaced: true });
  return (
    <PageFrame
      title="Alerts and incidents"
      about="What was detected while it happened, and what people do about it."
      command={resource.value?.command}
    >
      <Loaded resource={resource} label="Reading the incidents">
        {({ items, damaged, omitted }) => (
          <>
            {damaged > 0 && (
              <p role="alert">
                {formatCount(damaged)} files of incidents cannot be read; the terminal names them.
              </p>
            )}
            {omitted > 0 && <p>{formatCount(omitted)} older ones are in the terminal alone.</p>}
            <Narrow items={items} query={query} state={state} set={set} />
            <Found items={items} query={query} state={state} at={at} reload={resource.reload} />
          </>
        )}
      </Loaded>
      <BlockPanel />
    </PageFrame>
  );
}

function Narrow(props: {
  readonly items: readonly IncidentRow[];
  readonly query: URLSearchParams;
  readonly state: (typeof STATES)[number]["value"];
  readonly set: (name: string, value: string) => void;
}) {
  const { items, query, state, set } = props;
  const each = query.get("as") === "each" ? "each" : "groups";
  return (
    <div class="facets" role="search" aria-label="Which incidents">
      <Field
        label="Search"
        type="search"
        value={query.get("q") ?? ""}
        onInput={(value) => set("q", value)}
        charsMax={120}
      />
      <Choice
        label="State"
        value={state}
        options={STATES}
        onChoose={(value) => set("state", value === "open" ? "" : value)}
      />
      {LABELS.map(([name, label]) => (
        <Choice
          key={name}
          label={label}
          value={query.get(name) ?? ""}
          options={optionsOf(narrowed(items, query, name), name, query.get(name) ?? "")}
          onChoose={(value) => set(name, value)}
        />
      ))}
      <Choice
        label="Show"
        value={each}
        options={SHOWN_AS}
        onChoose={(value) => set("as", value === "each" ? value : "")}
      />
    </div>
  );
}

/** What a choice offers: what the other choices leave, with how many. */
function optionsOf(rows: readonly IncidentRow[], name: FacetName, chosen: string) {
  const counts = new Map<string, number>();
  for (const row of rows)
    for (const value of FACETS[name](row))
      if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  if (chosen !== "" && !counts.has(chosen)) counts.set(chosen, 0);
  const byCount = [...counts].toSorted(([, one], [, other]) => other - one);
  return [
    { value: "", label: "Any" },
    ...byCount.map(([value, count]) => ({
      value,
      label: `${plainLine(shortName(name, value), 80)} (${formatCount(count)})`,
    })),
  ];
}

function shortName(name: FacetName, value: string): string {
  if (name === "outcome") return OUTCOMES[value] ?? value;
  return name === "project" ? value.slice(value.lastIndexOf("/") + 1) : value;
}

function Found(props: {
  readonly items: readonly IncidentRow[];
  readonly query: URLSearchParams;
  readonly state: string;
  readonly at: (changes: Readonly<Record<string, string>>) => string;
  readonly reload: () => void;
}) {
  const { items, query, state, at, reload } = props;
  const rows = useMemo(() => narrowed(items, query), [items, query.toString()]);
  const isEach = query.get("as") === "each";
  const groups = useMemo(
    () => (isEach ? rows.flatMap((row) => grouped([row])) : grouped(rows)),
    [rows, isEach],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const picked = rows.filter(({ id }) => chosen.has(id));
  const toggle = ({ incidents }: IncidentGroup) => {
    const next = new Set(chosen);
    const isAll = incidents.every(({ id }) => next.has(id));
    for (const { id } of incidents)
      if (isAll) next.delete(id);
      else next.add(id);
    setChosen(next);
  };
  /** One is opened; of several those are listed. */
  const hrefOf = ({ incidents, newest, rule, project, person }: IncidentGroup) =>
    incidents.length === 1
      ? `/incidents/${segment(newest.id)}`
      : at({ as: "each", rule, project: project ?? "", person: person ?? "" });
  return (
    <>
      <IncidentBulk
        picked={picked}
        all={rows}
        onAll={() => setChosen(new Set(rows.map(({ id }) => id)))}
        onNone={() => setChosen(new Set())}
        onDone={() => {
          setChosen(new Set());
          reload();
        }}
      />
      <Table<IncidentGroup>
        caption="Incidents"
        rows={groups}
        rowKey={({ key, newest }) => (isEach ? newest.id : key)}
        rowHref={hrefOf}
        columns={[
          {
            key: "pick",
            head: "Select",
            cell: (group) => (
              <input
                type="checkbox"
                class="pick"
                aria-label={`Select ${plainLine(group.newest.title, 80)}`}
                checked={group.incidents.every(({ id }) => chosen.has(id))}
                onChange={() => toggle(group)}
              />
            ),
          },
          {
            key: "level",
            head: "Level",
            cell: ({ level }) => <Badge word={level} />,
            sort: ({ level }) => levelRank(level),
          },
          {
            key: "title",
            head: "What happened",
            isWide: true,
            cell: (group) => <Title group={group} href={hrefOf(group)} />,
            sort: ({ newest }) => newest.title,
          },
          {
            key: "outcome",
            head: "Outcome",
            cell: ({ outcomes }) =>
              outcomes.length === 0 ? (
                "unknown"
              ) : (
                <Text value={outcomes.map((one) => OUTCOMES[one] ?? one).join(", ")} limit={80} />
              ),
            sort: ({ outcomes }) => outcomes.join(" "),
          },
          {
            key: "count",
            head: "Incidents",
            isNumber: true,
            cell: ({ incidents }) => formatCount(incidents.length),
            sort: ({ incidents }) => incidents.length,
          },
          {
            key: "owner",
            head: "Assignee",
            cell: ({ owners, newest }) => (
              <>
                <Text value={owners.join(", ")} limit={60} />
                <span class="under">
                  <Text value={newest.state} limit={40} />
                  {newest.steps > 0 && `, step ${newest.stepsDone} of ${newest.steps}`}
                </span>
              </>
            ),
            sort: ({ owners }) => owners.join(" "),
          },
          {
            key: "first",
            head: "First",
            cell: ({ firstMs }) => <Time ms={firstMs} as="ago" />,
            sort: ({ firstMs }) => firstMs,
          },
          {
            key: "last",
            head: "Last",
            cell: ({ lastMs }) => <Time ms={lastMs} as="ago" />,
            sort: ({ lastMs }) => lastMs,
          },
        ]}
        empty={<Nothing isNarrowed={items.length > 0} state={state} />}
      />
    </>
  );
}

function Title({ group, href }: { readonly group: IncidentGroup; readonly href: string }) {
  const { newest, project, person, alerts, rule } = group;
  const where = project === null ? null : project.slice(project.lastIndexOf("/") + 1);
  return (
    <>
      {newest.drill && <Badge word="drill" tone="quiet" />}{" "}
      <a href={href}>
        <Text value={newest.title} limit={160} />
      </a>
      <span class="under">
        {person !== null && (
          <>
            <Text value={person} limit={60} />
            {where === null ? ", " : " in "}
          </>
        )}
        {where !== null && (
          <>
            <Text value={where} limit={60} />
            {", "}
          </>
        )}
        <Text value={rule} isCode limit={80} />, {formatCount(alerts)}{" "}
        {alerts === 1 ? "alert" : "alerts"}
      </span>
    </>
  );
}

function Nothing({ isNarrowed, state }: { readonly isNarrowed: boolean; readonly state: string }) {
  if (isNarrowed)
    return (
      <Empty title="No incident meets these choices.">
        <p>
          Take one away, or look at <a href="/incidents">all that are not closed</a>.
        </p>
      </Empty>
    );
  return (
    <Empty
      title={state === "closed" ? "No incident was closed." : "No incident is open."}
      command="sallyport incident drill credential-exposure"
    >
      <p>Alerts that belong together become an incident by themselves. A drill shows how.</p>
    </Empty>
  );
}
