// Events of tool calls: judged, ended, or asked for without ever being judged.
import { assert } from "#base/failure.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import { countClasses } from "#guard/content/finding-class.ts";
import { countFindings } from "#guard/content/scan.ts";
import { classOfCall } from "#guard/effects/call-class.ts";
import type { SessionChain } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { MACHINE_PORTS_MAX } from "#guard/policy/machine-ports.ts";
import { keptText } from "#guard/policy/content-policy.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { CLIENT_TOOLS } from "#guard/toolcall/tool-names.ts";
import type { JsonObject } from "../log/leaf.ts";
import { boundedList, cutText, milliseconds, plainName, wholeNumber } from "./bounded.ts";
import { effectDetails, effectSummary } from "./effect-record.ts";
import {
  type AuditEvent,
  type EventKind,
  type EventSession,
  type EventStamp,
  personIn,
  ID_CHARS_MAX,
  sessionDetails,
  sessionMetadata,
} from "./event.ts";
import { pipelineWords } from "./pipeline-words.ts";
import { readableCall } from "./readable.ts";
import {
  type CommandOutline,
  type Digest,
  isProgramName,
  nameDigest,
  nameOrDigest,
  normaliseCommand,
} from "./redact.ts";

const RULES_MAX = 32;
const PROGRAMS_MAX = 32;
const CALLS_MAX = 256;
const CHAINS_MAX = 8;
const REQUESTED_MAX = 16;
const ORDERS_MAX = 16;
const FACTS_MAX = 64;
const DETECTORS_MAX = 32;
const MARKS_MAX = 64;
export const CWD_CHARS_MAX = 1_024;
const UNJUDGED_DETAILS_MAX = 32;
/**
 * What a decision did to the questions that a person gets. `spared`: the client alone would have asked. `added`: it would not have.
 * `left`: the client asks by itself, as it would alone.
 */
export type PromptChange = "spared" | "added" | "left";

/** A judged call. */
export type DecisionInput = {
  readonly call: ToolCall;
  readonly decision: Decision;
  readonly policy: Policy;
  readonly session: EventSession;
  /** Of a Bash command; without it the command is one placeholder. */
  readonly outline?: CommandOutline;
  /** How long judging took. */
  readonly durationMs: number;
  /** Hex SHA-256 of the shell snapshot that was in force. */
  readonly shellDigest?: string;
  /** Id of the time off because of which the verdict was not enforced. */
  readonly off?: string;
  /** The project is observed only, so the verdict was not answered. */
  readonly observed?: true;
  /** One of our own probes, and no call of a session. */
  readonly canary?: true;
  /** It was judged before under this id, with another input, and has not ended: something in the client rewrote it. */
  readonly rewritten?: true;
  /** The command was put into a profile made of its own prediction: where it runs, it runs held. */
  readonly held?: true;
  /** Missing where the client alone would have asked as often, or where that is not known. */
  readonly prompt?: PromptChange;
  /** Chains of the session that it ends. */
  readonly chains?: readonly SessionChain[];
  /** Words for what of it the person's newest request spoke of. */
  readonly requested?: readonly string[];
};

/** PreToolUse was answered. */
export function decisionEvent(stamp: EventStamp, input: DecisionInput): AuditEvent {
  const { call, decision, policy, session } = input;
  assert(decision.reasons.length > 0, "a decision has a reason");
  const rules = decision.reasons.map((reason) => nameOrDigest(stamp, reason.rule));
  const metadata = {
    ...callMetadata(stamp, "decision", call, session),
    verdict: decision.verdict,
    class: classOfCall(decision.effects, session.facts.projectRoot),
    ...boundedList("rules", [...new Set(rules)], RULES_MAX, itself),
    policy: policyRecord(policy, stamp.digest),
    effects: effectSummary(decision.effects, session.facts, stamp.digest),
    ...boundedList("exceptions", decision.exceptions ?? [], RULES_MAX, itself),
    ...boundedList("approvals", decision.approvals ?? [], RULES_MAX, itself),
    ...boundedList("programs", decision.programs.filter(isProgramName), PROGRAMS_MAX, itself),
    ...pipelineMetadata(call, decision),
    findings: decision.findings.length,
    ...(decision.findings.length === 0
      ? {}
      : { detectors: detectorCounts(decision.findings), content: countClasses(decision.findings) }),
    steps: wholeNumber(decision.steps),
    durationMs: milliseconds(input.durationMs),
    inputSize: inputSize(call),
    mode: session.facts.mode,
    interactive: session.facts.interactive,
    ...(input.shellDigest !== undefined && /^[0-9a-f]{64}$/.test(input.shellDigest)
      ? { shell: input.shellDigest }
      : {}),
    ...(input.off === undefined ? {} : { enforced: false, off: plainName(input.off) ?? "other" }),
    ...(input.observed === true ? { enforced: false, observed: true } : {}),
    ...(input.canary === true ? { canary: true } : {}),
    ...(input.rewritten === true ? { rewritten: true } : {}),
    ...(input.held === true ? { held: true } : {}),
    ...(input.prompt === undefined ? {} : { prompt: input.prompt }),
    ...chainMetadata(input),
    ...boundedList("requested", input.requested ?? [], REQUESTED_MAX, itself),
  };
  const sealed = {
    ...callDetails(stamp, call, session),
    ...commandDetails(stamp, input),
    ...readableDetails(stamp, input),
    ...reasonDetails(stamp, decision),
    ...effectDetails(decision.effects, session.facts, stamp.digest),
  };
  return { id: stamp.id, metadata, sealed };
}

