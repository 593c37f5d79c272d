// Telemetry that was let in: each event of the client once into the log, held against hook records, and counted.
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import {
  CLIENT_EVENTS,
  discrepancyEvent,
  numberIn,
  telemetryEvent,
} from "#record/event/telemetry-events.ts";
import type { LogRecord, MetricPoint, Span } from "#record/otlp/export-request.ts";
import type { ContentKind, Scalar } from "#record/otlp/kept.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Join } from "./join.ts";
import type { SequenceBook } from "./sequences.ts";
import type { UsageBook } from "./usage.ts";

/** Records after which others get their turn. */
const TURN_RECORDS = 512;
const SESSIONS_MAX = 1_024;
const KNOWN_EVENTS: ReadonlySet<string> = new Set(CLIENT_EVENTS);
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}$/;

/** What the intake needs. */
export type IntakePorts = {
  readonly stamp: () => EventStamp;
  /** Whose client sends: the user of this installation. */
  readonly user: string;
  /** Resolves when all are durable. */
  readonly write: (events: readonly AuditEvent[]) => Promise<void>;
  readonly join: Join;
  readonly sequences: SequenceBook;
  readonly usage: UsageBook;
  readonly nowMs: () => number;
  /** Hears what a request of a session cost, in dollars. */
  readonly spent?: (sessionId: string, usd: number) => void;
};

/** How many items of a request could not be taken, and what was wrong with them. */
export type Taken = { readonly rejected: number; readonly why: string };

export type Intake = {
  /** Records events. Rejects when the log cannot take them; then none of them counts as having come. */
  takeLogs(records: readonly LogRecord[]): Promise<Taken>;
  takeMetrics(points: readonly MetricPoint[]): Taken;
  takeSpans(spans: readonly Span[]): Taken;
  /** Records that the guard of a machine noticed a client; `client` names the process. */
  takeNotice(what: "client-silent" | "client-covered", client: string): Promise<void>;
  /** Records what was found since: calls without hooks, numbers that never came. */
  look(): Promise<void>;
};

const TAKEN: Taken = { rejected: 0, why: "" };

type Known = { readonly session: string; readonly sequence: number; readonly name: string };

/** Builds the intake. */
export function createIntake(ports: IntakePorts): Intake {
  return new TelemetryIntake(ports);
}

/** What came of telemetry, to the log and to the sums. */
class TelemetryIntake {
  readonly #ports: IntakePorts;
  readonly #join: Join;
  readonly #sequences: SequenceBook;
  readonly #usage: UsageBook;
  readonly #user: string;
  /** Kinds of content that a session sent: told once each. */
  readonly #content = new Map<string, Set<ContentKind>>();

  constructor(ports: IntakePorts) {
    const { join, sequences, usage, user } = ports;
    this.#ports = ports;
    this.#join = join;
    this.#sequences = sequences;
    this.#usage = usage;
    this.#user = user;
  }

  async takeLogs(records: readonly LogRecord[]): Promise<Taken> {
    let rejected = 0;
    for (let at = 0; at < records.length; at += TURN_RECORDS)
      rejected += await this.#takeTurn(records.slice(at, at + TURN_RECORDS));
    return { rejected, why: rejected === 0 ? "" : "records without session, name or sequence" };
  }

  takeMetrics(points: readonly MetricPoint[]): Taken {
    for (const point of points) this.#usage.addPoint(point);
    return TAKEN;
  }

  takeSpans(spans: readonly Span[]): Taken {
    for (const span of spans) this.#usage.addSpan(span);
    return TAKEN;
  }

  async takeNotice(what: "client-silent" | "client-covered", client: string): Promise<void> {
    this.#usage.countDiscrepancy(what);
    const about = {
      what,
      user: this.#user,
      sessionId: `process-${client}`,
      certain: true,
    } as const;
    await this.#ports.write([discrepancyEvent(this.#ports.stamp(), about)]);
  }

