// A question in words, for whoever answers it at another terminal, and the daemon's list of them.
import { printable } from "#base/printable.ts";
import { CLASS_WORDS } from "#guard/effects/call-class.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import type { Install } from "../../../services/installation/install.ts";
import type { Question } from "../../../services/questions/question-schema.ts";
import { refused } from "../../operator/operator-orders.ts";

/** What is asked, about what, and until when. Foreign text: each line is made printable. */
export function questionLines(question: Question, nowMs: number): readonly string[] {
  const { id, state, tool, project, text, what, why, rule, also, effects, held } = question;
  const left = Math.max(0, Math.round((question.expiresMs - nowMs) / 1_000));
  const [first = "", ...more] = text?.split("\n") ?? [];
  const rules = [rule, ...also].join(", ");
  return [
    `${id}: ${state === "waiting" ? `waits ${left} s more` : state}; a call of ${tool} in ${project}`,
    `  this ${what}`,
    ...(why === "" ? [] : [`  why: ${why}`]),
    ...(text === null
      ? ["  the call: its words are not kept by this policy"]
      : [`  the call: ${first}`, ...more.map((line) => `            ${line}`)]),
    `  class ${question.class}: ${CLASS_WORDS[question.class]}${held ? "; it runs in a sandbox of its own" : ""}`,
    ...effects.map(
      ({ words, data, verdict, through }, at) =>
        `  ${at === effects.length - 1 && question.effectsOmitted === 0 ? "└" : "├"} ${words}${data.length === 0 ? "" : ` (data: ${data.join(", ")})`}${through.length < 2 ? "" : ` through ${through.join(", ")}`}${verdict === null ? "" : `: ${verdict}`}`,
    ),
    ...(question.effectsOmitted === 0 ? [] : [`  └ and ${question.effectsOmitted} more`]),
    ...question.alternatives.map((one) => `  instead: ${one}`),
    `  by ${rules}; digest ${question.digest.slice(0, 16)}`,
    ...(question.onlyThere === null ? [] : [`  not here: ${question.onlyThere}`]),
  ].map(printable);
}

/** The daemon's questions. Throws a Failure where it does not say. */
export async function questionsOf(install: Install): Promise<readonly Question[]> {
  const answer = await giveOrder(install, { order: "questions" });
  if (answer.kind !== "questions") throw refused(answer);
  return answer.questions;
}
