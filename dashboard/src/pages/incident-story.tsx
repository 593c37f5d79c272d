// One incident as a story: what was asked for, the calls in their order with what became of each and why, what people did, what was reached.
import { useMemo, useState } from "preact/hooks";
import { segment } from "../core/api.ts";
import { useResource } from "../core/resource.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Download } from "../parts/download.tsx";
import { Pairs, Panel, Panels } from "../parts/panel.tsx";
import { Empty, Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { formatCount } from "../parts/time-text.ts";

type Prompt = { readonly event: number; readonly timeMs: number; readonly said: string | null };
type Call = {
  readonly event: number | null;
  readonly timeMs: number;
  readonly tool: string;
  readonly said: string | null;
  readonly came: string;
  readonly why: string;
  readonly rules: readonly string[];
  readonly alerts: readonly string[];
};
type Step = {
  readonly event: number;
  readonly timeMs: number;
  readonly kind: string;
  readonly what: string;
};
type Action = {
  readonly atMs: number;
  readonly by: string;
  readonly what: string;
  readonly note?: string | undefined;
};
type Names = Readonly<Partial<Record<string, readonly string[]>>>;
type Story = {
  readonly identity: {
    readonly users: readonly string[];
    readonly places: readonly string[];
    readonly hosts: readonly string[];
    readonly modes: readonly string[];
    readonly workspaces: readonly string[];
  };
  readonly prompts: readonly Prompt[];
  readonly calls: readonly Call[];
  readonly callsOmitted: number;
  readonly steps: readonly Step[];
  readonly reached: Names;
  readonly perhaps: Names;
  readonly effects: readonly { readonly effect: string; readonly events: readonly number[] }[];
  readonly actions: readonly Action[];
  readonly proposed: string | null;
  readonly gaps: readonly string[];
};
type Answer = { readonly command: string; readonly reconstruction: Story };

type Moment = { readonly atMs: number; readonly key: string } & (
  | { readonly kind: "prompt"; readonly prompt: Prompt }
  | { readonly kind: "call"; readonly call: Call }
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "action"; readonly action: Action }
);

/** What came of a call, as a person says it: the first word of the row. */
const CAME: Readonly<Record<string, readonly [word: string, tone: Tone]>> = {
  refused: ["blocked", "bad"],
  ran: ["ran", "plain"],
  "ran and failed": ["ran, failed", "plain"],
  "asked, then ran": ["asked: yes, ran", "warn"],
  "asked, then ran and failed": ["asked: yes, failed", "warn"],
  "asked, did not run": ["asked: did not run", "good"],
  "no end on record": ["let through, end unknown", "warn"],
};
const REACHED = [
  ["reads", "Read"],
  ["changes", "Changed"],
  ["hosts", "Contacted"],
  ["remotes", "Pushed to"],
  ["branches", "Branches"],
  ["packages", "Installed"],
  ["servers", "MCP servers"],
] as const;
/** Moments around one that tripped a detection that are shown at first. */
const BEFORE = 8;
const AFTER = 4;
/** Short stories are shown whole. */
const WHOLE_MAX = 40;

export function IncidentStory({ id }: { readonly id: string }) {
  const resource = useResource<Answer>(`/incidents/${segment(id)}/reconstruction`);
  return (
    <Loaded resource={resource} label="Reconstructing it out of the log">
      {({ reconstruction }) => (
        <>
          <Moments story={reconstruction} />
          <Panels>
            <Reached story={reconstruction} />
            <Panel title="Who and where">
              <Pairs rows={whereRows(reconstruction)} />
            </Panel>
            <Panel
              title="Not in this story"
              actions={
                <Download
                  name={`${id}.json`}
                  type="application/json"
                  text={() => `${JSON.stringify(reconstruction, undefined, 1)}\n`}
                >
                  Download as JSON
                </Download>
              }
            >
              <ul class="lines">
                {reconstruction.gaps.map((gap) => (
                  <li key={gap}>
                    <Text value={gap} limit={300} />
                  </li>
                ))}
              </ul>
            </Panel>
          </Panels>
        </>
      )}
    </Loaded>
  );
}

