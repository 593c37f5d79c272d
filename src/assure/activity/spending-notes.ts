// What sums of spending leave out, in words.
import { counted } from "#base/counted.ts";
import type { Spending } from "./spending-groups.ts";

/** What the figures leave out, in words; nothing where they leave out nothing. */
export function notesOf({ all, repeated, unopened, omitted }: Spending): readonly string[] {
  const { silent, sessions, missing, unpriced, questions } = all;
  const untimed = questions.allowed + questions.refused - questions.timed;
  return [
    ...(silent > 0
      ? [
          `no telemetry for ${silent} of ${counted(sessions, "session")}: what they cost is not known`,
        ]
      : []),
    ...(missing > 0
      ? [
          `${counted(missing, "event")} of the client never came: tokens and cost are too low by what they said`,
        ]
      : []),
    ...(unpriced > 0 ? [`${counted(unpriced, "request")} came without a price`] : []),
    ...(repeated > 0
      ? [`${counted(repeated, "event")} of the client came twice, and count once`]
      : []),
    ...(untimed > 0 ? [`how long ${counted(untimed, "answer")} took is not on record`] : []),
    ...(unopened > 0
      ? [
          `${counted(unopened, "failed command")} could not be opened, their key is not here: no loop of theirs is seen`,
        ]
      : []),
    ...(omitted > 0
      ? [
          `${counted(omitted, "event")} are not counted, there were too many at once: take a shorter period`,
        ]
      : []),
  ];
}