/** `changed`, and words for what it brings, where the files of a pipeline would change. */
function pipelineMetadata(call: ToolCall, { effects }: Decision): JsonObject {
  const words = pipelineWords(call, effects);
  return words === undefined ? {} : { pipeline: ["changed", ...words] };
}

/** Kinds alone: where the data came from stands sealed with the calls that brought it. */
function chainMetadata({ chains = [] }: DecisionInput): JsonObject {
  if (chains.length === 0) return {};
  const chainPercent = Math.max(...chains.map(({ percent }) => wholeNumber(percent)));
  return { ...boundedList("chains", chains, CHAINS_MAX, ({ kind }) => kind), chainPercent };
}

/** A call ended: PostToolUse or PostToolUseFailure. Sizes in bytes or characters, whatever the client counted. */
export type ResultInput = {
  readonly call: ToolCall;
  readonly session: EventSession;
  readonly outcome: "success" | "failure";
  readonly durationMs: number | undefined;
  readonly responseSize: number | undefined;
  /** The agent that this call started: its own calls carry the id. */
  readonly launched?: string;
  /** The call goes on in the background; what it does there never comes back as a result. */
  readonly background?: boolean;
  /** Ports of this machine that held calls of the session were connected to since the result before. */
  readonly machinePorts?: readonly number[];
  /** What was found in the answer, and the marks of what was replaced in it. */
  readonly found?: {
    readonly findings: readonly Finding[];
    readonly marks: readonly string[];
    readonly isTruncated: boolean;
  };
  /** What orders to the model in its answer would do, as words of ours. */
  readonly orders?: readonly string[];
};

/** A call ended. */
export function resultEvent(stamp: EventStamp, input: ResultInput): AuditEvent {
  const metadata = {
    ...callMetadata(stamp, "result", input.call, input.session),
    outcome: input.outcome,
    ...(input.durationMs === undefined ? {} : { durationMs: milliseconds(input.durationMs) }),
    ...(input.responseSize === undefined ? {} : { responseSize: wholeNumber(input.responseSize) }),
    ...(input.launched === undefined
      ? {}
      : { launched: stamp.pseudonym("agent", input.launched, personIn(input.session)) }),
    ...(input.background === true ? { background: true } : {}),
    ...(input.machinePorts === undefined
      ? {}
      : { machinePorts: input.machinePorts.slice(0, MACHINE_PORTS_MAX).map(wholeNumber) }),
    ...contentMetadata(input.found),
    ...boundedList("orders", input.orders ?? [], ORDERS_MAX, (word) => plainName(word) ?? "other"),
  };
  const marks = boundedList(
    "placeholders",
    [...new Set(input.found?.marks ?? [])],
    MARKS_MAX,
    itself,
  );
  return {
    id: stamp.id,
    metadata,
    sealed: { ...callDetails(stamp, input.call, input.session), ...marks },
  };
}

/**
 * PostToolBatch: the calls that the model asked for, and those among them that nobody judged. `malformed` counts calls
 * that could not be read; `certain` is false when the daemon may have missed them by being down.
 */
export function batchEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly calls: readonly ToolCall[];
    readonly unjudged: readonly ToolCall[];
    readonly malformed: number;
    readonly certain: boolean;
    /** What ended the turn, because it stood in what the model would have seen. */
    readonly left?: readonly Finding[];
  },
): AuditEvent {
  const { session, calls, unjudged, malformed, certain, left = [] } = input;
  const metadata = {
    ...sessionMetadata(stamp, "batch", session),
    calls: calls.length,
    malformed: wholeNumber(malformed),
    certain,
    unjudgedCount: unjudged.length,
    ...contentMetadata({ findings: left, marks: [], isTruncated: false }),
    ...(left.length === 0 ? {} : { ended: true }),
    ...boundedList("unjudged", unjudged, CALLS_MAX, (call) => ({
      call: stamp.pseudonym("call", call.id, personIn(session)),
      tool: toolWord(call.tool),
    })),
  };
  const details = boundedList("unjudged", unjudged, UNJUDGED_DETAILS_MAX, (call) => ({
    toolUseId: cutText(call.id, ID_CHARS_MAX),
    tool: nameOrDigest(stamp, call.tool),
  }));
  return { id: stamp.id, metadata, sealed: { ...sessionDetails(session), ...details } };
}

