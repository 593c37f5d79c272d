// What the operator may tell the daemon: to stop refusing for a while, and to refuse again. Each step is on record.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import type { HeldSessions } from "../services/sessions/held-sessions.ts";
import type { OffPeriod, OffSwitch } from "../services/installation/off-switch.ts";
import type { Receipt } from "../services/exceptions/receipts.ts";
import type { DeploymentReceipt } from "../services/deploy/deployment-receipt.ts";
import type { ExceptionStore } from "../services/exceptions/store.ts";
import type { HoldReceipt, HoldStore, ReleaseReceipt } from "../services/exceptions/holds.ts";
import type { RawApprovals, RawReceipt } from "../services/exceptions/raw-approvals.ts";
import type { StatementReceipt, StatementStore } from "../services/exceptions/statements.ts";
import type { Observation } from "../services/hooks/ports.ts";
import {
  type OperatorAnswer,
  type OperatorOrder,
  orderSchema,
} from "../services/daemon-process/operator-orders.ts";
import { carryOutApproval } from "./approval-orders.ts";
import { carryOutQuestion } from "./question-orders.ts";
import type { WaitingRoom } from "../services/questions/waiting-room.ts";
import type { ApprovalDesk } from "../services/approvals/approval-desk.ts";
import type { IncidentDesk } from "../services/incidents/incident-desk.ts";
import { loadPack } from "../services/policy/policy-source.ts";
import type { Trial, Tried } from "../services/trials/trial.ts";
import type { Recorder } from "../services/hooks/recorder.ts";
import { createLockdownWatch, createExceptionWatch } from "./operator-watches.ts";
import type { LockdownControl } from "./operator-watches.ts";

export type Operator = {
  /** Carries out an order; whoever gave it has shown the operator's secret. Never throws. */
  answer(payload: Uint8Array): Promise<OperatorAnswer>;
  /** Records times off that are over, and ones that this process did not begin. */
  look(): Promise<void>;
};

/** Builds what answers the operator, over the switch, the exceptions and the log. */
export function createOperator(parts: OperatorParts): Operator {
  return new OrderBook(parts);
}

/** What orders are carried out over. */
type OperatorParts = {
  readonly offSwitch: OffSwitch;
  readonly exceptions: ExceptionStore;
  readonly statements: StatementStore;
  readonly holds: HoldStore;
  readonly raw?: RawStoreControl;
  readonly desk?: Pick<IncidentDesk, "carryOut" | "block" | "unblock"> | undefined;
  readonly approvals?: ApprovalDesk;
  readonly questions?: WaitingRoom | undefined;
  readonly tries?: ((trial: Trial) => Promise<Tried>) | undefined;
  readonly heldSessions?: Pick<HeldSessions, "release"> | undefined;
  readonly lockdown: LockdownControl;
  readonly recorder: Pick<Recorder, "record">;
  readonly rootOf: (projectId: string) => string | undefined;
};

