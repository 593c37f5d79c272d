// The fifteen steps of a rollout: which are met, what is next, and what blocks it.
import { useResource } from "../core/resource.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { formatCount } from "../parts/time-text.ts";
import { NoFleet, number } from "./fleet-parts.tsx";

type Step = {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly isMet: boolean;
  readonly about: string;
  readonly commands: readonly string[];
  readonly criteria: readonly {
    readonly text: string;
    readonly isMet: boolean;
    readonly why: string;
  }[];
};
type Plan = {
  readonly command: string;
  readonly folder: string | null;
  readonly steps: readonly Step[];
  readonly next: string | null;
};
export function Steps() {
  const resource = useResource<Plan>("/fleet/steps");
  return (
    <Loaded resource={resource} label="Trying the policies, and reading figures and attestations">
      {({ command, folder, steps, next }) => {
        if (folder === null) return <NoFleet command={command} />;
        const met = steps.filter(({ isMet }) => isMet).length;
        const now = steps.find(({ id }) => id === next);
        return (
          <>
            <Stats>
              <Stat
                name="Steps met"
                tone={met === steps.length ? "good" : "plain"}
                value={formatCount(met)}
                note={`of ${formatCount(steps.length)}`}
              />
              <Stat
                name="Next"
                value={<Text value={now?.title ?? "none"} limit={120} />}
                note={<Text value={now?.owner ?? "every step is met"} limit={80} />}
              />
            </Stats>
            {now !== undefined && (
              <Panel title={`Next: ${now.title}`} isWide>
                <p>
                  <Text value={now.about} limit={600} />
                </p>
                <p class="quiet">What blocks it:</p>
                <Criteria step={now} />
                {now.commands.map((line) => (
                  <Command key={line} line={line} />
                ))}
              </Panel>
            )}
            <Panel title="All steps" isWide>
              <Table<Step>
                caption="The fifteen steps of a rollout"
                rows={steps}
                rowKey={({ id }) => id}
                columns={[
                  number<Step>("number", "Step", (one) => one.number),
                  {
                    key: "state",
                    head: "State",
                    cell: ({ isMet }) => (
                      <Badge word={isMet ? "met" : "open"} tone={isMet ? "good" : "warn"} />
                    ),
                    sort: ({ isMet }) => Number(isMet),
                  },
                  {
                    key: "title",
                    head: "What",
                    isWide: true,
                    cell: (step) => (
                      <>
                        <Text value={step.title} limit={200} />
                        {!step.isMet && <Criteria step={step} />}
                      </>
                    ),
                  },
                  {
                    key: "owner",
                    head: "Owner",
                    cell: ({ owner }) => <Text value={owner} limit={80} />,
                    sort: ({ owner }) => owner,
                  },
                ]}
              />
            </Panel>
            <Command line={command} label="In the terminal" />
          </>
        );
      }}
    </Loaded>
  );
}

/** Those that are open. */
function Criteria({ step }: { readonly step: Step }) {
  return (
    <>
      {step.criteria
        .filter(({ isMet }) => !isMet)
        .map(({ text, why }) => (
          <span class="under" key={text}>
            <Text value={text} limit={300} />; <Text value={why} limit={300} />
          </span>
        ))}
    </>
  );
}
