// A playbook and how far people are with it, as lines.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { filledCommand } from "#detect/incident/filled-command.ts";
import { PHASES, type Playbook, type PlaybookStep } from "#detect/playbook/playbook.ts";
import { finishedMs, type PlaybookRun } from "#detect/playbook/playbook-run.ts";

/** One line for each playbook of an incident. */
export function progressLines({ playbooks = [] }: Incident): readonly string[] {
  return playbooks.map((run) => {
    const { playbook, done, steps } = run;
    const next = steps.find((step) => !done.some((one) => one.step === step));
    const more = next === undefined ? `done in ${durationOf(run)}` : `next: ${next}`;
    return `  playbook ${printable(playbook)}: ${done.length} of ${counted(steps.length, "step")}, ${printable(more)}`;
  });
}

/** From the beginning to the last step; to now while one is open. */
export function durationOf(run: PlaybookRun, nowMs: number = Date.now()): string {
  const seconds = Math.max(0, Math.round(((finishedMs(run) ?? nowMs) - run.startedMs) / 1_000));
  if (seconds < 120) return counted(seconds, "second");
  if (seconds < 7_200) return counted(Math.round(seconds / 60), "minute");
  return counted(Math.round(seconds / 3_600), "hour");
}

/** The whole playbook by phase. With an incident its commands are filled in as far as it tells, and done steps are marked. */
export function playbookLines(
  playbook: Playbook,
  incident: Incident | undefined,
): readonly string[] {
  const run = incident?.playbooks?.find((one) => one.playbook === playbook.id);
  return [
    `${playbook.id}  ${playbook.title}`,
    `  ${playbook.description}`,
    `  for ${playbook.detections.join(", ")}`,
    ...PHASES.flatMap((phase) => [
      "",
      phase,
      ...playbook.steps
        .filter((step) => step.phase === phase)
        .flatMap((step) => stepLines(step, incident, run)),
    ]),
  ].map((line) => printable(line));
}

function stepLines(
  step: PlaybookStep,
  incident: Incident | undefined,
  run: PlaybookRun | undefined,
): readonly string[] {
  const done = run?.done.find((one) => one.step === step.id);
  const mark = run === undefined ? "-" : done === undefined ? "[ ]" : "[x]";
  const when =
    done === undefined ? "" : `  (${new Date(done.atMs).toISOString().slice(0, 19)} ${done.by})`;
  return [
    `  ${mark} ${step.id}, by the ${step.by.replace("-", " ")}${when}`,
    `      ${step.do}`,
    ...(step.breakGlass ? ["      BREAK GLASS: a person runs this, never a session"] : []),
    ...step.run.map((line) => `      $ ${filledCommand(line, incident)}`),
    `      done when: ${step.proof}`,
  ];
}
