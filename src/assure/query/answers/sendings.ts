// Who pushed and published where, and what was refused to leave.
import { counted } from "#base/counted.ts";
import {
  type AnswerCell,
  columns,
  groupBy,
  isInTime,
  type NamedQuestion,
  WEEK_MS,
} from "./named-question.ts";
import { mayHaveRun, spanOf, type ToldCall, toldCalls } from "./told-calls.ts";

const NOT_TOLD = "(not told)";

const COLUMNS = columns({
  user: "who",
  remote: "where to",
  branch: "branch or tag",
  ran: "went",
  failed: "failed",
  refused: "refused",
  not_run: "asked, not run",
  first_ms: "first",
  last_ms: "last",
  event: "newest event",
});

/** Who pushed where. */
export const whoPushed: NamedQuestion = {
  id: "who-pushed",
  title: "Who pushed or published, and where to",
  about: "a person, a remote and a branch with how many pushes went, failed and were refused",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "kind:decision effect:publish",
  follows: "kind:result",
  answer({ events }) {
    const calls = toldCalls(events).filter((call) => hasEffect(call, "publish"));
    const sendings = calls.flatMap((call) =>
      orNone(call.names("remotes")).flatMap((remote) =>
        orNone(call.names("branches")).map((branch) => ({ call, remote, branch })),
      ),
    );
    const groups = groupBy(sendings, ({ call, remote, branch }) =>
      [call.user, remote, branch].join("\0"),
    );
    const rows = [...groups.values()].map((group): readonly AnswerCell[] => {
      const [{ call, remote, branch }] = group;
      const told = group.map((one) => one.call);
      const failed = told.filter(({ came }) => came.endsWith("failed")).length;
      return [
        ...[call.user, remote, branch, told.filter(mayHaveRun).length - failed, failed],
        ...[count(told, "refused"), count(told, "asked, did not run"), ...spanOf(told)],
      ];
    });
    return {
      title: whoPushed.title,
      summary: `${counted(calls.length, "call")} that would push or publish`,
      columns: COLUMNS,
      rows: rows.toSorted((one, other) => Number(other[3]) - Number(one[3])),
      notCovered:
        "pushes that no agent made, pushes by programs that no model knows, and what the server did with a push. `went` counts calls that were let through and not told to have failed.",
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
  title: "What was refused to leave this machine, by host",
  about: "a host with how often a call to it was refused, by which rule, and for whom",
  takes: {},
  defaultMs: WEEK_MS,
  begins: () => "(kind:decision verdict:deny effect:egress) OR (kind:held what:host,network)",
  follows: "kind:decision",
  answer(asked) {
    const calls = toldCalls(asked.events).filter(
      (call) =>
        isInTime(asked, call.timeMs) &&
        ((call.came === "refused" && hasEffect(call, "egress")) ||
          call.refusedByHold.some((what) => what === "host" || what === "network")),
    );
    const sendings = calls.flatMap((call) =>
      orNone(call.names("hosts")).map((host) => ({ call, host, by: refuserOf(call) })),
    );
    const groups = groupBy(sendings, ({ host, by }) => `${host}\0${by}`);
    const rows = [...groups.values()].map((group): readonly AnswerCell[] => {
      const [{ host, by }] = group;
      const told = group.map(({ call }) => call);
      const users = [...new Set(told.map(({ user }) => user))].join(", ");
      return [host, told.length, by, users, ...spanOf(told)];
    });
    return {
      title: refusedEgress.title,
      summary: `${counted(calls.length, "call")} refused`,
      columns: columns({
        host: "host",
        refused: "refused",
        by: "by",
        users: "who",
        first_ms: "first",
        last_ms: "last",
        event: "newest event",
      }),
      rows: rows.toSorted((one, other) => Number(other[1]) - Number(one[1])),
      notCovered:
        "questions that a person declined (`who-approved` has them), connections of programs that ran unheld, and hosts that the command did not name: those are `(not told)`.",
    };
  },
};

function refuserOf(call: ToldCall): string {
  return call.came === "refused" ? call.rule : "the hold";
}

function orNone(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [NOT_TOLD] : names;
}

function count(calls: readonly ToldCall[], came: ToldCall["came"]): number {
  return calls.filter((call) => call.came === came).length;
}
