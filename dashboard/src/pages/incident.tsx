// One incident: where it stands, its next step, its story, its alerts, its playbooks and its evidence.
import { useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { quotedForShell } from "../../../src/base/shell-quoting.ts";
import { mayAs } from "../core/session.ts";
import { AtTerminal, reasonWord } from "../parts/at-terminal.tsx";
import { Badge } from "../parts/badge.tsx";
import { Field } from "../parts/field.tsx";
import { Pairs, PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import type { Action, Alert, IncidentAnswer } from "./incident-answer.ts";
import { Evidence, NextStep, Orders, Playbooks } from "./incident-response.tsx";
import { IncidentStory } from "./incident-story.tsx";
import type { PageProps } from "./index.ts";

export function Page({ params }: PageProps) {
  const id = params["id"] ?? "";
  const resource = useResource<IncidentAnswer>(
    `/incidents/${segment(id)}`,
    {},
    {
      live: ["changed"],
      what: ["incidents"],
      everyMs: 15_000,
    },
  );
  return (
    <PageFrame title="Incident" command={resource.value?.command}>
      <Loaded resource={resource} label="Reading the incident">
        {(value) => <Body answer={value} reload={resource.reload} />}
      </Loaded>
    </PageFrame>
  );
}

function Body({
  answer,
  reload,
}: {
  readonly answer: IncidentAnswer;
  readonly reload: () => void;
}) {
  const { incident, outcome, sessions } = answer;
  const mayAct = mayAs(useMe().role, "responder");
  return (
    <>
      <Panels>
        <Panel title="Where it stands">
          <p class="lead">
            <Text value={incident.title} limit={300} />
          </p>
          <Pairs
            rows={[
              ["ID", <Text key="id" value={incident.id} isCode />],
              ["Level", <Badge key="level" word={incident.level} />],
              ["State", <Badge key="state" word={incident.state} />],
              [
                "Assignee",
                incident.owner === null ? "unassigned" : <Text key="o" value={incident.owner} />,
              ],
              ["Opened", <Time key="opened" ms={incident.openedMs} as="both" />],
              ["Last change", <Time key="updated" ms={incident.updatedMs} as="both" />],
              ...(outcome === null
                ? []
                : [
                    [
                      "How it was possible",
                      <Text key="outcome" value={outcome} limit={60} />,
                    ] as const,
                  ]),
              ...(incident.drill
                ? [["Drill", "made up to practise; nobody is told of it"] as const]
                : []),
            ]}
          />
        </Panel>
        <Panel title="Next step">
          <NextStep answer={answer} reload={reload} />
        </Panel>
        {mayAct && (
          <Panel title="Other actions">
            <Orders answer={answer} reload={reload} />
          </Panel>
        )}
        <Panel title="Sessions">
          {sessions.length === 0 ? (
            <Empty title="No session is known.">
              <p>Its events name none, or their key was destroyed.</p>
            </Empty>
          ) : (
            <ul class="lines">
              {sessions.map((one) => (
                <li key={one}>
                  <a href={`/log?${new URLSearchParams({ filter: `session:${one}` })}`}>
                    <Text value={one} isCode limit={80} />
                  </a>{" "}
                  <HeldSession id={one} />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </Panels>
      <Tabs
        label="Parts of the incident"
        tabs={[
          { key: "chain", title: "Story", body: () => <IncidentStory id={incident.id} /> },
          { key: "timeline", title: "Alerts and actions", body: () => <Timeline {...answer} /> },
          {
            key: "playbooks",
            title: "Playbooks",
            body: () => <Playbooks answer={answer} reload={reload} />,
          },
          { key: "evidence", title: "Evidence", body: () => <Evidence id={incident.id} /> },
        ]}
      />
    </>
  );
}

type Held = { readonly items: readonly { readonly session: string; readonly what: string }[] };

/** Whether every call of a session is refused now, and how it is let go. */
function HeldSession({ id }: { readonly id: string }) {
  const resource = useResource<Held>("/held-sessions", {}, { live: ["changed"] });
  const { role } = useMe();
  const held = resource.value?.items.find(({ session }) => session === id);
  const [reason, setReason] = useState("");
  if (held === undefined) return null;
  return (
    <>
      <Badge word="quarantined" tone="warn" />
      {mayAs(role, "responder") && (
        <AtTerminal<Held>
          title="Release"
          command={`sallyport session release ${quotedForShell(id)} --reason ${reasonWord(reason)}`}
          why="Letting a held session go on is signed at a terminal, so that no session releases itself."
          watch={{
            path: "/held-sessions",
            isDone: ({ items }) => !items.some(({ session }) => session === id),
          }}
          onDone={resource.reload}
        >
          <p>
            It is held because <Text value={held.what} limit={300} />. Released, its calls are
            judged by the policy again.
          </p>
          <Field label="Why it may go on" value={reason} onInput={setReason} charsMax={300} />
        </AtTerminal>
      )}
    </>
  );
}

type Moment =
  | { readonly kind: "alert"; readonly atMs: number; readonly alert: Alert }
  | { readonly kind: "action"; readonly atMs: number; readonly action: Action };

function Timeline({ alerts, alertsOmitted, actions }: IncidentAnswer) {
  const moments: readonly Moment[] = [
    ...alerts.map((alert) => ({ kind: "alert" as const, atMs: alert.timeMs, alert })),
    ...actions.map((action) => ({ kind: "action" as const, atMs: action.atMs, action })),
  ].toSorted((one, other) => other.atMs - one.atMs);
  return (
    <>
      {alertsOmitted > 0 && <p>{alertsOmitted} earlier alerts are counted and not kept here.</p>}
      <Table<Moment>
        caption="What happened and what was done, the newest first"
        rows={moments}
        rowKey={(one) =>
          one.kind === "alert" ? one.alert.id : `${one.atMs} ${one.action.what} ${one.action.by}`
        }
        columns={[
          { key: "at", head: "When", cell: ({ atMs }) => <Time ms={atMs} as="both" /> },
          {
            key: "what",
            head: "What",
            isWide: true,
            cell: (one) =>
              one.kind === "alert" ? (
                <AlertCell alert={one.alert} />
              ) : (
                <ActionCell action={one.action} />
              ),
          },
        ]}
      />
    </>
  );
}

function AlertCell({ alert }: { readonly alert: Alert }) {
  const { level, title, rule, events, repeats } = alert;
  return (
    <>
      <Badge word={level} /> <Text value={title} limit={200} />
      <span class="under">
        <Text value={rule} isCode limit={80} />
        {repeats > 0 && `, ${repeats} more before`}
        {events.map((index) => (
          <span key={index}>
            {" "}
            <a href={`/log/${index}`}>event {index}</a>
          </span>
        ))}
      </span>
    </>
  );
}

function ActionCell({ action }: { readonly action: Action }) {
  const { what, by, note } = action;
  return (
    <>
      <Text value={what} limit={60} /> by <Text value={by} limit={60} />
      {note !== null && (
        <span class="under">
          <Text value={note} limit={400} isMultiline />
        </span>
      )}
    </>
  );
}
