// What each kind of event is to systems of others: how grave, of which class and category, and how it ended. A kind without a row does not compile.
import type { EventKind } from "../../event/event.ts";
import type { JsonObject } from "../../log/leaf.ts";

/** 1 informational, 2 low, 3 medium, 4 high, 5 critical: OCSF's numbers. */
export type Severity = 1 | 2 | 3 | 4 | 5;
export type EventOutcome = "success" | "failure" | "unknown";

/** Which class of OCSF an event is. `activity` is the number of the class, by the word of the event that says what happened. */
export type OcsfForm =
  /** By the tool: process, file, HTTP or API activity. */
  | { readonly of: "tool" }
  | { readonly of: "file"; readonly activity: number }
  | { readonly of: "api"; readonly operation: string; readonly activity: number }
  | { readonly of: "network" }
  | {
      readonly of: "application";
      readonly app: "sallyport" | "client";
      readonly activities: Words;
      readonly usual: number;
    }
  | { readonly of: "entity"; readonly activities: Words; readonly usual: number }
  | { readonly of: "log"; readonly activity: number }
  | { readonly of: "finding" }
  | { readonly of: "incident" }
  | { readonly of: "compliance" };
type Words = Readonly<Record<string, number>>;

/** ECS: `event.kind`, and allowed words of `event.category` and `event.type` that go together. */
export type EcsForm =
  | { readonly of: "tool" }
  | {
      readonly kind: "alert" | "event" | "state";
      readonly category: readonly string[];
      readonly type: readonly string[];
    };

export type EventClass = {
  readonly severity: Severity | ((metadata: JsonObject) => Severity);
  readonly ocsf: OcsfForm;
  readonly ecs: EcsForm;
  readonly outcome: EventOutcome | ((metadata: JsonObject) => EventOutcome);
};

const LEVELS: Readonly<Record<string, Severity>> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** Of an alert or incident. WHY informational when it was made up: a drill must not wake anybody who cannot see that it is one. */
function byLevel({ level, drill }: JsonObject): Severity {
  if (drill === true) return 1;
  return typeof level === "string" && Object.hasOwn(LEVELS, level) ? (LEVELS[level] ?? 3) : 3;
}

function byVerdict({ verdict, enforced }: JsonObject): Severity {
  if (verdict === "deny") return enforced === false ? 5 : 4;
  return verdict === "ask" ? 3 : 1;
}

/** Higher where the event says one of these words of what happened. */
function withWords(usual: Severity, words: Readonly<Record<string, Severity>>) {
  return (metadata: JsonObject): Severity => {
    const word = happened(metadata);
    return word !== undefined && Object.hasOwn(words, word) ? (words[word] ?? usual) : usual;
  };
}

/** The word of an event that says what happened. */
export function happened({ what, phase, how }: JsonObject): string | undefined {
  return [what, phase, how].find((one): one is string => typeof one === "string" && one !== "");
}

const FAILURES: ReadonlySet<string | undefined> = new Set(
  "failed failing refused dead missed denied broken lapsed not-written".split(" "),
);

function byWord(metadata: JsonObject): EventOutcome {
  const { outcome, fault } = metadata;
  if (outcome === "success" || outcome === "failure") return outcome;
  return fault !== undefined || FAILURES.has(happened(metadata)) ? "failure" : "success";
}

/** What a call came to. One that was allowed may still fail: its result tells. */
function ofCall({ verdict, outcome, enforced }: JsonObject): EventOutcome {
  if (outcome === "success" || outcome === "failure") return outcome;
  if (verdict === "deny") return enforced === false ? "unknown" : "failure";
  return verdict === "allow" ? "success" : "unknown";
}

const TOLD = { kind: "event", category: ["host"], type: ["info"] } as const;
const CHANGED = { kind: "event", category: ["configuration"], type: ["change"] } as const;
const FOUND = { kind: "alert", category: ["intrusion_detection"], type: ["info"] } as const;
const ASKED = { kind: "event", category: ["api"], type: ["access"] } as const;
const KEPT = { kind: "event", category: ["database"], type: ["change"] } as const;
/** Activities of OCSF's class 3004. */
const ENTITY = {
  of: "entity",
  activities: {
    grant: 1,
    request: 1,
    requested: 1,
    asked: 1,
    set: 1,
    state: 1,
    begin: 8,
    start: 8,
    revoke: 4,
    withdraw: 4,
    withdrawn: 4,
    revoked: 4,
    release: 4,
    erased: 4,
    end: 9,
  },
  usual: 3,
} as const;
const OWN_LIFE = {
  of: "application",
  app: "sallyport",
  activities: { start: 3, stop: 4 },
  usual: 99,
} as const;
/** What is done to the log itself. */
const log = (activity: number) => ({ of: "log", activity }) as const;
const api = (operation: string, activity = 99) => ({ of: "api", operation, activity }) as const;
const OTHER = 99;

