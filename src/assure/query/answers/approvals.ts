// Who approved what, and how fast.
import { counted } from "#base/counted.ts";
import { filledString, finiteNumber } from "#base/json.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { type AnswerCell, columns, type NamedQuestion, WEEK_MS } from "./named-question.ts";
import { toldCalls } from "./told-calls.ts";

/** Signed agreements of people, by the kind of their event: what is told of each. */
const AGREED = ["exception", "statement", "hold", "policy", "raw", "off", "approval", "question"];
/** An answer that came faster than anybody reads a command. */
const AT_ONCE_S = 2;

/** Who approved what. */
export const whoApproved: NamedQuestion = {
  id: "who-approved",
  title: "Who approved what, and how fast",
  about:
    "a question that a person was asked, or an agreement that one signed: the answer, and after how many seconds",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () =>
    `(kind:decision verdict:ask enforced:true canary:false) OR kind:${AGREED.join(",")}`,
  follows: "kind:result",
  answer({ events }) {
    const asked = toldCalls(events).filter(({ isAsked }) => isAsked);
    const questions = asked.map((call): readonly AnswerCell[] => [
      ...[call.timeMs, call.user, "asked about a call", call.said],
      call.came === "asked, did not run" ? "did not run" : call.came.replace("asked, then ", ""),
      call.waitedMs === undefined ? null : Math.round(call.waitedMs / 100) / 10,
      ...[call.rule, call.index],
    ]);
    const signed = events.flatMap(agreementRow);
    const waits = questions.flatMap((row) => (typeof row[5] === "number" ? [row[5]] : []));
    const ran = asked.filter(({ came }) => came !== "asked, did not run").length;
    const speed =
      waits.length === 0
        ? ""
        : `; half of the answers came within ${median(waits)} s, ${waits.filter((one) => one < AT_ONCE_S).length} in less than ${AT_ONCE_S} s`;
    return {
      title: whoApproved.title,
      summary: `${counted(asked.length, "question")}, ${ran} approved${speed}; ${counted(signed.length, "signed agreement")}`,
      columns: columns({
        time_ms: "when",
        user: "who",
        what: "what",
        about: "about",
        answer: "answer",
        waited_s: "after s",
        rule: "rule",
        event: "event",
      }),
      rows: [...questions, ...signed].toSorted((one, other) => Number(one[7]) - Number(other[7])),
      notCovered:
        "questions of the client's own that we had no opinion on, and who sat at the keyboard: `who` is the account. The seconds lie between the question and the start of the call; a call that did not run was declined, left unanswered, or stopped.",
    };
  },
};

function agreementRow({
  index,
  timeMs,
  metadata,
  sealed,
}: StoryEvent): readonly (readonly AnswerCell[])[] {
  const kind = filledString(metadata["kind"]) ?? "";
  if (!AGREED.includes(kind)) return [];
  const who = filledString(sealed?.["approver"]) ?? filledString(sealed?.["user"]);
  // What a person did not sign, such as a policy file that changed, is no approval.
  if (who === undefined && sealed !== undefined) return [];
  const what = filledString(metadata["phase"]) ?? filledString(metadata["what"]) ?? "";
  // That somebody asks, and that time is over, is nobody's agreement.
  if (kind === "approval" && what !== "approved" && what !== "denied") return [];
  if (kind === "question" && what !== "answered") return [];
  const minutes = finiteNumber(metadata["minutes"]);
  const about = filledString(sealed?.["reason"]) ?? "";
  const length = minutes === undefined ? "" : ` (${minutes} minutes)`;
  if (kind === "question") {
    const said = `answered elsewhere (${filledString(metadata["where"]) ?? "?"})`;
    const waitedMs = finiteNumber(metadata["waitedMs"]);
    const seconds = waitedMs === undefined ? null : Math.round(waitedMs / 100) / 10;
    const verdict = filledString(metadata["verdict"]) ?? "";
    return [[timeMs, who ?? "(sealed)", said, about, verdict, seconds, "", index]];
  }
  return [
    [timeMs, who ?? "(sealed)", `signed: ${kind} ${what}${length}`, about, what, null, "", index],
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
