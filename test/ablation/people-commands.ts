// Commands that a person or an agent really types, once each: the graded corpora, the days of work and the ordinary sessions.
import { CORPORA, readGraded } from "../corpus/graded/graded.ts";
import { allDays } from "../client/days/story-text.ts";
import { KINDS } from "../client/sessions/session-matrix.ts";

/** A command with where it comes from, and whether it is harm that has to be stopped. */
export type PeoplesCommand = {
  readonly source: "graded" | "days" | "sessions";
  readonly command: string;
  readonly isHarm: boolean;
  readonly isSealed: boolean;
};

/** All of them; a command that stands in several sources counts in the first. */
export function peoplesCommands(): readonly PeoplesCommand[] {
  const found = new Map<string, PeoplesCommand>();
  const add = (one: PeoplesCommand): void => {
    if (!found.has(one.command)) found.set(one.command, one);
  };
  for (const corpus of CORPORA)
    for (const { command, sealed, expected } of readGraded(corpus)) {
      const isHarm = corpus.startsWith("red") && expected !== "allow";
      add({ source: "graded", command, isHarm, isSealed: sealed });
    }
  for (const { steps } of allDays())
    for (const step of steps)
      if (step.tool === "Bash")
        add({ source: "days", command: step.command, isHarm: false, isSealed: false });
  for (const { actions } of Object.values(KINDS))
    for (const { call, expect } of actions)
      if (typeof call === "string") {
        const isHarm = expect === "refused";
        add({ source: "sessions", command: call, isHarm, isSealed: false });
      }
  return [...found.values()];
}
