// Machines that reported: those out of policy first, each with why.
import { plainLine } from "../parts/marks.ts";
import { useState } from "preact/hooks";
import { useMe } from "../core/app.ts";
import { Badge } from "../parts/badge.tsx";
import { Choice } from "../parts/field.tsx";
import { Panel } from "../parts/panel.tsx";
import { Empty } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { number } from "./fleet-parts.tsx";

type Machine = {
  readonly machine: string;
  readonly seenMs: number;
  readonly isThere: boolean;
  readonly product: string;
  readonly client: string;
  readonly system: string;
  readonly canary: string;
  readonly policy: { readonly version: number; readonly stage: string } | null;
  readonly drift: number;
  /** Why it is out of policy; empty where it is not. */
  readonly reasons: readonly string[];
};
/** What an answer about the fleet says of machines. */
export type Reported = {
  readonly folder: string | null;
  readonly machines?: readonly Machine[];
  readonly moreMachines?: number;
  readonly outOfPolicy?: number;
};

const SHOWN = [
  { value: "all", label: "All machines" },
  { value: "out", label: "Out of policy" },
] as const;
type Shown = (typeof SHOWN)[number]["value"];

const sessionsOf = ({ machine }: Pick<Machine, "machine">) =>
  `/sessions?${new URLSearchParams({ project: machine })}`;

/** A machine of a team leads to its sessions. */
const columnsOf = (isTeam: boolean): readonly Column<Machine>[] => [
  {
    key: "machine",
    head: "Machine",
    cell: ({ machine, system, product, client }) => (
      <>
        {isTeam ? (
          <a href={sessionsOf({ machine })}>
            <Text value={machine} limit={120} />
          </a>
        ) : (
          <Text value={machine} limit={120} />
        )}
        <span class="under">
          <Text value={[system, product, client].filter(Boolean).join(", ")} limit={120} />
        </span>
      </>
    ),
    sort: ({ machine }) => machine,
  },
  {
    key: "reasons",
    head: "Why out of policy",
    isWide: true,
    cell: ({ reasons }) =>
      reasons.length === 0 ? (
        <Badge word="in policy" tone="good" />
      ) : (
        reasons.map((reason) => (
          <div key={reason}>
            <Badge word="out of policy" tone="bad" /> <Text value={reason} limit={160} />
          </div>
        ))
      ),
    sort: ({ reasons }) => reasons.length,
  },
  {
    key: "policy",
    head: "Policy",
    cell: ({ policy }) =>
      policy === null ? "none" : `version ${policy.version}, ${plainLine(policy.stage, 40)}`,
    sort: ({ policy }) => policy?.version ?? 0,
  },
  {
    key: "canary",
    head: "Probes",
    cell: ({ canary }) => <Badge word={canary} tone={canary === "held" ? "good" : "warn"} />,
    sort: ({ canary }) => canary,
  },
  number<Machine>("drift", "Drift", ({ drift }) => drift),
  {
    key: "seen",
    head: "Seen",
    cell: ({ seenMs, isThere }) => (
      <>
        <Time ms={seenMs} />
        {!isThere && <span class="under">not within a day</span>}
      </>
    ),
    sort: ({ seenMs }) => seenMs,
  },
];

/** Nothing on one machine to which none reports. */
export function Machines({ folder, machines = [], moreMachines = 0, outOfPolicy = 0 }: Reported) {
  const [shown, setShown] = useState<Shown>("all");
  const { team = null } = useMe();
  if (team === null && folder === null && machines.length === 0) return null;
  const rows = shown === "all" ? machines : machines.filter(({ reasons }) => reasons.length > 0);
  return (
    <Panel
      title="Machines that reported"
      isWide
      actions={<Choice label="Show" value={shown} options={SHOWN} onChoose={setShown} />}
    >
      <p>
        {formatCount(outOfPolicy)} of {formatCount(machines.length + moreMachines)} out of policy.
      </p>
      <Table<Machine>
        caption="Machines that reported, those out of policy first"
        rows={rows}
        rowKey={({ machine }) => machine}
        {...(team === null ? {} : { rowHref: sessionsOf })}
        columns={columnsOf(team !== null)}
        empty={
          machines.length > 0 ? (
            <Empty title="No machine is out of policy." />
          ) : (
            <Empty title="No machine has reported." command="sallyport collector join --help">
              <p>A machine reports every ninety seconds from when it hands its log in.</p>
            </Empty>
          )
        }
      />
      {moreMachines > 0 && <p>and {formatCount(moreMachines)} more</p>}
    </Panel>
  );
}
