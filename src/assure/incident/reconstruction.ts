// The chain of an incident out of the log in seven steps (M17.4): who and where, what was asked, what was done, what was affected, how it was allowed, what contained it, what tests it.
import { mayHaveRun, type ToldCall, toldCalls } from "#assure/query/answers/told-calls.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { counted } from "#base/counted.ts";
import { filledString, isObject } from "#base/json.ts";
import type { Incident, IncidentAction, Outcome } from "#detect/incident/incident.ts";
import { finishedMs, type PlaybookRun } from "#detect/playbook/playbook-run.ts";
import type { Chain } from "#detect/session/chains.ts";
import { NAME_KINDS, type NameKind, saidIn } from "#record/event/readable-part.ts";
import { type CallOutcome, proposedOutcome } from "./attribution.ts";
import { type TracedCall, tracedCalls, withinBound, refusedByClient } from "./traced-calls.ts";

/** What is told of an incident of any size; of more the newest. */
const STEPS_MAX = 1_000;
const NAMES_MAX = 400;

/** Something else on the way: a prompt, a change of mode or settings, a hook, a change of files. */
export type TracedStep = {
  readonly event: number;
  readonly timeMs: number;
  readonly kind: string;
  readonly what: string;
  readonly said: string | null;
};

type Names = Readonly<Record<NameKind, readonly string[]>>;

export type Reconstruction = {
  readonly incident: string;
  readonly title: string;
  readonly drill: boolean;
  readonly identity: {
    readonly users: readonly string[];
    readonly sessions: readonly string[];
    readonly pseudonyms: readonly string[];
    readonly agents: readonly string[];
    readonly places: readonly string[];
    readonly hosts: readonly string[];
    readonly branches: readonly string[];
    readonly commits: readonly string[];
    readonly modes: readonly string[];
    /** Whether somebody could be asked: `interactive`, `unattended`. */
    readonly workspaces: readonly string[];
    readonly clients: readonly string[];
  };
  readonly prompts: readonly (TracedStep & { readonly promptId: string | null })[];
  readonly calls: readonly TracedCall[];
  readonly callsOmitted: number;
  readonly steps: readonly TracedStep[];
  readonly affected: Names & {
    /** Effects that reach beyond the machine or outlast the session, with the events that have them. */
    readonly effects: Readonly<Record<string, readonly number[]>>;
    /** Of calls that failed, that the sandbox refused something, or whose end is not on record: nobody can say that it came about. */
    readonly perhaps: Names;
  };
  readonly chains: readonly Chain[];
  readonly allowed: {
    readonly counts: Readonly<Partial<Record<CallOutcome, number>>>;
    /** Calls that the client ran and nobody judged. */
    readonly unjudged: number;
    readonly proposed: Outcome | null;
    readonly said: Outcome | null;
  };
  readonly containment: {
    readonly actions: readonly IncidentAction[];
    /** Sessions of which every call is refused now. */
    readonly held: readonly string[];
    readonly playbooks: readonly (PlaybookRun & { readonly finishedMs: number | null })[];
  };
  readonly regression: { readonly commands: readonly string[] };
  /** What is missing, in words. */
  readonly gaps: readonly string[];
};

/** What it is made of: events of its sessions and of its alerts in the order of the log, and chains of their graph. */
export type Traced = {
  readonly incident: Incident;
  readonly events: readonly StoryEvent[];
  readonly chains: readonly Chain[];
  /** Calls that a drill says were made. */
  readonly drillCalls?: readonly TracedCall[];
  /** Those of its sessions whose every call is refused now. */
  readonly held: readonly string[];
  /** Indexes of events that are of no session of it, and tell what was set at that time. */
  readonly around?: ReadonlySet<number>;
  /** There were more events than were read. */
  readonly isCut: boolean;
};

/** Effects that are told with their events: what leaves, what stays, what cannot be taken back. */
const FAR_EFFECTS: ReadonlySet<string> = new Set([
  ...["egress", "publish", "deploy", "install", "history", "privilege", "persist", "tamper"],
  ...["delete", "unknown"],
]);

/** Kinds of events that are steps of their own; calls and prompts are told apart. */
const STEP_KINDS: ReadonlySet<unknown> = new Set([
  ...["session", "config-change", "drift", "failure", "rejected", "off", "exception", "policy"],
  ...[
    "lockdown",
    "change",
    "batch",
    "held",
    "signature",
    "remote",
    "credential",
    "discrepancy",
    "statement",
    "alert",
    "incident",
  ],
]);