export function callMetadata<Kind extends EventKind>(
  stamp: EventStamp,
  kind: Kind,
  call: ToolCall,
  session: EventSession,
): JsonObject & { readonly kind: Kind } {
  return {
    ...sessionMetadata(stamp, kind, session),
    call: stamp.pseudonym("call", call.id, personIn(session)),
    tool: toolWord(call.tool),
  };
}

export function callDetails(stamp: EventStamp, call: ToolCall, session: EventSession): JsonObject {
  return {
    ...sessionDetails(session),
    toolUseId: cutText(call.id, ID_CHARS_MAX),
    cwd: cutText(call.cwd, CWD_CHARS_MAX),
    tool: nameOrDigest(stamp, call.tool),
  };
}

function commandDetails(stamp: EventStamp, input: DecisionInput): JsonObject {
  if (input.call.input.kind !== "bash") return {};
  if (keptText(input.policy.requires ?? []) === "none") return {};
  return { ...commandText(stamp, input), ...ranDetails(stamp, input.decision) };
}

function readableDetails(
  stamp: EventStamp,
  { call, decision, session, policy }: DecisionInput,
): JsonObject {
  if (keptText(policy.requires ?? []) !== "sealed") return {};
  return { readable: readableCall(stamp, call, decision.effects, session) };
}

/** Stand-ins for the programs that ran, for rules that speak of command lines; none where nobody listed them. */
function ranDetails(stamp: EventStamp, { ran }: Decision): JsonObject {
  if (ran === undefined || ran.length > PROGRAMS_MAX) return {};
  return { ran: ran.map((name) => nameDigest(name, stamp.digest)) };
}

function commandText(stamp: EventStamp, input: DecisionInput): JsonObject {
  if (input.call.input.kind !== "bash") return {};
  const { text, omitted } = normaliseCommand(
    input.call.input.command,
    input.outline ?? [],
    stamp.digest,
  );
  return omitted === 0 ? { command: text } : { command: text, commandOmitted: omitted };
}

/** What the answer of a tool held, in counts. */
function contentMetadata(found: ResultInput["found"]): JsonObject {
  if (found === undefined) return {};
  const { findings, marks, isTruncated } = found;
  return {
    ...(findings.length === 0
      ? {}
      : {
          findings: findings.length,
          detectors: detectorCounts(findings),
          content: countClasses(findings),
        }),
    ...(marks.length === 0 ? {} : { redacted: marks.length }),
    ...(isTruncated ? { scan: "truncated" } : {}),
  };
}

/** How many findings of each detector: its id is a word of our own, and nothing of the text is in it. */
function detectorCounts(findings: readonly Finding[]): JsonObject {
  const counts = Object.entries(countFindings(findings)).slice(0, DETECTORS_MAX);
  return Object.fromEntries(counts.map(([id, count]) => [plainName(id) ?? "other", count]));
}

/** Which rule judged which effect, and which facts were looked at. The words of a reason may quote the command. */
function reasonDetails(stamp: EventStamp, decision: Decision): JsonObject {
  return {
    ...boundedList("reasons", decision.reasons, RULES_MAX, ({ verdict, rule, effect }) => ({
      verdict,
      rule: nameOrDigest(stamp, rule),
      ...(effect === undefined ? {} : { effect: wholeNumber(effect) }),
    })),
    ...boundedList("facts", decision.factsUsed, FACTS_MAX, (key) => nameDigest(key, stamp.digest)),
  };
}

function policyRecord(policy: Policy, digest: Digest): JsonObject {
  return {
    id: plainName(policy.id) ?? `digest/${nameDigest(policy.id, digest)}`,
    layer: policy.layer,
    version: plainName(policy.version) ?? "other",
    digest: /^[0-9a-f]{64}$/.test(policy.digest) ? policy.digest : "other",
  };
}

/** A tool's name where anybody may read it: only those that this version knows, for another one may say anything. */
export function toolWord(tool: string): string {
  if (tool.startsWith("mcp__")) return "mcp";
  return CLIENT_TOOLS.has(tool) ? tool : "other";
}

/** Characters of what the tool was given. */
function inputSize(call: ToolCall): number {
  const { input } = call;
  switch (input.kind) {
    case "bash":
      return input.command.length;
    case "read":
      return input.path.length;
    case "edit":
      return input.newText.length;
    case "write":
      return input.content.length;
    case "fetch":
      return input.url.length;
    case "search":
      return input.root.length;
    case "web-search":
      return input.query.length;
    case "message":
      return input.text.length;
    case "agent":
    case "schedule":
      return input.prompt.length;
    case "skill":
      return input.args.length;
    case "worktree":
      return input.name?.length ?? 0;
    case "workflow":
      return (input.script ?? input.path ?? input.name ?? "").length;
    case "bookkeeping":
      return input.chars;
    case "mcp":
    case "other":
      return JSON.stringify(input.input).length;
    default:
      return input satisfies never;
  }
}

function itself(name: string): string {
  return name;
}
