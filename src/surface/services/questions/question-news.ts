// What is put on record about a question: that it was asked, how it was answered and by whom, or that it was not.
import type { Submitter } from "#record/event/event.ts";
import type { questionEvent } from "#record/event/question-events.ts";
import { userName } from "#platform/user.ts";
import type { Question } from "./question-schema.ts";
import type { JudgedCall, PersonAnswer } from "./waiting-room.ts";

/** One step of a question. `asked` is missing where an answer names a question that nobody knows. */
export type QuestionNews = {
  readonly what: Parameters<typeof questionEvent>[1]["phase"];
  readonly submitter: Extract<Submitter, "hook" | "operator" | "daemon">;
  readonly asked?: {
    readonly question: Pick<Question, "id" | "digest" | "tool">;
    readonly call: JudgedCall;
  };
  readonly answer?: PersonAnswer;
  readonly waitedMs?: number;
  /** Why an answer did not count. */
  readonly code?: string;
};

/** The same as the event takes it. */
export function questionInput(news: QuestionNews): Parameters<typeof questionEvent>[1] {
  const { what: phase, asked, answer, waitedMs, code } = news;
  return {
    phase,
    ...(asked === undefined
      ? {}
      : {
          question: {
            id: asked.question.id,
            digest: asked.question.digest,
            tool: asked.question.tool,
            policy: asked.call.policyDigest,
            rules: asked.call.rules,
            root: asked.call.root,
            user: userName(),
            sessionId: asked.call.sessionId,
            callId: asked.call.callId,
          },
        }),
    ...(answer === undefined
      ? {}
      : {
          verdict: answer.answer,
          from: answer.from,
          by: answer.by,
          ...(answer.note === null ? {} : { note: answer.note }),
        }),
    ...(waitedMs === undefined ? {} : { waitedMs }),
    ...(code === undefined ? {} : { code }),
  };
}
