// Observations of the daemon as audit events: what each kind tells the log, and what it leaves out.
import type { AuditEvent, EventStamp, Submitter as Author } from "#record/event/event.ts";
import {
  clockEvent,
  daemonEvent,
  deploymentEvent,
  failureEvent,
  lockdownEvent,
  offEvent,
  policyEvent,
  rejectedEvent,
} from "#record/event/guard-events.ts";
import { exceptionEvent, holdEvent, statementEvent } from "#record/event/agreement-events.ts";
import { approvalEvent } from "#record/event/approval-events.ts";
import { questionEvent } from "#record/event/question-events.ts";
import { rawEvent } from "#record/event/privacy-events.ts";
import type { Hold } from "#govern/retention/hold.ts";
import { userName } from "#platform/user.ts";
import type { PolicyNews } from "../policy/site-policy.ts";
import { approvalInput } from "../approvals/approval-news.ts";
import { questionInput } from "../questions/question-news.ts";
import { receiptDigest } from "../exceptions/receipts.ts";
import { signedDigest } from "../exceptions/operator-signature.ts";
import type { Machine } from "../evaluation/circumstances.ts";
import type { Observation, RejectionCode } from "./ports.ts";
import { toSessionEvents } from "./session-audit-events.ts";

/** The audit events of one observation, in order; mostly one. `stamp` is the log's. */
export async function toAuditEvents(
  observation: Observation,
  stamp: (author: Author) => EventStamp,
  machine: Machine,
): Promise<readonly AuditEvent[]> {
  switch (observation.kind) {
    case "shell-change": {
      const alarm = {
        code: "shell-snapshot",
        where: observation.how,
        event: "PreToolUse",
        answer: "none",
      };
      return [failureEvent(stamp("daemon"), alarm)];
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
    case "approval":
      return [approvalEvent(stamp(observation.news.by), approvalInput(observation.news))];
    case "question":
      return [questionEvent(stamp(observation.news.submitter), questionInput(observation.news))];
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
      return toSessionEvents(observation, stamp, machine);
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
  const { scope: layer, policy, files, what: which, proof, ...rest } = receipt.deployment;
  const written = which === "deploy" ? "deployed" : "rolled-back";
  return {
    ...rest,
    what: what === "failed" ? "not-written" : written,
    layer,
    inForce: policy?.digest,
    proof: proof?.kind === "proven" ? `client ${proof.client}` : proof?.kind,
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
