// Orders about questions that people answer elsewhere: who is there, what waits, and an answer.
import type { OperatorAnswer, OperatorOrder } from "../services/daemon-process/operator-orders.ts";
import type { Recorder } from "../services/hooks/recorder.ts";
import type { QuestionNews } from "../services/questions/question-news.ts";
import type { WaitingRoom } from "../services/questions/waiting-room.ts";

/** An order about questions. */
type QuestionOrder = OperatorOrder & { order: "presence" | "questions" | "question-answer" };
type Refusal = Extract<OperatorAnswer, { kind: "question-refused" }>;

/** Who is there where an order names no place. */
const SOMEWHERE = "elsewhere";

/** Carries one out. An answer that does not count is on record as such. */
export async function carryOutQuestion(
  order: QuestionOrder,
  room: WaitingRoom | undefined,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  if (room === undefined) return { kind: "refused", why: "this daemon lets no question wait" };
  switch (order.order) {
    case "presence": {
      const { seconds, untilMs, from = SOMEWHERE } = order;
      return { kind: "present", untilMs: room.attend({ seconds, untilMs, from }) };
    }
    case "questions":
      return {
        kind: "questions",
        questions: [...room.list()],
        attendedSeconds: room.attended() ?? null,
      };
    case "question-answer":
      return answer(order, room, recorder);
    default:
      return order satisfies never;
  }
}

async function answer(
  { id, digest, ...given }: QuestionOrder & { order: "question-answer" },
  room: WaitingRoom,
  recorder: Pick<Recorder, "record">,
): Promise<OperatorAnswer> {
  const { order: _order, ...said } = given;
  const outcome = room.answer({ id, digest }, said);
  if (outcome.kind === "taken") {
    const counts = await outcome.counts;
    if (counts === "counts") return { kind: "question-answered", id };
    return refusal(counts, "withdrawn");
  }
  const news: QuestionNews = {
    what: "refused",
    submitter: "operator",
    answer: said,
    code: outcome.kind,
    ...(outcome.kind === "unknown"
      ? {}
      : { asked: { question: outcome.question, call: outcome.call } }),
  };
  await recorder.record({ kind: "question", news }, { durable: true });
  return refusal(outcome.kind, outcome.kind === "unknown" ? null : outcome.question.state);
}

function refusal(code: Refusal["code"], state: Refusal["state"]): Refusal {
  return { kind: "question-refused", code, state, why: whyNot(code, state) };
}

function whyNot(code: Refusal["code"], state: Refusal["state"]): string {
  switch (code) {
    case "unknown":
      return "there is no question of this id; the daemon may have started anew, and then the client asks by itself";
    case "over":
      return OVER_WORDS[state ?? ""] ?? OVER_WORDS["withdrawn"] ?? "";
    case "mismatch":
      return "the answer is for another call than the one that is asked about";
    case "only-there":
      return "a second person has to sign for this call, so it is answered at the session's terminal";
    case "changed":
      return "the policy judges the call otherwise by now, so the yes does not count";
    case "unrecorded":
      return "the answer could not be put on record, so it does not count";
    default:
      return code satisfies never;
  }
}

const OVER_WORDS: Readonly<Record<string, string>> = {
  answered: "it was answered before; the first answer counts",
  expired: "its time is over; the client asks at its terminal",
  withdrawn:
    "nobody asks any more: it was answered at the terminal, or the session went on or ended",
};
