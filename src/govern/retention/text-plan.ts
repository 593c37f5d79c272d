// Which texts of the record are over their time: keys of a person and day, except those that a hold keeps.
import { type Hold, holdsOver } from "./hold.ts";

const DAY_MS = 86_400_000;

/** The key of one person's texts of one UTC day, counted from 1970, and what is known of the events under it. */
export type KeptTexts = {
  readonly subject: string;
  readonly day: number;
  /** Events of the log that have a text under it. */
  readonly events: number;
  /** Of the events: their times, sessions and users. Undefined where there is none in the log, or one cannot be opened. */
  readonly period: { readonly fromMs: number; readonly untilMs: number } | undefined;
  readonly sessions: readonly string[] | undefined;
  readonly users: readonly string[] | undefined;
};

/** When the key of a day is over: its last text is then `textDays` days old. Unix milliseconds. */
export function overMs(day: number, textDays: number): number {
  return (day + 1 + textDays) * DAY_MS;
}

/** Splits keys that are over into those that go and those that a hold keeps. What nobody can tell may be what is held. */
export function heldTexts<Texts extends KeptTexts>(
  over: readonly Texts[],
  holds: readonly Hold[],
): {
  readonly due: readonly Texts[];
  readonly held: readonly (Texts & { readonly hold: string })[];
} {
  const due: Texts[] = [];
  const held: (Texts & { readonly hold: string })[] = [];
  for (const texts of over) {
    const { day, period, sessions, users: subjects } = texts;
    const fromMs = Math.min(day * DAY_MS, period?.fromMs ?? Infinity);
    const untilMs = Math.max((day + 1) * DAY_MS - 1, period?.untilMs ?? 0);
    const [hold] = holdsOver(holds, { period: { fromMs, untilMs }, sessions, subjects });
    if (hold === undefined) due.push(texts);
    else held.push({ ...texts, hold: hold.id });
  }
  return { due, held };
}