/** In the order of `EVENT_KINDS`. */
export const EVENT_CLASSES: Readonly<Record<EventKind, EventClass>> = {
  decision: { severity: byVerdict, ocsf: { of: "tool" }, ecs: { of: "tool" }, outcome: ofCall },
  result: { severity: 1, ocsf: { of: "tool" }, ecs: { of: "tool" }, outcome: ofCall },
  change: {
    severity: 2,
    ocsf: { of: "file", activity: 3 },
    outcome: byWord,
    ecs: { kind: "event", category: ["file"], type: ["change"] },
  },
  batch: { severity: 1, ocsf: api("tools/batch"), ecs: ASKED, outcome: byWord },
  session: {
    severity: 1,
    ocsf: { of: "application", app: "client", activities: {}, usual: 3 },
    ecs: { kind: "event", category: ["session"], type: ["start"] },
    outcome: byWord,
  },
  "config-change": { severity: 3, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  hook: { severity: 1, ocsf: api("hooks/event"), ecs: ASKED, outcome: byWord },
  drift: {
    severity: withWords(4, { "ran-refused": 5 }),
    ocsf: { of: "finding" },
    ecs: FOUND,
    outcome: "unknown",
  },
  held: { severity: 2, ocsf: api("calls/hold"), ecs: ASKED, outcome: byWord },
  signature: { severity: 2, ocsf: api("git/sign", 1), ecs: ASKED, outcome: byWord },
  remote: { severity: 2, ocsf: api("git/remote"), ecs: ASKED, outcome: byWord },
  credential: { severity: 2, ocsf: api("credentials/use", 2), ecs: ASKED, outcome: byWord },
  failure: { severity: 4, ocsf: OWN_LIFE, ecs: TOLD, outcome: "failure" },
  rejected: { severity: 4, ocsf: { of: "finding" }, ecs: FOUND, outcome: "failure" },
  policy: {
    severity: withWords(3, { broken: 4 }),
    ocsf: ENTITY,
    ecs: CHANGED,
    outcome: byWord,
  },
  exception: { severity: 3, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  statement: { severity: 3, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  hold: { severity: 2, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  lockdown: { severity: 4, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  daemon: { severity: 2, ocsf: OWN_LIFE, ecs: TOLD, outcome: "success" },
  clock: { severity: 2, ocsf: OWN_LIFE, ecs: TOLD, outcome: "unknown" },
  late: { severity: 2, ocsf: log(OTHER), ecs: TOLD, outcome: "failure" },
  off: {
    severity: withWords(5, { end: 2, expire: 2 }),
    // The guard stops and goes on refusing: activities 7, Disable, and 6, Enable.
    ocsf: {
      of: "application",
      app: "sallyport",
      activities: { start: 7, resume: 7, end: 6, expire: 6 },
      usual: 99,
    },
    ecs: CHANGED,
    outcome: "success",
  },
  secret: {
    severity: withWords(2, { failed: 3 }),
    ocsf: api("secrets/fetch", 2),
    ecs: ASKED,
    outcome: byWord,
  },
  imported: { severity: 2, ocsf: log(OTHER), ecs: TOLD, outcome: "success" },
  import: { severity: 2, ocsf: log(OTHER), ecs: TOLD, outcome: byWord },
  recovery: { severity: 4, ocsf: log(OTHER), ecs: TOLD, outcome: "failure" },
  witness: { severity: 3, ocsf: log(OTHER), ecs: TOLD, outcome: byWord },
  "log-key": { severity: 3, ocsf: log(5), ecs: CHANGED, outcome: "success" },
  pruned: { severity: 3, ocsf: log(2), ecs: KEPT, outcome: "success" },
  archive: { severity: 2, ocsf: log(4), ecs: KEPT, outcome: byWord },
  telemetry: { severity: 2, ocsf: api("telemetry/receive"), ecs: ASKED, outcome: byWord },
  discrepancy: { severity: 5, ocsf: { of: "finding" }, ecs: FOUND, outcome: "unknown" },
  delivery: {
    severity: withWords(3, { dead: 4 }),
    ocsf: log(3),
    ecs: TOLD,
    outcome: byWord,
  },
  retention: { severity: 2, ocsf: log(2), ecs: KEPT, outcome: byWord },
  erasure: { severity: 2, ocsf: { ...ENTITY, usual: 4 }, ecs: KEPT, outcome: byWord },
  "erasure-request": { severity: 2, ocsf: ENTITY, ecs: KEPT, outcome: byWord },
  "person-request": { severity: 2, ocsf: ENTITY, ecs: KEPT, outcome: byWord },
  disclosure: { severity: 2, ocsf: { ...ENTITY, usual: 2 }, ecs: KEPT, outcome: "success" },
  raw: { severity: 3, ocsf: { ...ENTITY, usual: 2 }, ecs: KEPT, outcome: byWord },
  alert: { severity: byLevel, ocsf: { of: "finding" }, ecs: FOUND, outcome: "unknown" },
  incident: { severity: byLevel, ocsf: { of: "incident" }, ecs: FOUND, outcome: "unknown" },
  approval: { severity: 3, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  dashboard: { severity: 2, ocsf: api("dashboard/use"), ecs: ASKED, outcome: byWord },
  question: { severity: 3, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
  undo: { severity: 2, ocsf: api("changes/undo", 3), ecs: ASKED, outcome: byWord },
  control: {
    severity: withWords(2, { lapsed: 4 }),
    ocsf: { of: "compliance" },
    ecs: { kind: "state", category: ["configuration"], type: ["info"] },
    outcome: byWord,
  },
  isolation: { severity: 2, ocsf: OWN_LIFE, ecs: TOLD, outcome: byWord },
  egress: {
    severity: withWords(2, { refused: 3 }),
    ocsf: { of: "network" },
    ecs: { kind: "event", category: ["network"], type: ["connection"] },
    outcome: byWord,
  },
  mcp: {
    severity: withWords(2, { refused: 3 }),
    ocsf: api("mcp/relay"),
    ecs: ASKED,
    outcome: byWord,
  },
  fleet: { severity: 3, ocsf: ENTITY, ecs: CHANGED, outcome: byWord },
};

/** Of a kind that this version does not know: its log was written by a later one. */
const UNKNOWN: Omit<EventClass, "ocsf"> = { severity: 2, ecs: TOLD, outcome: "unknown" };

/** The row of an event; undefined of a kind that this version does not know. */
export function classOfEvent({ kind }: JsonObject): EventClass | undefined {
  return typeof kind === "string" && Object.hasOwn(EVENT_CLASSES, kind)
    ? EVENT_CLASSES[kind as EventKind]
    : undefined;
}

/** An entry that cannot be read: a log that this version does not understand, or that somebody changed. */
export const FAULT_SEVERITY: Severity = 4;

/** How grave an event is. */
export function severityOf(metadata: JsonObject): Severity {
  if (metadata["kind"] === "fault") return FAULT_SEVERITY;
  const { severity } = classOfEvent(metadata) ?? UNKNOWN;
  return typeof severity === "function" ? severity(metadata) : severity;
}

/** How it ended. */
export function outcomeOf(metadata: JsonObject): EventOutcome {
  const { outcome } = classOfEvent(metadata) ?? UNKNOWN;
  return typeof outcome === "function" ? outcome(metadata) : outcome;
}

/** How an event stands in ECS. */
export function ecsFormOf(metadata: JsonObject): EcsForm {
  return (classOfEvent(metadata) ?? UNKNOWN).ecs;
}

/** What the severities are called and which number each form has for them; rows of the reference page. */
export const SEVERITY_ROWS: readonly {
  readonly severity: Severity;
  readonly caption: string;
  /** 0 to 10: low to 3, medium to 6, high to 8, very high from 9. */
  readonly cef: number;
  /** RFC 5424: 6 informational, 5 notice, 4 warning, 3 error, 2 critical. */
  readonly syslog: number;
  readonly otlp: readonly [number: number, text: string];
}[] = [
  { severity: 1, caption: "Informational", cef: 1, syslog: 6, otlp: [9, "INFO"] },
  { severity: 2, caption: "Low", cef: 3, syslog: 5, otlp: [10, "INFO2"] },
  { severity: 3, caption: "Medium", cef: 5, syslog: 4, otlp: [13, "WARN"] },
  { severity: 4, caption: "High", cef: 8, syslog: 3, otlp: [17, "ERROR"] },
  { severity: 5, caption: "Critical", cef: 10, syslog: 2, otlp: [21, "FATAL"] },
];

/** The row of a severity. */
export function severityRow(severity: Severity): (typeof SEVERITY_ROWS)[number] {
  const row = SEVERITY_ROWS[severity - 1];
  if (row === undefined) throw new Error(`no row of severity ${severity}`);
  return row;
}