/** Makes the reconstruction. Total: events without a key give what stands in clear, and the gap is named. */
export function reconstruct(traced: Traced): Reconstruction {
  const { incident, events, chains, drillCalls, isCut } = traced;
  const byIndex = new Map(events.map((event) => [event.index, event]));
  const told = toldCalls(events);
  const all = drillCalls ?? tracedCalls(told, incident, events);
  const calls = withinBound(all);
  const prompts = events.filter(isPrompt);
  const steps = events.filter((event) => isStep(event));
  const alerted = all.filter(({ alerts }) => alerts.length > 0);
  const looked = (alerted.length > 0 ? alerted : all).map(({ how }) => how);
  const unjudged = events.reduce((sum, { metadata }) => sum + unjudgedOf(metadata), 0);
  const proposed = unjudged > 0 ? "missed" : proposedOutcome(looked);
  return {
    incident: incident.id,
    title: incident.title,
    drill: incident.drill === true,
    identity: identityOf(
      incident,
      events.filter((event) => traced.around?.has(event.index) !== true),
      told,
    ),
    prompts: prompts.slice(-STEPS_MAX).map((event) => ({
      ...traceOf(event),
      promptId: promptIdAfter(event, events),
    })),
    calls,
    callsOmitted: all.length - calls.length,
    steps: steps.slice(-STEPS_MAX).map(traceOf),
    affected: affectedBy(told, refusedByClient(events)),
    chains,
    allowed: {
      counts: countsOf(all.map(({ how }) => how)),
      unjudged,
      proposed: proposed ?? null,
      said: incident.outcome ?? null,
    },
    containment: {
      actions: incident.actions,
      held: traced.held,
      playbooks: (incident.playbooks ?? []).map((run) => ({
        ...run,
        finishedMs: finishedMs(run) ?? null,
      })),
    },
    regression: {
      commands: [
        `sallyport incident regress ${incident.id} --out DIR`,
        "sallyport policy test DIR/policy.yaml",
      ],
    },
    gaps: gapsOf({ traced, byIndex, told, stepsMissing: steps.length - STEPS_MAX, isCut }),
  };
}

/** The same without what people and calls said: who holds no key reads no more in the log. */
export function withoutTexts(whole: Reconstruction): Reconstruction {
  const mute = <Part extends { readonly said: string | null }>(part: Part): Part => ({
    ...part,
    said: null,
  });
  return {
    ...whole,
    prompts: whole.prompts.map(mute),
    calls: whole.calls.map(mute),
    steps: whole.steps.map(mute),
    affected: { ...emptyNames(), effects: whole.affected.effects, perhaps: emptyNames() },
    chains: [],
    gaps: [...whole.gaps, "what calls and prompts said, names and chains: `--reveal` puts them in"],
  };
}

function identityOf(
  { alerts }: Incident,
  events: readonly StoryEvent[],
  told: readonly ToldCall[],
): Reconstruction["identity"] {
  const sealedTexts = (name: string) =>
    unique(events.map(({ sealed }) => filledString(sealed?.[name])));
  const clearTexts = (name: string) =>
    unique(events.map(({ metadata }) => filledString(metadata[name])));
  const interactive = told.map(({ metadata }) => metadata["interactive"]);
  return {
    users: unique([...alerts.map(({ place }) => place.user), ...sealedTexts("user")]),
    sessions: unique([...alerts.map(({ place }) => place.session), ...sealedTexts("sessionId")]),
    pseudonyms: unique([...alerts.map(({ place }) => place.pseudonym), ...clearTexts("session")]),
    agents: sealedTexts("agentId"),
    places: unique([...alerts.map(({ place }) => place.project), ...sealedTexts("cwd")]),
    hosts: unique(alerts.map(({ place }) => place.host)),
    branches: sealedTexts("branch"),
    commits: sealedTexts("commit"),
    modes: clearTexts("mode"),
    workspaces: unique([
      interactive.includes(true) ? "interactive" : undefined,
      interactive.includes(false) ? "unattended" : undefined,
    ]),
    clients: clearTexts("clientVersion"),
  };
}

/** By what came of calls, and not by what they asked for. */
function affectedBy(
  told: readonly ToldCall[],
  refused: ReadonlySet<string>,
): Reconstruction["affected"] {
  const effects: Record<string, number[]> = {};
  const [names, perhaps] = [emptyNames(), emptyNames()];
  for (const call of told) {
    if (!mayHaveRun(call) || refused.has(filledString(call.metadata["call"]) ?? "")) continue;
    const isSure = call.came === "ran" || call.came === "asked, then ran";
    // A tool of the client that changes one file changes it whole or not at all.
    if (!isSure && call.came !== "no end on record" && WHOLE_TOOLS.has(call.tool)) continue;
    const into = isSure && call.refusedByHold.length === 0 ? names : perhaps;
    for (const kind of NAME_KINDS)
      for (const name of call.names(kind))
        if (into[kind].length < NAMES_MAX && !into[kind].includes(name)) into[kind].push(name);
    const summary = isObject(call.metadata["effects"]) ? Object.keys(call.metadata["effects"]) : [];
    for (const effect of summary) {
      if (!FAR_EFFECTS.has(effect.split("/")[0] ?? "")) continue;
      const at = (effects[effect] ??= []);
      if (at.length < NAMES_MAX) at.push(call.index);
    }
  }
  for (const kind of NAME_KINDS)
    perhaps[kind] = perhaps[kind].filter((name) => !names[kind].includes(name));
  return { ...names, effects, perhaps };
}