function momentsOf({ prompts, calls, steps, actions }: Story): readonly Moment[] {
  const moments: Moment[] = [
    ...prompts.map(
      (prompt): Moment => ({
        kind: "prompt",
        atMs: prompt.timeMs,
        key: `p${prompt.event}`,
        prompt,
      }),
    ),
    ...calls.map(
      (call, place): Moment => ({
        kind: "call",
        atMs: call.timeMs,
        key: `c${call.event ?? `drill ${place}`}`,
        call,
      }),
    ),
    // Alerts stand with their calls and what people did stands as such; hooks of the client say nothing more.
    ...steps
      .filter(({ kind }) => kind !== "alert" && kind !== "incident" && kind !== "hook")
      .map((step): Moment => ({ kind: "step", atMs: step.timeMs, key: `s${step.event}`, step })),
    ...actions.map(
      (action, place): Moment => ({ kind: "action", atMs: action.atMs, key: `a${place}`, action }),
    ),
  ];
  return moments.toSorted((one, other) => one.atMs - other.atMs);
}

/** Those near one that tripped a detection; of a short story all. */
function nearAlerts(moments: readonly Moment[]): ReadonlySet<Moment> {
  if (moments.length <= WHOLE_MAX) return new Set(moments);
  const near = new Set(moments.filter(({ kind }) => kind === "action"));
  moments.forEach((moment, place) => {
    if (moment.kind !== "call" || moment.call.alerts.length === 0) return;
    for (const one of moments.slice(Math.max(0, place - BEFORE), place + AFTER + 1)) near.add(one);
  });
  return near;
}

