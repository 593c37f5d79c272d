// The fleet: machines and releases, the fifteen steps, what the guard costs people, and what ends or is due soon. Decisions are typed.
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { plainLine } from "../parts/marks.ts";
import { PageFrame, Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import type { PageProps } from "./index.ts";
import { NoFleet, number } from "./fleet-parts.tsx";
import { Machines, type Reported } from "./fleet-machines.tsx";
import { Steps } from "./fleet-steps.tsx";
import { FrictionPart } from "./fleet-friction.tsx";
import { EndsPart } from "./fleet-ends.tsx";

type Tier = {
  readonly tier: string;
  readonly machines: number;
  readonly online: number;
  readonly current: number;
  readonly verified: number;
  readonly drifted: number;
};
type Release = {
  readonly name: string;
  readonly standing: "running" | "held" | "taken-back" | "complete";
  readonly reason: string;
  readonly percent: number | null;
  readonly stage: string;
  readonly sinceMs: number;
  readonly evidence: Readonly<
    Record<"machines" | "online" | "adopted" | "unverified" | "drifted" | "calls" | "asked", number>
  >;
  readonly due: "wait" | "advance" | "hold" | "take-back";
  readonly reasons: readonly string[];
  readonly actions: readonly { readonly label: string; readonly line: string }[];
};
type Status = Reported & {
  readonly command: string;
  readonly folder: string | null;
  readonly name: string;
  readonly tiers: readonly Tier[];
  readonly tracks: readonly Release[];
  readonly moreTracks: number;
  readonly without: readonly string[];
  readonly moreWithout: number;
  readonly publish: string;
};
const STANDINGS = {
  "taken-back": ["taken back", "bad"],
  held: ["held", "bad"],
  running: ["under way", "plain"],
  complete: ["complete", "good"],
} as const satisfies Readonly<Record<Release["standing"], readonly [string, Tone]>>;
const STANDING_ORDER = Object.keys(STANDINGS);
const DUE = {
  wait: "It waits",
  advance: "It goes on with the next tick.",
  hold: "It is due to be held",
  "take-back": "It is due to be taken back",
} as const satisfies Readonly<Record<Release["due"], string>>;
export function Page({ query }: PageProps) {
  return (
    <PageFrame
      title="Fleet"
      about="Many machines under one policy, ring by ring. Figures that machines report take a release on, hold it or take it back. This page decides nothing: its commands are typed at a terminal."
    >
      <Tabs
        label="Parts of the fleet"
        tabs={[
          { key: "releases", title: "Machines and releases", body: () => <Releases /> },
          { key: "steps", title: "Fifteen steps", body: () => <Steps /> },
          { key: "friction", title: "Friction", body: () => <FrictionPart query={query} /> },
          { key: "ends", title: "Ends soon, due", body: () => <EndsPart /> },
        ]}
      />
    </PageFrame>
  );
}

function Releases() {
  const resource = useResource<Status>("/fleet");
  return (
    <Loaded resource={resource} label="Reading what machines reported">
      {(status) => (
        <>
          <Machines {...status} />
          {status.folder === null ? (
            <NoFleet command={status.command} />
          ) : (
            <StatusView {...status} />
          )}
        </>
      )}
    </Loaded>
  );
}

function StatusView(props: Status) {
  const { command, name, tiers, tracks, moreTracks, without, moreWithout, publish } = props;
  const sum = (of: (tier: Tier) => number) => tiers.reduce((total, one) => total + of(one), 0);
  const online = sum((one) => one.online);
  const stopped = tracks.filter(({ standing }) => ["held", "taken-back"].includes(standing));
  const missing = without.length + moreWithout;
  return (
    <>
      <Stats>
        <Stat
          name="Machines"
          value={formatCount(sum((one) => one.machines))}
          note={`${formatCount(online)} were there within a day`}
        />
        <Stat
          name="Without what they are to have"
          tone={missing > 0 ? "warn" : "plain"}
          value={formatCount(missing)}
          note="of those that are there"
        />
        <Stat
          name="Not verified"
          tone={online > sum((one) => one.verified) ? "warn" : "plain"}
          value={formatCount(Math.max(0, online - sum((one) => one.verified)))}
          note="their probes did not hold, or were not tried"
        />
        <Stat
          name="Releases held or taken back"
          tone={stopped.length > 0 ? "bad" : "plain"}
          value={formatCount(stopped.length)}
          note={`of ${formatCount(tracks.length + moreTracks)}`}
        />
      </Stats>
      <Panel title="Releases" isWide>
        <Table<Release>
          caption="Releases with ring, stage, and what each waits for"
          rows={tracks}
          sorting={{ key: "standing", isDescending: false }}
          rowKey={(one) => one.name}
          columns={[
            {
              key: "standing",
              head: "State",
              cell: ({ standing }) => (
                <Badge word={STANDINGS[standing][0]} tone={STANDINGS[standing][1]} />
              ),
              sort: ({ standing }) => STANDING_ORDER.indexOf(standing),
            },
            {
              key: "name",
              head: "Release",
              isWide: true,
              cell: (release) => <ReleaseLines release={release} />,
              sort: (one) => one.name,
            },
            {
              key: "ring",
              head: "Ring, stage",
              cell: ({ standing, percent, stage }) =>
                standing === "complete" ? (
                  "everywhere"
                ) : (
                  <>
                    {percent === null ? "-" : `${percent} %`}
                    <span class="under">
                      <Text value={stage} limit={40} />
                    </span>
                  </>
                ),
              sort: ({ percent }) => percent ?? 0,
            },
            {
              key: "since",
              head: "Since",
              cell: ({ sinceMs }) => <Time ms={sinceMs} />,
              sort: ({ sinceMs }) => sinceMs,
            },
          ]}
          empty={
            <Empty
              title="No release was begun."
              command="sallyport fleet release baseline --key fleet.key"
            >
              <p>It begins with one machine of a hundred in each tier, which observes it.</p>
            </Empty>
          }
        />
        {moreTracks > 0 && <p>and {formatCount(moreTracks)} more</p>}
      </Panel>
      <Panel title="Machines by tier" isWide>
        <Table<Tier>
          caption="Machines by tier"
          rows={tiers}
          rowKey={({ tier }) => tier}
          columns={[
            {
              key: "tier",
              head: "Tier",
              isWide: true,
              cell: ({ tier }) => <Text value={tier} limit={60} />,
              sort: ({ tier }) => tier,
            },
            number<Tier>("machines", "Machines", (one) => one.machines),
            number<Tier>("online", "There", (one) => one.online),
            number<Tier>("current", "As they are to be", (one) => one.current),
            number<Tier>("verified", "Verified", (one) => one.verified),
            number<Tier>("drifted", "With drift", (one) => one.drifted),
          ]}
          empty={
            <Empty
              title="No machine is known."
              command="sallyport fleet import laptops.csv --kind devices --source jamf"
            >
              <p>
                Machines come from exports of other systems, and from those that report to the
                collector.
              </p>
            </Empty>
          }
        />
        {missing > 0 && (
          <>
            <p>
              {formatCount(missing)} machines that are there do not have what they are to have:{" "}
              <Text value={without.join(", ")} limit={600} />
              {moreWithout > 0 && ` and ${formatCount(moreWithout)} more`}
            </p>
            <Command line={publish} label="Hand it out" />
          </>
        )}
      </Panel>
      <p class="quiet">
        The fleet <Text value={name} limit={80} />.
      </p>
      <Command line={command} label="In the terminal" />
    </>
  );
}

function ReleaseLines({ release }: { readonly release: Release }) {
  const { name, standing, reason, due, reasons, evidence, actions } = release;
  const { machines, online, adopted, calls, asked } = evidence;
  const isOpen = standing === "running" || standing === "held";
  // What holds it stands among the reasons too.
  const why = standing === "taken-back" ? [reason] : standing === "running" ? reasons : [];
  return (
    <>
      <Text value={name} limit={160} />
      {standing === "held" && (
        <span class="under">
          Held: <Text value={reason} limit={600} />
        </span>
      )}
      {standing === "running" && (
        <span class="under">
          {DUE[due]}
          {why.length > 0 && ":"}
        </span>
      )}
      {why.map((one) => (
        <span class="under" key={one}>
          <Text value={one} limit={600} />
        </span>
      ))}
      {isOpen && (
        <span class="under">
          Its ring: {formatCount(machines)} machines, {formatCount(online)} there,{" "}
          {formatCount(adopted)} have it, {formatCount(calls)} calls, {formatCount(asked)} questions
        </span>
      )}
      {actions.map(({ label, line }) => (
        <Command key={label} line={line} label={plainLine(label, 120)} />
      ))}
    </>
  );
}
