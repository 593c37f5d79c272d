// Endpoints of questions that wait now: a person is there, reads one, and answers it in place of the dialog in the client.
import * as v from "valibot";
import {
  NOTE_CHARS_MAX,
  questionDigest,
  questionId,
  questionSchema,
  WAIT_SECONDS_MAX,
} from "../../services/questions/question-schema.ts";
import { answerQuestion } from "../../services/inbox/decisions.ts";
import type { DashboardParts } from "../context/parts.ts";
import { deskOf } from "./access.ts";
import { ApiFault, type Asked, endpoint } from "./endpoint.ts";
import { command, noteText, nothing } from "./fields.ts";

/** How long somebody counts as present after the page said so; the page says it again sooner. */
const PRESENT_MS = 45_000;

const answerInput = v.strictObject({
  id: questionId,
  /** What the person read: another call is not answered by it. */
  digest: questionDigest,
  note: v.optional(noteText(NOTE_CHARS_MAX), ""),
});
const answered = v.object({ command, id: v.string() });

const answerAsk = async (
  parts: DashboardParts,
  asked: Asked<v.InferOutput<typeof answerInput>>,
  answer: "allow" | "deny",
) => {
  const { id } = asked.input;
  await answerQuestion(deskOf(parts, asked), { ...asked.input, answer });
  parts.live.publish({ event: "changed", data: { what: "asks" } });
  return { command: `sallyport questions answer ${id} --${answer}`, id };
};

export const askEndpoints = [
  endpoint({
    method: "GET",
    path: "/asks",
    about: "Questions of the guard that wait for a person now, and those that were over lately.",
    role: "viewer",
    isSensitive: true,
    input: nothing,
    answer: v.object({
      command,
      items: v.array(questionSchema),
      /** Seconds that a question would wait; null while nobody is there. */
      seconds: v.nullable(v.number()),
    }),
    async work({ order }) {
      const told = await order({ order: "questions" });
      if (told.kind === "refused") throw new ApiFault("daemon", told.why);
      if (told.kind !== "questions") throw new ApiFault("fault", "the answer makes no sense");
      return {
        command: "sallyport questions list",
        items: told.questions,
        seconds: told.attendedSeconds,
      };
    },
  }),
  endpoint({
    method: "POST",
    path: "/asks/presence",
    about:
      "Says that somebody who may answer is there, for 45 seconds, or that nobody is any more.",
    role: "approver",
    input: v.strictObject({ isThere: v.boolean() }),
    answer: v.object({ command, untilMs: v.number() }),
    async work({ order, clock }, { input: { isThere } }) {
      const untilMs = isThere ? clock.nowMs() + PRESENT_MS : 0;
      const told = await order({
        order: "presence",
        seconds: WAIT_SECONDS_MAX,
        untilMs,
        from: "dashboard",
      });
      if (told.kind === "refused") throw new ApiFault("input", told.why);
      return { command: "sallyport questions watch", untilMs };
    },
  }),
  endpoint({
    method: "POST",
    path: "/asks/:id/allow",
    about: "Lets the call of a question run, once it was judged again.",
    role: "approver",
    confirms: true,
    input: answerInput,
    answer: answered,
    work: (parts, asked) => answerAsk(parts, asked, "allow"),
  }),
  endpoint({
    method: "POST",
    path: "/asks/:id/deny",
    about:
      "Refuses the call of a question; the note is told to the agent. It only takes something away.",
    role: "approver",
    input: answerInput,
    answer: answered,
    work: (parts, asked) => answerAsk(parts, asked, "deny"),
  }),
];
