// Hosts, programs and packages that the record had never seen before.
import { counted } from "#base/counted.ts";
import {
  type AnswerCell,
  columns,
  isInTime,
  type NamedQuestion,
  WEEK_MS,
} from "./named-question.ts";
import { type ToldCall, toldCalls } from "./told-calls.ts";

/** What is looked at, with how a call names it. */
const KINDS: readonly (readonly [string, (call: ToldCall) => readonly string[]])[] = [
  ["host", (call) => call.names("hosts")],
  ["package", (call) => call.names("packages")],
  ["program", (call) => programsOf(call.metadata["programs"])],
];

/** What was seen for the first time ever. */
export const firstSeen: NamedQuestion = {
  id: "first-seen",
  title: "Hosts, programs and packages seen for the first time ever",
  about: "a host, program or package that no earlier event of the record names",
  takes: {},
  defaultMs: WEEK_MS,
  isOfWhole: true,
  begins: () => "kind:decision canary:false (host:* OR package:* OR program:*)",
  follows: "kind:result",
  answer(asked) {
    const seen = new Set<string>();
    const rows: (readonly AnswerCell[])[] = [];
    for (const call of toldCalls(asked.events))
      for (const [kind, namesIn] of KINDS)
        for (const name of namesIn(call)) {
          const key = `${kind}\0${name.toLowerCase()}`;
          if (seen.has(key)) continue;
          seen.add(key);
          const { timeMs, user, said, came, index } = call;
          if (isInTime(asked, timeMs)) rows.push([timeMs, kind, name, user, said, came, index]);
        }
    return {
      title: firstSeen.title,
      summary: `${counted(rows.length, "name")} that nothing before had`,
      columns: columns({
        time_ms: "when",
        kind: "kind",
        name: "which",
        user: "who",
        call: "call",
        came: "what came of it",
        event: "event",
      }),
      rows,
      notCovered:
        "what this machine did before its record began or what retention has deleted, hosts and packages that project code reached by itself, and programs that no model knows.",
    };
  },
};

function programsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