  async look(): Promise<void> {
    const gaps = this.#sequences.gaps(this.#ports.nowMs()).map(({ session, first, count }) => ({
      what: "sequence-gap" as const,
      sessionId: session,
      first,
      count,
      certain: true as const,
    }));
    const found = [...(await this.#join.due(this.#ports.nowMs())), ...gaps];
    for (const { what } of found) this.#usage.countDiscrepancy(what);
    const events = found.map((one) =>
      discrepancyEvent(this.#ports.stamp(), { ...one, user: this.#user }),
    );
    if (events.length > 0) await this.#ports.write(events);
  }

  #newContent(session: string, kinds: ReadonlySet<ContentKind>): readonly AuditEvent[] {
    const told = this.#content.get(session) ?? new Set();
    this.#content.set(session, told);
    dropOldest(this.#content, SESSIONS_MAX);
    return [...kinds].flatMap((code) => {
      if (told.has(code)) return [];
      told.add(code);
      const about = {
        what: "content",
        user: this.#user,
        sessionId: session,
        code,
        certain: true,
      } as const;
      this.#usage.countDiscrepancy("content");
      return [discrepancyEvent(this.#ports.stamp(), about)];
    });
  }

  async #takeTurn(records: readonly LogRecord[]): Promise<number> {
    const events: AuditEvent[] = [];
    const taken: (Known & { readonly record: LogRecord })[] = [];
    let rejected = 0;
    for (const record of records) {
      const known = knownOf(record);
      if (known === undefined) {
        rejected++;
        continue;
      }
      const { session, sequence, name } = known;
      const { timeMs, attributes } = record;
      if (!this.#sequences.take(session, sequence, timeMs)) {
        this.#usage.countDuplicate();
        continue;
      }
      taken.push({ session, sequence, name, record });
      events.push(
        telemetryEvent(this.#ports.stamp(), { name, timeMs, attributes, user: this.#user }),
      );
      if (record.content.size > 0) events.push(...this.#newContent(session, record.content));
    }
    try {
      if (events.length > 0) await this.#ports.write(events);
    } catch (cause) {
      for (const { session, sequence } of taken.toReversed())
        this.#sequences.giveBack(session, sequence);
      throw cause;
    }
    for (const { session, name, record } of taken) {
      this.#usage.countEvent(KNOWN_EVENTS.has(name) ? name : "other");
      this.#noteCall(session, name, record);
      if (name === "api_request") this.#noteCost(session, record);
    }
    return rejected;
  }

  #noteCost(sessionId: string, { attributes }: LogRecord): void {
    const micros = numberIn(attributes, "cost_usd_micros");
    if (micros !== undefined) this.#ports.spent?.(sessionId, micros / 1e6);
  }

  #noteCall(sessionId: string, name: string, { attributes }: LogRecord): void {
    const callId = idOf(attributes.get("tool_use_id"));
    if (callId === undefined) return;
    const toolName = attributes.get("tool_name");
    const tool = typeof toolName === "string" ? toolName : undefined;
    const about = { sessionId, callId, tool };
    if (name === "tool_decision" && attributes.get("decision") === "accept")
      this.#join.noteClient({ ...about, said: "accepted" }, this.#ports.nowMs());
    if (name !== "tool_result") return;
    const said = String(attributes.get("success")) === "true" ? "success" : "failure";
    this.#join.noteClient({ ...about, said }, this.#ports.nowMs());
  }
}

/** What every event of the client has; undefined for a record that has it not. */
function knownOf({ attributes }: LogRecord): Known | undefined {
  const session = idOf(attributes.get("session.id"));
  const name = attributes.get("event.name");
  const sequence = numberIn(attributes, "event.sequence");
  if (session === undefined || typeof name !== "string" || !ID.test(name)) return undefined;
  if (sequence === undefined || !Number.isSafeInteger(sequence) || sequence < 0) return undefined;
  return { session, sequence, name };
}

function idOf(value: Scalar | undefined): string | undefined {
  return typeof value === "string" && ID.test(value) ? value : undefined;
}
