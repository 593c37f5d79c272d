// Who approved what, and how fast.
import { counted } from "#base/counted.ts";
import { filledString, finiteNumber } from "#base/json.ts";
import type { StoryEvent } from "#assure/activity/session-story.ts";
import { BELOW, belowOf, callWords, NEWEST_FIRST, plainSaid } from "./call-rows.ts";
import { type AnswerCell, columns, type NamedQuestion, WEEK_MS } from "./named-question.ts";
import { SEALED, type ToldCall, toldCalls } from "./told-calls.ts";

/** Signed agreements of people, by the kind of their event: what is told of each. */
const AGREED = ["exception", "statement", "hold", "policy", "raw", "off", "approval", "question"];
/** An answer that came faster than anybody reads a command. */
const AT_ONCE_S = 2;

/** Who approved what. */
export const whoApproved: NamedQuestion = {
  id: "who-approved",
  title: "Who was asked to approve what, the answer, and how fast",
  about:
    "a question that a person was asked: the answer, after how many seconds, and what happened then; or a change of the rules that a person signed",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () =>
    `(kind:decision verdict:ask enforced:true canary:false) OR kind:${AGREED.join(",")}`,
  follows: { kinds: ["result"], of: "calls" },
  answer(asked) {
    const calls = toldCalls(asked.events).filter(({ isAsked }) => isAsked);
    const questions = calls.map((call) => ({
      index: call.index,
      cells: [
        ...[call.timeMs, call.user, "question", isApproved(call) ? "approved" : "not approved"],
        call.waitedMs === undefined ? null : Math.round(call.waitedMs / 100) / 10,
        ...[call.came.replace(/^asked, (?:then )?/, ""), call.index, plainSaid(call.said)],
        ...[...belowOf(call, asked), call.rule],
      ],
    }));
    const signed = asked.events.flatMap((event) => {
      const cells = agreementCells(event);
      return cells === undefined ? [] : [{ index: event.index, cells }];
    });
    const waits = questions.flatMap(({ cells }) =>
      typeof cells[4] === "number" ? [cells[4]] : [],
    );
    const approved = calls.filter(isApproved).length;
    const speed =
      waits.length === 0
        ? ""
        : `; half of the approvals came within ${median(waits)} s, ${waits.filter((one) => one < AT_ONCE_S).length} in less than ${AT_ONCE_S} s`;
    const signatures =
      signed.length === 0 ? "" : `; ${counted(signed.length, "change")} of the rules signed`;
    return {
      title: whoApproved.title,
      summary: `${counted(calls.length, "question")}: ${approved} approved, ${calls.length - approved} not approved${speed}${signatures}`,
      columns: columns(
        {
          time_ms: "when asked",
          user: "who",
          what: "what",
          answer: "answer",
          waited_s: "seconds",
          ended: "what then happened",
          event: "event",
          call: "asked about",
        },
        { ...BELOW, rule: "" },
      ),
      rows: [...questions, ...signed]
        .toSorted((one, other) => other.index - one.index)
        .map(({ cells }) => cells),
      order: NEWEST_FIRST,
      words: callWords(
        { word: "question", means: "the person was asked before the call" },
        {
          word: "approved",
          means: "the call ran after the question; the record holds no other answer",
        },
        {
          word: "not approved",
          means: "the call did not run: the answer was no, or none came (the record does not say)",
        },
        { word: "did not run", means: "nothing was done" },
        { word: "signature", means: "a person signed a change of the rules, such as an exception" },
      ),
      notCovered:
        "questions that Claude Code asked by itself, without a rule of sallyport, and who sat at the keyboard: `who` is the account. `seconds` lie between the question and the start of the call.",
    };
  },
};

function isApproved({ came }: ToldCall): boolean {
  return came !== "asked, did not run";
}

/** A row about an agreement; undefined for an event that is none. */
function agreementCells({
  index,
  timeMs,
  metadata,
  sealed,
}: StoryEvent): readonly AnswerCell[] | undefined {
  const kind = filledString(metadata["kind"]) ?? "";
  if (!AGREED.includes(kind)) return undefined;
  const who = filledString(sealed?.["approver"]) ?? filledString(sealed?.["user"]);
  // What a person did not sign, such as a policy file that changed, is no approval.
  if (who === undefined && sealed !== undefined) return undefined;
  const what = filledString(metadata["phase"]) ?? filledString(metadata["what"]) ?? "";
  // That somebody asks, and that time is over, is nobody's agreement.
  if (kind === "approval" && what !== "approved" && what !== "denied") return undefined;
  if (kind === "question" && what !== "answered") return undefined;
  const minutes = finiteNumber(metadata["minutes"]);
  const length = minutes === undefined ? "" : ` for ${counted(minutes, "minute")}`;
  const reason = filledString(sealed?.["reason"]) ?? "";
  if (kind === "question") {
    const waitedMs = finiteNumber(metadata["waitedMs"]);
    return [
      ...[timeMs, who ?? SEALED, "question"],
      metadata["verdict"] === "allow" ? "approved" : "not approved",
      waitedMs === undefined ? null : Math.round(waitedMs / 100) / 10,
      ...["", index, `answered elsewhere (${filledString(metadata["where"]) ?? "place unknown"})`],
      ...[reason, filledString(sealed?.["sessionId"]) ?? "", "", ""],
    ];
  }
  const session = filledString(sealed?.["sessionId"]) ?? "";
  return [
    ...[timeMs, who ?? SEALED, "signature", what, null, "", index, `${kind}${length}`],
    ...[reason, session, filledString(sealed?.["cwd"]) ?? "", ""],
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
