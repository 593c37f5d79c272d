// Observations into a log: as audit events, and one more for each that reached the disk after its answer.
import type { Clock } from "#base/clock.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { AuditEvent, EventStamp, Submitter } from "#record/event/event.ts";
import { lateEvent } from "#record/event/guard-events.ts";
import { toAuditEvents } from "./audit-events.ts";
import type { Machine } from "../evaluation/circumstances.ts";
import type { Append } from "./ports.ts";

/** Where events go. `write` resolves as `Append` does; `late` speaks in the name of whoever waited. */
export type EventSink = {
  readonly machine: Machine;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly late: Submitter;
  stamp(author: Submitter): EventStamp;
  /** Hears of each call that was judged, with the event of its decision. */
  readonly judged?: (call: ToolCall, decision: AuditEvent) => void;
  write(events: readonly AuditEvent[], options: { readonly durable: boolean }): Promise<unknown>;
};

/** Builds the port through which hooks are recorded. */
export function createAppend(sink: EventSink): Append {
  return async (observation, { durable, answeredAfterMs }) => {
    const startedMs = sink.clock.monotonicMs();
    const events = await toAuditEvents(observation, (author) => sink.stamp(author), sink.machine);
    await sink.write(events, { durable });
    const [first] = events;
    if (observation.kind === "decision" && observation.canary !== true && first !== undefined)
      sink.judged?.(observation.call, first);
    const lateMs = sink.clock.monotonicMs() - startedMs;
    if (answeredAfterMs === undefined || lateMs <= answeredAfterMs) return;
    const marks = events.map(({ id }) => lateEvent(sink.stamp(sink.late), { eventId: id, lateMs }));
    await sink.write(marks, { durable: false });
  };
}