/** Carries out orders, and remembers which times off are on record. */
class OrderBook {
  readonly #parts: OperatorParts;
  readonly #known = new Set<string>();
  readonly #locked: ReturnType<typeof createLockdownWatch>;
  readonly #lookAtExceptions: ReturnType<typeof createExceptionWatch>;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
    this.#locked = createLockdownWatch(parts.lockdown, parts.recorder);
    this.#lookAtExceptions = createExceptionWatch(parts.exceptions, parts.recorder);
  }

  async answer(payload: Uint8Array): Promise<OperatorAnswer> {
    const order = v.safeParse(
      v.pipe(v.string(), v.parseJson(), orderSchema),
      Buffer.from(payload).toString("utf8"),
    );
    if (!order.success) return { kind: "refused", why: "the order cannot be read" };
    try {
      return await this.#carryOut(order.output);
    } catch (cause) {
      const why = cause instanceof Failure ? cause.message : "the daemon could not carry it out";
      return { kind: "refused", why };
    }
  }

  async look(): Promise<void> {
    await this.#locked.look();
    await this.#lookAtExceptions();
    await this.#parts.approvals?.look();
    for (const period of this.#parts.offSwitch.all()) {
      const isOver = !this.#parts.offSwitch.isInForce(period);
      if (!isOver && this.#known.has(period.id)) continue;
      await this.#tell(isOver ? "expire" : "resume", period, "daemon");
      if (isOver) this.#parts.offSwitch.drop([period.id]);
      else this.#known.add(period.id);
    }
  }

  #tell(what: OffObservation["what"], period: OffPeriod, by: OffObservation["by"]) {
    return this.#parts.recorder.record(
      {
        kind: "off",
        what,
        by,
        id: period.id,
        reason: period.reason,
        minutes: Math.round((period.untilMs - period.startedMs) / 60_000),
        projectRoot:
          period.projectId === null ? null : (this.#parts.rootOf(period.projectId) ?? null),
      },
      { durable: true },
    );
  }

  async #begin(order: OperatorOrder & { order: "off" }): Promise<OperatorAnswer> {
    const { project: projectId, minutes, reason } = order;
    if (projectId !== null && this.#parts.rootOf(projectId) === undefined)
      return { kind: "refused", why: "this project is not guarded" };
    const period = this.#parts.offSwitch.plan({ projectId, minutes, reason });
    // Nothing is off that is not on record.
    await this.#tell("start", period, "operator");
    this.#known.add(period.id);
    try {
      this.#parts.offSwitch.begin(period);
    } catch (cause) {
      await this.#tell("end", period, "daemon");
      throw cause;
    }
    return { kind: "off", untilMs: period.untilMs };
  }

  async #end(projectId: string | null): Promise<OperatorAnswer> {
    const meant = this.#parts.offSwitch
      .all()
      .filter(
        (period) =>
          projectId === null || period.projectId === null || period.projectId === projectId,
      );
    this.#parts.offSwitch.drop(meant.map(({ id }) => id));
    for (const period of meant) {
      this.#known.delete(period.id);
      await this.#tell("end", period, "operator");
    }
    return { kind: "on", ended: meant.length };
  }

  #carryOut(order: OperatorOrder): Promise<OperatorAnswer> {
    const { exceptions, statements, holds, raw, desk, approvals, recorder } = this.#parts;
    switch (order.order) {
      case "off":
        return this.#begin(order);
      case "on":
        return this.#end(order.project);
      case "restore":
        return this.#locked.end();
      case "grant":
        return grant(order.receipt, exceptions, recorder);
      case "deployment":
        return recordDeployment(order, exceptions, recorder);
      case "state":
        return state(order.receipt, this.#parts, recorder);
      case "hold":
        return hold(order.receipt, holds, recorder);
      case "release":
        return releaseHold(order.receipt, holds, recorder);
      case "raw":
        return enableRaw(order.receipt, raw, recorder);
      case "raw-off":
        return disableRaw(raw, recorder);
      case "approval-receipt":
      case "approval-end":
      case "approver-add":
      case "approver-remove":
        return carryOutApproval(order, approvals);
      case "presence":
      case "questions":
      case "question-answer":
        return carryOutQuestion(order, this.#parts.questions, recorder);
      case "incident":
        return changeIncident(order, desk);
      case "block":
        return block(order, desk);
      case "unblock":
        return unblock(order, desk);
      case "withdraw":
        return withdraw(order.id, statements, recorder);
      case "try":
        return tried(order, this.#parts.tries);
      case "revoke":
        return revoke(order.id, exceptions, recorder);
      default:
        return order satisfies never;
    }
  }
}

/** Nothing counts that is not on record. */
async function grant(
  receipt: Receipt,
  exceptions: ExceptionStore,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (!exceptions.isOwn(receipt))
    return {
      kind: "refused",
      why: "this exception was not signed by this installation's operator",
    };
  await recorder.record({ kind: "exception", what: "grant", receipt }, { durable: true });
  try {
    exceptions.grant(receipt);
  } catch (cause) {
    await recorder.record({ kind: "exception", what: "revoke", receipt }, { durable: true });
    throw cause;
  }
  return { kind: "granted" };
}

/** Nothing counts that is not on record. */
async function state(
  receipt: StatementReceipt,
  { statements, heldSessions }: Pick<OperatorParts, "statements" | "heldSessions">,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (!statements.isOwn(receipt))
    return { kind: "refused", why: "this was not signed by this installation's operator" };
  await recorder.record({ kind: "statement", what: "state", receipt }, { durable: true });
  try {
    statements.add(receipt);
  } catch (cause) {
    await recorder.record({ kind: "statement", what: "withdraw", receipt }, { durable: true });
    throw cause;
  }
  const { kind, scope } = receipt.statement;
  if (kind === "release" && scope.of === "session") heldSessions?.release(scope.id);
  return { kind: "stated" };
}

/** WHY in force first: a log that fails must not let the data go that a person wants kept. */
async function hold(
  receipt: HoldReceipt,
  holds: HoldStore,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (!holds.isOwn(receipt))
    return { kind: "refused", why: "this hold was not signed by this installation's operator" };
  holds.set(receipt);
  await recorder.record({ kind: "hold", what: "set", receipt }, { durable: true });
  return { kind: "held" };
}

/** On record first: nothing that was held is let go without a trace. */
async function releaseHold(
  receipt: ReleaseReceipt,
  holds: HoldStore,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (!holds.isOwnRelease(receipt))
    return { kind: "refused", why: "this release was not signed by this installation's operator" };
  const { release } = receipt;
  const found = holds
    .all()
    .find((one) => one.kind === "in-force" && one.receipt.hold.id === release.id);
  if (found?.kind !== "in-force") return { kind: "released", isKnown: false };
  await recorder.record(
    { kind: "hold", what: "release", receipt: found.receipt, release },
    { durable: true },
  );
  holds.release(receipt);
  return { kind: "released", isKnown: true };
}

/** The raw store, as the operator switches it. */
export type RawStoreControl = {
  readonly approvals: Pick<RawApprovals, "latest" | "isOwn" | "put" | "clear">;
  readonly removeAll: () => Promise<void>;
};

/** Nothing raw is kept before it is on record who approved it. */
async function enableRaw(
  receipt: RawReceipt,
  raw: RawStoreControl | undefined,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (raw?.approvals.isOwn(receipt) !== true)
    return { kind: "refused", why: "this approval was not signed by this installation's operator" };
  await recorder.record({ kind: "raw", what: "enabled", receipt }, { durable: true });
  raw.approvals.put(receipt);
  return { kind: "raw", isOn: true };
}

/** WHY it ends first: a log that fails must not keep raw texts coming. */
async function disableRaw(
  raw: RawStoreControl | undefined,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  const receipt = raw?.approvals.latest();
  if (raw === undefined || receipt === undefined) return { kind: "raw", isOn: false };
  raw.approvals.clear();
  await raw.removeAll();
  await recorder.record({ kind: "raw", what: "disabled", receipt }, { durable: true });
  return { kind: "raw", isOn: false };
}

/** WHY on record first: a label that is withdrawn may loosen what a session may do. */
async function withdraw(
  id: string,
  statements: StatementStore,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  const found = statements.all(Date.now()).find(({ receipt }) => receipt.statement.id === id);
  if (found === undefined) return { kind: "withdrawn", isKnown: false };
  const { receipt } = found;
  await recorder.record({ kind: "statement", what: "withdraw", receipt }, { durable: true });
  statements.withdraw(id);
  return { kind: "withdrawn", isKnown: true };
}

/** WHY the daemon: nothing is deployed that is not on record, and only the daemon records. */
async function recordDeployment(
  { receipt, what }: { readonly receipt: DeploymentReceipt; readonly what: "begin" | "failed" },
  exceptions: Pick<ExceptionStore, "isOwn">,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (!exceptions.isOwn(receipt))
    return {
      kind: "refused",
      why: "this deployment was not signed by this installation's operator",
    };
  if (Date.now() > receipt.deployment.expiresMs)
    return { kind: "refused", why: "its approval is too old: run the command again" };
  await recorder.record({ kind: "deployment", what, receipt }, { durable: true });
  return { kind: "recorded" };
}

const NO_DESK: OperatorAnswer = { kind: "refused", why: "this daemon keeps no incidents" };

async function block(
  { order: _order, ...asked }: OperatorOrder & { order: "block" },
  desk: OperatorParts["desk"],
): Promise<OperatorAnswer> {
  // A pack that cannot be loaded would refuse every call of the project.
  if (asked.pack !== undefined) loadPack(asked.pack);
  return desk === undefined ? NO_DESK : { kind: "blocked", id: await desk.block(asked) };
}

async function unblock(
  { id, by }: OperatorOrder & { order: "unblock" },
  desk: OperatorParts["desk"],
): Promise<OperatorAnswer> {
  return desk === undefined ? NO_DESK : { kind: "unblocked", isKnown: await desk.unblock(id, by) };
}

/** The desk puts it on record before it counts. */
async function changeIncident(
  { order: _order, ...change }: OperatorOrder & { order: "incident" },
  desk: OperatorParts["desk"],
): Promise<OperatorAnswer> {
  if (desk === undefined) return NO_DESK;
  const { id, state } = await desk.carryOut(change);
  return { kind: "incident", id, state };
}

/** Nothing of the log is sent; what is fetched for it is on record as every fetch is. */
async function tried(
  { what, name }: OperatorOrder & { order: "try" },
  tries: OperatorParts["tries"],
): Promise<OperatorAnswer> {
  if (tries === undefined) return { kind: "refused", why: "this daemon delivers nothing" };
  const { outcome, checkups } = await tries({ what, name });
  return { kind: "tried", outcome, checkups: [...checkups] };
}

/** It stops counting first: a log that fails must not keep it in force. */
async function revoke(
  id: string,
  exceptions: ExceptionStore,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  const receipt = exceptions.revoke(id);
  if (receipt !== undefined)
    await recorder.record({ kind: "exception", what: "revoke", receipt }, { durable: true });
  return { kind: "revoked", isKnown: receipt !== undefined };
}

type OffObservation = Extract<Observation, { kind: "off" }>;
