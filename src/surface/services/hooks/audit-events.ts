// Observations of the daemon as audit events: what each kind tells the log, and what it leaves out.
import type { Policy } from "#guard/policy/policy.ts";
import { outlineCommand } from "#guard/effects/outline.ts";
import { batchEvent, decisionEvent, heldEvent, resultEvent } from "#record/event/call-events.ts";
import { changeEvent } from "#record/event/change-events.ts";
import type {
  AuditEvent,
  EventSession,
  EventStamp,
  Submitter as Author,
} from "#record/event/event.ts";
import {
  clockEvent,
  daemonEvent,
  deploymentEvent,
  exceptionEvent,
  failureEvent,
  holdEvent,
  lockdownEvent,
  offEvent,
  policyEvent,
  rejectedEvent,
  statementEvent,
} from "#record/event/guard-events.ts";
import {
  breachEvent,
  configChangeEvent,
  driftEvent,
  hookEvent,
  permissionEvent,
  sessionEvent,
} from "#record/event/session-events.ts";
import { rawEvent } from "#record/event/privacy-events.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { Hold } from "#govern/retention/hold.ts";
import { userName } from "#platform/user.ts";
import type { PolicyNews } from "../policy/site-policy.ts";
import { receiptDigest } from "../exceptions/receipts.ts";
import { signedDigest } from "../exceptions/operator-signature.ts";
import { sessionFacts } from "../facts/session.ts";
import type { Machine } from "../evaluation/circumstances.ts";
import type { Observation, RejectionCode, Submitter } from "./ports.ts";

/** Recorded in place of a policy when judging failed before one was known. */
const NO_POLICY: Policy = {
  id: "none",
  layer: "builtin",
  version: "0",
  digest: "",
  automaticApproval: false,
  rules: [],
};

