// What was made for held calls, and why they were last refused, until that is told.
import { OPEN_MAX } from "./call-sockets.ts";

/** What is remembered of calls, by their tickets. */
export type CallRecords<Made> = {
  /** How many were made for a call, told or not. */
  count(ticket: string): number;
  add(ticket: string, made: Made): void;
  refuse(ticket: string, why: string | undefined): void;
  /** What was made for a call since that was last asked. */
  takeMade(ticket: string): readonly Made[];
  /** Why a call was last refused, told once. */
  takeRefused(ticket: string): string | undefined;
};

/** Calls that ended, of which it is remembered what was made until that is told. */
const ENDED_MAX = 256;

export function createCallRecords<Made>(): CallRecords<Made> {
  type Record = { made: Made[]; refused: string | undefined; count: number };
  const records = new Map<string, Record>();
  const recordOf = (ticket: string): Record => {
    const known = records.get(ticket) ?? { made: [], refused: undefined, count: 0 };
    records.set(ticket, known);
    for (const oldest of records.keys())
      if (records.size > OPEN_MAX + ENDED_MAX) records.delete(oldest);
    return known;
  };
  return {
    count: (ticket) => records.get(ticket)?.count ?? 0,
    add(ticket, made) {
      const record = recordOf(ticket);
      record.count += 1;
      record.made.push(made);
    },
    refuse(ticket, why) {
      recordOf(ticket).refused = why;
    },
    takeMade: (ticket) => records.get(ticket)?.made.splice(0) ?? [],
    takeRefused(ticket) {
      const record = records.get(ticket);
      const why = record?.refused;
      if (record !== undefined) record.refused = undefined;
      return why;
    },
  };
}
