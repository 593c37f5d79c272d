// Exceptions of a fleet that end soon, and tasks of the calendar that are due.
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { plainLine } from "../parts/marks.ts";
import { Panel } from "../parts/panel.tsx";
import { Stat, Stats } from "../parts/stat.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";
import { NoFleet } from "./fleet-parts.tsx";

type Exception = {
  readonly policy: string;
  readonly file: string;
  readonly id: string;
  readonly rules: readonly string[];
  readonly owner: string;
  readonly approver: string;
  readonly expires: string;
  readonly ends: "ended" | "soon" | "later";
  readonly remarks: readonly string[];
  /** Calls that rested on it; null where no machine reported any. */
  readonly used: number | null;
  readonly next: string;
};
type Task = {
  readonly id: string;
  readonly title: string;
  readonly every: string;
  readonly owner: string;
  readonly state: "overdue" | "due" | "open" | "unused";
  readonly dueMs: number | null;
  readonly doneMs: number | null;
  readonly commands: readonly string[];
  readonly next: string;
};
type Ends = {
  readonly command: string;
  readonly calendarCommand: string;
  readonly folder: string | null;
  readonly exceptions: readonly Exception[];
  readonly moreExceptions: number;
  /** The day from which uses are counted. */
  readonly usesSince: string;
  readonly ofPeople: number;
  readonly tasks: readonly Task[];
};

const ENDS = {
  ended: ["ended", "bad"],
  soon: ["ends soon", "warn"],
  later: ["in force", "quiet"],
} as const satisfies Readonly<Record<Exception["ends"], readonly [string, Tone]>>;
const TASKS = {
  overdue: ["overdue", "bad"],
  due: ["due", "warn"],
  open: ["in time", "good"],
  unused: ["no record yet", "quiet"],
} as const satisfies Readonly<Record<Task["state"], readonly [string, Tone]>>;
export function EndsPart() {
  const resource = useResource<Ends>("/fleet/ends");
  return (
    <Loaded resource={resource} label="Reading exceptions and the calendar">
      {({ command, calendarCommand, folder, exceptions, moreExceptions, ...rest }) => {
        const { usesSince, ofPeople, tasks } = rest;
        const ending = exceptions.filter(({ ends }) => ends !== "later").length;
        const late = tasks.filter(({ state }) => state === "overdue" || state === "due").length;
        return (
          <>
            <Stats>
              <Stat
                name="Exceptions that end soon, or ended"
                tone={ending > 0 ? "warn" : "plain"}
                value={folder === null ? "-" : formatCount(ending)}
                note={`of ${formatCount(exceptions.length + moreExceptions)} in policies`}
              />
              <Stat
                name="Granted by people"
                value={folder === null ? "-" : formatCount(ofPeople)}
                note="on their machines"
              />
              <Stat
                name="Tasks that are due"
                tone={late > 0 ? "warn" : "plain"}
                value={formatCount(late)}
                note={`of ${formatCount(tasks.length)}`}
              />
            </Stats>
            <Panel title="Exceptions of the policies" isWide>
              {folder === null ? (
                <NoFleet command={command} />
              ) : (
                <Exceptions
                  rows={exceptions}
                  more={moreExceptions}
                  since={usesSince}
                  command={command}
                />
              )}
            </Panel>
            <Panel title="Tasks that come back" isWide>
              <Tasks rows={tasks} command={calendarCommand} />
            </Panel>
          </>
        );
      }}
    </Loaded>
  );
}

