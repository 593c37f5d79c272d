// Who pushed and published where, and what was refused on its way to a host.
import { counted } from "#base/counted.ts";
import {
  BELOW,
  belowOf,
  callWords,
  NEWEST_FIRST,
  newestFirst,
  NOT_NAMED,
  outcomeCounts,
  plainSaid,
} from "./call-rows.ts";
import { columns, groupBy, isInTime, type NamedQuestion, WEEK_MS } from "./named-question.ts";
import { type ToldCall, toldCalls } from "./told-calls.ts";

/** Who pushed where. */
export const whoPushed: NamedQuestion = {
  id: "who-pushed",
  title: "Who pushed or published, and where to",
  about: "a push or publication that was asked for: who, where to, how it ended, and why",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "kind:decision effect:publish",
  follows: { kinds: ["result"], of: "calls" },
  answer(asked) {
    const calls = toldCalls(asked.events).filter((call) => hasEffect(call, "publish"));
    const rows = newestFirst(calls).flatMap((call) =>
      orNone(call.names("remotes")).flatMap((remote) =>
        orNone(call.names("branches")).map((branch) => [
          ...[call.timeMs, call.user, call.came, remote, branch, call.index],
          ...[plainSaid(call.said), ...belowOf(call, asked)],
        ]),
      ),
    );
    return {
      title: whoPushed.title,
      summary: outcomeCounts(calls, " that would push or publish"),
      columns: columns(
        {
          time_ms: "when",
          user: "who",
          came: "outcome",
          remote: "where to",
          branch: "branch or tag",
          event: "event",
          call: "call",
        },
        BELOW,
      ),
      rows,
      order: NEWEST_FIRST,
      words: callWords(),
      notCovered:
        "pushes that no agent made, pushes by programs whose commands sallyport cannot read, and whether the server took a push that ran.",
    };
  },
};

/** Whether a call has effects of a kind. */
function hasEffect({ metadata }: ToldCall, kind: string): boolean {
  return Object.keys(metadata["effects"] ?? {}).some((name) => name.startsWith(`${kind}/`));
}

/** Every refused sending. */
export const refusedEgress: NamedQuestion = {
  id: "refused-egress",
  title: "Which pushes and connections to other machines were refused, and to which host",
  about: "a call that was refused, or whose connection was: who, to which host, by what, and why",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "(kind:decision verdict:deny effect:egress) OR (kind:held what:host,network)",
  // The ends as well: a call whose connection was refused ran, and ended somehow.
  follows: { kinds: ["decision", "result"], of: "calls" },
  answer(asked) {
    const calls = toldCalls(asked.events).filter(
      (call) =>
        isInTime(asked, call.timeMs) &&
        ((call.came === "refused" && hasEffect(call, "egress")) || isCutOff(call)),
    );
    const sendings = newestFirst(calls).flatMap((call) =>
      orNone(call.names("hosts")).map((host) => ({ call, host })),
    );
    const hosts = [...groupBy(sendings, ({ host }) => host)].map(
      ([host, { length }]) => `${host}: ${length}`,
    );
    return {
      title: refusedEgress.title,
      summary: `${counted(calls.length, "call")}${hosts.length === 0 ? "" : `; by host: ${hosts.join(", ")}`}`,
      columns: columns(
        {
          time_ms: "when",
          user: "who",
          came: "outcome",
          what: "what was refused",
          by: "by",
          host: "host",
          event: "event",
          call: "call",
        },
        BELOW,
      ),
      rows: sendings.map(({ call, host }) => [
        ...[call.timeMs, call.user, call.came, whatOf(call), refuserOf(call), host, call.index],
        ...[plainSaid(call.said), ...belowOf(call, asked)],
      ]),
      order: NEWEST_FIRST,
      words: callWords(
        { word: "push", means: "a push to the repository at that host was refused" },
        { word: "publication", means: "a publication at that host was refused" },
        { word: "request", means: "a command that would contact that host was refused" },
        {
          word: "connection",
          means: "the command itself ran, and its connection was refused",
        },
      ),
      notCovered:
        "questions that a person did not approve (`sallyport log query who-approved` has them), and connections of programs that ran outside of the sandbox.",
    };
  },
};

function isCutOff({ refusedByHold }: ToldCall): boolean {
  return refusedByHold.some((what) => what === "host" || what === "network");
}

function whatOf(call: ToldCall): string {
  if (call.came !== "refused") return "connection";
  if (call.names("remotes").length > 0) return "push";
  return hasEffect(call, "publish") ? "publication" : "request";
}

function refuserOf(call: ToldCall): string {
  return call.came === "refused" ? "rule" : "sandbox";
}

function orNone(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [NOT_NAMED] : names;
}
