// Runs one row of the table of sessions and holds every action to what a reasonable person expects.
import { expect, type TestContext } from "vitest";
import { newestClient } from "../client-binary.ts";
import { SECRET } from "./common-actions.ts";
import {
  isAsExpected,
  type Outcome,
  runOrdinarySession,
  didWhatItShould,
} from "./ordinary-session.ts";
import { isThere, type MatrixRow, whyNot } from "./session-matrix.ts";

/** Milliseconds that one session may take on a busy machine. */
export const SESSION_TIMEOUT_MS = 400_000;

/** Has the session; skips the test, with the reason, where the machine lacks something. */
export async function holdSession(row: MatrixRow, context: TestContext): Promise<void> {
  const reason = await whyNot(row);
  if (reason !== undefined) return context.skip(reason);
  const newest = row.isNewest ? await newestClient() : undefined;
  const client = newest?.kind === "ready" ? { client: newest.path } : {};
  const { outcomes, run, explanations } = await runOrdinarySession(row.project, {
    ...row.form,
    ...client,
  });
  expect(run.timedOut, run.stderr).toBe(false);
  expect(outcomes.length).toBeGreaterThan(60);
  // Told at once: all sessions take a quarter of an hour.
  const wrong = outcomes.filter(
    (one) => !isAsExpected(one, row.form) || (!didWhatItShould(one) && lackedBy(one) === undefined),
  );
  for (const one of wrong) process.stdout.write(`${nameOf(row)}: ${said(one)}\n`);
  expect(wrong.map(said)).toEqual([]);
  expect(run.leaked(SECRET)).toBeUndefined();
  expect(explanations.filter(({ says, told }) => says !== told)).toEqual([]);
  tell(row, outcomes);
}

/** The program that an action names and this machine has not: what it did says nothing then, its verdict still does. */
function lackedBy({ text }: Outcome): string | undefined {
  const program = /: (\S+): command not found/.exec(text)?.[1];
  return program === undefined || isThere(program) ? undefined : program;
}

/** An action with what became of it, in a line. */
function said({ action, loop, ended, verdict, rules, text }: Outcome): string {
  const { call, expect: expected } = action;
  const words = typeof call === "string" ? call : `${call.name} ${JSON.stringify(call.input)}`;
  return `${loop}: ${words.slice(0, 120)}: expected ${expected}, ${ended} (${verdict} by ${rules.join()}): ${text.slice(0, 300)}`;
}

/** What was asked about, by reason. */
function tell(row: MatrixRow, outcomes: readonly Outcome[]): void {
  const asked = new Map<string, number>();
  for (const { ended, rules } of outcomes) {
    if (!ended.startsWith("asked")) continue;
    const reason = rules[0] ?? "the client's own question";
    asked.set(reason, (asked.get(reason) ?? 0) + 1);
  }
  const counts = [...asked].map(([rule, count]) => `${count} ${rule}`).sort();
  const lacking = new Set(outcomes.flatMap((one) => lackedBy(one) ?? []));
  const lacks = lacking.size === 0 ? "" : `; not installed: ${[...lacking].join(", ")}`;
  process.stdout.write(
    `${nameOf(row)}: ${outcomes.length} actions; asked: ${counts.join(", ")}${lacks}\n`,
  );
}

function nameOf({ kind, form, isNewest }: MatrixRow): string {
  const { mode, transport, shell } = form;
  const client = isNewest ? "newest client" : "pinned client";
  return `session ${[kind, mode, transport, shell, client].join(", ")}`;
}