function Moments({ story }: { readonly story: Story }) {
  const [isWhole, setWhole] = useState(false);
  const moments = useMemo(() => momentsOf(story), [story]);
  const near = useMemo(() => nearAlerts(moments), [moments]);
  if (moments.length === 0)
    return (
      <Empty title="Nothing of it is on record.">
        <p>Its sessions left no call in this log, or their key was destroyed.</p>
      </Empty>
    );
  const shown = isWhole ? moments : moments.filter((one) => near.has(one));
  const hidden = moments.length - near.size;
  return (
    <>
      {story.callsOmitted > 0 && (
        <p>{formatCount(story.callsOmitted)} earlier calls are in the log alone.</p>
      )}
      {hidden > 0 && (
        <p class="list-state">
          <span>
            {isWhole
              ? `All ${formatCount(moments.length)} moments`
              : `${formatCount(near.size)} moments around what was detected`}
          </span>
          <button
            type="button"
            class="text-more"
            aria-pressed={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isWhole ? "Show those around detections" : `Show ${formatCount(hidden)} more`}
          </button>
        </p>
      )}
      <ol class="timeline" aria-label="What happened, in its order">
        {shown.map((moment) => (
          <li key={moment.key} class={`timeline-item timeline-${moment.kind}`}>
            <div class="timeline-when">
              <Time ms={moment.atMs} />
            </div>
            <div class="timeline-what">
              <MomentBody moment={moment} />
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

function MomentBody({ moment }: { readonly moment: Moment }) {
  switch (moment.kind) {
    case "prompt":
      return (
        <>
          <p class="timeline-head">
            <Badge word="prompt" tone="good" />
            <EventLink index={moment.prompt.event} />
          </p>
          <p class="timeline-text">
            {moment.prompt.said === null ? (
              <span class="quiet">Its words were not kept, or their key is not here.</span>
            ) : (
              <Text value={moment.prompt.said} limit={600} isMultiline />
            )}
          </p>
        </>
      );
    case "call":
      return <CallBody call={moment.call} />;
    case "step":
      return (
        <p class="timeline-head">
          <Badge word={moment.step.kind} tone="quiet" />
          <Text value={moment.step.what} limit={200} />
          <EventLink index={moment.step.event} />
        </p>
      );
    case "action": {
      const { by, what, note = "" } = moment.action;
      return (
        <>
          <p class="timeline-head">
            <Badge word="response" tone="held" />
            <Text value={what} limit={120} /> by <Text value={by} limit={60} />
          </p>
          {note !== "" && (
            <p class="timeline-text">
              <Text value={note} limit={400} isMultiline />
            </p>
          )}
        </>
      );
    }
    default:
      return moment satisfies never;
  }
}

function CallBody({ call }: { readonly call: Call }) {
  const { came, tool, said, why, alerts, event } = call;
  const [word, tone] = CAME[came] ?? ([came, "plain"] as const);
  return (
    <>
      <p class="timeline-head">
        <Badge word={word} tone={tone} />
        <Text value={tool} limit={60} />
        {alerts.map((rule) => (
          <Badge key={rule} word={`detected: ${rule}`} tone="bad" />
        ))}
        {event === null ? (
          <span class="quiet timeline-event">made up for the drill</span>
        ) : (
          <EventLink index={event} isProved />
        )}
      </p>
      <p class="timeline-text">
        {said === null ? (
          <span class="quiet">Its words were not kept, or their key is not here.</span>
        ) : (
          <Text value={said} limit={600} isCode isMultiline />
        )}
      </p>
      <p class="timeline-reason">
        <Text value={why} limit={300} />
      </p>
    </>
  );
}

function EventLink(props: { readonly index: number; readonly isProved?: boolean }) {
  return (
    <a class="timeline-event" href={`/log/${props.index}`}>
      {props.isProved === true ? `Event ${props.index}, proof` : `Event ${props.index}`}
    </a>
  );
}

function Reached({ story }: { readonly story: Story }) {
  const { reached, perhaps, effects } = story;
  const rows = [
    ...REACHED.flatMap(([kind, title]) => namesRow(title, reached[kind] ?? [])),
    ...REACHED.flatMap(([kind, title]) =>
      namesRow(`Perhaps ${title.toLowerCase()}`, perhaps[kind] ?? []),
    ),
  ];
  return (
    <Panel title="What was reached">
      {rows.length === 0 && effects.length === 0 ? (
        <Empty title="Nothing that the record names.">
          <p>What was blocked reached nothing.</p>
        </Empty>
      ) : (
        <>
          <Pairs rows={rows} />
          <ul class="lines">
            {effects.map(({ effect, events }) => (
              <li key={effect}>
                <Text value={effect} isCode limit={80} />
                {events.map((index) => (
                  <span key={index}>
                    {" "}
                    <a href={`/log/${index}`}>event {index}</a>
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

const NAMES_SHOWN = 24;

function namesRow(title: string, names: readonly string[]) {
  if (names.length === 0) return [];
  return [
    [
      title,
      <ul key={title} class="lines">
        {names.slice(-NAMES_SHOWN).map((name) => (
          <li key={name}>
            <Text value={name} isCode limit={160} />
          </li>
        ))}
        {names.length > NAMES_SHOWN && (
          <li>{formatCount(names.length - NAMES_SHOWN)} more in the download</li>
        )}
      </ul>,
    ] as const,
  ];
}

function whereRows({ identity, proposed }: Story) {
  const listed = (title: string, values: readonly string[]) =>
    values.length === 0
      ? []
      : ([[title, <Text key={title} value={values.join(", ")} limit={300} />]] as const);
  return [
    ...listed("Person", identity.users),
    ...listed("Project", identity.places),
    ...listed("Machine", identity.hosts),
    ...listed("Permission mode", identity.modes),
    ...listed("Session", identity.workspaces),
    ...listed("The record speaks for", proposed === null ? [] : [proposed.replaceAll("-", " ")]),
  ];
}