/** The audit events of one observation, in order; mostly one. `stamp` is the log's. */
export async function toAuditEvents(
  observation: Observation,
  stamp: (author: Author) => EventStamp,
  machine: Machine,
): Promise<readonly AuditEvent[]> {
  const sessionOf = async (
    { sessionId, cwd, project, agentId, doubts = [] }: Submitter,
    mode: PermissionMode = "unknown",
  ): Promise<EventSession> => {
    const subject = { ...machine, sessionId, cwd, mode, projectRoot: project.root };
    const facts = sessionFacts(subject);
    const agent = agentId === undefined ? {} : { agentId };
    return { facts, userSource: userSourceOf(facts.user), ...agent, doubts };
  };
  switch (observation.kind) {
    case "decision": {
      const { submitter, call, judgement, mode, durationMs } = observation;
      const { decision, policy = NO_POLICY, shellSeen } = judgement;
      const shellDigest = shellSeen?.digest;
      const judged = await sessionOf(submitter, mode);
      const { interactive = true } = judgement;
      const session = { ...judged, facts: { ...judged.facts, interactive } };
      const shell = shellDigest === undefined ? {} : { shellDigest };
      const outline =
        call.input.kind === "bash" ? { outline: outlineCommand(call.input.command) } : {};
      const marks = {
        ...(observation.off === undefined ? {} : { off: observation.off }),
        ...(observation.observed === true ? ({ observed: true } as const) : {}),
        ...(observation.canary === true ? ({ canary: true } as const) : {}),
        ...(observation.rewritten === true ? ({ rewritten: true } as const) : {}),
      };
      const input = { call, decision, policy, session, durationMs, ...shell, ...outline, ...marks };
      return [decisionEvent(stamp("hook"), input)];
    }
    case "result": {
      const {
        submitter,
        call,
        outcome,
        chars,
        durationMs,
        launched,
        background,
        found,
        machinePorts,
      } = observation;
      const session = await sessionOf(submitter);
      const started = {
        background,
        ...(launched === undefined ? {} : { launched }),
        ...(found === undefined ? {} : { found }),
        ...(machinePorts === undefined ? {} : { machinePorts }),
      };
      const input = { call, session, outcome, durationMs, responseSize: chars, ...started };
      return [resultEvent(stamp("hook"), input)];
    }
    case "change": {
      const { submitter, call, kind: _, ...changed } = observation;
      const session = await sessionOf(submitter);
      return [
        changeEvent(stamp("hook"), { ...changed, session, tool: call.tool, callId: call.id }),
      ];
    }
    case "batch": {
      const { submitter, calls, malformed, unjudged, certain, left = [] } = observation;
      const session = await sessionOf(submitter);
      return [batchEvent(stamp("hook"), { session, calls, malformed, unjudged, certain, left })];
    }
    case "unjudged": {
      const { submitter, call, certain } = observation;
      const session = await sessionOf(submitter);
      const calls = [call];
      const input = { session, calls, malformed: 0, unjudged: calls, certain };
      return [batchEvent(stamp("hook"), input)];
    }
    case "session-start": {
      const { submitter, source, controls, mods = [] } = observation;
      const session = await sessionOf(submitter);
      const start = sessionEvent(stamp("hook"), { session, source, mods });
      if (controls.kind === "intact") return [start];
      const alarm = {
        code: "controls-altered",
        where: controls.code,
        event: "SessionStart",
        answer: "none",
      };
      return [start, failureEvent(stamp("daemon"), alarm)];
    }
    case "shell-change": {
      const alarm = {
        code: "shell-snapshot",
        where: observation.how,
        event: "PreToolUse",
        answer: "none",
      };
      return [failureEvent(stamp("daemon"), alarm)];
    }
    case "config-change": {
      const { submitter, source, controls, observed } = observation;
      const session = await sessionOf(submitter);
      const intact = controls.kind === "intact";
      const outcome = intact || observed === true ? "passed" : "blocked";
      const why = intact ? "harmless" : controls.code;
      return [configChangeEvent(stamp("hook"), { session, source, outcome, why })];
    }
    case "held-refusal": {
      const { submitter, call, what } = observation;
      const session = await sessionOf(submitter);
      return [heldEvent(stamp("daemon"), { session, call, what })];
    }
    case "drift": {
      const { submitter, call, how, judged, now } = observation;
      const session = await sessionOf(submitter);
      const input = { session, tool: call.tool, callId: call.id, how, judged, now };
      return [driftEvent(stamp("daemon"), input)];
    }
    case "breach": {
      const { submitter, call, how } = observation;
      const session = await sessionOf(submitter);
      return [breachEvent(stamp("daemon"), { session, tool: call.tool, callId: call.id, how })];
    }
    case "permission-request": {
      const { submitter, tool, callId, suggestions } = observation;
      const session = await sessionOf(submitter);
      return [permissionEvent(stamp("hook"), { session, tool, callId, suggestions })];
    }
    case "other-event": {
      const { submitter, eventName, notes } = observation;
      const session = await sessionOf(submitter);
      return [hookEvent(stamp("hook"), { name: eventName, session, notes })];
    }
    case "failure": {
      const { code, where, eventName } = observation;
      const event = eventName === undefined ? {} : { event: eventName };
      return [failureEvent(stamp("daemon"), { code, where, answer: "deny", ...event })];
    }
    case "rejected":
      return [rejectionEvent(stamp("unknown"), observation.code, observation.count)];
    case "off": {
      const { what, by, id, minutes, reason, projectRoot } = observation;
      const input = { phase: what, id, minutes, reason, projectRoot, user: userName() };
      return [offEvent(stamp(by), input)];
    }
    case "lockdown": {
      const { what: phase, by, reason } = observation;
      return [lockdownEvent(stamp(by), { phase, reason, user: userName() })];
    }
    case "exception":
      return [exceptionEvent(stamp("operator"), exceptionInput(observation))];
    case "statement":
      return [statementEvent(stamp("operator"), statementInput(observation))];
    case "hold":
      return [holdEvent(stamp("operator"), holdInput(observation))];
    case "raw":
      return [rawEvent(stamp("operator"), rawInput(observation))];
    case "deployment":
      return [deploymentEvent(stamp("operator"), deploymentInput(observation))];
    case "policy":
      return [policyEvent(stamp("daemon"), policyInput(observation.news))];
    case "clock":
      return [clockEvent(stamp("daemon"), observation.jumpMs)];
    case "daemon":
      return [daemonEvent(stamp("daemon"), observation.what)];
    default:
      return observation satisfies never;
  }
}

function exceptionInput({
  what: phase,
  receipt,
}: Extract<Observation, { kind: "exception" }>): Parameters<typeof exceptionEvent>[1] {
  const { createdMs, expiresMs, scope: given, answers, ...rest } = receipt.exception;
  const scope = answers === undefined ? given : { answers: answers.map(({ what }) => what) };
  const minutes = Math.round((expiresMs - createdMs) / 60_000);
  const digest = receiptDigest(receipt);
  return { ...rest, phase, minutes, digest, scope: JSON.stringify(scope) };
}

