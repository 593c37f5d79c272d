// How far people are with a playbook: which steps are done, when and by whom. Pure: clocks and files are the caller's.
import type { Playbook } from "./playbook.ts";

/** A step that was checked off. Its note stands with the actions of the incident. */
export type DoneStep = { readonly step: string; readonly atMs: number; readonly by: string };

/** A playbook that was begun in an incident, with its steps as they were then: a later version does not move what was done. */
export type PlaybookRun = {
  readonly playbook: string;
  readonly startedMs: number;
  readonly by: string;
  readonly steps: readonly string[];
  readonly done: readonly DoneStep[];
};

/** Playbooks that one incident takes. */
export const RUNS_MAX = 8;

/** Begins one. */
export function startedRun({ id, steps }: Playbook, by: string, nowMs: number): PlaybookRun {
  return { playbook: id, startedMs: nowMs, by, steps: steps.map((step) => step.id), done: [] };
}

/** The run with one more step done; undefined where it has no such step. A step is done once: the first time counts. */
export function withDone(run: PlaybookRun, done: DoneStep): PlaybookRun | undefined {
  if (!run.steps.includes(done.step)) return undefined;
  if (run.done.some(({ step }) => step === done.step)) return run;
  return { ...run, done: [...run.done, done] };
}

/** When the last step was done, Unix milliseconds; undefined while one is open. */
export function finishedMs({ steps, done }: PlaybookRun): number | undefined {
  return done.length < steps.length ? undefined : Math.max(...done.map(({ atMs }) => atMs));
}
