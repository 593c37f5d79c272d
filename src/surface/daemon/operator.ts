// What the operator may tell the daemon: to stop refusing for a while, and to refuse again. Each step is on record.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { OFF_MINUTES_MAX, type OffPeriod, type OffSwitch, REASON_CHARS_MAX } from "./off-switch.ts";
import type { Observation } from "./ports.ts";
import type { Recorder } from "./recorder.ts";

const project = v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)));
const orderSchema = v.variant("order", [
  v.strictObject({
    order: v.literal("off"),
    /** Null is all projects. */
    project,
    minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(OFF_MINUTES_MAX)),
    reason: v.nullable(v.pipe(v.string(), v.maxLength(REASON_CHARS_MAX))),
  }),
  /** Ends the time off of one project and the one for all; null ends every one. */
  v.strictObject({ order: v.literal("on"), project }),
]);

/** An order of the operator. */
export type OperatorOrder = v.InferOutput<typeof orderSchema>;

/** What became of an order. `ended` counts the times off that it ended. */
export const operatorAnswerSchema = v.variant("kind", [
  v.object({ kind: v.literal("off"), untilMs: v.number() }),
  v.object({ kind: v.literal("on"), ended: v.number() }),
  v.object({ kind: v.literal("refused"), why: v.string() }),
]);
export type OperatorAnswer = v.InferOutput<typeof operatorAnswerSchema>;

export type Operator = {
  /** Carries out an order; whoever gave it has shown the operator's secret. Never throws. */
  answer(payload: Uint8Array): Promise<OperatorAnswer>;
  /** Records times off that are over, and ones that this process did not begin. */
  look(): Promise<void>;
};

/** Builds the operator's desk over the switch and the log. */
export function createOperator(
  offSwitch: OffSwitch,
  recorder: Pick<Recorder, "record">,
  rootOf: (projectId: string) => string | undefined,
): Operator {
  const known = new Set<string>();
  const tell = (what: OffObservation["what"], period: OffPeriod, by: OffObservation["by"]) =>
    recorder.record(
      {
        kind: "off",
        ...{ what, by, id: period.id, reason: period.reason },
        minutes: Math.round((period.untilMs - period.startedMs) / 60_000),
        projectRoot: period.projectId === null ? null : (rootOf(period.projectId) ?? null),
      },
      { durable: true },
    );
  const begin = async (order: OperatorOrder & { order: "off" }): Promise<OperatorAnswer> => {
    const { project: projectId, minutes, reason } = order;
    if (projectId !== null && rootOf(projectId) === undefined)
      return { kind: "refused", why: "this project is not guarded" };
    const period = offSwitch.plan({ projectId, minutes, reason });
    // Nothing is off that is not on record.
    await tell("start", period, "operator");
    known.add(period.id);
    try {
      offSwitch.begin(period);
    } catch (cause) {
      await tell("end", period, "daemon");
      throw cause;
    }
    return { kind: "off", untilMs: period.untilMs };
  };
  const end = async (projectId: string | null): Promise<OperatorAnswer> => {
    const meant = offSwitch
      .all()
      .filter(
        (period) =>
          projectId === null || period.projectId === null || period.projectId === projectId,
      );
    offSwitch.drop(meant.map(({ id }) => id));
    for (const period of meant) {
      known.delete(period.id);
      await tell("end", period, "operator");
    }
    return { kind: "on", ended: meant.length };
  };
  return {
    async answer(payload) {
      const order = v.safeParse(
        v.pipe(v.string(), v.parseJson(), orderSchema),
        Buffer.from(payload).toString("utf8"),
      );
      if (!order.success) return { kind: "refused", why: "the order cannot be read" };
      try {
        return order.output.order === "off"
          ? await begin(order.output)
          : await end(order.output.project);
      } catch (cause) {
        const why = cause instanceof Failure ? cause.message : "the daemon could not carry it out";
        return { kind: "refused", why };
      }
    },
    async look() {
      for (const period of offSwitch.all()) {
        const isOver = !offSwitch.isInForce(period);
        if (!isOver && known.has(period.id)) continue;
        await tell(isOver ? "expire" : "resume", period, "daemon");
        if (isOver) offSwitch.drop([period.id]);
        else known.add(period.id);
      }
    },
  };
}

type OffObservation = Extract<Observation, { kind: "off" }>;