function Exceptions(props: {
  readonly rows: readonly Exception[];
  readonly more: number;
  readonly since: string;
  readonly command: string;
}) {
  const { rows, more, since, command } = props;
  return (
    <>
      <Table<Exception>
        caption="Exceptions, those that end first before the others"
        rows={rows}
        sorting={{ key: "expires", isDescending: false }}
        rowKey={({ policy, id }) => `${policy} ${id}`}
        columns={[
          {
            key: "ends",
            head: "State",
            cell: ({ ends }) => <Badge word={ENDS[ends][0]} tone={ENDS[ends][1]} />,
          },
          {
            key: "what",
            head: "Exception",
            isWide: true,
            cell: ({ id, policy, rules, remarks, file, ends, next }) => (
              <>
                <Text value={id} limit={160} /> of <Text value={policy} limit={80} />
                <span class="under">
                  <Text value={rules.join(", ")} isCode limit={300} />
                </span>
                {remarks.map((remark) => (
                  <span class="under" key={remark}>
                    <Text value={remark} limit={200} />
                  </span>
                ))}
                {ends !== "later" && (
                  <Command
                    line={next}
                    label={`When it was taken out of ${plainLine(file, 120)}, or renewed there`}
                  />
                )}
              </>
            ),
            sort: ({ id }) => id,
          },
          {
            key: "used",
            head: "Calls",
            isNumber: true,
            cell: ({ used }) =>
              used === null ? <span class="quiet">not reported</span> : formatCount(used),
            sort: ({ used }) => used ?? -1,
          },
          {
            key: "owner",
            head: "Owner, approver",
            cell: ({ owner, approver }) => (
              <>
                <Text value={owner} limit={80} />
                <span class="under">
                  <Text value={approver} limit={80} />
                </span>
              </>
            ),
            sort: ({ owner }) => owner,
          },
          {
            key: "expires",
            head: "Until",
            cell: ({ expires }) => <Text value={expires} limit={40} />,
            sort: ({ expires }) => expires,
          },
        ]}
        empty={
          <Empty title="No policy of the fleet gives an exception." command={command}>
            <p>Those that policies give stand here, with the day on which each ends.</p>
          </Empty>
        }
      />
      {more > 0 && <p>and {formatCount(more)} more</p>}
      {rows.some(({ used }) => used !== null) && (
        <p class="quiet">
          Calls are those that rested on the exception since <Text value={since} limit={40} />.
        </p>
      )}
      {rows.length > 0 && <Command line={command} label="In the terminal" />}
    </>
  );
}

function Tasks({ rows, command }: { readonly rows: readonly Task[]; readonly command: string }) {
  return (
    <>
      <Table<Task>
        caption="Tasks of the calendar, what is late first"
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          {
            key: "state",
            head: "State",
            cell: ({ state }) => <Badge word={TASKS[state][0]} tone={TASKS[state][1]} />,
          },
          {
            key: "task",
            head: "Task",
            isWide: true,
            cell: ({ title, commands, state, next }) => (
              <>
                <Text value={title} limit={200} />
                {(state === "overdue" || state === "due") && (
                  <>
                    {commands.map((line) => (
                      <Command key={line} line={line} />
                    ))}
                    <Command line={next} label="Record it" />
                  </>
                )}
              </>
            ),
            sort: ({ title }) => title,
          },
          {
            key: "owner",
            head: "Owner",
            cell: ({ owner, every }) => (
              <>
                <Text value={owner} limit={80} />
                <span class="under">
                  every <Text value={every} limit={40} />
                </span>
              </>
            ),
            sort: ({ owner }) => owner,
          },
          {
            key: "due",
            head: "Due",
            cell: ({ dueMs, doneMs }) => (
              <>
                {dueMs === null ? <span class="quiet">not yet</span> : <Time ms={dueMs} />}
                {doneMs !== null && (
                  <span class="under">
                    done <Time ms={doneMs} as="ago" />
                  </span>
                )}
              </>
            ),
            sort: ({ dueMs }) => dueMs ?? 0,
          },
        ]}
        empty={
          <Empty title="The calendar has no task." command={command}>
            <p>Tasks ship with the product.</p>
          </Empty>
        }
      />
      {rows.every(({ state }) => state === "unused") && rows.length > 0 && (
        <p class="quiet">Nothing is late before the first task is recorded.</p>
      )}
      <Command line={command} label="In the terminal" />
    </>
  );
}
