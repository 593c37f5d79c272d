// What ran held, and what the hold refused.
import { counted } from "#base/counted.ts";
import {
  type AnswerCell,
  columns,
  groupBy,
  isInTime,
  type NamedQuestion,
  WEEK_MS,
} from "./named-question.ts";
import { mayHaveRun, spanOf, toldCalls } from "./told-calls.ts";

/** What a refusal of the hold means, in words. */
const REFUSED: Readonly<Record<string, string>> = {
  host: "a host that is not of the call",
  port: "a port of this machine",
  network: "no network",
  outside: "a write outside",
  kept: "a file that is kept",
  hidden: "a file that is hidden",
  rights: "rights of the machine",
  later: "left something to run outside",
  restart: "lost its hosts to a restart",
};

/** What ran held. */
export const ranHeld: NamedQuestion = {
  id: "ran-held",
  title: "What ran held, and what the hold refused",
  about: "a command that ran in a profile of its own, how often, and what the profile refused it",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "kind:held OR (kind:decision tool:Bash canary:false)",
  follows: "kind:result,decision",
  answer(asked) {
    const calls = toldCalls(asked.events).filter(
      (call) =>
        ((call.isHeld && mayHaveRun(call)) || call.refusedByHold.length > 0) &&
        isInTime(asked, call.timeMs),
    );
    const groups = groupBy(calls, ({ said, user }) => `${user}\0${said}`);
    const rows = [...groups.values()].map((group): readonly AnswerCell[] => {
      const [{ user, said }] = group;
      const refused = groupBy(
        group.flatMap(({ refusedByHold }) => refusedByHold),
        (what) => what,
      );
      const words = [...refused].map(
        ([what, times]) =>
          `${REFUSED[what] ?? what}${times.length === 1 ? "" : ` (${times.length})`}`,
      );
      const [, last, newest] = spanOf(group);
      return [user, said, group.length, words.join(", "), last, newest];
    });
    const stopped = calls.filter(({ refusedByHold }) => refusedByHold.length > 0).length;
    return {
      title: ranHeld.title,
      summary: `${counted(calls.length, "call")} put into a profile, ${stopped} met a bound of it`,
      columns: columns({
        user: "who",
        call: "call",
        times: "times",
        refused: "the hold refused",
        last_ms: "last",
        event: "newest event",
      }),
      rows: rows.toSorted((one, other) => Number(other[3] !== "") - Number(one[3] !== "")),
      notCovered:
        "refusals that the program swallowed without a word, and calls recorded by older versions, whose events do not say that they were held.",
    };
  },
};
