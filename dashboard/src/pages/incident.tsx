// One incident: its alerts, what was done about it, its playbooks step by step, and what can be done now.
import { useEffect, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { quotedForShell } from "../../../src/base/shell-quoting.ts";
import { useSending } from "../core/sending.ts";
import { mayAs } from "../core/session.ts";
import { AtTerminal, reasonWord } from "../parts/at-terminal.tsx";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { saveText } from "../parts/download.tsx";
import { Field } from "../parts/field.tsx";
import { plainLine } from "../parts/marks.ts";
import { Pairs, PageFrame, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Fault, Loaded, Progress } from "../parts/state.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Table } from "../parts/table.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { Tree, treeOf } from "../parts/tree.tsx";
import type { IncidentRow } from "./incidents.tsx";
import { CloseIncident } from "./close-incident.tsx";
import type { PageProps } from "./index.ts";

type Alert = {
  readonly id: string;
  readonly timeMs: number;
  readonly rule: string;
  readonly title: string;
  readonly level: string;
  readonly repeats: number;
  readonly events: readonly number[];
};
type Action = {
  readonly atMs: number;
  readonly by: string;
  readonly what: string;
  readonly note: string | null;
};
type Step = {
  readonly id: string;
  readonly phase: string;
  readonly by: string;
  readonly do: string;
  readonly proof: string;
  readonly breakGlass: boolean;
  readonly run: readonly string[];
  readonly done: { readonly atMs: number; readonly by: string } | null;
};
type Playbook = {
  readonly id: string;
  readonly title: string;
  readonly startedMs: number;
  readonly by: string;
  readonly steps: readonly Step[];
};
/** The answer of `GET /incidents/:id`. */
type Answer = {
  readonly command: string;
  readonly incident: IncidentRow;
  readonly outcome: string | null;
  readonly alerts: readonly Alert[];
  readonly alertsOmitted: number;
  readonly actions: readonly Action[];
  readonly sessions: readonly string[];
  readonly playbooks: readonly Playbook[];
  readonly available: readonly {
    readonly id: string;
    readonly title: string;
    readonly isFor: boolean;
  }[];
};

export function Page({ params }: PageProps) {
  const id = params["id"] ?? "";
  const resource = useResource<Answer>(
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

function Body({ answer, reload }: { readonly answer: Answer; readonly reload: () => void }) {
  const { incident, outcome, sessions } = answer;
  return (
    <>
      <Panels>
        <Panel title="Where it stands">
          <p class="lead">
            <Text value={incident.title} limit={300} />
          </p>
          <Pairs
            rows={[
              ["Id", <Text key="id" value={incident.id} isCode />],
              ["Level", <Badge key="level" word={incident.level} />],
              ["State", <Badge key="state" word={incident.state} />],
              [
                "Who has it",
                incident.owner === null ? "nobody" : <Text key="o" value={incident.owner} />,
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
        <Panel title="What you can do">
          <Orders incident={incident} reload={reload} />
        </Panel>
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
          { key: "timeline", title: "Timeline", body: () => <Timeline {...answer} /> },
          {
            key: "playbooks",
            title: "Playbooks",
            body: () => <Playbooks answer={answer} reload={reload} />,
          },
          {
            key: "chain",
            title: "Reconstruction",
            body: () => <Reconstruction id={incident.id} />,
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

const ORDERS = [
  {
    what: "take",
    title: "Take it",
    isNoted: false,
    isDangerous: false,
    text: "You work on it: you own it from now on.",
  },
  {
    what: "note",
    title: "Note",
    isNoted: true,
    isDangerous: false,
    text: "What you found stands with the incident, sealed in the log.",
  },
  {
    what: "contain",
    title: "Contained",
    isNoted: false,
    isDangerous: false,
    text: "It goes no further. A new alert opens it again.",
  },
  {
    what: "quarantine",
    title: "Quarantine",
    isNoted: false,
    isDangerous: true,
    text: "Every further call of its sessions is refused, over restarts, until a person releases them at a terminal: `sallyport session release`.",
  },
] as const;

function Orders({
  incident,
  reload,
}: {
  readonly incident: IncidentRow;
  readonly reload: () => void;
}) {
  const api = useApi();
  const { role } = useMe();
  const { id, updatedMs: seenMs, state } = incident;
  const order = (body: object) => api.post(`/incidents/${segment(id)}/orders`, { seenMs, ...body });
  if (!mayAs(role, "responder")) return <p>You may look. A responder takes it on.</p>;
  const withNote = (note: string) => (note === "" ? {} : { note });
  if (state === "closed")
    return (
      <Confirm<unknown>
        title="Open again"
        note="Why"
        command={() => `sallyport incident reopen ${id}`}
        act={(note) => order({ what: "reopen", ...withNote(note) })}
        onDone={reload}
      >
        <p>It is open again, as it was left.</p>
      </Confirm>
    );
  return (
    <div class="form-actions">
      {ORDERS.map(({ what, title, isNoted, isDangerous, text }) => (
        <Confirm<unknown>
          key={what}
          title={title}
          note="Note"
          isNoteRequired={isNoted}
          isDangerous={isDangerous}
          command={() => `sallyport incident ${what} ${id}${isNoted ? ' --note "..."' : ""}`}
          act={(note) => order({ what, ...withNote(note) })}
          onDone={reload}
        >
          <p>{text}</p>
        </Confirm>
      ))}
      <CloseIncident
        id={id}
        act={(outcome, note) => order({ what: "close", outcome, ...withNote(note) })}
        onDone={reload}
      />
    </div>
  );
}

type Moment =
  | { readonly kind: "alert"; readonly atMs: number; readonly alert: Alert }
  | { readonly kind: "action"; readonly atMs: number; readonly action: Action };

function Timeline({ alerts, alertsOmitted, actions }: Answer) {
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

function Playbooks({ answer, reload }: { readonly answer: Answer; readonly reload: () => void }) {
  const { playbooks, available, incident } = answer;
  return (
    <Panels>
      {playbooks.map((one) => (
        <PlaybookPanel key={one.id} playbook={one} incident={incident} reload={reload} />
      ))}
      {incident.state !== "closed" && available.length > 0 && (
        <Panel title="Begin a playbook">
          <ul class="lines">
            {available.map(({ id, title, isFor }) => (
              <li key={id}>
                <Text value={title} limit={120} /> {isFor && <Badge word="for this" tone="good" />}{" "}
                <BeginPlaybook incident={incident} playbook={id} reload={reload} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Panels>
  );
}

function BeginPlaybook(props: {
  readonly incident: IncidentRow;
  readonly playbook: string;
  readonly reload: () => void;
}) {
  const { incident, playbook, reload } = props;
  const api = useApi();
  const { role } = useMe();
  const { id, updatedMs: seenMs } = incident;
  if (!mayAs(role, "responder")) return null;
  return (
    <Confirm<unknown>
      title="Begin"
      command={() => `sallyport incident start ${id} ${playbook}`}
      act={() =>
        api.post(`/incidents/${segment(id)}/orders`, { seenMs, what: "playbook", playbook })
      }
      onDone={reload}
    >
      <p>Its steps are checked off from now on, with the time and who did them.</p>
    </Confirm>
  );
}

function PlaybookPanel(props: {
  readonly playbook: Playbook;
  readonly incident: IncidentRow;
  readonly reload: () => void;
}) {
  const { playbook, incident, reload } = props;
  const { steps } = playbook;
  const done = steps.filter((one) => one.done !== null).length;
  return (
    <Panel title={`${playbook.title}: ${done} of ${steps.length}`} isWide>
      <ol class="lines">
        {steps.map((step) => (
          <li key={step.id}>
            <Badge word={step.done === null ? "open" : "done"} />{" "}
            <Text value={step.do} limit={400} />
            <span class="under">
              <Text value={`${step.phase}, by the ${step.by.replace("-", " ")}`} limit={80} />
              {step.done !== null && (
                <>
                  {" "}
                  done by <Text value={step.done.by} limit={60} />{" "}
                  <Time ms={step.done.atMs} as="both" />
                </>
              )}
            </span>
            {step.breakGlass && <p>A person runs this, never a session.</p>}
            {step.run.map((line) => (
              <Command key={line} line={line} />
            ))}
            <span class="under">
              Done when: <Text value={step.proof} limit={300} />
            </span>
            {step.done === null && incident.state !== "closed" && (
              <CheckOff playbook={playbook.id} step={step} incident={incident} reload={reload} />
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function CheckOff(props: {
  readonly playbook: string;
  readonly step: Step;
  readonly incident: IncidentRow;
  readonly reload: () => void;
}) {
  const { playbook, step, incident, reload } = props;
  const api = useApi();
  const { role } = useMe();
  const { id, updatedMs: seenMs } = incident;
  if (!mayAs(role, "responder")) return null;
  const body = { seenMs, what: "step", playbook, step: step.id };
  return (
    <Confirm<unknown>
      title={`Check off ${plainLine(step.id, 60)}`}
      note="What proves that it is done"
      isNoteRequired
      command={() => `sallyport incident done ${id} ${step.id} --note "..."`}
      act={(note) => api.post(`/incidents/${segment(id)}/orders`, { ...body, note })}
      onDone={reload}
    >
      <p>
        <Text value={step.proof} limit={300} />
      </p>
    </Confirm>
  );
}

function Reconstruction({ id }: { readonly id: string }) {
  const resource = useResource<{ readonly command: string; readonly reconstruction: unknown }>(
    `/incidents/${segment(id)}/reconstruction`,
  );
  return (
    <Loaded resource={resource} label="Reconstructing it out of the log">
      {({ command, reconstruction }) => (
        <Panel title="What led to it, and what it did">
          <Tree nodes={treeOf(reconstruction)} />
          <Command line={command} label="As a text" />
        </Panel>
      )}
    </Loaded>
  );
}

type Bundle = {
  readonly command: string;
  readonly verify: string;
  readonly name: string;
  readonly digest: string;
  readonly bundle: string;
};

function TakeBundle({ id }: { readonly id: string }) {
  const { role } = useMe();
  const { value, fault, isBusy, send } = useSending<Bundle, object>(
    `/incidents/${segment(id)}/bundle`,
  );
  useEffect(() => {
    if (value === undefined) return;
    const bytes = Uint8Array.from(atob(value.bundle), (one) => one.codePointAt(0) ?? 0);
    saveText(value.name, "application/x-tar", bytes);
  }, [value]);
  const line = `sallyport incident bundle ${id} --out ${id}.tar`;
  if (!mayAs(role, "responder")) return <Command line={line} label="A responder takes it" />;
  return (
    <>
      <p class="form-actions">
        <button
          type="button"
          class="button button-first"
          disabled={isBusy}
          onClick={() => send({})}
        >
          Collect and save the bundle
        </button>
      </p>
      {isBusy && <Progress label="Collecting the evidence" />}
      {fault !== undefined && <Fault fault={fault} />}
      {value !== undefined && (
        <div role="status">
          <p>Saved. Hand its digest over by another way than the file:</p>
          <Command line={value.digest} label="Digest" />
          <Command line={value.verify} label="Whoever checks it runs" />
        </div>
      )}
      <Command line={line} label="In the terminal" />
    </>
  );
}

function Evidence({ id }: { readonly id: string }) {
  return (
    <Panel title="Evidence to hand over">
      <p>
        An archive with the incident, its alerts, its reconstruction, proofs that the log holds its
        events, and a manifest with digests and custody. Its digest goes on record.
      </p>
      <TakeBundle id={id} />
      <p>Tests that it does not happen again:</p>
      <Command line={`sallyport incident regress ${id} --out tests`} />
    </Panel>
  );
}
