// What is done about one incident: its next step, its other orders, its playbooks step by step, and the evidence to hand over.
import { useEffect } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useSending } from "../core/sending.ts";
import { mayAs } from "../core/session.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { saveText } from "../parts/download.tsx";
import { plainLine } from "../parts/marks.ts";
import { Panel, Panels } from "../parts/panel.tsx";
import { Fault, Progress } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { CloseIncident } from "./close-incident.tsx";
import type { IncidentAnswer, IncidentRow, Playbook, Step } from "./incident-answer.ts";

/** What comes next, and nothing else: somebody has it, a playbook is begun, its steps are done, it is contained, its evidence is taken, it is closed. */
export function NextStep({
  answer,
  reload,
}: {
  readonly answer: IncidentAnswer;
  readonly reload: () => void;
}) {
  const api = useApi();
  const { role } = useMe();
  const { incident, playbooks, available, actions, stillOpen } = answer;
  const { id, updatedMs: seenMs, state, owner } = incident;
  if (state === "closed") return <p>It is closed. A new alert of its kind opens another one.</p>;
  if (!mayAs(role, "responder")) return <p>You may look. A responder takes it on.</p>;
  const order = (body: object) => api.post(`/incidents/${segment(id)}/orders`, { seenMs, ...body });
  const withNote = (note: string) => (note === "" ? {} : { note });
  const simple = (what: "take" | "contain") => {
    const { title, text } = ORDERS.find((one) => one.what === what) ?? ORDERS[0];
    return (
      <Confirm<unknown>
        title={title}
        note="Note"
        command={() => `sallyport incident ${what} ${id}`}
        act={(note) => order({ what, ...withNote(note) })}
        onDone={reload}
      >
        <p>{text}</p>
      </Confirm>
    );
  };
  if (owner === null)
    return (
      <>
        <p>Nobody has it. Whoever looks into it takes it first.</p>
        {simple("take")}
      </>
    );
  const begun = playbooks.flatMap((playbook) =>
    playbook.steps.map((step, place) => ({ playbook, step, place })),
  );
  const open = begun.find(({ step }) => step.done === null);
  if (open !== undefined)
    return (
      <>
        <p class="quiet">
          Step {open.place + 1} of {open.playbook.steps.length} of{" "}
          <Text value={open.playbook.title} limit={120} />
        </p>
        <StepBody
          playbook={open.playbook.id}
          step={open.step}
          incident={incident}
          reload={reload}
        />
      </>
    );
  const fitting = available.find(({ isFor }) => isFor);
  if (begun.length === 0 && fitting !== undefined)
    return (
      <>
        <p>
          The playbook <Text value={fitting.title} limit={120} /> is for what was detected.
        </p>
        <BeginPlaybook incident={incident} playbook={fitting.id} reload={reload} />
      </>
    );
  if (state !== "contained")
    return (
      <>
        <p>See to it that it goes no further, then say so.</p>
        {simple("contain")}
      </>
    );
  if (!actions.some(({ what }) => what === "bundle"))
    return (
      <>
        <p>Keep the evidence before it is closed.</p>
        <p class="form-actions">
          <a class="button" href={`/incidents/${segment(id)}?tab=evidence`}>
            Take the evidence
          </a>
        </p>
      </>
    );
  return (
    <>
      <p>All of it is done. Say how it was possible.</p>
      <CloseIncident
        id={id}
        stillOpen={stillOpen}
        act={(outcome, note) => order({ what: "close", outcome, ...withNote(note) })}
        onDone={reload}
      />
    </>
  );
}

const ORDERS = [
  {
    what: "take",
    title: "Assign to me",
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

/** The orders that exist for it, whatever the next step is. */
export function Orders({
  answer: { incident, stillOpen },
  reload,
}: {
  readonly answer: IncidentAnswer;
  readonly reload: () => void;
}) {
  const api = useApi();
  const { id, updatedMs: seenMs, state } = incident;
  const order = (body: object) => api.post(`/incidents/${segment(id)}/orders`, { seenMs, ...body });
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
        stillOpen={stillOpen}
        act={(outcome, note) => order({ what: "close", outcome, ...withNote(note) })}
        onDone={reload}
      />
    </div>
  );
}

/** Its playbooks, and those that can be begun. */
export function Playbooks({
  answer,
  reload,
}: {
  readonly answer: IncidentAnswer;
  readonly reload: () => void;
}) {
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
            <StepBody playbook={playbook.id} step={step} incident={incident} reload={reload} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

type StepProps = {
  readonly playbook: string;
  readonly step: Step;
  readonly incident: IncidentRow;
  readonly reload: () => void;
};

function StepBody({ playbook, step, incident, reload }: StepProps) {
  return (
    <>
      <Text value={step.do} limit={400} />
      <span class="under">
        <Text value={`${step.phase}, by the ${step.by.replace("-", " ")}`} limit={80} />
        {step.done !== null && (
          <>
            {" "}
            done by <Text value={step.done.by} limit={60} /> <Time ms={step.done.atMs} as="both" />
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
        <CheckOff playbook={playbook} step={step} incident={incident} reload={reload} />
      )}
    </>
  );
}

function CheckOff(props: StepProps) {
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

/** What is handed over of it. */
export function Evidence({ id }: { readonly id: string }) {
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
