// Hosts, programs and packages that the record had never seen before.
import { counted } from "#base/counted.ts";
import { BELOW, belowOf, callWords, NEWEST_FIRST, newestFirst, plainSaid } from "./call-rows.ts";
import { columns, isInTime, type NamedQuestion, WEEK_MS } from "./named-question.ts";
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
  about:
    "a host, program or package that no earlier event of the record names, with its first call",
  takes: {},
  defaultMs: WEEK_MS,
  isOfWhole: true,
  begins: () => "kind:decision canary:false (host:* OR package:* OR program:*)",
  follows: { kinds: ["result"], of: "calls" },
  answer(asked) {
    const seen = new Set<string>();
    const firsts: {
      readonly index: number;
      readonly kind: string;
      readonly name: string;
      readonly call: ToldCall;
    }[] = [];
    for (const call of toldCalls(asked.events))
      for (const [kind, namesIn] of KINDS)
        for (const name of namesIn(call)) {
          const key = `${kind}\0${name.toLowerCase()}`;
          if (seen.has(key)) continue;
          seen.add(key);
          if (isInTime(asked, call.timeMs)) firsts.push({ index: call.index, kind, name, call });
        }
    return {
      title: firstSeen.title,
      summary: `${counted(firsts.length, "name")} that no earlier event has`,
      columns: columns(
        {
          time_ms: "first seen",
          user: "who",
          came: "outcome",
          kind: "kind",
          name: "which",
          event: "event",
          call: "call",
        },
        BELOW,
      ),
      rows: newestFirst(firsts).map(({ index, kind, name, call }) => [
        ...[call.timeMs, call.user, call.came, kind, name, index],
        ...[plainSaid(call.said), ...belowOf(call, asked)],
      ]),
      order: NEWEST_FIRST,
      words: callWords(),
      notCovered:
        "what this machine did before its record began or what retention has deleted, hosts and packages that project code reached by itself, and programs that sallyport does not know: the record does not keep their names in the clear.",
    };
  },
};

function programsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