const WHOLE_TOOLS: ReadonlySet<string> = new Set(["Write", "Edit", "MultiEdit", "NotebookEdit"]);

function emptyNames(): Record<NameKind, string[]> {
  return {
    reads: [],
    changes: [],
    hosts: [],
    remotes: [],
    branches: [],
    packages: [],
    servers: [],
  };
}

function gapsOf({
  traced: { incident, events, drillCalls, isCut },
  byIndex,
  told,
  stepsMissing,
}: {
  readonly traced: Traced;
  readonly byIndex: ReadonlyMap<number, StoryEvent>;
  readonly told: readonly ToldCall[];
  readonly stepsMissing: number;
  readonly isCut: boolean;
}): readonly string[] {
  const sealed = told.filter(({ isSealed }) => isSealed).length;
  const forged = events.filter(({ isForged }) => isForged === true).length;
  const silent = told.filter(({ isSealed, said }) => !isSealed && said.endsWith("(sealed)")).length;
  const lost = incident.alerts.flatMap(({ events: of }) => of).filter((at) => !byIndex.has(at));
  return [
    ...(drillCalls === undefined
      ? []
      : ["real calls: it is a drill, whose calls stand in the playbook"]),
    ...(incident.drill !== true && told.length === 0
      ? ["any judged call of its sessions: none is in this log"]
      : []),
    ...(sealed === 0
      ? []
      : [`${counted(sealed, "call")} under a key that is not here: what it said is gone`]),
    ...(silent === 0 ? [] : [`${counted(silent, "call")} of which the policy kept no words`]),
    ...(forged === 0 ? [] : [`${counted(forged, "event")} that this installation did not seal`]),
    ...(lost.length === 0
      ? []
      : [`${counted(lost.length, "event")} of its alerts, not in this log any more`]),
    ...(incident.alertsOmitted === 0
      ? []
      : [`${counted(incident.alertsOmitted, "earlier alert")}, in the log alone`]),
    ...(stepsMissing <= 0 ? [] : [counted(stepsMissing, "earlier step")]),
    ...(isCut ? ["the oldest events of its sessions, which have more than are read"] : []),
    "what databases and clouds then held: the record sees what a call deploys or sends",
  ];
}

function isPrompt({ metadata }: StoryEvent): boolean {
  return metadata["kind"] === "hook" && metadata["event"] === "UserPromptSubmit";
}

function isStep(event: StoryEvent): boolean {
  const { metadata } = event;
  if (metadata["kind"] === "batch") return unjudgedOf(metadata) > 0;
  if (metadata["kind"] === "hook") return !isPrompt(event);
  return STEP_KINDS.has(metadata["kind"]);
}

function traceOf({ index, timeMs, metadata, sealed }: StoryEvent): TracedStep {
  const kind = filledString(metadata["kind"]) ?? "other";
  const words = [
    "event",
    "what",
    "phase",
    "how",
    "source",
    "code",
    "why",
    "outcome",
    "mode",
    "step",
  ]
    .flatMap((name) => filledString(metadata[name]) ?? [])
    .filter((word, at, all) => all.indexOf(word) === at);
  const files = isObject(metadata["changes"]) ? Object.keys(metadata["changes"]) : [];
  const what = [...words, ...files].join(" ");
  return { event: index, timeMs, kind, what, said: saidIn(sealed) ?? null };
}

/** The client's telemetry names prompts; the first such name after a prompt of the same session is that of it. */
function promptIdAfter(prompt: StoryEvent, events: readonly StoryEvent[]): string | null {
  const at = events.indexOf(prompt);
  for (const event of events.slice(at + 1, at + 200)) {
    if (event.metadata["session"] !== prompt.metadata["session"]) continue;
    if (isPrompt(event)) return null;
    const id = filledString(event.metadata["prompt"]);
    if (id !== undefined) return id;
  }
  return null;
}

function unjudgedOf(metadata: StoryEvent["metadata"]): number {
  const { unjudgedCount } = metadata;
  return metadata["kind"] === "batch" && typeof unjudgedCount === "number" ? unjudgedCount : 0;
}

function countsOf(outcomes: readonly CallOutcome[]): Partial<Record<CallOutcome, number>> {
  const counts: Partial<Record<CallOutcome, number>> = {};
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

function unique(texts: readonly (string | undefined)[]): readonly string[] {
  const filled = texts.filter((text) => text !== undefined).filter((text) => text !== "");
  return [...new Set(filled)].slice(0, NAMES_MAX);
}
