// What ran in the sandbox, and what the sandbox refused.
import { counted } from "#base/counted.ts";
import { BELOW, belowOf, callWords, newestFirst, plainSaid, sandboxRefusal } from "./call-rows.ts";
import { columns, isInTime, type NamedQuestion, WEEK_MS } from "./named-question.ts";
import { mayHaveRun, type ToldCall, toldCalls } from "./told-calls.ts";

/** What ran held. */
export const ranHeld: NamedQuestion = {
  id: "ran-held",
  title: "What ran in the sandbox, and what the sandbox refused",
  about:
    "a command that ran in the sandbox: whether the sandbox refused it something, and how it ended",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "kind:held OR (kind:decision tool:Bash canary:false)",
  follows: { kinds: ["result", "decision"], of: "calls" },
  answer(asked) {
    const calls = newestFirst(toldCalls(asked.events)).filter(
      (call) =>
        ((call.isHeld && mayHaveRun(call)) || isRefused(call)) && isInTime(asked, call.timeMs),
    );
    const refused = calls.filter(isRefused);
    const others = calls.filter((call) => !isRefused(call));
    return {
      title: ranHeld.title,
      summary: `${counted(calls.length, "call")} ran in the sandbox; the sandbox refused something to ${refused.length} of them`,
      columns: columns(
        {
          time_ms: "when",
          user: "who",
          came: "outcome",
          refused: "sandbox refused",
          event: "event",
          call: "call",
        },
        BELOW,
      ),
      rows: [...refused, ...others].map((call) => [
        ...[call.timeMs, call.user, call.came, refusalOf(call), call.index],
        ...[plainSaid(call.said), ...belowOf(call, asked)],
      ]),
      order: "Those to which the sandbox refused something first, then the others; newest first.",
      words: callWords({ word: "nothing", means: "the sandbox refused the command nothing" }),
      notCovered:
        "refusals that the program met and did not report, and calls recorded by older versions, whose events do not say that they ran in the sandbox.",
    };
  },
};

function isRefused({ refusedByHold }: ToldCall): boolean {
  return refusedByHold.length > 0;
}

function refusalOf(call: ToldCall): string {
  return isRefused(call) ? sandboxRefusal(call).replace("the sandbox refused it ", "") : "nothing";
}