function statementInput({
  what: phase,
  receipt: { statement },
}: Extract<Observation, { kind: "statement" }>): Parameters<typeof statementEvent>[1] {
  const { kind: what, scope, createdMs, expiresMs, digest: evidence, ...rest } = statement;
  const minutes = Math.round((expiresMs - createdMs) / 60_000);
  const place = scope.of === "session" ? scope.id : scope.of === "project" ? scope.path : null;
  const digest = signedDigest("statement", statement);
  return { ...rest, phase, what, minutes, digest, evidence, where: scope.of, place };
}

function holdInput(
  observation: Extract<Observation, { kind: "hold" }>,
): Parameters<typeof holdEvent>[1] {
  const { what: phase, receipt } = observation;
  const { id, scope, reason, owner, approver } = receipt.hold;
  const place = placeOfHold(scope);
  const common = { phase, id, what: scope.of, digest: signedDigest("hold", receipt.hold), place };
  if (phase === "set") return { ...common, reason, owner, approver };
  const { release } = observation;
  return { ...common, reason: release.reason, owner, approver: release.approver };
}

function rawInput({
  what,
  receipt: { approval },
}: Extract<Observation, { kind: "raw" }>): Parameters<typeof rawEvent>[1] {
  const { id, days, keepsSecrets, reason, owner, approver } = approval;
  const receipt = signedDigest("raw", approval);
  const words = { reason, owner, approver };
  return { what, approval: id, days, keepsSecrets, receipt, words };
}

function placeOfHold(scope: Hold["scope"]): string | null {
  if (scope.of === "session") return scope.id;
  if (scope.of === "subject") return scope.name;
  return scope.of === "period" ? `${scope.fromMs}/${scope.untilMs ?? ""}` : null;
}

function deploymentInput({
  what,
  receipt,
}: Extract<Observation, { kind: "deployment" }>): Parameters<typeof deploymentEvent>[1] {
  const { scope: layer, policy, files, what: which, ...rest } = receipt.deployment;
  const written = which === "deploy" ? "deployed" : "rolled-back";
  return {
    ...rest,
    what: what === "failed" ? "not-written" : written,
    layer,
    inForce: policy?.digest,
    files: files.map(({ path }) => path),
    digest: signedDigest("deployment", receipt.deployment),
  };
}

function policyInput(news: PolicyNews): Parameters<typeof policyEvent>[1] {
  const { kind: what, file, layer } = news;
  const about = { what, file, layer };
  if (news.kind === "changed") return { ...about, before: news.before, inForce: news.after };
  if (news.kind === "removed") return { ...about, before: news.before, inForce: undefined };
  const { inForce } = news;
  if (news.kind === "repaired") return { ...about, before: inForce, inForce };
  const { code, line, column } = news;
  return { ...about, before: inForce, inForce, code, line, column };
}

/**
 * How the user's name is known. `sessionFacts` takes it from the user database of the system, or the number where there
 * is no name; `unknown` is neither, and is recorded as nobody that anything knows.
 */
export function userSourceOf(user: string): EventSession["userSource"] {
  return user === "unknown" || user === "" ? "none" : "os";
}

function rejectionEvent(stamp: EventStamp, code: RejectionCode, count: number): AuditEvent {
  switch (code) {
    case "token-missing":
      return rejectedEvent(stamp, { cause: "no-token", count });
    case "token-unknown":
      return rejectedEvent(stamp, { cause: "wrong-token", count });
    case "host":
      return rejectedEvent(stamp, { cause: "wrong-host", count });
    case "browser":
      return rejectedEvent(stamp, { cause: "browser", count });
    case "busy":
    case "rate":
    case "connections":
      return rejectedEvent(stamp, { cause: "flood", count });
    case "too-large":
    case "slow":
    case "aborted":
    case "malformed-http":
      // Bad input and no intruder: a code of its own, unless there was a flood of it.
      return count > 1
        ? rejectedEvent(stamp, { cause: "flood", count })
        : failureEvent(stamp, { code: `request-${code}`, where: "http", answer: "deny" });
    default:
      return code satisfies never;
  }
}
